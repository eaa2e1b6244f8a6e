"""The money annex: costs and consequences by payer, what they leave, the choice between options, and what would turn it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from contagion.economics.appraisal import READ, Appraisal, Terms, appraise
from contagion.economics.discounting import PRESETS, factors
from contagion.economics.turning import sign
from contagion.economics.unit_costs import dated
from contagion.report import wording
from contagion.report.comparison.doubt import Doubt
from contagion.report.comparison.money import choosing, payers, turning
from contagion.report.comparison.money.drawn import SingleParameters
from contagion.report.comparison.money.words import MANY, across, base, chance, money, price
from contagion.report.comparison.results import ComparisonResults
from contagion.report.comparison.tables import plain_range
from contagion.report.figures.figure import Figure
from contagion.report.table import Cell, Table
from contagion.study.analysis.paired import Interval, interval

SPENT = "Spent on interventions"
NICE = (20_000.0, 30_000.0)
"""GBP for a QALY at which results are always shown beside the preset's own: NICE's range for public health."""


class DataFile(NamedTuple):
    """A table to download; `digits` are significant figures of its numbers."""

    title: str
    name: str
    data: pd.DataFrame
    digits: int = 5


class Worth(NamedTuple):
    """The annex: how it was made in sentences, figures, tables (the first stands open), and the data to download."""

    words: tuple[str, ...]
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...]
    downloads: tuple[DataFile, ...]


def worth(results: ComparisonResults) -> Worth | None:
    """The money annex of a comparison; None where the study asks for none, or nothing was spent."""
    terms = terms_of(results)
    if terms is None or len(results.options) < 2 or results.replicates < 2 or results.ledger.empty or results.years < 1:
        return None
    if not set(READ) <= set(results.outcomes.columns):
        return None
    found = appraisal(results, terms)
    if found.spent.max() <= 0:
        return None
    assert results.study is not None
    asked, labels, people = results.study.money, [option.label for option in results.options], results.people
    qaly, person = found.by_qaly, found.by_person
    doubt = results.doubt
    named = sorted({*NICE, *terms.qaly})
    shown, single = _shown(found), SingleParameters(results, found, named)
    tables = [
        _payers(found, labels),
        payers.in_all(found, labels),
        *payers.by_year(found, labels, shown),
        _added_up(found, labels, doubt),
        turning.table(found, labels),
        _other_terms(found, labels),
        choosing.weighed(person, labels, "Frontier by spending and people in stable recovery"),
        choosing.weighed(qaly, labels, "Frontier by cost less money spared, and QALYs"),
        choosing.known(person, labels, asked.most_per_person, (), people, doubt),
        choosing.known(qaly, labels, asked.most_per_qaly, named, people, doubt),
        single.table(),
        _factors(found),
        _unit_costs(terms),
    ]
    figures = (
        choosing.the_plane(found, labels),
        choosing.curves(found, person, labels, asked.most_per_person, "money-curves-people", doubt),
        choosing.curves(found, qaly, labels, asked.most_per_qaly, "money-curves-qalys", doubt),
    )
    words = (
        *_words(found, labels),
        *(turning.runner_up(found, labels, one) for one in sorted(set(terms.qaly))),
        " ".join(choosing.frontier_in_words(qaly, labels)),
        choosing.foresight(person, asked.most_per_person, (), people, results.replicates, doubt),
        f"{choosing.foresight(qaly, asked.most_per_qaly, named, people, results.replicates, doubt)} {doubt.not_bought}",
        *single.words(),
    )
    downloads = [DataFile("Every run's cost and effect", "costs-and-effects", draws(results, found), 10)]
    if len(box := payers.data(found, labels)):
        downloads.append(DataFile("Money by payer and year", "money-by-payer-and-year", box))
    return Worth(words, figures, tuple(one for one in tables if one), tuple(downloads))


def terms_of(results: ComparisonResults) -> Terms | None:
    """How the study asks for its money to be appraised; None if it does not."""
    asked = results.study.money if results.study else None
    return stated(results) if asked is not None and asked.worth else None


def stated(results: ComparisonResults) -> Terms:
    """The terms of the study, whether or not its page shows what they come to; the shipped ones where none are known."""
    asked = results.study.money if results.study else None
    if asked is None:
        return Terms()
    own = {name: value for name, value in asked.unit_costs.model_dump().items() if value is not None}
    return Terms(asked.preset, asked.price_year, asked.optimism_bias, own)


def appraisal(results: ComparisonResults, terms: Terms) -> Appraisal:
    """The options of a comparison, appraised on these terms."""
    years = {n: one.price_year for s in results.scenarios.values() for n, one in s.interventions.items()}
    names = [option.name for option in results.options]
    outcomes = results.outcomes[results.outcomes["scenario"].isin(names)]
    return appraise(outcomes, results.ledger, years, names, terms)


def draws(results: ComparisonResults, found: Appraisal) -> pd.DataFrame:
    """Every draw's cost and effect, with its seed beside the replicate's number."""
    runs = results.comparison.results.runs
    seeds = runs[["replicate", "seed"]].drop_duplicates("replicate").set_index("replicate")["seed"]
    table = found.draws
    table.insert(2, "seed", table["replicate"].map(seeds))
    values = results.comparison.results.draws
    return table if values.empty else table.merge(values, on="replicate", how="left", validate="many_to_one")


def _shown(found: Appraisal) -> list[int]:
    """Places of the options whose payers are shown year by year; of many, those on a frontier. The data hold all."""
    every = list(range(1, len(found.options)))
    if len(every) <= MANY:
        return every
    front = {one.option for choice in (found.by_person, found.by_qaly) for one in choice.frontier}
    return [k for k in every if found.options[k] in front][:MANY]


def _words(found: Appraisal, labels: Sequence[str]) -> tuple[str, ...]:
    terms, years = found.terms, found.spent.shape[-1]
    low, high = (f"£{one:,.0f}" for one in terms.qaly)
    qaly = low if low == high else f"{low} to {high}"
    rate = _rate(terms.rules.money), _rate(terms.rules.health)
    bias = f"{terms.optimism_bias * 100:g}%" if terms.optimism_bias else "nothing"
    return (
        f"Present values over {wording.years(years)} in {terms.price_year} prices, on the terms of {terms.rules.title}: "
        f"money is discounted at {rate[0]} and health at {rate[1]}, a QALY counts {qaly}, and {bias} "
        "is added to spending for optimism.",
        f"Each figure is the difference from {base(labels)} in the same run. What is spared is money that others need not "
        "spend; much of it frees time and places, and no budget falls by it.",
        "Wellbeing, families, victims beyond the cost of crime, and work are not valued: nothing confirmed was found to "
        "value them by. Deaths averted count until the end of the run only.",
    )


def _rate(rates: tuple[tuple[int, float], ...]) -> str:
    """'3.5% a year, 3% from year 31'."""
    first, *later = rates
    return f"{100 * first[1]:g}% a year" + "".join(f" ({100 * one:g}% from year {year})" for year, one in later)


def _payers(found: Appraisal, labels: Sequence[str]) -> Table:
    """Cost and consequence, payer by payer, before anything is added up."""
    costs, lines = found.terms.unit_costs, found.lines
    rows: list[tuple[Cell, ...]] = [(f"{SPENT} (whoever commissions them)", *(money(one.spent) for one in lines))]
    for name in lines[0].spared:
        flag = "" if costs[name].confirmed else "; unit cost not confirmed"
        less = [_negative(one.spared[name]) for one in lines]
        rows.append((f"{wording.sentence(costs[name].meaning)} ({costs[name].payer}{flag})", *map(money, less)))
    rows.append(("Quality-adjusted life years, QALYs (people)", *(plain_range(one.qalys, "QALYs") for one in lines)))
    table = Table(
        f"Costs and consequences, against {base(labels)}", ("What (who pays or gains)", *labels[1:]), tuple(rows)
    )
    return across(table, "Option")


def _negative(found: Interval) -> Interval:
    return Interval(-found.high, -found.middle, -found.low, found.coverage)


def _added_up(found: Appraisal, labels: Sequence[str], doubt: Doubt) -> Table:
    """All in money: what is left, and how often more is gained than spent."""
    rows, (low, high), runs = [], found.terms.qaly, len(found.replicates)
    for k, (label, one) in enumerate(zip(labels[1:], found.lines), 1):
        spent: tuple[Cell, ...] = (money(one.spent),)
        if found.terms.optimism_bias:
            spent += (money(one.spent_with_bias),)
        nets = one.net[: 1 if low == high else 2]
        each = price(one.per_stable, sign(found.by_person.effects[:, k]))
        rows.append((label, *spent, *map(money, nets), chance(*one.chance, runs), each))
    titles = ["What is left"] if low == high else ["What is left, a QALY at its low worth", "at its high worth"]
    biased = ["Spending with optimism added"] if found.terms.optimism_bias else []
    head = ("Option", "Spending", *biased, *titles, "Runs in which more is gained than spent")
    head += ("Spending for one more person in stable recovery",)
    note = f"What is left: spared costs and QALYs, less spending. Shares of runs count {doubt.counted}."
    return Table("Added up in money", head, tuple(rows), note)


def _other_terms(found: Appraisal, labels: Sequence[str]) -> Table:
    """What is left on the terms of each preset, with and without what is added for optimism."""
    bias = found.terms.optimism_bias
    head: list[str] = ["Option"]
    columns: list[list[Cell]] = []
    for name, rules in PRESETS.items():
        for share in sorted({0.0, bias}):
            other = replace(found, terms=replace(found.terms, preset=name, optimism_bias=share))
            added = f", {100 * share:g}% added to spending" if bias else ""
            for worth in sorted(set(other.terms.qaly)):
                head.append(f"{rules.title}, a QALY at £{worth:,.0f}{added}")
                columns.append([money(interval(other.turning(k, worth).left)) for k in range(1, len(labels))])
    rows = tuple((label, *(one[k] for one in columns)) for k, label in enumerate(labels[1:]))
    return Table("What is left on each set of terms", tuple(head), rows)


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
