"""A figure: small drawings that stand side by side or one by one, with their data and all words that belong to them.

A notebook sees the drawings together as one picture; a page takes them one by one, so that on a telephone they stand one
under another. Nothing is drawn before it is asked for.
"""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

import matplotlib.figure
import pandas as pd

from contagion.config.paths import expanded
from contagion.core.errors import ConfigError, Fault
from contagion.report.figures.style import POINTS, WIDE, blank, cut, government_style
from contagion.report.figures.svg import svg
from contagion.report.table import Table, require_text

TITLE, COLUMNS = 26, 3
"""Height of a panel's title in a picture of all panels, and panels in a row there."""


class NoFigure(ValueError):
    """The results do not hold what a figure needs."""


@dataclass(frozen=True)
class Panel:
    """One small drawing: its heading, what it says in words, its size in pixels, and what draws it into a matplotlib figure.

    `wide` asks the page for a row of its own. ValueError without a heading or words.
    """

    title: str
    alt: str
    height: float
    draw: Callable[[Any], None] = field(repr=False, compare=False)
    width: float = WIDE
    wide: bool = False

    def __post_init__(self) -> None:
        require_text("a panel", title=self.title, alt=self.alt)

    def alone(self) -> matplotlib.figure.Figure:
        """The panel as a picture of its own."""
        with government_style():
            picture = blank(self.width, self.height)
            self.draw(picture)
        return picture

    def svg(self, prefix: str) -> str:
        """The panel as SVG text; `prefix` keeps its ids apart from those of others on a page."""
        with government_style():
            return svg(self.alone(), prefix)


@dataclass(frozen=True, repr=False)
class Figure:
    """A figure of a comparison, a sweep, an analysis or a single history.

    `data` is tidy: one row for each thing that is drawn. `alt` says what is seen to who does not see it, `description` in
    short lines what it shows, `caption` of how many people, runs and points it is made and what its ranges are. `table` is
    the data as a page shows it. ValueError without any of the words; NoFigure without data or panels.
    """

    name: str
    kind: str
    title: str
    subtitle: str
    alt: str
    description: tuple[str, ...]
    caption: str
    data: pd.DataFrame = field(repr=False, compare=False)
    panels: tuple[Panel, ...]
    table: Table | None = None

    def __post_init__(self) -> None:
        require_text("a figure", name=self.name, title=self.title, subtitle=self.subtitle, alt=self.alt)
        require_text("a figure", description=" ".join(self.description), caption=self.caption)
        if not isinstance(self.data, pd.DataFrame) or self.data.empty or not self.panels:
            raise NoFigure("a figure cannot be built without data and panels")

    @cached_property
    def drawings(self) -> tuple[tuple[Panel, str], ...]:
        """Each panel with its SVG text, for a page."""
        with government_style():
            return tuple((panel, panel.svg(f"{self.name}-{k}-")) for k, panel in enumerate(self.panels))

    @cached_property
    def figure(self) -> matplotlib.figure.Figure:
        """All panels in one matplotlib figure, in rows of three, each under its heading."""
        return together(self.panels)

    def save(self, path: str | Path) -> Path:
        """Save all panels as one picture; the ending of the path (.png, .svg, .pdf) says in which form.

        ConfigError where there is no such folder, or no such form of pictures.
        """
        place = expanded(path)
        if not place.parent.is_dir():
            raise ConfigError(Fault(str(path), "", None, "make it first", None, f"there is no folder {place.parent}"))
        forms = self.figure.canvas.get_supported_filetypes()
        if place.suffix and place.suffix[1:].lower() not in forms:
            rule = f"end it in one of {', '.join(f'.{form}' for form in sorted(forms))}"
            raise ConfigError(Fault(str(path), "", None, rule, None, f"{place.suffix} is no form of pictures"))
        with government_style():
            self.figure.savefig(place, dpi=108)
        return place

    @cached_property
    def png(self) -> bytes:
        """All panels as one picture."""
        picture = io.BytesIO()
        with government_style():
            self.figure.savefig(picture, format="png", dpi=108)
        return picture.getvalue()

    def _repr_png_(self) -> tuple[bytes, dict[str, Any]]:
        """For notebooks that show pictures alone; those that show pages take the one below, and none shows both."""
        width, height = (round(float(inches) * 72) for inches in self.figure.get_size_inches())
        return self.png, {"width": width, "height": height, "alt": self.alt}

    def _repr_html_(self) -> str:
        image = base64.b64encode(self.png).decode("ascii")
        shown = f'<img alt="{escape(self.alt)}" src="data:image/png;base64,{image}" style="max-width:100%">'
        return f"<figure>{shown}<figcaption>{escape(self.caption)}</figcaption></figure>"

    def __repr__(self) -> str:
        lines = [f"Figure: {cut(self.title, 90)}", f"  {cut(self.subtitle, 110)}"]
        lines += [f"  {cut(line, 110)}" for line in self.description[:MOST_LINES]]
        lines += [f"  and {len(self.description) - MOST_LINES} more lines"][: len(self.description) > MOST_LINES]
        return "\n".join((*lines, '  .save("figure.png") keeps the picture; .data is what it is made of'))


MOST_LINES = 6
"""Lines of a description that the short form of a figure holds."""


def together(panels: tuple[Panel, ...]) -> matplotlib.figure.Figure:
    """The panels in rows of three, each under its heading."""
    columns = min(COLUMNS, len(panels))
    rows = math.ceil(len(panels) / columns)
    width, height = max(p.width for p in panels), max(p.height for p in panels) + TITLE
    with government_style():
        whole = blank(columns * width, rows * height)
        grid = whole.subfigures(rows, columns, squeeze=False)
        for place, panel in enumerate(panels):
            cell = grid[place // columns][place % columns]
            heights = [TITLE, panel.height, max(height - TITLE - panel.height, 0.01)]
            widths = [panel.width, max(width - panel.width, 0.01)]
            parts = cell.subfigures(3, 2, height_ratios=heights, width_ratios=widths)
            parts[0][0].text(0.02, 0.3, cut(panel.title, int(panel.width / 8.5)), fontweight="bold", fontsize=POINTS)
            panel.draw(parts[1][0])
    return whole
