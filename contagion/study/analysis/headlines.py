"""Headline outcomes: what a comparison reports first, and how each is read from the weekly measures.

They are the outcomes of contagion/model/outcome_list.py that have a headline name; nothing about one is declared here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from contagion.model.outcome_list import OUTCOMES, Outcome

LAST_YEAR = 52
"""Weeks over which the level at the end is averaged."""

PERIODS = {"end": "mean of the last year", "sum": "over the whole period"}

UNITS = {"0..1": "score 0 to 1"}
"""Weekly units that a table puts in other words."""


@dataclass(frozen=True)
class Headline:
    """A headline outcome: its words, its weekly column, how that is reduced to a number, and which way is better."""

    name: str
    label: str
    unit: str
    column: str
    reduce: Literal["end", "sum", "change"]
    better: Literal["higher", "lower"] | None
    period: str
    domain: str = ""
    brief: str = ""
    whole: bool = False
    """Whether it counts things that come in units: people, events, pounds."""


def headline_of(outcome: Outcome) -> Headline:
    """The headline outcome that an outcome declares."""
    how: Literal["end", "sum"] = "sum" if outcome.shown == "flow" else "end"
    unit = UNITS.get(outcome.total_unit, outcome.total_unit)
    whole = outcome.shown == "flow" or outcome.unit == "people"
    words = outcome.noun, unit, outcome.name, how, outcome.better, PERIODS[how], outcome.domain, outcome.brief, whole
    return Headline(outcome.headline, *words)


def headlines_of(outcomes: Iterable[Outcome]) -> tuple[Headline, ...]:
    """The headline outcomes among these, in their order; those without a place come last."""
    chosen = sorted((one for one in outcomes if one.headline), key=lambda one: (not one.place, one.place))
    return tuple(map(headline_of, chosen))


HEADLINES = headlines_of(OUTCOMES.values())


def measured(outcomes: pd.DataFrame) -> tuple[Headline, ...]:
    """The headline outcomes that these results measure."""
    return tuple(h for h in HEADLINES if h.column in outcomes.columns)


def of_timeline(timeline: pd.DataFrame, headline: Headline) -> float:
    """The headline's number for one history: a frame of weekly measures, one row a week from week 0."""
    values = timeline[headline.column].to_numpy(np.float64)
    if headline.reduce == "end":
        return float(values[max(0, values.size - LAST_YEAR) :].mean())
    return float(values.sum() if headline.reduce == "sum" else values[-1] - values[0])


def reduced(outcomes: pd.DataFrame, headline: Headline) -> pd.Series:
    """One number for each (scenario, replicate): the level at the end, the total, or the change."""
    week = outcomes["week"]
    last = week.max()
    keys = ["scenario", "replicate"]
    if headline.reduce == "end":
        return outcomes[week > last - LAST_YEAR].groupby(keys)[headline.column].mean()
    if headline.reduce == "sum":
        return outcomes.groupby(keys)[headline.column].sum()
    at = outcomes.set_index(keys)
    ended, began = at[at["week"] == last][headline.column], at[at["week"] == 0][headline.column]
    return ended - began
