"""What can be read of a living city: its people, its outcomes, its graph, and what it is in a few words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from contagion.city.columns import Columns
from contagion.city.first_day import Foundation, columns_of
from contagion.core.errors import ConfigError, Fault, nearest, plainly
from contagion.core.web import Web
from contagion.interventions.programme import Programme
from contagion.model.events import EventLog
from contagion.model.graph import Names, snapshot, social_graph
from contagion.model.outcomes import HOW, MEASURES, Outcomes, Record
from contagion.model.scenario import Scenario
from contagion.vocabulary import ACTIVE, DEAD, EARLY, STABLE, STAGES, SUBSTANCES, SUSTAINED, TO_COME


class Readable:
    """The side of a city that is read: nothing here changes it."""

    given_scenario: Scenario
    scenario_: Scenario
    foundation: Foundation
    web: Web
    people: np.ndarray
    public_people: np.ndarray
    uid: np.ndarray
    lived_rows: int
    seed_: int
    week: int
    weeks: list[list[float]]
    events: EventLog
    group_rows: list[tuple[Any, ...]]
    _year: dict[str, list[np.ndarray]]  # rows of the events since the last full year
    programmes: list[Programme]

    @property
    def columns(self) -> Columns:
        """Every column of people by name; of people with lived experience a view, which writes the city.

        >>> city = ct.RecoveryCity("baseline", **{"city.population": 300})
        >>> city.columns["hope"].size == city.people.size, city.columns["age"].size >= 300
        (True, True)
        """
        return Columns(self.people, self.public_people)

    @property
    def timeline(self) -> list[dict[str, float]]:
        """The outcomes of each week so far, by name.

        >>> city = ct.RecoveryCity("baseline", **{"city.population": 300})
        >>> city.timeline[0]["people"] == 300
        True
        """
        return [dict(zip(HOW, values, strict=True)) for values in self.weeks]

    @property
    def graph(self) -> Any:
        """The social graph now, as a networkx graph.

        >>> city = ct.RecoveryCity("baseline", **{"city.population": 100})
        >>> city.graph.number_of_nodes() >= 100  # those to come stand in it without ties
        True
        """
        return social_graph(snapshot(self))

    def outcomes(self, seconds: float = 0.0) -> Outcomes:
        """What has happened so far, as a frozen value: it stays as it is when the city lives on.

        >>> city = ct.RecoveryCity("baseline", **{"city.population": 300})
        >>> today = city.outcomes()
        >>> city.run_for(2)
        >>> len(today.timeline), len(city.outcomes().timeline)
        (1, 3)
        """
        record = Record(
            weeks=list(self.weeks),
            events=self.events.copy(),
            columns={
                name: values[: self.lived_rows] for name, values in columns_of(self.people, self.public_people).items()
            },
            groups=[*self.group_rows, *(self._groups_now() if self.week % 52 else [])],
            ledger=[row for p in self.programmes for row in p.ledger],
            names=Names.of(self),
            capital=self._capital_at_start(),
        )
        return Outcomes(
            scenario=self.given_scenario,
            seed=self.seed_,
            seconds=seconds,
            check=self.foundation.check,
            _record=record,
            _graph=snapshot(self),
        )

    def _capital_at_start(self) -> np.ndarray:
        """Personal recovery capital on the first day, NaN of those to come."""
        first = self.foundation.people[: self.lived_rows]
        return np.where(first["stage"] == TO_COME, np.nan, first["personal"])

    def plot(self) -> Any:
        """A figure of the town now: at most 300 people with their ties and who inspired whom, beside their stages so far.

        >>> ct.demo(**{"time.years": 0.25}).run().plot().save("town.png").name
        'town.png'
        """
        return self.outcomes().network()

    def animate(self, path: str | Path = "town.html") -> Path:
        """Write one small page on which the history so far can be watched.

        >>> ct.demo(**{"time.years": 0.25}).run().animate("town.html").name
        'town.html'
        """
        return self.outcomes().animate(path)

    def _repr_html_(self) -> str:
        from html import escape

        first, now = (dict(zip(HOW, self.weeks[k], strict=True)) for k in (0, -1))
        rows = "".join(
            f'<tr><th scope="row">{MEASURES[name].noun}</th><td>{first[name]:,.0f}</td><td>{now[name]:,.0f}</td></tr>'
            for name in ("people", "active", "early", "sustained", "stable")
        )
        title = escape(self.given_scenario.title or self.given_scenario.name)
        said = f"{title}: week {self.week} of {self.scenario_.weeks}, seed {self.seed_}"
        head = '<tr><th scope="col">People</th><th scope="col">First day</th><th scope="col">Now</th></tr>'
        return f"<table><caption>{said}</caption><thead>{head}</thead><tbody>{rows}</tbody></table>"

    def _groups_now(self) -> list[tuple[Any, ...]]:
        """Counts by group, with the events since the last full year."""
        return breakdown(self, {kind: np.concatenate(r or [np.zeros(0, np.int64)]) for kind, r in self._year.items()})

    def __repr__(self) -> str:
        return f"LivingCity: {self._in_words()}"

    def _in_words(self) -> str:
        """What it is, when it is, and how its people are."""
        now = dict(zip(HOW, self.weeks[-1], strict=True))
        title = plainly(self.given_scenario.title or self.given_scenario.name, 60)
        return (
            f"{title}, week {self.week} of {self.scenario_.weeks}, seed {self.seed_}\n"
            f"  {now['people']:,.0f} people: {now['active']:,.0f} in active addiction, {now['in_recovery']:,.0f} in recovery"
        )


def way_of(how: str | None, own: str) -> str:
    """How a city is lived in; ConfigError for another way, or where people of their `own` class would not be asked."""
    ways = ["columns", "agents"]
    if how is not None and how not in ways:
        raise ConfigError(Fault("", "how", how, 'one of "columns", "agents"', nearest(str(how), ways)))
    if own and how == "columns":
        rule = f'{own} behaves in its own way, which only how="agents" asks; leave how out'
        raise ConfigError(Fault("", "how", how, rule))
    return how or ("agents" if own else "columns")


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
