"""Survival curves: a panel for each group, with its interval and the spells still at risk below."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from contagion.report.figures.figure import Figure, NoFigure, Panel
from contagion.report.figures.style import NAVY, POINTS, axes_in

MOST, HEIGHT, WIDTH, MARKS = 12, 230.0, 330.0, 5
TITLES = {
    "relapse": ("How long recovery lasts", "still in recovery, without a relapse"),
    "stable": ("How long it takes to become stable", "not yet in stable recovery"),
}
CAPTION = (
    "Kaplan-Meier curves with 95% intervals (log-log) of recoveries that started in this history; below, how many are still "
    "at risk. {} One history shows what can happen, not what is likely; several spells of one person count as independent."
)
CUT_OFF = {
    "relapse": "Deaths and the end of the history cut a spell off.",
    "stable": "A spell that ended in relapse or death never becomes stable, and stays below.",
}


def survival_curves(found: Any) -> Figure:
    """Share of spells left over the years since they began, by group; NoFigure for more than 12 groups."""
    names = found.curves["group"].unique().tolist()
    if len(names) > MOST:
        raise NoFigure(f"{len(names)} groups are too many to compare by eye: {MOST} at most")
    title, what = TITLES[found.until]
    last = int(found.curves["week"].max())
    year = 52 if last > 52 else 13
    marks = np.arange(0, last + 1, year * max(1, math.ceil(last / year / MARKS)))
    panels, lines = [], []
    for name in names:
        curve = found.curves[found.curves["group"] == name]
        left = [
            int(curve.loc[curve["week"] >= week, "at_risk"].max()) if week <= curve["week"].max() else 0
            for week in marks
        ]
        end = curve.iloc[-1]
        starts, happened = int(curve["at_risk"].iloc[0]), int(curve["events"].sum())
        shown = "All" if name == "all" else str(name).replace("_", " ").capitalize()
        after = f"after {end['week'] / 52:.2g} years ({happened:,} of {starts:,} spells)"
        line = f"{shown}: {end['survival']:.0%} {what} {after}."
        panels.append(Panel(shown, line, HEIGHT, _drawn(curve, marks, left, last), WIDTH))
        lines.append(line)
    by = f", by {found.by.replace('_', ' ')}" if found.by else ""
    alt = f"Curves of the share of recoveries {what}{by}. {' '.join(lines)}"
    subtitle, caption = f"Share of starts {what}{by}", CAPTION.format(CUT_OFF[found.until])
    return Figure("survival", "curve", title, subtitle, alt, tuple(lines), caption, found.curves, tuple(panels))


def _drawn(curve: pd.DataFrame, marks: np.ndarray, left: list[int], last: int) -> Any:
    def draw(host: Any) -> None:
        axes = axes_in(host, (WIDTH, HEIGHT), 48, 10, 22, 76)
        years = curve["week"] / 52
        low, high = (curve[name].to_numpy(float) for name in ("low", "high"))
        axes.fill_between(years, low, high, step="post", color=NAVY, alpha=0.2, linewidth=0)
        for edge in (low, high):
            axes.step(years, edge, where="post", color=NAVY, linewidth=1, linestyle=(0, (1, 1.5)))
        axes.step(years, curve["survival"], where="post", color=NAVY, linewidth=2.2)
        axes.set(xlim=(0, max(last, 1) / 52), ylim=(0, 1.02))
        axes.set_xticks(marks / 52, [f"{week / 52:.2g}" for week in marks])
        axes.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
        words: dict[str, Any] = {
            "textcoords": "offset points",
            "ha": "center",
            "fontsize": POINTS - 2,
            "color": "black",
        }
        axes.annotate("years; at risk:", (0, 0), xytext=(-6, -36), xycoords="axes fraction", **words | {"ha": "left"})
        for week, many in zip(marks, left, strict=True):
            axes.annotate(f"{many:,}", (week / 52, 0), xytext=(0, -54), **words, annotation_clip=False)

    return draw
