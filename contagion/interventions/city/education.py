"""Education-based anti-stigma work: courses and campaigns that inform the public, without anybody in recovery to meet.

In adults education does less than contact (Corrigan 2012); 12 of 13 programmes against stigma of substance use had some
effect (Livingston 2012). A session counts as a part of a meeting.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from contagion.core.parameters import amount, choice
from contagion.interventions.base import Intervention
from contagion.interventions.city import meet_public


class Education(Intervention):
    """Teachers inform the public about addiction and recovery."""

    kind: Literal["education"] = choice("education", "kind of intervention")
    summary: ClassVar[str] = "informs the public about addiction and recovery in courses and campaigns"
    label: ClassVar[str] = "Anti-stigma work by education"
    whom: ClassVar[str] = "The public"
    trial: ClassVar[str] = "contact"
    evidence: ClassVar[str] = (
        "in adults education does less than contact (Corrigan 2012, 72 studies; sizes not confirmed)"
    )
    of_people: ClassVar[bool] = False
    moves: ClassVar[tuple[str, int]] = ("public_stigma", -1)

    audience: float = amount(
        60.0, "members of the public taught by each post", unit="people per week", up_to=1000, off=0.0
    )
    counts: float = amount(
        0.25,
        "people in visible recovery that a session counts as",
        unit="people",
        up_to=5,
        off=0.0,
        source="Corrigan 2012: less than contact in adults (order)",
    )
    places: float = choice(1.0, "posts of teachers", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0)
    cost_fixed: float = amount(2_000.0, "materials", unit="GBP per year and 10,000 people", up_to=1e9)
    cost_place: float = amount(700.0, "a teacher's pay and rooms", unit="GBP per week and place in use", up_to=1e6)

    def work(self, city: Any, posts: int) -> None:
        meet_public(city, "taught", self.audience * posts, self.counts)
