"""Ties: who is connected to whom.

The ties of the first day are immutable compressed rows, shared between scenarios.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from contagion.core.compiling import kernel

WEIGHT_ONE = 64
"""Fixed-point unit of a tie weight: 64 stands for weight 1."""

LAYERS = 16
"""More layers than anybody has."""


@dataclass(frozen=True)
class Ties:
    """Compressed rows: the ties of row i are entries ``start[i]:start[i+1]``, closest layer first, both ways."""

    start: np.ndarray  # int64, people + 1
    other: np.ndarray  # int32, entries: the row at the far end
    layer: np.ndarray  # int8, entries
    weight: np.ndarray  # int16, entries, in 64ths

    @property
    def people(self) -> int:
        return self.start.size - 1

    def degrees(self, layers: int = -1) -> np.ndarray:
        """Number of ties of each person on the masked layers (int64)."""
        rows = np.repeat(np.arange(self.people), np.diff(self.start))
        return np.bincount(rows[(layers >> self.layer) & 1 == 1], minlength=self.people)

    def pairs(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Each tie once: (one, other, layer, weight) with one < other."""
        rows = np.repeat(np.arange(self.people, dtype=np.int32), np.diff(self.start))
        once = rows < self.other
        return rows[once], self.other[once], self.layer[once], self.weight[once]


@kernel
def _by(key, size, order):  # type: ignore[no-untyped-def]
    """The order sorted by a key of 0..size-1, equals left as they were (a counting sort)."""
    start = np.zeros(size + 1, np.int64)
    for i in order:
        start[key[i] + 1] += 1
    for k in range(size):
        start[k + 1] += start[k]
    done = np.empty(order.size, np.int64)
    for i in order:
        done[start[key[i]]] = i
        start[key[i]] += 1
    return done


def tie(people: int, one: Any, two: Any, layer: Any, weight: Any) -> Ties:
    """Build ties from pairs; self-ties are dropped, and of several ties between two people the closest layer
    (smallest number) is kept. Inputs: equally long integer arrays (weight in 64ths)."""
    one, two, layer = np.asarray(one, np.int64), np.asarray(two, np.int64), np.asarray(layer, np.int64)
    low, high = np.minimum(one, two), np.maximum(one, two)
    order = _by(low, people, _by(high, people, _by(layer, LAYERS, np.arange(low.size))))
    low, high = low[order], high[order]
    first = low != high
    first[1:] &= (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    kept = order[first]
    low, high, layer, weight = low[first], high[first], layer[kept], np.asarray(weight, np.int16)[kept]
    ends, layers = np.concatenate([low, high]), np.concatenate([layer, layer])
    order = _by(ends, people, _by(layers, LAYERS, np.arange(ends.size)))
    start = np.zeros(people + 1, np.int64)
    np.cumsum(np.bincount(ends, minlength=people), out=start[1:])
    return Ties(
        start,
        np.concatenate([high, low])[order].astype(np.int32),
        layers[order].astype(np.int8),
        np.concatenate([weight, weight])[order],
    )
