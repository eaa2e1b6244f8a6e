"""Figures for commissioners: fans of paired differences and ranges at the end, in small panels that reflow.

Every function gives (panels, tidy data, text alternative). A figure is several small drawings rather than one
wide one, so that on a telephone they stand one under another and stay readable.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from contagion.report import wording
from contagion.report.comparison.findings import Compared, period
from contagion.report.comparison.results import Array, Results
from contagion.report.content import Finding, Panel
from contagion.report.svg import INK, NAVY, POINTS, blank, government_style, svg
from contagion.study.analysis.paired import interval

QUANTILES = {"p10": 0.10, "p25": 0.25, "p50": 0.50, "p75": 0.75, "p90": 0.90}
EVERY = 4
"""Long histories are drawn, and offered for download, every so many weeks."""
Drawn = tuple[tuple[Panel, ...], pd.DataFrame, str]


def differences(compared: Compared, results: Results) -> Drawn:
    """How far each option moves one outcome: the ranges at the end, then a fan over time each."""
    shown = wording.unit(compared.outcome.unit)
    quantiles = np.quantile(compared.paths * shown.factor, list(QUANTILES.values()), axis=1)
    years = results.weeks / 52
    stride = EVERY if len(years) > 30 * EVERY else 1
    keep = np.unique(np.append(np.arange(0, len(years), stride), len(years) - 1))
    data = pd.concat(
        pd.DataFrame(
            {"option": f.option.title, "week": results.weeks[keep].astype(int)}
            | dict(zip(QUANTILES, rows, strict=True))
        )
        for f, rows in zip(compared.others, quantiles[:, :, keep].transpose(1, 0, 2), strict=True)
    )
    limits = _limits(quantiles)
    name, when = compared.outcome.name, period(compared.outcome, results)
    ends = np.quantile(compared.gaps * shown.factor, list(QUANTILES.values()), axis=1)
    base = "Same as " + ("today" if results.options[0].label.lower() == "today" else "first option")
    with government_style():
        panels = [
            Panel(
                title=f"Difference, {when}",
                svg=_ends(compared, ends, base, f"{name}-end-"),
                alt=f"Ranges of the difference, {when}. {_said(compared)}",
                wide=True,
            )
        ]
        for row, finding in enumerate(compared.others):
            panels.append(
                Panel(
                    title=finding.option.label,
                    svg=_fan(years[keep], quantiles[:, row, keep], limits, shown, f"{name}-{row}-"),
                    alt=f"Difference over time, {finding.option.label}: at the end {_amount(finding)}.",
                )
            )
    return (
        tuple(panels),
        data.reset_index(drop=True),
        f"Charts of the difference from {_base(results)}. {_said(compared)}",
    )


def _base(results: Results) -> str:
    return "today" if results.options[0].label.lower() == "today" else results.options[0].label


def _amount(finding: Finding) -> str:
    assert finding.difference is not None
    return wording.difference(finding.difference, finding.outcome.unit)


def _said(compared: Compared) -> str:
    return "; ".join(f"{f.option.label}: {_amount(f)}" for f in compared.others) + "."


def _limits(quantiles: Array) -> tuple[float, float]:
    low, high = min(0.0, float(quantiles.min())), max(0.0, float(quantiles.max()))
    room = (high - low or 1.0) * 0.08
    return low - room, high + room


def _ticks(shown: wording.Unit) -> Callable[[float, Any], str]:
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


def _places(shown: wording.Unit) -> MaxNLocator:
    """Three or four round ticks, whole for what comes in wholes."""
    return MaxNLocator(4, steps=[1, 2, 2.5, 5, 10], min_n_ticks=2 if shown.whole else 3, integer=shown.whole)


def _fan(years: Array, bands: Array, limits: tuple[float, float], shown: wording.Unit, prefix: str) -> str:
    """Bands that hold half and four fifths of the runs, with the middle run, over time."""
    drawing = blank(300, 196)
    axes = drawing.add_axes((0.2, 0.14, 0.77, 0.83))
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
    return svg(drawing, prefix)


def _ends(compared: Compared, ends: Array, base: str, prefix: str) -> str:
    """One dot and range per option at the end; an open dot where the range holds no difference."""
    count = len(compared.others)
    shown = wording.unit(compared.outcome.unit)
    height = 78 + 66 * count
    drawing = blank(360, height)
    axes = drawing.add_axes((0.03, 50 / height, 0.94, 1 - 74 / height))
    for row, finding in enumerate(compared.others):
        p10, p25, p50, p75, p90 = ends[:, row]
        axes.plot([p10, p90], [row, row], color=NAVY, linewidth=1.8, marker="|", markersize=10, zorder=3)
        axes.plot([p25, p75], [row, row], color=NAVY, linewidth=7, solid_capstyle="butt", zorder=4)
        face = "white" if finding.verdict == "unclear" else NAVY
        axes.plot(p50, row, "o", markersize=10, markerfacecolor=face, markeredgecolor=NAVY, markeredgewidth=2, zorder=5)
        label = wording.shorten(finding.option.label, 30)
        amount = _amount(finding).replace(" million", "m").replace("percentage ", "")
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
        base,
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
    if compared.outcome.better:
        word = shown.up if compared.outcome.better == "higher" else shown.down
        axes.set_xlabel(f"{wording.sentence(word)} is better", fontsize=POINTS - 1)
    return svg(drawing, prefix)


def _anchor(limits: tuple[float, float]) -> str:
    """Which way a label at zero grows, so that it stays inside the drawing."""
    place = (0 - limits[0]) / (limits[1] - limits[0])
    return "left" if place < 0.15 else "right" if place > 0.85 else "center"


def channels(results: Results, shares: dict[str, Array], labels: dict[str, str]) -> Drawn:
    """What share of starts each channel is credited with: bars to the middle run with ranges, by option."""
    rows = []
    panels = []
    most = max(float(np.quantile(s, 0.9)) for s in shares.values()) * 108
    with government_style():
        for index, option in enumerate(results.options):
            ends = {c: np.quantile(shares[c][index] * 100, list(QUANTILES.values())) for c in shares}
            rows += [
                {"option": option.title, "channel": labels[c], **dict(zip(QUANTILES, e, strict=True))}
                for c, e in ends.items()
            ]
            said = "; ".join(f"{labels[c]} {wording.level(interval(shares[c][index]), 'share')}" for c in ends)
            panels.append(
                Panel(option.label, _bars(ends, labels, most, f"channels-{index}-"), f"{option.label}: {said}.")
            )
    alt = (
        "Bar charts, one per option, of the share of recovery starts credited to each channel in the model. "
        + panels[0].alt
    )
    return tuple(panels), pd.DataFrame(rows), alt


def _bars(ends: dict[str, Array], labels: dict[str, str], most: float, prefix: str) -> str:
    height = 40 + 40 * len(ends)
    drawing = blank(320, height)
    axes = drawing.add_axes((0.05, 26 / height, 0.92, 1 - 34 / height))
    for row, (channel, (p10, _, p50, _, p90)) in enumerate(ends.items()):
        axes.barh(row, p50, height=0.34, color=NAVY, alpha=0.38, edgecolor=NAVY, linewidth=1)
        axes.plot([p10, p90], [row, row], color=NAVY, linewidth=1.8, marker="|", markersize=9)
        axes.annotate(
            labels[channel], (0, row), xytext=(0, 7), textcoords="offset points", va="bottom", fontsize=POINTS - 0.5
        )
    axes.set(xlim=(0, most), ylim=(len(ends) - 0.5, -0.85))
    axes.set_yticks([])
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10], min_n_ticks=3))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}%"))
    axes.tick_params(length=0)
    return svg(drawing, prefix)
