"""Twelve-step facilitation against other treatment: continuous abstinence at twelve months.

In the facilitation arm everybody has a place in the intervention "facilitation" and leaves it by its own rules; the other
arm is the city as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from contagion.interventions.ties.facilitation import Facilitation
from contagion.trials.counting import difference, mean, unbroken
from contagion.trials.enrolling import served_by
from contagion.trials.trial import Course, Measure, Trial
from contagion.vocabulary import EARLY, INSIDE

YEAR, MONTH = 52, 4


def beginning(city: Any) -> np.ndarray:
    """People in treatment in their first four weeks of recovery."""
    people = city.people
    new = (people["stage"] == EARLY) & (people["spell"] <= MONTH) & (people["treatment"] == INSIDE)
    return np.flatnonzero(new & (people["custody"] == 0))


def data(arms: Mapping[str, Course]) -> dict[str, Any]:
    """Who is in recovery throughout the year, in each arm."""
    return {arm: unbroken(course, 0, YEAR) for arm, course in arms.items()}


POINTS = "9 points either way: trials differ in whom they enrol and how they count"

TRIAL = Trial(
    title="Twelve-step facilitation against other treatment",
    population="10,565 people in 27 studies",
    enrolled="people in treatment in their first four weeks of recovery",
    differs="mutual-aid facilitation, which brings who attends no group to a meeting, or as it is",
    source="Kelly, Humphreys & Ferri 2020 (Cochrane review), percentages from secondary texts",
    grade="C2",
    use="fitted",
    who=beginning,
    arms={"other treatment": None, "facilitation": served_by(Facilitation)},
    weeks=YEAR,
    columns=("stage",),
    data=data,
    measures=(
        Measure(
            "abstinent throughout the year, other treatment", 0.35, 0.26, 0.44, of=mean("other treatment"), why=POINTS
        ),
        Measure("abstinent throughout the year, facilitation", 0.42, 0.33, 0.51, of=mean("facilitation"), why=POINTS),
        Measure(
            "facilitation less other treatment",
            *(0.07, 0.02, 0.12),
            of=difference("facilitation", "other treatment"),
            unit="difference",
            why="5 points either way: 6 points by another count of the same review (367 against 304 of 1,000)",
        ),
    ),
)
