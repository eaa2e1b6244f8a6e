"""Litt 2007: one more abstinent person in the network of people in treatment for alcohol dependence.

The tie is made with one person in lasting recovery and then fades like any other; a third arm makes it again whenever it
is cut, which bounds what fading takes away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from contagion.trials.counting import abstinent, mean, ratio
from contagion.trials.enrolling import in_treatment, one_more_tie, one_tie_kept
from contagion.trials.trial import Course, Measure, Trial
from contagion.vocabulary import ALCOHOL

FEW = 2
"""Abstinent friends that some people never get beyond."""


def for_alcohol(city: Any) -> np.ndarray:
    """People in active addiction with an alcohol profile who are in treatment."""
    rows = in_treatment(city)
    return np.asarray(rows[city.people["substance"][rows] == ALCOHOL])


def data(arms: Mapping[str, Course]) -> dict[str, Any]:
    """Who is abstinent a year on, in each arm; and who never had more than two ties in recovery."""
    found = {arm: abstinent(course, 52) for arm, course in arms.items()}
    return found | {"few": arms["usual"]["recovering_near"].max(axis=0) <= FEW}


TRIAL = Trial(
    title="One more abstinent person in the network",
    population="210 alcohol-dependent outpatients, US",
    enrolled="people with an alcohol profile in active addiction and in treatment",
    differs="one recovery tie more, with a person in sustained or stable recovery of the same neighbourhood",
    source="Litt et al. 2007, quoted by two secondary texts; Litt et al. 2009 and its continuation (few friends)",
    grade="C2",
    use="fitted",
    who=for_alcohol,
    arms={"usual": None, "one tie more": one_more_tie, "tie kept": one_tie_kept},
    weeks=104,
    columns=("stage", "recovering_near"),
    data=data,
    measures=(
        Measure(
            "abstinent a year on, one tie more against usual",
            *(1.27, 1.10, 1.45),
            of=ratio("one tie more", "usual"),
            unit="ratio",
            why="sampling error of 210 people and an association that is not all cause",
        ),
        Measure("the same, if the tie never fades", 1.27, None, None, of=ratio("tie kept", "usual"), unit="ratio"),
        Measure("abstinent a year on, usual", None, None, None, of=mean("usual")),
        Measure(
            "never more than two close ties in recovery within two years",
            *(0.30, 0.20, 0.40),
            of=mean("few"),
            why="10 points either way: about 30 % of a small sample, friends and not all close ties",
            grade="C",
        ),
    ),
)
