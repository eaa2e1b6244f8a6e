"""Choosing a mix within a budget from paired runs, and how often the choice would change under other seeds.

A mix is recommended only if it is clearly better than nothing, and clearly better than every cheaper mix that is. Clearly:
the one-sided 95 % bound of the mean paired difference (Student's t) lies above 0. Of the mixes that pass, the one with the
highest mean is chosen. The same rule is asked again in resamples of the seeds (bootstrap), and told how often it answers
otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]
SURE, RESAMPLES = 0.95, 1000
"""One-sided confidence that counts as clear, and resamples of the seeds."""


@dataclass(frozen=True)
class Gap:
    """How much more one mix does than another: mean paired difference with its 90 % interval, and the chance that it is
    the other way round (share of resamples of the seeds in which the mean is not above 0)."""

    mean: float
    low: float
    high: float
    other_way: float
    seeds: int

    @property
    def clear(self) -> bool:
        """Whether more is clearly done."""
        return self.low > 0


@dataclass(frozen=True)
class Choice:
    """What is chosen within a budget; places of columns, 0 is nothing.

    `best`: the highest mean; `runner_up`: the highest mean of the others within the budget; `between`: chosen against
    runner-up; `over_nothing`: chosen against nothing; `shares`: how often resamples of the seeds choose each mix.
    """

    chosen: int
    best: int
    runner_up: int
    between: Gap
    over_nothing: Gap
    shares: dict[int, float]

    @property
    def changes(self) -> float:
        """How often other seeds would choose otherwise."""
        return 1.0 - self.shares.get(self.chosen, 0.0)


def choose(effects: Array, costs: Array, allowed: NDArray[np.bool_], strata: NDArray[np.int64] | None = None) -> Choice:
    """The choice among mixes that have been run under common seeds.

    `effects`: (seeds, mixes), more is better, the first column is nothing; NaN where a mix was not run under a seed.
    `costs`: GBP a year of each mix; `allowed`: which are within the budget (nothing always is). `strata`: the round of
    each seed, within which seeds are drawn anew.

    >>> effects = np.array([[0.0, 4.0, 5.0], [0.0, 6.0, 5.5], [0.0, 5.0, 6.0]])
    >>> choose(effects, np.array([0.0, 1.0, 2.0]), np.array([True, True, True])).chosen  # as good as the dearer one
    1
    """
    gaps, lows = _gaps(effects[None])
    chosen = int(_rule(gaps, lows, costs, allowed)[0])
    over = gaps[0, :, 0]
    inside = np.flatnonzero(allowed)
    best = int(inside[np.argmax(over[inside])])
    others = [k for k in inside.tolist() if k != chosen]
    runner_up = max(others, key=lambda k: (over[k], -costs[k])) if others else chosen
    drawn = effects[_resamples(len(effects), strata)]
    again, again_lows = _gaps(drawn)
    found, counts = np.unique(_rule(again, again_lows, costs, allowed), return_counts=True)
    return Choice(
        chosen,
        best,
        runner_up,
        _gap(effects, again, chosen, runner_up),
        _gap(effects, again, chosen, 0),
        {int(k): float(n) / RESAMPLES for k, n in zip(found, counts, strict=True)},
    )


def gap(effects: Array, one: int, other: int, strata: NDArray[np.int64] | None = None) -> Gap:
    """How much more one mix does than another; columns of `effects`, as `choose` takes them."""
    two = effects[:, [one, other]]
    return _gap(two, _gaps(two[_resamples(len(effects), strata)])[0], 0, 1)


def undecided(effects: Array, allowed: NDArray[np.bool_]) -> list[int]:
    """Mixes within the budget that cannot be told from the one with the highest mean, with it; empty if it stands alone.

    Nothing counts as one of them.
    """
    gaps, lows = _gaps(effects[None])
    inside = np.flatnonzero(allowed)
    best = int(inside[np.argmax(gaps[0, inside, 0])])
    close = [k for k in inside.tolist() if k != best and not lows[0, best, k] > 0]
    return [best, *close] if close else []


def _resamples(seeds: int, strata: NDArray[np.int64] | None) -> NDArray[np.int64]:
    """Rows of seeds drawn anew, within each round; the same every time. Shape (RESAMPLES, seeds)."""
    rng = np.random.Generator(np.random.Philox(7))
    strata = np.zeros(seeds, np.int64) if strata is None else strata
    parts = []
    for one in np.unique(strata):
        rows = np.flatnonzero(strata == one)
        parts.append(rows[rng.integers(0, rows.size, (RESAMPLES, rows.size))])
    return np.concatenate(parts, axis=1)


def _gaps(effects: Array) -> tuple[Array, Array]:
    """Mean paired difference of each mix from each other, and its one-sided lower bound; (samples, mixes, mixes)."""
    difference = effects[:, :, :, None] - effects[:, :, None, :]
    known = ~np.isnan(difference)
    n = known.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, difference, 0.0).sum(axis=1) / n
        spread = np.where(known, difference - mean[:, None], 0.0) ** 2
        error = np.sqrt(spread.sum(axis=1) / (n - 1) / n)
        low = mean - np.where(n > 1, stats.t.ppf(SURE, np.maximum(n - 1, 1)), np.inf) * error
    return mean, np.where(n > 1, low, -np.inf)


def _gap(effects: Array, again: Array, one: int, other: int) -> Gap:
    mean, low = (found[0, one, other] for found in _gaps(effects[None]))
    known = ~np.isnan(effects[:, one] - effects[:, other])
    if one == other:
        return Gap(0.0, 0.0, 0.0, 1.0, int(known.sum()))
    other_way = float(np.mean(~(again[:, one, other] > 0)))
    return Gap(float(mean), float(low), float(2 * mean - low), other_way, int(known.sum()))


def _rule(gaps: Array, lows: Array, costs: Array, allowed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The chosen mix of each sample."""
    clear = lows > 0
    worth = clear[:, :, 0] & allowed
    cheaper = (costs[None, :] < costs[:, None]) | ((costs[None, :] == costs[:, None]) & _earlier(costs.size))
    rivals = cheaper[None] & worth[:, None, :]
    passed = worth & ~(rivals & ~clear).any(axis=2)
    mean = np.where(passed, gaps[:, :, 0], -np.inf)
    found: NDArray[np.int64] = np.where(passed.any(axis=1), mean.argmax(axis=1), 0)
    return found


def _earlier(count: int) -> NDArray[np.bool_]:
    """Of mixes that cost the same the earlier counts as cheaper."""
    place = np.arange(count)
    return place[None, :] < place[:, None]
