"""Options compared with each other: in order of cost, each against the next cheaper one that is worth its money.

The rule is the page's own: an option is better than another if the range of the paired difference lies wholly on the better
side. A step is an option that is better than every cheaper one; whatever is not, is named with the option in its way. Steps
that a dearer one betters at a lower price for each further unit are passed over (extended dominance).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from contagion.report.comparison.content import Option
from contagion.report.comparison.findings import Compared
from contagion.report.comparison.results import Array
from contagion.report.units import unit, verdict
from contagion.study.analysis.paired import Interval, interval

FIRST, STEP, UNCLEAR, DOMINATED, PASSED = "first", "step", "unclear", "dominated", "passed"
"""Standings: the cheapest; a step; no clear gain over a cheaper one; dearer and no better; extended dominance."""


@dataclass(frozen=True)
class Rung:
    """One option among those in order of cost.

    `against` is the next cheaper option that is a step (or the cheapest), None for the cheapest itself; `more` and
    `gain` are the paired differences of cost and outcome from it; `price` is the cost of one further unit of the outcome,
    as it is shown, None where the range of the gain leaves it open. `by` is the option that stands in the way of one that
    is no step.
    """

    option: Option
    standing: str
    against: Option | None = None
    more: Interval | None = None
    gain: Interval | None = None
    price: Interval | None = None
    by: Option | None = None

    @property
    def is_step(self) -> bool:
        """Whether it is better than every cheaper option, or the cheapest."""
        return self.standing in (FIRST, STEP)


@dataclass(frozen=True)
class Ladder:
    """All options in order of cost, compared on one outcome."""

    outcome: Compared
    cost: Compared
    rungs: tuple[Rung, ...]

    @property
    def steps(self) -> tuple[Rung, ...]:
        """The options that are better than every cheaper one, and the cheapest before them."""
        return tuple(rung for rung in self.rungs if rung.is_step)

    @property
    def top(self) -> Rung:
        """The dearest step: whatever costs more is not clearly better than something cheaper."""
        return self.steps[-1]

    def between(self, one: Option, other: Option) -> tuple[Interval, Interval]:
        """Paired differences of cost and of the outcome: of one option from another."""
        a, b = (next(k for k, f in enumerate(self.outcome.findings) if f.option == o) for o in (one, other))
        return interval(self.cost.levels[a] - self.cost.levels[b]), interval(
            self.outcome.levels[a] - self.outcome.levels[b]
        )


def ladder(compared: Sequence[Compared]) -> Ladder | None:
    """The options by cost, compared on the first outcome; None without a cost, or where neither way is better."""
    cost = next((c for c in compared if c.outcome.column == "cost"), None)
    if cost is None or len(cost.findings) < 2 or compared[0].outcome.better is None or not cost.levels.any():
        return None
    main = compared[0]
    signed = main.levels if main.outcome.better == "higher" else -main.levels
    spent, reached = np.median(cost.levels, axis=1), np.median(signed, axis=1)
    order = sorted(range(len(spent)), key=lambda k: (spent[k], -reached[k], k))
    standing: dict[int, tuple[str, int | None]] = {order[0]: (FIRST, None)}
    for place, k in enumerate(order[1:], 1):
        standing[k] = _standing(k, order[:place], main, signed)
    while (over := _passed_over([k for k in order if standing[k][0] in (FIRST, STEP)], spent, reached)) is not None:
        standing[over[0]] = (PASSED, over[1])
    rungs, below = [], order[0]
    for k in order:
        what, by = standing[k]
        option = main.findings[k].option
        if what == FIRST:
            rungs.append(Rung(option, what))
            continue
        rung = _against(k, below, main, cost, signed)
        rungs.append(replace(rung, option=option, standing=what, by=None if by is None else main.findings[by].option))
        below = k if what == STEP else below
    return Ladder(main, cost, tuple(rungs))


def _standing(k: int, cheaper: Sequence[int], main: Compared, signed: Array) -> tuple[str, int | None]:
    """What an option is, seen from every cheaper one, and which of them stands in its way."""
    blocks = [j for j in cheaper if not _better(k, j, main)]
    if not blocks:
        return STEP, None
    gains = {j: float(np.median(signed[k] - signed[j])) for j in blocks}
    nearest = min(blocks, key=lambda j: gains[j])
    return (DOMINATED if gains[nearest] <= 0 else UNCLEAR), nearest


def _better(one: int, other: int, main: Compared) -> bool:
    """Whether one option is clearly better than another, by the rule of the whole page."""
    difference = interval(main.levels[one] - main.levels[other])
    return verdict(difference, main.outcome.unit, main.outcome.better) == "better"


def _passed_over(steps: list[int], spent: Array, reached: Array) -> tuple[int, int] | None:
    """The first step that costs more for each further unit than the step after it, with that step."""
    prices = [(spent[b] - spent[a]) / (reached[b] - reached[a]) for a, b in pairwise(steps)]
    after = zip(pairwise(prices), pairwise(steps[1:]), strict=True)
    return next(((this, beyond) for (price, lower), (this, beyond) in after if price > lower), None)


def _against(k: int, below: int, main: Compared, cost: Compared, signed: Array) -> Rung:
    """An option against the step below it."""
    more, gains = cost.levels[k] - cost.levels[below], signed[k] - signed[below]
    gain = interval(main.levels[k] - main.levels[below])
    price = None
    if verdict(gain, main.outcome.unit, main.outcome.better) == "better" and np.median(more) > 0:
        gains = gains * unit(main.outcome.unit).factor
        per_pound = interval(gains / (more if (more > 0).all() else np.median(more)))
        if per_pound.low > 0:
            price = Interval(1 / per_pound.high, 1 / per_pound.middle, 1 / per_pound.low)
    return Rung(main.findings[k].option, STEP, main.findings[below].option, interval(more), gain, price)
