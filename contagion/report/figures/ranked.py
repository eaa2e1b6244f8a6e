"""Bars of indices with intervals against what luck alone gives, and how the indices settled as base rows were added.

Factors stand in the order of their size only where every size is known; otherwise in the order of the config.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from contagion.report.figures.figure import Figure, NoFigure, Panel
from contagion.report.figures.study_data import DUMMY, LUCK, StudyData, StudyOutput
from contagion.report.figures.style import (
    GREY,
    INK,
    NAVY,
    POINTS,
    TEAL,
    WIDE,
    across,
    axes_in,
    cut,
    limits,
    signed,
    ticks,
)
from contagion.study.analysis.verdict import NOISE

LOW, HIGH = -0.3, 1.3
"""An index lies from 0 to 1: an interval is drawn as far as here, with an arrow where it goes on."""

ROW, HEAD, FOOT = (62, 76), 26, 30
"""Height of a row with one bar and with two; room above and below."""

NAMES = {"ST": "total", "S1": "alone", "delta": "delta"}
"""What each index is called beside its bar."""


def sobol(facts: StudyData, out: StudyOutput, indices: pd.DataFrame, resolved: bool) -> Figure:
    """Total and first-order indices of each factor with intervals, and the dummy's across them."""
    said = "Share of the outcome's variance: alone, and with all its interactions (total)"
    return _bars(facts, out, indices, ("ST", "S1"), "Sobol", said, resolved)


def delta(facts: StudyData, out: StudyOutput, indices: pd.DataFrame) -> Figure:
    """Borgonovo's delta of each factor with intervals, and the dummy's across them."""
    said = "How far knowing a factor shifts the whole distribution of the outcome (delta, 0 to 1)"
    return _bars(facts, out, indices, ("delta",), "Delta", said, False)


def at_last(indices: pd.DataFrame) -> pd.DataFrame:
    """The indices at the most base rows."""
    return indices[indices["base_rows"] == indices["base_rows"].max()]


def _bars(
    facts: StudyData,
    out: StudyOutput,
    indices: pd.DataFrame,
    shown: Sequence[str],
    method: str,
    subtitle: str,
    resolved: bool,
) -> Figure:
    last = at_last(indices)
    data = last[last["index"].isin(shown)].drop(columns=["method", "factor2"])
    data = data.assign(label=[facts.label(name) for name in data["factor"]])
    spans = {(r.index_, r.factor): (r.low, r.value, r.high) for r in _rows(data)}
    verdicts = {r.factor: str(r.verdict) for r in _rows(data) if r.index_ == shown[0]}
    names = [name for name in verdicts if name != DUMMY]
    ordered = resolved and all(math.isfinite(spans[shown[0], name][1]) for name in names)
    if ordered:
        names.sort(key=lambda name: -spans[shown[0], name][1])
    lines = [
        f"{facts.label(n)}: {', '.join(f'{NAMES[i]} {span(spans.get((i, n)))}' for i in shown)}; {verdicts[n] or 'shown'}."
        for n in names
    ]
    luck = spans.get((shown[0], DUMMY))
    if luck:
        lines.append(f"{LUCK}: {span(luck)}.")
    order = "largest first" if ordered else "in the order of the study file, which is no ranking"
    height = HEAD + ROW[len(shown) - 1] * len(names) + FOOT

    def draw(host: Any) -> None:
        _draw_bars(host, (WIDE, height), [(facts.label(n), verdicts[n], n) for n in names], spans, shown)

    alt = f"Bar chart of {method} indices of {facts.named(out)}, factors {order}. {' '.join(lines)}"
    n = int(last["base_rows"].iloc[0])
    base = {"Sobol": f"N = {n:,} base rows.", "Delta": f"{n:,} points."}[method]
    key = "Filled: distinguishable from noise; empty with a dashed edge: not. "
    if len(shown) > 1:
        key = (
            "Thick bar: total; thin bar: alone. Filled: resolved; hatched: not resolved; empty with a dashed edge: not "
            "distinguishable from noise. "
        )
    return Figure(
        f"{method.lower()}-{out.name}",
        "indices",
        f"{method} indices: {facts.named(out)}",
        f"{subtitle}; {order}",
        alt,
        tuple(lines),
        facts.made_of(f"{base} {facts.bootstrap()}", out) + f" {key}Grey band: what "
        "luck alone gives. An arrow: the interval goes on.",
        data,
        (Panel("Indices with intervals", alt, height, draw),),
    )


