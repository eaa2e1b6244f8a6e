"""Attitudes of a city added up: of all, of employers and landlords, and by neighbourhood."""

from __future__ import annotations

from typing import Any

import numpy as np

from contagion.core.compiling import kernel
from contagion.core.sums import FIXED, fixed
from contagion.vocabulary import EMPLOYER, LANDLORD

PLACE_FIXED = 2.0**24
"""Fixed-point unit of the mean attitude by neighbourhood."""


@kernel
def add_attitudes(table: Any, totals: Any, sums: Any, counts: Any) -> None:
    """Add up the attitudes of a table: of all, of employers and landlords, and by neighbourhood (fixed point)."""
    for i in range(table.size):
        who = table[i]
        value = fixed(who.attitude)
        totals[0] += value
        totals[1] += 1
        if who.role == EMPLOYER or who.role == LANDLORD:
            totals[2] += value
            totals[3] += 1
        sums[who.neighbourhood] += round(who.attitude * PLACE_FIXED)
        counts[who.neighbourhood] += 1


class Attitudes:
    """Attitudes added up: their exact means, 0 for nobody."""

    def __init__(self, places: int) -> None:
        self.totals = np.zeros(4, np.int64)
        self.sums, self.counts = np.zeros(places, np.int64), np.zeros(places, np.int64)

    def add(self, *tables: np.ndarray) -> Attitudes:
        """Add the people of these tables."""
        for table in tables:
            add_attitudes(table, self.totals, self.sums, self.counts)
        return self

    @property
    def mean(self) -> float:
        """Of all."""
        return self._mean(0)

    @property
    def gatekeepers(self) -> float:
        """Of employers and landlords."""
        return self._mean(2)

    @property
    def by_place(self) -> np.ndarray:
        """By neighbourhood."""
        return self.sums / PLACE_FIXED / np.maximum(1, self.counts)

    def _mean(self, k: int) -> float:
        return float(self.totals[k] / FIXED / self.totals[k + 1]) if self.totals[k + 1] else 0.0
