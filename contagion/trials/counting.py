"""Counting in the data of a trial: shares, ratios, times with people lost to death or the end, and mediation."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from contagion.trials.trial import Course, Data
from contagion.vocabulary import ACTIVE, DEAD, NO_GROUP, recovering


def mean(name: str) -> Callable[[Data], float]:
    """The mean of what was noted under this name; NaN where nobody was."""
    return lambda data: average(data[name])


def difference(one: str, other: str) -> Callable[[Data], float]:
    """The mean of one less that of the other."""
    return lambda data: average(data[one]) - average(data[other])


def ratio(one: str, other: str) -> Callable[[Data], float]:
    """The mean of one over that of the other."""
    return lambda data: quotient(average(data[one]), average(data[other]))


def per(one: str, other: str, times: float = 1.0) -> Callable[[Data], float]:
    """The mean of one over that of the other, so many times: of counts."""
    return lambda data: times * quotient(average(data[one]), average(data[other]))


def average(values: np.ndarray) -> float:
    """The mean; NaN of nothing."""
    return float(np.mean(values)) if values.size else float("nan")


def quotient(above: float, below: float) -> float:
    """One number over another; NaN where there is nothing to divide by."""
    return float(above / below) if below else float("nan")


def abstinent(course: Course, week: int) -> np.ndarray:
    """Who is in recovery so many weeks after enrolment (bool); the dead count as not."""
    return np.asarray(recovering(course["stage"][week]))


def attended(course: Course, first: int, last: int) -> np.ndarray:
    """Who attended a group at some time in these weeks after enrolment (bool)."""
    return np.asarray((course["group"][first : last + 1] != NO_GROUP).any(axis=0))


def used(course: Course, first: int, last: int) -> np.ndarray:
    """Who was in active addiction at some time in these weeks after enrolment (bool)."""
    return np.asarray((course["stage"][first : last + 1] == ACTIVE).any(axis=0))


def alive(course: Course, week: int) -> np.ndarray:
    """Who is alive so many weeks after enrolment (bool)."""
    return np.asarray(course["stage"][week] < DEAD)


def unbroken(course: Course, first: int, last: int) -> np.ndarray:
    """Who is in recovery in each of these weeks (bool)."""
    return np.asarray(recovering(course["stage"][first : last + 1]).all(axis=0))


def surviving(time: np.ndarray, ended: np.ndarray, at: float) -> float:
    """The share to whom it has not happened by a time, some being lost before (Kaplan and Meier 1958).

    `time`: when it happened or somebody was last seen; `ended`: whether it happened.
    """
    left = 1.0
    for when in np.unique(time[ended & (time <= at)]):
        left *= 1.0 - np.count_nonzero(ended & (time == when)) / np.count_nonzero(time >= when)
    return left if time.size else float("nan")


def median_time(time: np.ndarray, ended: np.ndarray) -> float:
    """The time by which it has happened to half (Kaplan and Meier 1958); infinity where it has not by the end."""
    left = 1.0
    for when in np.unique(time[ended]):
        left *= 1.0 - np.count_nonzero(ended & (time == when)) / np.count_nonzero(time >= when)
        if left <= 0.5:
            return float(when)
    return float("inf") if time.size else float("nan")


def carried(
    outcome: np.ndarray, cause: np.ndarray, mediators: Sequence[np.ndarray], others: Sequence[np.ndarray]
) -> float:
    """The share of a cause's coefficient that goes when mediators enter a linear regression beside the others.

    In least squares it equals the sum of products of coefficients (cause to mediator, mediator to outcome) over the total.
    """
    if outcome.size <= 2 + len(mediators) + len(others):
        return float("nan")
    fixed = [np.ones(outcome.size), np.asarray(cause, float), *(np.asarray(one, float) for one in others)]
    whole = np.linalg.lstsq(np.column_stack(fixed), np.asarray(outcome, float), rcond=None)[0][1]
    more = [np.asarray(one, float) for one in mediators]
    direct = np.linalg.lstsq(np.column_stack([*fixed, *more]), np.asarray(outcome, float), rcond=None)[0][1]
    return quotient(whole - direct, whole)
