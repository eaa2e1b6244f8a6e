"""Lots: what cannot be decided alone is settled once, by keyed tickets, ties broken by identity."""

from __future__ import annotations

from typing import Any

import numpy as np

from contagion.core.chance import uniform
from contagion.core.compiling import kernel


def serve(choice: np.ndarray, free: np.ndarray, tickets: np.ndarray, uid: np.ndarray) -> np.ndarray:
    """Who of the applicants gets a place: smallest ticket first within each option.

    `choice`: option of each applicant; `free`: places by option; returns a mask over the applicants.
    """
    if choice.size == 0:
        return np.zeros(0, bool)
    order = np.lexsort((uid, tickets, choice))
    chosen = choice[order]
    rank = np.arange(order.size) - np.searchsorted(chosen, chosen, side="left")
    served = np.zeros(order.size, bool)
    served[order] = rank < free[chosen]
    return served


def partners(
    seed: int, name: str, week: int, uid: np.ndarray, rows: np.ndarray, pool: np.ndarray, place: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """For each of `rows`, one member of `pool` at the same place, drawn by lot; who draws nobody is left out.

    `uid`, `place`: of all rows. Returns (rows, partners), served in the order of their lots.
    """
    if rows.size == 0:
        return rows, rows
    own = uid[pool]
    if (own[1:] < own[:-1]).any():
        pool = pool[np.argsort(own)]
    there, here = place[pool], place[rows]
    first = np.zeros(int(max(there.max(initial=0), here.max(initial=0))) + 2, np.int64)
    ranked = np.empty_like(pool)
    _by_place(pool, there, first, ranked)
    begin, end = first[here], first[here + 1]
    u = uniform(seed, name, week, uid[rows])
    at = begin + np.floor(u * (end - begin)).astype(np.int64)
    found = end > begin
    rows, at, u = rows[found], at[found], u[found]
    other = ranked[at]
    order = np.lexsort((uid[rows], u))
    order = order[rows[order] != other[order]]
    return rows[order], other[order]


@kernel
def _by_place(pool: Any, place: Any, first: Any, ranked: Any) -> None:
    """The pool in order of place, equals left as they were; `first`: where each place begins."""
    for k in range(pool.size):
        first[place[k] + 1] += 1
    for b in range(first.size - 1):
        first[b + 1] += first[b]
    for k in range(pool.size):
        ranked[first[place[k]]] = pool[k]
        first[place[k]] += 1
    for b in range(first.size - 1, 0, -1):
        first[b] = first[b - 1]
    first[0] = 0
