"""The government look for drawings, and small, steady SVG: the same drawing always gives the same text."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib
import matplotlib.style
from afcharts.af_colours import get_af_colours
from matplotlib.figure import Figure as Drawing

NAVY, TEAL, PLUM, ORANGE, INK, LILAC = get_af_colours("categorical")
"""The Analysis Function's categorical palette; colour is never the only mark of a series."""

POINTS = 13.0
"""Text size in the drawing's own units; a panel is drawn about as wide as it is shown."""


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


def blank(width: float, height: float) -> Drawing:
    """An empty drawing of so many units; one unit is one pixel at full size."""
    return Drawing(figsize=(width / 72, height / 72), dpi=72)


def svg(drawing: Drawing, prefix: str) -> str:
    """The drawing as SVG to stand inside a page: no date, no style of its own, names that never clash."""
    buffer = io.StringIO()
    drawing.savefig(buffer, format="svg", metadata={"Date": None}, transparent=True)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>|<style[^>]*>.*?</style>", "", text, flags=re.S)
    text = re.sub(
        r"<svg [^>]*?(viewBox=\"[^\"]*\")[^>]*>",
        r'<svg \1 aria-hidden="true" focusable="false">',
        text,
        count=1,
    )
    used = set(re.findall(r"url\(#([^)]+)\)|href=\"#([^\"]+)\"", text))
    wanted = {a or b for a, b in used}
    text = re.sub(r"<[^>]+>", lambda tag: _tag(tag.group(), wanted, prefix), text)
    return re.sub(r">\s+<", "><", text).replace("<defs></defs>", "").strip()


def _tag(tag: str, wanted: set[str], prefix: str) -> str:
    """One tag with short numbers, the page's font and names of its own."""
    tag = re.sub(r" id=\"([^\"]*)\"", lambda m: f' id="{prefix}{m[1]}"' if m[1] in wanted else "", tag)
    tag = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}\1)", tag)
    tag = re.sub(r"(?:xlink:)?href=\"#([^\"]+)\"", rf'href="#{prefix}\1"', tag)
    tag = re.sub(r"'DejaVu Sans'[^;\"]*", "Arial, Helvetica, sans-serif", tag)
    tag = re.sub(r"-?\d+\.\d+", lambda m: f"{float(m[0]):.1f}".removesuffix(".0") if len(m[0]) > 3 else m[0], tag)
    return re.sub(r"\s+", " ", tag)
