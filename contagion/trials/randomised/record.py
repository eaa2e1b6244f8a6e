"""A criminal record in hiring: jobs found by people with a record where employers leave it aside, or do not.

The audit sent pairs of testers who differed in a record; here the same people look for work both ways.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from contagion.interventions.homes_and_work.fair_chance import FairChance
from contagion.trials.counting import difference, mean
from contagion.trials.enrolling import served_by
from contagion.trials.trial import Course, Measure, Trial
from contagion.vocabulary import has_lived_experience

YEAR = 52


def with_a_record(city: Any) -> np.ndarray:
    """People with lived experience and a record who have no job, outside custody."""
    people = city.people
    stages = [stage for stage in range(int(people["stage"].max()) + 1) if has_lived_experience(stage)]
    looking = np.isin(people["stage"], stages) & (people["job"] == 0) & (people["custody"] == 0)
    return np.flatnonzero(looking & (people["record"] == 1))


def data(arms: Mapping[str, Course]) -> dict[str, Any]:
    """Who had a job at some time within the year, in each arm."""
    return {arm: (course["job"][1:] == 1).any(axis=0) for arm, course in arms.items()}


TRIAL = Trial(
    title="A criminal record in hiring",
    population="300 jobs, US, matched pairs of testers",
    enrolled="people with lived experience and a criminal record who have no job, outside custody",
    differs="employers who leave the record aside, or others",
    source="Uggen et al. 2014 (callbacks some 4 percentage points lower with a minor record)",
    grade="C",
    use="predicted",
    who=with_a_record,
    arms={"asked": None, "left aside": served_by(FairChance)},
    weeks=YEAR,
    columns=("job",),
    data=data,
    measures=(
        Measure(
            "worked within a year, left aside less asked",
            *(0.04, 0.005, 0.08),
            of=difference("left aside", "asked"),
            unit="difference",
            why="4 points of callbacks; fewer people are taken on than are called back: the sign, at most twice the number",
        ),
        Measure("worked within a year, asked", None, None, None, of=mean("asked")),
    ),
)
