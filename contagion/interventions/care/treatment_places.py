"""Treatment places beside those of the city, open at once and offered to people who do not ask for them.

In England 98 to 99 % start within three weeks, so more places of the usual kind change little; what these add is the
offer. Whoever is in one is in treatment like anybody else, and is discharged when it closes.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from contagion.core.parameters import amount, choice, per_year
from contagion.interventions.base import Intervention
from contagion.vocabulary import ACTIVE, INSIDE, OUTSIDE


class TreatmentPlaces(Intervention):
    """Further treatment places without a wait, offered by outreach."""

    kind: Literal["treatment_places"] = choice("treatment_places", "kind of intervention")
    summary: ClassVar[str] = "opens further treatment places without a wait and offers them by outreach"
    label: ClassVar[str] = "More treatment, without a wait"
    whom: ClassVar[str] = "People in active addiction who are not in treatment, or wait for it"
    serves: ClassVar[tuple[str, ...]] = ("active",)
    evidence: ClassVar[str] = (
        "No controlled evidence of places as such was found; that treatment helps is in the starting and treatment tables"
    )
    moves: ClassVar[tuple[str, int]] = ("in_treatment", 1)

    places: float = choice(15.0, "treatment places", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0)
    reach: float = per_year(0.5, "hazard of an eligible person being offered a place and taking it", up_to=520, off=0.0)
    duration: int = choice(520, "weeks in treatment, at most", unit="weeks", low=1, up_to=5200)
    drop_out: float = per_year(0.0, "hazard of dropping out, beyond that of leaving treatment", up_to=520, off=0.0)
    cost_fixed: float = amount(5_000.0, "outreach", unit="GBP per year and 10,000 people", up_to=1e9)
    cost_place: float = amount(
        38.0,
        "treatment",
        unit="GBP per week and place in use",
        up_to=1e6,
        source="council spend of 1,971 GBP a year and person in treatment, 2023/24",
        grade="D",
    )

    @staticmethod
    def eligible(who: Any, p: Any) -> bool:
        return who.stage == ACTIVE and who.treatment != INSIDE and who.custody == 0

    @staticmethod
    def stays(who: Any, p: Any) -> bool:
        return who.treatment == INSIDE and who.custody == 0

    def deliver(self, city: Any, inside: Any, entered: Any, left: Any) -> None:
        people = city.people
        people["treatment"][entered], people["in_care"][entered] = INSIDE, 0
        out = left[people["treatment"][left] == INSIDE]
        people["treatment"][out], people["in_care"][out] = OUTSIDE, 0
        city.town.treatment_lever += inside.size
