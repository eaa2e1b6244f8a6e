"""An accessible spreadsheet from blocks: a cover, a list of what there is, notes, and one table on each sheet."""

from __future__ import annotations

import datetime
import io
import re
import tempfile
import warnings
from pathlib import Path
from typing import Any

import pandas as pd

from contagion.report.documents.blocks import Data, Document, Grid, Paragraph
from contagion.report.documents.fixed import dated_zip
from contagion.report.documents.packages import needed

LONGEST = 32_000
"""Letters that one cell of a spreadsheet may hold, a little less than the 32,767 that it can."""


def spreadsheet(document: Document) -> bytes:
    """The tables of a document and the data behind its pictures as an .xlsx file; the same document, the same bytes.

    Raises ConfigError where gptables is not installed.
    """
    gptables = needed("gptables")
    sheets, notes = {}, []
    tables = [b for b in document.blocks if isinstance(b, Grid)]
    for number, grid in enumerate(tables, 1):
        sign = ""
        if grid.note:
            notes.append((f"n{number}", _harmless(grid.note)))
            sign = f"$$n{number}$$"
        frame = pd.DataFrame([[_cell(cell) for cell in row] for row in grid.rows], columns=_named_apart(grid.head))
        sheets[f"Table {number}"] = _sheet(gptables, frame, f"table_{number}", _harmless(grid.caption) + sign)
    for number, data in enumerate((b for b in document.blocks if isinstance(b, Data)), 1):
        frame = pd.read_csv(io.StringIO(data.csv), keep_default_na=False, na_values=[""])
        frame = frame.map(lambda cell: _cell(cell) if isinstance(cell, str) else cell)
        frame = frame.astype(object).where(frame.notna(), "[x]")
        frame.columns = _named_apart(tuple(map(str, frame.columns)))
        title = f"Data behind: {_harmless(data.title)}"
        sheets[f"Data {number}"] = _sheet(gptables, frame, f"data_{number}", title)
    cover = gptables.Cover(_harmless(document.title), cover_label="Cover", **_cover(document))
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # gptables asks pandas for what newer versions call by other names
        path = Path(folder) / "report.xlsx"
        book = gptables.produce_workbook(
            filename=str(path),
            sheets=sheets,
            cover=cover,
            notes_table=pd.DataFrame(notes, columns=["Note reference", "Note text"]) if notes else None,
            workbook_options={"strings_to_formulas": False, "strings_to_urls": False},
        )
        made = document.made.replace(tzinfo=None, microsecond=0)
        book.set_properties({"title": document.title[:250], "author": "contagion", "created": made})
        book.close()
        return dated_zip(path.read_bytes(), document.made)


def _sheet(gptables: Any, frame: pd.DataFrame, name: str, title: str) -> Any:
    return gptables.GPTable(table=frame, table_name=name, title=title, scope=None, source=None, index_columns={})


def _cover(document: Document) -> dict[str, list[str]]:
    """What the cover says: what is written before the first table or picture, and how missing values are written."""
    intro: list[str] = []
    for block in document.blocks:
        if isinstance(block, Grid):
            break
        if isinstance(block, Paragraph):
            intro.append(_harmless(block.text))
    day = document.made if document.made.tzinfo is None else document.made.astimezone(datetime.UTC)
    about = [
        f"Results of {day.day} {day:%B %Y}. Every sheet holds one table.",
        "A cell with [x] holds no value; one with [z] holds a sign such as a dash in the report.",
        "Sheets named Table hold the tables of the report; sheets named Data hold the numbers behind its charts.",
    ]
    return {"intro": intro or [document.title], "about": about}


def _named_apart(names: tuple[str, ...]) -> list[str]:
    """Heads of columns, no two the same and none empty."""
    found: list[str] = []
    for name in map(_harmless, names):
        name = name or "Column"
        found.append(name if name not in found else f"{name} ({found.count(name) + len(found) + 1})")
    return found


def _cell(text: str) -> str:
    """The text of a cell; gptables, as the guidance it follows, takes no cell without a letter or a digit."""
    if not text.strip():
        return "[x]"
    return _harmless(text) if any(c.isalnum() for c in text) else "[z]"


def _harmless(text: str) -> str:
    """Text that a spreadsheet neither runs nor links, and in which gptables sees no note of its own."""
    text = re.sub(r"\]\(", "] (", text.replace("$$", "$ $"))[:LONGEST]
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} and not _number(text) else text


def _number(text: str) -> bool:
    return bool(re.fullmatch(r"[+-][\d,.]+%?", text))
