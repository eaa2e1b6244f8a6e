"""Wellbeing by time in recovery: it dips in the first year, rises steeply to the sixth and slowly after that.

The mean of the five CHIME scores stands for wellbeing. The dip is asked of people who start and stay for a year; the rise
of everybody in recovery on one day.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from contagion.trials.counting import average, quotient
from contagion.trials.enrolling import everybody
from contagion.trials.trial import Course, Data, Measure, Trial
from contagion.vocabulary import ACTIVE, EARLY, recovering

YEAR, QUARTER = 52, 13
CHIME = ("connectedness", "hope", "identity", "meaning", "empowerment")
BREAK, LATER = 6, 15
"""Years in recovery at which the rise slows, and up to which it is followed."""


def wellbeing(city: Any, rows: np.ndarray) -> np.ndarray:
    """The mean of the five scores of each (0 to 1)."""
    return np.asarray(np.mean([city.people[name][rows] for name in CHIME], axis=0))


def data(arms: Mapping[str, Course]) -> dict[str, Any]:
    """Wellbeing in the first week and by quarter of those who start and stay; and by years in recovery on one day."""
    course = arms["as it is"]
    stage, felt = course["stage"], course["felt"]
    began, who = np.nonzero((stage[1 : YEAR + 1] == EARLY) & (stage[:YEAR] == ACTIVE))
    began += 1
    stayed = np.array([recovering(stage[w : w + YEAR + 1, k]).all() for w, k in zip(began, who, strict=True)], bool)
    course_of = [felt[w : w + YEAR + 1, k] for w, k in zip(began[stayed], who[stayed], strict=True)]
    paths = np.array(course_of).reshape(-1, YEAR + 1)
    well = recovering(stage[0])
    found = {f"quarter {q + 1}": paths[:, q * QUARTER + 1 : (q + 1) * QUARTER + 1].mean(axis=1) for q in range(4)}
    return found | {"first": paths[:, 0], "years": course["spell"][0][well] / YEAR, "felt": felt[0][well]}


def dip(data: Data) -> float:
    """The lowest quarter of the first year less the week of the start."""
    return min(average(data[f"quarter {q}"]) for q in range(1, 5)) - average(data["first"])


def shallower(data: Data) -> float:
    """The yearly rise after the break over that up to it."""
    early, late = (slope(data, *years) for years in ((0, BREAK), (BREAK, LATER)))
    return quotient(late, early)


def slope(data: Data, first: float, last: float) -> float:
    """The yearly rise of wellbeing over these years in recovery, by least squares."""
    mine = (data["years"] >= first) & (data["years"] < last)
    if np.count_nonzero(mine) < 3:
        return float("nan")
    return float(np.polyfit(data["years"][mine], data["felt"][mine], 1)[0])


TRIAL = Trial(
    title="Wellbeing by time in recovery",
    population="2,002 US adults who have resolved a problem",
    enrolled="everybody in recovery; and everybody who starts within a year and stays for one",
    differs="nothing",
    source="Kelly, Greene & Bergman 2018",
    grade="C",
    use="fitted",
    who=everybody,
    weeks=2 * YEAR,
    columns=("stage", "spell"),
    noted={"felt": wellbeing},
    data=data,
    measures=(
        Measure(
            "lowest quarter of the first year less the week of the start",
            *(None, -0.2, -0.005),
            of=dip,
            unit="difference",
            why="self-esteem and happiness fall in the first year: the sign, beyond half a hundredth",
        ),
        Measure(
            "yearly rise of years 6 to 15 over that to year 6",
            *(None, 0.0, 0.667),
            of=shallower,
            unit="ratio",
            why="steep to the sixth year, then shallow: no fall, and at most two thirds as steep",
        ),
    ),
)
