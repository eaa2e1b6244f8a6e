"""Coverage: people in treatment in a year against people in active addiction, over ten years as they are; and how long
people wait for treatment.

The published numbers count whoever was in treatment at some time within a year (of 310,863 in 2023/24, 158,991 were new),
also those who have stopped using, and divide them by estimates of prevalence: two unlike statistics, so the shares stay
derived. The share of people in active addiction who are in treatment on one day is lower; it is shown and not judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from contagion.trials.cohorts.burden import YEARS
from contagion.trials.counting import mean, per
from contagion.trials.enrolling import everybody
from contagion.trials.trial import Course, Measure, Trial
from contagion.vocabulary import ACTIVE, ALCOHOL, INSIDE, OPIOID, WAITING

SOON, YEAR = 3, 52
"""Weeks within which nearly everybody starts treatment; weeks after enrolment from which starts are counted, so that no
wait is cut short."""


def counts(city: Any, rows: np.ndarray) -> np.ndarray:
    """In active addiction with an opioid profile, and of them in treatment; then with an alcohol profile."""
    people = city.people
    active, inside = people["stage"] == ACTIVE, people["treatment"] == INSIDE
    opioid, alcohol = active & (people["substance"] == OPIOID), active & (people["substance"] == ALCOHOL)
    return np.array([np.count_nonzero(one) for one in (opioid, opioid & inside, alcohol, alcohol & inside)])


def within_the_year(city: Any, rows: np.ndarray) -> np.ndarray:
    """Who is in treatment this week, by profile: 0 not, else 1 and the code of the profile."""
    people = city.people
    return np.where(people["treatment"][rows] == INSIDE, 1 + people["substance"][rows], 0).astype(np.int8)


def in_a_year(treated: np.ndarray, substance: int) -> float:
    """People of a profile in treatment at some time within a year, on average over the years; `treated`: (weeks, people)."""
    years = treated[: treated.shape[0] // YEAR * YEAR].reshape(-1, YEAR, treated.shape[1])
    return float((years == 1 + substance).any(axis=1).sum(axis=1).mean())


def waits(treatment: np.ndarray, first: int) -> np.ndarray:
    """Weeks that each start of treatment from a week on was waited for; `treatment`: (weeks + 1, people)."""
    waited, found = np.zeros(treatment.shape[1], np.int64), [np.zeros(0, np.int64)]
    for week in range(1, treatment.shape[0]):
        waited = np.where(treatment[week - 1] == WAITING, waited + 1, 0)
        if week >= first:
            found.append(waited[(treatment[week] == INSIDE) & (treatment[week - 1] != INSIDE)])
    return np.concatenate(found)


def data(arms: Mapping[str, Course]) -> dict[str, Any]:
    """Each count's mean over ten years; and who waited up to three weeks, of all who started."""
    course = arms["as it is"]
    names = ("opioid", "opioid, treated", "alcohol", "alcohol, treated")
    means = dict(zip(names, course["counts"][1:].mean(axis=0), strict=True))
    for name, substance in (("opioid", OPIOID), ("alcohol", ALCOHOL)):
        means[f"{name}, in the year"] = in_a_year(course["served"][1:], substance)
    return means | {"soon": waits(course["treatment"], YEAR) <= SOON}


POINTS = "5 points either way: numerator and denominator are of unlike populations"

TRIAL = Trial(
    title="People in treatment",
    population="adults in treatment in England 2023/24, over estimates of prevalence",
    enrolled="everybody",
    differs="nothing",
    source="NDTMS 2023/24 over OHID 2023 and Sheffield 2024; waiting: Nuffield Trust 2022/23",
    grade="D",
    use="fitted",
    who=everybody,
    weeks=YEAR * YEARS,
    columns=("treatment",),
    noted={"counts": counts, "served": within_the_year},
    data=data,
    measures=(
        Measure(
            "in treatment within a year, opioid profile",
            *(0.40, 0.35, 0.45),
            of=per("opioid, in the year", "opioid"),
            why=POINTS,
        ),
        Measure(
            "in treatment within a year, alcohol profile",
            *(0.15, 0.10, 0.20),
            of=per("alcohol, in the year", "alcohol"),
            why=POINTS,
        ),
        Measure(
            "starts of treatment within three weeks",
            *(0.98, 0.95, 1.0),
            of=mean("soon"),
            why="98-99 % of starts; 3 points below",
            grade="C",
        ),
        Measure(
            "of active addiction, in treatment on one day, opioid profile",
            *(None, None, None),
            of=per("opioid, treated", "opioid"),
        ),
        Measure("the same, alcohol profile", None, None, None, of=per("alcohol, treated", "alcohol")),
    ),
)
