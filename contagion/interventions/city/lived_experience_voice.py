"""Lived-experience voice in commissioning: people in recovery sit where rules, jobs and homes are decided.

As in GRID Voices. 3 of 13 studies of stigma in addiction were about structural stigma, with contact training for
professionals (Livingston 2012); a later review finds no effect confirmed (2020). The size is assumed.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from contagion.core.parameters import amount, choice, score
from contagion.interventions.base import Intervention
from contagion.interventions.shared import CityWide


class LivedExperienceVoice(CityWide, Intervention):
    """Give people with lived experience seats where services are commissioned."""

    kind: Literal["lived_experience_voice"] = choice("lived_experience_voice", "kind of intervention")
    summary: ClassVar[str] = "gives people with lived experience seats where services are commissioned"
    label: ClassVar[str] = "Lived-experience voice"
    whom: ClassVar[str] = "Those who commission services"
    evidence: ClassVar[str] = (
        "No controlled evidence of its effect was found; a review found no effect on stigma confirmed (2020)"
    )
    moves: ClassVar[tuple[str, int]] = ("structural_stigma", -1)

    lowers: float = score(0.08, "structural stigma that filling all seats takes away", off=0.0)
    places: float = choice(2.0, "seats", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0)
    needed: float = amount(2.0, "seats that would do", unit="per 10,000 people", low=0.1, up_to=10_000)
    cost_fixed: float = amount(3_000.0, "fees and support", unit="GBP per year and 10,000 people", up_to=1e9)
    payers: dict[str, float] = choice({"public_health": 1.0}, "who pays", unit="shares, sum 1")

    def move(self, city: Any, share: float) -> None:
        city.town.structural_lever -= self.lowers * share
