"""The page of a budget question: what is chosen at each budget, how sure that is, and all mixes that were run."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from contagion.economics.budget.answer import Answer, amount, in_percent
from contagion.interventions.base import PAYERS
from contagion.report import html, wording
from contagion.report.table import Cell, Range, Table
from contagion.study.analysis.paired import Interval, interval

NINE_IN_TEN = 0.9
"""Coverage of the interval of a mean difference."""


class Download(NamedTuple):
    """A table to download."""

    title: str
    name: str
    data: pd.DataFrame


def budget_page(answer: Answer) -> bytes:
    """The page of an Answer, as the bytes of one HTML file."""
    study = answer.options.study
    return html.page(
        "budget.html.j2",
        None,
        title=study.title or study.name,
        question=f"What mix of options does most for this outcome within a budget: {_outcome(answer)}?",
        paragraphs=answer.in_words(),
        choices=_choices(answer),
        mixes=_mixes(answer),
        payers=_payers(answer),
        screened=_screened(answer),
        how=_how(answer),
        downloads=(Download("All mixes", "mixes", answer.table()),),
    )


def _outcome(answer: Answer) -> str:
    one = answer.outcome
    return f"{one.label[:1].lower()}{one.label[1:]} ({one.unit}, {one.period})"


def _choices(answer: Answer) -> Table:
    """One row for each budget and mix that resampled seeds choose."""
    rows: list[tuple[Cell, ...]] = []
    for most, choice in zip(answer.limits, answer.choices, strict=True):
        order = sorted(choice.shares, key=lambda k: (k != choice.chosen, -choice.shares[k], k))
        for k in dict.fromkeys([choice.chosen, choice.runner_up, *order]):
            role = "Chosen" if k == choice.chosen else "Runner-up" if k == choice.runner_up else "Sometimes chosen"
            name = f"£{most[0]:,.0f} a year: {answer.title(k)}"
            rows.append((name, role, _more(answer, k), _cost(answer, k), in_percent(choice.shares.get(k, 0.0))))
    head = ("Budget and mix", "Role", "More than nothing", "Cost in its dearest year", "Chosen in resamples")
    note = (
        "Effects: mean of paired runs, with the 90% interval of that mean. Costs: middle of the runs, with the range of "
        "8 in 10. Resamples draw the seeds anew and ask the same rule again."
    )
    return Table("What is chosen, and what else might have been", head, tuple(rows), note)


def _mixes(answer: Answer) -> Table:
    rows: list[tuple[Cell, ...]] = []
    order = sorted(range(len(answer.judged.mixes)), key=lambda k: answer.judged.costs[k, 0])
    for k in order:
        fits = [f"£{m[0]:,.0f}" for m in answer.limits if answer.judged.within(m)[k]]
        cells = (_more(answer, k), in_percent(answer.over_nothing(k).other_way) if k else "–", _cost(answer, k))
        rows.append((answer.title(k), *cells, ", ".join(fits) or "None", answer.judged.seeds(k)))
    head = (
        "Mix",
        "More than nothing",
        "Chance of doing no better than nothing",
        "Cost in its dearest year",
        "Fits within",
        "Seeds",
    )
    note = (
        "Every mix here was run as it stands; none is a sum of others. A mix that is clearly behind is run less often."
    )
    return Table("All mixes that were run, cheapest first", head, tuple(rows), note)


def _payers(answer: Answer) -> Table:
    costs = answer.judged.costs
    paying = [j for j in range(1, costs.shape[1]) if costs[:, j].max() > 0]
    names = list(PAYERS.values())
    chosen = dict.fromkeys(k for c in answer.choices for k in (c.chosen, c.runner_up) if k)
    rows = []
    for k in chosen:
        by_run = answer.judged.net(k)
        cells = []
        for j in paying:
            year = int(by_run[:, :, j].mean(axis=0).argmax())
            cells.append(_pounds(by_run[:, year, j]))
        rows.append((answer.title(k), *cells))
    if not rows or not paying:
        rows, paying = [("None", *("–" for _ in paying or [0]))], paying or [1]
    head = ("Mix", *(wording.sentence(names[j - 1]) for j in paying))
    return Table("Who pays how much in their dearest year", head, tuple(rows), "Shares as set up, not as agreed.")


def _screened(answer: Answer) -> Table:
    rows = []
    for one, (_, cost) in answer.screened.items():
        rows.append((answer.options.title((one,)), f"£{cost[0]:,.0f}"))
    note = "Only to find which mixes to run: seeds of the screen are not used to judge."
    return Table(
        "Options that were screened one by one", ("Option", "Cost in its dearest year, about"), tuple(rows), note
    )


def _how(answer: Answer) -> tuple[str, ...]:
    study = answer.options.study
    many = wording.counted(len(study.uncertainty), "parameter")
    own = (
        f"A comparison of this study draws {many} anew in each replicate. Mixes did not: they had its own values, so "
        "that seeds, and how often the choice would change, count luck alone."
    )
    return (
        f"A modelled city of {study.base.city.population:,} people over {wording.years(study.base.time.years)}. Each option "
        "was first run alone, at each size; the sums of what they did only said which mixes to run.",
        "Mixes were then run under seeds that they share and that no screen had seen; those that could not be told from the "
        "best were run under more.",
        "A mix is chosen only if it is clearly better than nothing and clearly better than every cheaper mix that is: the "
        "one-sided 95% bound of the mean paired difference lies above none. Of those, the one that does most is chosen.",
        "A budget is kept if the mean over runs stays within it in every year, in all and for each payer with a limit. "
        "Single runs may cost more: see the ranges.",
        "Looking again after every round makes a clear difference a little likelier to be chance than 1 in 20.",
        "A mix that came out first of many was also a little lucky: expect somewhat less. Seeds speak for chance inside the "
        "model. They do not say that the model is right, and the numbers behind the options are mostly assumed.",
        *((own,) if study.uncertainty else ()),
        "Exploratory; not official statistics.",
    )


def _more(answer: Answer, k: int) -> Cell:
    if k == 0:
        return "–"
    found = answer.over_nothing(k)
    return Range(
        Interval(found.low, found.mean, found.high, NINE_IN_TEN),
        amount(found, answer.outcome.better == "higher", answer.outcome.unit),
    )


def _cost(answer: Answer, k: int) -> Cell:
    return _pounds_of(answer.yearly(k)) if k else "£0"


def _pounds(values: Any) -> Cell:
    return _pounds_of(interval(values))


def _pounds_of(found: Interval) -> Range:
    return Range(found, wording.level(found, "GBP"))
