"""Bridging coalition with asset-based community development: stakeholders at one table, assets mapped, people introduced.

A map alone changes nothing; it makes those who walk people to groups better at it (Best 2023). Members in recovery from
different neighbourhoods get to know each other: weak, bridging ties. No controlled trial was found.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from contagion.core.chance import uniform
from contagion.core.parameters import amount, choice, per_year, ratio
from contagion.interventions.base import Intervention
from contagion.interventions.shared import CityWide
from contagion.vocabulary import recovering


class BridgingCoalition(CityWide, Intervention):
    """Convene a coalition of council, organisations, employers, landlords, families and people in recovery."""

    kind: Literal["bridging_coalition"] = choice("bridging_coalition", "kind of intervention")
    summary: ClassVar[str] = "convenes stakeholders, maps what is there and introduces people to each other"
    label: ClassVar[str] = "Bridging coalition"
    whom: ClassVar[str] = "Council, organisations, employers, landlords, families and people in recovery"
    evidence: ClassVar[str] = "No controlled evidence was found"
    moves: ClassVar[tuple[str, int]] = ("attendance_share", 1)

    mapped: float = ratio(
        2.0, "how much more often allies walk people to groups once these are mapped", low=1, up_to=20, off=1.0
    )
    bridges: float = per_year(
        1.0,
        "weak ties across neighbourhoods that it makes for each champion or person giving back in recovery",
        off=0.0,
    )
    places: float = choice(
        10.0, "stakeholders on the council", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0
    )
    needed: float = amount(10.0, "stakeholders who would do", unit="per 10,000 people", low=0.1, up_to=10_000)
    cost_fixed: float = amount(10_000.0, "a convenor", unit="GBP per year and 10,000 people", up_to=1e9)
    payers: dict[str, float] = choice({"public_health": 0.5, "voluntary": 0.5}, "who pays", unit="shares, sum 1")

    def move(self, city: Any, share: float) -> None:
        people = city.people
        city.town.council_lever += share * self.needed
        people["mapped"] = 1.0 + (self.mapped - 1.0) * share
        members = recovering(people["stage"]) & ((people["champion"] == 1) | (people["giving_back"] == 1))
        there = np.flatnonzero(members & (people["custody"] == 0))
        meets = uniform(city.seed_, "met in the coalition", city.week, people["uid"][there])
        city.bridge("coalition", there[meets < self.bridges * share / 52.0], there)
