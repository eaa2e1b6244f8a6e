"""Champions programme: people in lasting recovery are recruited, supported and seen.

Recovery is passed on primarily by social learning from visible recovery champions (HMIP 2024/06). Support takes off part
of the toll of helping and adds to what a champion shows. No published number links visibility to recovery.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from contagion.core.parameters import amount, choice, per_year
from contagion.interventions.base import Intervention
from contagion.vocabulary import STABLE, SUSTAINED, VISIBLE


class Champions(Intervention):
    """Recruit and support champions among people in sustained or stable recovery."""

    kind: Literal["champions"] = choice("champions", "kind of intervention")
    summary: ClassVar[str] = "recruits people in lasting recovery as visible champions and supports them"
    label: ClassVar[str] = "Recovery champions programme"
    whom: ClassVar[str] = "People in sustained or stable recovery, champions already or not"
    serves: ClassVar[tuple[str, ...]] = ("sustained", "stable")
    evidence: ClassVar[str] = "No controlled evidence: no published number links visible champions to recovery"
    moves: ClassVar[tuple[str, int]] = ("champions", 1)

    places: float = choice(
        20.0, "champions supported at a time", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0
    )
    reach: float = per_year(0.3, "hazard of a suitable person being asked and willing", up_to=520, off=0.0)
    duration: int = amount(104, "weeks of support, at most", unit="weeks", low=1, up_to=5200)
    drop_out: float = per_year(0.3, "hazard of dropping out", up_to=520, off=0.0)
    cost_fixed: float = amount(20_000.0, "coordination and training", unit="GBP per year and 10,000 people", up_to=1e9)
    cost_place: float = amount(40.0, "expenses and supervision", unit="GBP per week and place in use", up_to=1e6)

    @staticmethod
    def eligible(who: Any, p: Any) -> bool:
        return who.stage == SUSTAINED or who.stage == STABLE

    @staticmethod
    def stays(who: Any, p: Any) -> bool:
        return who.champion == 1

    def need(self, people: np.ndarray, rows: np.ndarray, waited: np.ndarray) -> np.ndarray:
        return people["champion"][rows].astype(float)

    def deliver(self, city: Any, inside: Any, entered: Any, left: Any) -> None:
        people = city.people
        people["champion"][entered], people["visibility"][entered], people["supported"][inside] = 1, VISIBLE, 1.0
