"""Figures for commissioners: what each option changes, and through what recovery started, with all words beside them."""

from __future__ import annotations

import numpy as np

from contagion.model.outcome_list import CHANNEL_NOUNS
from contagion.report import wording
from contagion.report.chances import both_sides
from contagion.report.comparison import tables
from contagion.report.comparison.findings import Compared, headline, named, period
from contagion.report.comparison.results import ComparisonResults
from contagion.report.figures.credits import credits
from contagion.report.figures.differences import KEY, Array, Gaps, at_end, over_time
from contagion.report.figures.figure import Figure
from contagion.report.table import Cell, Range, Table
from contagion.study.analysis.paired import interval


def differences(compared: Compared, results: ComparisonResults, relapses: bool) -> Figure:
    """How far each option moves one outcome: the ranges at the end, then a fan over time each.

    `relapses`: whether to explain why more relapses can go with more starts.
    """
    outcome, first = compared.outcome, results.options[0]
    labels, titles = zip(*((f.option.label, f.option.title) for f in compared.others), strict=True)
    gaps = Gaps(outcome, first.label, labels, titles, period(outcome, results), compared.gaps)
    fans, data = over_time(gaps, results.weeks, compared.paths)
    total = "running total since the start" if outcome.reduce == "sum" else "level at each week"
    lines = [f"{first.label}: {wording.level(compared.findings[0].level, outcome.unit)}, {gaps.when}."]
    for f, amount in zip(compared.others, gaps.amounts, strict=True):
        agree = f" {wording.sentence(both_sides(f.better, f.worse))}." if f.better and f.worse else ""
        lines.append(f"{f.option.label}: {amount}.{agree}")
    if relapses and outcome.column == "relapses":
        lines.append(tables.MORE_RELAPSES)
    return Figure(
        name=f"{outcome.domain}-{outcome.name}".lower().replace(" ", "-"),
        kind="fan",
        title=headline(compared),
        subtitle=(
            f"{outcome.label}{tables.unit(compared)}: difference from {named(first)}, {total}. Modelled city of "
            f"{results.people:,} people, years 0 to {results.years:g}"
        ),
        alt=gaps.alt,
        description=tuple(lines),
        caption=f"{results.replicates} paired runs of each option. {KEY}",
        data=data,
        panels=(at_end(gaps), *fans),
        table=tables.by_year(compared, results),
    )


def channels(results: ComparisonResults) -> Figure | None:
    """What share of starts each channel is credited with, by option; None where some run had no start at all."""
    stored = [c for c in CHANNEL_NOUNS if f"credit_{c}" in results.outcomes]
    totals = {c: results.weekly(f"credit_{c}").sum(axis=2) for c in stored}
    totals = {c: t for c, t in totals.items() if t.any()}
    everything = sum(totals.values()) if totals else None
    if everything is None or not np.all(everything > 0):
        return None
    shares: dict[str, Array] = {c: t / everything for c, t in totals.items()}
    titles, labels = zip(*((o.title, o.label) for o in results.options), strict=True)
    panels, data = credits(titles, labels, {CHANNEL_NOUNS[c]: share for c, share in shares.items()})
    rows: list[tuple[Cell, ...]] = []
    for channel, share in shares.items():
        ranges = [interval(option) for option in share]
        rows.append((CHANNEL_NOUNS[channel], *(Range(i, wording.level(i, "share")) for i in ranges)))
    others = [c for c in shares if c not in {"spontaneous", "treatment"}]
    passed = [interval(sum(shares[c][row] for c in others)) for row in range(len(labels))] if others else []
    lines = [
        f"{label}: other people or groups are credited with {wording.level(i, 'share')} of starts."
        for label, i in zip(labels, passed, strict=False)
    ]
    ends = [f"{100 * end:.0f}%" for end in (min(i.low for i in passed), max(i.high for i in passed))] if passed else []
    inspired = " to ".join(dict.fromkeys(ends)) or "none"
    what = "share of recovery starts credited to each channel"
    return Figure(
        name="channels",
        kind="bar",
        title=f"People inspire {inspired} of starts in the model",
        subtitle=f"{wording.sentence(what)}, {results.years:g} years, by option",
        alt=f"Bar charts, one per option, of the {what} in the model. {panels[0].alt}",
        description=tuple(lines or ["No start is credited to other people."]),
        caption=f"{results.replicates} runs of each option. Bars: the middle run. Lines: 8 in 10 runs.",
        data=data,
        panels=panels,
        table=Table(wording.sentence(what), ("Channel", *labels), tuple(rows)),
    )
