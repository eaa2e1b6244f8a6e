"""Jobs, Friends and Houses: a social enterprise that employs, houses and connects people early in recovery.

In Blackpool 28 jobs and 15 homes within 18 months for over a million pounds of public money; it later needed a rescue of
300,000 pounds. So the enterprise may fail: then its jobs and homes are gone, and friendships remain.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from contagion.core.lots import partners
from contagion.core.parameters import amount, choice, per_year
from contagion.interventions.base import Intervention
from contagion.vocabulary import EARLY, SUSTAINED, Layer


class JobsFriendsHouses(Intervention):
    """A job, a home and colleagues in recovery, from one enterprise that may fail."""

    kind: Literal["jobs_friends_houses"] = choice("jobs_friends_houses", "kind of intervention")
    summary: ClassVar[str] = (
        "a social enterprise that gives people in recovery a job, a home and colleagues in recovery"
    )
    label: ClassVar[str] = "Jobs, Friends and Houses"
    whom: ClassVar[str] = "People in early or sustained recovery without a job"
    serves: ClassVar[tuple[str, ...]] = ("early", "sustained")
    evidence: ClassVar[str] = "No controlled evidence: one enterprise was described, and later needed a rescue"
    moves: ClassVar[tuple[str, int]] = ("homes_share", 1)

    failing: float = per_year(
        0.1,
        "hazard of the enterprise failing in any year",
        off=0.0,
        source="the one described needed a rescue within some four years (no rate)",
    )
    places: float = choice(2.0, "jobs with homes", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0)
    reach: float = per_year(1.0, "hazard of an eligible person applying and being taken on", up_to=520, off=0.0)
    duration: int = choice(104, "weeks until they move on with a job and a home", unit="weeks", low=1, up_to=5200)
    cost_place: float = amount(
        460.0,
        "public money for a job with a home",
        unit="GBP per week and place in use",
        up_to=1e6,
        source="over 1 million GBP for 28 jobs and 15 homes within 18 months (Blackpool)",
        grade="D",
    )
    payers: dict[str, float] = choice(
        {"public_health": 0.4, "council_housing": 0.3, "justice": 0.3}, "who pays", unit="shares, sum 1"
    )

    @staticmethod
    def eligible(who: Any, p: Any) -> bool:
        return (who.stage == EARLY or who.stage == SUSTAINED) and who.job == 0 and who.custody == 0

    @staticmethod
    def stays(who: Any, p: Any) -> bool:
        return (who.stage == EARLY or who.stage == SUSTAINED) and who.custody == 0

    def deliver(self, city: Any, inside: Any, entered: Any, left: Any) -> None:
        people = city.people
        people["job"][entered] = people["home"][entered] = 1
        one_firm = np.zeros(people.size, np.int64)
        pairs = partners(city.seed_, "works with", city.week, people["uid"], entered, inside, one_firm)
        city.bond(pairs, Layer.RECOVERY)

    def fall(self, city: Any, left: Any) -> None:
        people = city.people
        people["job"][left] = people["home"][left] = 0
        people["shock"][left] = city.scenario_.homes.shock
