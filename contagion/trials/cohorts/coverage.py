"""Coverage: the share of people in active addiction who are in treatment, over ten years as they are.

The published shares divide people in treatment by estimates of prevalence: two unlike statistics, so they stay derived.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from contagion.trials.cohorts.burden import YEARS
from contagion.trials.counting import per
from contagion.trials.enrolling import nobody
from contagion.trials.trial import Course, Measure, Trial
from contagion.vocabulary import ACTIVE, ALCOHOL, INSIDE, OPIOID, WAITING

SOON = 3
"""Weeks within which nearly everybody starts treatment."""


def counts(city: Any, rows: np.ndarray) -> np.ndarray:
    """Active addiction and treatment by profile (opioid, alcohol); waiting, and of them up to three weeks."""
    people = city.people
    active, inside = people["stage"] == ACTIVE, people["treatment"] == INSIDE
    opioid, alcohol = people["substance"] == OPIOID, people["substance"] == ALCOHOL
    waiting = people["treatment"] == WAITING
    groups = (active & opioid, active & opioid & inside, active & alcohol, active & alcohol & inside)
    return np.array([np.count_nonzero(one) for one in (*groups, waiting, waiting & (people["in_care"] <= SOON))])


def data(arms: Mapping[str, Course]) -> dict[str, Any]:
    """Each count's mean over ten years."""
    names = ("opioid", "opioid, treated", "alcohol", "alcohol, treated", "waiting", "waiting, lately")
    return dict(zip(names, arms["as it is"]["counts"][1:].mean(axis=0), strict=True))


POINTS = "5 points either way: numerator and denominator are of unlike populations"

TRIAL = Trial(
    title="People in treatment",
    population="adults in treatment in England 2023/24, over estimates of prevalence",
    enrolled="everybody",
    differs="nothing",
    source="NDTMS 2023/24 over OHID 2023 and Sheffield 2024; waiting: Nuffield Trust 2022/23",
    grade="D",
    use="fitted",
    who=nobody,
    weeks=52 * YEARS,
    columns=(),
    noted={"counts": counts},
    data=data,
    measures=(
        Measure("in treatment, opioid profile", 0.40, 0.35, 0.45, of=per("opioid, treated", "opioid", 1.0), why=POINTS),
        Measure(
            "in treatment, alcohol profile", 0.15, 0.10, 0.20, of=per("alcohol, treated", "alcohol", 1.0), why=POINTS
        ),
        Measure(
            "of those waiting, up to three weeks",
            *(0.98, 0.90, 1.0),
            of=per("waiting, lately", "waiting", 1.0),
            why="98-99 % start within three weeks; of those waiting on one day, which weighs long waits, 90 % or more",
            grade="C",
        ),
    ),
)
