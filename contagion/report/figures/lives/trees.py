"""The largest cascades of recovery, each person below the one who inspired them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from contagion.report.figures.figure import Figure, NoFigure, Panel
from contagion.report.figures.style import GREY, NAVY, ORANGE, POINTS, WIDE, axes_in

NAMED, HEIGHT, MANY = 12, 240.0, 60
"""People of a cascade whose ids are written; height of a panel; people from which on marks are small."""


def cascade_trees(trees: Sequence[pd.DataFrame], size: tuple[float, float] = (WIDE, HEIGHT)) -> Figure:
    """A tree for each cascade: the root above, generations downwards; NoFigure where nobody inspired anybody.

    `size`: width and height of a panel, in pixels.
    """
    if not trees:
        raise NoFigure("nobody inspired anybody in this history, so there is no cascade to draw")
    panels, lines, parts = [], [], []
    for k, tree in enumerate(trees, 1):
        root, starts, deep = tree["uid"].iloc[0], len(tree) - 1, int(tree["level"].max())
        line = f"Person {root}: {starts:,} {_many(starts, 'start')} in {deep} {_many(deep, 'generation')}."
        spot = _placed(tree["parent"].tolist())
        panels.append(Panel(f"{k}. From person {root}: {starts:,}", line, size[1], _drawn(tree, spot, size), size[0]))
        lines.append(line)
        source = [-1 if up < 0 else int(tree["uid"].iloc[up]) for up in tree["parent"]]
        parts.append(tree.drop(columns="parent").assign(cascade=k, source=source))
    title, below = "The largest cascades of recovery", "Who inspired whom, from the top down"
    caption = (
        "Each point is a start of recovery, below the person drawn as its source; the top one is the root, whose own start "
        "nobody inspired. Numbers are people's ids. One history shows what can happen."
    )
    alt = f"Trees of the {len(trees)} largest cascades. {' '.join(lines)}"
    data = pd.concat(parts, ignore_index=True)
    return Figure("cascade-trees", "tree", title, below, alt, tuple(lines), caption, data, tuple(panels))


def _many(number: int, noun: str) -> str:
    return noun if number == 1 else f"{noun}s"


def _placed(parents: list[int]) -> np.ndarray:
    """The place of each node from left to right, 0..1: leaves side by side, the others over the middle of theirs."""
    children: list[list[int]] = [[] for _ in parents]
    for node in range(1, len(parents)):
        children[parents[node]].append(node)
    order, stack = [], [0]
    while stack:
        node = stack.pop()
        order.append(node)
        stack.extend(reversed(children[node]))
    spot, leaf = np.zeros(len(parents)), 0
    for node in order:
        if not children[node]:
            spot[node], leaf = leaf, leaf + 1
    for node in range(len(parents) - 1, -1, -1):
        if children[node]:
            spot[node] = (spot[children[node][0]] + spot[children[node][-1]]) / 2
    return (spot + 0.5) / max(1, leaf)


def _drawn(tree: pd.DataFrame, spot: np.ndarray, within: tuple[float, float]) -> Any:
    def draw(host: Any) -> None:
        axes = axes_in(host, within, 8, 10, 8, 10)
        level, parent = tree["level"].to_numpy(), tree["parent"].to_numpy()
        for node in range(1, len(tree)):
            up = parent[node]
            axes.plot([spot[up], spot[node]], [level[up], level[node]], color=GREY, linewidth=1, zorder=1)
        size = 40 if len(tree) < MANY else 14
        axes.scatter(spot[1:], level[1:], s=size, color=NAVY, zorder=2)
        axes.scatter(spot[:1], level[:1], s=size * 2, color=ORANGE, marker="D", edgecolor="black", zorder=3)
        if len(tree) <= NAMED:
            for k, uid in enumerate(tree["uid"]):
                place: dict[str, Any] = {"xytext": (0, -9), "va": "top", "ha": "center"}
                axes.annotate(f"{uid}", (spot[k], level[k]), textcoords="offset points", fontsize=POINTS - 4, **place)
        axes.set(xlim=(0, 1), ylim=(level.max() + 0.6, -0.4))
        axes.set_axis_off()

    return draw
