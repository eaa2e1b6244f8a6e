"""The money box: what each payer spends and is spared, in all and year by year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from contagion.economics.appraisal import Appraisal
from contagion.report import wording
from contagion.report.comparison.money.words import across, base, money
from contagion.report.table import Cell, Range, Table
from contagion.study.analysis.paired import interval

Array = NDArray[np.float64]
Streams = dict[str, dict[str, Array]]
SPENDS, SPARED = "spends", "is spared"


def streams(found: Appraisal) -> Streams:
    """By payer: what it spends more and what it is spared, against the first option; (draws, options, years).

    In prices of the price year, neither discounted nor raised for optimism: what would stand in a budget.
    """
    told: Streams = {}
    for payer, money_ in found.paid.items():
        told.setdefault(payer, {})[SPENDS] = money_ - money_[:, :1]
    for name, spared in found.spared_by_year.items():
        held = told.setdefault(found.terms.unit_costs[name].payer, {})
        held[SPARED] = held.get(SPARED, np.zeros_like(spared)) + spared
    return {
        payer: kept for payer, each in told.items() if (kept := {what: one for what, one in each.items() if one.any()})
    }


def in_all(found: Appraisal, labels: Sequence[str]) -> Table | None:
    """What each payer is left to find over the whole run: spending less what it is spared."""
    rows: list[tuple[Cell, ...]] = []
    for payer, each in streams(found).items():
        nought = np.zeros_like(found.spent)
        net = each.get(SPENDS, nought) - each.get(SPARED, nought)
        rows.append((wording.sentence(payer), *(money(interval(net[:, k].sum(axis=1))) for k in range(1, len(labels)))))
    if not rows:
        return None
    years = wording.years(found.spent.shape[-1])
    note = (
        f"Spending on interventions less what the payer is spared, in {found.terms.price_year} prices, neither discounted "
        "nor raised for optimism. Money spared frees time and places; no budget falls by it."
    )
    head = ("Payer: difference", *labels[1:])
    found_ = Table(f"What each payer has to find over {years}, against {base(labels)}", head, tuple(rows), note)
    return across(found_, "Option: difference")


def by_year(found: Appraisal, labels: Sequence[str], shown: Sequence[int]) -> list[Table]:
    """For each option in these places: what each payer spends and is spared in each year."""
    told, tables = streams(found), []
    for k in shown:
        columns = {
            f"{wording.sentence(payer)} {what}": one[:, k]
            for payer, each in told.items()
            for what, one in each.items()
            if one[:, k].any()
        }
        if not columns:
            continue
        rows: list[tuple[Cell, ...]] = []
        for year in range(found.spent.shape[-1]):
            rows.append((f"Year {year + 1}", *(_amount(one[:, year]) for one in columns.values())))
        rows.append(("All years", *(_amount(one.sum(axis=1)) for one in columns.values())))
        caption = f"Payer by payer and year by year: {labels[k]}, against {base(labels)}"
        tables.append(Table(caption, ("Year of the run", *columns), tuple(rows)))
    return tables


def _amount(values: Array) -> Range:
    """Money that a column's heading says the direction of."""
    found = interval(values)
    return Range(found, wording.level(found, "GBP"))


def data(found: Appraisal, labels: Sequence[str]) -> pd.DataFrame:
    """The same for every option as data: option, payer, what, year, and the range over runs in GBP."""
    rows = []
    for payer, each in streams(found).items():
        for what, one in each.items():
            for k, label in enumerate(labels[1:], 1):
                for year in range(one.shape[-1]):
                    ends = interval(one[:, k, year])
                    place = {"option": label, "payer": payer, "what": what, "year": year + 1}
                    rows.append(place | {"p10": ends.low, "p50": ends.middle, "p90": ends.high})
    return pd.DataFrame(rows)
