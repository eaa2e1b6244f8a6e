"""Deciding under uncertainty: dominance, cost for one unit more, acceptability and what certainty would be worth.

Costs and effects come as arrays of shape (draws, options): a draw is one replicate lived through by every option, so
that differences are paired. Nothing here divides by a difference whose range holds zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contagion.study.analysis.paired import COVERAGE, Interval, interval

Array = NDArray[np.float64]
Status = Literal["frontier", "dominated", "extendedly dominated"]
RESAMPLES = 2000
"""Bootstrap resamples behind the range of a ratio."""


@dataclass(frozen=True)
class Step:
    """An option in the full incremental analysis; `ratio` is money for one unit more than the frontier's option before."""

    option: str
    cost: float
    effect: float
    status: Status
    more_cost: float | None = None
    more_effect: float | None = None
    ratio: float | None = None


def incremental(options: list[str], costs: ArrayLike, effects: ArrayLike) -> list[Step]:
    """Full incremental analysis of mean costs and effects (one each an option), cheapest first.

    Dominated: another option costs no more and does no less. Extendedly dominated: a mix of two others would do as much for
    less. Ratios are taken between neighbours on the frontier.

    >>> [(one.option, one.ratio) for one in incremental(["a", "b", "c"], [0, 100, 400], [0, 0.5, 1.0])]
    [('a', None), ('b', 200.0), ('c', 600.0)]
    """
    cost, effect = np.asarray(costs, np.float64), np.asarray(effects, np.float64)
    order = sorted(range(len(options)), key=lambda i: (cost[i], -effect[i], i))
    status: dict[int, Status] = {}
    front: list[int] = []
    for i in order:
        if front and effect[i] <= effect[front[-1]]:
            status[i] = "dominated"
            continue
        while len(front) > 1 and _ratio(cost, effect, front[-2], front[-1]) > _ratio(cost, effect, front[-1], i):
            status[front.pop()] = "extendedly dominated"
        front.append(i)
        status[i] = "frontier"
    steps = []
    for i in order:
        place = front.index(i) if status[i] == "frontier" else 0
        if place:
            before = front[place - 1]
            more = cost[i] - cost[before], effect[i] - effect[before]
            steps.append(_step(options[i], cost[i], effect[i], more))
        else:
            steps.append(Step(options[i], float(cost[i]), float(effect[i]), status[i]))
    return steps


def _step(option: str, cost: float, effect: float, more: tuple[float, float]) -> Step:
    return Step(
        option, float(cost), float(effect), "frontier", float(more[0]), float(more[1]), float(more[0] / more[1])
    )


def _ratio(cost: Array, effect: Array, before: int, after: int) -> float:
    return float((cost[after] - cost[before]) / (effect[after] - effect[before]))


def cost_per_unit(more_cost: ArrayLike, more_effect: ArrayLike, coverage: float = COVERAGE) -> Interval | None:
    """Money for one unit more of an effect, from paired differences (draws,), with the range of the ratio of their means.

    None unless the effect is above zero in the range of draws and in every resampled mean: a ratio whose denominator may be
    nothing says nothing.
    The range is a percentile bootstrap over draws (the same resamples every time).

    >>> cost_per_unit([100.0, 120.0, 80.0], [1.0, -1.0, 0.5]) is None
    True
    """
    money, units = np.asarray(more_cost, np.float64), np.asarray(more_effect, np.float64)
    if money.size < 2:
        return None
    rows = np.random.default_rng(1).integers(0, money.size, (RESAMPLES, money.size))
    top, bottom = money[rows].mean(axis=1), units[rows].mean(axis=1)
    if interval(units, coverage).low <= 0 or bottom.min() <= 0:
        return None
    found = interval(top / bottom, coverage)
    middle = float(money.mean() / units.mean())
    return Interval(min(found.low, middle), middle, max(found.high, middle), coverage)


def net_benefit(costs: ArrayLike, effects: ArrayLike, worth: float) -> Array:
    """Money that is left in each draw if one unit of effect is worth so much; shape (draws, options)."""
    found: Array = worth * np.asarray(effects, np.float64) - np.asarray(costs, np.float64)
    return found


def acceptability(costs: ArrayLike, effects: ArrayLike, worths: ArrayLike) -> Array:
    """Share of draws in which each option leaves the most; shape (worths, options). Equal options share a draw.

    >>> acceptability([[0, 10], [0, 10]], [[0, 1], [0, -1]], [100.0]).tolist()
    [[0.5, 0.5]]
    """
    rows = []
    for worth in np.atleast_1d(np.asarray(worths, np.float64)):
        left = net_benefit(costs, effects, float(worth))
        best = left == left.max(axis=1, keepdims=True)
        rows.append((best / best.sum(axis=1, keepdims=True)).mean(axis=0))
    return np.array(rows)


def perfect_information(costs: ArrayLike, effects: ArrayLike, worth: float) -> float:
    """Expected value of perfect information: what choosing anew in every draw would leave beyond one choice for all.

    >>> perfect_information([[0, 5], [0, 5]], [[0, 1], [0, -1]], 10.0)
    2.5
    """
    left = net_benefit(costs, effects, worth)
    return max(0.0, float(left.max(axis=1).mean() - left.mean(axis=0).max()))  # sums may differ in the last bit


def chance_it_pays(benefits: ArrayLike, costs: ArrayLike) -> float:
    """Share of draws in which benefits exceed costs; shapes (draws,)."""
    return float(np.mean(np.asarray(benefits, np.float64) > np.asarray(costs, np.float64)))
