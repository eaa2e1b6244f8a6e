"""The columns of a table on paper: how wide each is, and how many fit on a page."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from contagion.report.documents.blocks import Grid

WIDTH_CM = 17.0
"""Between the margins of an upright A4 page."""

MOST, BESIDE = 8, 6
"""Columns of one table at most; where there are more, columns beside the first one in each of its parts."""

STEP_CM, AIR_CM = 0.25, 0.35


def points(grid: Grid) -> float:
    """Size of the letters of a table, by how many columns it has."""
    columns = len(grid.head)
    return 9.0 if columns <= 4 else 8.0 if columns <= 6 else 7.0


def parts(grid: Grid) -> list[Grid]:
    """The table in parts of few enough columns, each with the first column; itself if it has few."""
    others = len(grid.head) - 1
    if others < MOST:
        return [grid]
    many = math.ceil(others / BESIDE)
    each = math.ceil(others / many)
    found = []
    for k in range(many):
        kept = [0, *range(1 + k * each, 1 + min((k + 1) * each, others))]
        caption = f"{grid.caption} (part {k + 1} of {many})"
        rows = tuple(tuple(row[c] for c in kept) for row in grid.rows)
        note = grid.note if k == many - 1 else ""
        found.append(replace(grid, caption=caption, head=tuple(grid.head[c] for c in kept), rows=rows, note=note))
    return found


def widths(grid: Grid) -> list[float]:
    """Widths of the columns in cm: each holds its longest word, and what is left goes where it saves most lines."""
    letter = points(grid) * 0.021
    columns = list(zip(grid.head, *grid.rows, strict=True))
    found = [min(AIR_CM + letter * max(map(len, _words(column))), WIDTH_CM / 2) for column in columns]
    if (together := sum(found)) > WIDTH_CM:
        return [width * WIDTH_CM / together for width in found]
    texts = [[len(text) * letter for text in row] for row in (grid.head, *grid.rows)]
    while sum(found) + STEP_CM <= WIDTH_CM:
        found[_most_saved(texts, found)] += STEP_CM
    return [width * WIDTH_CM / sum(found) for width in found]


def _words(column: tuple[str, ...]) -> list[str]:
    """The pieces of a column's texts that are never broken."""
    return [word for text in column for word in [*re.split(r"\s|(?<=[-/])", text), ""] if word is not None]


def _most_saved(texts: list[list[float]], widths: list[float]) -> int:
    """Which column, made a step wider, saves most lines of the whole table; among equals the one that is fullest."""
    lines = [[long / (width - AIR_CM) for long, width in zip(row, widths, strict=True)] for row in texts]
    best, saved = 0, -1.0
    for k, width in enumerate(widths):
        less = width - AIR_CM
        ratio = less / (less + STEP_CM)
        gain = 0.0
        for row in lines:
            rest = max((one for c, one in enumerate(row) if c != k), default=0.0)
            gain += max(rest, row[k]) - max(rest, row[k] * ratio)
        gain += 1e-6 * max(row[k] for row in lines)
        if gain > saved:
            best, saved = k, gain
    return best
