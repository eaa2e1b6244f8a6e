"""Tables of the report: the balance sheet of options, chances, data behind figures, what it all rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from contagion.report import wording
from contagion.report.chances import SCALE, CountOfRuns
from contagion.report.comparison.content import Finding
from contagion.report.comparison.findings import Compared, lower_first, named, period
from contagion.report.comparison.ladder import DOMINATED, FIRST, PASSED, STEP, UNCLEAR, Ladder, Rung
from contagion.report.comparison.message import each
from contagion.report.comparison.results import Array, ComparisonResults
from contagion.report.table import Cell, Range, Table
from contagion.study.analysis.paired import Interval, interval


def level(finding: Finding) -> Range:
    """A level as a range."""
    return Range(finding.level, wording.level(finding.level, finding.outcome.unit))


def change(finding: Finding) -> Range:
    """A difference as a range, with how many runs agree and a verdict."""
    assert finding.difference is not None
    text = wording.sentence(wording.difference(finding.difference, finding.outcome.unit))
    note = f"{'in' if finding.verdict == 'better' else 'better in'} {finding.better.runs}" if finding.better else ""
    return Range(finding.difference, text, note, finding.verdict if finding.outcome.better else "")


def glance(results: ComparisonResults, compared: Sequence[Compared]) -> Table:
    """The balance sheet: outcomes by domain down the side, options across, cost last; nothing is ranked."""
    base = results.options[0]
    rows: list[tuple[Cell, ...]] = []
    for c in compared:
        rows.append(
            (
                f"{c.outcome.label}{unit(c)}, {period(c.outcome, results)}",
                level(c.findings[0]),
                *(change(f) for f in c.others),
            )
        )
    return Table(
        caption=f"Balance sheet: level under {named(base)}, and difference from it under every other option",
        head=("Outcome", f"{base.label}: level", *(f"{o.label}: difference" for o in results.options[1:])),
        rows=tuple(rows),
        domains=tuple(c.outcome.domain for c in compared),
        note=" ".join(_notes(results, compared)),
    )


STANDINGS = {
    FIRST: "Costs least: the others are steps from here",
    STEP: "A step: clearly better than everything cheaper",
    UNCLEAR: "No clear gain over {by}, which costs no more",
    DOMINATED: "Dominated by {by}: costs no less and does no better in the middle run",
    PASSED: "Passed over (extended dominance): the step to {by} buys more for each pound",
}
"""What an option is on the ladder of cost."""


def incremental(by_cost: Ladder, results: ComparisonResults, prices: str) -> Table:
    """The options by cost, each against the next cheaper one that is worth its money."""
    main = by_cost.outcome
    outcome, one = main.outcome, each(main)
    rows = tuple(_rung(rung, by_cost) for rung in by_cost.rungs)
    base = named(results.options[0])
    head = (
        "Option, cheapest first",
        f"Cost over {wording.years(results.years)}",
        f"Difference from {base}",
        "Compared with",
        "Extra cost",
        "Extra gain",
        f"Cost of each {one}",
        "Reading",
    )
    caption = f"Options compared with each other: cost beside {lower_first(outcome.label)}, {period(outcome, results)}"
    note = (
        f"Each option is compared with the next cheaper step. Ranges hold 8 in 10 of the {results.replicates} paired runs; "
        f"a cost without a range was nearly the same in all. {prices} What each {one} is worth is yours to decide; "
        "these are no benefit-cost ratios."
    )
    return Table(caption, head, rows, note)


def _rung(rung: Rung, by_cost: Ladder) -> tuple[Cell, ...]:
    outcome = by_cost.outcome.outcome
    at = next(k for k, f in enumerate(by_cost.outcome.findings) if f.option == rung.option)
    spent, found = by_cost.cost.findings[at].level, by_cost.outcome.findings[at]
    reading = STANDINGS[rung.standing].format(by=named(rung.by) if rung.by else "")
    cost = Range(spent, wording.level(spent, "GBP"))
    effect: Cell = change(found) if found.difference else "Not applicable"
    if rung.against is None or rung.more is None or rung.gain is None:
        return (rung.option.label, cost, effect, "Nothing: it costs least", *("Not applicable",) * 3, reading)
    gain = wording.sentence(wording.difference(rung.gain, outcome.unit))
    price: Cell = "Open: the gain is not clear"
    if rung.price is not None:
        price = Range(rung.price, wording.level(rung.price, "GBP"))
    return (
        rung.option.label,
        cost,
        effect,
        rung.against.label,
        Range(rung.more, wording.sentence(wording.difference(rung.more, "GBP"))),
        Range(rung.gain, gain),
        price,
        reading,
    )


def _notes(results: ComparisonResults, compared: Sequence[Compared]) -> Iterator[str]:
    """How to read the balance sheet."""
    yield f"Each range holds 8 in 10 of the {results.replicates} paired runs (10th to 90th percentile)."
    yield "“No clear difference”: the range includes no difference."
    if any(f.verdict == "small" for c in compared for f in c.others):
        yield "“Very small”: all of it lies within half a point, person or event of no difference."
    yield "Rows are not added together."
    if more_relapses(compared):
        yield MORE_RELAPSES


MORE_RELAPSES = "More relapses can go with more recovery starts, because more people then have a recovery to lose."


def more_relapses(compared: Sequence[Compared]) -> bool:
    """Whether some option has more starts and with them more relapses."""
    up = {
        c.outcome.column: {f.option.name for f in c.others if f.difference and f.difference.low > 0} for c in compared
    }
    return bool(up.get("starts", set()) & up.get("relapses", set()))


def unit(compared: Compared) -> str:
    """The unit in brackets where the label does not say it."""
    said = wording.unit(compared.outcome.unit).said
    return f" ({said})" if said else ""


def chances(results: ComparisonResults, compared: Sequence[Compared], caption: str) -> Table | None:
    """For every outcome and option: better, not better, worse, and best of all, each as a count of runs."""
    rows: list[tuple[Cell, ...]] = []
    for c in compared:
        for f in c.others:
            if f.better is None or f.worse is None or f.best is None:
                continue
            rest = CountOfRuns(f.better.of - f.better.count, f.better.of)
            rows.append(
                (
                    f"{c.outcome.label}: {f.option.label}",
                    *(x.text for x in (f.better, rest, f.worse, f.best)),
                    wording.sentence(f.better.likelihood),
                )
            )
    base = named(results.options[0])
    head = (
        "Outcome and option",
        f"Better than {base}",
        f"Not better than {base}",
        f"Worse than {base}",
        "Best of all options",
        "Better, in words",
    )
    note = "Best: better than every other option in the same run; runs that were level with another are counted apart."
    return Table(caption, head, tuple(rows), note) if rows else None


def scale() -> Table:
    """The one scale that turns chances into words."""
    tops = [1.0, *(low for low, _ in SCALE)]
    rows = tuple(
        (wording.sentence(word), f"{low * 100:.0f}% to {'100%' if top == 1 else f'less than {top * 100:.0f}%'}")
        for (low, word), top in zip(SCALE, tops, strict=False)
    )
    return Table("What the words for chance mean in this report", ("Words", "Share of paired runs of the model"), rows)


def by_year(compared: Compared, results: ComparisonResults) -> Table:
    """A figure's data table: the paired difference at every year's end, a column per option."""
    years = [int(w) for w in results.weeks if w and (w % 52 == 0 or w == results.weeks[-1])]
    at = np.searchsorted(results.weeks, years)
    rows: list[tuple[Cell, ...]] = []
    for week, place in zip(years, at, strict=True):
        cells = [interval(path[:, place]) for path in compared.paths]
        rows.append((f"Year {week / 52:.4g}", *(plain_range(i, compared.outcome.unit) for i in cells)))
    heads = tuple(f"{f.option.label}" for f in compared.others)
    base = named(results.options[0])
    what = "total since the start" if compared.outcome.reduce == "sum" else "average of the year"
    caption = f"{compared.outcome.label}: difference from {base} at the end of each year ({what})"
    return Table(caption, ("Time", *heads), tuple(rows))


def levels_by_year(compared: Compared, results: ComparisonResults, weeks: Array, paths: Array, what: str) -> Table:
    """The data table of a figure of levels: the level at every year's end, a column per option."""
    rows: list[tuple[Cell, ...]] = []
    for place, week in enumerate(weeks):
        if week % 52 == 0 or week == weeks[-1]:
            found = [interval(option[:, place]) for option in paths]
            cells = (Range(one, wording.level(one, compared.outcome.unit)) for one in found)
            rows.append((f"Year {week / 52:.4g}" if week else "First day", *cells))
    caption = f"{compared.outcome.label} at the end of each year: {what}"
    return Table(caption, ("Time", *(o.label for o in results.options)), tuple(rows))


