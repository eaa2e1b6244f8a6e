"""Family allies: affected families learn how to invite somebody they care for into treatment (CRAFT).

In a trial (n = 115) 62 against 37 % of people who refused treatment entered it; over trials about two thirds do (Roozen
2010, Archer 2020). Families of both arms had come forward, and were served. So what CRAFT adds is the difference of the
hazards over half a year: 2 (ln(1 - 0.37) - ln(1 - 0.62)) = 1.01 a year; what any help for families does is not counted.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from contagion.core.parameters import amount, choice, per_year
from contagion.interventions.base import Intervention
from contagion.vocabulary import ACTIVE, INSIDE, OUTSIDE


class FamilyAllies(Intervention):
    """Train and support families of people in active addiction who refuse treatment."""

    kind: Literal["family_allies"] = choice("family_allies", "kind of intervention")
    summary: ClassVar[str] = "trains families to invite a relative in active addiction into treatment"
    label: ClassVar[str] = "Family allies (CRAFT)"
    whom: ClassVar[str] = "Families of people in active addiction who are not in treatment"
    serves: ClassVar[tuple[str, ...]] = ("active",)
    trial: ClassVar[str] = "craft"
    evidence: ClassVar[str] = "62 against 37 % of people who refused treatment entered it (randomised, n = 115)"
    moves: ClassVar[tuple[str, int]] = ("in_treatment", 1)

    invites: float = per_year(
        1.01,
        "hazard of seeking treatment that the invitation of a family which is served adds",
        up_to=10,
        off=0.0,
        source="62 against 37 % of refusing people enter treatment (randomised, n = 115), within half a year",
        grade="D",
    )
    places: float = choice(
        8.0, "families served at a time", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0
    )
    reach: float = per_year(0.5, "hazard of a family asking", up_to=520, off=0.0)
    duration: int = choice(26, "weeks of sessions and support, at most", unit="weeks", low=1, up_to=5200)
    cost_fixed: float = amount(8_000.0, "coordination", unit="GBP per year and 10,000 people", up_to=1e9)
    cost_place: float = amount(50.0, "sessions with a family", unit="GBP per week and place in use", up_to=1e6)

    @staticmethod
    def eligible(who: Any, p: Any) -> bool:
        return who.stage == ACTIVE and who.treatment == OUTSIDE and who.custody == 0

    @staticmethod
    def stays(who: Any, p: Any) -> bool:
        return who.stage == ACTIVE and who.treatment != INSIDE and who.custody == 0

    def deliver(self, city: Any, inside: Any, entered: Any, left: Any) -> None:
        city.people["invited"][inside] += self.invites
