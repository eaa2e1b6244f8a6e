"""Where the variance of an outcome comes from, and which pairs of factors act together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from contagion.report.figures.figure import Figure, NoFigure, Panel
from contagion.report.figures.ranked import at_last, span
from contagion.report.figures.study_data import DUMMY, StudyData, StudyOutput
from contagion.report.figures.style import INK, NAVY, ORANGE, POINTS, TEAL, WIDE, across, axes_in, cut, signed

PARTS = {"share_parameters": "parameters alone", "share_interactions": "interactions", "share_seed": "luck"}
LOOKS: Mapping[str, dict[str, Any]] = {
    "share_parameters": {"facecolor": NAVY},
    "share_interactions": {"facecolor": "white", "hatch": "////", "edgecolor": TEAL},
    "share_seed": {"facecolor": "white", "hatch": "..", "edgecolor": ORANGE},
}
BAR = 66


def variance(facts: StudyData, found: Sequence[tuple[StudyOutput, pd.DataFrame]]) -> Figure:
    """One bar for each output: parameters acting alone, their interactions, and luck; NoFigure for one replicate."""
    held, frames, lines = [], [], []
    for out, indices in found:
        last = at_last(indices)
        rows = {str(r["index"]): r for _, r in last[last["index"].isin(list(PARTS))].iterrows()}
        if len(rows) < len(PARTS) or not all(math.isfinite(r["value"]) for r in rows.values()):
            continue
        shares = [(float(rows[p]["low"]), float(rows[p]["value"]), float(rows[p]["high"])) for p in PARTS]
        held.append((facts.named(out), [s[1] for s in shares]))
        said = [f"{_percent(s)} from {w}" for s, w in zip(shares, PARTS.values(), strict=True)]
        lines.append(f"{facts.named(out)}: {said[0]}, {said[1]} and {said[2]}.")
        frames += [
            {"output": out.name, "share": w, "value": v, "low": lo, "high": hi}
            for w, (lo, v, hi) in zip(PARTS.values(), shares, strict=True)
        ]
    if not held:
        why = "luck can be told from parameters only with two replicates or more"
        raise NoFigure(f"there is nothing to draw: {why}")
    height = BAR * len(held) + 34

    def draw(host: Any) -> None:
        _stacked(host, (WIDE, height), held)

    alt = "Stacked bars of what the variance of one run comes from. " + " ".join(lines)
    return Figure(
        "variance",
        "split",
        "Where the spread of single runs comes from",
        "Shares of the variance of one run's outcome, over all points and seeds",
        alt,
        tuple(lines),
        facts.made_of(facts.bootstrap())
        + " Filled: parameters acting alone; striped: their interactions; dotted: luck, "
        "which replicates average out.",
        pd.DataFrame(frames),
        (Panel("Shares of variance", alt, height, draw),),
    )


def _percent(found: tuple[float, float, float]) -> str:
    low, value, high = (f"{100 * x:.0f}" for x in found)
    return f"{value}% ({low}% to {high}%)"


def _stacked(host: Any, size: tuple[float, float], held: Sequence[tuple[str, list[float]]]) -> None:
    axes = axes_in(host, size, 8, 4, 12, 30)
    body = size[1] - 34
    axes.set(xlim=(0, 1), ylim=(body, 0))
    across(axes)
    axes.grid(visible=False)
    axes.set_xticks([0, 0.5, 1], ["0%", "50%", "100%"])
    first, _, last = axes.get_xticklabels()
    first.set_horizontalalignment("left")
    last.set_horizontalalignment("right")
    for at, (label, values) in enumerate(held):
        top, left = at * BAR, 0.0
        axes.text(0, top + 11, cut(label, 46), fontweight="bold", va="center")
        for part, value in zip(PARTS, values, strict=True):
            look = {"edgecolor": INK, **LOOKS[part]}
            axes.barh(top + 30, value, left=left, height=16, linewidth=0.8, **look)
            axes.barh(top + 30, value, left=left, height=16, facecolor="none", edgecolor=INK, linewidth=0.8)
            left += value
        places = zip(PARTS.items(), values, (0.0, 0.5, 1.0), ("left", "center", "right"), strict=True)
        for (_, words), value, x, side in places:
            axes.text(x, top + 49, f"{words} {100 * value:.0f}%", ha=side, va="center", fontsize=POINTS - 1.5)


def interactions(facts: StudyData, out: StudyOutput, indices: pd.DataFrame, most: int = 12) -> Figure:
    """A map of second-order indices, for researchers only; NoFigure if they were not asked for."""
    last = at_last(indices)
    pairs = last[(last["index"] == "S2") & (last["factor"] != DUMMY) & (last["factor2"] != DUMMY)]
    pairs = pairs[np.isfinite(pairs["value"])]
    if pairs.empty:
        raise NoFigure("there is nothing to draw: set sensitivity.second_order = true and run it again")
    everyone = list(dict.fromkeys([*pairs["factor"], *pairs["factor2"]]))
    names = everyone[:most]
    lines = [
        f"{facts.label(r.factor)} with {facts.label(r.factor2)}: {span((r.low, r.value, r.high))}"
        f"{'' if r.low > 0 else ', not told from none'}."
        for r in pairs.itertuples()
    ]
    cell = min(64, (WIDE - 44) / max(len(names) - 1, 1))
    height = 34 + cell * max(len(names) - 1, 1) + 18 * len(names) + 8

    def draw(host: Any) -> None:
        _map(host, (WIDE, height), names, facts, pairs, cell)

    alt = f"Heat map of second-order indices of {facts.named(out)}, for researchers. {' '.join(lines[:20])}"
    left = f" The first {len(names)} of {len(everyone)} factors are drawn." if len(everyone) > len(names) else ""
    return Figure(
        f"pairs-{out.name}",
        "heat map",
        f"Which factors act together: {facts.named(out)}",
        "Second-order index of each pair, in the order of the study file; for researchers",
        alt,
        tuple(lines[:40]),
        facts.made_of(facts.bootstrap(), out) + " Darker: a larger index. In brackets and not shaded: the interval "
        f"reaches zero. This map shows no intervals, so the commissioners’ report does not take it.{left}",
        pairs.drop(columns=["method", "index", "verdict"]),
        (Panel("Pairs of factors", alt, height, draw),),
    )


def _map(
    host: Any, size: tuple[float, float], names: Sequence[str], facts: StudyData, pairs: pd.DataFrame, cell: float
) -> None:
    d = len(names)
    d = max(d, 2)
    axes = axes_in(host, size, 34, 26, size[0] - 34 - cell * (d - 1), size[1] - 26 - cell * (d - 1))
    axes.grid(visible=False)
    axes.set(xlim=(1, d), ylim=(d - 1, 0))
    for spine in axes.spines.values():
        spine.set_visible(False)
    top = max(float(pairs["value"].max()), 0.05)
    for r in pairs.itertuples():
        if r.factor not in names or r.factor2 not in names:
            continue
        i, j = names.index(r.factor), names.index(r.factor2)
        strength = min(max(float(r.value) / top, 0.0), 1.0) if r.low > 0 else 0.0
        axes.fill([j, j + 1, j + 1, j], [i, i, i + 1, i + 1], facecolor=NAVY, alpha=strength, linewidth=0)
        axes.plot([j, j + 1, j + 1, j, j], [i, i, i + 1, i + 1, i], color=INK, linewidth=0.8)
        text = signed(f"{r.value:.2f}")
        shown = text if r.low > 0 else f"({text})"
        colour = "white" if strength > 0.55 else "black"
        axes.text(j + 0.5, i + 0.5, shown, ha="center", va="center", color=colour, fontsize=min(POINTS - 1, cell / 3.6))
    places = np.arange(d) + 0.5
    axes.set_xticks(places[1:], [str(k + 2) for k in range(d - 1)])
    axes.set_yticks(places[:-1], [str(k + 1) for k in range(d - 1)])
    axes.xaxis.tick_top()
    below = size[1] - 26 - cell * (d - 1)
    for k, name in enumerate(names):
        y = (below - 16 - 18 * k) / size[1]
        host.text(10 / size[0], y, f"{k + 1}  {cut(facts.label(name), 44)}", fontsize=POINTS - 1, va="center")
