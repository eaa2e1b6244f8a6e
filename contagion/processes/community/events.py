"""Events that differ: a recovery week, walks, games, bike rides, celebrations, each in dated weeks.

Reach = exposure.event_reach x reach of the kind; of those there, ties x bridges of the kind make a weak tie with somebody
from another neighbourhood. Of everybody else the share public of the kind comes (families: x family), and the attitude of
each falls by the share meets x visible share of the people in recovery of their neighbourhood.

Source: HMIP 2024/06 and the cities' own accounts (events bring the community together, at least four a year); contact lowers
stigma (Corrigan 2012: sign; 2020 review: no effect confirmed). No published sizes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from contagion.core.chance import uniform
from contagion.core.lots import partners
from contagion.core.parameters import Parameters, probability, ratio, share
from contagion.core.process import settlement
from contagion.vocabulary import DEAD, FAMILY, EventKind, Layer

SHIFT = 7
"""Weeks between the first dates of one kind of event and of the next, so that they seldom fall together."""


@settlement("events", off=("ties", "meets"))
def settle_events(city: Any, p: Any) -> None:
    """Those who are at an event get to know each other; the public meets people in recovery."""
    kinds = [kind for kind in EventKind if city.town.events_held[kind]]
    if not kinds:
        return
    people = city.people
    there = np.flatnonzero((people["at_event"] == 1) & (people["stage"] < DEAD) & (people["custody"] == 0))
    chance = p.ties * sum(getattr(p, f"{kind.name.lower()}_bridges") for kind in kinds)
    rows = there[uniform(city.seed_, "met at event", city.week, people["uid"][there]) < chance]
    bridge(city, "event", rows, there)
    comes = sum(getattr(p, f"{kind.name.lower()}_public") for kind in kinds)
    family = np.where(city.public_people["role"] == FAMILY, p.family, 1.0)
    city.meet_public("event", comes * family, p.meets * np.minimum(1.0, city.visible_shares()))


def bridge(city: Any, name: str, rows: np.ndarray, among: np.ndarray) -> None:
    """Each of `rows` makes a weak tie with one of `among` who lives in another neighbourhood, by lot keyed by `name`."""
    people, place = city.people, city.people["neighbourhood"]
    one, two = partners(
        city.seed_, f"{name}: bridge", city.week, people["uid"], rows, among, np.zeros(people.size, np.int64)
    )
    apart = place[one] != place[two]
    city.bond((one[apart], two[apart]), Layer.ACQUAINTANCE)


def dates(year_week: int, counts: np.ndarray) -> np.ndarray:
    """Which kinds of event fall into a week of the year (bool by kind): `counts` a year, spread evenly."""
    week = (year_week + SHIFT * (len(EventKind) - 1 - np.arange(len(EventKind)))) % 52
    return np.asarray((week * counts) // 52 != ((week + 1) * counts) // 52)


class Events(Parameters):
    """What kinds of events differ in."""

    ties: float = ratio(
        1.0,
        "weak ties made at events with people of other neighbourhoods, against the numbers by kind",
        up_to=10,
        off=0.0,
    )
    meets: float = share(
        0.05, "share of their attitude that meeting visible recovery takes, where all is visible", off=0.0
    )
    family: float = ratio(3.0, "how much more often families come than others of the public", up_to=50, off=None)
    recovery_week_reach: float = ratio(3.0, "reach of a recovery week against a celebration", up_to=20)
    walk_reach: float = ratio(2.0, "reach of a recovery walk against a celebration", up_to=20)
    games_reach: float = ratio(1.0, "reach of recovery games against a celebration", up_to=20)
    bike_ride_reach: float = ratio(0.5, "reach of a bike ride against a celebration", up_to=20)
    celebration_reach: float = ratio(1.0, "reach of a celebration, against exposure.event_reach", up_to=20)
    recovery_week_public: float = probability(0.02, "chance that somebody of the public comes to a recovery week")
    walk_public: float = probability(0.01, "chance that somebody of the public comes to a walk")
    games_public: float = probability(0.005, "chance that somebody of the public comes to games")
    bike_ride_public: float = probability(0.005, "chance that somebody of the public comes to a bike ride")
    celebration_public: float = probability(0.002, "chance that somebody of the public comes to a celebration")
    recovery_week_bridges: float = ratio(0.5, "weak ties made by each who is at a recovery week")
    walk_bridges: float = ratio(0.5, "weak ties made by each who is at a walk")
    games_bridges: float = ratio(0.7, "weak ties made by each who is at games")
    bike_ride_bridges: float = ratio(0.9, "weak ties made by each who is at a bike ride")
    celebration_bridges: float = ratio(0.2, "weak ties made by each who is at a celebration")
