"""What the report of a comparison holds, before any page is made: findings, figures, tables, caveats.

Every headline number is an `Interval` (a range with a stated coverage) and every chance a count of runs; a
bare number is refused with TypeError.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contagion.report.chances import CountOfRuns
from contagion.report.figures.figure import Figure
from contagion.report.table import Table, require_text
from contagion.report.units import verdict
from contagion.study.analysis.headlines import Headline
from contagion.study.analysis.paired import Interval

NOT_FOR_COMMISSIONERS = frozenset({"sankey", "alluvial", "heat map", "choropleth", "treemap", "pie", "dual axis"})
"""Kinds of figure that mislead when results are uncertain; the commissioners' page refuses them."""


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
    better: CountOfRuns | None = None
    worse: CountOfRuns | None = None
    best: CountOfRuns | None = None
    saved: float | None = None

    def __post_init__(self) -> None:
        for name, kind in (
            ("level", Interval),
            ("difference", Interval),
            ("better", CountOfRuns),
            ("worse", CountOfRuns),
        ):
            value = getattr(self, name)
            if value is not None and not isinstance(value, kind):
                raise TypeError(f"{name} must be an {kind.__name__}, not a bare {type(value).__name__}")
        if not isinstance(self.level, Interval):
            raise TypeError("level must be an Interval")

    @property
    def verdict(self) -> str:
        """'better', 'worse', 'different', 'small' or 'unclear': which side of no difference the range lies."""
        return verdict(self.difference, self.outcome.unit, self.outcome.better) if self.difference else ""


@dataclass(frozen=True)
class Caveat:
    """What to bear in mind, and what that means for the reader's decision; `brief` says both in one sentence."""

    title: str
    text: str
    implication: str
    brief: str

    def __post_init__(self) -> None:
        require_text("a caveat", title=self.title, text=self.text, implication=self.implication, brief=self.brief)


@dataclass(frozen=True)
class Summary:
    """The second page: options in one line each, who pays, who does not clearly gain, caveats in a sentence each."""

    table: Table
    payers: str
    left_out: str
    caveats: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """The whole report, in reading order."""

    title: str
    question: str
    created: str
    review_by: str
    key_message: tuple[str, ...]
    picture: Figure | None
    summary: Summary | None
    incremental: Table | None
    levels: Figure | None
    checks: Table | None
    contagion: str
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
    levels_of_others: tuple[Figure | None, ...]
    explorer: Any
    two_groups: tuple[str, ...]
    channels: Figure | None
    groups: tuple[Table, ...]
    groups_note: str
    people: Any
    spending: tuple[Table, ...]
    worth: Any
    place: tuple[str, ...]
    model: tuple[Any, ...]
    confidence: tuple[Table, ...]
    assurance: Table
    manifest: tuple[tuple[str, str], ...]
    reproduce: tuple[str, ...]

    def __post_init__(self) -> None:
        require_text("a report", title=self.title, created=self.created, review_by=self.review_by)
        require_text("a report", unquantified=" ".join(self.unquantified), key_message=" ".join(self.key_message))
        if not 2 <= len(self.caveats) <= 3:
            raise ValueError("a report opens with two or three caveats, no fewer and no more")
        others = (self.picture, self.levels, self.channels)
        for figure in (*self.figures, *filter(None, self.levels_of_others), *filter(None, others)):
            if figure.kind in NOT_FOR_COMMISSIONERS:
                raise ValueError(
                    f"a {figure.kind} is not shown to commissioners: it misleads when results are uncertain"
                )
