"""Survival in recovery: of those who start in or just after treatment, how many are still in recovery after 1, 3, 6, 12
and 24 months.

The published curves follow people who came for help, so the starts of people outside treatment, most of them with a mild
dependence, are shown beside these and not judged. Starts of one year are followed; whoever dies in recovery is no longer
counted from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from contagion.trials.counting import quotient, surviving
from contagion.trials.enrolling import everybody
from contagion.trials.trial import Course, Data, Measure, Trial
from contagion.vocabulary import ACTIVE, EARLY, INSIDE, recovering

YEAR = 52
JUST_AFTER = 4
"""Weeks since leaving treatment within which a start counts as one just after it."""
MONTHS = {1: 4, 3: 13, 6: 26, 12: 52, 24: 104}
"""Weeks by months."""


def begun(stage: np.ndarray, last_start: int) -> tuple[np.ndarray, np.ndarray]:
    """Week and person of each start up to a week; `stage`: (weeks + 1, people)."""
    began, who = np.nonzero((stage[1 : last_start + 1] == EARLY) & (stage[:last_start] == ACTIVE))
    return began + 1, who


def from_treatment(course: Course, last_start: int) -> np.ndarray:
    """Which starts up to a week were made in treatment or just after it (bool, in the order of `begun`)."""
    began, who = begun(course["stage"], last_start)
    before = (began - 1, who)
    return np.asarray((course["treatment"][before] == INSIDE) | (course["in_care"][before] <= JUST_AFTER))


def spells(stage: np.ndarray, last_start: int) -> tuple[np.ndarray, np.ndarray]:
    """Weeks in recovery of each start up to a week, and whether they ended by a relapse.

    `stage`: (weeks + 1, people); what has not ended by death or relapse ends unrelapsed in the last week.
    """
    began, who = begun(stage, last_start)
    lasted, relapsed = np.empty(began.size), np.empty(began.size, bool)
    for k, (week, person) in enumerate(zip(began, who, strict=True)):
        after = stage[week:, person]
        left = np.flatnonzero(~recovering(after))
        lasted[k] = left[0] if left.size else after.size
        relapsed[k] = left.size > 0 and after[left[0]] == ACTIVE
    return lasted, relapsed


def data(arms: Mapping[str, Course]) -> dict[str, Any]:
    """How long each recovery that began within a year lasted, whether a relapse ended it, and whether it began in or just
    after treatment."""
    course = arms["as it is"]
    lasted, relapsed = spells(course["stage"], YEAR)
    return {"lasted": lasted, "relapsed": relapsed, "treated": from_treatment(course, YEAR)}


def still(months: int) -> Callable[[Data], float]:
    """The share of starts in or just after treatment that are still in recovery after so many months."""

    def of(data: Data) -> float:
        treated = data["treated"]
        return surviving(data["lasted"][treated], data["relapsed"][treated], MONTHS[months])

    return of


def of_everybody(months: int) -> Callable[[Data], float]:
    """The same of all starts."""
    return lambda data: surviving(data["lasted"], data["relapsed"], MONTHS[months])


def falls(data: Data) -> float:
    """The hazard of the first month over that of months 7 to 12 (per week)."""
    one, half, year = (still(months)(data) for months in (1, 6, 12))
    return quotient(-np.log(one) / MONTHS[1], -np.log(year / half) / (MONTHS[12] - MONTHS[6]))


POINTS = "8 points either way: read off a curve that sums up several studies"

TRIAL = Trial(
    title="Still in recovery after a start",
    population="people who set out to abstain from alcohol, from studies of treatment",
    enrolled="everybody who starts recovery within a year in treatment or within four weeks of leaving it",
    differs="nothing",
    source="NIAAA after Prochaska, DiClemente & Norcross 1992; 24 months: with one-year persistence of Dennis et al. 2007",
    grade="C",
    use="fitted",
    who=everybody,
    weeks=YEAR + 104,
    columns=("stage", "treatment", "in_care"),
    data=data,
    measures=(
        Measure("still in recovery at 1 month", 0.70, 0.62, 0.78, of=still(1), why=POINTS),
        Measure("still in recovery at 3 months", 0.40, 0.32, 0.48, of=still(3), why=POINTS),
        Measure("still in recovery at 6 months", 0.40, 0.32, 0.48, of=still(6), why=POINTS),
        Measure("still in recovery at 12 months", 0.38, 0.30, 0.46, of=still(12), why=POINTS),
        Measure(
            "still in recovery at 24 months",
            *(0.25, 0.17, 0.33),
            of=still(24),
            why="0.38 times 0.55-0.75 who stay a second year, and 4 points at either end",
            grade="D",
        ),
        Measure(
            "weekly hazard of the first month over that of months 7-12",
            *(None, 10.0, 1000.0),
            of=falls,
            unit="ratio",
            why="the hazard must fall at least ten-fold within the year",
            grade="D",
        ),
        Measure("of all starts, still in recovery at 3 months", None, None, None, of=of_everybody(3)),
        Measure("of all starts, still in recovery at 12 months", None, None, None, of=of_everybody(12)),
    ),
    remark="The published curve is one of people who came for help; starts outside treatment are shown and not judged",
)
