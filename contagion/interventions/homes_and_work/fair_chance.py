"""Fair-chance hiring: employers who do not ask for the criminal record before they have met the person.

A minor record lowers callbacks by some four percentage points (US audit, 300 jobs, Uggen 2014); 78 % of employers ask
(Vuolo 2017). What a pledge changes in hiring was not found as a number.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from contagion.core.parameters import amount, choice, per_year, share
from contagion.interventions.base import Intervention
from contagion.vocabulary import has_lived_experience


class FairChance(Intervention):
    """Vacancies at employers who leave a record aside."""

    kind: Literal["fair_chance"] = choice("fair_chance", "kind of intervention")
    summary: ClassVar[str] = "introduces people with a criminal record to employers who leave it aside"
    label: ClassVar[str] = "Fair-chance hiring"
    whom: ClassVar[str] = "People with lived experience and a criminal record who have no job"
    trial: ClassVar[str] = "record"
    evidence: ClassVar[str] = (
        "a minor record lowers callbacks by 4 points (audit of 300 jobs): what a pledge changes is assumed"
    )
    moves: ClassVar[tuple[str, int]] = ("jobs_share", 1)

    waives: float = share(1.0, "share of a record's weight that such employers leave aside", off=0.0)
    places: float = choice(
        10.0, "people introduced at a time", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0
    )
    reach: float = per_year(1.0, "hazard of an eligible person asking", up_to=520, off=0.0)
    duration: int = choice(52, "weeks of looking, at most", unit="weeks", low=1, up_to=5200)
    cost_fixed: float = amount(5_000.0, "recruiting employers", unit="GBP per year and 10,000 people", up_to=1e9)
    cost_place: float = amount(5.0, "introductions", unit="GBP per week and place in use", up_to=1e6)
    payers: dict[str, float] = choice({"justice": 0.7, "employers": 0.3}, "who pays", unit="shares, sum 1")

    @staticmethod
    def eligible(who: Any, p: Any) -> bool:
        return has_lived_experience(who.stage) and who.record == 1 and who.job == 0 and who.custody == 0

    def deliver(self, city: Any, inside: Any, entered: Any, left: Any) -> None:
        city.people["record_waived"][inside] = self.waives
