"""Which drawn parameter would be worth knowing better: the expected value of partial perfect information, in a table."""

from __future__ import annotations

from collections.abc import Iterator

from contagion.economics.appraisal import Appraisal
from contagion.economics.partial import FEWEST_FOR_PARTIAL, RARE, SHUFFLES, Partial, partial
from contagion.report import wording
from contagion.report.comparison.money.words import listed, pounds
from contagion.report.comparison.results import ComparisonResults
from contagion.report.table import Cell, Table

CAPTION = "Which drawn parameter is worth knowing better"


def table(results: ComparisonResults, found: Appraisal) -> Table | None:
    """Each drawn parameter with what knowing it would be worth; None where none were drawn, or in too few runs."""
    values = results.comparison.results.draws
    if values.empty or len(found.replicates) < FEWEST_FOR_PARTIAL:
        return None
    choice, worth = found.by_qaly, found.terms.qaly[0]
    each = _each(results, found)
    labels = {one.name: one.label for one in results.doubt.parameters}
    rows: list[tuple[Cell, ...]] = []
    for name, one in sorted(each.items(), key=lambda item: -item[1].value):
        reading = "Worth knowing better" if one.clear else "No more than chance gives"
        rows.append((f"{labels.get(name, name)} ({name})", pounds(one.value), pounds(one.by_chance), reading))
    everything = float(choice.known(worth)[0])
    rows.append((f"All of it: {results.doubt.foreseen}", pounds(everything), "–", "Luck in it cannot be known"))
    head = (
        "Parameter",
        "Expected value of knowing it, GBP",
        f"The same if it did nothing, in {RARE} of 100 shuffles",
        "Reading",
    )
    note = (
        f"A QALY at £{worth:,.0f}, over the whole run, for this city and these options. By regression of what each option "
        f"leaves on each parameter by itself, over {len(found.replicates)} draws (Strong and others 2014). Few draws find "
        f"value where there is none: {SHUFFLES} shuffles of its draws say how much. What a study costs is not in it."
    )
    return Table(CAPTION, head, tuple(rows), note)


def words(results: ComparisonResults, found: Appraisal) -> Iterator[str]:
    """What may be said of single parameters, in a sentence; nothing where none were drawn."""
    many = len(found.replicates)
    if results.comparison.results.draws.empty:
        return
    if many < FEWEST_FOR_PARTIAL:
        yield (
            f"Which of the {results.doubt.many} would be worth knowing better is not stated: that takes at least "
            f"{FEWEST_FOR_PARTIAL} draws, and there are {many}."
        )
        return
    labels = {one.name: one.label for one in results.doubt.parameters}
    each, worth = _each(results, found), f"a QALY at £{found.terms.qaly[0]:,.0f}"
    clear = sorted((name for name, one in each.items() if one.clear), key=lambda name: -each[name].value)
    if not clear:
        yield (
            f"Knowing any one of the {results.doubt.many} by itself would be worth no more than chance gives from {many} "
            f"draws, with {worth}."
        )
        return
    named = listed([f"{labels.get(one, one)} ({pounds(each[one].value)})" for one in clear])
    yield f"{wording.sentence(worth)}, these drawn parameters would be worth knowing better, each by itself: {named}."


def _each(results: ComparisonResults, found: Appraisal) -> dict[str, Partial]:
    """The value of knowing each drawn parameter, by name, at the preset's low worth of a QALY."""
    values = results.comparison.results.draws.set_index("replicate").loc[found.replicates.astype(int)]
    choice, worth = found.by_qaly, found.terms.qaly[0]
    return {str(name): partial(choice.costs, choice.effects, worth, values[name].to_numpy()) for name in values.columns}
