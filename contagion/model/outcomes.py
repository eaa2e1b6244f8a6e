"""Outcomes: weekly measures, the event log (who inspired whom), breakdowns, the ledger and the final people."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from contagion.core import drawing
from contagion.core.sums import exact_mean
from contagion.model.measuring import Of, count, flow, level, mean, per_1000, share, total
from contagion.model.outcome_list import OUTCOMES
from contagion.processes.exposure import know_somebody
from contagion.vocabulary import (
    ACTIVE,
    ALCOHOL,
    AT_RISK,
    CHANNELS,
    DEAD,
    EARLY,
    INSIDE,
    NO_GROUP,
    OPIOID,
    STABLE,
    STAGES,
    SUBSTANCES,
    SUSTAINED,
    VISIBLE,
    WAITING,
    has_lived_experience,
    in_recovery,
)

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

    from contagion.model.cascades import Cascades
    from contagion.model.scenario import Scenario


MEASURES = OUTCOMES
"""The measures of each week."""

_HOW: dict[str, Of] = {
    "people": level(lambda city: city.here),
    "at_risk": count(lambda who: who.stage == AT_RISK),
    "active": count(lambda who: who.stage == ACTIVE),
    "early": count(lambda who: who.stage == EARLY),
    "sustained": count(lambda who: who.stage == SUSTAINED),
    "stable": count(lambda who: who.stage == STABLE),
    "in_recovery": count(lambda who: in_recovery(who.stage)),
    "starts": flow(),
    "relapses": flow(),
    "onsets": flow(),
    "deaths": flow(),
    "opioid_deaths": flow(),
    "active_per_1000": per_1000(lambda who: who.stage == ACTIVE),
    "opioid_active_per_1000": per_1000(lambda who: who.stage == ACTIVE and who.substance == OPIOID),
    "alcohol_active_per_1000": per_1000(lambda who: who.stage == ACTIVE and who.substance == ALCOHOL),
    "recovery_per_1000": per_1000(lambda who: in_recovery(who.stage)),
    "attempts": mean(lambda who: who.attempts, lambda who: has_lived_experience(who.stage)),
    "personal_capital": mean(lambda who: who.personal, lambda who: in_recovery(who.stage)),
    "social_capital": mean(lambda who: who.social, lambda who: in_recovery(who.stage)),
    "community_capital": level(lambda city: exact_mean(city.town.community)),
    "barriers": mean(lambda who: who.barriers, lambda who: in_recovery(who.stage)),
    "barriers_active": mean(lambda who: who.barriers, lambda who: who.stage == ACTIVE),
    "barc47_share": share(lambda who: 10.0 + 50.0 * who.personal >= 47.0, lambda who: in_recovery(who.stage)),
    "connectedness": mean(lambda who: who.connectedness, lambda who: has_lived_experience(who.stage)),
    "hope": mean(lambda who: who.hope, lambda who: has_lived_experience(who.stage)),
    "identity": mean(lambda who: who.identity, lambda who: has_lived_experience(who.stage)),
    "meaning": mean(lambda who: who.meaning, lambda who: has_lived_experience(who.stage)),
    "empowerment": mean(lambda who: who.empowerment, lambda who: has_lived_experience(who.stage)),
    "visible_share": share(lambda who: who.visibility == VISIBLE, lambda who: in_recovery(who.stage)),
    "champions": count(lambda who: who.champion == 1),
    "public_stigma": level(lambda city: city.town.public_stigma),
    "structural_stigma": level(lambda city: city.town.structural),
    "internalised_stigma": mean(lambda who: who.internalised, lambda who: who.stage == ACTIVE),
    "collective_efficacy": level(lambda city: exact_mean(city.town.efficacy)),
    "coalition": level(lambda city: city.town.coalition),
    "homes_share": share(lambda who: who.home + who.housed > 0, lambda who: in_recovery(who.stage)),
    "jobs_share": share(lambda who: who.job == 1, lambda who: in_recovery(who.stage)),
    "giving_back_share": share(lambda who: who.giving_back == 1, lambda who: who.stage == STABLE),
    "offences": total(lambda who: who.offences),
    "in_custody": count(lambda who: who.custody > 0 and who.stage < DEAD),
    "in_treatment": count(lambda who: who.treatment == INSIDE),
    "waiting_treatment": count(lambda who: who.treatment == WAITING),
    "opioid_coverage": share(
        lambda who: who.treatment == INSIDE, lambda who: who.stage == ACTIVE and who.substance == OPIOID
    ),
    "alcohol_coverage": share(
        lambda who: who.treatment == INSIDE, lambda who: who.stage == ACTIVE and who.substance == ALCOHOL
    ),
    "attendance_share": share(lambda who: who.group != NO_GROUP, lambda who: in_recovery(who.stage)),
    "knows_affected_share": level(lambda city: know_somebody(city.web, city.people) / max(1, city.here)),
    **{f"credit_{channel}": flow() for channel in CHANNELS},
    "cost": flow(),
}

HOW: dict[str, Of] = {name: one.of or _HOW[name] for name, one in OUTCOMES.items()}
"""How each outcome is summed, in the order of the list; a declaration's own `of` comes first."""


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
    stage = who["stage"]
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
        here = np.bincount(code[stage < DEAD], minlength=size)
        by_stage = [np.bincount(code[stage == kind], minlength=size) for kind in (ACTIVE, EARLY, SUSTAINED, STABLE)]
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
