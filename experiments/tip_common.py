"""What the four tip_*.py share: the command line, the package's own runner, the look of figures, the finding.

A study is a TOML file beside its script, so that it can be read, checked and run without the script too:

    contagion sweep experiments/tip_champions.toml --dry-run
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from scipy.stats import t as student

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.colors import LinearSegmentedColormap

from contagion.report.figures.style import INK, NAVY, ORANGE, government_style

HERE = Path(__file__).resolve().parent
SHARES = LinearSegmentedColormap.from_list("shares", ["#FFFFFF", "#6BACE6", "#2073BC", NAVY])
SIGNED = LinearSegmentedColormap.from_list("signed", ["#A8400A", ORANGE, "#FFFFFF", "#2073BC", NAVY])


def main(name: str, does: Callable[..., Any], tell: Callable[..., list[str]], smoke: Mapping[str, Any]) -> None:
    """Run the study `name` by `does` (a sweep or an analysis) and `tell` it: a drawn figure and three sentences."""
    asked = argparse.ArgumentParser(description=f"Run the experiment {name} and say what was found.")
    asked.add_argument("--smoke", action="store_true", help="a tiny version that shows that it runs; not a result")
    asked.add_argument("--out", type=Path, help=f"directory of the results [results/{name}, or with -smoke]")
    asked.add_argument("--workers", type=int, help="processes [all cores]")
    given = asked.parse_args()
    out = given.out or Path("results") / (f"{name}-smoke" if given.smoke else name)
    began = time.perf_counter()
    results = does(HERE / f"{name}.toml", workers=given.workers, out=out, **(smoke if given.smoke else {}))
    with government_style():
        sentences = tell(results, out / name)
    lead = "A smoke test, much too small to be a result: " if given.smoke else ""
    said = f"{lead}{' '.join(sentences)}\n"
    (out / "finding.txt").write_text(said, encoding="utf-8")
    print(said)
    print(f"{len(results.runs):,} runs, {time.perf_counter() - began:.0f} seconds: {out / name}.png, .svg, finding.txt")


@contextmanager
def figure(path: Path, title: str, note: str, columns: int, rows: int, high: float, **more: Any) -> Iterator[Any]:
    """Panels of a figure 1,200 pixels wide, saved as PNG and SVG; the note below says what is drawn, from how many."""
    drawing, panels = plt.subplots(rows, columns, figsize=(12, high), squeeze=False, layout="constrained", **more)
    drawing.suptitle(title, fontsize=16, fontweight="bold", x=0.01, ha="left")
    yield panels
    drawing.supxlabel(note, fontsize=11, x=0.01, ha="left", color=INK)
    for ending in ("png", "svg"):
        drawing.savefig(path.with_suffix(f".{ending}"), dpi=100, metadata={"Date": None} if ending == "svg" else None)
    plt.close(drawing)


def grids(outcomes: pd.DataFrame, column: str, *axes: str) -> tuple[list[np.ndarray], np.ndarray]:
    """Levels of each axis, and the values of a column by axis and, last, replicate (paired by seed)."""
    wide = outcomes.set_index([*axes, "replicate"])[column].sort_index()
    levels = [np.unique(wide.index.get_level_values(axis)) for axis in (*axes, "replicate")]
    return levels[:-1], wide.to_numpy().reshape([len(one) for one in levels])


def cells(axes: Any, spans: Mapping[tuple[int, int], tuple[float, float, float]], most: float) -> None:
    """A mean with its interval in every cell (column, row), coloured by sign and size; grey if the interval holds zero."""
    for (x, y), (low, middle, high) in spans.items():
        clear = sign((low, middle, high))
        shade = SIGNED(0.5 + 0.5 * middle / most) if clear else "#DDDDDD"
        ink = "white" if clear and abs(middle) > 0.45 * most else "black"
        axes.add_patch(plt.Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=shade, edgecolor="white"))
        shown = [f"{round(value, 1) + 0.0:+.1f}" for value in (middle, low, high)]
        axes.text(x, y, f"{shown[0]}\n{shown[1]} to {shown[2]}", ha="center", va="center", fontsize=10, color=ink)
    columns, rows = (1 + max(at[i] for at in spans) for i in (0, 1))
    axes.set(xlim=(-0.5, columns - 0.5), ylim=(-0.5, rows - 0.5))
    axes.grid(False)


def contours(axes: Any, at: np.ndarray, up: np.ndarray, share: np.ndarray) -> None:
    """Shades and labelled lines of a share (rows: up) at 10, 50 and 90 %, linear between the grid points."""
    levels = (0.1, 0.5, 0.9)
    axes.contourf(at, up, share, levels=[0.0, *levels, 1.01], cmap=SHARES, alpha=0.45, vmin=0, vmax=1)
    if share.min() >= levels[-1] or share.max() <= levels[0]:
        return
    lines = axes.contour(at, up, share, levels=levels, colors=INK, linestyles=[":", "-", "--"])
    for level, pieces in zip(levels, lines.allsegs, strict=True):
        if pieces:
            x, y = max(pieces, key=len)[np.argsort(max(pieces, key=len)[:, 0])].T
            place = at[:-1][np.abs(at[:-1] + 0.5 - x.mean()).argmin()] + 0.5  # halfway between grid points
            paper = {"boxstyle": "square,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.8}
            axes.text(
                place, np.interp(place, x, y), f"P = {level:.0%}", ha="center", va="center", fontsize=11, bbox=paper
            )


def sign(span: tuple[float, float, float]) -> int:
    """1 if the interval lies above zero, -1 below, 0 if it holds zero."""
    return int(span[0] > 0) - int(span[2] < 0)


def mean_of(values: Iterable[float]) -> tuple[float, float, float]:
    """Mean of the replicates with its 95 % interval (Student's t): low, mean, high."""
    found = np.asarray(list(values), float)
    half = student.ppf(0.975, found.size - 1) * found.std(ddof=1) / np.sqrt(found.size)
    return found.mean() - half, found.mean(), found.mean() + half


def told(span: tuple[float, float, float], unit: str = "", places: int = 1) -> str:
    """A mean and its 95 % interval in words."""
    low, middle, high = (f"{round(value, places) + 0.0:+.{places}f}" for value in span)
    return f"{middle}{unit} (95 % interval {low} to {high})"
