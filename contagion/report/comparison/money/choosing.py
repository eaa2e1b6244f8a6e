"""The choice between options: the plane, curves of acceptability, the frontier, and what foreseeing luck would be worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from contagion.economics.appraisal import Appraisal
from contagion.economics.choice import OptionSet
from contagion.economics.turning import sign
from contagion.report import wording
from contagion.report.comparison.doubt import Doubt
from contagion.report.comparison.money.words import base, listed, money, pounds, price, quadrant
from contagion.report.comparison.tables import plain_range
from contagion.report.figures.buys import acceptability
from contagion.report.figures.buys.plane import KEY, plane
from contagion.report.figures.figure import Figure
from contagion.report.table import Cell, Table
from contagion.study.analysis.paired import interval

Array = NDArray[np.float64]
LUCK = Doubt()
"""Runs that differ by luck alone."""
POINTS, COLUMNS = 41, 6
"""Worths at which curves are worked out, and columns of round worths in their tables."""


def worths(most: float, count: int = POINTS) -> Array:
    """The declared range, from nothing to `most` (GBP), in even steps."""
    return np.linspace(0.0, most, count)


def the_plane(found: Appraisal, labels: Sequence[str]) -> Figure:
    """Extra spending against extra people in stable recovery: nothing is valued."""
    choice = found.by_person
    bias = f", with {found.terms.optimism_bias:.0%} added for optimism" if found.terms.optimism_bias else ""
    front = [found.options.index(one.option) for one in choice.frontier]
    up = "More spending, GBP"
    panels, data = plane(labels, choice.costs, choice.effects, front, ("More people in stable recovery", up))
    rows: list[tuple[Cell, ...]] = []
    lines = []
    for k, label in enumerate(labels[1:], 1):
        cost, effect = choice.costs[:, k], choice.effects[:, k]
        side = quadrant(sign(cost), sign(effect))
        each = price(found.lines[k - 1].per_stable, sign(effect))
        ends = money(interval(cost)), plain_range(interval(effect), "people")
        rows.append((label, *ends, side, each))
        lines.append(f"{label}, against {base(labels)}: {side[0].lower()}{side[1:]}.")
    lines += frontier_in_words(choice, labels)
    head = ("Option", "More spending", "More people in stable recovery at the end", "Reading", "Spending for one more")
    years = wording.years(found.spent.shape[-1])
    return Figure(
        name="money-plane",
        kind="bar",
        title="What more spending buys, option by option",
        subtitle=f"Present value of spending over {years}{bias}, and people in stable recovery in the last year: difference "
        f"from {base(labels)} in the same run",
        alt=f"Charts of extra spending against extra people in stable recovery. {' '.join(lines)}",
        description=tuple(lines),
        caption=f"{len(found.replicates)} runs of each option. {KEY}",
        data=data,
        panels=panels,
        table=Table("More spending beside more people in stable recovery", head, tuple(rows)),
    )


def curves(
    found: Appraisal, choice: OptionSet, labels: Sequence[str], most: float, name: str, doubt: Doubt = LUCK
) -> Figure:
    """How often each option leaves the most, by what one unit of its effect is worth."""
    grid = worths(most)
    shares, best = choice.shares(grid), choice.best(grid)
    panel, data = acceptability.curves(labels, grid, shares, best, choice.unit)
    few = worths(most, COLUMNS)
    each = choice.shares(few)
    rows = [(label, *(f"{100 * share:.0f}%" for share in each[:, k])) for k, label in enumerate(labels)]
    rows.append(("On the frontier (leaves the most on average)", *(labels[k] for k in choice.best(few))))
    head = ("Option", *(f"£{one:,.0f}" for one in few))
    lines = list(_over(labels, grid, best, shares, choice.unit))
    of = "recovery" if choice.unit.startswith("person") else "a QALY"
    changes = len(set(best)) > 1
    title = f"The best buy depends on what {of} is worth" if changes else f"One option leads, whatever {of} is worth"
    counted = "spending alone counts as cost" if of == "recovery" else "money spared elsewhere is taken off cost"
    return Figure(
        name=name,
        kind="bar",
        title=title,
        subtitle=f"Share of runs in which each leaves the most; a {choice.unit} is worth £0 to £{most:,.0f}; {counted}",
        alt=f"Curves of acceptability. {' '.join(lines)}",
        description=tuple(lines),
        caption=f"{len(found.replicates)} runs of each option, which differ by {doubt.differ}. {acceptability.KEY}",
        data=data,
        panels=(panel,),
        table=Table(f"Runs in which each option leaves the most, by what a {choice.unit} is worth", head, tuple(rows)),
    )


def _over(labels: Sequence[str], grid: Array, best: Sequence[int], shares: Array, unit: str) -> Iterator[str]:
    """Stretch by stretch of the range: who leads on average, and in what share of the runs."""
    starts = [i for i in range(len(grid)) if i == 0 or best[i] != best[i - 1]]
    for begin, end in zip(starts, [*starts[1:], len(grid)]):
        held = shares[begin:end, best[begin]]
        low, high = (f"{100 * one:.0f}%" for one in (held.min(), held.max()))
        share = low if low == high else f"{low} to {high}"
        where = f"£{grid[begin]:,.0f}" if end - begin == 1 else f"£{grid[begin]:,.0f} to £{grid[end - 1]:,.0f}"
        yield f"At {where} for a {unit} {labels[best[begin]]} leaves the most on average, and in {share} of the runs."


def frontier_in_words(choice: OptionSet, labels: Sequence[str]) -> list[str]:
    """The frontier from the cheapest on, with the price of each step where it can be stated; then who is dominated."""
    called = dict(zip(choice.options, labels))
    first, *steps = choice.frontier
    held = listed([called[one.option] for one in choice.frontier])
    said = [f"On the frontier by means over runs, cheapest first: {held}."]
    if not steps:
        said = [f"{called[first.option]} alone is on the frontier: no other option does more on average."]
    before = first
    for step in steps:
        ratio, pair = choice.ratios[step.option], f"From {called[before.option]} to {called[step.option]}"
        if ratio is None:
            said.append(f"{pair} no price is stated: it may bring no more.")
        elif ratio.high <= 0:
            said.append(f"{pair} more is had for no more money.")
        else:
            said.append(f"{pair} one more {choice.unit} costs {wording.level(ratio, 'GBP')}.")
        before = step
    for status, why in (
        ("dominated", "another option costs no more and does no less"),
        ("extendedly dominated", "a mix of two others does as much for less"),
    ):
        if out := [called[name] for name in choice.dominated(status)]:  # type: ignore[arg-type]
            said.append(f"{wording.sentence(status)} ({why}): {listed(out)}.")
    return said


STATUS = {
    "frontier": "On the frontier",
    "dominated": "Dominated: another option does as much for no more",
    "extendedly dominated": "Extendedly dominated: a mix of two others does as much for less",
}


def weighed(choice: OptionSet, labels: Sequence[str], caption: str) -> Table:
    """The full incremental analysis: which options no other one makes pointless, and what one unit more costs."""
    called = dict(zip(choice.options, labels))
    rows: list[tuple[Cell, ...]] = []
    before = None
    for one in choice.steps:
        cell: Cell = "–"
        if one.status == "frontier":
            cell = "Nothing: it costs least"
            if before is not None:
                i, k = choice.options.index(before), choice.options.index(one.option)
                cell = price(choice.ratios[one.option], sign(choice.effects[:, k] - choice.effects[:, i]))
            before = one.option
        rows.append((called[one.option], STATUS[one.status], cell))
    note = (
        "By means over runs, cheapest first. Each price compares with the frontier's option before it: the ratio of mean "
        "differences, with 8 in 10 resamples; none is stated where its denominator may be nothing. "
        "Where gains are not clear, luck may decide who is dominated."
    )
    return Table(caption, ("Option", "Verdict", f"GBP for one {choice.unit} more"), tuple(rows), note)


def known(
    choice: OptionSet, labels: Sequence[str], most: float, named: Sequence[float], people: int, doubt: Doubt = LUCK
) -> Table:
    """Expected value of perfect information over the declared range and at the worths that have a name."""
    grid = np.array(sorted({*worths(most, COLUMNS).tolist(), *(one for one in named if one <= most)}))
    shares, best, value = choice.shares(grid), choice.best(grid), choice.known(grid)
    rows = []
    for i, worth in enumerate(grid):
        lead = labels[best[i]], f"{100 * shares[i, best[i]]:.0f}%"
        rows.append((f"£{worth:,.0f}", *lead, pounds(value[i]), pounds(value[i] / people)))
    head = (
        f"A {choice.unit} is worth",
        "Leaves the most on average",
        "Runs in which it does",
        "Expected value of perfect information, GBP",
        "The same for each person in the city, GBP",
    )
    note = f"For these {len(labels)} options together, over the whole run. Runs differ by {doubt.differ}."
    return Table(
        f"What it would be worth to foresee {doubt.foreseen}, by what a {choice.unit} is worth", head, tuple(rows), note
    )


def foresight(
    choice: OptionSet, most: float, named: Sequence[float], people: int, runs: int, doubt: Doubt = LUCK
) -> str:
    """The value of perfect information in words."""
    value = choice.known(worths(most))
    over = f"for a {choice.unit} worth £0 to £{most:,.0f}"
    if not value.max():
        same = f"In all {runs} runs the same option leaves the most, {over}"
        return f"{same}: to foresee {doubt.foreseen} would be worth nothing."
    at = [f"{pounds(one)} ({pounds(one / people)} a person) at £{w:,.0f}" for w, one in zip(named, choice.known(named))]
    stated = f": {wording.listed(at)}" if at else ""
    return (
        f"Could {doubt.foreseen} be foreseen, choosing anew in each run would leave {pounds(float(value.min()))} to "
        f"{pounds(float(value.max()))} more on average than one choice for all, {over}{stated}. That is the expected value "
        f"of perfect information, from {runs} runs."
    )
