"""Unit costs and utilities: one dated file of numbers, each with its price year, payer, source and grade."""

from __future__ import annotations

import datetime
import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

import numpy as np

from contagion.core.errors import ConfigError, Fault, nearest
from contagion.interventions import base as interventions

PAYERS = (*interventions.PAYERS.values(), "victims and justice")
"""Those who can pay for an intervention, and those on whom harm falls."""


@dataclass(frozen=True)
class UnitCost:
    """What a unit is put at: GBP in prices of `price_year` (the year in which a financial year begins).

    `high`: another published value, where sources disagree; `confirmed`: False where it was not read at its source or
    something about it had to be assumed, which is then said wherever it is shown; `own`: given by the study.
    """

    name: str
    value: float
    unit: str
    price_year: int
    payer: str
    meaning: str
    source: str
    grade: str
    confirmed: bool
    high: float | None = None
    own: bool = False

    def in_prices_of(self, year: int) -> float:
        """The value in prices of another year, by the GDP deflator."""
        return self.value * deflate(self.price_year, year)


@functools.cache
def _file() -> dict[str, Any]:
    return tomllib.loads((files("contagion.economics") / "unit_costs.toml").read_text(encoding="utf-8"))


def dated() -> datetime.date:
    """The day on which the file of unit costs was last looked through."""
    found: datetime.date = _file()["dated"]
    return found


def deflate(given: int, wanted: int) -> float:
    """What prices of one year are multiplied by to be in those of another.

    Between years of the table the deflator is interpolated; ConfigError outside it.

    >>> round(deflate(2013, 2024), 4)
    1.3434
    """
    table = {int(year): value for year, value in _file()["deflator"].items()}
    years = sorted(table)
    for year in (given, wanted):
        if not years[0] <= year <= years[-1]:
            rule = f"the deflator is known from {years[0]} to {years[-1]}"
            raise ConfigError(Fault("money", "price_year", year, rule))
    at = np.interp([wanted, given], years, [table[year] for year in years])
    return float(at[0] / at[1])


@functools.cache
def shipped() -> Mapping[str, UnitCost]:
    """The unit costs of the file, by name."""
    return {name: UnitCost(name, **entry) for name, entry in _file()["unit_costs"].items()}


def unit_costs(own: Mapping[str, float] | None = None, price_year: int = 2024) -> dict[str, UnitCost]:
    """The unit costs of a study: the file's, with its own values (GBP in prices of `price_year`) in their place.

    Raises ConfigError for a name that there is none of.

    >>> unit_costs({"custody": 40_000.0})["custody"].source
    'given by the study'
    """
    found = dict(shipped())
    for name, value in (own or {}).items():
        if name not in found:
            rule = f"it must be one of {', '.join(found)}"
            raise ConfigError(Fault("money", f"unit_costs.{name}", value, rule, nearest(name, found)))
        found[name] = replace(
            found[name],
            value=float(value),
            price_year=price_year,
            source="given by the study",
            grade="assumed",
            confirmed=True,
            high=None,
            own=True,
        )
    return found


def utilities() -> dict[str, float]:
    """Health-related quality of life (1 is full health, 0 death), by state."""
    return {name: float(entry["value"]) for name, entry in _file()["utilities"].items()}
