"""Who is enrolled, and what an arm can do to them: a tie more, a group, an intervention's place.

Each arm changes who has what, as the model's own processes do; what follows from it is left to them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from contagion.core.chance import uniform
from contagion.core.lots import partners
from contagion.interventions.base import Intervention
from contagion.interventions.programme import Programme
from contagion.trials.trial import Begin
from contagion.vocabulary import ACTIVE, INSIDE, NO_GROUP, STABLE, SUSTAINED, GroupKind, Layer

NEW = 13
"""Weeks in treatment within which somebody counts as having entered it lately."""


def everybody(city: Any) -> np.ndarray:
    """Rows of everybody with, at risk of, or still to come to, lived experience."""
    return np.arange(city.people.size)


def nobody(city: Any) -> np.ndarray:
    """No rows: the city is counted, and no single person followed."""
    return np.zeros(0, np.int64)


def in_treatment(city: Any) -> np.ndarray:
    """Rows of people in active addiction who are in treatment and not in custody."""
    people = city.people
    treated = (people["stage"] == ACTIVE) & (people["treatment"] == INSIDE)
    return np.flatnonzero(treated & (people["custody"] == 0))


def entering_treatment(city: Any) -> np.ndarray:
    """Of these, who entered it within the last quarter."""
    rows = in_treatment(city)
    return np.asarray(rows[city.people["in_care"][rows] <= NEW])


def introduce(city: Any, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tie each to one person in lasting recovery of their neighbourhood; returns the pairs, for those who found one."""
    people = city.people
    lasting = np.flatnonzero(np.isin(people["stage"], (SUSTAINED, STABLE)) & (people["custody"] == 0))
    uid, place = people["uid"], people["neighbourhood"]
    pairs = partners(city.seed_, "trial: one more tie", city.week, uid, rows, lasting, place)
    city.bond(pairs, Layer.RECOVERY)
    return pairs


def one_more_tie(city: Any, rows: np.ndarray) -> None:
    """One recovery tie more, which fades like any other."""
    introduce(city, rows)


def one_tie_kept(city: Any, rows: np.ndarray) -> Callable[[Any], None]:
    """One recovery tie more, made again whenever it has been cut."""
    pairs = introduce(city, rows)
    return lambda city: city.bond(pairs, Layer.RECOVERY)


def join(city: Any, rows: np.ndarray) -> None:
    """Who attends no group attends a mutual-aid one from now on, one of their neighbourhood where there is any."""
    people, meet = city.people, city.meetings
    rows = rows[people["group"][rows] == NO_GROUP]
    groups = np.flatnonzero(meet.kind == GroupKind.MUTUAL_AID)
    if not groups.size:
        return
    groups = groups[np.argsort(meet.neighbourhood[groups], kind="stable")]
    there, here = meet.neighbourhood[groups], people["neighbourhood"][rows]
    first, last = np.searchsorted(there, here, "left"), np.searchsorted(there, here, "right")
    none = first == last
    first, last = np.where(none, 0, first), np.where(none, groups.size, last)
    lot = uniform(city.seed_, "trial: which group", city.week, people["uid"][rows])
    people["group"][rows] = groups[first + np.floor(lot * (last - first)).astype(np.int64)]
    people["since_joined"][rows] = 0


class Enrolment(Programme):
    """An intervention for the people enrolled alone: each has a place from the first week, and keeps or leaves it by the
    intervention's own rules."""

    def __init__(self, what: Intervention, lived: int, rows: np.ndarray) -> None:
        super().__init__("(trial)", what, lived)
        self.rows = rows

    def _admit(self, city: Any, queue: np.ndarray, free: int) -> np.ndarray:
        entered, self.rows = self.rows, self.rows[:0]
        self.place[entered], self.since[entered] = INSIDE, 0
        return entered


def served_by(kind: type[Intervention], **numbers: Any) -> Begin:
    """An arm in which everybody enrolled has a place in an intervention of this kind, and nobody else has."""

    def begin(city: Any, rows: np.ndarray) -> None:
        what = kind(start=0.0, ramp_up=0.0, places=0.0, **numbers)
        city.programmes.append(Enrolment(what, city.lived_rows, rows))

    return begin


def changed(**parameters: float) -> Begin:
    """An arm in which parameters have other values for the whole city: changed(bonds__befriend=0.0)."""

    def begin(city: Any, rows: np.ndarray) -> None:
        tables: dict[str, dict[str, float]] = {}
        for name, value in parameters.items():
            section, own = name.split("__")
            tables.setdefault(section, {})[own] = value
        scenario = city.given_scenario
        update = {section: getattr(scenario, section).model_copy(update=own) for section, own in tables.items()}
        city.live_under(scenario.model_copy(update=update))

    return begin


def both(*arms: Begin) -> Begin:
    """An arm in which all of these begin."""

    def begin(city: Any, rows: np.ndarray) -> Callable[[Any], None]:
        weekly = [again for arm in arms if (again := arm(city, rows)) is not None]

        def each_week(city: Any) -> None:
            for again in weekly:
                again(city)

        return each_week

    return begin
