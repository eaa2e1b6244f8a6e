"""How far options move an outcome: ranges at the end, and fans of paired differences over time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from contagion.report import wording
from contagion.report.figures.figure import Figure, Panel
from contagion.report.figures.style import INK, NAVY, POINTS
from contagion.report.units import Unit, unit
from contagion.study.analysis.headlines import HEADLINES, Headline
from contagion.study.analysis.paired import Interval, interval

Array = NDArray[np.float64]

QUANTILES = {"p10": 0.10, "p25": 0.25, "p50": 0.50, "p75": 0.75, "p90": 0.90}
EVERY = 4
"""Long histories are drawn, and offered for download, every so many weeks."""

KEY = (
    "Dots and solid lines: the middle run. Thick bars and dark bands: half of the runs. Thin bars and light bands with "
    "dotted edges: 8 in 10 runs. Open dot: no clear difference. “Same”: as in the first option."
)
"""How to read both kinds of panel."""


@dataclass(frozen=True)
class Gaps:
    """Paired differences of one outcome from the first option.

    `base` is the label of the first option, `labels` and `titles` name the others; `when` says what period the differences
    at the end are of. at_end: (options, replicates).
    """

    outcome: Headline
    base: str
    labels: tuple[str, ...]
    titles: tuple[str, ...]
    when: str
    at_end: Array

    @property
    def unit(self) -> Unit:
        """How the outcome's unit is shown."""
        return unit(self.outcome.unit)

    @cached_property
    def intervals(self) -> tuple[Interval, ...]:
        """The range of each option's difference at the end."""
        return tuple(map(interval, self.at_end))

    @cached_property
    def amounts(self) -> tuple[str, ...]:
        """The same in words."""
        return tuple(wording.difference(one, self.outcome.unit) for one in self.intervals)

    @property
    def text(self) -> str:
        """All of them in one sentence."""
        return "; ".join(f"{label}: {amount}" for label, amount in zip(self.labels, self.amounts, strict=True)) + "."

    @property
    def alt(self) -> str:
        """The text alternative of a figure of these differences."""
        return f"Charts of the difference from {'today' if self.base.lower() == 'today' else self.base}. {self.text}"


def at_end(gaps: Gaps) -> Panel:
    """The ranges of all options at the end."""
    height = 78 + 66 * len(gaps.labels)
    alt = f"Ranges of the difference, {gaps.when}. {gaps.text}"
    return Panel(f"Difference, {gaps.when}", alt, height, lambda host: _ends(host, gaps, height), 360, wide=True)


def over_time(gaps: Gaps, weeks: Array, paths: Array) -> tuple[list[Panel], pd.DataFrame]:
    """A fan for each option with the same axes, and the data behind them; paths: (options, replicates, weeks)."""
    shown = gaps.unit
    quantiles = np.quantile(paths * shown.factor, list(QUANTILES.values()), axis=1)
    stride = EVERY if len(weeks) > 30 * EVERY else 1
    keep = np.unique(np.append(np.arange(0, len(weeks), stride), len(weeks) - 1))
    years, drawn, limits = weeks[keep] / 52, quantiles[:, :, keep], _limits(quantiles)
    panels, frames = [], []
    for row, (label, title) in enumerate(zip(gaps.labels, gaps.titles, strict=True)):

        def draw(host: Any, bands: Array = drawn[:, row]) -> None:
            _fan(host, years, bands, limits, shown)

        alt = f"Difference over time, {label}: at the end {gaps.amounts[row]}."
        panels.append(Panel(label, alt, 196, draw, 300))
        columns = dict(zip(QUANTILES, drawn[:, row], strict=True))
        frames.append(pd.DataFrame({"option": title, "week": weeks[keep].astype(int)} | columns))
    return panels, pd.concat(frames, ignore_index=True)


def effects(outcome: str, *, titles: dict[str, str], differences: pd.DataFrame, caption: str) -> Figure:
    """Paired differences of one headline outcome at the end.

    titles: of all scenarios by name, the first one first; differences: a row for each replicate, a column for each other
    scenario.
    """
    headline = next(one for one in HEADLINES if one.name == outcome)
    base, *_ = titles.values()
    names = tuple(titles[str(name)] for name in differences.columns)
    labels = tuple(wording.shorten(name) for name in names)
    gaps = Gaps(headline, base, labels, names, headline.period, differences.to_numpy(np.float64).T)
    data = differences.rename(columns=titles).rename_axis(columns="option").stack().rename("difference").reset_index()
    panel = replace(at_end(gaps), title=f"{headline.label}: difference")
    title, subtitle = headline.label, f"Difference from {wording.shorten(base)}, {headline.period}"
    lines = tuple(f"{label}: {amount}." for label, amount in zip(labels, gaps.amounts, strict=True))
    caption = f"{caption} {KEY}"
    return Figure(f"effects-{outcome}", "fan", title, subtitle, gaps.alt, lines, caption, data, (panel,))


