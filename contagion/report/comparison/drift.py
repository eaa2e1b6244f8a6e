"""What happens to an outcome under the first option by itself, from the first to the last year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from contagion.report import wording
from contagion.report.comparison.findings import Compared, last_year, lower_first, named, trailing
from contagion.report.comparison.results import Array, ComparisonResults
from contagion.report.units import CLEAR, verdict
from contagion.study.analysis.headlines import LAST_YEAR, Headline
from contagion.study.analysis.paired import Interval, interval

YEAR = LAST_YEAR


@dataclass(frozen=True)
class Drift:
    """Levels of the first option on the first day (of what is summed: in the first year) and in the last year."""

    first: Interval
    last: Interval
    change: Interval
    clear: bool


def drift(compared: Compared, results: ComparisonResults) -> Drift | None:
    """How the first option moves by itself; None for a sum that was lived for less than two years."""
    weekly = results.weekly(compared.outcome.column)[0]
    if compared.outcome.reduce == "sum":
        if weekly.shape[-1] <= 2 * YEAR:
            return None
        first, last = weekly[:, 1 : YEAR + 1].sum(axis=1), weekly[:, -YEAR:].sum(axis=1)
    else:
        first, last = weekly[:, 0], compared.levels[0]
    change = interval(last - first)
    clear = verdict(change, compared.outcome.unit, compared.outcome.better) in CLEAR
    return Drift(interval(first), interval(last), change, clear)


def drift_in_words(compared: Compared, results: ComparisonResults) -> str:
    """The drift in a sentence; '' where it is not known."""
    found = drift(compared, results)
    if found is None:
        return ""
    outcome, base = compared.outcome, named(results.options[0])
    began = "in the first year" if outcome.reduce == "sum" else "on the first day"
    ended = f"in the {last_year(results)}"
    first, last = wording.level(found.first, outcome.unit), wording.level(found.last, outcome.unit)
    change = wording.difference(found.change, outcome.unit)
    moved = "Drift" if found.clear else "No clear drift"
    return f"{moved} under {base}, {lower_first(outcome.label)}: {first} {began}, {last} {ended} ({change})."


def drift_beside(compared: Compared, results: ComparisonResults) -> str:
    """A clear drift beside the largest difference that any option makes; '' where there is none."""
    found = drift(compared, results)
    if found is None or not found.clear or compared.outcome.reduce == "sum" or not compared.others:
        return ""
    most = max((f.difference for f in compared.others if f.difference), key=lambda d: abs(d.middle))
    amount = wording.difference(most, compared.outcome.unit)
    if abs(found.change.middle) < abs(most.middle):
        return f"That drift is smaller than the largest difference that an option makes ({amount})."
    return (
        f"That drift is no smaller than the largest difference that an option makes ({amount}): compare options with each "
        "other, not with the first day."
    )


def levels_over_time(compared: Compared, results: ComparisonResults) -> tuple[Array, Array, str]:
    """Weeks, levels (option, replicate, week) and what they are: of what is summed, the sum of the year before each week."""
    weekly, weeks = results.weekly(compared.outcome.column), results.weeks
    if compared.outcome.reduce != "sum":
        return weeks, compared.over_time, smoothed(compared.outcome)
    if len(weeks) <= 2 * YEAR:
        return weeks, weekly.cumsum(axis=-1), "running total"
    keep = np.arange(len(weeks)) >= YEAR
    return weeks[keep], trailing(weekly)[..., keep], "total of the 52 weeks up to each point"


def smoothed(outcome: Headline) -> str:
    """What a point of a path over time is."""
    if outcome.reduce == "sum":
        return "running total since the start"
    return "average of the 52 weeks up to each point"
