"""Recovery coaching against none: whether relapse becomes rarer within half a year.

The trial counted acute care, which the city has not; relapse of people newly in recovery stands for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from contagion.interventions.care.coaching import Coaching
from contagion.trials.counting import mean, ratio, used
from contagion.trials.enrolling import served_by
from contagion.trials.trial import Course, Measure, Trial
from contagion.vocabulary import EARLY

HALF_YEAR, QUARTER = 26, 13


def newly_in_recovery(city: Any) -> np.ndarray:
    """People in their first quarter of recovery, outside custody."""
    people = city.people
    new = (people["stage"] == EARLY) & (people["spell"] <= QUARTER)
    return np.flatnonzero(new & (people["custody"] == 0))


def data(arms: Mapping[str, Course]) -> dict[str, Any]:
    """Who used within half a year, in each arm."""
    return {arm: used(course, 1, HALF_YEAR) for arm, course in arms.items()}


TRIAL = Trial(
    title="Recovery coaching against none",
    population="193 people in hospital, US, randomised (95 and 98)",
    enrolled="people in their first quarter of recovery, outside custody",
    differs="a recovery coach, or none",
    source="Peer coaching in hospital, NCT04098601 (acute care after 56 of 95 against 62 of 98, not significant)",
    grade="C",
    use="fitted",
    who=newly_in_recovery,
    arms={"usual": None, "coach": served_by(Coaching)},
    weeks=HALF_YEAR,
    columns=("stage",),
    data=data,
    measures=(
        Measure(
            "relapsed within half a year, coach over usual",
            *(0.93, 0.74, 1.17),
            of=ratio("coach", "usual"),
            unit="ratio",
            why="0.589 over 0.633 with its 95 % interval (log standard error 0.117), which holds no effect",
        ),
        Measure("relapsed within half a year, usual", None, None, None, of=mean("usual")),
    ),
    remark="The trial counted acute care; relapse stands for it here",
)
