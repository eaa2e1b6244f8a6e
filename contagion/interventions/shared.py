"""Two shapes that many interventions share: one that acts on the whole city, and one that opens groups."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from contagion.core.chance import uniform
from contagion.core.parameters import Parameters, amount
from contagion.vocabulary import NO_GROUP, has_lived_experience


class CityWide(Parameters):
    """What an intervention adds that acts on the city rather than on people in places: on rules, staff, those who decide.

    Its places are posts (staff trained, seats on a council), `needed` what would do.
    """

    of_people: ClassVar[bool] = False

    needed: float = amount(10.0, "places that would do", unit="per 10,000 people", low=0.1, up_to=10_000)

    def work(self, city: Any, posts: int) -> None:
        needed = self.needed * city.founding_people / 10_000.0
        self.move(city, min(1.0, posts / needed))

    def move(self, city: Any, share: float) -> None:
        """Act on the city while it is open; `share`: of the posts needed, filled as in the trial, 0 to 1."""
        raise NotImplementedError


class OpensGroup(Parameters):
    """What an intervention adds that opens groups of a kind, one after the other is filled; its places are those of members.

    Members stay away as from any group, and then lose their place. When it closes, so do its groups.
    """

    opens: ClassVar[int]

    @staticmethod
    def stays(who: Any, p: Any) -> bool:
        return has_lived_experience(who.stage) and who.custody == 0 and who.group != NO_GROUP

    def deliver(self, city: Any, inside: np.ndarray, entered: np.ndarray, left: np.ndarray) -> None:
        leave_groups(city, self.opens, left)
        city.people["since_joined"][enter_groups(city, self.opens, entered)] = 0


def enter_groups(city: Any, kind: int, rows: np.ndarray) -> np.ndarray:
    """Take these people into the groups of a kind that programmes fill, in the order of a lot; returns their rows."""
    if rows.size:
        group, uid = city.people["group"], city.people["uid"][rows]
        lot = uniform(city.seed_, f"group of a programme {int(kind)}", city.week, uid)
        rows = rows[np.lexsort((uid, lot))]
        group[rows] = city.meetings.of_programme(kind, group, rows.size)
    return rows


def leave_groups(city: Any, kind: int, rows: np.ndarray) -> None:
    """Take those of these people who attend a group of a kind that programmes fill out of it."""
    city.people["group"][rows[in_groups(city, kind, rows)]] = NO_GROUP


def in_groups(city: Any, kind: int, rows: np.ndarray) -> np.ndarray:
    """Which of these people attend a group of a kind that programmes fill (bool)."""
    group, meet = city.people["group"][rows], city.meetings
    return np.asarray((group != NO_GROUP) & (meet.kind[group] == kind) & (meet.places[group] == 0))
