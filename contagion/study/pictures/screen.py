"""Morris' screen: mean absolute effect against spread of effects, each factor named where it stands."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from contagion.study.pictures.facts import DUMMY, Facts, Out
from contagion.study.pictures.ranked import at_last
from contagion.study.pictures.style import (
    GREY,
    INK,
    NAVY,
    PLUM,
    POINTS,
    WIDE,
    Piece,
    Plan,
    axes_in,
    cut,
    limits,
    short,
    ticks,
)  # fmt: skip
from contagion.study.verdict import NOISE

Box = tuple[float, float, float, float]

CHARACTER = 0.6
"""Mean width of a letter in text sizes, on the generous side."""


def morris(facts: Facts, out: Out, indices: pd.DataFrame) -> Plan:
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
    listed = 20 * len(drawn) + 4
    height = 300.0 + listed

    def draw(host: Any) -> None:
        _scatter(host, height, listed, [(facts.label(n), n) for n in drawn], star, sigma, out)

    alt = f"Scatter of Morris' mu* and sigma of {facts.named(out)}, in the order of the study file. {' '.join(lines)}"
    return Plan(
        f"morris-{out.name}", "screen", f"Morris' screen: {facts.named(out)}",
        "Mean absolute effect (mu*) against spread of effects (sigma) of one step of each factor", alt, tuple(lines),
        facts.made_of(f"{int(last['base_rows'].iloc[0]):,} trajectories. {facts.bootstrap()}", out) + " Filled dot: "
        "distinguishable from noise; open dot: not; diamond and grey band: what luck alone gives. Far up: the effect "
        "depends on the other factors or is no straight line.",
        data, (Piece("Size and spread of effects", alt, height, draw),),
    )  # fmt: skip


def _said(row: pd.Series) -> str:
    return f"{short(row['value'])} ({short(row['low'])} to {short(row['high'])})"


def _scatter(
    host: Any, height: float, listed: float, rows: Sequence[tuple[str, str]], star: pd.DataFrame, sigma: pd.DataFrame,
    out: Out,
) -> None:  # fmt: skip
    """Points with crosses of intervals, numbered in the order of the list below the axes."""
    axes = axes_in(host, (WIDE, height), 52, 24, 14, 46 + listed)
    axes.set(xlim=(0, limits(star["high"], 0.12)[1]), ylim=(0, limits(sigma["high"], 0.12)[1] if len(sigma) else 1))
    ticks(axes.xaxis)
    ticks(axes.yaxis)
    axes.grid(visible=True)
    axes.set_xlabel(f"mu*: mean size of the effect, in {out.outcome.unit}", fontsize=POINTS - 1)
    axes.annotate("sigma: spread of the effects", (0, 1), xycoords="axes fraction", xytext=(-44, 10),
                  textcoords="offset points", fontsize=POINTS - 1)  # fmt: skip
    if DUMMY in star.index:
        axes.axvspan(float(star.loc[DUMMY, "low"]), float(star.loc[DUMMY, "high"]), color=GREY, alpha=0.16, linewidth=0)
    wide, tall = WIDE - 66, height - 70 - listed
    x1, y1 = axes.get_xlim()[1], axes.get_ylim()[1]
    places = []
    for _, name in rows:
        x, y = float(star.loc[name, "value"]), float(sigma.loc[name, "value"]) if name in sigma.index else 0.0
        axes.plot([star.loc[name, "low"], star.loc[name, "high"]], [y, y], color=INK, linewidth=1.1, zorder=3)
        if name in sigma.index:
            axes.plot([x, x], [sigma.loc[name, "low"], sigma.loc[name, "high"]], color=INK, linewidth=1.1, zorder=3)
        lost = NOISE in str(star.loc[name, "verdict"])
        mark, colour = ("D", PLUM) if name == DUMMY else ("o", NAVY)
        axes.plot(x, y, mark, markersize=9, markeredgewidth=1.8, markeredgecolor=colour, zorder=5, clip_on=False,
                  markerfacecolor="white" if lost else colour)  # fmt: skip
        places.append((x / x1 * wide, y / y1 * tall))
    for (x, y), number, at in zip(labelled(places, [str(k + 1) for k in range(len(rows))], (wide, tall)), range(1, 99), places,
                                  strict=False):  # fmt: skip
        axes.annotate(str(number), (x / wide, y / tall), xycoords="axes fraction", ha="center", va="center",
                      fontsize=POINTS - 1, fontweight="bold", zorder=7, annotation_clip=False)  # fmt: skip
        if math.dist((x, y), at) > 22:
            axes.plot([x / wide * x1, at[0] / wide * x1], [y / tall * y1, at[1] / tall * y1], color=GREY, linewidth=0.8,
                      zorder=2, clip_on=False)  # fmt: skip
    for k, (label, name) in enumerate(rows):
        y = (listed - 12 - 20 * k) / height
        lost = NOISE in str(star.loc[name, "verdict"])
        mark, colour = ("D", PLUM) if name == DUMMY else ("o", NAVY)
        host.text(10 / WIDE, y, str(k + 1), fontweight="bold", fontsize=POINTS - 1, va="center")
        host.text(52 / WIDE, y, cut(label, 40), fontsize=POINTS - 1, va="center")
        key = host.add_axes((30 / WIDE, y - 7 / height, 14 / WIDE, 14 / height))
        key.plot(0, 0, mark, markersize=8, markeredgewidth=1.6, markeredgecolor=colour,
                 markerfacecolor="white" if lost else colour)  # fmt: skip
        key.set_axis_off()


def labelled(places: Sequence[tuple[float, float]], texts: Sequence[str], size: tuple[float, float]) -> list[tuple[float, float]]:
    """Middles of labels beside their points: the nearest free place, so that no label lies on another or on a point."""
    taken: list[Box] = [(x - 7, y - 7, x + 7, y + 7) for x, y in places]
    found = []
    for (x, y), text in zip(places, texts, strict=True):
        w, h = (len(text) + 0.5) * CHARACTER * POINTS / 2, POINTS * 0.62
        best = (x + 14, y + 12)
        for u, v in _around():
            cx, cy = x + u * (7 + w), y + v * (7 + h)
            box = (cx - w, cy - h, cx + w, cy + h)
            inside = box[0] >= -4 and box[1] >= -4 and box[2] <= size[0] + 10 and box[3] <= size[1] + 8
            if inside and not any(_over(box, other) for other in taken):
                best = (cx, cy)
                break
        taken.append((best[0] - w, best[1] - h, best[0] + w, best[1] + h))
        found.append(best)
    return found


def _around() -> Iterator[tuple[float, float]]:
    for far in np.arange(1.0, 7.0, 0.5):
        for turn in (45, 135, 315, 225, 0, 90, 180, 270, 22, 67, 112, 157):
            yield far * math.cos(math.radians(turn)), far * math.sin(math.radians(turn))


def _over(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
