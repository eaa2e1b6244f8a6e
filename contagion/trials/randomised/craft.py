"""CRAFT: families who learnt how to invite a relative into treatment, against families who were served otherwise.

The families of everybody enrolled have a place in the intervention "family_allies" and leave it by its own rules. They have
come forward, which few do: what their invitation adds in both arms (`OTHERWISE`) is set so that the usual arm has the
published share, and belongs to the trial and not to the city.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from contagion.interventions.ties.family_allies import FamilyAllies
from contagion.trials.counting import difference, mean
from contagion.trials.enrolling import served_by
from contagion.trials.trial import Course, Measure, Trial
from contagion.vocabulary import ACTIVE, INSIDE, OUTSIDE

HALF_YEAR = 26
OTHERWISE = 0.9
"""Hazard a year that the invitation of a family adds which has come forward and is served otherwise: fitted to 37 %."""


def untreated(city: Any) -> np.ndarray:
    """People in active addiction outside custody who are neither in treatment nor waiting for it."""
    people = city.people
    refusing = (people["stage"] == ACTIVE) & (people["treatment"] == OUTSIDE)
    return np.flatnonzero(refusing & (people["custody"] == 0))


def data(arms: Mapping[str, Course]) -> dict[str, Any]:
    """Who was in treatment at some time within half a year, in each arm."""
    return {arm: (course["treatment"][1:] == INSIDE).any(axis=0) for arm, course in arms.items()}


POINTS = "13 points either way: sampling error of arms of about 58"

TRIAL = Trial(
    title="Families who learnt to invite into treatment (CRAFT)",
    population="115 families of people who refused treatment, randomised",
    enrolled="people in active addiction outside custody who are neither in treatment nor waiting for it",
    differs="their family learns to invite them into treatment, or is served otherwise",
    source="A randomised trial of 115; Roozen et al. 2010 and Archer et al. 2020 (about two thirds over trials)",
    grade="C",
    use="fitted",
    who=untreated,
    arms={
        "as it is": None,
        "usual": served_by(FamilyAllies, invites=OTHERWISE),
        "CRAFT": served_by(FamilyAllies, invites=OTHERWISE + FamilyAllies().invites),
    },
    weeks=HALF_YEAR,
    columns=("treatment",),
    data=data,
    measures=(
        Measure("in treatment within half a year, usual", 0.37, 0.24, 0.50, of=mean("usual"), why=POINTS),
        Measure("in treatment within half a year, CRAFT", 0.62, 0.49, 0.75, of=mean("CRAFT"), why=POINTS),
        Measure(
            "CRAFT less usual",
            *(0.25, 0.07, 0.43),
            of=difference("CRAFT", "usual"),
            unit="difference",
            why="twice the standard error of the difference between two arms of 58",
        ),
    ),
    remark="The follow-up of the trial was not read; half a year is taken. Here the families of everybody untreated are "
    "enrolled, of whom about 7 in 100 enter treatment within half a year as the city is; that families who come forward "
    "bring more of them is set in both arms, so the usual arm is fitted and what CRAFT adds is predicted",
)
