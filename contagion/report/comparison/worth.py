"""What options are worth in money: costs and consequences by payer, then, optional and apart, added up and weighed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from contagion.economics.appraisal import READ, Appraisal, Line, Terms, appraise
from contagion.economics.discounting import factors
from contagion.economics.unit_costs import dated
from contagion.report import wording
from contagion.report.comparison.results import ComparisonResults
from contagion.report.comparison.tables import plain_range
from contagion.report.table import Cell, Range, Table
from contagion.study.analysis.paired import Interval

WORTHS = (20_000.0, 30_000.0, 70_000.0)
"""GBP for a QALY at which the choice is shown: NICE's range for public health, and the Green Book's value."""
SPENT = "Spent on interventions"


class Worth(NamedTuple):
    """The section: how it was made in sentences, its tables, and the data to download (every draw's cost and effect)."""

    words: tuple[str, ...]
    tables: tuple[Table, ...]
    data: pd.DataFrame
    title: str = "Every run's cost and effect"
    name: str = "costs-and-effects"


def worth(results: ComparisonResults) -> Worth | None:
    """The money section of a comparison; None where the study asks for none, or nothing was spent."""
    terms = terms_of(results)
    if terms is None or len(results.options) < 2 or results.replicates < 2 or results.ledger.empty or results.years < 1:
        return None
    if not set(READ) <= set(results.outcomes.columns):
        return None
    found = appraisal(results, terms)
    if found.spent.max() <= 0:
        return None
    labels = [option.label for option in results.options]
    tables = [
        _payers(found, labels),
        _added_up(found, labels),
        _weighed(found, labels),
        _factors(found),
        _unit_costs(terms),
    ]
    if certain := _choice(found, labels):
        tables.insert(3, certain)
    return Worth(_words(found), tuple(tables), found.draws)


def terms_of(results: ComparisonResults) -> Terms | None:
    """How the study asks for its money to be appraised; None if it does not."""
    asked = results.study.money if results.study else None
    if asked is None or not asked.worth:
        return None
    own = {name: value for name, value in asked.unit_costs.model_dump().items() if value is not None}
    return Terms(asked.preset, asked.price_year, asked.optimism_bias, own)


def appraisal(results: ComparisonResults, terms: Terms) -> Appraisal:
    """The options of a comparison, appraised on these terms."""
    years = {n: one.price_year for s in results.scenarios.values() for n, one in s.interventions.items()}
    names = [option.name for option in results.options]
    outcomes = results.outcomes[results.outcomes["scenario"].isin(names)]
    return appraise(outcomes, results.ledger, years, names, terms)


def _words(found: Appraisal) -> tuple[str, ...]:
    terms, years = found.terms, found.spent.shape[-1]
    low, high = (f"£{one:,.0f}" for one in terms.qaly)
    qaly = low if low == high else f"{low} to {high}"
    rate = terms.rules.money[0][1] * 100, terms.rules.health[0][1] * 100
    bias = f"{terms.optimism_bias * 100:g}%" if terms.optimism_bias else "nothing"
    return (
        f"Present values over {wording.years(years)} in {terms.price_year} prices, on the terms of {terms.rules.title}: "
        f"money is discounted at {rate[0]:g}% a year and health at {rate[1]:g}%, a QALY counts {qaly}, and {bias} "
        "is added to spending for optimism.",
        "Each figure is the difference from the first option in the same run. What is spared is money that others need not "
        "spend; much of it frees time and places, and no budget falls by it.",
        "Wellbeing, families, victims beyond the cost of crime, and work are not valued: nothing confirmed was found to "
        "value them by. Deaths averted count until the end of the run only.",
    )


def _money(found: Interval) -> Range:
    return plain_range(found, "GBP")


def _payers(found: Appraisal, labels: Sequence[str]) -> Table:
    """Cost and consequence, payer by payer, before anything is added up."""
    costs, lines = found.terms.unit_costs, found.lines
    rows: list[tuple[Cell, ...]] = [(SPENT, "whoever commissions them", *(_money(one.spent) for one in lines))]
    for name in lines[0].spared:
        flag = "" if costs[name].confirmed else " (unit cost not confirmed)"
        less = [_negative(one.spared[name]) for one in lines]
        rows.append((f"{wording.sentence(costs[name].meaning)}{flag}", costs[name].payer, *map(_money, less)))
    rows.append(("QALYs (quality-adjusted life years)", "people", *(plain_range(one.qalys, "QALYs") for one in lines)))
    head = ("What", "Who pays or gains", *labels[1:])
    return Table("Costs and consequences, against the first option", head, tuple(rows))


def _negative(found: Interval) -> Interval:
    return Interval(-found.high, -found.middle, -found.low, found.coverage)


def _added_up(found: Appraisal, labels: Sequence[str]) -> Table:
    """All in money: what is left, and how often more is gained than spent."""
    rows, (low, high) = [], found.terms.qaly
    for label, one in zip(labels[1:], found.lines):
        spent: tuple[Cell, ...] = (_money(one.spent),)
        if found.terms.optimism_bias:
            spent += (_money(one.spent_with_bias),)
        nets = one.net[: 1 if low == high else 2]
        rows.append((label, *spent, *map(_money, nets), _chance(one), _even(one), _each(one)))
    titles = ["What is left"] if low == high else ["What is left, a QALY at its low worth", "at its high worth"]
    biased = ["Spending with optimism added"] if found.terms.optimism_bias else []
    head = ("Option", "Spending", *biased, *titles, "Runs in which more is gained than spent")
    head += ("Breaks even when all gains are multiplied by", "Spending for one more person in stable recovery")
    note = (
        "What is left: spared costs and QALYs, less spending. Shares of runs count luck inside the model alone, not doubt "
        "about the model or the unit costs."
    )
    return Table("Added up in money", head, tuple(rows), note)


def _chance(one: Line) -> str:
    low, high = (f"{100 * share:.0f}%" for share in one.chance)
    return low if low == high else f"{low} to {high}"


def _even(one: Line) -> str:
    return f"{one.switching:.2g}" if one.switching is not None else "nothing is gained"


def _each(one: Line) -> Cell:
    if one.per_stable is None:
        return "Not stated: there may be no more people in stable recovery"
    return Range(one.per_stable, wording.level(one.per_stable, "GBP"))


STATUS = {
    "frontier": "On the frontier",
    "dominated": "Dominated: another option does as much for less",
    "extendedly dominated": "Dominated by a mix of two other options",
}


def _weighed(found: Appraisal, labels: Sequence[str]) -> Table:
    """The full incremental analysis: which options no other one makes pointless, and what the next QALY costs."""
    called = dict(zip(found.options, labels))
    rows = []
    for one in found.incremental():
        ratio = f"£{one.ratio:,.0f}" if one.ratio is not None else "–"
        if one.ratio is not None and one.ratio < 0:
            ratio = "It spares money"
        rows.append((called[one.option], STATUS[one.status], ratio))
    note = "Of means over runs, cheapest first, spared costs counted. A ratio compares with the frontier's option before it."
    return Table(
        "Which options no other makes pointless", ("Option", "Verdict", "GBP for one QALY more"), tuple(rows), note
    )


def _choice(found: Appraisal, labels: Sequence[str]) -> Table | None:
    """How often each option is the best buy, by what a QALY is worth; and what knowing chance beforehand would be worth."""
    shares = found.acceptability(np.array(WORTHS))
    rows = []
    for place, value in enumerate(WORTHS):
        known = found.perfect_information(value)
        rows.append((f"£{value:,.0f}", *(f"{100 * share:.0f}%" for share in shares[place]), f"£{known:,.0f}"))
    head = ("A QALY is worth", *labels, "Expected value of perfect information")
    note = "Shares of runs in which an option leaves the most. Runs differ by luck alone."
    return Table("How sure the choice is", head, tuple(rows), note)


def _factors(found: Appraisal) -> Table:
    """What a pound and a healthy year count for in each year: the factors by which streams were brought to the first."""
    rules, years = found.terms.rules, found.spent.shape[-1]
    pairs = zip(factors(years, rules.money), factors(years, rules.health), strict=True)
    rows = tuple((f"Year {year}", f"{money:.4f}", f"{health:.4f}") for year, (money, health) in enumerate(pairs, 1))
    return Table(
        f"Discount factors year by year ({rules.title})", ("Year of the run", "Money", "Health"), rows, rules.source
    )


def _unit_costs(terms: Terms) -> Table:
    """Every unit cost that was used, brought to the price year."""
    rows = []
    for what in terms.unit_costs.values():
        value = f"£{what.in_prices_of(terms.price_year):,.0f}"
        other = f"; another source has £{what.high:,.0f} in its own prices" if what.high else ""
        sure = what.grade if what.confirmed else f"{what.grade}, not confirmed"
        rows.append(
            (
                wording.sentence(what.meaning),
                value,
                what.unit.removeprefix("GBP "),
                what.payer,
                what.source + other,
                sure,
            )
        )
    head = ("What", f"Value in {terms.price_year} prices", "For", "Payer", "Source", "Grade")
    note = f"Looked through on {dated():%d %B %Y}. Your own values can be given under [money.unit_costs] in the study file."
    return Table("Unit costs", head, tuple(rows), note)
