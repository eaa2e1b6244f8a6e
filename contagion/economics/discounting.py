"""Discounting: what money or health in a later year is worth in the first one.

factor(t) = 1 / ((1 + r_1) ... (1 + r_t)), with the rate r of each year; the first year of the model counts as year 0.
Green Book: 3.5 % a year up to year 30, 3.0 % after it, health at 1.5 %; NICE for public health: 3.5 % for both
(secondary texts: C2; the rate for health is to be confirmed at the source).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Preset:
    """A way of appraising: rates a year as (first year from which it holds, rate), and what a QALY is valued at.

    `qaly`: GBP per quality-adjusted life year, from low to high, in prices of `qaly_year`.
    """

    title: str
    money: tuple[tuple[int, float], ...]
    health: tuple[tuple[int, float], ...]
    qaly: tuple[float, float]
    qaly_year: int
    source: str


PRESETS = {
    "green_book": Preset(
        "HM Treasury Green Book",
        ((1, 0.035), (31, 0.030)),
        ((1, 0.015),),
        (70_000.0, 70_000.0),
        2020,
        "Green Book: 3.5 %, 3.0 % after year 30 (C2); health 1.5 % (to be confirmed); QALY 70,000 in 2020-21 prices (C)",
    ),
    "nice": Preset(
        "NICE, public health",
        ((1, 0.035),),
        ((1, 0.035),),
        (20_000.0, 30_000.0),
        2024,
        "NICE: 3.5 % for costs and health (C2); 20,000 to 30,000 a QALY for public health (C2)",
    ),
}
"""Ways of appraising, by the names that a study gives."""


def factors(years: int, rates: tuple[tuple[int, float], ...]) -> Array:
    """What one unit in each year is worth in year 0; shape (years,), the first is 1.

    >>> factors(11, PRESETS["green_book"].money)[10].round(4)
    np.float64(0.7089)
    """
    held = [next(rate for first, rate in reversed(rates) if first <= year) for year in range(1, years)]
    return np.concatenate([[1.0], 1.0 / np.cumprod(1.0 + np.array(held, np.float64))])


def present_value(stream: ArrayLike, rates: tuple[tuple[int, float], ...]) -> Array:
    """The value in year 0 of streams by year; shape (..., years) to (...).

    >>> float(present_value([100.0, 100.0], ((1, 0.25),)))
    180.0
    """
    values = np.asarray(stream, np.float64)
    found: Array = values @ factors(values.shape[-1], rates)
    return found
