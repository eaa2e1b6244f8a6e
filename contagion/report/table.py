"""Tables for pages: cells are text, whole numbers or ranges, so that no bare estimate is shown."""

from __future__ import annotations

from dataclasses import dataclass

from contagion.study.analysis.paired import Interval

VERDICTS = {"better": "Better", "worse": "Worse", "unclear": "No clear difference", "small": "Very small"}
"""What pages write beside a range, by verdict."""


def require_text(owner: str, **texts: object) -> None:
    """ValueError that names every text which is missing or blank."""
    missing = [name for name, text in texts.items() if not (isinstance(text, str) and text.strip())]
    if missing:
        raise ValueError(f"{owner} cannot be built without {', '.join(missing)}")


@dataclass(frozen=True)
class Range:
    """An interval in a table: its words, a note under them and a verdict (a key of VERDICTS) beside them."""

    interval: Interval
    text: str
    note: str = ""
    verdict: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.interval, Interval):
            raise TypeError(f"a range needs an Interval, not a bare {type(self.interval).__name__}")
        require_text("a range", text=self.text)


Cell = str | int | Range


@dataclass(frozen=True)
class Table:
    """A table: the first cell of every row names it, the first row names the columns; no cell is merged.

    `domains` are headings above the names of rows, one a row. ValueError for a row of another length; TypeError for a cell
    that is a bare number with decimals.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    domains: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_text("a table", caption=self.caption, **{f"heading {i + 1}": h for i, h in enumerate(self.head)})
        for row in self.rows:
            if len(row) != len(self.head):
                raise ValueError(f"row {row[0]!r} of {self.caption!r} has {len(row)} cells, not {len(self.head)}")
            for cell in row:
                if isinstance(cell, bool) or not isinstance(cell, str | int | Range):
                    raise TypeError(f"a table cell is text, a whole number or a Range, not {type(cell).__name__}")
