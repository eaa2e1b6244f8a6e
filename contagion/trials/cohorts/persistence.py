"""Persistence: how many stay in recovery one year more, from the start, after one to three years, and after five.

"Under one year" is read from the start of an attempt: taken as a cross-section of all who are under a year, the published
third cannot hold together with the published survival curve. The cross-section is shown beside it and not judged.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np

from contagion.trials.cohorts.survival import spells
from contagion.trials.counting import alive, average, mean, surviving, unbroken
from contagion.trials.enrolling import everybody
from contagion.trials.trial import Course, Data, Measure, Trial
from contagion.vocabulary import ACTIVE, recovering

YEAR = 52
BANDS = {"under a year": (0, 1), "1 to 3 years": (1, 3), "5 years or more": (5, 99)}
"""Years in recovery, from and below."""


def data(arms: Mapping[str, Course]) -> dict[str, Any]:
    """How long recoveries lasted from their start; who of each band stayed a year, of those alive; who came back."""
    course = arms["as it is"]
    stage, years = course["stage"], course["spell"][0] / YEAR
    lasted, relapsed = spells(stage, YEAR)
    stayed, well = unbroken(course, 0, YEAR), alive(course, YEAR) & recovering(stage[0])
    found = {name: stayed[well & (years >= low) & (years < high)] for name, (low, high) in BANDS.items()}
    fell = np.flatnonzero(recovering(stage[0]) & (stage[1 : YEAR + 1] == ACTIVE).any(axis=0))
    when = (stage[: YEAR + 1] == ACTIVE).argmax(axis=0)
    back = [recovering(stage[when[k] : when[k] + YEAR + 1, k]).any() for k in fell]
    return found | {"lasted": lasted, "relapsed": relapsed, "back": np.array(back, bool)}


def from_the_start(data: Data) -> float:
    """The share of starts that are still in recovery after a year."""
    return surviving(data["lasted"], data["relapsed"], YEAR)


def rising(data: Data) -> float:
    """The smallest step of persistence from one band to the next."""
    shares = [from_the_start(data), average(data["1 to 3 years"]), average(data["5 years or more"])]
    return min(after - before for before, after in itertools.pairwise(shares))


TRIAL = Trial(
    title="One year more in recovery",
    population="1,162 people in treatment, US, followed for eight years",
    enrolled="everybody in recovery; and everybody who starts within a year",
    differs="nothing",
    source="Dennis, Foss & Scott 2007, quoted by secondary texts",
    grade="C2",
    use="fitted",
    who=everybody,
    weeks=2 * YEAR,
    columns=("stage", "spell"),
    data=data,
    measures=(
        Measure("stay one year, from the start", 0.33, 0.28, 0.42, of=from_the_start, why="about a third"),
        Measure(
            "stay one more year, after 1 to 3 years",
            *(None, 0.55, 0.75),
            of=mean("1 to 3 years"),
            why="fewer than half relapse after a first year",
        ),
        Measure(
            "stay one more year, after 5 years or more",
            *(None, 0.83, 0.95),
            of=mean("5 years or more"),
            why="fewer than 15 % relapse after five years",
        ),
        Measure(
            "smallest rise from one of these to the next",
            *(None, 0.0, 1.0),
            of=rising,
            unit="difference",
            why="persistence must rise with time in recovery: the sign alone",
        ),
        Measure("stay one more year, all of under a year on one day", 0.33, None, None, of=mean("under a year")),
        Measure("back in recovery within a year of a relapse", None, None, None, of=mean("back")),
    ),
    remark="A relapse in between counts, however short",
)
