"""Lived-experience recovery organisation (LERO): run by people in recovery; volunteering, work, advocacy.

The college of LEROs grew from 12 to over 50 members in its first months (CLERO, 2020-21). No controlled trial was found.
Members begin to give back and find work more often, and the more there are, the lower structural stigma is held.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from contagion.core.parameters import amount, choice, per_year
from contagion.interventions.base import Intervention
from contagion.interventions.shared import OpensGroup
from contagion.vocabulary import LERO, NO_GROUP, in_recovery


class LivedExperienceOrganisation(OpensGroup, Intervention):
    """Fund a lived-experience recovery organisation."""

    kind: Literal["lived_experience_organisation"] = choice("lived_experience_organisation", "kind of intervention")
    summary: ClassVar[str] = "funds an organisation run by people in recovery: volunteering, work, advocacy"
    label: ClassVar[str] = "Lived-experience organisation (LERO)"
    whom: ClassVar[str] = "People in recovery who attend no group"
    evidence: ClassVar[str] = (
        "No controlled evidence was found: LEROs are described (CLERO), not evaluated with numbers"
    )
    serves: ClassVar[tuple[str, ...]] = ("early", "sustained", "stable")
    opens: ClassVar[int] = LERO
    moves: ClassVar[tuple[str, int]] = ("structural_stigma", -1)

    places: float = choice(15.0, "active members", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0)
    reach: float = per_year(0.5, "hazard of somebody in recovery without a group joining", up_to=520, off=0.0)
    duration: int = choice(520, "weeks of membership, at most", unit="weeks", low=1, up_to=5200)
    drop_out: float = per_year(0.0, "hazard of dropping out, beyond that of any group", up_to=520, off=0.0)
    cost_fixed: float = amount(25_000.0, "core funding", unit="GBP per year and 10,000 people", up_to=1e9)
    cost_place: float = amount(10.0, "volunteers' expenses", unit="GBP per week and place in use", up_to=1e6)
    payers: dict[str, float] = choice({"public_health": 0.5, "voluntary": 0.5}, "who pays", unit="shares, sum 1")

    @staticmethod
    def eligible(who: Any, p: Any) -> bool:
        return in_recovery(who.stage) and who.group == NO_GROUP and who.custody == 0
