"""Individual placement and support: a specialist in the treatment service who finds ordinary jobs, soon.

In England (1,687 people, IPS-AD) employment improved for alcohol and for other drugs, not for opioids (Marsden 2024). The
percentages are not confirmed, so the size is assumed and the order by substance is not.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from contagion.core.parameters import amount, choice, per_year, ratio
from contagion.interventions.base import Intervention
from contagion.vocabulary import INSIDE, OPIOID, is_here


class IndividualPlacement(Intervention):
    """Employment specialists for people in treatment."""

    kind: Literal["individual_placement"] = choice("individual_placement", "kind of intervention")
    summary: ClassVar[str] = "employment specialists find ordinary jobs for people in treatment"
    label: ClassVar[str] = "Individual placement and support"
    whom: ClassVar[str] = "People in treatment without a job"
    trial: ClassVar[str] = "placement"
    evidence: ClassVar[str] = (
        "more employment with alcohol and other drugs, none with opioids (randomised, n = 1,687; sizes not confirmed)"
    )
    moves: ClassVar[tuple[str, int]] = ("jobs_share", 1)

    helps: float = ratio(
        1.5,
        "how much more often people with an alcohol or other profile find a job",
        of="hazard ratio",
        low=1,
        up_to=10,
        off=1.0,
        source="Marsden 2024 (IPS-AD): effective for alcohol and other drugs (sign)",
    )
    helps_opioid: float = ratio(
        1.0,
        "the same, opioid profile",
        of="hazard ratio",
        low=1,
        up_to=10,
        off=1.0,
        source="Marsden 2024 (IPS-AD): not effective for opioids",
        grade="C",
    )
    places: float = choice(
        8.0, "people served at a time", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0
    )
    reach: float = per_year(1.0, "hazard of an eligible person being offered it", up_to=520, off=0.0)
    duration: int = amount(
        56, "weeks of support", unit="weeks", low=1, up_to=5200, source="up to 13 months (IPS-AD)", grade="C"
    )
    cost_fixed: float = amount(0.0, "fixed cost", unit="GBP per year and 10,000 people", up_to=1e9)
    cost_place: float = amount(45.0, "a specialist's hours", unit="GBP per week and place in use", up_to=1e6)
    payers: dict[str, float] = choice({"public_health": 0.5, "nhs": 0.5}, "who pays", unit="shares, sum 1")

    @staticmethod
    def eligible(who: Any, p: Any) -> bool:
        return who.treatment == INSIDE and who.job == 0 and who.custody == 0

    @staticmethod
    def stays(who: Any, p: Any) -> bool:
        return is_here(who.stage) and who.custody == 0

    def deliver(self, city: Any, inside: Any, entered: Any, left: Any) -> None:
        opioid = city.people["substance"][inside] == OPIOID
        city.people["job_help"][inside] *= np.where(opioid, self.helps_opioid, self.helps)
