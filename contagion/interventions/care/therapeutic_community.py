"""Therapeutic community: people in treatment live together for some months and come to see themselves as recovering.

User identity fell for 76 % and recovery identity held or rose for 64 % in the first month (Dingle 2015, 132 entrants).
Residential rehabilitation cost 633 pounds a week (2013/14). Whether it pays for itself is disputed (DWP 2015).
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from contagion.core.parameters import amount, choice, per_year
from contagion.interventions.base import Intervention
from contagion.interventions.shared import OpensGroup
from contagion.vocabulary import COMMUNITY, EARLY, INSIDE, has_lived_experience


class TherapeuticCommunity(OpensGroup, Intervention):
    """Open residential places in a therapeutic community for people in treatment."""

    kind: Literal["therapeutic_community"] = choice("therapeutic_community", "kind of intervention")
    summary: ClassVar[str] = "gives people in treatment months in a residential community"
    label: ClassVar[str] = "Therapeutic community"
    whom: ClassVar[str] = "People in treatment, in active addiction or early recovery"
    evidence: ClassVar[str] = (
        "No controlled evidence was used: identity moves in the first month (Dingle 2015, 132 entrants, no comparison)"
    )
    serves: ClassVar[tuple[str, ...]] = ("active", "early")
    opens: ClassVar[int] = COMMUNITY
    moves: ClassVar[tuple[str, int]] = ("identity", 1)

    places: float = choice(3.0, "beds", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0)
    reach: float = per_year(1.0, "hazard of somebody in treatment asking for a place", up_to=520, off=0.0)
    duration: int = choice(
        104, "weeks in a place, at most (a stay ends after groups.community_weeks)", unit="weeks", low=1, up_to=5200
    )
    drop_out: float = per_year(0.0, "hazard of leaving, beyond that of any group", up_to=520, off=0.0)
    cost_place: float = amount(
        850.0,
        "cost of a bed",
        unit="GBP per week and place in use",
        up_to=1e6,
        source="633 a week in 2013/14 (GMCA unit costs), at prices of 2024 by the GDP deflator",
        grade="D",
    )
    payers: dict[str, float] = choice({"public_health": 1.0}, "who pays", unit="shares, sum 1")

    @staticmethod
    def eligible(who: Any, p: Any) -> bool:
        return has_lived_experience(who.stage) and who.stage <= EARLY and who.treatment == INSIDE and who.custody == 0