def _rows(frame: pd.DataFrame) -> list[Any]:
    return list(frame.rename(columns={"index": "index_"}).itertuples())


def span(found: tuple[float, float, float] | None) -> str:
    """Value and interval in words."""
    if found is None or not math.isfinite(found[1]):
        return "could not be given"
    low, value, high = (signed(f"{x:.2f}") for x in found)
    return f"{value} ({low} to {high})"


def looks(verdict: str) -> dict[str, Any]:
    """How a bar is drawn, so that what may be said of it is seen without colour."""
    if NOISE in verdict:
        return {"facecolor": "white", "edgecolor": INK, "linestyle": (0, (3, 2)), "linewidth": 1.2}
    if verdict.startswith("not resolved"):
        return {"facecolor": "white", "edgecolor": NAVY, "hatch": "////", "linewidth": 1.2}
    return {"facecolor": NAVY, "edgecolor": NAVY, "linewidth": 1.2}


def _brief(verdict: str) -> str:
    if NOISE in verdict:
        return NOISE + (", not resolved" if "not resolved" in verdict else "")
    return "not resolved" if verdict.startswith("not resolved") else verdict


def _draw_bars(
    host: Any,
    size: tuple[float, float],
    rows: Sequence[tuple[str, str, str]],
    spans: dict[tuple[str, str], tuple[float, float, float]],
    shown: Sequence[str],
) -> None:
    """Each factor is a row of the drawing: its label, its verdict, and a bar for each index; y is in units."""
    held = [v for s in spans.values() for v in s if math.isfinite(v)]
    low, high = limits([0.0, 0.25, *np.clip(held, LOW, HIGH)], 0.04)
    axes = axes_in(host, size, 48, HEAD, 12, FOOT)
    body = size[1] - HEAD - FOOT
    axes.set(xlim=(low if low < -0.02 else 0.0, high), ylim=(body, 0))
    across(axes)
    ticks(axes.xaxis)
    _luck_band(axes, spans.get((shown[0], DUMMY)), (low, high))
    for at, (label, verdict, name) in enumerate(rows):
        top = at * ROW[len(shown) - 1]
        axes.axhspan(top, top + 36, color="white", linewidth=0, zorder=2.5)  # words stand on plain white
        words: dict[str, Any] = {
            "xycoords": ("axes fraction", "data"),
            "textcoords": "offset points",
            "va": "center",
            "xytext": (-44, 0),
            "annotation_clip": False,
            "zorder": 6,
        }
        axes.annotate(cut(label, 42), (0, top + 12), fontweight="bold", **words)
        axes.annotate(_brief(verdict), (0, top + 28), fontsize=POINTS - 1.5, color=INK, **words)
        for k, index in enumerate(shown):
            y, thick = top + (45 if k == 0 else 61), 13 if k == 0 else 8
            axes.annotate(NAMES[index], (0, y), fontsize=POINTS - 2, color=INK, **words)
            _bar(axes, spans.get((index, name)), y, thick, verdict, k == 0, (low, high))
    axes.axvline(0, color=INK, linewidth=1.2, zorder=2.2)


def _luck_band(axes: Any, luck: tuple[float, float, float] | None, ends: tuple[float, float]) -> None:
    if luck is None or not math.isfinite(luck[1]):
        return
    low, value, high = (float(np.clip(x, *ends)) for x in luck)
    axes.axvspan(low, high, color=GREY, alpha=0.16, linewidth=0, zorder=0)
    axes.axvline(value, color=INK, linestyle=(0, (4, 3)), linewidth=1.3, zorder=2)
    place = (value - axes.get_xlim()[0]) / (axes.get_xlim()[1] - axes.get_xlim()[0])
    side = "left" if place < 0.3 else "right" if place > 0.7 else "center"
    axes.annotate(
        LUCK.lower(),
        (value, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 8),
        textcoords="offset points",
        ha=side,
        fontsize=POINTS - 1.5,
        color=INK,
        annotation_clip=False,
    )


