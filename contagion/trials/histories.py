"""Living the trials of one seed: one history in which nothing is done, which all share, and one more for each arm and wave.

Chance is keyed by seed, name, week and person, so the histories of two arms differ by what was done and by nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from contagion.interventions.ties.linkage import Linkage
from contagion.model.scenario import Scenario
from contagion.model.simulation import LivingCity
from contagion.trials.trial import ENROLMENT, LONGEST, Course, Trial

NOBODY = "(nobody)"
"""Name of a programme without places in every history: so that all have the same processes at work."""


def prepared(scenario: Scenario) -> Scenario:
    """The scenario that is lived: with the horizon of the longest trial, and ready for programmes to begin."""
    time = scenario.time.model_copy(update={"years": (ENROLMENT + LONGEST) / 52.0})
    idle = Linkage(places=0.0, start=0.0, ramp_up=0.0)
    return scenario.model_copy(update={"time": time, "interventions": {**scenario.interventions, NOBODY: idle}})


class FollowUp:
    """Notes what befalls the people enrolled in one arm of a trial, week by week."""

    def __init__(self, trial: Trial, rows: np.ndarray, city: LivingCity) -> None:
        self.trial, self.rows, self.week = trial, rows, -1
        self.noted: dict[str, np.ndarray] = {}
        self.look(city)

    def look(self, city: LivingCity) -> None:
        """Note this week, unless the trial is over."""
        self.week += 1
        if self.week > self.trial.weeks:
            return
        found = {name: city.people[name][self.rows] for name in self.trial.columns}
        found |= {name: np.asarray(of(city, self.rows)) for name, of in self.trial.noted.items()}
        for name, values in found.items():
            if name not in self.noted:
                self.noted[name] = np.empty((self.trial.weeks + 1, *values.shape), values.dtype)
            self.noted[name][self.week] = values

    @property
    def course(self) -> Course:
        """What was noted."""
        return Course(self.trial.weeks, self.noted)


def live(trials: Mapping[str, Trial], scenario: Scenario, seed: int) -> dict[str, dict[str, np.ndarray]]:
    """What each trial keeps of this seed, all its waves one after the other: arrays by name of the trial and of what is
    kept."""
    city = LivingCity(prepared(scenario), seed)
    kept: dict[str, list[dict[str, np.ndarray]]] = {name: [] for name in trials}
    due = sorted((week, name) for name, trial in trials.items() for week in trial.waves)
    under_way: list[_Wave] = []
    while due or under_way:
        while due and due[0][0] == city.week:
            name = due.pop(0)[1]
            under_way.append(_Wave(name, trials[name], city))
        city.step()
        for wave in under_way:
            wave.as_it_is.look(city)
        for wave in [one for one in under_way if one.is_over]:
            under_way.remove(wave)
            kept[wave.name].append(wave.data())
    return {name: _joined(waves) for name, waves in kept.items()}


class _Wave:
    """The people whom a trial enrols in one week: their courses in the arms, and in the history that all share."""

    def __init__(self, name: str, trial: Trial, city: LivingCity) -> None:
        self.name, self.trial = name, trial
        rows = np.asarray(trial.who(city), np.int64)
        self.arms = {
            arm: _arm(trial, begin, rows, city) if begin is not None else None for arm, begin in trial.arms.items()
        }
        self.as_it_is = FollowUp(trial, rows, city)

    @property
    def is_over(self) -> bool:
        """Whether everybody enrolled has been followed to the end."""
        return self.as_it_is.week >= self.trial.weeks

    def data(self) -> dict[str, np.ndarray]:
        """What the trial keeps of them."""
        courses = {arm: course or self.as_it_is.course for arm, course in self.arms.items()}
        return {key: np.atleast_1d(values) for key, values in self.trial.data(courses).items()}


def _joined(waves: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    return {key: np.concatenate([one[key] for one in waves]) for key in waves[0]}


def _arm(trial: Trial, begin: Any, rows: np.ndarray, city: LivingCity) -> Course:
    """The history of one arm from enrolment on."""
    other = city.fork()
    weekly = begin(other, rows)
    watch = FollowUp(trial, rows, other)
    for week in range(trial.weeks):
        if weekly is not None and week > 0:
            weekly(other)
        other.step()
        watch.look(other)
    return watch.course
