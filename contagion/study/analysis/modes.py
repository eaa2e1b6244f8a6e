"""Two kinds of history: replicates in which contagion took off, and replicates in which it died out.

A median between two groups describes no history at all, so outcomes in two groups are reported group by group, with the
chance of each. Whether there are two is settled by likelihood: two normal groups, each value given to one of them (the
classification likelihood of Biernacki, Celeux & Govaert 2000), against the best description with one peak: normal, uniform,
Laplace, Student t, exponential, or normal after logarithms or cube roots from either end, so that skewness is not taken
for two groups. Two are reported if the log-likelihood gains 4 as the values stand or 8 on any of those scales, the groups
are three standard deviations apart (Ashman's D, 1994), and each holds three replicates and 2 % of them. Counts are spread
over their steps first, so that steps are not taken for gaps.

False alarms, the worst of n = 10, 20, 40, 100, 200, 500 (1,000 samples each, 500 from 200): normal 0.3 %, uniform 0.7,
exponential 0.4, lognormal 1.3, Laplace 0.9, t (3 degrees of freedom) 1.7, gamma and triangular 0.9, negative binomial 0.8,
Poisson and binomial 0.2; but a heap of zeros under an exponential tail 7 % at n = 20 and 2 at 40. Found, in %, of mixtures
of normals 4, 6 and 10 standard deviations apart with 5, 10, 20 and 50 % in the upper one:

    n = 40      4 apart:  7, 16, 29, 25     6 apart:  28,  64,  94,  88     10 apart:  29,  82,  98, 100
    n = 100              22, 54, 74, 70               84,  98, 100, 100                87, 100, 100, 100
    n = 200              68, 84, 94, 97              100, 100, 100, 100               100, 100, 100, 100

Hartigan's dip (1985) at the 1 % level finds 2 % of the fifths 6 apart at n = 40, so it is not used. Five per cent of 40 is
two replicates, which no rule can tell from outliers. Where "took off" has a meaning beforehand, ask `takeoff` instead.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contagion.study.analysis.paired import Interval, interval

Array = NDArray[np.float64]

FEWEST, LEAST_SHARE = 3, 0.02  # replicates, and share of them, that make a group
GAIN, GAIN_RESCALED = 4.0, 8.0  # log-likelihood to gain over one group: as the values stand, and on the best scale
APART = 3.0  # Ashman's D between the groups; the halves of a normal distribution have 2.6

_SHIFTS = (0.0025, 0.01, 0.03, 0.07, 0.15, 0.3, 0.7, 2.0)  # of the range, before logarithms and cube roots
_DEGREES = (3.0, 5.0, 10.0)  # of freedom, of Student's t
_NARROWEST, _BORROWED = 0.05, 3  # least sd of a group, in sds of all; observations lent to its variance
_RESOLUTION = 0.01  # of the range: least width that equal values are spread over


@dataclass(frozen=True)
class Share:
    """A share of the replicates with its Wilson (1927) interval."""

    count: int
    n: int
    low: float
    high: float
    confidence: float = 0.95

    @property
    def share(self) -> float:
        """The share itself."""
        return self.count / self.n

    def __str__(self) -> str:
        ends = f"{100 * self.low:.0f} to {100 * self.high:.0f} %"
        return f"{100 * self.share:.0f} %, {100 * self.confidence:g} % interval {ends}"


@dataclass(frozen=True)
class Split:
    """Replicates on either side of a cut: how many lie at or above it, and what both sides are like."""

    cut: float
    upper: Share
    above: Interval | None
    below: Interval | None

    def sentence(self, subject: str = "contagion", whole: bool = False) -> str:
        """What happened in how many replicates, and how each group ended; `whole` for things that come in units."""
        up = self.upper
        sides = [
            f"{where}, {_described(one, whole)}"
            for where, one in (("where it did", self.above), ("where it did not", self.below))
            if one is not None
        ]
        return f"In {up.count} of {up.n} replicates {subject} took off ({up}): {'; '.join(sides)}."

    def as_dict(self) -> dict[str, Any]:
        """For the manifest."""
        sides = {k: asdict(one) if one else None for k, one in (("above", self.above), ("below", self.below))}
        return {"cut": self.cut, "p_takeoff": asdict(self.upper) | {"share": self.upper.share}, **sides}


@dataclass(frozen=True)
class Modes:
    """Whether replicates fall into two groups; `split` is None if they do not."""

    n: int
    overall: Interval
    split: Split | None
    gain: float
    separation: float

    @property
    def two(self) -> bool:
        """Whether two groups are clearly there."""
        return self.split is not None

    def sentence(self, subject: str = "contagion", whole: bool = False) -> str:
        """The words of a report."""
        if self.split is not None:
            return self.split.sentence(subject, whole)
        return f"The {self.n} replicates show no two separate groups: {_described(self.overall, whole)}."

    def as_dict(self) -> dict[str, Any]:
        """For the manifest."""
        split = self.split.as_dict() if self.split is not None else None
        numbers = {"gain": self.gain, "separation": self.separation}
        return {"n": self.n, "two": self.two, "overall": asdict(self.overall), "split": split, **numbers}


def _described(one: Interval, whole: bool) -> str:
    low, middle, high = one.texts(whole)
    return f"median {middle} (10th to 90th percentile {low} to {high})"


def wilson(count: int, n: int, confidence: float = 0.95) -> Share:
    """A share with its score interval (Wilson 1927), which stays within 0 and 1 and is no point at either."""
    if not 0 <= count <= n or n < 1:
        raise ValueError(f"{count} of {n} is no share")
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence lies between 0 and 1, unlike {confidence}")
    from scipy.stats import binomtest  # costs half a second to load, and few commands need it

    low, high = binomtest(count, n).proportion_ci(confidence, method="wilson")
    return Share(count, n, float(low), float(high), confidence)


def takeoff(values: ArrayLike, threshold: float, confidence: float = 0.95) -> Split:
    """P(take-off) where a replicate (n,) takes off by reaching a threshold."""
    v = _checked(values)
    if not math.isfinite(threshold):
        raise ValueError(f"a threshold must be a finite number, not {threshold}")
    up = v >= threshold
    above, below = (interval(side) if len(side) else None for side in (v[up], v[~up]))
    return Split(float(threshold), wilson(int(up.sum()), len(v), confidence), above, below)


def modes(values: ArrayLike, confidence: float = 0.95) -> Modes:
    """Whether the replicates (n,) of an outcome fall into two groups, and each group if they do."""
    v = np.sort(_checked(values))
    n, least = len(v), max(FEWEST, math.ceil(LEAST_SHARE * len(v)))
    alone = Modes(n, interval(v), None, 0.0, 0.0)
    if n < 2 * least or v[-1] - v[0] <= 1e-9 * np.abs(v).max():
        return alone
    x = _spread((v - v[0]) / (v[-1] - v[0]), _step(v) / (v[-1] - v[0]))
    x = (x - x.mean()) / x.std()
    scales = list(_scales(x))
    one = max(_single_peaked(x), *(_normal(z) + jacobian for z, jacobian in scales))
    found = [(fit + jacobian, k) for (z, jacobian) in scales for fit, k in [_two_groups(z, least)]]
    seen = ((found[0], GAIN), (max(found), GAIN_RESCALED))
    shown = [(total - one, _ashman(x, k), k, needed) for (total, k), needed in seen]
    for gain, apart, k, needed in shown:
        if gain > needed and apart > APART and v[k - 1] < v[k]:
            cut = float(v[k - 1] + (v[k] - v[k - 1]) / 2)
            return Modes(n, alone.overall, takeoff(v, cut, confidence), float(gain), float(apart))
    return Modes(n, alone.overall, None, float(shown[0][0]), float(shown[0][1]))


def _checked(values: ArrayLike) -> Array:
    v = np.asarray(values, np.float64)
    if v.ndim != 1 or not len(v):
        raise ValueError("values of replicates come as a list of at least one number")
    if not np.isfinite(v).all():
        raise ValueError(f"replicate {int(np.flatnonzero(~np.isfinite(v))[0])} has no finite value")
    return v


def _step(v: Array) -> float:
    """The step of values that come in steps (counts: their greatest common divisor); 0 if no two are equal."""
    distinct = np.unique(v)
    if len(distinct) == len(v):
        return 0.0
    gaps = np.diff(distinct)
    counts = np.abs(v).max() < 2**53 and bool((distinct == np.round(distinct)).all())
    return float(np.gcd.reduce(gaps.astype(np.int64)) if counts else gaps.min())


def _spread(x: Array, step: float) -> Array:
    """Sorted values from 0 to 1 with equal ones spread evenly over their step, so that a bar of counts has a width."""
    _, first, count = np.unique(x, return_index=True, return_counts=True)
    rank = np.arange(len(x)) - np.repeat(first, count)
    equal = np.repeat(count, count)
    return np.sort(x + max(step, _RESOLUTION) * ((rank + 0.5) / equal - 0.5))


def _scales(x: Array) -> Iterator[tuple[Array, float]]:
    """The values themselves, then logarithms and cube roots of their distance from either end; with the log-Jacobian."""
    yield x, 0.0
    n, extent = len(x), x[-1] - x[0]
    for distance, sign in ((x - x[0], 1), (x[-1] - x, -1)):
        for shift in _SHIFTS:
            t = distance + shift * extent
            logs = np.log(t)
            yield sign * logs, -float(logs.sum())
            yield sign * np.cbrt(t), -float(n * math.log(3) + 2 / 3 * logs.sum())


def _normal(z: Array) -> float:
    return -len(z) / 2 * (math.log(2 * math.pi * z.var()) + 1)


def _single_peaked(x: Array) -> float:
    """The highest log-likelihood among uniform, Laplace, exponential (either way) and Student t."""
    n, mean = len(x), x.mean()
    widths = (
        x[-1] - x[0],
        2 * math.e * np.abs(x - np.median(x)).mean(),
        math.e * (mean - x[0]),
        math.e * (x[-1] - mean),
    )
    return max(-n * math.log(min(widths)), *(_student(x, nu) for nu in _DEGREES))


def _student(x: Array, nu: float) -> float:
    """Log-likelihood of Student's t about its own centre and scale (15 steps of expectation and maximisation)."""
    centre, square = float(np.median(x)), float(x.var())
    for _ in range(15):
        weight = (nu + 1) / (nu + (x - centre) ** 2 / square)
        centre = float((weight * x).sum() / weight.sum())
        square = max(float((weight * (x - centre) ** 2).mean()), 1e-12)
    constant = math.lgamma((nu + 1) / 2) - math.lgamma(nu / 2) - 0.5 * math.log(nu * math.pi * square)
    return float(len(x) * constant - (nu + 1) / 2 * np.log1p((x - centre) ** 2 / nu / square).sum())


def _two_groups(z: Array, least: int) -> tuple[float, int]:
    """The highest log-likelihood of sorted values cut into two normal groups, and how many lie below the cut.

    Each variance borrows three observations from the pooled one, so that three close values are no spike.
    """
    n = len(z)
    k = np.arange(least, n - least + 1)
    sums, squares = np.cumsum(z), np.cumsum(z * z)
    s, q = sums[k - 1], squares[k - 1]
    inside = np.maximum(q - s * s / k, 0), np.maximum(squares[-1] - q - (sums[-1] - s) ** 2 / (n - k), 0)
    pooled, floor = (inside[0] + inside[1]) / n, _NARROWEST**2 * z.var()
    total = np.zeros(len(k))
    for size, spread in zip((k, n - k), inside):
        variance = np.maximum((spread + _BORROWED * pooled) / (size + _BORROWED), floor)
        total += size * np.log(size / n) - size / 2 * np.log(2 * math.pi * variance) - spread / 2 / variance
    best = int(total.argmax())
    return float(total[best]), int(k[best])


def _ashman(x: Array, k: int) -> float:
    low, high = x[:k], x[k:]
    return float(math.sqrt(2) * (high.mean() - low.mean()) / math.sqrt(low.var() + high.var() + 1e-12))
