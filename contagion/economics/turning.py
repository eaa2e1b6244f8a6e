"""Switching values: what price, effect or worth of the effect would turn the answer round.

Of means over draws. No value is given whose denominator may be nothing; what is said instead follows from the signs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from contagion.economics import decisions
from contagion.study.analysis.paired import COVERAGE, Interval, interval

Array = NDArray[np.float64]
Sign = Literal["more", "less", "unclear", "none"]


def resampled(values: Array) -> Interval:
    """The mean over draws with the range of means over bootstrap resamples (the same every time)."""
    rows = np.random.default_rng(1).integers(0, values.size, (decisions.RESAMPLES, values.size))
    found, middle = interval(values[rows].mean(axis=1)), float(values.mean())
    return Interval(min(found.low, middle), middle, max(found.high, middle), COVERAGE)


def sign(values: Array) -> Sign:
    """Which side of nothing draws lie on: 8 in 10 of them, as everywhere on a page; else it is unclear."""
    if not values.any():
        return "none"
    found = interval(values)
    return "more" if found.low > 0 else "less" if found.high < 0 else "unclear"


@dataclass(frozen=True)
class Turning:
    """An option against the first one: money spent, money spared and effect, draw by draw, at one worth of the effect.

    Positive spending is money that the option costs more; positive spared money and effect are gains.
    """

    spent: Array
    spared: Array
    effect: Array
    worth: float

    @property
    def gains(self) -> Array:
        """Money spared and what the effect is worth; below nothing they are losses."""
        found: Array = self.spared + self.worth * self.effect
        return found

    @property
    def left(self) -> Array:
        """What is left: gains less spending."""
        found: Array = self.gains - self.spent
        return found

    @property
    def signs(self) -> tuple[Sign, Sign]:
        """Of spending and of gains."""
        return sign(self.spent), sign(self.gains)

    @property
    def factor(self) -> Interval | None:
        """What gains (or losses) would have to be multiplied by to equal spending (or saving).

        None where they may be nothing, and where spending and gains lie on different sides: no multiple makes them equal.
        """
        spends, gains = self.signs
        if gains not in ("more", "less") or spends not in ("more", "less") or spends != gains:
            return None
        side = 1.0 if gains == "more" else -1.0
        return decisions.cost_per_unit(side * self.spent, side * self.gains)

    @property
    def even(self) -> Interval:
        """The extra spending at which nothing is left: all gains. Below nothing: what would have to be saved."""
        return resampled(self.gains)

    @property
    def threshold(self) -> Interval | None:
        """The worth of one unit of effect at which nothing is left; None where the option may change the effect by nothing.

        Where the effect is a gain the option pays above it, where a loss below it; a worth below nothing is none.
        """
        side = {"more": 1.0, "less": -1.0}.get(sign(self.effect))
        if side is None:
            return None
        return decisions.cost_per_unit(side * (self.spent - self.spared), side * self.effect)
