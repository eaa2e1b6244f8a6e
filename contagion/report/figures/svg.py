"""Small, steady SVG in the government look: the same drawing always gives the same text."""

from __future__ import annotations

import io
import re

from matplotlib.figure import Figure as Drawing

from contagion.report.figures.style import GREY, INK, LILAC, NAVY, ORANGE, PLUM, TEAL

ROLES = {
    **dict.fromkeys(("#000000", INK.lower(), "#1a1a1a"), "ink"),
    "#ffffff": "paper",
    "#cccccc": "grid",
    NAVY.lower(): "navy",
    GREY.lower(): "grey",
    **dict.fromkeys((one.lower() for one in (TEAL, PLUM, ORANGE, LILAC)), "mark"),
}
"""What each colour is for, so that a page may say another in its place (where the reader has chosen the colours)."""


def svg(drawing: Drawing, prefix: str) -> str:
    """The drawing as SVG to stand inside a page: no date, no style of its own, names that never clash."""
    buffer = io.StringIO()
    drawing.savefig(buffer, format="svg", metadata={"Date": None}, transparent=True)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>|<style[^>]*>.*?</style>", "", text, flags=re.S)
    text = re.sub(
        r"<svg [^>]*?(viewBox=\"[^\"]*\")[^>]*>", r'<svg \1 aria-hidden="true" focusable="false">', text, count=1
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
    tag = re.sub(r"(fill|stroke): (#[0-9a-f]{6})", _coloured, tag)
    tag = re.sub(r"'DejaVu Sans'[^;\"]*", "Arial, Helvetica, sans-serif", tag)
    tag = re.sub(r"-?\d+\.\d+", lambda m: f"{float(m[0]):.1f}".removesuffix(".0") if len(m[0]) > 3 else m[0], tag)
    return re.sub(r"\s+", " ", tag)


def _coloured(found: re.Match[str]) -> str:
    """A colour that a page may replace; without a page it is the colour itself."""
    role = ROLES.get(found[2])
    return f"{found[1]}: var(--c-{role}, {found[2]})" if role else found[0]