def plain_range(found: Interval, unit: str) -> Range:
    """A difference as a range, with nothing beside it."""
    return Range(found, wording.sentence(wording.difference(found, unit)))


def pairing(results: ComparisonResults, compared: Sequence[Compared]) -> Table | None:
    """How many times fewer runs were needed because every option lived through the same chances."""
    if len(results.options) < 2 or results.replicates < 3:
        return None
    rows = tuple(
        (c.outcome.label, *(_times(f.saved) for f in c.others))
        for c in compared
        if any(f.saved is not None for f in c.others)
    )
    if not rows:
        return None
    head = ("Outcome", *(o.label for o in results.options[1:]))
    note = (
        "A factor of 5 means that unpaired runs would have needed five times as many repeats for the same "
        "precision. "
        "Below 1, pairing did not help."
    )
    return Table("Variance-reduction factor from pairing, by outcome and option", head, rows, note)


def _times(saved: float | None) -> str:
    if saved is None:
        return "Not available"
    if saved == float("inf"):
        return "The difference never varied"
    return f"{saved:.1f} times" if saved < 10 else f"{saved:,.0f} times"


def evidence(counts: Mapping[str, int]) -> Table | None:
    """How many of the model's numbers rest on what kind of evidence."""
    if not counts:
        return None
    words = {
        "C": "Read in the published source",
        "C2": "Read in a second-hand account of the source",
        "D": "Worked out by arithmetic from published numbers",
        "assumed": "Assumed: no published number was found",
        "choice": "Chosen, not measured (such as the horizon or a switch)",
    }
    order = [grade for grade in (*words, *sorted(set(counts) - set(words))) if grade in counts]
    rows = tuple((words.get(grade, grade), f"{counts[grade]:,}") for grade in order)
    return Table(
        "How many of the model\N{RIGHT SINGLE QUOTATION MARK}s numbers rest on what evidence",
        ("Evidence", "Numbers"),
        rows,
    )
