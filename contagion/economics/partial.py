"""Partial perfect information: which drawn parameter would be worth knowing better.

EVPPI = E over x of max_d E[net benefit of d | x] - max_d E[net benefit of d]. The inner expectation is a regression of each
option's net benefit on the parameter, over the same draws, so that no further runs are needed (Strong, Oakley & Brennan
2014, Medical Decision Making 34:311-326). The regression is a natural cubic spline with four knots; a parameter with few
values has a mean at each. A regression on few draws also finds what is not there: shuffled draws show how much is given to
parameters that do nothing, and of many parameters one is the luckiest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contagion.economics.decisions import net_benefit, perfect_information

Array = NDArray[np.float64]
FEWEST_FOR_PARTIAL = 30
"""Draws below which nothing is said of single parameters."""
KNOTS = (0.05, 0.35, 0.65, 0.95)
"""Quantiles at which the pieces of the spline meet (Harrell 2001, Regression Modeling Strategies, table 2.3)."""
SHUFFLES = 400
RARE = 95
"""Percentile of the shuffles above which a value is more than chance gives."""


class Partial(NamedTuple):
    """What knowing each parameter by itself would be worth, GBP by name, and what chance gives.

    `by_chance`: the most that is given to any of so many parameters if none of them does anything, in RARE of 100 shuffles.
    """

    values: dict[str, float]
    by_chance: float

    @property
    def clear(self) -> list[str]:
        """Parameters of which the value is more than chance gives, the greatest first."""
        found = [name for name, value in self.values.items() if value > self.by_chance]
        return sorted(found, key=lambda name: -self.values[name])


def partial_information(costs: ArrayLike, effects: ArrayLike, worth: float, values: ArrayLike) -> float:
    """Expected value of knowing one parameter, GBP: what choosing anew for each of its values would leave beyond one choice.

    costs, effects: (draws, options); worth: GBP for one unit of effect; values: (draws,), what each draw had of the
    parameter. Never more than perfect information is worth.

    >>> found = partial_information([[0, 0]] * 4, [[0, 3], [0, -1], [0, -4], [0, 0]], 1.0, [0, 0, 1, 1])
    >>> round(found, 9)  # the second option leaves 1 on average where the parameter is 0, and -2 where it is 1
    0.5
    """
    left = net_benefit(costs, effects, worth)
    return min(_gained(left, _basis(np.asarray(values, np.float64))), perfect_information(costs, effects, worth))


def partial(costs: ArrayLike, effects: ArrayLike, worth: float, drawn: Mapping[str, ArrayLike]) -> Partial:
    """The same for each parameter by name, with what chance gives: draws are shuffled (the same shuffles every time)."""
    left = net_benefit(costs, effects, worth)
    bases = [_basis(np.asarray(values, np.float64)) for values in drawn.values()]
    rng = np.random.Generator(np.random.Philox(11))
    shuffled = [left[rng.permutation(len(left))] for _ in range(SHUFFLES)]
    most = [max((_gained(one, basis) for basis in bases), default=0.0) for one in shuffled]
    values = {name: partial_information(costs, effects, worth, one) for name, one in drawn.items()}
    return Partial(values, float(np.percentile(most, RARE)))


def _gained(left: Array, basis: Array) -> float:
    """What choosing by the fitted net benefits leaves beyond the best option on average; `basis` is orthonormal."""
    fitted = basis @ (basis.T @ left)
    gained = float(fitted.max(axis=1).mean() - left.mean(axis=0).max())
    return gained if gained > DUST * float(np.abs(left).max()) else 0.0


DUST = 1e-9
"""Share of the greatest net benefit below which a sum is what rounding leaves."""


def _basis(values: Array) -> Array:
    """Columns of the regression, made orthonormal: a mean for each of a few values, or a natural cubic spline.

    Shape (draws, columns).
    """
    few = np.unique(values)
    if len(few) <= len(KNOTS):
        columns = (values[:, None] == few[None, :]).astype(np.float64)
    else:
        columns = _spline((values - few[0]) / (few[-1] - few[0]))
    return np.asarray(np.linalg.qr(columns)[0], np.float64)


def _spline(x: Array) -> Array:
    """A constant, a line, and bends at the knots that end in straight lines; a line alone where draws are crowded."""
    knots = np.quantile(x, KNOTS)
    straight = np.stack([np.ones_like(x), x], axis=1)
    if np.diff(knots).min() <= 0:
        return straight

    def above(knot: float) -> Array:
        return np.asarray(np.maximum(x - knot, 0.0) ** 3, np.float64)

    last, before = knots[-1], knots[-2]
    bends = [
        above(one) - above(before) * (last - one) / (last - before) + above(last) * (before - one) / (last - before)
        for one in knots[:-2]
    ]
    return np.column_stack([straight, *bends])
