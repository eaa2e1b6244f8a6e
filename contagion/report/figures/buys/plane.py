"""The cost-effectiveness plane: what each option spends more than the first, against what it does more, draw by draw."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from contagion.report.figures.buys.marks import LINE, MARKS, MOST, WIDTH, OptionMark, names
from contagion.report.figures.differences import difference_ticks
from contagion.report.figures.figure import Panel
from contagion.report.figures.style import GREY, INK, POINTS, axes_in, limits
from contagion.report.units import unit

Array = NDArray[np.float64]
BODY, DRAWS = 268.0, 24
"""Height of the axes with their words; draws of an option that are drawn (more are thinned out evenly)."""

KEY = (
    "Small open marks: single runs. Large filled marks: the mean of an option's runs. Dashed line: the options that no "
    "other and no mix of two others makes pointless, from one to the next."
)


def plane(
    labels: Sequence[str], costs: Array, effects: Array, front: Sequence[int], words: tuple[str, str]
) -> tuple[tuple[Panel, ...], pd.DataFrame]:
    """A panel for every four options, on the same axes, and the tidy data: a row for each draw of each option.

    costs (GBP) and effects: (draws, options), differences from the first option, which is the point where the axes cross;
    front: places of the options on the frontier, cheapest first; words: what the axis across and the axis up hold.
    """
    ends = limits(np.append(effects, 0.0), 0.1), limits(np.append(costs, 0.0), 0.1)
    middle = effects.mean(axis=0), costs.mean(axis=0)
    line = middle[0][list(front)], middle[1][list(front)]
    others = range(1, len(labels))
    groups = [list(others[k : k + MOST]) for k in range(0, len(others), MOST)]
    panels = []
    for group in groups:
        height = BODY + LINE * len(group)

        def draw(host: Any, group: list[int] = group, height: float = height) -> None:
            names(host, height, [(mark, labels[k]) for mark, k in zip(MARKS, group)], lines=False)
            axes = axes_in(host, (WIDTH, height), 66, LINE * len(group) + 30, 14, 50)
            _ground(axes, ends, line, words)
            for mark, k in zip(MARKS, group):
                _option(axes, mark, effects[:, k], costs[:, k])

        said = " ".join(f"{labels[k]}: {_words(middle[0][k], middle[1][k], words)}." for k in group)
        title = f"Options against {labels[0]}"
        if len(groups) > 1:
            title = f"Options {group[0]} to {group[-1]} of {len(labels) - 1}"
        panels.append(Panel(title, f"Mean of the runs against {labels[0]}. {said}", height, draw, WIDTH))
    draws = np.arange(costs.shape[0])
    data = pd.DataFrame(
        {
            "option": np.repeat(list(labels), len(draws)),
            "draw": np.tile(draws, len(labels)),
            "extra_cost": costs.T.ravel(),
            "extra_effect": effects.T.ravel(),
        }
    )
    return tuple(panels), data


def _words(effect: float, cost: float, words: tuple[str, str]) -> str:
    return f"{effect:+,.3g} {words[0].lower()}, {'−' if cost < 0 else '+'}£{abs(cost):,.0f} {words[1].lower()}"


def _ground(axes: Any, ends: tuple[Any, Any], line: tuple[Array, Array], words: tuple[str, str]) -> None:
    axes.set(xlim=ends[0], ylim=ends[1])
    axes.grid(visible=True)
    axes.axhline(0, color=INK, linewidth=1.2)
    axes.axvline(0, color=INK, linewidth=1.2)
    axes.plot(*line, color=GREY, linewidth=1.6, linestyle=(0, (4, 3)), zorder=2)
    axes.xaxis.set_major_locator(_few(5))
    axes.yaxis.set_major_locator(_few(5))
    axes.xaxis.set_major_formatter(difference_ticks(unit("people")))
    axes.yaxis.set_major_formatter(difference_ticks(unit("GBP")))
    axes.set_xlabel(words[0], fontsize=POINTS - 1)
    axes.annotate(
        words[1], (0, 1), xycoords="axes fraction", xytext=(-58, 10), textcoords="offset points", fontsize=POINTS - 1
    )


def _few(many: int) -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(many, steps=[1, 2, 2.5, 5, 10])


def _option(axes: Any, mark: OptionMark, effect: Array, cost: Array) -> None:
    keep = slice(None, None, max(1, math.ceil(len(effect) / DRAWS)))
    small = {"markersize": 5, "markerfacecolor": "none", "markeredgewidth": 1.1, "linestyle": ""}
    axes.plot(effect[keep], cost[keep], mark.shape, markeredgecolor=mark.colour, alpha=0.75, zorder=3, **small)
    axes.plot(
        effect.mean(), cost.mean(), mark.shape, markersize=12, color=mark.colour, markeredgecolor="white", zorder=5
    )
