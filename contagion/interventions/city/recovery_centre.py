"""Recovery cafe or centre: a place open to all, where people in recovery meet each other and the public.

Centres in New England have budgets of 17,000 to 760,000 dollars a year and a dozen to over 2,000 visits a month; taking part
goes with recovery capital, most where capital is low (Kelly 2020). No controlled trial was found.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from contagion.core.parameters import amount, choice, per_year
from contagion.interventions.base import Intervention
from contagion.interventions.shared import OpensGroup
from contagion.vocabulary import CAFE, NO_GROUP, has_lived_experience


class RecoveryCentre(OpensGroup, Intervention):
    """Open a recovery cafe or centre in every neighbourhood."""

    kind: Literal["recovery_centre"] = choice("recovery_centre", "kind of intervention")
    summary: ClassVar[str] = "opens recovery cafes or centres, open to all"
    label: ClassVar[str] = "Recovery cafe or centre"
    whom: ClassVar[str] = "People with lived experience who attend no group"
    evidence: ClassVar[str] = (
        "No controlled evidence was found: taking part goes with recovery capital (Kelly 2020, centres in New England)"
    )
    serves: ClassVar[tuple[str, ...]] = ("active", "early", "sustained", "stable")
    opens: ClassVar[int] = CAFE
    moves: ClassVar[tuple[str, int]] = ("attendance_share", 1)

    places: float = choice(20.0, "regular members", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0)
    reach: float = per_year(0.5, "hazard of somebody without a group coming in", up_to=520, off=0.0)
    duration: int = choice(520, "weeks of membership, at most", unit="weeks", low=1, up_to=5200)
    drop_out: float = per_year(0.0, "hazard of dropping out, beyond that of any group", up_to=520, off=0.0)
    cost_fixed: float = amount(30_000.0, "rooms and staff", unit="GBP per year and 10,000 people", up_to=1e9)
    cost_place: float = amount(5.0, "running costs", unit="GBP per week and place in use", up_to=1e6)
    payers: dict[str, float] = choice({"public_health": 0.6, "voluntary": 0.4}, "who pays", unit="shares, sum 1")

    @staticmethod
    def eligible(who: Any, p: Any) -> bool:
        return has_lived_experience(who.stage) and who.group == NO_GROUP and who.custody == 0
