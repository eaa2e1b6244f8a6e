"""Recovery housing: a place in a house run by and for people in recovery.

At 24 months 31.3 against 64.8 % had used after an Oxford House (Jason 2006, RCT n = 150). Residents vote; 267 of 823 were
still there at 6 months in Florida (Hard 2022): about 2.3 leave per person and year, drop-out and moving on together.
"""

from __future__ import annotations

from typing import Any, ClassVar

from contagion.city.groups import house_group
from contagion.core.parameters import param
from contagion.interventions.base import Intervention
from contagion.vocabulary import EARLY, SUSTAINED, GroupKind


class Housing(Intervention):
    """Places in recovery homes for people in early recovery who need one."""

    kind_: ClassVar[str] = "housing"
    summary: ClassVar[str] = "offers places in recovery homes to people in their first year of recovery"

    homeless_only: bool = param(False, unit="switch", grade="choice", source="set by the user",
                                meaning="serve only people without a home of their own")  # fmt: skip
    places: float = param(8.0, low=0, high=10_000, unit="places per 10,000 people", off=0.0, grade="choice",
                          source="set by the user", meaning="beds")  # fmt: skip
    reach: float = param(3.0, low=0, high=520, unit="per year", off=0.0,
                         meaning="hazard of an eligible person asking for a place")  # fmt: skip
    duration: int = param(104, low=1, high=5200, unit="weeks", meaning="weeks of stay, at most", grade="choice",
                          source="set by the user")  # fmt: skip
    drop_out: float = param(
        2.3, low=0, high=520, unit="per year", off=0.0, grade="D", meaning="hazard of leaving",
        source="267 of 823 residents retained at 6 months (Hard 2022)",
    )  # fmt: skip
    cost_fixed: float = param(0.0, low=0, high=1e9, unit="GBP per year and 10,000 people", meaning="fixed cost")
    cost_place: float = param(225.0, low=0, high=1e6, unit="GBP per week and place in use",
                              meaning="cost of a bed")  # fmt: skip

    def eligible(self, who: Any) -> Any:
        fits = (who.stage == EARLY) & (who.custody == 0) & (who.spell <= 39)
        return fits & (who.home == 0) if self.homeless_only else fits

    def stays(self, who: Any) -> Any:
        return ((who.stage == EARLY) | (who.stage == SUSTAINED)) & (who.custody == 0)

    def deliver(self, city: Any, inside: Any, entered: Any, left: Any) -> None:
        who, meet = city.lived, city.meetings
        housed, group, since = who.housed.copy(), who.group.copy(), who.since_joined.copy()
        housed[inside] = 1
        out = left[(group[left] >= 0) & (meet.kind[group[left]] == GroupKind.RECOVERY_HOME)]
        group[out] = -1
        group[inside] = house_group(meet, who.neighbourhood[inside])
        since[entered] = 0
        who.housed, who.group, who.since_joined = housed, group, since
