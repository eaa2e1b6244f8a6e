"""What a report says, before any page is made: findings, figures, tables, caveats.

Every headline number is an `Interval` (a range with a stated coverage) and every chance a count of runs; a
bare number is refused. A figure cannot exist without its title, text alternative, description and data.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from contagion.report.units import unit
from contagion.study.analysis.headlines import Headline
from contagion.study.analysis.paired import Interval

NOT_FOR_COMMISSIONERS = frozenset({"sankey", "alluvial", "heat map", "choropleth", "treemap", "pie", "dual axis"})
"""Kinds of figure that mislead when results are uncertain; the commissioners' page refuses them."""


def _say_all(owner: str, **texts: object) -> None:
    missing = [name for name, text in texts.items() if not (isinstance(text, str) and text.strip())]
    if missing:
        raise ValueError(f"{owner} cannot be built without {', '.join(missing)}")


@dataclass(frozen=True)
class Chance:
    """A chance as it was found: so many of so many runs."""

    count: float
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.count <= self.of:
            raise ValueError(f"a chance is a count of runs, not {self.count} of {self.of}")

    @property
    def share(self) -> float:
        return self.count / self.of if self.of else 0.0


@dataclass(frozen=True)
class Option:
    """One scenario: its full title, and a label short enough for a chart."""

    name: str
    title: str
    label: str


@dataclass(frozen=True)
class Finding:
    """One outcome under one option: its level, and its difference from the first option in the same runs."""

    outcome: Headline
    option: Option
    level: Interval
    difference: Interval | None = None
    better: Chance | None = None
    worse: Chance | None = None
    best: Chance | None = None
    saved: float | None = None

    def __post_init__(self) -> None:
        for name, kind in (("level", Interval), ("difference", Interval), ("better", Chance), ("worse", Chance)):
            value = getattr(self, name)
            if value is not None and not isinstance(value, kind):
                raise TypeError(f"{name} must be an {kind.__name__}, not a bare {type(value).__name__}")
        if not isinstance(self.level, Interval):
            raise TypeError("level must be an Interval")

    @property
    def verdict(self) -> str:
        """'better', 'worse', 'different', 'small' or 'unclear': which side of no difference the range lies."""
        if self.difference is None:
            return ""
        low, high = self.difference.low, self.difference.high
        if low <= 0.0 <= high:
            return "unclear"
        shown = unit(self.outcome.unit)
        if max(abs(low), abs(high)) * shown.factor < shown.smallest:
            return "small"
        if self.outcome.better is None:
            return "different"
        return "better" if (low > 0) == (self.outcome.better == "higher") else "worse"


@dataclass(frozen=True)
class Range:
    """A range in a table, ready to be worded: with a note under it and a verdict beside it."""

    interval: Interval
    text: str
    note: str = ""
    verdict: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.interval, Interval):
            raise TypeError(f"a range needs an Interval, not a bare {type(self.interval).__name__}")
        _say_all("a range", text=self.text)


Cell = str | int | Range


@dataclass(frozen=True)
class Table:
    """A table: the first cell of every row names it, the first row names the columns; no cell is merged."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    domains: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _say_all("a table", caption=self.caption, **{f"heading {i + 1}": h for i, h in enumerate(self.head)})
        for row in self.rows:
            if len(row) != len(self.head):
                raise ValueError(f"row {row[0]!r} of {self.caption!r} has {len(row)} cells, not {len(self.head)}")
            for cell in row:
                if isinstance(cell, bool) or not isinstance(cell, str | int | Range):
                    raise TypeError(f"a table cell is text, a whole number or a Range, not {type(cell).__name__}")


@dataclass(frozen=True)
class Panel:
    """One small drawing of a figure: its heading, SVG text and text alternative."""

    title: str
    svg: str
    alt: str
    wide: bool = False

    def __post_init__(self) -> None:
        _say_all("a panel", title=self.title, svg=self.svg, alt=self.alt)


@dataclass(frozen=True)
class Figure:
    """A figure with all that makes it readable without seeing it."""

    name: str
    title: str
    subtitle: str
    alt: str
    description: tuple[str, ...]
    data: pd.DataFrame = field(repr=False, compare=False)
    table: Table | None = None
    panels: tuple[Panel, ...] = ()
    caption: str = ""
    kind: str = "fan"

    def __post_init__(self) -> None:
        _say_all("a figure", name=self.name, title=self.title, subtitle=self.subtitle, alt=self.alt)
        _say_all("a figure", description=" ".join(self.description), caption=self.caption)
        if not isinstance(self.data, pd.DataFrame) or self.data.empty:
            raise ValueError("a figure cannot be built without data")


@dataclass(frozen=True)
class Caveat:
    """What to bear in mind, and what that means for the reader's decision."""

    title: str
    text: str
    implication: str

    def __post_init__(self) -> None:
        _say_all("a caveat", title=self.title, text=self.text, implication=self.implication)


@dataclass(frozen=True)
class Report:
    """The whole report, in reading order."""

    title: str
    question: str
    created: str
    review_by: str
    key_message: tuple[str, ...]
    caveats: tuple[Caveat, ...]
    unquantified: tuple[str, ...]
    use_for: tuple[str, ...]
    not_for: tuple[str, ...]
    how_many: str
    options: Table
    glance: Table | None
    chances: tuple[Table, ...]
    scale: Table
    figures: tuple[Figure, ...]
    two_groups: tuple[str, ...]
    channels: Figure | None
    groups: tuple[Table, ...]
    groups_note: str
    spending: tuple[Table, ...]
    model: tuple[Any, ...]
    confidence: tuple[Table, ...]
    assurance: Table
    manifest: tuple[tuple[str, str], ...]
    reproduce: tuple[str, ...]

    def __post_init__(self) -> None:
        _say_all("a report", title=self.title, created=self.created, review_by=self.review_by)
        _say_all("a report", unquantified=" ".join(self.unquantified), key_message=" ".join(self.key_message))
        if not 2 <= len(self.caveats) <= 3:
            raise ValueError("a report opens with two or three caveats, no fewer and no more")
        for figure in (*self.figures, *([self.channels] if self.channels else [])):
            if figure.kind in NOT_FOR_COMMISSIONERS:
                raise ValueError(
                    f"a {figure.kind} is not shown to commissioners: it misleads when results are uncertain"
                )
