"""A single history: lines of some outcomes over the years, and the cascades of recovery in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from contagion.core.errors import counted
from contagion.model.outcome_list import CHANNEL_NOUNS, OUTCOMES
from contagion.report.figures.figure import Figure, NoFigure, Panel
from contagion.report.figures.pairs import apart
from contagion.report.figures.style import (
    INK,
    LILAC,
    NAVY,
    ORANGE,
    PLUM,
    POINTS,
    TEAL,
    WIDE,
    across,
    axes_in,
    cut,
    limits,
    short,
    ticks,
)

SIZE, MARGINS = (640.0, 320.0), (56.0, 26.0, 206.0, 44.0)
"""Size of the drawing; room at the left, the top, the right (for the names of lines) and the bottom."""

LINES = ((NAVY, "-"), (TEAL, "--"), (PLUM, "-."), (ORANGE, ":"), (INK, "-"), (LILAC, "--"))


def history(
    timeline: pd.DataFrame, *, measures: Sequence[str], title: str, caption: str, colours: Sequence[str] = ()
) -> Figure:
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
            colour = colours[k] if colours else colour
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


def cascades(
    by_channel: Mapping[str, float], sizes: np.ndarray, depths: np.ndarray, *, reproduction_number: float
) -> Figure:
    """Shares of the starts by channel, and how many cascades grew how large; NoFigure where no recovery started."""
    if not by_channel:
        raise NoFigure("no recovery started in this history, so there is nothing to draw")
    ranked = sorted(by_channel.items(), key=lambda one: (-one[1], one[0]))
    shares = {CHANNEL_NOUNS.get(name, name): 100.0 * share for name, share in ranked}
    counts = _by_size(sizes)
    said = [f"{name}: {share:.0f}% of the starts" for name, share in shares.items()]
    largest = f"{len(sizes):,} cascades; the largest has {int(sizes.max(initial=0)):,} starts"
    lines = (
        *(f"{line}." for line in said),
        f"{largest}, the deepest {counted(int(depths.max(initial=0)), 'generation')}.",
    )
    panels = [_bars("How recovery started", "; ".join(said) + ".", shares, "%")]
    if len(sizes):
        text = "; ".join(f"{size}: {many:.0f}" for size, many in counts.items())
        panels.append(_bars("Cascades by their number of starts", f"{largest}. By size: {text}.", counts, ""))
    data = pd.DataFrame(
        [{"what": "share of starts (%)", "group": name, "value": value} for name, value in shares.items()]
        + [{"what": "cascades by starts", "group": name, "value": value} for name, value in counts.items()]
    )
    caption = (
        "A cascade is all that followed from one person by inspiration. Reproduction number "
        f"{reproduction_number:.3g}: starts inspired per spell in recovery. One history shows what can happen."
    )
    alt = f"Bars of the cascades of recovery. {' '.join(lines)}"
    title, below = "How recovery spread in this history", "Starts by channel, and cascades by size"
    return Figure("cascades", "split", title, below, alt, lines, caption, data, tuple(panels))


def _by_size(sizes: np.ndarray) -> dict[str, float]:
    """How many cascades have 1, 2, 3 to 4, 5 to 8 ... starts."""
    found: dict[str, float] = {}
    low = high = 1
    while low <= sizes.max(initial=0):
        label = f"{low}" if low == high else f"{low} to {high}"
        found[f"{label} {'start' if high == 1 else 'starts'}"] = float(((sizes >= low) & (sizes <= high)).sum())
        low, high = high + 1, high * 2
    return found


def _bars(title: str, alt: str, values: Mapping[str, float], unit: str) -> Panel:
    """A panel of bars, each with its name above it and its number at its end."""
    height, most = 30.0 + 40 * len(values), max(values.values()) or 1.0

    def draw(host: Any) -> None:
        axes = axes_in(host, (WIDE, height), 12, 4, 12, 26)
        for row, (name, value) in enumerate(values.items()):
            axes.barh(row, value, height=0.34, color=NAVY)
            words: dict[str, Any] = {"textcoords": "offset points", "fontsize": POINTS - 0.5, "color": "black"}
            axes.annotate(cut(name, 36), (0, row), xytext=(0, 7), va="bottom", **words)
            axes.annotate(f"{value:,.0f}{unit}", (value, row), xytext=(5, 0), va="center", **words)
        axes.set(xlim=(0, most * 1.18), ylim=(len(values) - 0.5, -0.85))
        across(axes)
        ticks(axes.xaxis)

    return Panel(title, alt, height, draw)
