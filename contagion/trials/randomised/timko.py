"""Timko and DeBenedetti 2007: intensive against standard referral to 12-step groups, for outpatients.

Intensive referral is the intervention "linkage" by a practitioner; standard referral is the city as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contagion.interventions.ties.linkage import Linkage
from contagion.trials.counting import abstinent, attended, difference, mean
from contagion.trials.enrolling import entering_treatment, served_by
from contagion.trials.trial import Course, Measure, Trial

HALF, YEAR = 26, 52


def data(arms: Mapping[str, Course]) -> dict[str, Any]:
    """Who attended in the second half-year, and in the year, and who is abstinent at its end, in each arm."""
    found = {arm: attended(course, HALF + 1, YEAR) for arm, course in arms.items()}
    found |= {f"{arm}, ever": attended(course, 1, YEAR) for arm, course in arms.items()}
    return found | {f"{arm}, abstinent": abstinent(course, YEAR) for arm, course in arms.items()}


POINTS = "7 points either way: two standard errors of a share in an arm of about 170"

TRIAL = Trial(
    title="Intensive against standard referral",
    population="345 outpatients, US, randomised",
    enrolled="people in active addiction who entered treatment within a quarter",
    differs="assertive linkage by a practitioner, or none",
    source="Timko & DeBenedetti 2007",
    grade="C",
    use="fitted",
    who=entering_treatment,
    arms={"standard": None, "intensive": served_by(Linkage, by="practitioner")},
    weeks=YEAR,
    columns=("stage", "group"),
    data=data,
    measures=(
        Measure("attended in months 7-12, standard", 0.61, 0.54, 0.68, of=mean("standard"), why=POINTS),
        Measure("attended in months 7-12, intensive", 0.70, 0.63, 0.77, of=mean("intensive"), why=POINTS),
        Measure("abstinent at one year, standard", 0.41, 0.34, 0.48, of=mean("standard, abstinent"), why=POINTS),
        Measure("abstinent at one year, intensive", 0.51, 0.44, 0.58, of=mean("intensive, abstinent"), why=POINTS),
        Measure(
            "abstinent at one year, intensive less standard",
            *(0.10, 0.0, 0.20),
            of=difference("intensive, abstinent", "standard, abstinent"),
            unit="difference",
            why="10 points either way: twice the standard error of the difference between two arms of 170",
        ),
        Measure("attended at any time within the year, standard", None, None, None, of=mean("standard, ever")),
        Measure("attended at any time within the year, intensive", None, None, None, of=mean("intensive, ever")),
    ),
    remark="Published: at least one meeting a week; somebody who attends a group in the model goes regularly",
)
