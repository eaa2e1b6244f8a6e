"""The look of every picture: the government's style and palette, and small drawings that stand side by side or one by one.

A picture is planned first, as pieces that each draw themselves in a size of their own. A notebook sees them together as one
matplotlib figure; a page takes them one by one, so that on a telephone they stand one under another.
"""

from __future__ import annotations

import base64
import io
import math
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple

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
"""Text size in the drawing's own units; a piece is drawn about as wide as it is shown."""

WIDE, TITLE, COLUMNS = 360, 26, 3


@contextmanager
def government_style() -> Iterator[None]:
    """The Analysis Function style, laid out with matplotlib's own font so that every machine draws alike."""
    own: Any = {
        "font.family": "DejaVu Sans",
        "font.size": POINTS,
        "xtick.labelsize": POINTS - 1,
        "ytick.labelsize": POINTS - 1,
        "svg.fonttype": "none",
        "svg.hashsalt": "contagion",
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


@dataclass(frozen=True)
class Piece:
    """One small drawing: its heading, what it says in words, its size, and how it is drawn there."""

    title: str
    alt: str
    height: float
    draw: Callable[[Any], None]
    width: float = WIDE

    def alone(self) -> Figure:
        """The piece as a figure of its own."""
        with government_style():
            figure = blank(self.width, self.height)
            self.draw(figure)
        return figure


class Picture(NamedTuple):
    """A figure with its tidy data and its text alternative; the caption says from how many people and runs it is made."""

    figure: Figure
    data: pd.DataFrame
    alt: str

    @property
    def caption(self) -> str:
        """What the figure is made of."""
        return str(self.data.attrs.get("caption", ""))

    def _repr_html_(self) -> str:
        seen = io.BytesIO()
        with government_style():
            self.figure.savefig(seen, format="png", dpi=108)
        image = base64.b64encode(seen.getvalue()).decode("ascii")
        shown = f'<img alt="{escape(self.alt)}" src="data:image/png;base64,{image}" style="max-width:100%">'
        return f"<figure>{shown}<figcaption>{escape(self.caption)}</figcaption></figure>"


@dataclass(frozen=True)
class Plan:
    """A picture before it is drawn: pieces, data, and all the words that stand beside it."""

    name: str
    kind: str
    title: str
    subtitle: str
    alt: str
    said: tuple[str, ...]
    caption: str
    data: pd.DataFrame
    pieces: tuple[Piece, ...]

    @property
    def picture(self) -> Picture:
        """All pieces in one figure."""
        data = self.data.copy()
        data.attrs["caption"] = self.caption
        return Picture(together(self.pieces), data, self.alt)


def together(pieces: tuple[Piece, ...]) -> Figure:
    """The pieces in rows of three, each under its heading."""
    columns = min(COLUMNS, len(pieces))
    rows = math.ceil(len(pieces) / columns)
    width, height = max(p.width for p in pieces), max(p.height for p in pieces) + TITLE
    with government_style():
        whole = blank(columns * width, rows * height)
        grid = whole.subfigures(rows, columns, squeeze=False)
        for place, piece in enumerate(pieces):
            cell = grid[place // columns][place % columns]
            heights = [TITLE, piece.height, max(height - TITLE - piece.height, 0.01)]
            widths = [piece.width, max(width - piece.width, 0.01)]
            parts = cell.subfigures(3, 2, height_ratios=heights, width_ratios=widths)
            parts[0][0].text(0.02, 0.3, cut(piece.title, int(piece.width / 8.5)), fontweight="bold", fontsize=POINTS)
            piece.draw(parts[1][0])
    return whole


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
