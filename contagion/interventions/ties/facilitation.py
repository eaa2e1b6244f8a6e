"""Mutual-aid facilitation: treatment itself brings people to mutual aid, as twelve-step facilitation does.

Continuously abstinent at 12 months 42 against 35 % (Cochrane 2020, 27 studies). In young adults after residential treatment
attendance rose from 36 to 89 % within three months (Kelly); here that share of those served goes to a meeting.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from contagion.core.chance import uniform
from contagion.core.parameters import amount, choice, per_year, share
from contagion.interventions.base import Intervention
from contagion.vocabulary import ACTIVE, EARLY, INSIDE, NO_GROUP


class Facilitation(Intervention):
    """Bring people in treatment to mutual aid as part of it."""

    kind: Literal["facilitation"] = choice("facilitation", "kind of intervention")
    summary: ClassVar[str] = "brings people in treatment to mutual-aid meetings as part of it"
    label: ClassVar[str] = "Mutual-aid facilitation in treatment"
    whom: ClassVar[str] = "People in treatment who attend no group"
    serves: ClassVar[tuple[str, ...]] = ("active", "early", "sustained", "stable")
    trial: ClassVar[str] = "facilitation"
    evidence: ClassVar[str] = "42 against 35 % abstinent throughout a year (Cochrane review 2020, 27 studies)"
    moves: ClassVar[tuple[str, int]] = ("attendance_share", 1)

    joins: float = share(
        0.89,
        "share of those served who go to a mutual-aid meeting",
        off=0.0,
        source="Kelly: 89 % attend at three months, from 36 %",
        grade="C",
    )
    places: float = choice(
        15.0, "people served at a time", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0
    )
    reach: float = per_year(4.0, "hazard of an eligible person being offered it", up_to=520, off=0.0)
    duration: int = amount(12, "weeks of sessions, at most", unit="weeks", low=1, up_to=5200)
    cost_fixed: float = amount(4_000.0, "training of staff", unit="GBP per year and 10,000 people", up_to=1e9)
    cost_place: float = amount(45.0, "a session a week", unit="GBP per week and place in use", up_to=1e6)

    @staticmethod
    def eligible(who: Any, p: Any) -> bool:
        return who.treatment == INSIDE and who.group == NO_GROUP and who.custody == 0

    @staticmethod
    def stays(who: Any, p: Any) -> bool:
        return (who.treatment == INSIDE and who.stage == ACTIVE) or who.stage == EARLY

    def deliver(self, city: Any, inside: Any, entered: Any, left: Any) -> None:
        people, meet, seed, week = city.people, city.meetings, city.seed_, city.week
        go = entered[uniform(seed, "facilitated", week, people["uid"][entered]) < self.joins]
        if go.size and meet.aid_groups.size:
            which = uniform(seed, "facilitated to which group", week, people["uid"][go])
            people["group"][go], people["since_joined"][go] = meet.meeting(people["neighbourhood"][go], which), 0
