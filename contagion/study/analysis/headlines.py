"""Headline outcomes: what a comparison reports first, and how each is read from the weekly measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

LAST_YEAR = 52
"""Weeks over which the level at the end is averaged."""


@dataclass(frozen=True)
class Headline:
    """One outcome: its words, its weekly column, how that is reduced to a number, and which way is better."""

    name: str
    label: str
    unit: str
    column: str
    reduce: Literal["end", "sum", "change"]
    better: Literal["higher", "lower"] | None
    period: str

    @property
    def whole(self) -> bool:
        """Whether it counts things that come in units."""
        return self.unit in ("people", "starts", "relapses", "deaths", "offences", "GBP")


_END, _SUM = "mean of the last year", "over the whole period"

HEADLINES = (
    Headline("stable", "People in stable recovery", "people", "stable", "end", "higher", _END),
    Headline("in_recovery", "People in recovery", "people", "in_recovery", "end", "higher", _END),
    Headline("active", "People in active addiction", "people", "active", "end", "lower", _END),
    Headline("starts", "Recovery starts", "starts", "starts", "sum", "higher", _SUM),
    Headline("relapses", "Relapses", "relapses", "relapses", "sum", "lower", _SUM),
    Headline("deaths", "Deaths of people with lived experience", "deaths", "deaths", "sum", "lower", _SUM),
    Headline("offences", "Offences", "offences", "offences", "sum", "lower", _SUM),
    Headline("homes", "People in recovery with a home", "share", "homes_share", "end", "higher", _END),
    Headline("jobs", "People in recovery with a job", "share", "jobs_share", "end", "higher", _END),
    Headline("stigma", "Public stigma", "score 0 to 1", "public_stigma", "end", "lower", _END),
    Headline("efficacy", "Collective efficacy", "score 0 to 1", "collective_efficacy", "end", "higher", _END),
    Headline("cost", "Cost of the interventions", "GBP", "cost", "sum", None, _SUM),
)


def measured(outcomes: pd.DataFrame) -> tuple[Headline, ...]:
    """The headline outcomes that these results measure."""
    return tuple(h for h in HEADLINES if h.column in outcomes.columns)


def of_timeline(timeline: pd.DataFrame, headline: Headline) -> float:
    """The same number for one history: a frame of weekly measures, one row a week from week 0."""
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
