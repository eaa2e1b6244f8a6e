"""A PDF from blocks by typst, which refuses to build a PDF/UA-1 (a PDF that can be read aloud) if anything lacks its words.

Text from the page stands in typst's source as strings alone, never as markup, so nothing in it can be run.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from contagion.report.documents.blocks import Block, Break, Data, Document, Grid, Heading, Items, Paragraph, Picture
from contagion.report.documents.columns import parts, points, widths
from contagion.report.documents.drawings import fonts, one_svg, quoted, spoken
from contagion.report.documents.packages import needed

STANDARD = "ua-1"
LOGO_CM = 2.2

LOOK = """
#set page(paper: "a4", margin: (x: 2cm, y: 2cm), numbering: "1 / 1")
#set text(font: "DejaVu Sans", size: 9pt, fill: rgb("#1d1d1d"), hyphenate: false)
#set par(leading: 0.6em, spacing: 0.9em)
#show heading: set text(fill: rgb("#12436D"))
#show heading.where(level: 1): set text(size: 19pt)
#show heading.where(level: 2): set text(size: 14pt)
#show heading.where(level: 3): set text(size: 11pt)
#show heading: set block(above: 1.4em, below: 0.8em, sticky: true)
#show figure: set block(breakable: true)
#show figure.caption: set align(left)
#show figure.where(kind: table): set figure.caption(position: top)
#show figure.where(kind: table): set align(left)
#show figure.caption.where(kind: table): set text(weight: "bold")
#show figure.caption.where(kind: table): set block(sticky: true)
#set table.cell(breakable: false)
#show table.cell.where(y: 0): set text(weight: "bold")
#show table.cell.where(x: 0): set text(weight: "bold")
#let small(body) = block(text(size: 7.5pt, fill: rgb("#4a4a4a"), body))
"""


def pdf(document: Document) -> bytes:
    """The document as a PDF/UA-1 file; the same document gives the same bytes.

    Raises ConfigError where typst is not installed.
    """
    typst = needed("typst")
    made = document.made if document.made.tzinfo else document.made.replace(tzinfo=datetime.UTC)
    found: bytes = typst.compile(
        source(document).encode(),
        format="pdf",
        pdf_standards=[STANDARD],
        timestamp=made.replace(microsecond=0),
        font_paths=fonts(),
        ignore_system_fonts=True,
    )
    return found


def source(document: Document) -> str:
    """The document in typst's language."""
    language, _, region = document.language.partition("-")
    head = f"#set document(title: {_text(document.title)}, author: {_text('contagion')})\n"
    head += f"#set text(lang: {_text(language)}, region: {_text(region) if region else 'none'})\n"
    return head + LOOK + "".join(line + "\n" for block in document.blocks for line in _lines(block))


def _text(words: str) -> str:
    return f'"{quoted(words)}"'


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(level, text):
            yield f"#heading(level: {level}, {_text(text)})"
        case Paragraph(text, kind):
            if kind == "lead":
                yield f"#block(sticky: true, small({_text(text)}))"
            elif kind == "note":
                yield f"#small({_text(text)})"
            elif kind == "label":
                yield f"#block(sticky: true, strong({_text(text)}))"
            else:
                yield f"#par({_text(text)})"
        case Items(lines, numbered):
            listed = ", ".join(_text(line) for line in lines)
            yield f"#{'enum' if numbered else 'list'}({listed})"
        case Grid():
            for part in parts(block):
                yield from _table(part)
        case Picture():
            yield _picture(block)
        case Break():
            yield "#pagebreak(weak: true)"
        case Data():
            return  # numbers for a spreadsheet, which the other format holds


def _table(grid: Grid) -> Iterator[str]:
    size = points(grid) - 1  # DejaVu's letters are wider than Arial's
    shares = ", ".join(f"{width:.2f}fr" for width in widths(grid))
    head = ", ".join(_text(cell) for cell in grid.head)
    cells = "".join(f",\n  {_cell(cell)}" for row in grid.rows for cell in row)
    yield f"#[#set text(size: {size:g}pt)\n#set par(leading: 0.45em)"
    yield (
        f"#figure(kind: table, supplement: none, numbering: none, caption: {_text(grid.caption)}, "
        f"table(columns: ({shares},), align: left, inset: (x: 3pt, y: 4pt), stroke: (x, y) => (bottom: 0.5pt + luma(170)),\n"
        f"  table.header({head}){cells}))"
    )
    yield "]"
    if grid.note:
        yield f"#small({_text(grid.note)})"


def _cell(text: str) -> str:
    """A cell, whose lines stand under each other."""
    lines = text.split("\n")
    return _text(text) if len(lines) == 1 else "[" + " \\ ".join(f"#{_text(line)}" for line in lines) + "]"


def _picture(picture: Picture) -> str:
    first: Any = picture.drawings[0].image
    alt = _text(spoken(picture))
    if isinstance(first, bytes):
        numbers = ", ".join(str(byte) for byte in first)
        return f'#image(bytes(({numbers},)), format: "png", alt: {alt}, height: {LOGO_CM}cm)'
    svg, width, height = one_svg(picture)
    if not picture.caption:
        return f'#image(bytes({_text(svg)}), format: "svg", alt: {alt}, height: {LOGO_CM}cm)'
    wide = min(17.0, width / 32, min(22.0, picture.high) * width / height)
    image = f'image(bytes({_text(svg)}), format: "svg", alt: {alt}, width: {wide:.2f}cm)'
    return f"#figure(supplement: none, numbering: none, caption: {_text(picture.caption)}, {image})"
