"""Ties of a city: who is connected to whom, in compressed rows that never change.

A tie has a layer (small numbers are close) and a weight in 64ths, so that sums over neighbours are whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
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


def tie(people: int, one: Any, two: Any, layer: Any, weight: Any) -> Ties:
    """Build ties from pairs; self-ties are dropped, and of several ties between two people the closest layer
    (smallest number) is kept, the first given of equals. Inputs: equally long integer arrays (weight in 64ths)."""
    return tie_parts(people, [(one, two, layer, weight)])


def tie_parts(people: int, parts: Iterable[tuple[Any, Any, Any, Any]]) -> Ties:
    """The same from several lists of pairs, in the order given: (one, two, layer, weight), where layer and weight
    may each be a single number for the whole list.

    The entries of a row stand by layer; within a layer, people in later rows come before those in earlier rows.
    """
    lists = [
        (
            np.ascontiguousarray(one, np.int32),
            np.ascontiguousarray(two, np.int32),
            np.ascontiguousarray(layer, np.int8).reshape(-1),
            np.ascontiguousarray(weight, np.int16).reshape(-1),
        )
        for one, two, layer, weight in parts
    ]
    start = np.zeros(people + 1, np.int64)
    for one, two, _, _ in lists:
        _count(one, two, start)
    np.cumsum(start, out=start)
    entries = np.empty(start[-1], np.int64)
    free = start[:-1].copy()
    for one, two, layer, weight in lists:
        _enter(one, two, layer, weight, free, entries)
    del lists, free
    kept = _tidy(start, entries, np.full(people, -1, np.int32), np.empty(np.diff(start).max(initial=0), np.int64))
    other, layer, weight = np.empty(kept, np.int32), np.empty(kept, np.int8), np.empty(kept, np.int16)
    _unpack(entries, other, layer, weight)
    return Ties(start, other, layer, weight)


@kernel
def _count(one, two, start):  # type: ignore[no-untyped-def]
    """Count the entries of each row, at the row's number plus one."""
    for k in range(one.size):
        if one[k] != two[k]:
            start[one[k] + 1] += 1
            start[two[k] + 1] += 1


@kernel
def _enter(one, two, layer, weight, free, entries):  # type: ignore[no-untyped-def]
    """Write each pair into both rows, packed into one number that sorts as rows are sorted.

    From the highest bit: layer (4 bits), whether the other stands in an earlier row (1), the other (31), weight (16).
    """
    by_layer, by_weight = int(layer.size > 1), int(weight.size > 1)
    for k in range(one.size):
        a, b = int(one[k]), int(two[k])
        if a == b:
            continue
        kind, w = int(layer[k * by_layer]) << 48, int(weight[k * by_weight]) + 32768
        entries[free[a]] = kind | int(b < a) << 47 | b << 16 | w
        free[a] += 1
        entries[free[b]] = kind | int(a < b) << 47 | a << 16 | w
        free[b] += 1


@kernel
def _tidy(start, entries, met, spare):  # type: ignore[no-untyped-def]
    """Sort each row (equals but for the weight stay as they were), keep one entry a pair and close the gaps; `start`
    is set to what is kept. Returns how many. `met`: -1 for everybody; `spare`: room for the longest row."""
    kept = 0
    first = start[0]
    for i in range(start.size - 1):
        last = start[i + 1]
        for begin in range(first, last, 16):  # short runs by insertion
            for k in range(begin + 1, min(begin + 16, last)):
                entry = entries[k]
                j = k
                while j > begin and entries[j - 1] >> 16 > entry >> 16:
                    entries[j] = entries[j - 1]
                    j -= 1
                entries[j] = entry
        run = 16
        while run < last - first:  # which are then merged
            for begin in range(first, last - run, 2 * run):
                middle, end = begin + run, min(begin + 2 * run, last)
                for k in range(run):
                    spare[k] = entries[begin + k]
                left, right, k = 0, middle, begin
                while left < run:
                    if right < end and entries[right] >> 16 < spare[left] >> 16:
                        entries[k] = entries[right]
                        right += 1
                    else:
                        entries[k] = spare[left]
                        left += 1
                    k += 1
            run *= 2
        start[i] = kept
        for k in range(first, last):
            other = entries[k] >> 16 & 0x7FFFFFFF
            if met[other] != i:
                met[other] = i
                entries[kept] = entries[k]
                kept += 1
        first = last
    start[start.size - 1] = kept
    return kept


@kernel
def _unpack(entries, other, layer, weight):  # type: ignore[no-untyped-def]
    for k in range(other.size):
        other[k] = entries[k] >> 16 & 0x7FFFFFFF
        layer[k] = entries[k] >> 48
        weight[k] = (entries[k] & 0xFFFF) - 32768


def in_order(key: np.ndarray, size: int, order: np.ndarray) -> np.ndarray:
    """`order` (positions) sorted by a key of 0..size-1, equals left as they were."""
    start = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(key[order], minlength=size), out=start[1:])
    done = np.empty_like(order)
    _count_sort(key, order, start, done)
    return done


@kernel
def _count_sort(key, order, start, done):  # type: ignore[no-untyped-def]
    for i in order:
        done[start[key[i]]] = i
        start[key[i]] += 1
