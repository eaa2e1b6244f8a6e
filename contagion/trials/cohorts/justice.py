"""Justice: how much more often people in active addiction come into contact with justice than people in recovery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from contagion.trials.counting import average, quotient
from contagion.trials.enrolling import nobody
from contagion.trials.trial import Course, Data, Measure, Trial
from contagion.vocabulary import ACTIVE, recovering

YEARS = 5


def counts(city: Any, rows: np.ndarray) -> np.ndarray:
    """Of people not in custody: in active addiction, their offences; in recovery, their offences."""
    people = city.people
    free = people["custody"] == 0
    active, well = free & (people["stage"] == ACTIVE), free & recovering(people["stage"])
    offences = people["offences"]
    return np.array([np.count_nonzero(active), offences[active].sum(), np.count_nonzero(well), offences[well].sum()])


def data(arms: Mapping[str, Course]) -> dict[str, Any]:
    """Sums over five years."""
    names = ("active", "active, offences", "recovery", "recovery, offences")
    return dict(zip(names, arms["as it is"]["counts"][1:].sum(axis=0).astype(float), strict=True))


def times(data: Data) -> float:
    """Offences a person and week in active addiction over those in recovery."""
    active = quotient(average(data["active, offences"]), average(data["active"]))
    return quotient(active, quotient(average(data["recovery, offences"]), average(data["recovery"])))


TRIAL = Trial(
    title="Contact with justice, active addiction against recovery",
    population="people in recovery in the US, asked about their time before and since",
    enrolled="everybody in active addiction or recovery, over five years",
    differs="nothing",
    source="US Life in Recovery 2012 (Laudet 2013)",
    grade="C",
    use="predicted",
    who=nobody,
    weeks=52 * YEARS,
    columns=(),
    noted={"counts": counts},
    data=data,
    measures=(
        Measure(
            "recorded offences a year, active over recovery",
            *(10.0, 5.0, 15.0),
            of=times,
            unit="ratio",
            why="about ten-fold; by half either way, as people remember and choose to answer",
        ),
    ),
)
