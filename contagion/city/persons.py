"""What people are like before they have ties: place, household, age, sex, attitude, role, spells and frailty."""

from __future__ import annotations

from typing import Any

import numpy as np

from contagion.city import network, population
from contagion.city.given_graph import Told
from contagion.city.places import deprivation, shares
from contagion.core.chance import uniform
from contagion.vocabulary import TO_COME, Role


def persons(
    columns: Told, scenario: Any, lived: int, total: int, seed: int, household: np.ndarray | None = None
) -> None:
    """What people are like, before ties: place, household (drawn unless given), age, sex, role, attitude, spells, frailty.

    Each follows from those before it as they stand in the columns, where what a file tells goes before what is drawn.
    """
    uid, start, city, stage = columns["uid"], scenario.start, scenario.city, columns["stage"]
    own = uid[:lived]
    columns["neighbourhood"] = _places(
        city, uniform(seed, "neighbourhood", 0, uid), lived, int(np.count_nonzero(stage == TO_COME))
    )
    if household is None:
        household = network.households(columns["neighbourhood"], uid, scenario.network.household_size, seed)
    columns["household"] = household
    columns["mild"] = population.mildness(start, stage, columns["substance"], own, seed)
    mild = columns["mild"]
    columns["spell"] = population.spells(start, scenario.relapse, stage, mild, own, seed)
    spell = columns["spell"]
    columns["frailty"] = population.frailties(start, scenario.relapse, stage, spell, mild, own, seed)
    columns["age"] = population.ages(start, stage, spell, uid, lived, seed)
    columns["age"][:lived] -= np.where(stage == TO_COME, columns["arrival"] / 52.0, 0.0)
    columns["sex"] = population.sexes(start, uid, lived, seed)
    _attitudes(columns, scenario, seed)
    _roles(columns, scenario, lived, seed)


def _places(city: Any, u: np.ndarray, lived: int, coming: int) -> np.ndarray:
    """Neighbourhood of each person (int32) by a uniform number: of those with lived experience more where it is deprived.

    `coming`: how many of them are not here yet. Where sizes are given, everybody else makes up what is missing of them.
    """
    b = city.neighbourhoods
    more = 1.0 + city.gradient * (2.0 * deprivation(b) - 1.0)
    if not city.neighbourhood_sizes:
        place, more = np.floor(u * b), more / b
    else:
        more = shares(city) * more / (shares(city) * more).sum()
        others = np.maximum(0.0, shares(city) * (u.size - coming) - more * (lived - coming))
        place = np.searchsorted(np.cumsum(others / max(others.sum(), 1.0)), u, side="right").astype(float)
    place[:lived] = np.searchsorted(np.cumsum(more), u[:lived], side="right")
    found: np.ndarray = np.minimum(place, b - 1).astype(np.int32)
    return found


def _attitudes(columns: Told, scenario: Any, seed: int) -> None:
    p, uid = scenario.stigma, columns["uid"]
    spread = (2.0 * uniform(seed, "disposition", 0, uid) - 1.0) * p.disposition_spread
    columns["committed"] = (uniform(seed, "committed", 0, uid) < p.committed).astype(np.int8)
    first = np.clip(p.attitude_mean + (1.0 - p.conformity) * spread, 0.0, 1.0)
    columns["attitude"] = np.where(columns["committed"] == 1, 0.0, first)
    told = columns.told("attitude", uid.size)
    if told.any():  # the leaning that such an attitude comes from; whoever is not inclusive is not committed to it
        implied = (columns["attitude"] - p.attitude_mean) / max(1.0 - p.conformity, 1e-9)
        spread = np.where(told, implied, spread)
        columns["committed"] = np.where(told & (columns["attitude"] > 0.0), np.int8(0), columns["committed"])
    columns["disposition"] = np.clip(p.disposition_mean + spread, 0.0, 1.0)


def _roles(columns: dict[str, np.ndarray], scenario: Any, lived: int, seed: int) -> None:
    """Who hires, lets homes, works with or lives with people with lived experience; who is an active ally."""
    uid, start = columns["uid"], scenario.start
    v = uniform(seed, "role", 0, uid)
    shares = np.cumsum([start.employers, start.landlords, start.practitioners])
    roles = [Role.EMPLOYER, Role.LANDLORD, Role.PRACTITIONER]
    role = np.select([v < share for share in shares], roles, Role.CITIZEN)
    with_lived = np.isin(columns["household"], columns["household"][:lived])
    role = np.where((role == Role.CITIZEN) & with_lived, Role.FAMILY, role).astype(np.int8)
    role[:lived] = Role.CITIZEN
    columns["role"] = role
    rarer = np.where(columns["role"] == Role.CITIZEN, 1.0, scenario.circumstances.ally_in_role)
    ally = uniform(seed, "ally", 0, uid) * rarer < start.active_allies
    ally[:lived] = False
    columns["ally"] = ally.astype(np.int8)
