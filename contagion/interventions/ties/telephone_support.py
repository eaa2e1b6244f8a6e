"""Telephone support by volunteers: a call is not a tie.

In a trial of 100 people calls by volunteers changed neither use nor recovery capital. So the default effect is none; it is
here to be costed, and to be swept by whoever believes otherwise.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from contagion.core.parameters import amount, choice, log_ratio, per_year
from contagion.interventions.base import Intervention
from contagion.vocabulary import EARLY


class TelephoneSupport(Intervention):
    """Volunteers ring people in their first year of recovery."""

    kind: Literal["telephone_support"] = choice("telephone_support", "kind of intervention")
    summary: ClassVar[str] = "volunteers ring people in their first year of recovery every week"
    label: ClassVar[str] = "Telephone support by volunteers"
    whom: ClassVar[str] = "People in their first year of recovery"
    serves: ClassVar[tuple[str, ...]] = ("early",)
    trial: ClassVar[str] = "telephone"
    evidence: ClassVar[str] = "no effect on use or recovery capital (randomised, n = 100)"

    effect: float = log_ratio(
        0.0, "protection against relapse while called", source="no effect (randomised, n = 100)", grade="C"
    )
    places: float = choice(
        20.0, "people called at a time", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0
    )
    reach: float = per_year(4.0, "hazard of an eligible person being offered it", up_to=520, off=0.0)
    duration: int = choice(26, "weeks of calls, at most", unit="weeks", low=1, up_to=5200)
    cost_fixed: float = amount(5_000.0, "coordination", unit="GBP per year and 10,000 people", up_to=1e9)
    cost_place: float = amount(3.0, "calls and expenses", unit="GBP per week and place in use", up_to=1e6)
    payers: dict[str, float] = choice({"voluntary": 1.0}, "who pays", unit="shares, sum 1")

    @staticmethod
    def eligible(who: Any, p: Any) -> bool:
        return who.stage == EARLY and who.custody == 0

    @staticmethod
    def stays(who: Any, p: Any) -> bool:
        return who.stage == EARLY and who.custody == 0

    def deliver(self, city: Any, inside: Any, entered: Any, left: Any) -> None:
        city.people["coached"][inside] += self.effect