def _bar(
    axes: Any,
    found: tuple[float, float, float] | None,
    y: float,
    thick: float,
    verdict: str,
    main: bool,
    ends: tuple[float, float],
) -> None:
    if found is None or not math.isfinite(found[1]):
        axes.annotate(
            "no index could be given",
            (0, y),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=POINTS - 2,
            color=INK,
        )
        return
    low, value, high = found
    look = looks(verdict) if main else {"facecolor": "white", "edgecolor": TEAL, "linewidth": 1.6}
    axes.barh(y, float(np.clip(value, *ends)), height=thick, zorder=3, **look)
    for colour, wide in (("white", 4.4), (INK, 1.8)):  # a white edge, to be seen on a filled bar
        axes.plot(
            np.clip([low, high], *ends),
            [y, y],
            color=colour,
            linewidth=wide,
            marker="|",
            markersize=9,
            markeredgewidth=wide,
            zorder=5,
        )
    for end, mark, beyond in ((ends[0], "<", low < ends[0]), (ends[1], ">", high > ends[1])):
        if beyond:
            axes.plot(end, y, mark, color=INK, markersize=6, clip_on=False, zorder=6)


def convergence(facts: StudyData, out: StudyOutput, indices: pd.DataFrame, most: int = 12) -> Figure:
    """Total indices over a quarter, half and all of the base rows, one panel a factor; NoFigure where only one was had."""
    held = indices[indices["index"] == "ST"]
    steps = sorted(int(n) for n in held["base_rows"].unique())
    names = list(dict.fromkeys(held["factor"]))
    if len(steps) < 2 or not names:
        raise NoFigure("there is nothing to draw: there were too few base rows to halve")
    target = float(facts.setting("sensitivity", "target", 0.1))
    drawn = [*[n for n in names if n != DUMMY][: most - 1], *[n for n in names if n == DUMMY]]
    ends = limits([0.0, *np.clip(held[["low", "value", "high"]].to_numpy().ravel(), LOW, HIGH)])
    panels, lines = [], []
    for name in drawn:
        here = held[held["factor"] == name].set_index("base_rows").reindex(steps)
        half = (here["high"] - here["low"]).to_numpy() / 2
        widths = (
            ", ".join(f"±{h:.2g} at N = {n:,}" for n, h in zip(steps, half, strict=True) if math.isfinite(h))
            or "no interval"
        )
        lines.append(f"{facts.label(name)}: {widths}.")

        def draw(host: Any, here: pd.DataFrame = here) -> None:
            _settling(host, here, steps, ends, target)

        panels.append(
            Panel(cut(facts.label(name), 90), f"Total index as base rows were added. {lines[-1]}", 176, draw, 300)
        )
    alt = f"Total indices of {facts.named(out)} as base rows were added; target ±{target:g}. {' '.join(lines)}"
    left = f" {len(names) - len(drawn)} further factors are in the data only." if len(names) > len(drawn) else ""
    return Figure(
        f"settling-{out.name}",
        "settling",
        f"How the indices settled: {facts.named(out)}",
        f"Total index by number of base rows; half-widths of the intervals, target ±{target:g}",
        alt,
        tuple(lines),
        facts.made_of(facts.bootstrap(), out) + " Dots and lines: value and interval. Band between dashed lines: the "
        f"target half-width around the last value; an index is resolved when its interval fits inside. An arrow: the "
        f"interval goes on.{left}",
        held.drop(columns=["method", "index", "factor2", "verdict"]).assign(half=(held["high"] - held["low"]) / 2),
        tuple(panels),
    )


def _settling(host: Any, here: pd.DataFrame, steps: list[int], ends: tuple[float, float], target: float) -> None:
    axes = axes_in(host, (300, 176), 46, 8, 10, 26)
    last = float(here["value"].iloc[-1])
    if math.isfinite(last):
        axes.axhspan(last - target, last + target, color=TEAL, alpha=0.18, linewidth=0)
        for edge in (last - target, last + target):
            axes.axhline(edge, color=INK, linewidth=1, linestyle=(0, (3, 2)))
    places = np.arange(len(steps))
    for x, low, value, high in zip(places, here["low"], here["value"], here["high"], strict=True):
        if math.isfinite(value):
            axes.plot([x, x], np.clip([low, high], LOW, HIGH), color=NAVY, linewidth=2, marker="_", markersize=9)
            axes.plot(x, float(np.clip(value, LOW, HIGH)), "o", color=NAVY, markersize=7)
            for end, mark, beyond in ((LOW, "v", low < LOW), (HIGH, "^", high > HIGH)):
                if beyond:
                    axes.plot(x, end, mark, color=INK, markersize=6, zorder=6)
    axes.axhline(0, color=INK, linewidth=1)
    axes.set(xlim=(-0.4, len(steps) - 0.6), ylim=ends)
    axes.set_xticks(places, [f"N = {n:,}" for n in steps])
    ticks(axes.yaxis)
