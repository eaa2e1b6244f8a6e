"""How an output answers to a factor: clouds of replicates, their middle and the range of eight in ten.

One factor at a time shows shapes and thresholds. Its panels stand in the order of the study file and rank nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from contagion.report.figures.figure import Figure, Panel
from contagion.report.figures.study_data import Array, StudyData, StudyOutput
from contagion.report.figures.style import INK, NAVY, ORANGE, POINTS, axes_in, cut, limits, ranged, short, ticks
from contagion.study.analysis.modes import Modes, modes
from contagion.study.analysis.paired import interval

SIZE = (300.0, 206.0)
ORDER = "Panels stand in the order of the study file and rank nothing."
MOST_MARKS, FEWEST_FOR_MODES = 400, 6
"""Dots of one panel (more are thinned out evenly); replicates from which two groups are looked for."""


@dataclass(frozen=True)
class Path:
    """What a panel shows: values of the factor, and at each the outputs of the replicates."""

    at: tuple[Any, ...]
    clouds: tuple[Array, ...]
    flagged: tuple[bool, ...] = ()

    @property
    def places(self) -> Array:
        """Where each value stands: itself if it is a number, else its turn."""
        if self.numeric:
            return np.array([float(v) for v in self.at])
        return np.arange(len(self.at), dtype=float)

    @cached_property
    def numeric(self) -> bool:
        """Whether the values are numbers."""
        return all(is_number(v) for v in self.at)

    def bands(self) -> Array:
        """Low, middle and high of each cloud (3, values); not a number where nothing is known."""
        return bands(self.clouds)


def bands(clouds: Iterable[Array]) -> Array:
    """Low, middle and high of each cloud of replicates (3, clouds); not a number where nothing is known."""
    clouds = list(clouds)
    found = np.full((3, len(clouds)), np.nan)
    for k, cloud in enumerate(clouds):
        here = cloud[np.isfinite(cloud)]
        if len(here):
            one = interval(here)
            found[:, k] = one.low, one.middle, one.high
    return found


def is_number(value: Any) -> bool:
    """Whether a value is a finite number and no switch."""
    return (
        isinstance(value, int | float | np.number) and not isinstance(value, bool | np.bool_) and math.isfinite(value)
    )


def worded(value: Any) -> str:
    """A value of a factor in words."""
    if isinstance(value, bool | np.bool_):
        return "on" if value else "off"
    return short(float(value)) if is_number(value) else str(value)


def draw_path(host: Any, path: Path, ends: tuple[float, float], mark: float | None = None, words: str = "") -> None:
    """One panel: dots for replicates, their middle, a band for eight in ten; diamonds where there are two groups."""
    more = 18 if words else 0
    axes = axes_in(host, (SIZE[0], SIZE[1] + more), 50, 10, 12, 30 + more)
    if words:
        axes.set_xlabel(cut(words, 34), fontsize=POINTS - 1)
    x, (low, middle, high) = path.places, path.bands()
    axes.set(ylim=ends, xlim=limits(x, 0.07))
    if mark is not None and math.isfinite(mark):
        axes.axhline(mark, color=INK, linewidth=1.1, linestyle=(0, (4, 3)))
    spread = 0.012 * (axes.get_xlim()[1] - axes.get_xlim()[0])
    dots = [(place + spread * (k % 5 - 2), v) for place, c in zip(x, path.clouds, strict=True) for k, v in enumerate(c)]
    shown = np.array([d for d in dots if math.isfinite(d[1])] or np.empty((0, 2)))
    shown = shown[:: max(1, math.ceil(len(shown) / MOST_MARKS))]
    axes.plot(shown[:, 0], shown[:, 1], "o", color=NAVY, alpha=0.35, markersize=3.2, markeredgewidth=0, zorder=2)
    if path.numeric and len(x) > 1:
        axes.fill_between(x, low, high, color=NAVY, alpha=0.16, linewidth=0)
        for edge in (low, high):
            axes.plot(x, edge, color=NAVY, linewidth=1, linestyle=(0, (1, 1.5)))
        axes.plot(x, middle, color=NAVY, linewidth=2.2, marker="o", markersize=5, zorder=4)
    else:
        for place, lo, hi in zip(x, low, high, strict=True):
            axes.plot([place, place], [lo, hi], color=NAVY, linewidth=2, marker="_", markersize=10, zorder=4)
        axes.plot(x, middle, "o", color=NAVY, markersize=8, zorder=5)
    for place, value, two in zip(x, middle, path.flagged or (False,) * len(x), strict=True):
        if two:
            axes.plot(
                place,
                value,
                "D",
                markersize=11,
                markerfacecolor="none",
                markeredgecolor=ORANGE,
                markeredgewidth=2.2,
                zorder=6,
            )
    if path.numeric:
        ticks(axes.xaxis)
    else:
        every = max(1, math.ceil(len(x) / 5))
        most = max(4, 40 // max(1, min(len(x), 5)))
        axes.set_xticks(x[::every], [cut(worded(v), most) for v in path.at[::every]])
    ticks(axes.yaxis)


def ofat(facts: StudyData, out: StudyOutput, indices: pd.DataFrame, *, difference: bool = False) -> Figure:
    """One panel for each factor, in the order of the study file: the level, or the paired difference from the default."""
    here = indices[indices["index"] == "outcome"].reset_index(drop=True)
    values = facts.values(out)
    whole = len(values) == len(here)
    default = int(np.flatnonzero(here["factor"] == "")[0]) if (here["factor"] == "").any() else None
    panels, frames, lines = [], [], []
    moved = [n for n in dict.fromkeys(here["factor"]) if n]
    paths = {n: _path(facts, n, here, values, default, whole, difference) for n in moved}
    ends = limits([v for p in paths.values() for c in p.clouds for v in c])
    own = None if difference or default is None else float(here["value"].iloc[default])
    for name, path in paths.items():
        low, middle, high = path.bands()
        parts = [
            f"{ranged(lo, m, hi)} at {worded(v)}"
            for v, lo, m, hi in zip(path.at, low, middle, high, strict=True)
            if math.isfinite(m)
        ]
        lines.append(f"{facts.label(name)}: {', '.join(parts)}.")
        frames += [
            {"factor": name, "level": worded(v), "replicate": r, out.outcome.name: y}
            for v, c in zip(path.at, path.clouds, strict=True)
            for r, y in enumerate(c)
        ]

        def draw(host: Any, path: Path = path) -> None:
            draw_path(host, path, ends, 0.0 if difference else own)

        panels.append(Panel(cut(facts.label(name), 90), lines[-1], SIZE[1], draw, SIZE[0]))
    flag = " Open diamond: the replicates fall into two groups." if any(any(p.flagged) for p in paths.values()) else ""
    what = "paired difference from the default" if difference else "level"
    alt = f"Panels of {facts.named(out)}, {what}, as each factor moves by itself, in no ranking. {' '.join(lines)}"
    data = pd.DataFrame(frames, columns=["factor", "level", "replicate", out.outcome.name])
    return Figure(
        f"ofat-{out.name}",
        "paths",
        f"One factor at a time: {facts.named(out)}",
        f"{out.axis}, {what}; each factor moves while the others stay at their defaults. {ORDER}",
        alt,
        tuple(lines),
        facts.made_of(
            "Band and line: 10th to 90th percentile and median of the replicates; dots: "
            f"replicates; dashed line: {'no difference' if difference else 'median at the defaults'}.{flag}",
            out,
        ),
        data,
        tuple(panels),
    )


def _path(
    facts: StudyData, name: str, here: pd.DataFrame, values: Array, default: int | None, whole: bool, difference: bool
) -> Path:
    """A factor's levels in rising order with their clouds; the default among them where its own value is known."""
    rows = [int(k) for k in np.flatnonzero(here["factor"] == name)]
    single = name in facts.factors and whole
    at: list[Any] = [facts.column(name).iloc[k] if single else here["level"].iloc[k] for k in rows]
    if any(v is None or (isinstance(v, float) and math.isnan(v)) for v in at):
        at = [f"step {k + 1}" for k in range(len(rows))]
    if single and default is not None:
        own = facts.column(name).iloc[default]
        if own not in at:
            rows, at = [*rows, default], [*at, own]
    if all(is_number(v) for v in at):
        order = np.argsort([float(v) for v in at], kind="stable")
        rows, at = [rows[k] for k in order], [at[k] for k in order]
    if not whole:
        clouds = [here.loc[k, ["low", "value", "high"]].to_numpy(np.float64) for k in rows]
    else:
        base = values[default] if difference and default is not None else 0.0
        clouds = [values[k] - base for k in rows]
    flagged = tuple(whole and two_groups(c) is not None for c in clouds)
    return Path(tuple(at), tuple(clouds), flagged)


def two_groups(cloud: Array) -> Modes | None:
    """The two groups of the replicates, if there are two; None also where there are too few to tell."""
    here = cloud[np.isfinite(cloud)]
    found = modes(here) if len(here) >= FEWEST_FOR_MODES else None
    return found if found is not None and found.two else None
