"""Ties: who is connected to whom, and sums over neighbours that are kept rather than recomputed.

Foundation ties are immutable compressed rows, shared between scenarios; bonds (ties made and cut over time)
sit in a few slots per person. Signals are small integers and tie weights are fixed-point integers, so every
neighbour sum is exact: the same in any order, on any number of threads, incremental or from scratch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from contagion.core.rules import kernel

WEIGHT_ONE = 64
"""Fixed-point unit of a tie weight: 64 stands for weight 1."""


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


def tie(people: int, one: Any, two: Any, layer: Any, weight: Any) -> Ties:
    """Build ties from pairs; self-ties are dropped, and of several ties between two people the closest layer
    (smallest number) is kept. Inputs: equally long integer arrays (weight in 64ths)."""
    one, two = np.asarray(one, np.int64), np.asarray(two, np.int64)
    low, high = np.minimum(one, two), np.maximum(one, two)
    place = (low * people + high) * 16 + np.asarray(layer, np.int64)
    order = np.argsort(place, kind="stable")
    pair = place[order] // 16
    first = np.ones(order.size, bool)
    first[1:] = pair[1:] != pair[:-1]
    kept = order[first & (low[order] != high[order])]
    low, high = low[kept], high[kept]
    layer, weight = np.asarray(layer, np.int8)[kept], np.asarray(weight, np.int16)[kept]
    ends = np.concatenate([low, high])
    order = np.argsort(ends * 16 + np.concatenate([layer, layer]), kind="stable")
    start = np.zeros(people + 1, np.int64)
    np.cumsum(np.bincount(ends, minlength=people), out=start[1:])
    return Ties(
        start,
        np.concatenate([high, low])[order].astype(np.int32),
        np.concatenate([layer, layer])[order],
        np.concatenate([weight, weight])[order],
    )


class KeptSum(NamedTuple):
    """A sum over neighbours that is kept up to date: of which signal, over which layers, weighted or counted."""

    name: str
    signal: str
    layers: int
    weighted: bool


@kernel
def _push(rows, change, start, other, layer, weight, mask, weighted, out):  # type: ignore[no-untyped-def]
    last = 0
    while mask >> (last + 1):
        last += 1
    for k in range(rows.size):
        i = rows[k]
        for e in range(start[i], start[i + 1]):
            if layer[e] > last:  # layers are in order: nothing further out is asked for
                break
            if (mask >> layer[e]) & 1:
                if weighted:
                    out[other[e]] += change[k] * weight[e]
                else:
                    out[other[e]] += change[k]


@kernel
def _push_bonds(rows, change, partner, layer, strength, mask, weighted, out):  # type: ignore[no-untyped-def]
    for k in range(rows.size):
        i = rows[k]
        if i >= partner.shape[0]:
            continue
        for s in range(partner.shape[1]):
            if partner[i, s] >= 0 and (mask >> layer[i, s]) & 1:
                if weighted:
                    out[partner[i, s]] += change[k] * strength[layer[i, s]]
                else:
                    out[partner[i, s]] += change[k]


@kernel
def _insert(one, two, kind, partner, layer, made):  # type: ignore[no-untyped-def]
    for k in range(one.size):
        a, b = one[k], two[k]
        free_a, free_b = -1, -1
        known = a == b
        for s in range(partner.shape[1]):
            if partner[a, s] == b:
                known = True
            if partner[a, s] < 0 and free_a < 0:
                free_a = s
            if partner[b, s] < 0 and free_b < 0:
                free_b = s
        if known or free_a < 0 or free_b < 0:
            continue
        partner[a, free_a], layer[a, free_a] = b, kind
        partner[b, free_b], layer[b, free_b] = a, kind
        made[k] = True


@kernel
def _remove(one, two, partner):  # type: ignore[no-untyped-def]
    for k in range(one.size):
        for s in range(partner.shape[1]):
            if partner[one[k], s] == two[k]:
                partner[one[k], s] = -1
            if partner[two[k], s] == one[k]:
                partner[two[k], s] = -1


@kernel
def _bonded(partner, layer, one, two, kind):  # type: ignore[no-untyped-def]
    n = 0
    for i in range(partner.shape[0]):
        for s in range(partner.shape[1]):
            if partner[i, s] > i:
                one[n], two[n], kind[n] = i, partner[i, s], layer[i, s]
                n += 1
    return n


@kernel
def _differing(old, value):  # type: ignore[no-untyped-def]
    n = 0
    rows = np.empty(value.size, np.int64)
    for i in range(value.size):
        if old[i] != value[i]:
            rows[n] = i
            n += 1
    return rows[:n]


class Web:
    """The living network: foundation ties, bonds, the signals people send and the sums they receive."""

    def __init__(self, ties: Ties, bonds: np.ndarray, layers: np.ndarray, strength: np.ndarray) -> None:
        """`bonds`: int32 (people with slots, slots), far row or -1; `layers`: int8 alike; `strength`: int64
        weight of a bond by layer, in 64ths."""
        self.ties, self.strength = ties, np.asarray(strength, np.int64)
        self.bonds, self.bond_layer = bonds.copy(), layers.copy()
        self.signals: dict[str, np.ndarray] = {}
        self.sums: dict[str, np.ndarray] = {}
        self.kept: tuple[KeptSum, ...] = ()

    def keep(self, kept: tuple[KeptSum, ...]) -> None:
        """Start keeping these sums; all signals are zero until sent."""
        self.kept = kept
        self.signals = {spec.signal: np.zeros(self.ties.people, np.int64) for spec in kept}
        self.sums = {spec.name: np.zeros(self.ties.people, np.int64) for spec in kept}

    def send(self, signal: str, value: np.ndarray) -> None:
        """Send a new integer signal (first rows, or all): only differences travel along ties."""
        old = self.signals[signal]
        rows = _differing(old, value)
        if rows.size == 0:
            return
        change = value[rows].astype(np.int64) - old[rows]
        for spec in self.kept:
            if spec.signal == signal:
                self._push(rows, change, spec, self.sums[spec.name])
        old[rows] = value[rows]

    def _push(self, rows: np.ndarray, change: np.ndarray, spec: KeptSum, out: np.ndarray) -> None:
        ties = self.ties
        _push(rows, change, ties.start, ties.other, ties.layer, ties.weight, spec.layers, spec.weighted, out)
        _push_bonds(
            rows, change, self.bonds, self.bond_layer, self.strength, spec.layers, spec.weighted, out
        )  # fmt: skip

    def from_scratch(self, spec: KeptSum) -> np.ndarray:
        """The same sum recomputed over all ties (for tests)."""
        out = np.zeros(self.ties.people, np.int64)
        signal = self.signals[spec.signal]
        rows = np.flatnonzero(signal)
        self._push(rows, signal[rows], spec, out)
        return out

    def make(self, one: np.ndarray, two: np.ndarray, layer: int) -> np.ndarray:
        """Make bonds in the order given; returns which were made (slots are finite, no bond twice)."""
        made = np.zeros(one.size, bool)
        if one.size:
            _insert(one, two, layer, self.bonds, self.bond_layer, made)
            self._share(one[made], two[made], np.full(int(made.sum()), layer), 1)
        return made

    def cut(self, one: np.ndarray, two: np.ndarray, layer: np.ndarray) -> None:
        """Cut these bonds (each pair once)."""
        if one.size:
            self._share(one, two, layer, -1)
            _remove(one, two, self.bonds)

    def _share(self, one: np.ndarray, two: np.ndarray, layer: np.ndarray, sign: int) -> None:
        for spec in self.kept:
            on = (spec.layers >> layer) & 1 == 1
            if not on.any():
                continue
            a, b = one[on], two[on]
            times = self.strength[layer[on]] * sign if spec.weighted else np.full(a.size, sign)
            signal, out = self.signals[spec.signal], self.sums[spec.name]
            np.add.at(out, a, signal[b] * times)
            np.add.at(out, b, signal[a] * times)

    def bonded(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Each bond once: (one, two, layer) with one < two."""
        most = self.bonds.size // 2 + 1
        one, two, kind = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int8)
        n = _bonded(self.bonds, self.bond_layer, one, two, kind)
        return one[:n], two[:n], kind[:n]

    def neighbours(self, row: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """All ties of one person now: far rows, layers, weights (in 64ths)."""
        ties = self.ties
        span = slice(ties.start[row], ties.start[row + 1])
        other, layer, weight = ties.other[span], ties.layer[span], ties.weight[span].astype(np.int64)
        if row < self.bonds.shape[0]:
            slots = self.bonds[row] >= 0
            kinds = self.bond_layer[row, slots]
            other = np.concatenate([other, self.bonds[row, slots]])
            layer = np.concatenate([layer, kinds])
            weight = np.concatenate([weight, self.strength[kinds]])
        return other, layer, weight


FIXED = 2.0**32


@kernel
def _fixed_sum(values, scale):  # type: ignore[no-untyped-def]
    total = 0
    for i in range(values.size):
        total += math.floor(values[i] * scale + 0.5)
    return total


def exact_mean(values: np.ndarray) -> float:
    """A mean that does not depend on the order of the values (fixed-point sum); 0 for none."""
    return _fixed_sum(values, FIXED) / FIXED / values.size if values.size else 0.0


def exact_means(values: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
    """Means by group that do not depend on the order of the values; 0 where a group is empty."""
    sums = np.bincount(group, weights=np.rint(values * 2.0**24), minlength=groups)
    return sums / 2.0**24 / np.maximum(1, np.bincount(group, minlength=groups))
