"""What mixes cost a year, in all and by payer, from the ledgers of runs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from contagion.config.study import Study
from contagion.economics.unit_costs import deflate
from contagion.interventions.base import PAYERS
from contagion.study.results import Results

Array = NDArray[np.float64]
WEEKS = 52
COLUMNS = ("cost", *(f"paid_{payer}" for payer in PAYERS))
"""Columns of a ledger that are money: in all, and of each payer."""


def by_year(results: Results, study: Study) -> dict[str, Array]:
    """GBP spent on each scenario by run and year, in prices of the study's price year; (runs, years, 1 + payers).

    A last year that is not whole counts as a year.
    """
    years = max(1, -(-study.base.weeks // WEEKS))
    runs = results.runs
    numbers = np.sort(runs["replicate"].unique())
    zero = {name: np.zeros((numbers.size, years, len(COLUMNS))) for name in study.scenarios}
    ledger = results.ledger
    if ledger.empty:
        return zero
    where = runs.drop_duplicates("run_id").set_index("run_id")
    ratios = {
        name: deflate(one.price_year, study.money.price_year)
        for scenario in study.scenarios.values()
        for name, one in scenario.interventions.items()
    }
    rows = ledger[ledger["week"] > 0]
    place = where.index.get_indexer(rows["run_id"])
    money = rows[list(COLUMNS)].mul(rows["intervention"].astype(str).map(ratios).astype(float), axis=0)
    keys = [where["scenario"].to_numpy()[place], where["replicate"].to_numpy()[place], (rows["week"] - 1) // WEEKS]
    summed = money.groupby([pd.Series(np.asarray(one), index=rows.index) for one in keys]).sum()
    index = pd.MultiIndex.from_product([numbers, range(years)])
    for name in summed.index.get_level_values(0).unique():
        table = summed.loc[name].reindex(index, fill_value=0.0)
        zero[str(name)] = table.to_numpy().reshape(numbers.size, years, len(COLUMNS))
    for run in runs.loc[runs.duplicated("run_id", keep=False)].itertuples():  # scenarios that are the same share runs
        twin = where.loc[run.run_id]
        row = np.searchsorted(numbers, [run.replicate, twin["replicate"]])
        zero[run.scenario][row[0]] = zero[twin["scenario"]][row[1]]
    return zero


def dearest(spent: Array) -> Array:
    """What a mix costs in its dearest year: the greatest yearly mean over runs, in all and of each payer; (1 + payers,)."""
    found: Array = spent.mean(axis=0).max(axis=0)
    return found


def in_its_dearest_year(spent: Array) -> Array:
    """What it cost in each run in the year that is dearest on average; (runs,)."""
    return np.asarray(spent[:, int(spent[:, :, 0].mean(axis=0).argmax()), 0])


def limits(budget: float, payers: Mapping[str, float]) -> Array:
    """What may be spent a year, in all and by each payer (without a limit of its own: infinite); (1 + payers,)."""
    return np.array([budget, *(payers.get(payer, np.inf) for payer in PAYERS)])
