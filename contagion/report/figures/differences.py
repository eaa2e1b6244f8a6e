"""How far options move an outcome: ranges at the end, fans of paired differences over time, and levels over time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from contagion.report import wording
from contagion.report.figures.figure import Figure, Panel
from contagion.report.figures.rows import QUANTILES, Array, RangeRow, RangeRows, axis_limits, difference_ticks, places
from contagion.report.figures.style import INK, NAVY, short
from contagion.report.units import Unit, unit
from contagion.study.analysis.headlines import HEADLINES, Headline
from contagion.study.analysis.paired import Interval, interval

__all__ = ["KEY", "QUANTILES", "Array", "Gaps", "at_end", "effects", "levels", "over_time"]

EVERY, LEVELS_EVERY = 4, 13
"""Long histories of differences and of levels are drawn, and offered for download, every so many weeks."""

KEY = (
    "Dots and solid lines: the middle run. Thick bars and dark bands: half of the runs. Thin bars and light bands with "
    "dotted edges: 8 in 10 runs. Open dot: no clear difference, or a very small one. “Same”: as in the first option."
)
"""How to read both kinds of panel."""
LEVELS_KEY = (
    "Solid lines: the middle run. Dark bands: half of the runs. Light bands with dotted edges: 8 in 10 runs. Dashed line: "
    "the middle run of the first option."
)
"""How to read panels of levels."""


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
    same = f"Same as {'today' if gaps.base.lower() == 'today' else 'first option'}"
    rows = RangeRows(
        gaps.outcome, [RangeRow(one, runs) for one, runs in zip(gaps.labels, gaps.at_end, strict=True)], same
    )
    alt = f"Ranges of the difference, {gaps.when}. {gaps.text}"
    return Panel(f"Difference, {gaps.when}", alt, rows.height, rows.draw, 360, wide=True)


def over_time(gaps: Gaps, weeks: Array, paths: Array) -> tuple[list[Panel], pd.DataFrame]:
    """A fan for each option with the same axes, and the data behind them; paths: (options, replicates, weeks)."""
    shown = gaps.unit
    quantiles = np.quantile(paths * shown.factor, list(QUANTILES.values()), axis=1)
    keep = _kept(weeks)
    years, drawn, limits = weeks[keep] / 52, quantiles[:, :, keep], axis_limits(quantiles)
    panels, frames = [], []
    for row, (label, title) in enumerate(zip(gaps.labels, gaps.titles, strict=True)):

        def draw(host: Any, bands: Array = drawn[:, row]) -> None:
            _fan(host, years, bands, limits, shown)
            host.axes[0].axhline(0, color=INK, linewidth=1.2, zorder=3)

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


def levels(outcome: Headline, labels: tuple[str, ...], weeks: Array, paths: Array) -> tuple[list[Panel], pd.DataFrame]:
    """A panel of the level over time for each option, all with the same axes; paths: (options, replicates, weeks)."""
    shown = unit(outcome.unit)
    quantiles = np.quantile(paths * shown.factor, list(QUANTILES.values()), axis=1)
    keep = _kept(weeks, LEVELS_EVERY)
    years, drawn = weeks[keep] / 52, quantiles[:, :, keep]
    low, high = float(quantiles.min()), float(quantiles.max())
    room = (high - low or abs(high) or 1.0) * 0.08
    panels, frames = [], []
    for row, label in enumerate(labels):

        def draw(host: Any, bands: Array = drawn[:, row]) -> None:
            _fan(host, years, bands, (low - room, high + room), shown, level=True)
            host.axes[0].plot(years, drawn[2, 0], color=INK, linewidth=1.4, linestyle=(0, (4, 3)), zorder=5)

        ends = (wording.level(interval(paths[row, :, k]), outcome.unit) for k in (0, -1))
        panels.append(Panel(label, f"Level over time, {label}: from {' and to '.join(ends)}.", 170, draw, 300))
        columns = dict(zip(QUANTILES, drawn[:, row], strict=True))
        frames.append(pd.DataFrame({"option": label, "week": weeks[keep].astype(int)} | columns))
    return panels, pd.concat(frames, ignore_index=True)


def _kept(weeks: Array, every: int = EVERY) -> Any:
    """Which weeks are drawn: all of a short history, some of a long one, the last in any case."""
    stride = every if len(weeks) > 30 * EVERY else 1
    return np.unique(np.append(np.arange(0, len(weeks), stride), len(weeks) - 1))


def _fan(
    host: Any, years: Array, bands: Array, limits: tuple[float, float], shown: Unit, *, level: bool = False
) -> None:
    """Bands that hold half and four fifths of the runs, with the middle run, over time."""
    axes = host.add_axes((0.2, 0.14, 0.77, 0.83))
    p10, p25, p50, p75, p90 = bands
    axes.fill_between(years, p10, p90, color=NAVY, alpha=0.16, linewidth=0)
    axes.fill_between(years, p25, p75, color=NAVY, alpha=0.38, linewidth=0)
    for edge in (p10, p90):
        axes.plot(years, edge, color=NAVY, linewidth=1.0, linestyle=(0, (1, 1.5)))
    axes.plot(years, p50, color=NAVY, linewidth=2.4, zorder=4)
    start, end = float(years[0]), float(years[-1])
    axes.set(xlim=(start, end), ylim=limits)
    names = [f"Year {year:.3g}" if year else "Start" for year in (start, (start + end) / 2, end)]
    axes.set_xticks([start, (start + end) / 2, end], names)
    labels = axes.get_xticklabels()
    labels[0].set_horizontalalignment("left")
    labels[-1].set_horizontalalignment("right")
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10], min_n_ticks=3) if level else places(shown))
    axes.yaxis.set_major_formatter(FuncFormatter(_level_ticks(shown) if level else difference_ticks(shown)))
    axes.tick_params(length=0)


def _level_ticks(shown: Unit) -> Any:
    """Tick labels of levels, with their unit."""
    after = "%" if shown.after == "%" else ""
    return lambda value, _: f"{shown.before}{short(value)}{after}"
