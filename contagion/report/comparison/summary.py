"""The second page: every option in one line, who pays for the one put forward, and whom it does not clearly help."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from contagion.interventions.base import PAYERS
from contagion.report import wording
from contagion.report.comparison import benefit, caveats, tables
from contagion.report.comparison.content import Finding, Summary
from contagion.report.comparison.findings import Compared, named, period
from contagion.report.comparison.ladder import Ladder
from contagion.report.comparison.message import leader
from contagion.report.comparison.results import ComparisonResults
from contagion.report.table import Cell, Range, Table
from contagion.study.analysis.paired import interval

LINES = 14
"""Options beside the first that have a line here; the annex has all."""
NAMED = 3
"""Groups that are named before the others are counted; the same of payers."""


def summary(results: ComparisonResults, compared: Sequence[Compared], by_cost: Ladder | None) -> Summary:
    """The second page, all of it read off what the annex says at length."""
    lead = leader(compared[0], by_cost)
    return Summary(
        table=_table(results, compared),
        payers=who_pays(results, lead),
        left_out=not_helped(results, compared[0], lead),
        caveats=tuple(one.brief for one in caveats.caveats(results, compared)),
    )


def _table(results: ComparisonResults, compared: Sequence[Compared]) -> Table:
    """Level under the first option, difference under the others, runs that agree, cost and kind of evidence."""
    main, cost = compared[0], next((c for c in compared if c.outcome.column == "cost" and c.levels.any()), None)
    rows: list[tuple[Cell, ...]] = []
    order = list(range(len(main.findings)))
    if cost is not None:
        order[1:] = sorted(order[1:], key=lambda k: (float(np.median(cost.levels[k])), k))  # as in the picture
    for k in order[: LINES + 1]:
        found = main.findings[k]
        cells: list[Cell] = [found.option.label]
        cells.append(_plain(tables.change(found)) if found.difference else tables.level(found))
        if main.outcome.better is not None:
            cells.append(f"{found.better.count:g}" if found.better else "")
        if cost is not None:
            cells.append(_short(tables.level(cost.findings[k])))
        cells.append(_evidence(found, results))
        rows.append(tuple(c if c else "\N{EN DASH}" for c in cells))
    head = [
        "Option",
        f"Level or difference from {named(results.options[0])}",
        *([f"Better, of {results.replicates} runs"] if main.outcome.better is not None else []),
        *([f"Cost, {wording.years(results.years)}"] if cost is not None else []),
        "Tested in trials",
    ]
    more = len(main.findings) - len(rows)
    note = f"{wording.counted(more, 'more option')} in the annex." if more else ""
    return Table(f"{main.outcome.label}, {period(main.outcome, results)}", tuple(head), tuple(rows), note)


def _plain(cell: Range) -> Range:
    """The range alone: its verdict and the runs that agree stand elsewhere in the line."""
    return Range(cell.interval, cell.text)


def _short(cell: Range) -> Range:
    """Money with a short word for millions, as columns of figures have it."""
    return Range(cell.interval, cell.text.replace(" million", "m"))


def _evidence(found: Finding, results: ComparisonResults) -> str:
    """Whether controlled trials stand behind the parts of an option: 'Yes', 'No', '2 of 9'."""
    scenario = results.scenarios.get(found.option.name)
    if scenario is None:
        return "Not known"
    parts = [one for one in scenario.interventions.values() if one.enabled and one.places > 0]
    tested = sum(type(one).tested() for one in parts)
    if len(parts) > 1:
        return f"{tested} of {len(parts)}"
    return ("Yes" if tested else "No") if parts else ""


def who_pays(results: ComparisonResults, lead: Finding | None) -> str:
    """Which payers carry the cost of the option put forward, the largest first; empty where nobody pays."""
    ledger = results.ledger
    if lead is None or ledger.empty:
        return ""
    paid = {name: f"paid_{payer}" for payer, name in PAYERS.items() if f"paid_{payer}" in ledger}
    part = ledger[ledger["scenario"].astype(str) == lead.option.name]
    if part.empty or not paid or not part[list(paid.values())].to_numpy().any():
        return ""
    runs = part.groupby("replicate")
    spent = {name: interval(runs[column].sum()) for name, column in paid.items()}
    order = sorted((n for n in spent if spent[n].middle > 0), key=lambda n: -spent[n].middle)
    shown = [f"{name} {wording.level(spent[name], 'GBP')}" for name in order[:NAMED]]
    if len(order) > NAMED:
        shown.append(wording.counted(len(order) - NAMED, "other"))
    return f"Who would pay for {named(lead.option)}: {wording.listed(shown)}."


def not_helped(results: ComparisonResults, main: Compared, lead: Finding | None) -> str:
    """Groups in which the option put forward shows no clear gain in stable recovery, or does harm."""
    if results.groups.empty:
        return "Results by group were not stored: nothing is said of who gains."
    if lead is None:
        return ""
    worse, unclear, shown = benefit.by_verdict(results, lead.option)
    if not shown:
        return ""
    option = named(lead.option)
    if not worse and not unclear:
        return f"With {option} all {shown} groups by sex, age and substance clearly gain."
    harm = f"{wording.sentence(option)} does harm among {_some(worse)}. " if worse else ""
    none = f"No clear gain from {option} among {_some(unclear)}." if unclear else ""
    return (harm + none).strip()


def _some(groups: Sequence[str]) -> str:
    more = len(groups) - NAMED
    return wording.listed([*groups[:NAMED], *([wording.counted(more, "other group")] if more > 0 else [])])
