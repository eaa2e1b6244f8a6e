"""Sums and means that do not depend on the order of the values: added up in whole numbers (fixed point)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from contagion.core.compiling import kernel, rule

FIXED = 2.0**32
"""Fixed-point unit of a sum over people."""


@rule
def fixed(value: float) -> int:
    """A number in fixed point, rounded half up."""
    return math.floor(value * FIXED + 0.5)


CRUMB = 1e-9
"""What a product of whole and decimal numbers may fall short of the whole number that is meant: 4.6 x 5 is 22.999..."""


def whole(value: float) -> int:
    """The whole number that is in a number of people, places or homes: its floor, where floating point cuts nothing off.

    >>> whole(4.6 * 50_000 / 10_000), whole(22.9)
    (23, 22)
    """
    return math.floor(value * (1.0 + 1e-12) + CRUMB)


@kernel
def _fixed_sum(values: Any) -> int:
    total = 0
    for i in range(values.size):
        total += fixed(values[i])
    return total


def exact_mean(values: np.ndarray) -> float:
    """A mean that does not depend on the order of the values; 0 for none."""
    values = np.ascontiguousarray(values)
    return _fixed_sum(values) / FIXED / values.size if values.size else 0.0


def exact_mean_among(values: np.ndarray, among: np.ndarray) -> float:
    """The same of some of the values (a mask); 0 for none."""
    return exact_mean(values[among])


def exact_means(values: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
    """Means by group that do not depend on the order of the values; 0 where a group is empty."""
    sums = np.bincount(group, weights=np.rint(values * 2.0**24), minlength=groups)
    return np.asarray(sums / 2.0**24 / np.maximum(1, np.bincount(group, minlength=groups)))
