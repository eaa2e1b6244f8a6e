"""Collegiate recovery: a programme at a college or university for students in recovery.

29 programmes with 486 students; about 90 against 61 % graduate (Laudet 2013/14, without a control group).
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from contagion.core.parameters import amount, choice, per_year
from contagion.interventions.base import Intervention
from contagion.interventions.shared import OpensGroup
from contagion.vocabulary import COLLEGIATE, NO_GROUP, in_recovery


class CollegiateRecovery(OpensGroup, Intervention):
    """Open a collegiate recovery programme for young people in recovery."""

    kind: Literal["collegiate_recovery"] = choice("collegiate_recovery", "kind of intervention")
    summary: ClassVar[str] = "opens a programme for students in recovery"
    label: ClassVar[str] = "Collegiate recovery"
    whom: ClassVar[str] = "Young people in recovery who attend no group"
    evidence: ClassVar[str] = (
        "No controlled evidence was found: about 90 against 61 % graduate, without a control group (Laudet 2013/14)"
    )
    serves: ClassVar[tuple[str, ...]] = ("early", "sustained", "stable")
    opens: ClassVar[int] = COLLEGIATE
    moves: ClassVar[tuple[str, int]] = ("attendance_share", 1)

    oldest: float = choice(30.0, "age up to which people take part", unit="years", low=18, up_to=120)
    places: float = choice(3.0, "students", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0)
    reach: float = per_year(1.0, "hazard of a young person in recovery joining", up_to=520, off=0.0)
    duration: int = choice(208, "weeks of membership, at most", unit="weeks", low=1, up_to=5200)
    drop_out: float = per_year(0.0, "hazard of dropping out, beyond that of any group", up_to=520, off=0.0)
    cost_fixed: float = amount(4_000.0, "a coordinator's share", unit="GBP per year and 10,000 people", up_to=1e9)
    cost_place: float = amount(20.0, "running costs", unit="GBP per week and place in use", up_to=1e6)
    payers: dict[str, float] = choice({"voluntary": 1.0}, "who pays", unit="shares, sum 1")

    @staticmethod
    def eligible(who: Any, p: Any) -> bool:
        return in_recovery(who.stage) and who.age < p.oldest and who.group == NO_GROUP and who.custody == 0
