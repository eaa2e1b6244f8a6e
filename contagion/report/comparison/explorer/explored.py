"""What the explorer shows: for each outcome a table of every option at the end of every year, and each option as TOML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from contagion.config.written import to_toml
from contagion.report import wording
from contagion.report.chances import CountOfRuns
from contagion.report.comparison import tables
from contagion.report.comparison.content import Option
from contagion.report.comparison.drift import smoothed
from contagion.report.comparison.findings import Compared, named
from contagion.report.comparison.results import ComparisonResults
from contagion.study.analysis.paired import Interval, interval, shares


@dataclass(frozen=True)
class OptionYear:
    """One option at the end of one year: its level, its difference from the first option, and how many runs agree."""

    year: float
    option: Option
    level: Interval
    level_text: str
    difference: Interval | None = None
    difference_text: str = "Compared with this"
    agree: str = "Not applicable"


@dataclass(frozen=True)
class Explored:
    """One outcome: its name, its label with unit, what its numbers are, and a row for each year and option."""

    name: str
    label: str
    what: str
    rows: tuple[OptionYear, ...]


@dataclass(frozen=True)
class StaticExplorer:
    """All that can be chosen; `settings` is each option as the text of a config file that runs it ('' if not known)."""

    name: str
    title: str
    runs: int
    base: str
    options: tuple[Option, ...]
    years: tuple[float, ...]
    outcomes: tuple[Explored, ...]
    settings: tuple[str, ...]
    data: pd.DataFrame
    shows: str


def explorer(results: ComparisonResults, compared: Sequence[Compared]) -> StaticExplorer | None:
    """The explorer of a comparison; None if there is nothing to choose from."""
    weeks = [int(w) for w in results.weeks if w and (w % 52 == 0 or w == results.weeks[-1])]
    if len(results.options) < 2 or not compared or not weeks:
        return None
    outcomes = tuple(_explored(one, results, weeks) for one in compared)
    known = results.scenarios
    settings = tuple(to_toml(known[o.name]) if o.name in known else "" for o in results.options)
    years = tuple(week / 52 for week in weeks)
    base, title = named(results.options[0]), "Every option, outcome and year"
    data, shown = _data(outcomes), results.doubt.shown
    return StaticExplorer(
        "explorer", title, results.replicates, base, results.options, years, outcomes, settings, data, shown
    )


def _explored(one: Compared, results: ComparisonResults, weeks: Sequence[int]) -> Explored:
    rows = []
    for week, place in zip(weeks, np.searchsorted(results.weeks, weeks), strict=True):
        for number, option in enumerate(results.options):
            level = interval(one.over_time[number, :, place])
            said = wording.level(level, one.outcome.unit)
            if number == 0:
                rows.append(OptionYear(week / 52, option, level, said))
                continue
            gaps = one.paths[number - 1][:, place]
            sides, gap = shares(gaps, one.outcome.better), interval(gaps)
            agree = CountOfRuns(round(sides[0] * len(gaps)), len(gaps)).text if sides else "Not applicable"
            text = wording.sentence(wording.difference(gap, one.outcome.unit))
            rows.append(OptionYear(week / 52, option, level, said, gap, text, agree))
    return Explored(one.outcome.name, f"{one.outcome.label}{tables.unit(one)}", smoothed(one.outcome), tuple(rows))


def _data(outcomes: Sequence[Explored]) -> pd.DataFrame:
    """Every number that can be chosen, a row each."""
    found = []
    for one in outcomes:
        for row in one.rows:
            ends = {"level": row.level} | ({"difference": row.difference} if row.difference else {})
            said = {
                f"{k}_{p}": x for k, i in ends.items() for p, x in zip(("p10", "p50", "p90"), (i.low, i.middle, i.high))
            }
            found.append({"outcome": one.name, "year": row.year, "scenario": row.option.name, **said})
    return pd.DataFrame(found)
