"""Distributions: from the unit interval to values of a factor, by the inverse of its cumulative distribution, and back.

Whole numbers, switches and choices take each of their values on an equal piece of the unit interval. Real factors follow
their distribution between low and high; a whole number with one other than uniform is rounded to the nearest.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contagion.config.factors import Axis, logs_of

Reals = NDArray[np.float64]

DIGITS = 12
"""Digits of a value: 0.3 and not 0.30000000000000004."""


def values_at(axis: Axis, unit: ArrayLike) -> list[Any]:
    """Values (one per point, as TOML would give them) at points of the unit interval."""
    u = np.asarray(unit, np.float64)
    if axis.values:
        return [axis.values[i] for i in _piece(u, len(axis.values))]
    if axis.kind == "whole":
        if axis.distribution == "uniform":
            return [int(axis.low) + int(i) for i in _piece(u, int(axis.high - axis.low) + 1)]
        return [int(v) for v in np.rint(_inverse(axis, u))]
    return [float(v) for v in _inverse(axis, u)]


def unit_at(axis: Axis, values: list[Any]) -> Reals:
    """Points of the unit interval that lead to these values: the middle of a value's piece where it has one."""
    if axis.values:
        pieces = [_position(axis.values, value) for value in values]
        return (np.array(pieces, np.float64) + 0.5) / len(axis.values)
    x = np.array(values, np.float64)
    if axis.kind == "whole" and axis.distribution == "uniform":
        return np.clip((x - axis.low + 0.5) / (axis.high - axis.low + 1.0), 0.0, 1.0)
    return _cumulative(axis, np.clip(x, axis.low, axis.high))


def _piece(u: Reals, count: int) -> NDArray[np.int64]:
    """Which of `count` equal pieces of the unit interval a point lies in (1 lies in the last)."""
    return np.minimum(np.floor(u * count).astype(np.int64), count - 1)


def _position(values: tuple[Any, ...], value: Any) -> float:
    """Where a value stands among others; nan if it is none of them."""
    same = (i for i, one in enumerate(values) if one == value and isinstance(one, bool) == isinstance(value, bool))
    return next(same, float("nan"))


def _inverse(axis: Axis, u: Reals) -> Reals:
    """Inverse of the cumulative distribution from low to high, at points of the unit interval."""
    low, high = axis.low, axis.high
    if axis.distribution == "uniform":
        x = low + (high - low) * u
    elif axis.distribution == "loguniform":
        x = low * (high / low) ** u
    else:
        x = np.asarray(_law(axis).ppf(u), np.float64)
        x = np.exp(x) if axis.distribution == "lognormal" else x
    tidy = np.array([float(f"{v:.{DIGITS}g}") for v in np.atleast_1d(x)]).reshape(x.shape)
    return np.asarray(np.clip(tidy, low, high), np.float64)  # rounding must not leave the range


def _cumulative(axis: Axis, x: Reals) -> Reals:
    low, high = axis.low, axis.high
    if axis.distribution == "uniform":
        return np.asarray((x - low) / (high - low), np.float64)
    if axis.distribution == "loguniform":
        return np.asarray(np.log(x / low) / np.log(high / low), np.float64)
    if axis.distribution == "lognormal":
        with np.errstate(divide="ignore"):  # the logarithm of 0 is minus infinity, where nothing lies below
            x = np.log(x)
    return np.asarray(_law(axis).cdf(x), np.float64)


def _law(axis: Axis) -> Any:
    """The law of scipy's between low and high; of a lognormal factor, that of its logarithm."""
    from scipy import stats

    low, wide, shape = axis.low, axis.high - axis.low, axis.shape
    if axis.distribution == "triangular":
        return stats.triang((shape[0] - low) / wide, low, wide)
    if axis.distribution == "beta":
        return stats.beta(shape[0], shape[1], low, wide)
    ends, (mean, sd) = np.array([axis.low, axis.high]), shape[:2]
    if axis.distribution == "lognormal":
        with np.errstate(divide="ignore"):
            ends, (mean, sd) = np.log(ends), logs_of(mean, sd)
    return stats.truncnorm(*(ends - mean) / sd, mean, sd)
