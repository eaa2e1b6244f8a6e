"""Proposing mixes to run: sums of what single options did and cost in the screen, which are only good for that.

Effects of options do not add up, so no sum is ever reported; it says which mixes are worth running.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from contagion.economics.budget.mixes import Mix, Sized

KEPT = 20_000
"""Mixes that are kept while options are added one by one."""
SLACK = 1.05
"""What the sum of costs may be above a budget: options that share people may cost less together."""


def proposed(
    screened: Mapping[Sized, tuple[float, np.ndarray]], limits: np.ndarray, many: int, can_be: Callable[[Mix], bool]
) -> list[Mix]:
    """The most promising mixes within limits, at most so many: best sums first, then the best single and a cheap one.

    `screened`: of each option at each size its mean effect and what it costs a year, in all and by payer (a vector like
    `limits`). `can_be` says whether a mix can be made. The cheap one costs at most half of what may be spent.
    """
    sums = _sums(screened, limits * SLACK)
    order = sorted(sums, key=lambda mix: (-sums[mix][0], sums[mix][1][0], len(mix)))
    found: list[Mix] = []

    def add(mixes: Sequence[Mix], up_to: int) -> None:
        for mix in mixes:
            if len(found) >= up_to:
                return
            if mix not in found and can_be(mix):
                found.append(mix)

    add(order, max(1, many - 2))
    singles = [mix for mix in order if len(mix) == 1 and mix not in found]
    add(singles, len(found) + 1)
    add([mix for mix in order if (sums[mix][1] <= limits / 2).all()], len(found) + 1)
    return found


def _sums(
    screened: Mapping[Sized, tuple[float, np.ndarray]], limits: np.ndarray
) -> dict[Mix, tuple[float, np.ndarray]]:
    """Every mix within the limits (the empty one left out) with its sums; the best KEPT where there are more."""
    sums: dict[Mix, tuple[float, np.ndarray]] = {(): (0.0, np.zeros_like(limits))}
    for option in dict.fromkeys(one.option for one in screened):
        further = {}
        for one, (effect, cost) in screened.items():
            if one.option != option:
                continue
            for mix, (so_far, spent) in sums.items():
                if (spent + cost <= limits).all():
                    further[(*mix, one)] = (so_far + effect, spent + cost)
        sums |= further
        if len(sums) > KEPT:
            best = sorted(sums, key=lambda mix: (-sums[mix][0], sums[mix][1][0]))[:KEPT]
            sums = {mix: sums[mix] for mix in best}
    return {mix: both for mix, both in sums.items() if mix}
