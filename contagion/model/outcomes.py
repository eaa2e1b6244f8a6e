"""Outcomes: weekly measures, the event log (who inspired whom), breakdowns, the ledger and the final people."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from contagion.core import package
from contagion.core.errors import nearest, plainly
from contagion.model.derived import Derived
from contagion.model.graph import Names, social_graph, tie_table
from contagion.model.measuring import Of
from contagion.model.outcome_list import OUTCOMES, by_new_name
from contagion.vocabulary import STAGES

if TYPE_CHECKING:
    from pathlib import Path

    import networkx as nx
    import pandas as pd

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
    names: Names | None = None  # where a graph file named people
    capital: np.ndarray | None = None  # personal recovery capital on the first day, NaN of those to come, as in columns


@dataclass(frozen=True, eq=False, repr=False)
class Outcomes(Derived):
    """What happened in one history: a value that nothing changes afterwards, and that can be pickled.

    Tables are made on first use and are yours: what is changed in one is not changed in the outcomes. Two are equal where
    scenario, seed and every week and event are.

    >>> out = ct.simulate("baseline", seed=1, **{"city.population": 300, "time.years": 0.1})
    >>> out.seed, len(out.timeline)
    (1, 6)
    >>> mine = out.timeline
    >>> mine.loc[0, "people"] = 0  # changes this copy alone
    >>> int(out.timeline.loc[0, "people"])
    300
    """

    scenario: Scenario
    seed: int
    seconds: float
    check: str = ""  # what was read from a graph file
    _record: Any = field(default=None)
    _graph: Any = field(default=None)

    @property
    def timeline(self) -> pd.DataFrame:
        """Index week 0..W (0 is the first day), one column per measure; `contagion.model.outcomes.MEASURES` says of what.

        >>> out = ct.simulate("baseline", **{"city.population": 300, "time.years": 0.1})
        >>> out.timeline[["people", "starts"]].index.tolist()
        [0, 1, 2, 3, 4, 5]
        """
        import pandas as pd

        return self._table(
            "timeline",
            lambda: pd.DataFrame(np.array(self._record.weeks, float), columns=list(MEASURES)).rename_axis("week"),
        )

    @property
    def events(self) -> pd.DataFrame:
        """The transitions of every week: who started, relapsed, arrived or died, and who inspired a start.

        A start has a row for each contributor (`source`, -1 for nobody): `credit` sums to 1 over them, one is `chosen`.
        Where a graph file named people, `name` and `source_name` stand beside.

        >>> out = ct.simulate("baseline", **{"city.population": 300, "time.years": 0.1})
        >>> list(out.events.columns)
        ['week', 'event', 'uid', 'stage_from', 'stage_to', 'channel', 'source', 'credit', 'chosen']
        """

        def made() -> pd.DataFrame:
            frame, names = self._record.events.frame(), self._record.names
            for column, of in (("name", "uid"), ("source_name", "source")) if names else ():
                frame[column] = np.array(names.called(frame[of]), object)
            return frame

        return self._table("events", made)

    @property
    def people(self) -> pd.DataFrame:
        """The final columns of everyone with, or at risk of, lived experience (those to come left out), by uid.

        `capital_at_start`: personal recovery capital on the first day, NaN for who came later.
        Where a graph file named people, `name` stands beside, and `label` if it differs.

        >>> out = ct.simulate("baseline", **{"city.population": 300, "time.years": 0.1})
        >>> out.people.index.name, bool(out.people["hope"].between(0, 1).all())
        ('uid', True)
        """

        def made() -> pd.DataFrame:
            import pandas as pd

            frame = pd.DataFrame(self._record.columns)
            frame["capital_at_start"] = self._record.capital
            frame = frame.set_index("uid").sort_index()
            names = self._record.names
            for column in (("name", "label") if names.title else ("name",)) if names else ():
                frame[column] = np.array(names.called(frame.index, title=column == "label"), object)
            frame["stage"] = pd.Categorical.from_codes(frame["stage"], STAGES)
            return frame[frame["stage"] != "to_come"]

        return self._table("people", made)

    @property
    def groups(self) -> pd.DataFrame:
        """Counts by neighbourhood, substance, sex and age band: of the first day, each year, and the end.

        >>> out = ct.simulate("baseline", **{"city.population": 300, "time.years": 1.0})
        >>> out.groups.query("week == 0 and dimension == 'sex'")["group"].tolist()
        ['female', 'male']
        """
        import pandas as pd

        return self._table("groups", lambda: pd.DataFrame(self._record.groups, columns=list(GROUP_COLUMNS)))

    @property
    def ledger(self) -> pd.DataFrame:
        """Weekly places, people and cost by intervention (empty without interventions).

        >>> out = ct.simulate("baseline", **{"city.population": 300, "time.years": 0.1})
        >>> out.ledger.empty
        True
        """
        import pandas as pd

        from contagion.interventions.programme import LEDGER

        return self._table("ledger", lambda: pd.DataFrame(self._record.ledger, columns=list(LEDGER)))

    @property
    def graph(self) -> nx.Graph:
        """The social graph at the end, as a networkx graph with node and edge attributes.

        >>> out = ct.simulate("baseline", **{"city.population": 300, "time.years": 0.1})
        >>> {"attitude", "neighbourhood", "stage"} <= set(out.graph.nodes[0])
        True
        """
        return social_graph(self._graph)

    @property
    def ties(self) -> pd.DataFrame:
        """Every tie at the end: uid `one` and `two`, `layer`, `weight`, and whether it is a `bond` (made and lost).

        >>> out = ct.simulate("baseline", **{"city.population": 300, "time.years": 0.1})
        >>> list(out.ties.columns)
        ['one', 'two', 'layer', 'weight', 'bond']
        """
        return self._table("ties", lambda: tie_table(self._graph))

    def animate(self, path: str | Path = "town.html") -> Path:
        """Write one small page on which this history can be watched, step by step or played; it works from a file.

        >>> ct.simulate("demo", seed=1, **{"time.years": 0.5}).animate("town.html").name
        'town.html'
        """
        weeks, title = len(self._record.weeks) - 1, self.scenario.title or self.scenario.name
        said = ONE_HISTORY.format(self.seed)
        shown: Path = package.ask("animation", path, self.people, self.ties, self.events, weeks, title, said)
        return shown

    def network(self) -> Any:
        """A figure of at most 300 people with their ties, and who inspired whom, beside their stages over the years.

        >>> ct.simulate("demo", seed=1, **{"time.years": 0.5}).network().save("people.png").name
        'people.png'
        """
        title, caption = self.scenario.title or self.scenario.name, ONE_HISTORY.format(self.seed)
        return package.ask("town", self.people, self.ties, self.events, self.timeline, title=title, caption=caption)

    def plot(self, measures: Sequence[str] = ("active", "early", "sustained", "stable")) -> Any:
        """A figure of some measures over the years, which shows itself in a notebook; `.save("history.png")` keeps it.

        `measures`: columns of the timeline. KeyError for one that there is not.

        >>> out = ct.simulate("baseline", seed=1, **{"city.population": 300, "time.years": 0.1})
        >>> out.plot(["in_recovery"]).save("recovery.png").name
        'recovery.png'
        """
        chosen = tuple(map(by_new_name, (measures,) if isinstance(measures, str) else measures))
        for name in chosen:
            if name not in MEASURES:
                close = nearest(str(name), MEASURES)
                raise KeyError(f"no measure {name!r}" + (f"; did you mean {close}?" if close else ""))
        if not chosen:
            raise KeyError("no measures to draw: name columns of the timeline")
        title = self.scenario.title or self.scenario.name
        caption = ONE_HISTORY.format(self.seed)
        return package.ask("history", self.timeline, measures=chosen, title=title, caption=caption)

    @functools.cached_property
    def _made(self) -> dict[str, pd.DataFrame]:
        return {}

    def _table(self, name: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """A copy of a table, which is made once."""
        if name not in self._made:
            self._made[name] = make()
        return self._made[name].copy()

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_made"}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Outcomes):
            return NotImplemented
        same = (self.scenario, self.seed) == (other.scenario, other.seed)
        return same and all(
            getattr(self, name).equals(getattr(other, name)) for name in ("timeline", "events", "people")
        )

    def __hash__(self) -> int:
        return hash((self.scenario.name, self.seed, len(self._record.weeks)))

    def __repr__(self) -> str:
        tables = (
            "tables: .timeline .events .people .groups .ledger; also .graph .cascades() .survival() .equity() .plot()"
        )
        return f"Outcomes: {self._named()}\n{self._ends().to_string(float_format='{:,.2f}'.format)}\n{tables}"

    def _repr_html_(self) -> str:
        from html import escape

        table = self._ends().rename_axis("Measure", axis="columns").to_html(float_format="{:,.2f}".format, border=0)
        return f"<p>{escape(self._named())}</p>{table}"

    def _named(self) -> str:
        return f"{plainly(self.scenario.title or self.scenario.name, 60)}, one history (seed {self.seed})"

    def _ends(self) -> pd.DataFrame:
        """A few measures on the first day and in the last week."""
        shown = ["people", "active", "in_recovery", "stable", "public_stigma"]
        ends = self.timeline[shown].iloc[[0, -1]].T
        ends.columns = ["first day", f"week {len(self._record.weeks) - 1}"]
        return ends.set_axis([MEASURES[name].noun for name in shown])


ONE_HISTORY = "One history (seed {}) shows what can happen, not what is likely."

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
