"""Appraisal: what the options of a comparison cost and spare, payer by payer, and what they leave, discounted.

Of each run and year: money spent on interventions, units of everything that has a unit cost (years in treatment, in custody,
in active addiction) and quality-adjusted life years. Differences are taken within runs that share a seed. Spending and
spared costs stand beside each other first; only then, and apart, are they added up.

QALYs = sum over people of years lived x utility of their state; deaths averted count until the end of the run only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from contagion.economics import decisions
from contagion.economics.choice import OptionSet
from contagion.economics.discounting import PRESETS, Preset, present_value
from contagion.economics.turning import Turning
from contagion.economics.unit_costs import UnitCost, deflate, unit_costs, utilities
from contagion.interventions.base import PAYERS
from contagion.study.analysis.paired import Interval, check_paired, interval

Array = NDArray[np.float64]
WEEKS = 52
READ = ("people", "opioid_active_per_1000", "alcohol_active_per_1000", "in_treatment", "in_custody", "stable")
"""Weekly measures that an appraisal reads."""


@dataclass(frozen=True)
class Terms:
    """How an appraisal is made: the preset's rates and QALY, the price year, and what is added to costs for optimism.

    `optimism_bias`: share added to spending on interventions (0.2 is a fifth more), shown before and after;
    `own`: the study's own unit costs, GBP in prices of `price_year`.
    """

    preset: str = "green_book"
    price_year: int = 2024
    optimism_bias: float = 0.0
    own: Mapping[str, float] = field(default_factory=dict)

    @property
    def rules(self) -> Preset:
        """Rates and the worth of a QALY."""
        return PRESETS[self.preset]

    @property
    def unit_costs(self) -> dict[str, UnitCost]:
        """What everything is put at."""
        return unit_costs(self.own, self.price_year)

    @property
    def qaly(self) -> tuple[float, float]:
        """GBP for a QALY, low and high, in prices of the price year."""
        ratio = deflate(self.rules.qaly_year, self.price_year)
        low, high = self.rules.qaly
        return low * ratio, high * ratio


@dataclass(frozen=True)
class Line:
    """An option against today, in present values over the whole horizon; intervals over runs (pairs)."""

    option: str
    spent: Interval
    spent_with_bias: Interval
    spared: dict[str, Interval]
    qalys: Interval
    net: tuple[Interval, Interval]
    """What is left (spared costs and QALYs at their low and high worth, less spending with bias)."""
    chance: tuple[float, float]
    """Share of runs in which more is gained than spent, with QALYs at their low and at their high worth."""
    per_stable: Interval | None
    """GBP for one more person in stable recovery at the end; None where there may be none more."""


@dataclass(frozen=True)
class Appraisal:
    """Yearly streams of a comparison; arrays have the shape (draws, options, years), the first option is today."""

    options: tuple[str, ...]
    replicates: Array
    spent: Array
    units: dict[str, Array]
    qalys: Array
    stable: Array
    """People in stable recovery at the end; shape (draws, options)."""
    terms: Terms = Terms()
    paid: dict[str, Array] = field(default_factory=dict)
    """Money spent by payer (in words), as `spent`; empty where it was not kept."""

    @cached_property
    def lines(self) -> list[Line]:
        """Every option but today."""
        return [self._line(place) for place in range(1, len(self.options))]

    def discounted(self, stream: Array) -> Array:
        """Present value of money by year; (..., years) to (...)."""
        return present_value(stream, self.terms.rules.money)

    @cached_property
    def draws(self) -> pd.DataFrame:
        """Each draw's option, replicate, cost and effect, as differences from the first option: what BCEA reads.

        Discounted; `effect` in QALYs, `cost` is spending (with optimism bias) less money spared, and both of these stand
        beside it with the people more in stable recovery at the end.
        """
        columns = {
            "cost": self.by_qaly.costs,
            "effect": self.by_qaly.effects,
            "spent": self.by_person.costs,
            "spared": self.spared,
            "stable": self.by_person.effects,
        }
        index = {"scenario": np.repeat(self.options, len(self.replicates))}
        index["replicate"] = np.tile(self.replicates.astype(np.int64), len(self.options))
        return pd.DataFrame(index | {name: values.T.ravel() for name, values in columns.items()})

    @cached_property
    def _spared(self) -> dict[str, Array]:
        """Money that today costs and an option does not, by unit cost, discounted; (draws, options)."""
        return {name: self.discounted(money) for name, money in self.spared_by_year.items()}

    @cached_property
    def spared_by_year(self) -> dict[str, Array]:
        """Money that the first option costs and another does not, by unit cost, not discounted; (draws, options, years)."""
        year, found = self.terms.price_year, {}
        for name, what in self.terms.unit_costs.items():
            if name in self.units:
                money = self.units[name] * what.in_prices_of(year)
                found[name] = money[:, :1] - money
        return found

    @cached_property
    def spared(self) -> Array:
        """All of it, discounted; (draws, options)."""
        return sum(self._spared.values(), np.zeros(self.stable.shape))

    @cached_property
    def by_person(self) -> OptionSet:
        """The choice by spending (with optimism bias) and people in stable recovery at the end: nothing is valued."""
        spent = self.discounted(self.spent) * (1.0 + self.terms.optimism_bias)
        return OptionSet(
            self.options, spent - spent[:, :1], self.stable - self.stable[:, :1], "person in stable recovery"
        )

    @cached_property
    def by_qaly(self) -> OptionSet:
        """The choice by cost (spending with optimism bias, less money spared) and QALYs."""
        health = present_value(self.qalys, self.terms.rules.health)
        return OptionSet(self.options, self.by_person.costs - self.spared, health - health[:, :1], "QALY")

    def turning(self, k: int, worth: float) -> Turning:
        """What would turn the answer round for the option in place k, with a QALY at this worth."""
        return Turning(self.by_person.costs[:, k], self.spared[:, k], self.by_qaly.effects[:, k], worth)

    def _line(self, k: int) -> Line:
        base = self.discounted(self.spent)
        spent = base[:, k] - base[:, 0]
        biased = spent * (1.0 + self.terms.optimism_bias)
        spared = {name: money[:, k] for name, money in self._spared.items()}
        more = self.by_qaly.effects[:, k]
        gains = [self.spared[:, k] + more * worth for worth in self.terms.qaly]
        return Line(
            self.options[k],
            interval(spent),
            interval(biased),
            {name: interval(money) for name, money in spared.items()},
            interval(more),
            (interval(gains[0] - biased), interval(gains[1] - biased)),
            (decisions.chance_it_pays(gains[0], biased), decisions.chance_it_pays(gains[1], biased)),
            decisions.cost_per_unit(biased, self.stable[:, k] - self.stable[:, 0]),
        )


def appraise(
    outcomes: pd.DataFrame, ledger: pd.DataFrame, price_years: Mapping[str, int], options: list[str], terms: Terms
) -> Appraisal:
    """The yearly streams of a comparison's weekly outcomes and its ledger.

    `outcomes`: scenario, replicate, week and measures; `ledger`: scenario, replicate, week, intervention and cost;
    `price_years`: of each intervention. Weeks after the last whole year are left out. Raises Unpaired if the replicates of
    options differ.
    """
    replicates = check_paired(
        {name: np.sort(outcomes.loc[outcomes["scenario"] == name, "replicate"].unique()) for name in options}
    )
    years = int(outcomes["week"].max()) // WEEKS
    table = outcomes[(outcomes["week"] > 0) & (outcomes["week"] <= years * WEEKS)]
    place = [table["scenario"].astype(str), table["replicate"], (table["week"] - 1) // WEEKS]

    def by_year(values: pd.Series) -> Array:
        """Yearly sums over weeks, as (draws, options, years)."""
        summed = values.groupby(place, observed=True).sum()
        index = pd.MultiIndex.from_product([options, replicates, range(years)])
        return np.swapaxes(summed.reindex(index, fill_value=0.0).to_numpy().reshape(len(options), -1, years), 0, 1)

    opioid = table["opioid_active_per_1000"] * table["people"] / 1000.0
    alcohol = table["alcohol_active_per_1000"] * table["people"] / 1000.0
    units = {
        "treatment": by_year(table["in_treatment"]) / WEEKS,
        "custody": by_year(table["in_custody"]) / WEEKS,
        "crime_opioid": by_year(opioid) / WEEKS,
        "nhs_alcohol": by_year(alcohol) / WEEKS,
    }
    worth = utilities()
    lost = opioid * (worth["reference"] - worth["active_opioid"])
    lost += alcohol * (worth["reference"] - worth["active_alcohol"])
    qalys = by_year(table["people"] * worth["reference"] - lost) / WEEKS
    last = table[table["week"] > (years - 1) * WEEKS].groupby(["scenario", "replicate"], observed=True)["stable"].mean()
    last.index = last.index.set_levels(last.index.levels[0].astype(str), level=0)
    stable = np.array([[last[(name, draw)] for name in options] for draw in replicates])
    spent, paid = np.zeros_like(qalys), {}
    if not ledger.empty:
        spent = _spent(ledger, "cost", price_years, options, replicates, years, terms)
        for payer, words in PAYERS.items():
            if f"paid_{payer}" in ledger:
                paid[words] = _spent(ledger, f"paid_{payer}", price_years, options, replicates, years, terms)
    return Appraisal(tuple(options), replicates.astype(float), spent, units, qalys, stable, terms, paid)


def _spent(
    ledger: pd.DataFrame,
    column: str,
    price_years: Mapping[str, int],
    options: list[str],
    replicates: NDArray[np.int64],
    years: int,
    terms: Terms,
) -> Array:
    """Money of one column of the ledger by year, each brought to the price year; (draws, options, years)."""
    rows = ledger[(ledger["week"] > 0) & (ledger["week"] <= years * WEEKS)]
    ratios = {name: deflate(year, terms.price_year) for name, year in price_years.items()}
    money = rows[column] * rows["intervention"].astype(str).map(ratios).astype(float)
    place = [rows["scenario"].astype(str), rows["replicate"], (rows["week"] - 1) // WEEKS]
    index = pd.MultiIndex.from_product([options, replicates, range(years)])
    summed = money.groupby(place, observed=True).sum().reindex(index, fill_value=0.0)
    return np.swapaxes(summed.to_numpy().reshape(len(options), -1, years), 0, 1)
