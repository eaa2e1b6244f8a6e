"""The drawings of a page for formats that are no page: one SVG for all panels of a figure, and the same as PNG."""

from __future__ import annotations

import importlib
import re
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from contagion.report.documents.blocks import Drawing, Picture

PIXELS_PER_INCH = 160
TITLE, GAP, COLUMNS = 26.0, 14.0, 3
FONT = "DejaVu Sans"
"""The font that matplotlib carries, so that every machine draws the same."""

NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def fonts() -> list[str]:
    """The folder of the fonts that matplotlib carries."""
    import matplotlib

    return [str(Path(matplotlib.get_data_path()) / "fonts" / "ttf")]


def one_svg(picture: Picture) -> tuple[str, float, float]:
    """All drawings of a picture as one SVG, in rows of three under their headings; with its width and height in pixels.

    ValueError for a picture that is no SVG.
    """
    sized = []
    for drawing in picture.drawings:
        if not isinstance(drawing.image, str):
            raise ValueError("only drawings in SVG are put together")
        sized.append((drawing, *size_of(drawing.image)))
    columns = min(COLUMNS, len(sized))
    cell = max(width for _, width, _ in sized)
    inside, top, right = [], 0.0, 0.0
    for first in range(0, len(sized), columns):
        row = sized[first : first + columns]
        head = TITLE if any(drawing.title for drawing, _, _ in row) else 0.0
        for place, (drawing, width, height) in enumerate(row):
            left = place * (cell + GAP)
            inside += _placed(drawing, left, top, head, width, height)
            right = max(right, left + width)
        top += head + max(height for _, _, height in row) + GAP
    width, height = right, top - GAP
    return (
        (
            f'<svg {NAMES} viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}">{"".join(inside)}</svg>'
        ),
        width,
        height,
    )


def _placed(drawing: Drawing, left: float, top: float, head: float, width: float, height: float) -> list[str]:
    title = escape(drawing.title)
    words = f'<text x="{left:g}" y="{top + 16:g}" font-family="{FONT}" font-size="13" font-weight="bold">{title}</text>'
    inner = plain(str(drawing.image)).removeprefix("<svg ")
    place = f'x="{left:g}" y="{top + head:g}" width="{width:g}" height="{height:g}"'
    return [words if drawing.title else "", f"<svg {place} {inner}"]


def spoken(picture: Picture) -> str:
    """What a picture shows in words: of the whole, then of each drawing that says something of its own."""
    parts = [picture.alt, *(drawing.alt for drawing in picture.drawings)]
    return " ".join(dict.fromkeys(part for part in parts if part))


def plain(svg: str) -> str:
    """SVG of a page without what only a page knows: colours that a reader may replace, and the page's font."""
    text = re.sub(r"var\(--[\w-]+, *([^)]+)\)", r"\1", svg)
    return text.replace("Arial, Helvetica, sans-serif", f"'{FONT}'")


def size_of(svg: str) -> tuple[float, float]:
    """Width and height of a drawing, from its viewBox, else from what it says of itself; 300 by 100 if it says nothing."""
    head = re.search(r"<svg\b[^>]*>", svg)
    text = head[0] if head else ""
    if found := re.search(r'viewBox="([^"]+)"', text):
        numbers = [float(part) for part in re.split(r"[\s,]+", found[1].strip())]
        return numbers[2], numbers[3]
    sides = [re.search(rf'\b{side}="([\d.]+)', text) for side in ("width", "height")]
    return (float(sides[0][1]), float(sides[1][1])) if sides[0] and sides[1] else (300.0, 100.0)


@lru_cache(maxsize=64)
def png(svg: str) -> bytes:
    """An SVG as a PNG on white."""
    typst: Any = importlib.import_module("typst")
    source = (
        '#set page(width: auto, height: auto, margin: 0pt, fill: white)\n#image(bytes("'
        + quoted(svg)
        + '"), format: "svg")\n'
    )
    made: bytes = typst.compile(
        source.encode(), format="png", ppi=PIXELS_PER_INCH, font_paths=fonts(), ignore_system_fonts=True
    )
    return made


def quoted(text: str) -> str:
    """Text as it stands between the quotes of a typst string: nothing in it is markup or code."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
