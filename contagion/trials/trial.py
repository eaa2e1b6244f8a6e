"""What a trial is: who is enrolled, what differs between its arms, what is measured when, and what was published.

A trial is a value; `histories.py` lives it and `conduct.py` sets its measures beside the published numbers.
"""

from __future__ import annotations

import importlib
import math
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from contagion.core.errors import ConfigError, Fault, nearest

ENROLMENT = 52
"""Week of the first enrolment: a year after the first day, so that nobody's past is cut short."""
LONGEST = 40 * 52
"""Weeks of follow-up at most; the cities of all trials are founded for it, so that all share their histories."""

Use = Literal["fitted", "predicted"]
"""Whether parameters may be chosen by a number, or it is kept to test what they imply."""

Data = Mapping[str, np.ndarray]
"""What a trial notes of its people: arrays by name, one entry a person enrolled (or a wave), all waves and seeds one after
the other."""

Begin = Callable[[Any, np.ndarray], Callable[[Any], None] | None]
"""What an arm does to the rows enrolled when it begins; it may return what is done at the start of each further week."""

Noted = Callable[[Any, np.ndarray], np.ndarray]
"""What is noted of the rows enrolled each week, beside columns of the people table."""


@dataclass(frozen=True)
class Course:
    """What befell the people enrolled in one arm: by name, an array of (weeks + 1, people); row 0 is enrolment."""

    weeks: int
    noted: dict[str, np.ndarray]

    def __getitem__(self, name: str) -> np.ndarray:
        return self.noted[name]


@dataclass(frozen=True)
class Measure:
    """One published number, the range that counts as met, and how the same is measured in the model.

    `of` takes the data of all seeds; `unit`: "share", "ratio", "difference", "years", "per 1,000" or "count"; `low` to
    `high` is the tolerance and `why` says where it comes from; without a published number (None) the range alone counts.
    A measure without a range is shown and not judged. `use` and `grade` are the trial's where they are not said.
    """

    name: str
    published: float | None
    low: float | None
    high: float | None
    of: Callable[[Data], float]
    unit: str = "share"
    why: str = ""
    use: Use | None = None
    grade: str | None = None

    def judged(self, value: float) -> str:
        """The verdict on a value: "hit", "miss", or "-" where nothing is published, or nobody could be asked (NaN)."""
        if self.low is None or self.high is None or math.isnan(value):
            return "-"
        return "hit" if self.low <= value <= self.high else "miss"


@dataclass(frozen=True)
class Trial:
    """A published study as an experiment inside the city.

    `who(city)` gives the rows enrolled; `arms` what begins for them, by name (None: nothing is done, the history of the
    city as it is; arms must have this one first); `weeks` how long they are followed; `columns` of the people table that
    are noted each week, and `noted` what else is; `data` what is kept of a wave, from the courses by arm. As few people are
    newly in treatment at once, a trial with several arms enrols so many `times`, so many weeks `apart`.
    """

    title: str
    population: str
    enrolled: str
    differs: str
    source: str
    grade: str
    use: Use
    who: Callable[[Any], np.ndarray]
    weeks: int
    columns: tuple[str, ...]
    data: Callable[[Mapping[str, Course]], Mapping[str, Any]]
    measures: tuple[Measure, ...]
    arms: Mapping[str, Begin | None] = field(default_factory=lambda: {"as it is": None})
    noted: Mapping[str, Noted] = field(default_factory=dict)
    times: int = 4
    apart: int = 104
    remark: str = ""

    @property
    def waves(self) -> tuple[int, ...]:
        """Weeks in which people are enrolled: a cohort is enrolled once, as one history tells all of it."""
        times = self.times if len(self.arms) > 1 else 1
        return tuple(ENROLMENT + k * self.apart for k in range(times))

    def __post_init__(self) -> None:
        if next(iter(self.arms.values())) is not None:
            raise ValueError(f"{self.title}: the first arm must be the one in which nothing is done")
        last = self.waves[-1] - ENROLMENT
        if not 0 < self.weeks <= LONGEST - last:
            raise ValueError(f"{self.title}: weeks is {self.weeks}, and must be from 1 to {LONGEST - last}")


def trials() -> dict[str, Trial]:
    """Every trial by name, which is that of its file: those with arms first."""
    found: dict[str, Trial] = {}
    for folder in ("randomised", "cohorts"):
        package = importlib.import_module(f"{__package__}.{folder}")
        for one in sorted(pkgutil.iter_modules(package.__path__), key=lambda one: one.name):
            found[one.name] = importlib.import_module(f"{package.__name__}.{one.name}").TRIAL
    return found


def chosen(name: str) -> dict[str, Trial]:
    """The trial of a name, or all of them for "all". Raises ConfigError for a name that no trial has."""
    known = trials()
    if name == "all":
        return known
    if name not in known:
        allowed = "one of all, " + ", ".join(known)
        raise ConfigError(Fault("override", "trial", name, allowed, nearest(name, [*known, "all"])))
    return {name: known[name]}
