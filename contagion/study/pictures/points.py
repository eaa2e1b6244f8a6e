"""What a sweep found at its points: a line for one factor, lines or contours for two, clouds of points for many.

Points at which the replicates fall into two groups are flagged: a median between two groups describes no history.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from contagion.study.paired import interval
from contagion.study.pictures.facts import Array, Facts, Out
from contagion.study.pictures.paths import SIZE, Path, draw_path, is_number, two_groups, worded
from contagion.study.pictures.style import (
    GREY,
    INK,
    NAVY,
    ORANGE,
    PLUM,
    POINTS,
    TEAL,
    WIDE,
    Piece,
    Plan,
    axes_in,
    cut,
    limits,
    ranged,
    short,
    ticks,
)  # fmt: skip

MOST_FOR_MODES, MOST_LINES, MOST_PANELS, MOST_POINTS = 300, 4, 12, 300
STYLES = ((NAVY, "-", "o"), (ORANGE, (0, (5, 2)), "s"), (TEAL, (0, (1, 1.2)), "^"), (PLUM, (0, (6, 2, 1, 2)), "D"))


@dataclass(frozen=True)
class Seen:
    """One output at every point: its replicates, their range, and where they fall into two groups."""

    facts: Facts
    out: Out

    @cached_property
    def values(self) -> Array:
        """(points, replicates); not a number where a run failed."""
        return self.facts.values(self.out)

    @cached_property
    def bands(self) -> Array:
        """(3, points): 10th percentile, median, 90th."""
        found = np.full((3, len(self.values)), np.nan)
        for k, row in enumerate(self.values):
            here = row[np.isfinite(row)]
            if len(here):
                one = interval(here)
                found[:, k] = one.low, one.middle, one.high
        return found

    @cached_property
    def two(self) -> dict[int, str]:
        """Rows of points whose replicates fall into two groups, with the words for it."""
        found = {}
        for k, row in enumerate(self.values[:MOST_FOR_MODES]):
            seen = two_groups(row)
            if seen is not None:
                found[k] = seen.sentence("the outcome", self.out.outcome.whole).replace("took off", "came out high")
        return found

    @cached_property
    def data(self) -> pd.DataFrame:
        """Tidy: one row a point, its factors and the range of its replicates."""
        low, middle, high = self.bands
        frame = self.facts.results.parameters[["point", *self.facts.factors]].copy()
        more = {"p10": low, "p50": middle, "p90": high, "replicates": np.isfinite(self.values).sum(1)}
        return frame.assign(**more, two_groups=[k in self.two for k in range(len(frame))])


def sweep(facts: Facts, out: Out) -> Plan:
    """The picture that fits the number of factors that moved."""
    seen = Seen(facts, out)
    moving = [n for n in facts.factors if facts.column(n).astype(str).nunique() > 1]
    if len(moving) == 2 and (found := _two(seen, *moving)) is not None:
        return found
    range_ = "Line and band: median and 10th to 90th percentile of the replicates; dots: replicates."
    if len(moving) == 1:
        return _plan(seen, [_one(seen, moving[0])], "as one factor moves", range_)
    if not moving:
        return _plan(seen, [_alone(seen)], "at the points of the sweep", range_.replace("Line and band", "Dot and bar"))
    drawn = moving[:MOST_PANELS]
    left = f" The first {len(drawn)} of {len(moving)} factors are drawn." if len(moving) > len(drawn) else ""
    key = "Dots: median of the replicates at a point; thin lines: 10th to 90th percentile. The other factors move too."
    return _plan(seen, [_cloud(seen, name) for name in drawn], "against each factor", key + left)


def _plan(seen: Seen, pieces: list[Piece], how: str, key: str) -> Plan:
    facts, out = seen.facts, seen.out
    said = ends_said(seen)
    if seen.two:
        key += " Open diamond: the replicates fall into two groups."
        where = "point" if len(seen.two) == 1 else "points"
        said.append(f"Two groups of replicates at {len(seen.two):,} {where} of {len(seen.values):,}.")
    alt = f"{facts.named(out)} {how}. {' '.join(said)}"
    return Plan(
        f"sweep-{out.name}", "paths" if len(pieces) > 1 else "single", f"{out.outcome.label} {how}",
        f"{out.axis}, {out.outcome.period}. Factors stand in the order of the study file", alt, tuple(said),
        facts.made_of(key, out), seen.data, tuple(pieces),
    )  # fmt: skip


def ends_said(seen: Seen) -> list[str]:
    """The lowest and the highest point in words, and whether their ranges meet."""
    low, middle, high = seen.bands
    known = np.flatnonzero(np.isfinite(middle))
    whole = seen.out.outcome.whole
    if not len(known):
        return ["No run gave a number."]
    if len(known) == 1 or np.ptp(middle[known]) == 0:
        many = "the one point" if len(known) == 1 else f"all {len(known):,} points"
        ends = float(low[known].min()), float(middle[known[0]]), float(high[known].max())
        return [f"Median (10th to 90th percentile of the replicates) at {many}: {ranged(*ends, whole)}."]
    lines, extremes = [], (int(known[middle[known].argmin()]), int(known[middle[known].argmax()]))
    for word, k in zip(("Lowest", "Highest"), extremes, strict=True):
        at = ", ".join(f"{seen.facts.label(n)} {worded(seen.facts.column(n).iloc[k])}" for n in seen.facts.factors[:4])
        lines.append(f"{word} median (10th to 90th percentile of the replicates): {ranged(low[k], middle[k], high[k], whole)}{f' at {at}' if at else ''}.")
    if high[extremes[0]] >= low[extremes[1]]:
        lines.append("The ranges of these two points meet, so some of what lies between them is luck.")
    return lines


def _one(seen: Seen, name: str) -> Piece:
    path = path_of(seen, name)
    ends = limits(np.concatenate(path.clouds) if path.clouds else [])

    def draw(host: Any) -> None:
        draw_path(host, path, ends)

    return Piece(cut(seen.facts.label(name), 90), f"{seen.facts.named(seen.out)} by {seen.facts.label(name)}.", SIZE[1], draw,
                 SIZE[0])  # fmt: skip


def path_of(seen: Seen, name: str, only: NDArray[np.bool_] | None = None) -> Path:
    """The levels of a factor in rising order; points of one level are put together."""
    column = seen.facts.column(name)
    levels = list(dict.fromkeys(column))
    if all(is_number(v) for v in levels):
        levels.sort()
    here = np.ones(len(column), bool) if only is None else only
    rows = [np.flatnonzero(here & np.array([v == level for v in column])) for level in levels]
    flagged = tuple(any(int(k) in seen.two for k in some) for some in rows)
    return Path(tuple(levels), tuple(seen.values[some].ravel() for some in rows), flagged)


def _alone(seen: Seen) -> Piece:
    many = min(len(seen.values), 12)
    path = Path(tuple(f"point {k}" for k in range(many)), tuple(seen.values[:many]), tuple(k in seen.two for k in range(many)))
    ends = limits(seen.values.ravel())
    return Piece("Points", f"{seen.facts.named(seen.out)} at each point.", SIZE[1], lambda h: draw_path(h, path, ends), SIZE[0])


def _cloud(seen: Seen, name: str) -> Piece:
    """Medians of all points against one factor, with their ranges."""
    column = seen.facts.column(name)
    path = path_of(seen, name)
    place = dict(zip((worded(v) if not path.numeric else v for v in path.at), path.places, strict=True))
    x = np.array([place[v if path.numeric else worded(v)] for v in column])
    keep = np.arange(0, len(x), max(1, math.ceil(len(x) / MOST_POINTS)))
    low, middle, high = seen.bands

    def draw(host: Any) -> None:
        axes = axes_in(host, SIZE, 50, 10, 12, 30)
        wide = limits(x, 0.07)
        jitter = 0.0 if path.numeric else 0.25
        at = x + jitter * ((np.arange(len(x)) * 0.618) % 1 - 0.5)
        axes.set(xlim=(wide[0] - jitter, wide[1] + jitter), ylim=limits(seen.bands.ravel()))
        gaps = np.full(len(keep), np.nan)
        lines = np.stack([[at[keep], at[keep], gaps], [low[keep], high[keep], gaps]])
        axes.plot(*(part.T.ravel() for part in lines), color=NAVY, linewidth=1, alpha=0.5, zorder=2)
        axes.plot(at[keep], middle[keep], "o", color=NAVY, markersize=4.5, markeredgecolor="white", markeredgewidth=0.5, zorder=3)
        flagged = [k for k in keep if int(k) in seen.two]
        axes.plot(at[flagged], middle[flagged], "D", markersize=10, markerfacecolor="none", markeredgecolor=ORANGE,
                  markeredgewidth=2, zorder=4)  # fmt: skip
        if path.numeric:
            ticks(axes.xaxis)
        else:
            axes.set_xticks(path.places, [cut(worded(v), max(4, 40 // len(path.at))) for v in path.at])
        ticks(axes.yaxis)

    label = seen.facts.label(name)
    return Piece(cut(label, 90), f"{seen.facts.named(seen.out)} at each point against {label}.", SIZE[1], draw, SIZE[0])


def _two(seen: Seen, first: str, second: str) -> Plan | None:
    """Lines for a few levels of one factor; else contours if they rise above luck, or a panel a level; None if no grid."""
    a, b = seen.facts.column(first), seen.facts.column(second)
    if a.nunique() * b.nunique() != len(a) or pd.DataFrame({"a": a, "b": b}).duplicated().any():
        return None
    along, by = (first, second) if a.nunique() >= b.nunique() else (second, first)
    facts, values = seen.facts, [*dict.fromkeys(seen.facts.column(by))]
    if all(is_number(v) for v in values):
        values.sort()
    how = "as two factors move together"
    if len(values) <= MOST_LINES:
        key = f"Lines: one for each value of {facts.label(by)}; marks: medians; bars: 10th to 90th percentile of the replicates."
        return _plan(seen, [_lines(seen, along, by, values)], how, key)
    low, middle, high = seen.bands
    if all(is_number(v) for v in [*a, *b]) and np.isfinite(middle).all() and np.ptp(middle) > np.median(high - low):
        key = (
            "Labelled lines join equal medians, by straight lines between the points (grey dots), where nothing was run. "
            "The 10th to 90th percentile at each point is in the data table."
        )
        return _plan(seen, [_contours(seen, first, second)], how, key)
    if len(values) > MOST_PANELS:
        return None
    key = f"A panel for each value of {facts.label(by)}. Line and band: median and 10th to 90th percentile; dots: replicates."
    return _plan(seen, _by_level(seen, along, by, values), how, key)


def _by_level(seen: Seen, along: str, by: str, values: list[Any]) -> list[Piece]:
    """A panel for each level of one factor, all with the same axes."""
    ends, pieces = limits(seen.values.ravel()), []
    group, label = seen.facts.column(by), seen.facts.label(by)
    for value in values:
        path = path_of(seen, along, np.array([v == value for v in group]))

        def draw(host: Any, path: Path = path) -> None:
            draw_path(host, path, ends, words=seen.facts.label(along))

        title = f"{label}: {worded(value)}"
        pieces.append(Piece(title, f"{seen.facts.named(seen.out)} by {seen.facts.label(along)}, {title}.", SIZE[1] + 18, draw, SIZE[0]))
    return pieces


def _lines(seen: Seen, along: str, by: str, values: list[Any]) -> Piece:
    facts = seen.facts
    x, group = facts.column(along), facts.column(by)
    levels = [*dict.fromkeys(x)]
    numeric = all(is_number(v) for v in levels)
    if numeric:
        levels.sort()
    size = (float(WIDE), 290.0)

    def draw(host: Any) -> None:
        axes = axes_in(host, size, 50, 30, 78, 46)
        place = {worded(v): (float(v) if numeric else k) for k, v in enumerate(levels)}
        axes.set(ylim=limits(seen.bands.ravel()))
        step = (max(place.values()) - min(place.values())) / max(1, len(levels) - 1) or 1.0
        ends = []
        for k, value in enumerate(values):
            colour, dash, mark = STYLES[k]
            rows = sorted(np.flatnonzero([v == value for v in group]), key=lambda r: place[worded(x.iloc[r])])
            at = np.array([place[worded(x.iloc[r])] for r in rows]) + (k - (len(values) - 1) / 2) * 0.06 * step
            low, middle, high = seen.bands[:, rows]
            gaps = np.full(len(rows), np.nan)
            bars = np.stack([[at, at, gaps], [low, high, gaps]])
            axes.plot(*(part.T.ravel() for part in bars), color=colour, linewidth=1.4, zorder=2)
            axes.plot(at, middle, color=colour, linestyle=dash, linewidth=2, marker=mark, markersize=6, zorder=3)
            flagged = [i for i, r in enumerate(rows) if int(r) in seen.two]
            axes.plot(at[flagged], middle[flagged], "D", markersize=13, markerfacecolor="none", markeredgecolor=INK,
                      markeredgewidth=1.6, zorder=4)  # fmt: skip
            known = middle[np.isfinite(middle)]
            ends.append((float(known[-1]) if len(known) else 0.0, f"{worded(value)}", colour))
        lowest, highest = axes.get_ylim()
        tall = size[1] - 76
        tops = apart([(y - lowest) / (highest - lowest) * tall for y, _, _ in ends], 16, tall)
        for y, (_, text, _) in zip(tops, ends, strict=True):
            axes.annotate(cut(text, 10), (1, y / tall), xycoords="axes fraction", xytext=(6, 0), textcoords="offset points",
                          va="center", color="black", fontsize=POINTS - 1, annotation_clip=False)  # fmt: skip
        host.text(1 - 4 / size[0], 1 - 14 / size[1], cut(facts.label(by), 44), ha="right", va="center", fontweight="bold",
                  fontsize=POINTS - 1)  # fmt: skip
        axes.set_xlabel(cut(facts.label(along), 40), fontsize=POINTS - 1)
        if numeric:
            ticks(axes.xaxis)
        else:
            axes.set_xticks(list(place.values()), [cut(w, 8) for w in place])
        ticks(axes.yaxis)

    said = f"{facts.named(seen.out)} by {facts.label(along)}, a line for each value of {facts.label(by)}."
    return Piece(cut(seen.out.axis, 44), said, size[1], draw, size[0])


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


def _contours(seen: Seen, first: str, second: str) -> Piece:
    facts = seen.facts
    frame = pd.DataFrame({"x": facts.column(first), "y": facts.column(second), "z": seen.bands[1]}).astype(float)
    grid = frame.pivot(index="y", columns="x", values="z")
    size = (float(WIDE), 320.0)

    def draw(host: Any) -> None:
        axes = axes_in(host, size, 54, 30, 14, 46)
        axes.grid(visible=False)
        steps = MaxNLocator(6, steps=[1, 2, 2.5, 5, 10], integer=seen.out.outcome.whole)
        drawn = axes.contour(grid.columns, grid.index, grid.to_numpy(), locator=steps, colors=[NAVY], linewidths=1.8)
        places = axes.clabel(drawn, inline=True, fontsize=POINTS - 1.5, fmt=short, colors="black")
        for label in places or []:
            label.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.6})
        axes.plot(frame["x"], frame["y"], "o", color=GREY, markersize=3.5)
        flagged = frame.iloc[sorted(seen.two)]
        axes.plot(flagged["x"], flagged["y"], "D", markersize=11, markerfacecolor="none", markeredgecolor=ORANGE, markeredgewidth=2)
        axes.set(xlim=limits(frame["x"], 0.05), ylim=limits(frame["y"], 0.05))
        axes.set_xlabel(cut(facts.label(first), 40), fontsize=POINTS - 1)
        host.text(4 / size[0], 1 - 14 / size[1], cut(facts.label(second), 46), va="center", fontsize=POINTS - 1)
        ticks(axes.xaxis)
        ticks(axes.yaxis)

    said = f"Lines of equal median of {facts.named(seen.out)} over {facts.label(first)} and {facts.label(second)}."
    return Piece(cut(seen.out.axis, 44), said, size[1], draw, size[0])
