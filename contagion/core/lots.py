"""Lots: what cannot be decided alone is settled once, by keyed tickets, ties broken by identity."""

from __future__ import annotations

import numpy as np

from contagion.core.chance import uniform


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
    there = place[pool]
    short = there.astype(np.int16) if there.size and there.max() < 2**15 else there  # short integers sort by radix
    ranked = pool[np.argsort(short, kind="stable")]
    places = place[ranked]
    first = np.searchsorted(places, place[rows], side="left")
    last = np.searchsorted(places, place[rows], side="right")
    u = uniform(seed, name, week, uid[rows])
    at = first + np.floor(u * (last - first)).astype(np.int64)
    found = last > first
    rows, at, u = rows[found], at[found], u[found]
    other = ranked[at]
    order = np.lexsort((uid[rows], u))
    order = order[rows[order] != other[order]]
    return rows[order], other[order]
