"""What a sweep found at its points: a line for one factor, lines or contours for two, clouds of points for many."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contagion.report.figures.figure import Figure, Panel
from contagion.report.figures.pairs import MOST_PANELS, two
from contagion.report.figures.paths import SIZE, Path, draw_path, is_number, worded
from contagion.report.figures.style import NAVY, ORANGE, axes_in, cut, limits, ticks
from contagion.report.figures.swept import Swept, figure_of, path_of

MOST_DOTS, FEWEST_DOTS = 9_000, 50
"""Dots of all clouds of a study together, and the fewest of one panel: a page stays small."""


def sweep(swept: Swept) -> Figure:
    """The picture that fits the number of factors that moved."""
    facts = swept.facts
    moving = [n for n in facts.factors if facts.column(n).astype(str).nunique() > 1]
    if len(moving) == 2 and (found := two(swept, *moving)) is not None:
        return found
    range_ = "Line and band: median and 10th to 90th percentile of the replicates; dots: replicates."
    if len(moving) == 1:
        return figure_of(swept, [_one(swept, moving[0])], "as one factor moves", range_)
    if not moving:
        return figure_of(
            swept, [_alone(swept)], "at the points of the sweep", range_.replace("Line and band", "Dot and bar")
        )
    drawn = moving[:MOST_PANELS]
    left = f" The first {len(drawn)} of {len(moving)} factors are drawn." if len(moving) > len(drawn) else ""
    dots = max(FEWEST_DOTS, MOST_DOTS // (len(drawn) * len(facts.outputs)))
    keep = np.arange(0, facts.points, math.ceil(facts.points / dots))
    if len(keep) < facts.points:
        left += f" {len(keep):,} of {facts.points:,} points are drawn, evenly taken."
    key = "Dots: median of the replicates at a point; thin lines: 10th to 90th percentile. The other factors move too."
    return figure_of(swept, [_cloud(swept, name, keep) for name in drawn], "against each factor", key + left)


def _one(swept: Swept, name: str) -> Panel:
    path = path_of(swept, name)
    ends = limits(np.concatenate(path.clouds) if path.clouds else [])

    def draw(host: Any) -> None:
        draw_path(host, path, ends)

    label = swept.facts.label(name)
    return Panel(cut(label, 90), f"{swept.facts.named(swept.out)} by {label}.", SIZE[1], draw, SIZE[0])


def _alone(swept: Swept) -> Panel:
    many = min(len(swept.values), 12)
    path = Path(
        tuple(f"point {k}" for k in range(many)), tuple(swept.values[:many]), tuple(k in swept.two for k in range(many))
    )
    ends = limits(swept.values.ravel())
    return Panel(
        "Points", f"{swept.facts.named(swept.out)} at each point.", SIZE[1], lambda h: draw_path(h, path, ends), SIZE[0]
    )


def _cloud(swept: Swept, name: str, keep: NDArray[np.intp]) -> Panel:
    """Medians of all points against one factor, with their ranges."""
    column = swept.facts.column(name)
    numeric = all(map(is_number, column))
    levels = [] if numeric else [*dict.fromkeys(column)]
    x = column.to_numpy(np.float64) if numeric else np.array([levels.index(v) for v in column], np.float64)
    low, middle, high = swept.bands

    def draw(host: Any) -> None:
        axes = axes_in(host, SIZE, 50, 10, 12, 30)
        wide = limits(x, 0.07)
        jitter = 0.0 if numeric else 0.25
        at = x + jitter * ((np.arange(len(x)) * 0.618) % 1 - 0.5)
        axes.set(xlim=(wide[0] - jitter, wide[1] + jitter), ylim=limits(swept.bands.ravel()))
        gaps = np.full(len(keep), np.nan)
        lines = np.stack([[at[keep], at[keep], gaps], [low[keep], high[keep], gaps]])
        axes.plot(*(part.T.ravel() for part in lines), color=NAVY, linewidth=1, alpha=0.5, zorder=2)
        axes.plot(
            at[keep],
            middle[keep],
            "o",
            color=NAVY,
            markersize=4.5,
            markeredgecolor="white",
            markeredgewidth=0.5,
            zorder=3,
        )
        flagged = [k for k in keep if int(k) in swept.two]
        axes.plot(
            at[flagged],
            middle[flagged],
            "D",
            markersize=10,
            markerfacecolor="none",
            markeredgecolor=ORANGE,
            markeredgewidth=2,
            zorder=4,
        )
        if numeric:
            ticks(axes.xaxis)
        else:
            axes.set_xticks(range(len(levels)), [cut(worded(v), max(4, 40 // len(levels))) for v in levels])
        ticks(axes.yaxis)

    label = swept.facts.label(name)
    return Panel(
        cut(label, 90), f"{swept.facts.named(swept.out)} at each point against {label}.", SIZE[1], draw, SIZE[0]
    )
