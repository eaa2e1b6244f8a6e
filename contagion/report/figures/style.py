"""The look of every figure: the government's style and palette, axes, ticks, and numbers in words."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib
import matplotlib.style
import pandas as pd
from afcharts.af_colours import get_af_colours
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from contagion.study.analysis.paired import Interval

NAVY, TEAL, PLUM, ORANGE, INK, LILAC = get_af_colours("categorical")
"""The Analysis Function's categorical palette; colour is never the only mark of anything."""

GREY = "#6f777b"
"""For what stands behind the data; 4.6 to 1 against white."""

POINTS = 13.0
"""Text size in the drawing's own units; a panel is drawn about as wide as it is shown."""

WIDE = 360
"""Width of a panel that may fill a column of a page."""


SALT = "contagion"
"""What makes ids in drawings the same every time; while it is set, so is the style."""


@contextmanager
def government_style() -> Iterator[None]:
    """The Analysis Function style, laid out with matplotlib's own font so that every machine draws alike.

    Within itself it does nothing: setting it up takes as long as a tenth of a drawing, and a page has a hundred of them.
    """
    if matplotlib.rcParams["svg.hashsalt"] == SALT:
        yield
        return
    own: Any = {
        "font.family": "DejaVu Sans",
        "font.size": POINTS,
        "xtick.labelsize": POINTS - 1,
        "ytick.labelsize": POINTS - 1,
        "svg.fonttype": "none",
        "svg.hashsalt": SALT,
        "text.parse_math": False,
        "axes.unicode_minus": True,
        "path.simplify": True,
    }
    with warnings.catch_warnings(), matplotlib.style.context("afcharts.afcharts"), matplotlib.rc_context(own):
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        yield


def blank(width: float, height: float) -> Figure:
    """An empty drawing of so many units; one unit is one pixel at full size."""
    return Figure(figsize=(width / 72, height / 72), dpi=72)


def axes_in(host: Any, size: tuple[float, float], left: float, top: float, right: float, bottom: float) -> Axes:
    """Axes inside a drawing of this size, with margins in units."""
    width, height = size
    axes: Axes = host.add_axes((left / width, bottom / height, 1 - (left + right) / width, 1 - (top + bottom) / height))
    axes.tick_params(length=0)
    return axes


def across(axes: Axes) -> None:
    """Grid lines for values that run across, none for rows."""
    axes.set_yticks([])
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")


def short(value: float, _: Any = None) -> str:
    """A tick label: large numbers with k or m, a true minus sign."""
    sign, size = ("\N{MINUS SIGN}" if value < -1e-12 else ""), abs(value)
    if size < 1e-12:
        return "0"
    for unit, letter in ((1e9, "bn"), (1e6, "m"), (1e4, "k")):
        if size >= unit:
            return f"{sign}{size / (1e3 if letter == 'k' else unit):.4g}{letter}"
    return f"{sign}{size:.4g}"


def ticks(axis: Any, many: int = 4) -> None:
    """A few round ticks with short labels."""
    axis.set_major_locator(MaxNLocator(many, steps=[1, 2, 2.5, 5, 10], min_n_ticks=2))
    axis.set_major_formatter(FuncFormatter(short))


def cut(text: str, most: int) -> str:
    """A label cut at a word where it is too long."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    head = line[: most - 1]
    return (head[: head.rfind(" ")] if " " in head[most // 2 :] else head).rstrip(" ,;:") + "\N{HORIZONTAL ELLIPSIS}"


def limits(values: Any, room: float = 0.06) -> tuple[float, float]:
    """Ends of an axis around finite values, with some room; never of no width."""
    found = pd.Series(values, dtype="float64").replace([math.inf, -math.inf], math.nan).dropna()
    if found.empty:
        return 0.0, 1.0
    low, high = float(found.min()), float(found.max())
    around = (high - low) * room or max(abs(high) * 0.05, 1e-9 if high else 0.5)
    return low - around, high + around


def ranged(low: float, middle: float, high: float, whole: bool = False) -> str:
    """A middle with its range, no finer than it is known, with true minus signs."""
    if not all(map(math.isfinite, (low, middle, high))):
        return "no value"
    return signed(Interval(min(low, middle), middle, max(high, middle)).text(whole))


def signed(text: str) -> str:
    """True minus signs before numbers, and none before nothing."""
    return re.sub(
        r"(?<![\w\-])-(?=\.?\d)", "\N{MINUS SIGN}", re.sub(r"(?<![\w.])-(0(?:\.0+)?)(?![\d.]*\d)", r"\1", text)
    )
