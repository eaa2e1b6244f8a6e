"""Individual placement and support (IPS-AD): work found within eighteen months, by substance.

Everybody enrolled has a place in the intervention "individual_placement" and leaves it by its own rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from contagion.interventions.homes_and_work.individual_placement import IndividualPlacement
from contagion.trials.counting import difference, mean
from contagion.trials.enrolling import in_treatment, served_by
from contagion.trials.trial import Course, Measure, Trial
from contagion.vocabulary import OPIOID

FOLLOWED = 78
"""Weeks: eighteen months."""


def without_a_job(city: Any) -> np.ndarray:
    """People in active addiction who are in treatment and have no job."""
    rows = in_treatment(city)
    return np.asarray(rows[city.people["job"][rows] == 0])


def data(arms: Mapping[str, Course]) -> dict[str, Any]:
    """Who had a job at some time, in each arm, by substance."""
    opioid = arms["usual"]["substance"][0] == OPIOID
    found: dict[str, Any] = {}
    for arm, course in arms.items():
        worked = (course["job"][1:] == 1).any(axis=0)
        found |= {f"{arm}, opioid": worked[opioid], f"{arm}, others": worked[~opioid]}
    return found


TRIAL = Trial(
    title="Individual placement and support (IPS-AD)",
    population="1,687 people in treatment, England, randomised (alcohol 610, opioids 837, other drugs 240)",
    enrolled="people in active addiction who are in treatment and have no job",
    differs="an employment specialist, or none",
    source="Marsden et al. 2024 (effective for alcohol and other drugs, not for opioids; sizes not confirmed)",
    grade="C",
    use="fitted",
    who=without_a_job,
    arms={"usual": None, "placement": served_by(IndividualPlacement)},
    weeks=FOLLOWED,
    columns=("job", "substance"),
    data=data,
    measures=(
        Measure(
            "worked within 18 months, placement less usual, alcohol and other drugs",
            *(None, 0.01, 0.20),
            of=difference("placement, others", "usual, others"),
            unit="difference",
            why="the sign is published and its size is not confirmed: more than a hundredth, at most a fifth",
        ),
        Measure(
            "worked within 18 months, placement less usual, opioids",
            *(None, -0.03, 0.03),
            of=difference("placement, opioid", "usual, opioid"),
            unit="difference",
            why="no effect was found: at most 3 points either way",
        ),
        Measure("worked within 18 months, usual, all but opioids", None, None, None, of=mean("usual, others")),
    ),
)
