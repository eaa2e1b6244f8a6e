"""What a document is made of: a few kinds of blocks in reading order, which each renderer turns into its own format."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (the title, once) to 6."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a `kind`: "body", "note" (small, under a table or picture), "lead" (small, above) or "label" (bold).

    Leads and labels stay on the page of what follows them.
    """

    text: str
    kind: str = "body"


@dataclass(frozen=True)
class Items:
    """A list, of points or of numbered steps."""

    lines: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Grid:
    """A table as it is read: every cell is text, the first row heads the columns and the first cell of a row names it."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Drawing:
    """One picture (SVG text, or the bytes of a PNG) with its heading and what is seen in it."""

    image: str | bytes
    alt: str
    title: str = ""


@dataclass(frozen=True)
class Picture:
    """Drawings that belong together, what is seen in all of them, and the line under them; at most so many cm `high`."""

    drawings: tuple[Drawing, ...]
    alt: str
    caption: str = ""
    high: float = math.inf


@dataclass(frozen=True)
class Break:
    """What follows begins a page."""


@dataclass(frozen=True)
class Data:
    """Numbers behind a picture, as the text of a CSV file."""

    title: str
    csv: str


Block = Heading | Paragraph | Items | Grid | Picture | Break | Data


@dataclass(frozen=True)
class Document:
    """A whole document: title, language (as in HTML: "en-GB"), when its results were made, and its blocks."""

    title: str
    language: str
    made: datetime.datetime
    blocks: tuple[Block, ...]
