"""Paths: what people who have resolved a problem ever made use of: treatment, mutual help, other recovery support.

Only people whose active addiction began within the history are asked, as only their whole past is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from contagion.trials.counting import mean
from contagion.trials.enrolling import everybody
from contagion.trials.trial import LONGEST, Course, Measure, Trial
from contagion.vocabulary import ACTIVE, AT_RISK, INSIDE, NO_GROUP, GroupKind, recovering

YEAR = 52


def of_kind(city: Any, rows: np.ndarray, mutual_aid: bool) -> np.ndarray:
    """Who attends a mutual-aid group, or a group of another kind (bool)."""
    group = city.people["group"][rows]
    if not city.meetings.count:
        return np.zeros(rows.size, bool)
    kind = city.meetings.kind[np.where(group == NO_GROUP, 0, group)]
    return np.asarray((group != NO_GROUP) & ((kind == GroupKind.MUTUAL_AID) == mutual_aid))


def data(arms: Mapping[str, Course]) -> dict[str, Any]:
    """What each who has been in recovery for a year at the end ever made use of."""
    course = arms["as it is"]
    stage = course["stage"]
    onset = ((stage[1:] == ACTIVE) & (stage[:-1] == AT_RISK)).any(axis=0)
    asked = onset & recovering(stage[-YEAR - 1 :]).all(axis=0)
    treated = (course["treatment"][:, asked] == INSIDE).any(axis=0)
    mutual, other = course["mutual"][:, asked].any(axis=0), course["other"][:, asked].any(axis=0)
    return {"treated": treated, "mutual": mutual, "other": other, "assisted": treated | mutual | other}


POINTS = "6 points either way"

TRIAL = Trial(
    title="How people resolved a problem",
    population="1,373 UK adults (weighted) who once had a problem and no longer have",
    enrolled="people in recovery for a year or more, 40 years on, whose active addiction began in that time",
    differs="nothing",
    source="Day et al. 2024 (UK National Recovery Survey)",
    grade="C",
    use="fitted",
    who=everybody,
    weeks=LONGEST,
    columns=("stage", "treatment"),
    noted={
        "mutual": lambda city, rows: of_kind(city, rows, True),
        "other": lambda city, rows: of_kind(city, rows, False),
    },
    data=data,
    measures=(
        Measure("ever mutual help", 0.297, 0.237, 0.357, of=mean("mutual"), why=POINTS),
        Measure("ever treatment", 0.350, 0.290, 0.410, of=mean("treated"), why=POINTS),
        Measure("ever other recovery support", 0.226, 0.166, 0.286, of=mean("other"), why=POINTS),
        Measure("ever any of these", 0.499, 0.439, 0.559, of=mean("assisted"), why=POINTS),
    ),
)
