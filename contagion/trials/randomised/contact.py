"""Contact against education: attitudes after meeting somebody in visible recovery.

Contact: for a quarter, each member of the public reviews their attitude as if they had one more person in visible recovery
among their ties, by the model's own rule. Education has no arm: no rule of the city lets information alone move attitudes,
so that it counts as no change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from contagion.processes.stigma import REVIEWED, think
from contagion.trials.counting import average, quotient
from contagion.trials.enrolling import nobody
from contagion.trials.trial import Course, Data, Measure, Trial

QUARTER = 13


def meet(city: Any, rows: np.ndarray) -> Callable[[Any], None]:
    """Meetings at each review of attitudes, for a quarter."""
    return review


def review(city: Any) -> None:
    """After a review, add what it would have given more with one person in visible recovery more among one's ties."""
    if city.week % REVIEWED:
        return
    without = city.public_people.copy()
    within = without.copy()
    within["contact"] += 1.0
    for table in (without, within):
        think.everyone(table, city.records["stigma"], *city.chance)
    city.public_people["attitude"] += within["attitude"] - without["attitude"]


def data(arms: Mapping[str, Course]) -> dict[str, Any]:
    """Each one's attitude after a quarter, in both arms."""
    return {arm: course["attitude"][QUARTER] for arm, course in arms.items()}


def lowered(data: Data) -> float:
    """How far contact lowers attitudes, in their standard deviations."""
    return quotient(average(data["usual"] - data["contact"]), float(np.std(data["usual"])))


TRIAL = Trial(
    title="Contact against education, on public stigma",
    population="72 studies of 38,364 people",
    enrolled="every member of the public",
    differs="one person in visible recovery more met at each review of attitudes, for a quarter",
    source="Corrigan et al. 2012 (for adults contact does more than education)",
    grade="C",
    use="predicted",
    who=nobody,
    arms={"usual": None, "contact": meet},
    weeks=QUARTER,
    columns=(),
    noted={"attitude": lambda city, rows: city.public_people["attitude"]},
    data=data,
    measures=(
        Measure(
            "contact less education, in standard deviations",
            *(None, 0.01, 0.5),
            of=lowered,
            unit="difference",
            why="the order is published, its size is not confirmed: more than a hundredth, at most a half",
        ),
    ),
)
