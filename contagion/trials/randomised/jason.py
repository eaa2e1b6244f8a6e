"""Jason 2006: a recovery home against usual aftercare, for people just out of treatment.

The house arm is a place in the intervention "housing" from the week of discharge, left by its own rules. Length of stay
is compared with residents who were found again at six months (Hard 2022).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from contagion.interventions.homes_and_work.housing import Housing
from contagion.trials.counting import alive, average, mean, used
from contagion.trials.enrolling import served_by
from contagion.trials.trial import Course, Data, Measure, Trial
from contagion.vocabulary import EARLY, INSIDE

FIRST, LAST = 79, 104
"""Weeks in which use is asked: months 19 to 24."""
HALF_YEAR = 26
RECENT = 4
"""Weeks since discharge within which somebody counts as just out of treatment; and in recovery, as newly so."""


def just_out_of_treatment(city: Any) -> np.ndarray:
    """People in the first weeks of recovery who are in treatment or have left it as lately (RECENT)."""
    people = city.people
    treated = (people["treatment"] == INSIDE) | (people["in_care"] <= RECENT)
    new = (people["stage"] == EARLY) & (people["spell"] <= RECENT)
    return np.flatnonzero(treated & new & (people["custody"] == 0))


def data(arms: Mapping[str, Course]) -> dict[str, Any]:
    """Who used in months 19 to 24, of those alive; who was in the house past six months."""
    usual, house = arms["usual"], arms["house"]
    present = alive(usual, LAST) & alive(house, LAST)
    stayed = house["housed"][1 : HALF_YEAR + 1].all(axis=0)
    use = used(house, FIRST, LAST)
    return {
        "usual": used(usual, FIRST, LAST)[present],
        "house": use[present],
        "stayed": stayed,
        "long": use[present & stayed],
        "short": use[present & ~stayed],
    }


def long_less_short(data: Data) -> float:
    """Use after a stay past six months less use after a shorter one."""
    return average(data["long"]) - average(data["short"])


POINTS = "9 points either way: sampling error of arms of 75, and transfer from the US"

TRIAL = Trial(
    title="A recovery home against usual aftercare",
    population="150 people just out of treatment, US, randomised (75 and 75); 823 residents in Florida (stay)",
    enrolled="people in the first four weeks of recovery who are in treatment or left it within four weeks",
    differs="a place in a recovery home from the first week, or usual aftercare",
    source="Jason et al. 2006; length of stay: Hard et al. 2022 (267 of 823 assessed again at six months)",
    grade="C",
    use="fitted",
    who=just_out_of_treatment,
    arms={"usual": None, "house": served_by(Housing)},
    weeks=LAST,
    columns=("stage", "housed"),
    data=data,
    measures=(
        Measure("any use in months 19-24, usual", 0.648, 0.558, 0.738, of=mean("usual"), why=POINTS),
        Measure("any use in months 19-24, house", 0.313, 0.223, 0.403, of=mean("house"), why=POINTS),
        Measure(
            "still in the house at six months",
            *(0.32, 0.23, 0.50),
            of=mean("stayed"),
            why="9 points below; up to a half above, as some who were not assessed again still lived there",
            grade="D",
        ),
        Measure(
            "use after more than six months' stay less after a shorter one",
            *(None, -1.0, 0.0),
            of=long_less_short,
            unit="difference",
            why="longer stays must do better: the sign alone",
            use="predicted",
        ),
    ),
)
