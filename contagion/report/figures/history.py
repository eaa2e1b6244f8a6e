"""A single history: lines of some outcomes over the years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from contagion.model.outcome_list import OUTCOMES
from contagion.report.figures.figure import Figure, Panel
from contagion.report.figures.pairs import apart
from contagion.report.figures.style import (
    INK,
    LILAC,
    NAVY,
    ORANGE,
    PLUM,
    POINTS,
    TEAL,
    axes_in,
    cut,
    limits,
    short,
    ticks,
)

SIZE, MARGINS = (640.0, 320.0), (56.0, 26.0, 206.0, 44.0)
"""Size of the drawing; room at the left, the top, the right (for the names of lines) and the bottom."""

LINES = ((NAVY, "-"), (TEAL, "--"), (PLUM, "-."), (ORANGE, ":"), (INK, "-"), (LILAC, "--"))


def history(timeline: pd.DataFrame, *, measures: Sequence[str], title: str, caption: str) -> Figure:
    """A line for each of these columns of a timeline, whose index is the week; a line's name stands at its end."""
    years = timeline.index.to_numpy(float) / 52
    units = list(dict.fromkeys(OUTCOMES[name].unit for name in measures))

    def draw(host: Any) -> None:
        axes = axes_in(host, SIZE, *MARGINS)
        low, high = limits(timeline[list(measures)].to_numpy().ravel())
        axes.set(xlim=(0, float(years[-1]) or 1), ylim=(min(0.0, low), high))
        tall = SIZE[1] - MARGINS[1] - MARGINS[3]
        bottom, top = axes.get_ylim()
        ends = [(float(timeline[name].iloc[-1]) - bottom) / (top - bottom) * tall for name in measures]
        for k, (name, y) in enumerate(zip(measures, apart(ends, 17, tall), strict=True)):
            colour, dash = LINES[k % len(LINES)]
            axes.plot(years, timeline[name], color=colour, linestyle=dash, linewidth=2.2)
            words: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "center"}
            axes.annotate(cut(OUTCOMES[name].noun, 28), (1, y / tall), xytext=(8, 0), color="black", **words)
        axes.set_xlabel("Years", fontsize=POINTS - 1)
        host.text(8 / SIZE[0], 1 - 12 / SIZE[1], ", ".join(units), va="center", fontsize=POINTS - 1)
        ticks(axes.xaxis, 6)
        ticks(axes.yaxis)

    ends = (timeline[list(measures)].iloc[[0, -1]]).to_numpy(float)
    lines = tuple(
        f"{OUTCOMES[name].noun}: {short(first)} at the start, {short(last)} at the end ({OUTCOMES[name].unit})."
        for name, first, last in zip(measures, *ends, strict=True)
    )
    alt = f"Lines over {years[-1]:.3g} years. {' '.join(lines)}"
    panel = Panel(title, alt, SIZE[1], draw, SIZE[0])
    data = timeline[list(measures)].reset_index()
    return Figure("history", "single", title, f"{', '.join(units)}, week by week", alt, lines, caption, data, (panel,))
