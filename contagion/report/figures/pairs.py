"""A sweep of two factors: a line for each value of one, lines of equal medians, or a panel for each value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from contagion.report.figures.figure import Figure, Panel
from contagion.report.figures.paths import SIZE, Path, draw_path, is_number, worded
from contagion.report.figures.style import (
    GREY,
    INK,
    NAVY,
    ORANGE,
    PLUM,
    POINTS,
    TEAL,
    WIDE,
    axes_in,
    cut,
    limits,
    short,
    ticks,
)
from contagion.report.figures.swept import Swept, figure_of, path_of

MOST_LINES, MOST_PANELS = 4, 12
STYLES = ((NAVY, "-", "o"), (ORANGE, (0, (5, 2)), "s"), (TEAL, (0, (1, 1.2)), "^"), (PLUM, (0, (6, 2, 1, 2)), "D"))


def two(swept: Swept, first: str, second: str) -> Figure | None:
    """Lines for a few levels of one factor; else contours if they rise above luck, or a panel a level; None if no grid."""
    a, b = swept.facts.column(first), swept.facts.column(second)
    if a.nunique() * b.nunique() != len(a) or pd.DataFrame({"a": a, "b": b}).duplicated().any():
        return None
    along, by = (first, second) if a.nunique() >= b.nunique() else (second, first)
    facts, values = swept.facts, [*dict.fromkeys(swept.facts.column(by))]
    if all(is_number(v) for v in values):
        values.sort()
    how = "as two factors move together"
    if len(values) <= MOST_LINES:
        key = f"Lines: one for each value of {facts.label(by)}; marks and bars: median and 10th to 90th percentile."
        return figure_of(swept, [_lines(swept, along, by, values)], how, key)
    low, middle, high = swept.bands
    if all(is_number(v) for v in [*a, *b]) and np.isfinite(middle).all() and np.ptp(middle) > np.median(high - low):
        key = (
            "Labelled lines join equal medians, by straight lines between the points (grey dots), where nothing was run. "
            "The 10th to 90th percentile at each point is in the data table."
        )
        return figure_of(swept, [_contours(swept, first, second)], how, key)
    if len(values) > MOST_PANELS:
        return None
    key = f"A panel for each value of {facts.label(by)}. Line, band: median, 10th to 90th percentile; dots: replicates."
    return figure_of(swept, _by_level(swept, along, by, values), how, key)


def _by_level(swept: Swept, along: str, by: str, values: list[Any]) -> list[Panel]:
    """A panel for each level of one factor, all with the same axes."""
    ends, panels = limits(swept.values.ravel()), []
    group, label = swept.facts.column(by), swept.facts.label(by)
    for value in values:
        path = path_of(swept, along, np.array([v == value for v in group]))

        def draw(host: Any, path: Path = path) -> None:
            draw_path(host, path, ends, words=swept.facts.label(along))

        title = f"At {worded(value)}: {label}"
        panels.append(
            Panel(
                title,
                f"{swept.facts.named(swept.out)} by {swept.facts.label(along)}, {title}.",
                SIZE[1] + 18,
                draw,
                SIZE[0],
            )
        )
    return panels


def _lines(swept: Swept, along: str, by: str, values: list[Any]) -> Panel:
    facts = swept.facts
    x, group = facts.column(along), facts.column(by)
    levels = [*dict.fromkeys(x)]
    numeric = all(is_number(v) for v in levels)
    if numeric:
        levels.sort()
    size = (float(WIDE), 290.0)

    def draw(host: Any) -> None:
        axes = axes_in(host, size, 50, 30, 78, 46)
        place = {worded(v): (float(v) if numeric else k) for k, v in enumerate(levels)}
        axes.set(ylim=limits(swept.bands.ravel()))
        step = (max(place.values()) - min(place.values())) / max(1, len(levels) - 1) or 1.0
        ends = []
        for k, value in enumerate(values):
            colour, dash, mark = STYLES[k]
            rows = sorted(np.flatnonzero([v == value for v in group]), key=lambda r: place[worded(x.iloc[r])])
            at = np.array([place[worded(x.iloc[r])] for r in rows]) + (k - (len(values) - 1) / 2) * 0.06 * step
            low, middle, high = swept.bands[:, rows]
            gaps = np.full(len(rows), np.nan)
            bars = np.stack([[at, at, gaps], [low, high, gaps]])
            axes.plot(*(part.T.ravel() for part in bars), color=colour, linewidth=1.4, zorder=2)
            axes.plot(at, middle, color=colour, linestyle=dash, linewidth=2, marker=mark, markersize=6, zorder=3)
            flagged = [i for i, r in enumerate(rows) if int(r) in swept.two]
            axes.plot(
                at[flagged],
                middle[flagged],
                "D",
                markersize=13,
                markerfacecolor="none",
                markeredgecolor=INK,
                markeredgewidth=1.6,
                zorder=4,
            )
            known = middle[np.isfinite(middle)]
            ends.append((float(known[-1]) if len(known) else 0.0, f"{worded(value)}", colour))
        lowest, highest = axes.get_ylim()
        tall = size[1] - 76
        tops = apart([(y - lowest) / (highest - lowest) * tall for y, _, _ in ends], 16, tall)
        for y, (_, text, _) in zip(tops, ends, strict=True):
            axes.annotate(
                cut(text, 10),
                (1, y / tall),
                xycoords="axes fraction",
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                color="black",
                fontsize=POINTS - 1,
                annotation_clip=False,
            )
        host.text(
            1 - 4 / size[0],
            1 - 14 / size[1],
            cut(facts.label(by), 44),
            ha="right",
            va="center",
            fontweight="bold",
            fontsize=POINTS - 1,
        )
        axes.set_xlabel(cut(facts.label(along), 40), fontsize=POINTS - 1)
        if numeric:
            ticks(axes.xaxis)
        else:
            axes.set_xticks(list(place.values()), [cut(w, 8) for w in place])
        ticks(axes.yaxis)

    said = f"{facts.named(swept.out)} by {facts.label(along)}, a line for each value of {facts.label(by)}."
    return Panel(cut(swept.out.axis, 44), said, size[1], draw, size[0])


def apart(places: list[float], gap: float, top: float) -> list[float]:
    """The same places moved as little as keeps them a gap apart and inside 0 to top, in their own order."""
    order = sorted(range(len(places)), key=lambda k: places[k])
    found = [places[k] for k in order]
    for k in range(1, len(found)):
        found[k] = max(found[k], found[k - 1] + gap)
    over = max(0.0, found[-1] - top) if found else 0.0
    found = [y - over for y in found]
    for k in range(len(found) - 2, -1, -1):
        found[k] = min(found[k], found[k + 1] - gap)
    back = dict(zip(order, found, strict=True))
    return [back[k] for k in range(len(places))]


def _contours(swept: Swept, first: str, second: str) -> Panel:
    facts = swept.facts
    frame = pd.DataFrame({"x": facts.column(first), "y": facts.column(second), "z": swept.bands[1]}).astype(float)
    grid = frame.pivot(index="y", columns="x", values="z")
    size = (float(WIDE), 320.0)

    def draw(host: Any) -> None:
        axes = axes_in(host, size, 54, 30, 14, 46)
        axes.grid(visible=False)
        steps = MaxNLocator(6, steps=[1, 2, 2.5, 5, 10], integer=swept.out.outcome.whole)
        drawn = axes.contour(grid.columns, grid.index, grid.to_numpy(), locator=steps, colors=[NAVY], linewidths=1.8)
        places = axes.clabel(drawn, inline=True, fontsize=POINTS - 1.5, fmt=short, colors="black")
        for label in places or []:
            label.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.6})
        axes.plot(frame["x"], frame["y"], "o", color=GREY, markersize=3.5)
        flagged = frame.iloc[sorted(swept.two)]
        axes.plot(
            flagged["x"],
            flagged["y"],
            "D",
            markersize=11,
            markerfacecolor="none",
            markeredgecolor=ORANGE,
            markeredgewidth=2,
        )
        axes.set(xlim=limits(frame["x"], 0.05), ylim=limits(frame["y"], 0.05))
        axes.set_xlabel(cut(facts.label(first), 40), fontsize=POINTS - 1)
        host.text(4 / size[0], 1 - 14 / size[1], cut(facts.label(second), 46), va="center", fontsize=POINTS - 1)
        ticks(axes.xaxis)
        ticks(axes.yaxis)

    said = f"Lines of equal median of {facts.named(swept.out)} over {facts.label(first)} and {facts.label(second)}."
    return Panel(cut(swept.out.axis, 44), said, size[1], draw, size[0])
