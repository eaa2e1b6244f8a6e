"""Remission: years from the onset of active addiction until half have been in recovery for a year.

Onsets of five years are followed to the end. Remission is dated to the start of the first recovery that lasts a year, as
a survey dates it to the last symptom; who dies or is still followed before it is lost from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from contagion.trials.counting import median_time
from contagion.trials.enrolling import everybody
from contagion.trials.trial import LONGEST, Course, Data, Measure, Trial
from contagion.vocabulary import ACTIVE, ALCOHOL, AT_RISK, DEAD, OPIOID, OTHER, recovering

YEAR = 52
ONSETS = 5 * YEAR


def to_remission(stage: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weeks from onset to remission or loss, and whether it was remission; `stage`: (weeks, people) from each onset on."""
    weeks, people = stage.shape
    time, remitted = np.empty(people), np.zeros(people, bool)
    for k in range(people):
        well = recovering(stage[:, k])
        edges = np.flatnonzero(np.diff(np.concatenate([[False], well, [False]]).astype(np.int8)))
        begins, ends = edges[::2], edges[1::2]
        long = begins[ends - begins >= YEAR]
        dead = np.flatnonzero(stage[:, k] == DEAD)
        remitted[k] = long.size > 0
        time[k] = long[0] if long.size else (dead[0] if dead.size else weeks)
    return time, remitted


def data(arms: Mapping[str, Course]) -> dict[str, Any]:
    """Weeks from onset to remission or loss, by profile."""
    course = arms["as it is"]
    stage, substance = course["stage"], course["substance"][0]
    onset = (stage[1 : ONSETS + 1] == ACTIVE) & (stage[:ONSETS] == AT_RISK)
    found: dict[str, list[np.ndarray]] = {"time": [], "remitted": [], "substance": []}
    for person in np.flatnonzero(onset.any(axis=0)):
        week = int(onset[:, person].argmax()) + 1
        time, remitted = to_remission(stage[week:, person : person + 1])
        found["time"].append(time)
        found["remitted"].append(remitted)
        found["substance"].append(substance[person : person + 1])
    kinds = {"time": float, "remitted": bool, "substance": np.int8}
    return {name: np.concatenate([np.zeros(0, kinds[name]), *parts]) for name, parts in found.items()}


def half(substance: int) -> Callable[[Data], float]:
    """Years until half of this profile are in remission."""

    def of(data: Data) -> float:
        mine = data["substance"] == substance
        return median_time(data["time"][mine], data["remitted"][mine]) / YEAR

    return of


TRIAL = Trial(
    title="Years from onset to remission",
    population="4,781 people with lifetime alcohol dependence, US; cocaine: 408",
    enrolled="everybody whose active addiction begins within five years",
    differs="nothing",
    source="Lopez-Quintero et al. 2011 (NESARC)",
    grade="C",
    use="fitted",
    who=everybody,
    weeks=LONGEST,
    columns=("stage", "substance"),
    data=data,
    measures=(
        Measure(
            "years until half are in remission, alcohol profile",
            *(14.0, 10.5, 17.5),
            of=half(ALCOHOL),
            unit="years",
            why="a quarter either way: recalled onsets, the US, and remission by symptoms rather than by recovery",
        ),
        Measure("the same, opioid profile", None, None, None, of=half(OPIOID), unit="years", use="predicted"),
        Measure(
            "the same, other profiles (cocaine: 5)", None, None, None, of=half(OTHER), unit="years", use="predicted"
        ),
    ),
)
