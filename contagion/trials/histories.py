"""Living the trials of one seed: one history in which nothing is done, which all share, and one more for each arm.

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
    """What each trial keeps of this seed: arrays by name of the trial and of what is kept."""
    city = LivingCity(prepared(scenario), seed)
    city.run_for(ENROLMENT)
    rows = {name: np.asarray(trial.who(city), np.int64) for name, trial in trials.items()}
    courses: dict[str, dict[str, Course]] = {name: {} for name in trials}
    for name, trial in trials.items():
        for arm, begin in trial.arms.items():
            if begin is not None:
                courses[name][arm] = _arm(trial, begin, rows[name], city)
    as_it_is = {name: FollowUp(trial, rows[name], city) for name, trial in trials.items()}
    for _ in range(max(trial.weeks for trial in trials.values())):
        city.step()
        for watch in as_it_is.values():
            watch.look(city)
    kept: dict[str, dict[str, np.ndarray]] = {}
    for name, trial in trials.items():
        nothing = {arm: as_it_is[name].course for arm, begin in trial.arms.items() if begin is None}
        kept[name] = {key: np.atleast_1d(values) for key, values in trial.data(courses[name] | nothing).items()}
    return kept


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
