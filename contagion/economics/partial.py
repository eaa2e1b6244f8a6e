"""Partial perfect information: which drawn parameter would be worth knowing better.

EVPPI = E over x of max_d E[net benefit of d | x] - max_d E[net benefit of d]. The inner expectation is a regression of each
option's net benefit on the parameter, over the same draws, so that no further runs are needed (Strong, Oakley & Brennan
2014, Medical Decision Making 34:311-326). The regression is a natural cubic spline with four knots; a parameter with few
values has a mean at each. A regression on few draws also finds what is not there: how much a parameter that does nothing
would be given is seen by shuffling its draws.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contagion.economics.decisions import net_benefit, perfect_information

Array = NDArray[np.float64]
FEWEST_FOR_PARTIAL = 30
"""Draws below which nothing is said of single parameters."""
KNOTS = (0.05, 0.35, 0.65, 0.95)
"""Quantiles at which the pieces of the spline meet (Harrell 2001, Regression Modeling Strategies, table 2.3)."""
SHUFFLES = 200
RARE = 95
"""Percentile of the shuffles above which a value is more than chance gives."""


class Partial(NamedTuple):
    """What knowing one parameter would be worth, GBP, and how much chance gives one that does nothing (RARE)."""

    value: float
    by_chance: float

    @property
    def clear(self) -> bool:
        """Whether it is more than chance gives."""
        return self.value > self.by_chance


def partial_information(costs: ArrayLike, effects: ArrayLike, worth: float, values: ArrayLike) -> float:
    """Expected value of knowing one parameter, GBP: what choosing anew for each of its values would leave beyond one choice.

    costs, effects: (draws, options); worth: GBP for one unit of effect; values: (draws,), what each draw had of the
    parameter. Never more than perfect information is worth.

    >>> partial_information([[0, 0]] * 4, [[0, 3], [0, -1], [0, -4], [0, 0]], 1.0, [0, 0, 1, 1])  # means 1 and -2
    0.5
    """
    left = net_benefit(costs, effects, worth)
    return min(_gained(left, _basis(np.asarray(values, np.float64))), perfect_information(costs, effects, worth))


def partial(costs: ArrayLike, effects: ArrayLike, worth: float, values: ArrayLike) -> Partial:
    """The same, with what chance gives: the draws of the parameter are shuffled (the same shuffles every time)."""
    left, basis = net_benefit(costs, effects, worth), _basis(np.asarray(values, np.float64))
    rng = np.random.Generator(np.random.Philox(11))
    shuffled = [_gained(left, basis[rng.permutation(len(basis))]) for _ in range(SHUFFLES)]
    return Partial(partial_information(costs, effects, worth, values), float(np.percentile(shuffled, RARE)))


def _gained(left: Array, basis: Array) -> float:
    """What choosing by the fitted net benefits leaves beyond the best option on average."""
    fitted = basis @ np.linalg.lstsq(basis, left, rcond=None)[0]
    return max(0.0, float(fitted.max(axis=1).mean() - left.mean(axis=0).max()))


def _basis(values: Array) -> Array:
    """Columns of the regression: a mean for each of a few values, or a natural cubic spline; shape (draws, columns)."""
    few = np.unique(values)
    if len(few) <= len(KNOTS):
        return (values[:, None] == few[None, :]).astype(np.float64)
    x = (values - few[0]) / (few[-1] - few[0])
    knots = np.quantile(x, KNOTS)
    if len(np.unique(knots)) < len(knots):  # draws that are crowded at one value
        return np.stack([np.ones_like(x), x], axis=1)

    def above(knot: float) -> Array:
        return np.asarray(np.maximum(x - knot, 0.0) ** 3, np.float64)

    last, before = knots[-1], knots[-2]
    curved = [
        above(one) - above(before) * (last - one) / (last - before) + above(last) * (before - one) / (last - before)
        for one in knots[:-2]
    ]
    return np.stack([np.ones_like(x), x, *curved], axis=1)
