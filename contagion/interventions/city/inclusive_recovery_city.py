"""Inclusive recovery city: a staged composite that acts only through its parts, each opened when the city is ready for it.

Stages: 0 before, 1 baseline (five questions are asked), 2 council, 3 charter, 4 calendar, 5 connecting. The council needs
visible champions and open groups, the charter stakeholders and that champions make up led_by of them, the calendar a charter
that has stood for charter_weeks, connecting at least four events in a year. With half the coordinators who would do, the
baseline and the charter take twice the weeks. Withdrawn, its parts close.

Source: a month of baseline questions, champions' pathways, an active council led by lived experience, a charter, at least
four events a year (starrecovery.co.uk, doubleimpact.org.uk, richmondirc.org). No evaluation with numbers was found.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from contagion.core.parameters import amount, choice, share
from contagion.interventions.base import Intervention
from contagion.interventions.shared import CityWide
from contagion.vocabulary import NO_GROUP, VISIBLE

OPENS = ("baseline", "council", "charter", "calendar", "connecting")
"""Stages that open parts, from the first on."""


class InclusiveRecoveryCity(CityWide, Intervention):
    """Become an inclusive recovery city, stage by stage."""

    kind: Literal["inclusive_recovery_city"] = choice("inclusive_recovery_city", "kind of intervention")
    summary: ClassVar[str] = "opens its parts stage by stage, each when the city is ready for it"
    label: ClassVar[str] = "Inclusive recovery city"
    whom: ClassVar[str] = "The whole city, by way of its parts"
    evidence: ClassVar[str] = (
        "No controlled evidence: no evaluation of an inclusive recovery city with numbers was found"
    )
    moves: ClassVar[tuple[str, int]] = ("recovery_city", 1)

    baseline: list[str] = choice([], "interventions opened by the baseline stage", unit="names")
    council: list[str] = choice([], "interventions opened by the council", unit="names")
    charter: list[str] = choice([], "interventions opened by the charter", unit="names")
    calendar: list[str] = choice([], "interventions opened by the calendar of events", unit="names")
    connecting: list[str] = choice([], "interventions opened by connecting", unit="names")
    baseline_weeks: int = choice(4, "weeks of asking the five questions", unit="weeks", low=0, up_to=520)
    champions_needed: float = amount(5.0, "visible champions before a council", unit="per 10,000 people", up_to=10_000)
    groups_needed: float = amount(
        2.0, "open groups that meet, before a council", unit="per 10,000 people", up_to=10_000
    )
    stakeholders_needed: float = amount(10.0, "stakeholders before a charter", unit="per 10,000 people", up_to=10_000)
    led_by: float = share(0.3, "champions against stakeholders before a charter: led by lived experience")
    charter_weeks: int = choice(26, "weeks that a charter stands before a calendar", unit="weeks", low=0, up_to=520)
    events_needed: int = amount(4, "events held in a year before connecting", unit="events per year", up_to=52)
    places: float = choice(1.0, "coordinators", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0)
    needed: float = amount(1.0, "coordinators who would do", unit="per 10,000 people", low=0.1, up_to=10_000)
    cost_fixed: float = amount(10_000.0, "coordination and review", unit="GBP per year and 10,000 people", up_to=1e9)
    payers: dict[str, float] = choice({"public_health": 1.0}, "who pays", unit="shares, sum 1")

    def parts(self) -> list[str]:
        return self.parts_at(len(OPENS))

    def parts_at(self, stage: int) -> list[str]:
        """Names of the interventions that are open at a stage."""
        return [name for opens in OPENS[:stage] for name in getattr(self, opens)]

    def move(self, city: Any, share: float) -> None:
        town, week = city.town, city.week
        if town.recovery_city == 0 or self._ready(city, share * (week - town.recovery_city_since)):
            town.recovery_city, town.recovery_city_since = town.recovery_city + 1, week
        city.held_back = city.held_back - set(self.parts_at(town.recovery_city))

    def _ready(self, city: Any, weeks: float) -> bool:
        """Whether the conditions of the next stage are met; `weeks`: coordinated at this one."""
        stage, ten_thousand = city.town.recovery_city, city.founding_people / 10_000.0
        people = city.people
        champions = np.count_nonzero((people["champion"] == 1) & (people["visibility"] == VISIBLE)) / ten_thousand
        if stage == OPENS.index("baseline") + 1:
            met = np.unique(people["group"][people["group"] != NO_GROUP]).size / ten_thousand
            return weeks >= self.baseline_weeks and champions >= self.champions_needed and met >= self.groups_needed
        if stage == OPENS.index("council") + 1:
            council = city.stakeholders()
            return council >= self.stakeholders_needed and champions >= self.led_by * council
        if stage == OPENS.index("charter") + 1:
            return weeks >= self.charter_weeks
        return stage == OPENS.index("calendar") + 1 and city.events_a_year() >= self.events_needed
