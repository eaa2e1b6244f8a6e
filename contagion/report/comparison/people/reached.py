"""Who is reached and who is left out: stable recovery by deprivation, sex, age, substance and starting capital."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from contagion.report import wording
from contagion.report.comparison.results import ComparisonResults
from contagion.report.table import Cell, Range, Table
from contagion.study.analysis.equity import FEWEST
from contagion.study.analysis.paired import Interval, interval
from contagion.study.lives import FEW, Lives

NAMES = {
    "deprivation": "Deprivation of the neighbourhood",
    "sex": "Sex",
    "age_band": "Age on the first day",
    "substance": "Main substance",
    "capital": "Recovery capital on the first day",
}
WITHHELD = "Not shown"


class Reached(NamedTuple):
    """The table, sentences on the most deprived, and the data to download; what may not be shown is in none of them."""

    table: Table
    words: tuple[str, ...]
    data: pd.DataFrame
    title: str = "Who is reached, and who is left out"
    name: str = "who-is-reached"


def reached(results: ComparisonResults, found: Lives) -> Reached | None:
    """Rates by group with their populations, and each option's difference from the first; None with one option."""
    options = results.options
    if len(options) < 2:
        return None
    here = [_wide(found, option.name, "here") for option in options]
    stable = [_wide(found, option.name, "stable") for option in options]
    rows: list[tuple[Cell, ...]] = []
    domains, data = [], []
    for dimension, group in here[0].columns:
        key = (dimension, group)
        name = _named(dimension, group)
        shown = all(may_be_shown(p[key].to_numpy(), s[key].to_numpy()) for p, s in zip(here, stable, strict=True))
        people = interval(here[0][key])
        few = people.middle < FEWEST
        cells: list[Cell] = [name, f"Fewer than {FEWEST}" if few else Range(people, wording.level(people, "people"))]
        entry = {"dimension": dimension, "group": group, "people": np.nan if few else people.middle}
        rates = [s[key] / p[key].clip(lower=1) for p, s in zip(here, stable, strict=True)]
        for k, option in enumerate(options):
            one = interval(rates[k] - rates[0] if k else rates[0])
            words = wording.difference(one, "share") if k else wording.level(one, "share")
            cells.append(Range(one, words) if shown else WITHHELD)
            for mark, value in (("p10", one.low), ("p50", one.middle), ("p90", one.high)):
                entry[f"{option.label}: {'difference' if k else 'level'} {mark}"] = value if shown else np.nan
        rows.append(tuple(cells))
        domains.append(NAMES[dimension])
        data.append(entry)
    head = (
        "Group",
        "People",
        f"{options[0].label}: in stable recovery",
        *(f"{option.label}: difference" for option in options[1:]),
    )
    note = (
        "People alive in the last week with, or at risk of, lived experience; in stable recovery, per cent of them. Ranges "
        f"hold 8 in 10 runs. Groups of fewer than {FEWEST} people, and counts from 1 to {FEW}, are shown nowhere."
    )
    table = Table("Who is in stable recovery in the last week", head, tuple(rows), note, tuple(domains))
    return Reached(table, tuple(_gaps(results, here, stable)), pd.DataFrame(data))


def may_be_shown(people: np.ndarray, counted: np.ndarray) -> bool:
    """Whether a group's rate may be shown: in the middle run at least FEWEST people, and not 1 to 4 counted.

    >>> may_be_shown(np.array([40, 50]), np.array([3, 4])), may_be_shown(np.array([40, 50]), np.array([9, 12]))
    (False, True)
    """
    middle = float(np.median(counted))
    return bool(np.median(people) >= FEWEST and (middle == 0 or middle > FEW))


def _wide(found: Lives, scenario: str, column: str) -> pd.DataFrame:
    """A count of each run (rows) by dimension and group (columns)."""
    return pd.DataFrame([run.reached[column] for run in found.of(scenario)]).reset_index(drop=True)


def _named(dimension: str, group: str) -> str:
    if dimension == "deprivation":
        ends = {"1": "least deprived fifth", "5": "most deprived fifth"}
        return wording.sentence(ends.get(group[:1], f"fifth {group[:1]}"))
    return wording.sentence(group.replace("_", " "))


def _gaps(results: ComparisonResults, here: list[pd.DataFrame], stable: list[pd.DataFrame]) -> Iterator[str]:
    """Of each option, whether the most deprived fifth gains as much as the least deprived."""
    ends = [key for key in here[0].columns if key[0] == "deprivation"]
    least, most = ends[0], ends[-1]
    if not all(may_be_shown(p[k].to_numpy(), s[k].to_numpy()) for p, s in zip(here, stable) for k in (least, most)):
        return
    rates = [s / p.clip(lower=1) for p, s in zip(here, stable, strict=True)]
    for option, rate in zip(results.options[1:], rates[1:], strict=True):
        gain = rate - rates[0]
        yield f"{option.label}: {in_words(interval(gain[most] - gain[least]))}"


def in_words(gap: Interval) -> str:
    """The gain of the most deprived fifth against that of the least deprived one.

    >>> in_words(Interval(0.01, 0.02, 0.03))
    'the most deprived fifth gains more than the least deprived (1 to 3 percentage points higher).'
    """
    if gap.low == gap.high == 0:
        return "the most and the least deprived fifth gain the same."
    said = wording.difference(gap, "share")
    if gap.low > 0:
        return f"the most deprived fifth gains more than the least deprived ({said})."
    if gap.high < 0:
        return f"the most deprived fifth gains less than the least deprived ({said})."
    return f"no clear difference between what the most and the least deprived fifth gain ({said})."
