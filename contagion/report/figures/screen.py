"""Morris' screen: mean absolute effect against spread of effects, each factor named where it stands."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from contagion.report.figures.figure import Figure, Panel
from contagion.report.figures.ranked import at_last
from contagion.report.figures.study_data import DUMMY, StudyData, StudyOutput
from contagion.report.figures.style import GREY, INK, NAVY, PLUM, POINTS, WIDE, axes_in, cut, limits, ranged, ticks
from contagion.study.analysis.verdict import NOISE, SMALL

Spot = tuple[float, float]
Box = tuple[float, float, float, float]

PLOT, INSET = (292.0, 230.0), 14.0
"""Size of the plot, and the room kept left of and below zero."""

CHARACTER = 0.58
"""Mean width of a letter in text sizes, on the generous side."""


def morris(facts: StudyData, out: StudyOutput, indices: pd.DataFrame) -> Figure:
    """mu_star against sigma with intervals; groups, which have no sigma, stand on the axis."""
    last = at_last(indices)
    data = last[last["index"].isin(["mu_star", "sigma"])].drop(columns=["method", "factor2"])
    data = data.assign(label=[facts.label(name) for name in data["factor"]])
    star, sigma = (data[data["index"] == i].set_index("factor") for i in ("mu_star", "sigma"))
    names = [n for n in star.index if n != DUMMY]
    drawn = [*names, *[n for n in star.index if n == DUMMY]]
    lines = []
    for name in drawn:
        spread = f", sigma {_said(sigma.loc[name])}" if name in sigma.index else ", a group, which has no sigma"
        verdict = str(star.loc[name, "verdict"])
        lines.append(f"{facts.label(name)}: mu* {_said(star.loc[name])}{spread}{'; ' + verdict if verdict else ''}.")
    right, top = limits([0, *star["high"]], 0.12)[1], limits([0, *sigma["high"]], 0.12)[1]
    spots = [_spot(star, sigma, name, right, top) for name in drawn]
    middles, texts, listed = None, [""], 0.0
    for most in (34, 24):
        if middles is None:
            texts = [cut(facts.label(name), most) for name in drawn]
            middles = labelled(spots, texts, PLOT)
    if middles is None:  # names have no room: numbers, and a list below
        texts, listed = [str(k + 1) for k in range(len(drawn))], 20.0 * len(drawn) + 4
        middles = labelled(spots, texts, PLOT) or [(x + 14, y + 12) for x, y in spots]
    height = PLOT[1] + 72 + listed
    marks = [Mark(n, facts.label(n), t, s, m) for n, t, s, m in zip(drawn, texts, spots, middles, strict=True)]

    def draw(host: Any) -> None:
        axes = _axes(host, height, listed, (right, top), out)
        _points(axes, marks, star, sigma)
        if listed:
            _key(host, height, listed, marks, star)

    alt = f"Scatter of Morris' mu* and sigma of {facts.named(out)}, in the order of the study file. {' '.join(lines)}"
    return Figure(
        f"morris-{out.name}",
        "screen",
        f"Morris' screen: {facts.named(out)}",
        "Mean absolute effect (mu*) against spread of effects (sigma) of one step of each factor",
        alt,
        tuple(lines),
        facts.made_of(f"{int(last['base_rows'].iloc[0]):,} trajectories. {facts.bootstrap()}", out) + " Filled dot: "
        "distinguishable from noise; open dot: not, or smaller than luck; diamond and grey band: what luck alone gives. "
        "Far up: the effect "
        "depends on the other factors or is no straight line.",
        data,
        (Panel("Size and spread of effects", alt, height, draw),),
    )


def _said(row: pd.Series) -> str:
    return ranged(float(row["low"]), float(row["value"]), float(row["high"]))


@dataclass(frozen=True)
class Mark:
    """A factor in the plot: its words, what is written beside it, and where both stand, in units of the plot."""

    name: str
    label: str
    text: str
    spot: Spot
    middle: Spot

    def look(self, star: pd.DataFrame) -> dict[str, Any]:
        """Dummy a diamond, others dots; open where the factor cannot be told from noise."""
        mark, colour = ("D", PLUM) if self.name == DUMMY else ("o", NAVY)
        verdict = str(star.loc[self.name, "verdict"])
        lost = NOISE in verdict or SMALL in verdict
        face = "white" if lost else colour
        return {"marker": mark, "markerfacecolor": face, "markeredgecolor": colour, "linestyle": "none"}


def _spot(star: pd.DataFrame, sigma: pd.DataFrame, name: str, right: float, top: float) -> Spot:
    y = float(sigma.loc[name, "value"]) if name in sigma.index else 0.0
    return (INSET + float(star.loc[name, "value"]) / right * (PLOT[0] - INSET), INSET + y / top * (PLOT[1] - INSET))


def _axes(host: Any, height: float, listed: float, ends: tuple[float, float], out: StudyOutput) -> Axes:
    axes = axes_in(host, (WIDE, height), 56, 24, WIDE - 56 - PLOT[0], 48 + listed)
    (right, top), (wide, tall) = ends, PLOT
    axes.set(xlim=(-right * INSET / (wide - INSET), right), ylim=(-top * INSET / (tall - INSET), top))
    for line in (axes.axhline, axes.axvline):
        line(0, color=INK, linewidth=1, zorder=1.5)
    ticks(axes.xaxis)
    ticks(axes.yaxis)
    axes.grid(visible=True)
    axes.set_xlabel(f"mu*: mean size of the effect, in {out.outcome.unit}", fontsize=POINTS - 1)
    axes.annotate(
        "sigma: spread of the effects",
        (0, 1),
        xycoords="axes fraction",
        xytext=(-48, 10),
        textcoords="offset points",
        fontsize=POINTS - 1,
    )
    return axes


def _points(axes: Axes, marks: Sequence[Mark], star: pd.DataFrame, sigma: pd.DataFrame) -> None:
    if DUMMY in star.index:
        axes.axvspan(float(star.loc[DUMMY, "low"]), float(star.loc[DUMMY, "high"]), color=GREY, alpha=0.16, linewidth=0)
    for mark in marks:
        x, y = float(star.loc[mark.name, "value"]), 0.0
        if mark.name in sigma.index:
            y = float(sigma.loc[mark.name, "value"])
            axes.plot(
                [x, x], [sigma.loc[mark.name, "low"], sigma.loc[mark.name, "high"]], color=INK, linewidth=1.1, zorder=3
            )
        axes.plot([star.loc[mark.name, "low"], star.loc[mark.name, "high"]], [y, y], color=INK, linewidth=1.1, zorder=3)
        axes.plot(x, y, markersize=9, markeredgewidth=1.8, zorder=5, clip_on=False, **mark.look(star))
        at = (mark.middle[0] / PLOT[0], mark.middle[1] / PLOT[1])
        plate = {"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.75}
        axes.annotate(
            mark.text,
            at,
            xycoords="axes fraction",
            ha="center",
            va="center",
            fontsize=POINTS - 1.5,
            zorder=7,
            annotation_clip=False,
            bbox=plate,
        )
        half = _half(mark.text)
        near = (min(max(mark.spot[0], mark.middle[0] - half), mark.middle[0] + half), mark.middle[1])
        if math.dist(near, mark.spot) > 24:
            ends = [(near[0] / PLOT[0], near[1] / PLOT[1]), (mark.spot[0] / PLOT[0], mark.spot[1] / PLOT[1])]
            axes.plot(*zip(*ends, strict=True), color=INK, linewidth=0.7, zorder=2, transform=axes.transAxes)


def _key(host: Any, height: float, listed: float, marks: Sequence[Mark], star: pd.DataFrame) -> None:
    for k, mark in enumerate(marks):
        y = (listed - 12 - 20 * k) / height
        host.text(10 / WIDE, y, mark.text, fontsize=POINTS - 1, va="center")
        host.text(52 / WIDE, y, cut(mark.label, 40), fontsize=POINTS - 1, va="center")
        key = host.add_axes((30 / WIDE, y - 7 / height, 14 / WIDE, 14 / height))
        key.plot(0, 0, markersize=8, markeredgewidth=1.6, **mark.look(star))
        key.set_axis_off()


def labelled(spots: Sequence[Spot], texts: Sequence[str], size: Spot) -> list[Spot] | None:
    """Middles of labels beside their spots: the nearest free place, so that none lies on another or on a dot.

    None if a label finds no place inside (0, 0) to `size`.
    """
    taken: list[Box] = [(x - 6, y - 6, x + 6, y + 6) for x, y in spots]
    found = []
    for (x, y), text in zip(spots, texts, strict=True):
        w, h = _half(text), POINTS * 0.6
        for u, v in _around():
            cx, cy = x + u * 9 + (w if u > 0.3 else -w if u < -0.3 else 0), y + v * 16
            box = (cx - w, cy - h, cx + w, cy + h)
            inside = box[0] >= 0 and box[1] >= 0 and box[2] <= size[0] and box[3] <= size[1]
            if inside and not any(_over(box, other) for other in taken):
                taken.append(box)
                found.append((cx, cy))
                break
        else:
            return None
    return found


def _half(text: str) -> float:
    return (len(text) + 0.5) * CHARACTER * POINTS / 2


def _around() -> Iterator[Spot]:
    for far in np.arange(1.0, 5.0, 0.5):
        for turn in (45, 315, 135, 225, 22, 338, 158, 202, 90, 270, 0, 180):
            yield far * math.cos(math.radians(turn)), far * math.sin(math.radians(turn))


def _over(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
