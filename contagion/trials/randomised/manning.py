"""Manning 2012: an introduction to mutual aid by a peer, by a doctor, or none, for inpatients.

Whoever introduces is set as the intervention "linkage" does it, with its own ratios and its own duration.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from contagion.interventions.ties.linkage import Linkage
from contagion.trials.counting import abstinent, attended, difference, mean
from contagion.trials.enrolling import entering_treatment, served_by
from contagion.trials.trial import Course, Measure, Trial
from contagion.vocabulary import NO_GROUP

QUARTER = 13
"""Weeks of follow-up: attendance was asked two to three months after discharge."""


def without_a_group(city: Any) -> np.ndarray:
    """People who entered treatment within a quarter and attend no group."""
    rows = entering_treatment(city)
    return np.asarray(rows[city.people["group"][rows] == NO_GROUP])


def data(arms: Mapping[str, Course]) -> dict[str, Any]:
    """Who attended within 13 weeks and who was abstinent then, in each arm."""
    found = {arm: attended(course, 1, QUARTER) for arm, course in arms.items()}
    return found | {f"{arm}, abstinent": abstinent(course, QUARTER) for arm, course in arms.items()}


POINTS = "9 points either way: sampling error of arms of about 50, and transfer from inpatients"

TRIAL = Trial(
    title="Peer or doctor introduces mutual aid",
    population="151 inpatients, UK, randomised to three arms",
    enrolled="people in active addiction who entered treatment within a quarter and attend no group",
    differs="assertive linkage by a peer or by a doctor, or none",
    source="Manning et al. 2012",
    grade="C",
    use="fitted",
    who=without_a_group,
    arms={"none": None, "doctor": served_by(Linkage, by="doctor"), "peer": served_by(Linkage, by="peer")},
    weeks=QUARTER,
    columns=("stage", "group"),
    data=data,
    measures=(
        Measure("attended within 13 weeks, none", 0.33, 0.24, 0.42, of=mean("none"), why=POINTS),
        Measure("attended within 13 weeks, doctor", 0.48, 0.39, 0.57, of=mean("doctor"), why=POINTS),
        Measure("attended within 13 weeks, peer", 0.64, 0.55, 0.73, of=mean("peer"), why=POINTS),
        Measure(
            "abstinent at 13 weeks, peer less none",
            *(0.08, 0.0, 0.10),
            of=difference("peer, abstinent", "none, abstinent"),
            unit="difference",
            why="44, 41 and 36 %, not significant: attendance moves first, at most 10 points",
            use="predicted",
        ),
    ),
)
