"""RangeRows of dots and ranges: a name, its amount in words, and below them the middle run with the range of the runs.

Where name and amount do not fit side by side the amount takes a line of its own, so that no range goes without its words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from contagion.report import wording
from contagion.report.figures.style import INK, NAVY, POINTS, cut
from contagion.report.units import CLEAR, Unit, unit, verdict
from contagion.study.analysis.headlines import Headline
from contagion.study.analysis.paired import interval

Array = NDArray[np.float64]

QUANTILES = {"p10": 0.10, "p25": 0.25, "p50": 0.50, "p75": 0.75, "p90": 0.90}
WIDTH, LINE, BAR = 360.0, 17.0, 30.0
"""Width of the drawing; height of a line of words, and of a bar with the room around it."""
BOLD, PLAIN = 7.6, 6.9
"""Width of a letter at the size of the drawing, bold and plain: on the wide side, as fonts differ."""
TOP, BOTTOM = 26.0, 50.0
INSIDE = WIDTH * 0.94


@dataclass(frozen=True)
class RangeRow:
    """One difference: what it is of, its value in every run, and what stands under its name (a cost)."""

    label: str
    runs: Array = field(repr=False)
    under: str = ""
    check: bool = False
    """Whether it is a check and no option: drawn as a diamond."""


@dataclass(frozen=True)
class RangeRows:
    """Differences of one outcome, drawn below each other; `same` says what no difference means."""

    outcome: Headline
    rows: Sequence[RangeRow]
    same: str

    @property
    def shown(self) -> Unit:
        """How the unit of the outcome is shown."""
        return unit(self.outcome.unit)

    def amount(self, row: RangeRow) -> str:
        """A row's range in words."""
        return wording.difference(interval(row.runs), self.outcome.unit)

    def is_clear(self, row: RangeRow) -> bool:
        """Whether the difference is clear, by the rule of the whole page."""
        return verdict(interval(row.runs), self.outcome.unit, self.outcome.better) in CLEAR

    def lines(self, row: RangeRow) -> list[tuple[str, str]]:
        """The words over a row's bar: each line its left and its right part."""
        label, amount = cut(row.label, int(INSIDE / BOLD)), self.amount(row).replace("percentage ", "")
        if len(label) * BOLD + len(amount) * PLAIN + 12 <= INSIDE:
            lines = [(label, amount)]
        else:
            lines = [(label, ""), ("", cut(amount, int(INSIDE / PLAIN)))]
        if row.under and not lines[-1][0] and len(row.under) * PLAIN + len(lines[-1][1]) * PLAIN + 12 <= INSIDE:
            return [lines[0], (row.under, lines[-1][1])]
        return [*lines, (cut(row.under, int(INSIDE / PLAIN)), "")] if row.under else lines

    @property
    def height(self) -> float:
        """The height of the whole drawing."""
        return TOP + BOTTOM + sum(len(self.lines(row)) * LINE + BAR for row in self.rows)

    def draw(self, host: Any) -> None:
        """Draw all rows with one axis."""
        tall = self.height - TOP - BOTTOM
        axes = host.add_axes((0.03, BOTTOM / self.height, 0.94, tall / self.height))
        ends = np.array([np.quantile(row.runs * self.shown.factor, list(QUANTILES.values())) for row in self.rows])
        low, high = axis_limits(ends)
        axes.set(ylim=(tall, 0), xlim=(low, high))
        axes.axvline(0, color=INK, linewidth=1.2)
        y = 0.0
        for row, quantiles in zip(self.rows, ends, strict=True):
            for first, (left, right) in enumerate(self.lines(row)):
                y += LINE
                weight = "bold" if left and not first else "normal"
                _say(axes, 0, y, left, "left", weight)
                _say(axes, 1, y, right, "right", "normal")
            y += BAR
            _bar(axes, y - BAR * 0.58, quantiles, self.is_clear(row), row.check)
        axes.set_yticks([])
        axes.grid(visible=True, axis="x")
        axes.grid(visible=False, axis="y")
        axes.annotate(
            self.same,
            (0, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 4),
            textcoords="offset points",
            ha=_anchor((low, high)),
            fontsize=POINTS - 1,
            color=INK,
        )
        axes.xaxis.set_major_locator(places(self.shown))
        axes.xaxis.set_major_formatter(FuncFormatter(difference_ticks(self.shown)))
        axes.tick_params(length=0)
        if self.outcome.better:
            word = self.shown.up if self.outcome.better == "higher" else self.shown.down
            axes.set_xlabel(f"{wording.sentence(word)} is better", fontsize=POINTS - 1)


def _say(axes: Any, x: float, y: float, text: str, side: str, weight: str) -> None:
    if text:
        axes.annotate(
            text,
            (x, y),
            xycoords=("axes fraction", "data"),
            ha=side,
            va="baseline",
            color="black",
            fontweight=weight,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
            zorder=6,
        )


def _bar(axes: Any, y: float, quantiles: Array, clear: bool, check: bool) -> None:
    """The range, half of it thicker, and the middle run: filled only where the difference is clear."""
    p10, p25, p50, p75, p90 = quantiles
    dash = (0, (2, 1)) if check else "-"
    axes.plot([p10, p90], [y, y], color=NAVY, linewidth=1.8, linestyle=dash, zorder=3)
    axes.plot([p10, p90], [y, y], color=NAVY, linestyle="", marker="|", markersize=10, zorder=3)
    axes.plot([p25, p75], [y, y], color=NAVY, linewidth=4 if check else 7, solid_capstyle="butt", zorder=4)
    face = NAVY if clear else "white"
    mark = "D" if check else "o"
    axes.plot(p50, y, mark, markersize=10, markerfacecolor=face, markeredgecolor=NAVY, markeredgewidth=2, zorder=5)


def axis_limits(values: Array) -> tuple[float, float]:
    """Ends of an axis of differences, which holds zero and some room."""
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    room = (high - low or 1.0) * 0.08
    return low - room, high + room


def difference_ticks(shown: Unit) -> Callable[[float, Any], str]:
    """Tick labels: signed, with separators, money short."""

    def label(value: float, _: Any) -> str:
        if abs(value) < 1e-12:
            return "Same"
        sign, size = ("+" if value > 0 else wording.MINUS), abs(value)
        if shown.before and size >= 1e6:
            return f"{sign}{shown.before}{size / 1e6:g}m"
        if shown.before and size >= 1e3:
            return f"{sign}{shown.before}{size / 1e3:g}k"
        return f"{sign}{shown.before}{size:,.10g}"

    return label


def places(shown: Unit) -> MaxNLocator:
    """Three or four round ticks, whole for what comes in wholes."""
    return MaxNLocator(4, steps=[1, 2, 2.5, 5, 10], min_n_ticks=2 if shown.whole else 3, integer=shown.whole)


def _anchor(limits: tuple[float, float]) -> str:
    """Which way a label at zero grows, so that it stays inside the drawing."""
    place = (0 - limits[0]) / (limits[1] - limits[0])
    return "left" if place < 0.15 else "right" if place > 0.85 else "center"