def _limits(quantiles: Array) -> tuple[float, float]:
    low, high = min(0.0, float(quantiles.min())), max(0.0, float(quantiles.max()))
    room = (high - low or 1.0) * 0.08
    return low - room, high + room


def _ticks(shown: Unit) -> Callable[[float, Any], str]:
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


def _places(shown: Unit) -> MaxNLocator:
    """Three or four round ticks, whole for what comes in wholes."""
    return MaxNLocator(4, steps=[1, 2, 2.5, 5, 10], min_n_ticks=2 if shown.whole else 3, integer=shown.whole)


def _fan(host: Any, years: Array, bands: Array, limits: tuple[float, float], shown: Unit) -> None:
    """Bands that hold half and four fifths of the runs, with the middle run, over time."""
    axes = host.add_axes((0.2, 0.14, 0.77, 0.83))
    p10, p25, p50, p75, p90 = bands
    axes.axhline(0, color=INK, linewidth=1.2, zorder=3)
    axes.fill_between(years, p10, p90, color=NAVY, alpha=0.16, linewidth=0)
    axes.fill_between(years, p25, p75, color=NAVY, alpha=0.38, linewidth=0)
    for edge in (p10, p90):
        axes.plot(years, edge, color=NAVY, linewidth=1.0, linestyle=(0, (1, 1.5)))
    axes.plot(years, p50, color=NAVY, linewidth=2.4, zorder=4)
    axes.set(xlim=(0, float(years[-1])), ylim=limits)
    end = float(years[-1])
    axes.set_xticks([0, end / 2, end], ["Start", f"Year {end / 2:.3g}", f"Year {end:.3g}"])
    labels = axes.get_xticklabels()
    labels[0].set_horizontalalignment("left")
    labels[-1].set_horizontalalignment("right")
    axes.yaxis.set_major_locator(_places(shown))
    axes.yaxis.set_major_formatter(FuncFormatter(_ticks(shown)))
    axes.tick_params(length=0)


def _ends(host: Any, gaps: Gaps, height: float) -> None:
    """One dot and range per option at the end; an open dot where the range holds no difference."""
    count, shown = len(gaps.labels), gaps.unit
    ends = np.quantile(gaps.at_end * shown.factor, list(QUANTILES.values()), axis=1)
    axes = host.add_axes((0.03, 50 / height, 0.94, 1 - 74 / height))
    for row, (option, span) in enumerate(zip(gaps.labels, gaps.intervals, strict=True)):
        p10, p25, p50, p75, p90 = ends[:, row]
        axes.plot([p10, p90], [row, row], color=NAVY, linewidth=1.8, marker="|", markersize=10, zorder=3)
        axes.plot([p25, p75], [row, row], color=NAVY, linewidth=7, solid_capstyle="butt", zorder=4)
        face = "white" if span.low <= 0.0 <= span.high else NAVY
        axes.plot(p50, row, "o", markersize=10, markerfacecolor=face, markeredgecolor=NAVY, markeredgewidth=2, zorder=5)
        label = wording.shorten(option, 30)
        amount = gaps.amounts[row].replace(" million", "m").replace("percentage ", "")
        above: dict[str, Any] = {
            "xycoords": ("axes fraction", "data"),
            "textcoords": "offset points",
            "va": "bottom",
            "color": "black",
            "bbox": {"facecolor": "white", "edgecolor": "none", "pad": 1.5},
            "zorder": 6,
        }
        axes.annotate(label, (0, row), xytext=(0, 11), ha="left", fontweight="bold", **above)
        if len(label) + len(amount) <= 46:
            axes.annotate(amount, (1, row), xytext=(0, 11), ha="right", **above)
    axes.axvline(0, color=INK, linewidth=1.2)
    axes.set(ylim=(count - 0.6, -0.75), xlim=_limits(ends))
    axes.set_yticks([])
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    axes.annotate(
        f"Same as {'today' if gaps.base.lower() == 'today' else 'first option'}",
        (0, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 4),
        textcoords="offset points",
        ha=_anchor(axes.get_xlim()),
        fontsize=POINTS - 1,
        color=INK,
    )
    axes.xaxis.set_major_locator(_places(shown))
    axes.xaxis.set_major_formatter(FuncFormatter(_ticks(shown)))
    axes.tick_params(length=0)
    if gaps.outcome.better:
        word = shown.up if gaps.outcome.better == "higher" else shown.down
        axes.set_xlabel(f"{wording.sentence(word)} is better", fontsize=POINTS - 1)


def _anchor(limits: tuple[float, float]) -> str:
    """Which way a label at zero grows, so that it stays inside the drawing."""
    place = (0 - limits[0]) / (limits[1] - limits[0])
    return "left" if place < 0.15 else "right" if place > 0.85 else "center"
