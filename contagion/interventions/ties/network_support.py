"""Network support: people in treatment or new in recovery are introduced to somebody in lasting recovery.

One abstinent person more in the network goes with 1.27 times the probability of abstinence in the next year (Litt 2007).
The tie is the effect: it fades like any other, and stays when the programme ends.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from contagion.core.lots import partners
from contagion.core.parameters import amount, choice, per_year
from contagion.core.process import selection
from contagion.interventions.base import Intervention
from contagion.vocabulary import ACTIVE, EARLY, HIDDEN, INSIDE, STABLE, SUSTAINED, Layer, is_here


class NetworkSupport(Intervention):
    """Introduce people in treatment or new in recovery to somebody in lasting recovery."""

    kind: Literal["network_support"] = choice("network_support", "kind of intervention")
    summary: ClassVar[str] = "introduces people in treatment or new in recovery to somebody in lasting recovery"
    label: ClassVar[str] = "Network support (befriending)"
    whom: ClassVar[str] = "People in treatment, or in their first year of recovery"
    trial: ClassVar[str] = "litt"
    evidence: ClassVar[str] = "one abstinent tie more: abstinence in the next year x 1.27 (Litt 2007, n = 210)"
    moves: ClassVar[tuple[str, int]] = ("connectedness", 1)

    places: float = choice(
        15.0, "people served at a time", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0
    )
    reach: float = per_year(2.0, "hazard of an eligible person being offered it", up_to=520, off=0.0)
    duration: int = choice(26, "weeks of support, at most", unit="weeks", low=1, up_to=5200)
    cost_fixed: float = amount(8_000.0, "coordination", unit="GBP per year and 10,000 people", up_to=1e9)
    cost_place: float = amount(25.0, "expenses of those who befriend", unit="GBP per week and place in use", up_to=1e6)
    payers: dict[str, float] = choice({"public_health": 0.7, "voluntary": 0.3}, "who pays", unit="shares, sum 1")

    @staticmethod
    def eligible(who: Any, p: Any) -> bool:
        return ((who.stage == ACTIVE and who.treatment == INSIDE) or who.stage == EARLY) and who.custody == 0

    @staticmethod
    def stays(who: Any, p: Any) -> bool:
        return is_here(who.stage) and who.custody == 0

    def deliver(self, city: Any, inside: Any, entered: Any, left: Any) -> None:
        people, friends = city.people, befriend.rows(city.people, self)
        uid, place = people["uid"], people["neighbourhood"]
        city.bond(partners(city.seed_, "introduced to", city.week, uid, entered, friends, place), Layer.RECOVERY)


@selection
def befriend(who: Any, p: Any) -> bool:
    """People in lasting recovery who do not hide it."""
    return (who.stage == SUSTAINED or who.stage == STABLE) and who.visibility != HIDDEN and who.custody == 0
