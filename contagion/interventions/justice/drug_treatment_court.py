"""Drug treatment court: an arrest leads to treatment within months instead of prosecution, with help towards work.

From offence to treatment about 6 months, and a track of 6 to 8 months (Ghent, before conviction), against 22 months under
probation. Published: reoffending 50 to 38 % (Mitchell 2012, 92 evaluations; in the best 8 % less); employment better and
substance use not significantly lower (Wittouck). Whoever leaves early is prosecuted after all.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from contagion.core.parameters import amount, choice, per_year, probability
from contagion.interventions.base import Intervention
from contagion.vocabulary import ACTIVE, NO_ORDER, SUBSTANCES, has_lived_experience


class DrugTreatmentCourt(Intervention):
    """Offer people in active addiction who are arrested a court's track to treatment, while it has places."""

    kind: Literal["drug_treatment_court"] = choice("drug_treatment_court", "kind of intervention")
    summary: ClassVar[str] = "leads arrested people in active addiction to treatment instead of prosecution"
    label: ClassVar[str] = "Drug treatment court"
    whom: ClassVar[str] = "People in active addiction who are arrested"
    evidence: ClassVar[str] = (
        "No controlled evidence that a trial here holds it to; reoffending fell from 50 to 38 % (Mitchell 2012: 92 "
        "evaluations; by 8 % in the best)"
    )
    serves: ClassVar[tuple[str, ...]] = ("active", "early", "sustained", "stable")
    by_offer: ClassVar[bool] = True
    moves: ClassVar[tuple[str, int]] = ("in_custody", -1)

    offered: float = probability(
        0.8, "chance that an arrest in active addiction goes to the court while it has places", off=0.0
    )
    revoked: int = choice(
        52, "weeks of probation for whoever leaves the court early", unit="weeks", low=0, up_to=1000, off=0
    )
    places: float = choice(
        10.0, "people under the court at a time", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0
    )
    reach: float = per_year(520.0, "hazard of somebody sent by the court being taken on", up_to=520, off=0.0)
    duration: int = choice(78, "weeks in a place, at most", unit="weeks", low=1, up_to=5200)
    drop_out: float = per_year(0.5, "hazard of leaving the court's track early", up_to=520, off=0.0)
    cost_fixed: float = amount(6_000.0, "court time", unit="GBP per year and 10,000 people", up_to=1e9)
    cost_place: float = amount(
        60.0, "supervision and debt counselling", unit="GBP per week and place in use", up_to=1e6
    )
    payers: dict[str, float] = choice({"justice": 1.0}, "who pays", unit="shares, sum 1")

    @staticmethod
    def eligible(who: Any, p: Any) -> bool:
        return who.under_court > 0 and has_lived_experience(who.stage)

    def deliver(self, city: Any, inside: Any, entered: Any, left: Any) -> None:
        people, capacity = city.people, self.capacity(city.week, city.founding_people)
        if not self.is_open(city.week):
            return
        early = left[people["under_court"][left] > 0]
        people["under_court"][early], people["court"][early] = 0, NO_ORDER
        if self.revoked:
            people["probation"][early], people["record"][early] = self.revoked, 1
        if self.reach > 0.0 and inside.size < capacity:  # a court that takes nobody on makes no offer
            people["diverted"][self._meant(people)] = self.offered * self.fidelity

    def _meant(self, people: np.ndarray) -> np.ndarray:
        """Whom the court would take on (bool by row)."""
        meant = people["stage"] == ACTIVE
        if self.substances:
            meant &= np.isin(people["substance"], [SUBSTANCES.index(one) for one in self.substances])
        return meant & np.isin(people["neighbourhood"], self.neighbourhoods) if self.neighbourhoods else meant
