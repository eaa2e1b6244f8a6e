"""Money in words: verdicts by the signs of cost and effect, prices that are stated only where they mean something."""

from __future__ import annotations

import math
from collections.abc import Sequence

from contagion.economics.turning import Sign
from contagion.report import wording
from contagion.report.chances import CountOfRuns
from contagion.report.comparison.tables import plain_range
from contagion.report.table import Cell, Range, Table
from contagion.study.analysis.paired import Interval


def base(labels: Sequence[str]) -> str:
    """The first option inside a sentence."""
    return "today" if labels[0].lower() == "today" else labels[0]


def listed(labels: Sequence[str]) -> str:
    """Options in a sentence; between semicolons where a name holds a comma."""
    return "; ".join(labels) if any("," in one for one in labels) else wording.listed(labels)


def money(found: Interval) -> Range:
    """A difference in money as a range."""
    return plain_range(found, "GBP")


def pounds(value: float) -> str:
    """Money to two figures; under ten pounds in pence."""
    if value == 0:
        return "£0"
    places = 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, min(places, 2))
    sign = wording.MINUS if rounded < 0 else ""
    return f"{sign}£{abs(rounded):,.{2 if abs(value) < 10 else 0}f}"


MANY = 6
"""Options beside the first from which on they stand down the side of a table: across they would not fit a page."""


def across(table: Table, corner: str) -> Table:
    """A table with options across; where they are many, the same with options down, under this heading."""
    options = table.head[1:]
    if len(options) <= MANY:
        return table
    rows = tuple((name, *(row[k] for row in table.rows)) for k, name in enumerate(options, 1))
    return Table(table.caption, (corner, *(str(row[0]) for row in table.rows)), rows, table.note)


COSTS: dict[Sign, str] = {
    "more": "Costs more",
    "less": "Costs less",
    "none": "Costs the same",
    "unclear": "May cost more or less",
}
DOES: dict[Sign, str] = {"more": "does more", "less": "does less", "none": "does the same", "unclear": "may do no more"}


def quadrant(cost: Sign, effect: Sign) -> str:
    """On which side of the first option an option lies: 'Costs more, does more'."""
    return f"{COSTS[cost]}, {DOES[effect]}"


def price(ratio: Interval | None, effect: Sign) -> Cell:
    """Money for one unit more; where it would divide by what may be nothing, or means nothing, that is said instead."""
    if ratio is None:
        return {"less": "None: it does less", "none": "None: it does no more"}.get(
            effect, "Not stated: it may do no more"
        )
    if ratio.high <= 0:
        return "None: it costs no more and does more"
    if ratio.low < 0:
        return Range(ratio, f"No cost, up to {pounds(ratio.high)}")
    return Range(ratio, wording.level(ratio, "GBP"))


def chance(low: float, high: float, runs: int) -> str:
    """In how many runs more is gained than spent, with a QALY at its low and at its high worth."""
    ends = [CountOfRuns(round(share * runs), runs) for share in (low, high)]
    if ends[0].count == ends[1].count:
        return ends[0].text
    return f"{ends[0].count} to {ends[1].text}"
