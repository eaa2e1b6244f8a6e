"""Contact-based anti-stigma work: people in visible recovery meet members of the public, face to face.

In adults contact does more than education, and face to face more than by video (Corrigan 2012, 72 studies). The sizes are
not confirmed: a meeting counts as one person in visible recovery met, by the model's own rule of attitudes.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from contagion.core.parameters import amount, choice, per_year
from contagion.interventions.base import Intervention
from contagion.interventions.city import meet_public
from contagion.vocabulary import STABLE, SUSTAINED, VISIBLE


class ContactWork(Intervention):
    """People in lasting, visible recovery tell the public of it."""

    kind: Literal["contact_work"] = choice("contact_work", "kind of intervention")
    summary: ClassVar[str] = "people in visible recovery meet members of the public face to face"
    label: ClassVar[str] = "Anti-stigma work by contact"
    whom: ClassVar[str] = "The public, by way of people in lasting recovery who are visible"
    serves: ClassVar[tuple[str, ...]] = ("sustained", "stable")
    trial: ClassVar[str] = "contact"
    evidence: ClassVar[str] = (
        "in adults contact does more than education (Corrigan 2012, 72 studies; sizes not confirmed)"
    )
    moves: ClassVar[tuple[str, int]] = ("public_stigma", -1)

    audience: float = amount(15.0, "members of the public met by each", unit="people per week", up_to=1000, off=0.0)
    counts: float = amount(1.0, "people in visible recovery that a meeting counts as", unit="people", up_to=5, off=0.0)
    places: float = choice(4.0, "people who speak", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0)
    reach: float = per_year(1.0, "hazard of a suitable person being asked and willing", up_to=520, off=0.0)
    duration: int = choice(104, "weeks of speaking, at most", unit="weeks", low=1, up_to=5200)
    cost_fixed: float = amount(8_000.0, "organising meetings", unit="GBP per year and 10,000 people", up_to=1e9)
    cost_place: float = amount(30.0, "expenses of those who speak", unit="GBP per week and place in use", up_to=1e6)

    @staticmethod
    def eligible(who: Any, p: Any) -> bool:
        return (who.stage == SUSTAINED or who.stage == STABLE) and who.visibility == VISIBLE and who.custody == 0

    def deliver(self, city: Any, inside: Any, entered: Any, left: Any) -> None:
        if inside.size:
            meet_public(city, "met by contact work", self.audience * inside.size, self.counts)
