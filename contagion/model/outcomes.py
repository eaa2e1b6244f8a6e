"""Outcomes: weekly measures, the event log (who inspired whom), breakdowns, the ledger and the final people."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from contagion.core import drawing
from contagion.model.measuring import Of
from contagion.model.outcome_list import OUTCOMES
from contagion.vocabulary import ACTIVE, DEAD, EARLY, STABLE, STAGES, SUBSTANCES, SUSTAINED

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

    from contagion.model.cascades import Cascades
    from contagion.model.scenario import Scenario


MEASURES = OUTCOMES
"""The measures of each week."""


HOW: dict[str, Of] = {name: one.of for name, one in OUTCOMES.items()}
"""How each outcome is summed, in the order of the list."""


class Record(NamedTuple):
    """What a history leaves behind, copied out of the city; tables are made of it when they are asked for."""

    weeks: list[list[float]]  # outcomes in order, by week
    events: Any  # an event log as it stands
    columns: dict[str, np.ndarray]  # of people with, or at risk of, lived experience
    groups: list[tuple[Any, ...]]
    ledger: list[tuple[Any, ...]]


@dataclass(frozen=True)
class Outcomes:
    """What happened in one history. Tables are made on first use."""

    scenario: Scenario
    seed: int
    seconds: float
    check: str = ""  # what was read from a graph file
    _record: Any = field(default=None, repr=False)
    _graph: Any = field(default=None, repr=False)

    @functools.cached_property
    def timeline(self) -> pd.DataFrame:
        """Index week 0..W, one column per measure."""
        import pandas as pd

        return pd.DataFrame(np.array(self._record.weeks, float), columns=list(MEASURES)).rename_axis("week")

    @functools.cached_property
    def events(self) -> pd.DataFrame:
        """The transitions of every week; see EVENT_COLUMNS."""
        return self._record.events.frame()

    @functools.cached_property
    def people(self) -> pd.DataFrame:
        """The final columns of everyone with, or at risk of, lived experience (those to come left out), by uid."""
        import pandas as pd

        frame = pd.DataFrame(self._record.columns).set_index("uid").sort_index()
        frame["stage"] = pd.Categorical.from_codes(frame["stage"], STAGES)
        return frame[frame["stage"] != "to_come"]

    @functools.cached_property
    def groups(self) -> pd.DataFrame:
        """Yearly counts by neighbourhood, substance, sex and age band."""
        import pandas as pd

        return pd.DataFrame(self._record.groups, columns=list(GROUP_COLUMNS))

    @functools.cached_property
    def ledger(self) -> pd.DataFrame:
        """Weekly places, people and cost by intervention."""
        import pandas as pd

        from contagion.interventions.base import LEDGER

        return pd.DataFrame(self._record.ledger, columns=list(LEDGER))

    @property
    def graph(self) -> nx.Graph:
        """The social graph at the end, as a networkx graph with node and edge attributes."""
        return self._graph()

    def cascades(self) -> Cascades:
        """Reproduction number, sizes, depths and bridges of the recovery cascades."""
        from contagion.model.cascades import cascades

        return cascades(self.events, self.people, int(self.timeline["in_recovery"].iloc[0]))

    def plot(self, measures: tuple[str, ...] = ("active", "early", "sustained", "stable")) -> Any:
        """A figure of some measures over the years, which shows itself in a notebook."""
        title = self.scenario.title or self.scenario.name
        caption = f"One history (seed {self.seed}) shows what can happen, not what is likely."
        return drawing.draw("history", self.timeline, measures=measures, title=title, caption=caption)

    def _repr_html_(self) -> str:
        from html import escape

        shown = ("people", "active", "in_recovery", "stable", "public_stigma")
        first, last = self.timeline.iloc[0], self.timeline.iloc[-1]
        rows = "".join(
            f"<tr><th scope='row'>{escape(MEASURES[m].meaning)}</th><td>{first[m]:,.2f}</td><td>{last[m]:,.2f}</td></tr>"
            for m in shown
        )
        return (
            f"<table><caption>{escape(self.scenario.title or self.scenario.name)}, one history (seed {self.seed})</caption>"
            f"<thead><tr><th scope='col'>Measure</th><th scope='col'>First week</th>"
            f"<th scope='col'>Week {self.timeline.index[-1]}</th></tr></thead><tbody>{rows}</tbody></table>"
        )


AGE_BANDS = ("18-29", "30-44", "45-59", "60+")


def breakdown(city: Any, flows: dict[str, np.ndarray]) -> list[tuple[Any, ...]]:
    """Counts by neighbourhood, substance, sex and age band; `flows`: rows of the year's events by name."""
    who = city.people
    stage = np.ascontiguousarray(who["stage"])
    age = np.searchsorted([30.0, 45.0, 60.0], who["age"] + city.week / 52.0, side="right")
    dimensions = (
        ("neighbourhood", who["neighbourhood"], [str(b) for b in range(city.town.efficacy.size)]),
        ("substance", who["substance"], list(SUBSTANCES)),
        ("sex", who["sex"], ["female", "male"]),
        ("age_band", age, list(AGE_BANDS)),
    )
    rows = []
    for dimension, code, names in dimensions:
        size = len(names)
        both = np.bincount(code.astype(np.int64) * len(STAGES) + stage, minlength=size * len(STAGES))
        counts = both.reshape(size, len(STAGES))
        here = counts[:, :DEAD].sum(axis=1)
        by_stage = [counts[:, kind] for kind in (ACTIVE, EARLY, SUSTAINED, STABLE)]
        by_flow = [np.bincount(code[flows[name]], minlength=size) for name in ("start", "relapse", "death")]
        for k, name in enumerate(names):
            rows.append((city.week, dimension, name, int(here[k]), *(int(c[k]) for c in by_stage + by_flow)))
    return rows


GROUP_COLUMNS = (
    "week",
    "dimension",
    "group",
    "people",
    "active",
    "early",
    "sustained",
    "stable",
    "starts",
    "relapses",
    "deaths",
)
