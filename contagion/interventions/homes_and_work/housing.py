"""Recovery housing: a place in a house run by and for people in recovery.

At 24 months 31.3 against 64.8 % had used after an Oxford House (Jason 2006, RCT n = 150). Residents vote; 267 of 823 were
still there at 6 months in Florida (Hard 2022): about 2.3 leave per person and year, drop-out and moving on together.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from contagion.core.parameters import amount, choice, per_year, switch
from contagion.interventions.base import Intervention
from contagion.interventions.shared import enter_groups, in_groups, leave_groups
from contagion.vocabulary import EARLY, SUSTAINED, GroupKind


class Housing(Intervention):
    """Places in recovery homes for people in early recovery who need one."""

    kind: Literal["housing"] = choice("housing", "kind of intervention")
    summary: ClassVar[str] = "offers places in recovery homes to people early in recovery"
    label: ClassVar[str] = "Recovery housing"
    whom: ClassVar[str] = "People in early recovery"
    serves: ClassVar[tuple[str, ...]] = ("early",)
    trial: ClassVar[str] = "jason"
    evidence: ClassVar[str] = "31.3 against 64.8 % had used at 24 months (randomised, n = 150)"
    moves: ClassVar[tuple[str, int]] = ("homes_share", 1)

    newest: int = choice(13, "weeks in recovery up to which a place is offered", unit="weeks", low=1, up_to=5200)
    homeless_only: bool = switch(False, "serve only people without a home of their own")
    places: float = choice(8.0, "beds", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0)
    reach: float = per_year(6.0, "hazard of an eligible person asking for a place", up_to=520, off=0.0)
    duration: int = choice(104, "weeks of stay, at most", unit="weeks", low=1, up_to=5200)
    drop_out: float = per_year(
        1.45,
        "hazard of leaving, but for relapse",
        up_to=520,
        off=0.0,
        source="267 of 823 residents retained at 6 months (Hard 2022), less those who relapse",
        grade="D",
    )
    cost_fixed: float = amount(0.0, "fixed cost", unit="GBP per year and 10,000 people", up_to=1e9)
    cost_place: float = amount(225.0, "cost of a bed", unit="GBP per week and place in use", up_to=1e6)
    payers: dict[str, float] = choice({"council_housing": 0.8, "public_health": 0.2}, "who pays", unit="shares, sum 1")

    @staticmethod
    def eligible(who: Any, p: Any) -> bool:
        fits = who.stage == EARLY and who.custody == 0 and who.spell <= p.newest
        return fits and (who.home == 0 or not p.homeless_only)

    @staticmethod
    def stays(who: Any, p: Any) -> bool:
        return (who.stage == EARLY or who.stage == SUSTAINED) and who.custody == 0

    def need(self, people: np.ndarray, rows: np.ndarray, waited: np.ndarray) -> np.ndarray:
        homeless = people["home"][rows] == 0
        return np.where(homeless, self.newest, 0) - people["spell"][rows].astype(float)

    def deliver(self, city: Any, inside: Any, entered: Any, left: Any) -> None:
        people = city.people
        people["housed"][inside] = 1
        leave_groups(city, GroupKind.RECOVERY_HOME, left)
        enter_groups(city, GroupKind.RECOVERY_HOME, inside[~in_groups(city, GroupKind.RECOVERY_HOME, inside)])
        people["since_joined"][entered] = 0
