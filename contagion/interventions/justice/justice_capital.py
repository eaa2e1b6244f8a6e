"""Justice capital: police and probation are trained, by people with lived experience among others, to help rather than harm.

Justice capital is what the justice system adds to recovery capital (HMIP 2024/06). No trial of its size was found.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from contagion.core.parameters import amount, choice, score
from contagion.interventions.base import Intervention
from contagion.interventions.shared import CityWide


class JusticeCapital(CityWide, Intervention):
    """Train police and probation staff; it wears off when it ends."""

    kind: Literal["justice_capital"] = choice("justice_capital", "kind of intervention")
    summary: ClassVar[str] = "trains police and probation so that their contacts help rather than harm"
    label: ClassVar[str] = "Justice-capital training"
    whom: ClassVar[str] = "Police and probation staff"
    evidence: ClassVar[str] = "No controlled evidence was found: justice capital is a concept (HMIP 2024/06)"
    moves: ClassVar[tuple[str, int]] = ("attendance_share", 1)

    raises: float = score(0.3, "what training all who need it adds to justice capital", off=0.0)
    places: float = choice(
        20.0, "staff trained and supervised", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0
    )
    needed: float = amount(20.0, "staff who need it", unit="per 10,000 people", low=0.1, up_to=10_000)
    cost_fixed: float = amount(6_000.0, "training", unit="GBP per year and 10,000 people", up_to=1e9)
    payers: dict[str, float] = choice({"justice": 1.0}, "who pays", unit="shares, sum 1")

    def move(self, city: Any, share: float) -> None:
        city.town.justice_lever += self.raises * share
