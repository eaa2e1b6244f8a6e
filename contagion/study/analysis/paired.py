"""Statistics of paired replicates: intervals, probabilities and what the pairing has saved.

A replicate is one seed lived through by every scenario, so differences are taken within replicates.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import ArrayLike, NDArray

COVERAGE = 0.8
"""Share of the replicates inside an interval: from the 10th to the 90th percentile."""


class Unpaired(ValueError):
    """Results whose replicates do not match, so that no difference may be taken."""


@dataclass(frozen=True)
class Interval:
    """A range with its middle (the median) and the share of replicates inside it."""

    low: float
    middle: float
    high: float
    coverage: float = COVERAGE

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (self.low, self.middle, self.high))):
            raise ValueError(f"an interval needs finite ends, not {self.low}, {self.middle}, {self.high}")
        if not self.low <= self.middle <= self.high:
            raise ValueError(f"{self.middle} does not lie between {self.low} and {self.high}")

    @property
    def places(self) -> int:
        """Decimal places worth showing: two significant figures of the half-width (negative: tens)."""
        half = (self.high - self.low) / 2
        if half <= 0:  # every replicate agrees: three figures of the value itself
            return 2 - math.floor(math.log10(abs(self.middle))) if self.middle else 0
        return 1 - math.floor(math.log10(half))

    def rounded(self, whole: bool = False) -> Interval:
        """The interval at the precision its width supports; `whole` for things that come in units."""
        places = min(self.places, 0) if whole else self.places
        low, middle, high = (round_half_up(x, places) for x in (self.low, self.middle, self.high))
        return Interval(low, middle, high, self.coverage)

    def texts(self, whole: bool = False, signed: bool = False) -> tuple[str, str, str]:
        """Low, middle and high as text with thousands separators."""
        places = min(self.places, 0) if whole else self.places
        sign = "+" if signed else ""
        return tuple(  # type: ignore[return-value]
            _unsigned_zero(f"{round_half_up(x, places):{sign},.{max(places, 0)}f}")
            for x in (self.low, self.middle, self.high)
        )

    def text(self, whole: bool = False, signed: bool = False) -> str:
        """The interval as `middle (low to high)`."""
        low, mid, high = self.texts(whole, signed)
        return f"{mid} ({low} to {high})"

    def __str__(self) -> str:
        return self.text()


def round_half_up(value: float, places: int) -> float:
    """Round to decimal places (negative: tens, hundreds), halves away from zero."""
    if abs(places) > 300:
        return value
    step = Decimal(1).scaleb(-places)
    return float((Decimal(repr(float(value))) / step).to_integral_value("ROUND_HALF_UP") * step)


def _unsigned_zero(text: str) -> str:
    return text.lstrip("+-") if not any(c in "123456789" for c in text) else text


def interval(values: ArrayLike, coverage: float = COVERAGE) -> Interval:
    """Median and central range of the replicates."""
    x = np.asarray(values, np.float64)
    tail = round((1 - coverage) / 2, 12)
    low, mid, high = np.quantile(x, [tail, 0.5, 1 - tail])
    return Interval(min(low, mid).item(), mid.item(), max(high, mid).item(), coverage)


def check_paired(replicates: Mapping[str, ArrayLike]) -> NDArray[np.int64]:
    """The replicate numbers that every scenario has, or Unpaired if they are not the same for all."""
    rows = {name: np.asarray(r, np.int64) for name, r in replicates.items()}
    first_name, first = next(iter(rows.items()))
    for name, numbers in rows.items():
        if len(set(numbers.tolist())) != len(numbers):
            raise Unpaired(f"scenario {name} holds a replicate twice")
        if set(numbers.tolist()) != set(first.tolist()):
            odd = sorted(set(numbers.tolist()) ^ set(first.tolist()))[:5]
            raise Unpaired(
                f"scenarios {first_name} and {name} do not hold the same replicates (for instance {odd}), "
                "so they cannot be compared pair by pair; run the study again"
            )
    return np.sort(first)


def variance_reduction(one: ArrayLike, other: ArrayLike) -> float | None:
    """How many times fewer replicates pairing needs: (Var A + Var B) / Var(A - B).

    None with fewer than three replicates or when nothing varies; infinite when the difference never varies.
    """
    a, b = np.asarray(one, np.float64), np.asarray(other, np.float64)
    if a.shape != b.shape:
        raise Unpaired("the two scenarios have different numbers of replicates")
    if len(a) < 3:
        return None
    alone, paired = float(a.var(ddof=1) + b.var(ddof=1)), float((a - b).var(ddof=1))
    if alone <= 0:
        return None
    return alone / paired if paired > 1e-12 * alone else math.inf


def shares(differences: ArrayLike, better: str | None) -> tuple[float, float] | None:
    """P(better) and P(worse): shares of the replicates that moved the good way and the bad way."""
    if better is None:
        return None
    d = np.asarray(differences, np.float64) * (1 if better == "higher" else -1)
    return float((d > 0).mean()), float((d < 0).mean())


def best(levels: NDArray[np.float64], better: str | None) -> NDArray[np.float64] | None:
    """P(best) for each column of a (replicates, scenarios) array; equals share a replicate."""
    if better is None:
        return None
    x = np.asarray(levels, np.float64) * (1 if better == "higher" else -1)
    winners = x == x.max(axis=1, keepdims=True)
    share: NDArray[np.float64] = (winners / winners.sum(axis=1, keepdims=True)).mean(axis=0)
    return share
