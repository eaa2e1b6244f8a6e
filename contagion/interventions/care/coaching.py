"""Recovery coaching: a trained peer meets somebody newly in recovery every week.

Published effects are small and include none: acute care after 56 of 95 against 62 of 98 (randomised, n = 193), retention
38.5 against 41.7 % (n = 25), reviews tentative (Eddie 2019, Bassuk 2016). As a log hazard ratio the first gives
ln(ln(1 - 56/95) / ln(1 - 62/98)) = -0.12, not significant; sweep it from 0. Whoever is newest in recovery is served first.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from contagion.core.parameters import amount, choice, log_ratio, per_year
from contagion.interventions.base import Intervention
from contagion.vocabulary import EARLY


class Coaching(Intervention):
    """Recovery coaches for people in their first year of recovery."""

    kind: Literal["coaching"] = choice("coaching", "kind of intervention")
    summary: ClassVar[str] = "gives people in their first year of recovery a trained peer as a coach"
    label: ClassVar[str] = "Recovery coaching"
    whom: ClassVar[str] = "People in their first year of recovery"
    serves: ClassVar[tuple[str, ...]] = ("early",)
    trial: ClassVar[str] = "coaching"
    evidence: ClassVar[str] = (
        "acute care after 59 against 63 %, not significant (randomised, n = 193): none is possible"
    )
    moves: ClassVar[tuple[str, int]] = ("relapses", -1)

    effect: float = log_ratio(
        0.12,
        "protection against relapse while coached",
        source="acute care after 56 of 95 against 62 of 98, not significant; other trials find none",
        grade="D",
    )
    places: float = choice(
        10.0, "people coached at a time", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0
    )
    reach: float = per_year(4.0, "hazard of an eligible person being offered it", up_to=520, off=0.0)
    duration: int = choice(26, "weeks of coaching, at most", unit="weeks", low=1, up_to=5200)
    cost_fixed: float = amount(10_000.0, "training and supervision", unit="GBP per year and 10,000 people", up_to=1e9)
    cost_place: float = amount(40.0, "a coach's hours", unit="GBP per week and place in use", up_to=1e6)

    @staticmethod
    def eligible(who: Any, p: Any) -> bool:
        return who.stage == EARLY and who.custody == 0

    @staticmethod
    def stays(who: Any, p: Any) -> bool:
        return who.stage == EARLY and who.custody == 0

    def need(self, people: np.ndarray, rows: np.ndarray, waited: np.ndarray) -> np.ndarray:
        """Whoever is newest in recovery goes first: most relapses come in its first weeks."""
        return -people["spell"][rows].astype(float)

    def deliver(self, city: Any, inside: Any, entered: Any, left: Any) -> None:
        city.people["coached"][inside] += self.effect
