"""Visible events: a recovery week, walks, games, bike rides, celebrations, in dated weeks every year.

At least four events a year are asked of an inclusive recovery city (starrecovery.co.uk). People with lived experience,
families and the public come; what they see and whom they meet there is the model's (processes/community/events.py). No
published number links visible events to recovery.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from contagion.core.parameters import amount, choice
from contagion.interventions.base import Intervention
from contagion.interventions.shared import CityWide
from contagion.vocabulary import EventKind

A_YEAR = "events per year"


class VisibleEvents(CityWide, Intervention):
    """Hold visible recovery events every year."""

    kind: Literal["visible_events"] = choice("visible_events", "kind of intervention")
    summary: ClassVar[str] = "holds visible recovery events to which the public comes"
    label: ClassVar[str] = "Visible events"
    whom: ClassVar[str] = "Everybody: people with lived experience, families, the public"
    evidence: ClassVar[str] = "No controlled evidence was found: no published number links visible events to recovery"
    moves: ClassVar[tuple[str, int]] = ("public_stigma", -1)

    recovery_weeks: int = choice(1, "recovery weeks", unit=A_YEAR, low=0, up_to=52, off=0)
    walks: int = choice(2, "recovery walks", unit=A_YEAR, low=0, up_to=52, off=0)
    games: int = choice(1, "recovery games", unit=A_YEAR, low=0, up_to=52, off=0)
    bike_rides: int = choice(2, "bike rides", unit=A_YEAR, low=0, up_to=52, off=0)
    celebrations: int = choice(2, "celebrations", unit=A_YEAR, low=0, up_to=52, off=0)
    places: float = choice(
        2.0, "people who organise them", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0
    )
    needed: float = amount(2.0, "organisers that all the events need", unit="per 10,000 people", low=0.1, up_to=10_000)
    cost_fixed: float = amount(12_000.0, "events and organisers", unit="GBP per year and 10,000 people", up_to=1e9)
    payers: dict[str, float] = choice({"public_health": 0.5, "voluntary": 0.5}, "who pays", unit="shares, sum 1")

    def move(self, city: Any, share: float) -> None:
        counts = np.zeros(len(EventKind))
        counts[EventKind.RECOVERY_WEEK], counts[EventKind.WALK] = self.recovery_weeks, self.walks
        counts[EventKind.GAMES], counts[EventKind.BIKE_RIDE] = self.games, self.bike_rides
        counts[EventKind.CELEBRATION] = self.celebrations
        city.town.calendar = city.town.calendar + np.floor(counts * share + 0.5).astype(np.int64)
