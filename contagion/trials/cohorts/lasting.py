"""Lasting recovery: barriers that remain after five years, and taking part in the community."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from contagion.trials.counting import mean
from contagion.trials.trial import Course, Measure, Trial
from contagion.vocabulary import STABLE

BARRIERS = 5
"""Barriers of which the model's stock is the mean."""


def in_stable_recovery(city: Any) -> np.ndarray:
    """People in recovery for five years or more."""
    return np.flatnonzero(city.people["stage"] == STABLE)


def data(arms: Mapping[str, Course]) -> dict[str, Any]:
    """Barriers of each, as a count, and who gives back."""
    course = arms["as it is"]
    return {"barriers": BARRIERS * course["barriers"][0], "giving": course["giving_back"][0] == 1}


TRIAL = Trial(
    title="Life in stable recovery",
    population="480 people in recovery (barriers); 802 people in recovery, UK (giving back)",
    enrolled="people in recovery for five years or more",
    differs="nothing",
    source="SABRS 2020; UK Life in Recovery 2015",
    grade="C",
    use="fitted",
    who=in_stable_recovery,
    weeks=1,
    columns=("barriers", "giving_back"),
    data=data,
    measures=(
        Measure(
            "barriers in stable recovery",
            *(2.0, 2.0, 3.0),
            of=mean("barriers"),
            unit="count",
            why="at least two; the model knows five, of which three or more would be no recovery of capital",
        ),
        Measure(
            "active in the community",
            *(0.79, 0.70, 0.85),
            of=mean("giving"),
            why="9 points below, 6 above: people who answer are the more active",
        ),
    ),
)
