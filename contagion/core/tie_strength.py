"""How much ties carry by their strength: most where two have a moderate number of contacts in common.

carried = sum over ties of v(s), v(s) = s / moderate exp(1 - s / moderate), s contacts that both have
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from contagion.core.compiling import kernel


def carried(wiring: Any, rows: np.ndarray, moderate: float, circle: float) -> np.ndarray:
    """What the ties and bonds of each of these rows carry, in ties of the best strength (float64, one per row).

    `moderate`: shared contacts of the best strength; `circle`: contacts of a whole circle, of which ties are a sample.
    """
    out = np.zeros(rows.size)
    _carry(wiring, rows, moderate, circle, np.zeros(wiring.sent.shape[0], np.bool_), out)
    return out


def hears(wiring: Any, rows: np.ndarray, luck: np.ndarray, p: Any, heard: Callable[..., np.ndarray]) -> np.ndarray:
    """Which of these rows hear of something (bool): luck < (1 + weak_ties x heard) / (1 + weak_ties), luck uniform.

    heard = V / (V + weak_half), V what one's ties carry. Ties are gone through only where luck alone does not decide.
    """

    def chance(share: Any) -> Any:
        return (1.0 + p.weak_ties * share) / (1.0 + p.weak_ties)

    ties = wiring.start[rows + 1] - wiring.start[rows] + wiring.bonds.shape[1]
    ties = ties * (1.0 + 1e-9)  # each carries one at most, but for rounding
    known: np.ndarray = luck < chance(0.0)
    open_ = np.flatnonzero(~known & (luck < chance(ties / (ties + p.weak_half))))
    known[open_] = luck[open_] < chance(heard(wiring, rows[open_], p))
    return known


@kernel
def _carry(wiring: Any, rows: Any, moderate: Any, circle: Any, known: Any, out: Any) -> None:
    """Add up what the ties of each of these rows carry; `known`: room for who is known to them, False throughout.

    Ties are a sample of somebody's whole circle, so shared contacts are the share of the other's ties that both have,
    of a circle of the full size.
    """
    start, other, bonds = wiring.start, wiring.other, wiring.bonds
    for k in range(rows.size):
        i = rows[k]
        for sign in (True, False):
            for e in range(start[i], start[i + 1]):
                known[other[e]] = sign
            for b in range(bonds.shape[1]):
                if bonds[i, b] >= 0:
                    known[bonds[i, b]] = sign
            if not sign:
                break
            ties = start[i + 1] - start[i]
            for t in range(ties + bonds.shape[1]):
                j = other[start[i] + t] if t < ties else bonds[i, t - ties]
                if j < 0:
                    continue
                shared = 0
                for e in range(start[j], start[j + 1]):
                    shared += 1 * known[other[e]]
                strength = circle * shared / (start[j + 1] - start[j]) if start[j + 1] > start[j] else 0.0
                out[k] += strength / moderate * math.exp(1.0 - strength / moderate)
