"""How recovery started: the share of starts that each channel is credited with, by option."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from contagion.report import wording
from contagion.report.figures.differences import QUANTILES, Array
from contagion.report.figures.figure import Panel
from contagion.report.figures.style import NAVY, POINTS
from contagion.study.analysis.paired import interval


def credits(
    titles: tuple[str, ...], labels: tuple[str, ...], shares: Mapping[str, Array]
) -> tuple[tuple[Panel, ...], pd.DataFrame]:
    """A panel for each option: bars to the middle run with ranges; and the data behind them, in per cent.

    titles, labels: of the options; shares: of each channel, by what it is called, (options, replicates).
    """
    rows, panels = [], []
    most = max(float(np.quantile(share, 0.9)) for share in shares.values()) * 108
    for index, (title, label) in enumerate(zip(titles, labels, strict=True)):
        ends = {c: np.quantile(share[index] * 100, list(QUANTILES.values())) for c, share in shares.items()}
        rows += [{"option": title, "channel": c, **dict(zip(QUANTILES, e, strict=True))} for c, e in ends.items()]

        def draw(host: Any, ends: Mapping[str, Array] = ends) -> None:
            _bars(host, ends, most)

        text = "; ".join(f"{c} {wording.level(interval(share[index]), 'share')}" for c, share in shares.items())
        panels.append(Panel(label, f"{label}: {text}.", _height(ends), draw, 320))
    return tuple(panels), pd.DataFrame(rows)


def _height(ends: Mapping[str, Array]) -> float:
    return 40 + 40 * len(ends)


def _bars(host: Any, ends: Mapping[str, Array], most: float) -> None:
    height = _height(ends)
    axes = host.add_axes((0.05, 26 / height, 0.92, 1 - 34 / height))
    for row, (channel, (p10, _, p50, _, p90)) in enumerate(ends.items()):
        axes.barh(row, p50, height=0.34, color=NAVY, alpha=0.38, edgecolor=NAVY, linewidth=1)
        axes.plot([p10, p90], [row, row], color=NAVY, linewidth=1.8, marker="|", markersize=9)
        axes.annotate(channel, (0, row), xytext=(0, 7), textcoords="offset points", va="bottom", fontsize=POINTS - 0.5)
    axes.set(xlim=(0, most), ylim=(len(ends) - 0.5, -0.85))
    axes.set_yticks([])
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10], min_n_ticks=3))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}%"))
    axes.tick_params(length=0)
