"""A page of this package becomes blocks. Nothing is computed here: each number is the text that stands in the page."""

from __future__ import annotations

import base64
import datetime
import re
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from contagion.report.documents.blocks import (
    Block,
    Break,
    Data,
    Document,
    Drawing,
    Grid,
    Heading,
    Items,
    Paragraph,
    Picture,
)

EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
"""Tags that hold nothing and have no end."""

LEFT_OUT = {"head", "nav", "script", "style", "form", "svg-drawing"}
BESIDE_A_MESSAGE_CM = 14.0
"""Height of a picture that shares its page with the key message."""

LINES = {"span", "br"}
"""Inside a cell each of these begins a line: a range, its verdict and its note."""


@dataclass
class Node:
    """One element of a page; its children are elements and texts in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    @property
    def classes(self) -> set[str]:
        """The names in `class`."""
        return set(self.attributes.get("class", "").split())

    def all(self, *tags: str) -> Iterator[Node]:
        """Every element of these tags inside, in reading order."""
        for child in self.children:
            if isinstance(child, Node):
                if child.tag in tags:
                    yield child
                yield from child.all(*tags)


class Tree(HTMLParser):
    """The elements of a page whose every tag is closed, as those of this package are."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.root = Node("page")
        self.open = [self.root]
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins inside the innermost open one."""
        one = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(one)
        if tag not in EMPTY:
            self.open.append(one)

    def handle_endtag(self, tag: str) -> None:
        """The innermost open element ends."""
        if len(self.open) > 1 and self.open[-1].tag == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        """Text inside the innermost open element."""
        self.open[-1].children.append(data)


def read(page: str, made: datetime.datetime) -> Document:
    """The document that a page holds; `made` is when its results were made.

    What only works on a screen is left out: `nav`, and all but the data in elements with `data-screen` (controls).
    """
    drawings: list[str] = []

    def kept(found: re.Match[str]) -> str:
        drawings.append(found[0])
        return f'<svg-drawing data-n="{len(drawings) - 1}"></svg-drawing>'

    root = Tree(re.sub(r"<svg\b.*?</svg>", kept, page, flags=re.S)).root
    html = next(root.all("html"), root)
    blocks = tuple(_blocks(next(root.all("body"), root), drawings))
    title = next((one.text for one in blocks if isinstance(one, Heading)), "Report")
    return Document(title, html.attributes.get("lang", "en-GB"), made, blocks)


def said(node: Node | str, lines: bool = False) -> str:
    """The words of an element with single spaces; with `lines`, spans and breaks begin lines of their own."""
    texts = "".join(_pieces(node, lines)).split("\n") if lines else ["".join(_pieces(node, False))]
    return "\n".join(filter(None, (re.sub(r"\s+", " ", text).strip() for text in texts)))


def _pieces(node: Node | str, lines: bool) -> Iterator[str]:
    if isinstance(node, str):
        yield node if not lines or node.strip() else " "
        return
    for child in node.children:
        if isinstance(child, Node) and lines and child.tag in LINES:
            yield "\n"
            yield from _pieces(child, lines)
            yield "\n"
        else:
            yield from _pieces(child, lines)


def _blocks(node: Node, drawings: list[str]) -> Iterator[Block]:
    """The blocks inside an element, in reading order; a small note joins the table before it."""
    before: Block | None = None
    for block in _each(node, drawings):
        if isinstance(before, Grid) and isinstance(block, Paragraph) and block.kind == "note" and not before.note:
            before = replace(before, note=block.text)
            continue
        if before is not None:
            yield before
        before = block
    if before is not None:
        yield before


def _each(node: Node, drawings: list[str]) -> Iterator[Block]:
    for child in node.children:
        if isinstance(child, str):
            continue
        if child.tag in LEFT_OUT or "skip" in child.classes:
            continue
        if "data-screen" in child.attributes:
            yield from (one for one in _each(child, drawings) if isinstance(one, Data))
            continue
        if "annex-mark" in child.classes:
            yield Break()
        if re.fullmatch("h[1-6]", child.tag):
            yield Heading(int(child.tag[1]), said(child))
        elif child.tag in ("p", "summary"):
            yield from _paragraph(child, node)
        elif child.tag in ("ul", "ol"):
            yield Items(tuple(said(one) for one in child.all("li")), child.tag == "ol")
        elif child.tag == "table":
            yield _table(child)
        elif child.tag == "dl":
            yield _named(child)
        elif child.tag == "figure":
            picture = _picture(child, drawings)
            yield replace(picture, high=BESIDE_A_MESSAGE_CM) if "picture" in node.classes else picture
        elif child.tag == "img":
            yield _logo(child)
        else:
            yield from _each(child, drawings)


def _paragraph(node: Node, inside: Node) -> Iterator[Block]:
    yield from (_logo(one) for one in node.all("img"))
    for link in node.all("a"):
        if link.attributes.get("href", "").startswith("data:text/csv"):
            hidden = " ".join(said(one) for one in link.all("span") if "hidden" in one.classes)
            yield Data(hidden.removeprefix("for: "), _carried(link.attributes["href"]).decode("utf-8"))
            return
    if node.tag == "summary" and any(True for _ in inside.all("table")):
        return  # the table's own caption says it
    kind = "label" if node.tag == "summary" or "said-title" in node.classes else "body"
    if node.classes & {"small", "kind", "meta"}:
        kind = "note"
    if "subtitle" in node.classes:
        kind = "lead"
    if text := said(node):
        yield Paragraph(text, kind)


def _carried(link: str) -> bytes:
    """What a data: link carries."""
    head, _, text = link.partition(",")
    return base64.b64decode(text) if head.endswith(";base64") else urllib.parse.unquote_to_bytes(text)


def _table(node: Node) -> Grid:
    rows = [tuple(said(cell, True) for cell in row.all("th", "td")) for row in node.all("tr")]
    caption = next((said(one) for one in node.all("caption")), "")
    return Grid(caption, rows[0], tuple(rows[1:]))


def _named(node: Node) -> Grid:
    """A list of names and values reads as a table of two columns."""
    names, values = ([said(one) for one in node.all(tag)] for tag in ("dt", "dd"))
    return Grid("What these results were made with", ("What", "Value"), tuple(zip(names, values, strict=True)))


def _picture(node: Node, drawings: list[str]) -> Picture:
    found, title = [], ""
    for one in node.all("p", "div"):
        if "panel-title" in one.classes:
            title = said(one)
        if one.attributes.get("role") == "img":
            svg = drawings[int(next(one.all("svg-drawing")).attributes["data-n"])]
            found.append(Drawing(svg, one.attributes.get("aria-label", ""), title))
            title = ""
    caption = next((said(one) for one in node.all("figcaption")), "")
    return Picture(tuple(found), node.attributes.get("aria-label") or caption, caption)


def _logo(node: Node) -> Picture:
    image: str | bytes = _carried(node.attributes["src"])
    if node.attributes["src"].startswith("data:image/svg"):
        image = bytes(image).decode("utf-8") if isinstance(image, bytes) else image
    return Picture((Drawing(image, node.attributes["alt"]),), node.attributes["alt"])
