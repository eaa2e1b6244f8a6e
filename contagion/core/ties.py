"""Ties: who is connected to whom, and sums over neighbours that are kept rather than recomputed.

Foundation ties are immutable compressed rows, shared between scenarios; bonds (ties made and cut over time)
sit in a few slots per person. Signals are small integers and tie weights are fixed-point integers, so every
neighbour sum is exact: the same in any order, on any number of threads, incremental or from scratch.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from contagion.core.graph import LAYERS, WEIGHT_ONE, Ties, tie
from contagion.core.rules import kernel

__all__ = ["LAYERS", "WEIGHT_ONE", "Ties", "tie"]  # read from here by others


class KeptSum(NamedTuple):
    """A sum over neighbours that is kept up to date: of which signal, over which layers, weighted or counted."""

    name: str
    signal: str
    layers: int
    weighted: bool


@kernel
def _pass_on(value, old, start, other, layer, weight, bonds, kinds, strength, which, masks, weighted, sums):  # type: ignore[no-untyped-def]
    """Add each person's change of signal to the sums of those tied to them, and note it in `old`.

    `which`: rows of `sums` that this signal feeds, with the layers (as bits) and the weighting of each.
    """
    last = 0  # layers are in order: nothing further out is asked for
    for s in range(which.size):
        while masks[s] >> (last + 1):
            last += 1
    for i in range(value.size):
        change = value[i] - old[i]
        if change == 0:
            continue
        old[i] = value[i]
        for e in range(start[i], start[i + 1]):
            if layer[e] > last:
                break
            for s in range(which.size):
                if (masks[s] >> layer[e]) & 1:
                    sums[which[s], other[e]] += change * weight[e] if weighted[s] else change
        if i >= bonds.shape[0]:
            continue
        for k in range(bonds.shape[1]):
            if bonds[i, k] >= 0:
                for s in range(which.size):
                    if (masks[s] >> kinds[i, k]) & 1:
                        sums[which[s], bonds[i, k]] += change * strength[kinds[i, k]] if weighted[s] else change


@kernel
def _share(one, two, kind, sign, strength, source, masks, weighted, signals, sums):  # type: ignore[no-untyped-def]
    """Add (or with sign -1 take off) what bonds carry, to and from; `source`: the signal of each sum."""
    for k in range(one.size):
        a, b = one[k], two[k]
        for s in range(masks.size):
            if (masks[s] >> kind[k]) & 1:
                times = sign * strength[kind[k]] if weighted[s] else sign
                sums[s, a] += signals[source[s], b] * times
                sums[s, b] += signals[source[s], a] * times


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


class Web:
    """The living network: foundation ties, bonds, the signals people send and the sums they receive."""

    def __init__(self, ties: Ties, bonds: np.ndarray, layers: np.ndarray, strength: np.ndarray) -> None:
        """`bonds`: int32 (people with slots, slots), far row or -1; `layers`: int8 alike; `strength`: int64
        weight of a bond by layer, in 64ths."""
        self.ties, self.strength = ties, np.asarray(strength, np.int64)
        self.bonds, self.bond_layer = bonds.copy(), layers.copy()
        self.kept: tuple[KeptSum, ...] = ()
        self.signals: dict[str, np.ndarray] = {}
        self.sums: dict[str, np.ndarray] = {}

    def keep(self, kept: tuple[KeptSum, ...]) -> None:
        """Start keeping these sums; all signals are zero until sent."""
        self.kept = kept
        names = list(dict.fromkeys(spec.signal for spec in kept))
        self._signals = np.zeros((len(names), self.ties.people), np.int64)
        self._sums = np.zeros((len(kept), self.ties.people), np.int64)
        self.signals = dict(zip(names, self._signals, strict=True))
        self.sums = {spec.name: out for spec, out in zip(kept, self._sums, strict=True)}
        self._source = np.array([names.index(spec.signal) for spec in kept], np.int64)
        self._masks = np.array([spec.layers for spec in kept], np.int64)
        self._weighted = np.array([spec.weighted for spec in kept], bool)
        self._fed = {name: np.flatnonzero(self._source == k) for k, name in enumerate(names)}

    def send(self, signal: str, value: np.ndarray) -> None:
        """Send a new integer signal (first rows, or all): only differences travel along ties."""
        self._pass_on(value, self.signals[signal], self._fed[signal], self._sums)

    def _pass_on(self, value: np.ndarray, old: np.ndarray, which: np.ndarray, sums: np.ndarray) -> None:
        ties = self.ties
        _pass_on(
            value.astype(np.int64, copy=False),
            old,
            ties.start,
            ties.other,
            ties.layer,
            ties.weight,
            self.bonds,
            self.bond_layer,
            self.strength,
            which,
            self._masks[which],
            self._weighted[which],
            sums,
        )

    def from_scratch(self, spec: KeptSum) -> np.ndarray:
        """The same sum recomputed over all ties (for tests)."""
        sums: Any = np.zeros_like(self._sums)
        signal, which = self.signals[spec.signal], self.kept.index(spec)
        self._pass_on(signal, np.zeros_like(signal), np.array([which]), sums)
        return np.asarray(sums[which])

    def make(self, one: np.ndarray, two: np.ndarray, layer: int) -> np.ndarray:
        """Make bonds in the order given; returns which were made (slots are finite, no bond twice)."""
        made = np.zeros(one.size, bool)
        if one.size:
            _insert(one, two, layer, self.bonds, self.bond_layer, made)
            self._share(one[made], two[made], np.full(np.count_nonzero(made), layer, np.int8), 1)
        return made

    def cut(self, one: np.ndarray, two: np.ndarray, layer: np.ndarray) -> None:
        """Cut these bonds (each pair once)."""
        if one.size:
            self._share(one, two, layer, -1)
            _remove(one, two, self.bonds)

    def _share(self, one: np.ndarray, two: np.ndarray, layer: np.ndarray, sign: int) -> None:
        _share(
            one, two, layer, sign, self.strength, self._source, self._masks, self._weighted, self._signals, self._sums
        )

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


@kernel
def _fixed_sum_among(values, among, scale):  # type: ignore[no-untyped-def]
    total, count = 0, 0
    for i in range(values.size):
        if among[i]:
            total += math.floor(values[i] * scale + 0.5)
            count += 1
    return total, count


def exact_mean(values: np.ndarray) -> float:
    """A mean that does not depend on the order of the values (fixed-point sum); 0 for none."""
    return _fixed_sum(values, FIXED) / FIXED / values.size if values.size else 0.0


def exact_mean_among(values: np.ndarray, among: np.ndarray) -> float:
    """The same of some of the values (a mask)."""
    total, count = _fixed_sum_among(values, among, FIXED)
    return total / FIXED / count if count else 0.0


def exact_means(values: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
    """Means by group that do not depend on the order of the values; 0 where a group is empty."""
    sums = np.bincount(group, weights=np.rint(values * 2.0**24), minlength=groups)
    return sums / 2.0**24 / np.maximum(1, np.bincount(group, minlength=groups))
