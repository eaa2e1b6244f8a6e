"""Practitioner allies: professionals who connect people to community groups and walk there with them.

Four roles of professionals: human connection, evidence-based help, connecting to community groups, bridging to people in
recovery (Best 2023). Weekly attendance was 70 against 61 % with intensive referral (Timko & DeBenedetti 2007). Knowing of
a group changes nothing: these practitioners count as active allies (allies.practitioner) while they are supported.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from contagion.core.chance import uniform
from contagion.core.parameters import amount, choice
from contagion.interventions.base import Intervention
from contagion.interventions.shared import CityWide
from contagion.vocabulary import PRACTITIONER


class PractitionerAllies(CityWide, Intervention):
    """Train and support practitioners as active allies."""

    kind: Literal["practitioner_allies"] = choice("practitioner_allies", "kind of intervention")
    summary: ClassVar[str] = "trains practitioners to walk people to recovery groups"
    label: ClassVar[str] = "Practitioner allies"
    whom: ClassVar[str] = "Practitioners"
    evidence: ClassVar[str] = (
        "No controlled evidence of such training was found; intensive referral: 70 against 61 % attend weekly (Timko 2007)"
    )
    moves: ClassVar[tuple[str, int]] = ("attendance_share", 1)

    places: float = choice(
        40.0, "practitioners supported", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0
    )
    needed: float = amount(40.0, "practitioners who would do", unit="per 10,000 people", low=0.1, up_to=10_000)
    cost_fixed: float = amount(8_000.0, "training and supervision", unit="GBP per year and 10,000 people", up_to=1e9)
    payers: dict[str, float] = choice({"nhs": 0.5, "public_health": 0.5}, "who pays", unit="shares, sum 1")

    def move(self, city: Any, share: float) -> None:
        public = city.public_people
        rows = np.flatnonzero(public["role"] == PRACTITIONER)
        order = np.argsort(uniform(city.seed_, "practitioner ally", 0, public["uid"][rows]), kind="stable")
        count = int(share * self.needed * city.founding_people / 10_000.0 + 0.5)
        city.more_allies = np.union1d(city.more_allies, rows[order[:count]])
