"""Lives: what the event logs of a comparison say of people, run by run, in one pass: survival, cascades, and who is reached.

Nothing more is stored for it. Who people are (neighbourhood, sex, age, substance, capital on the first day) is settled by
the city's seed, so the city is founded again; where they stand at the end is what their last event says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from contagion.city.first_day import first_day
from contagion.config.targets import scenario_at
from contagion.model.scenario import Scenario
from contagion.study.analysis.cascades import Cascades, cascades_of
from contagion.study.analysis.equity import BY, grouped
from contagion.study.analysis.survival import kaplan_meier, spells
from contagion.study.results import Results
from contagion.vocabulary import STAGES, TO_COME

Array = NDArray[np.float64]
COLUMNS = ("run_id", "week", "event", "uid", "stage_from", "stage_to", "channel", "source", "credit", "chosen")
DIMENSIONS = tuple(name for name in BY if name != "neighbourhood")
"""Groups in which people are looked at; neighbourhoods stand in fifths of deprivation."""
FEW = 4
"""A count from 1 to this is withheld wherever it is shown."""


@dataclass(frozen=True)
class Lived:
    """One run: survival at each mark (weeks), spells at risk then, its cascades, and a row for each group of people.

    `reached`: index (dimension, group), columns `here` (people at the end with, or at risk of, lived experience) and
    `stable` (of them in stable recovery).
    """

    survival: Array
    at_risk: NDArray[np.int64]
    cascades: Cascades
    reached: pd.DataFrame


@dataclass
class Lives:
    """All runs of some scenarios of a comparison, by scenario and replicate; `marks` are weeks since a start."""

    marks: NDArray[np.int64]
    runs: dict[tuple[str, int], Lived] = field(default_factory=dict)

    def of(self, scenario: str) -> list[Lived]:
        """The runs of a scenario, in the order of the replicates."""
        return [one for (name, _), one in sorted(self.runs.items(), key=lambda item: item[0][1]) if name == scenario]


def lives(results: Results, scenarios: Mapping[str, Scenario], weeks: int) -> Lives | None:
    """One pass over the stored events of these scenarios; None where no event log was kept or nobody started."""
    marks = np.arange(0, weeks + 1, max(1, weeks // 40))
    found, people = Lives(marks), _People()
    runs = results.runs[results.runs["status"] == "ok"]
    runs = runs[runs["scenario"].isin(list(scenarios))]
    places: dict[str, list[tuple[str, int, int]]] = {}
    for run in runs.itertuples():
        places.setdefault(str(run.run_id), []).append((str(run.scenario), int(run.replicate), int(run.seed)))
    for key, events in _logs(results, set(places)):
        name, replicate, seed = places[key][0]
        scenario = scenario_at(scenarios[name], values) if (values := results.drawn(replicate)) else scenarios[name]
        one = lived(events, people.of(scenario, seed), marks, weeks, scenario.city.neighbourhoods)
        if one is None:
            return None
        for other, replicate, _ in places[key]:
            found.runs[other, replicate] = one
    return found if len(found.runs) == len(runs) and len(runs) else None


def lived(events: pd.DataFrame, first: pd.DataFrame, marks: NDArray[np.int64], weeks: int, places: int) -> Lived | None:
    """One run, from its events and who people are on the first day (see `founders`); None where nobody started."""
    each = spells(events, weeks)
    if each.empty:
        return None
    curve = kaplan_meier(each["lasted"].to_numpy(), (each["ended"] == "relapse").to_numpy())
    at = np.searchsorted(curve["week"].to_numpy(), marks, side="right") - 1
    survival = curve["survival"].to_numpy(float)[at]
    later = np.sort(each["lasted"].to_numpy())
    at_risk = later.size - np.searchsorted(later, marks, side="left")
    survival[at_risk == 0] = np.nan
    stood = int(first["stage"].isin(["early", "sustained", "stable"]).sum())
    return Lived(survival, at_risk, cascades_of(events, first, stood), _reached(events, first, places))


def _reached(events: pd.DataFrame, first: pd.DataFrame, places: int) -> pd.DataFrame:
    """People at the end, and those of them in stable recovery, by dimension and group."""
    last = events.drop_duplicates("uid", keep="last").set_index("uid")["stage_to"].astype(str)
    stage = last.reindex(first.index).fillna(first["stage"])
    people = first[(stage != STAGES[TO_COME]).to_numpy()]
    stage = stage.reindex(people.index)
    here, stable = (stage != "dead").to_numpy(), (stage == "stable").to_numpy()
    rows = []
    for by in DIMENSIONS:
        group = grouped(people, by, places)
        for name in BY[by](places):
            mine = (group == name).to_numpy()
            rows.append((by, name, int((here & mine).sum()), int((stable & mine).sum())))
    table = pd.DataFrame(rows, columns=["dimension", "group", "here", "stable"])
    return table.set_index(["dimension", "group"])


def founders(scenario: Scenario, seed: int) -> pd.DataFrame:
    """Everybody with, at risk of, or to come to lived experience, as they are on the first day; index uid."""
    city = first_day(scenario.effective(), seed)
    rows = city.people[: city.lived]
    names = ("uid", "neighbourhood", "sex", "age", "substance")
    table = pd.DataFrame({name: rows[name] for name in names})
    coming = rows["stage"] == TO_COME
    table["capital_at_start"] = np.where(coming, np.nan, rows["personal"])
    table["stage"] = np.array(STAGES, object)[rows["stage"]]
    return table.astype({"uid": np.int64}).set_index("uid").sort_index()


class _People:
    """Cities founded again, each once while the runs of its seed follow one another."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, int], pd.DataFrame] = {}

    def of(self, scenario: Scenario, seed: int) -> pd.DataFrame:
        key = scenario.effective().foundation_key(), seed
        if key not in self.kept:
            if len(self.kept) > 40:
                self.kept.clear()
            self.kept[key] = founders(scenario, seed)
        return self.kept[key]


def _logs(results: Results, wanted: set[str]) -> Iterator[tuple[str, pd.DataFrame]]:
    """The event log of each run that is wanted, without the sources of a start that were not chosen."""
    stored = results.dataset("events")
    if stored is None:
        return
    for fragment in stored.get_fragments():
        table: pa.Table = fragment.to_table(columns=list(COLUMNS))
        table = table.filter(pc.or_(table["chosen"], pc.not_equal(table["event"].cast(pa.string()), "start")))
        for key, events in table.to_pandas().groupby("run_id", sort=False, observed=True):
            if key in wanted:
                yield str(key), events.drop(columns="run_id").reset_index(drop=True)


def shown_counts(values: Sequence[int] | NDArray[np.int64]) -> list[str]:
    """Counts as they may be shown: those from 1 to 4 are withheld.

    >>> shown_counts([0, 3, 5])
    ['0', '1 to 4', '5']
    """
    return [f"1 to {FEW}" if 1 <= value <= FEW else f"{value:,}" for value in values]
