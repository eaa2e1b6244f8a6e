"""Figures for commissioners: cost beside effect, what each option changes, levels over time, how recovery started."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from contagion.model.outcome_list import CHANNEL_NOUNS
from contagion.report import wording
from contagion.report.chances import both_sides
from contagion.report.comparison import tables
from contagion.report.comparison.drift import drift_beside, drift_in_words, levels_over_time, smoothed
from contagion.report.comparison.findings import Compared, headline, lower_first, named, period
from contagion.report.comparison.results import ComparisonResults
from contagion.report.comparison.switched_off import carried
from contagion.report.figures.credits import credits
from contagion.report.figures.differences import KEY, LEVELS_KEY, Array, Gaps, at_end, levels, over_time
from contagion.report.figures.figure import Figure, Panel
from contagion.report.figures.rows import RangeRow, RangeRows
from contagion.report.table import Cell, Range, Table
from contagion.study.analysis.paired import interval


def cost_beside_effect(compared: Sequence[Compared], results: ComparisonResults) -> Figure | None:
    """The first picture: each option's difference on the first outcome with its cost, and checks with contagion off."""
    main = compared[0]
    cost = next((c for c in compared if c.outcome.column == "cost" and c.levels.any()), None)
    base = results.options[0]
    order = list(range(1, len(main.findings)))
    if cost is not None:
        order.sort(key=lambda k: (float(np.median(cost.levels[k])), k))
    rows, said = [], []
    for k in order:
        finding = main.findings[k]
        spent = cost.findings[k].difference if cost is not None else None
        under = wording.sentence(wording.difference(spent, "GBP")) if spent else ""
        rows.append(RangeRow(finding.option.label, main.gaps[k - 1], under))
    for one in carried(main, results):
        rows.append(RangeRow(one.check.label, one.left, "Contagion off in both", check=True))
    if not rows:
        return None
    drawn = RangeRows(main.outcome, rows, f"Same as {'today' if base.label.lower() == 'today' else 'first option'}")
    said = [f"{row.label}: {drawn.amount(row)}{f' ({lower_first(row.under)})' if row.under else ''}." for row in rows]
    when = period(main.outcome, results)
    title = headline(main)
    alt = f"Ranges of the difference in {lower_first(main.outcome.label)} from {named(base)}, {when}. {' '.join(said)}"
    found = {row.label: interval(row.runs) for row in rows}
    ends = [{"p10": one.low, "p50": one.middle, "p90": one.high} for one in found.values()]
    data = pd.DataFrame([{"option": row.label, "cost": row.under, **end} for row, end in zip(rows, ends, strict=True)])
    cells = tuple(
        (r.label, r.under or "Not known", tables.plain_range(found[r.label], main.outcome.unit)) for r in rows
    )
    key = f"Thick bar: half of {results.replicates} paired runs; thin: 8 in 10. Open dot: no clear difference."
    diamond = " Diamond: contagion off." if any(row.check for row in rows) else ""
    by = "; cost under each name" if cost is not None else ""
    return Figure(
        name="first-picture",
        kind="beside",
        title=title,
        subtitle=f"{main.outcome.label}{tables.unit(main)}: difference from {named(base)}, {when}{by}",
        alt=alt,
        description=tuple(said),
        caption=f"{key}{diamond}",
        data=data,
        panels=(Panel("Cost beside effect", alt, drawn.height, drawn.draw, 360),),
        table=Table("Cost beside effect", ("Option", "Cost", f"Difference from {named(base)}, {when}"), cells),
    )


def _ends(gaps: Gaps) -> pd.DataFrame:
    """The ranges at the end as data: a row for each option."""
    rows = zip(gaps.labels, gaps.intervals, strict=True)
    return pd.DataFrame([{"option": n, "p10": one.low, "p50": one.middle, "p90": one.high} for n, one in rows])


def levels_of(compared: Compared, results: ComparisonResults) -> Figure:
    """The level of one outcome over time under every option, with what the first option does by itself in words."""
    outcome, first = compared.outcome, results.options[0]
    weeks, paths, what = levels_over_time(compared, results)
    panels, data = levels(outcome, tuple(o.label for o in results.options), weeks, paths)
    lines = [
        f"{f.option.label}: {wording.level(f.level, outcome.unit)}, {period(outcome, results)}."
        for f in compared.findings
    ]
    lines = [*filter(None, (drift_in_words(compared, results), drift_beside(compared, results))), *lines]
    return Figure(
        name=f"levels-{outcome.name}".lower(),
        kind="bar",
        title=f"{wording.sentence(compared.noun)} over time, option by option",
        subtitle=f"{outcome.label}{tables.unit(compared)}, {what}, years {weeks[0] / 52:.3g} to {results.years:g}",
        alt=f"Charts of the level under each option, {named(first)} dashed in each. {' '.join(lines)}",
        description=tuple(lines),
        caption=f"{results.replicates} runs of each option. {LEVELS_KEY}",
        data=data,
        panels=tuple(panels),
        table=tables.levels_by_year(compared, results, weeks, paths, what),
    )


MANY = 6
"""Options beside the first above which only the first outcome is also drawn over time: a page must open on a telephone."""


def differences(compared: Compared, results: ComparisonResults, relapses: bool, fanned: bool = True) -> Figure:
    """How far each option moves one outcome: the ranges at the end, then (`fanned`) a fan over time each.

    `relapses`: whether to explain why more relapses can go with more starts.
    """
    outcome, first = compared.outcome, results.options[0]
    labels, titles = zip(*((f.option.label, f.option.title) for f in compared.others), strict=True)
    gaps = Gaps(outcome, first.label, labels, titles, period(outcome, results), compared.gaps)
    fans, data = over_time(gaps, results.weeks, compared.paths) if fanned else ([], _ends(gaps))
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
            f"{outcome.label}{tables.unit(compared)}: difference from {named(first)}, {smoothed(outcome)}. Modelled city of "
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
        subtitle=f"{wording.sentence(what)}, {wording.years(results.years)}, by option",
        alt=f"Bar charts, one per option, of the {what} in the model. {panels[0].alt}",
        description=tuple(lines or ["No start is credited to other people."]),
        caption=f"{results.replicates} runs of each option. Bars: the middle run. Lines: 8 in 10 runs.",
        data=data,
        panels=panels,
        table=Table(wording.sentence(what), ("Channel", *labels), tuple(rows)),
    )
