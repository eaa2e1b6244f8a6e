"""Recovery-friendly employers: firms that keep jobs for people in recovery and do not dismiss them at a setback.

No published effect of such workplaces was found; that work lengthens recovery is known in sign (Nosyk 2013).
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from contagion.core.parameters import amount, choice, per_year, ratio
from contagion.interventions.base import Intervention
from contagion.vocabulary import in_recovery


class Employers(Intervention):
    """Jobs with employers who know of the recovery and stand by it."""

    kind: Literal["employers"] = choice("employers", "kind of intervention")
    summary: ClassVar[str] = "opens jobs with recovery-friendly employers to people in recovery"
    label: ClassVar[str] = "Recovery-friendly employers"
    whom: ClassVar[str] = "People in recovery without a job"
    serves: ClassVar[tuple[str, ...]] = ("early", "sustained", "stable")
    evidence: ClassVar[str] = "No controlled evidence of recovery-friendly workplaces was found"
    moves: ClassVar[tuple[str, int]] = ("jobs_share", 1)

    security: float = ratio(0.5, "hazard of losing such a job, against others", up_to=1, off=1.0)
    places: float = choice(8.0, "jobs", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0)
    reach: float = per_year(1.0, "hazard of an eligible person applying and being taken on", up_to=520, off=0.0)
    duration: int = choice(104, "weeks after which it is a job like others", unit="weeks", low=1, up_to=5200)
    cost_fixed: float = amount(
        6_000.0, "recruiting and advising employers", unit="GBP per year and 10,000 people", up_to=1e9
    )
    cost_place: float = amount(10.0, "support at work", unit="GBP per week and place in use", up_to=1e6)
    payers: dict[str, float] = choice({"employers": 0.6, "public_health": 0.4}, "who pays", unit="shares, sum 1")

    @staticmethod
    def eligible(who: Any, p: Any) -> bool:
        return in_recovery(who.stage) and who.job == 0 and who.custody == 0

    @staticmethod
    def stays(who: Any, p: Any) -> bool:
        return in_recovery(who.stage) and who.job == 1 and who.custody == 0

    def deliver(self, city: Any, inside: Any, entered: Any, left: Any) -> None:
        city.people["job"][entered] = 1
        city.people["job_security"][inside] *= self.security
