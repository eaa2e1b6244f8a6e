"""Groups and homes that programmes fill: one after the other, so that whoever is served meets others in any town."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import contagion as ct
from contagion.city.groups import Meetings, set_up
from contagion.interventions.shared import enter_groups, in_groups
from contagion.model.simulation import LivingCity
from contagion.vocabulary import NO_GROUP, GroupKind

HOMES = {"groups.recovery_home": 3.0, "groups.home_places": 8}


def meetings(people: int = 50_000) -> Meetings:
    return set_up(ct.load("baseline", **HOMES).groups, people, np.full(12, 1 / 12), 1)


def test_a_home_is_filled_before_the_next_one_opens() -> None:
    meet = meetings()
    came = meet.of_programme(GroupKind.RECOVERY_HOME, np.full(100, NO_GROUP), 20)
    assert sorted(np.unique(came, return_counts=True)[1]) == [4, 8, 8]
    assert (meet.kind[came] == GroupKind.RECOVERY_HOME).all() and (meet.places[came] == 0).all()
    left = np.concatenate([came[:3], came[8:]])  # three live in the first, eight in the second, four in the third
    more = meet.of_programme(GroupKind.RECOVERY_HOME, left, 10)
    assert np.unique(np.concatenate([left, more]), return_counts=True)[1].tolist() == [8, 8, 8, 1]
    assert more[:4].tolist() == [came[-1]] * 4, "the fullest first"


def test_more_than_there_is_room_for_share_alike() -> None:
    meet = meetings(10_000)  # three homes
    came = meet.of_programme(GroupKind.RECOVERY_HOME, np.zeros(0, np.int64), 31)
    assert sorted(np.unique(came, return_counts=True)[1]) == [10, 10, 11]


@given(st.integers(10, 400_000), st.sampled_from([0.0, 0.2, 3.0]))
def test_every_town_has_a_group_of_each_kind_that_programmes_run(people: int, homes: float) -> None:
    p = ct.load("baseline").groups.model_copy(update={"recovery_home": homes})
    meet = set_up(p, people, np.full(12, 1 / 12), 1)
    assert (np.diff(meet.run_start) >= 1).all() and meet.run_start[-1] == meet.count
    run = np.arange(meet.run_start[0], meet.count)
    assert (meet.places[run] == 0).all() and (meet.neighbourhood[run] < 12).all()
    assert (meet.kind[run] == np.repeat([1, 3, 6, 7, 4], np.diff(meet.run_start))).all()
    assert not (meet.kind[: meet.run_start[0]] == GroupKind.RECOVERY_HOME).any(), "homes open to residents alone"


@pytest.mark.parametrize("people", [5_000, 60_000])
def test_residents_live_with_others_in_a_town_of_any_size(people: int) -> None:
    """Eight beds per 10,000 people: a home of four in a town of 5,000, and homes of eight in one of 60,000."""
    scenario = ct.load("baseline", **{"city.population": people, "time.years": 1.0}, **HOMES)
    scenario = ct.load(
        scenario, **{"interventions.homes": {"kind": "housing", "start": 0.0, "ramp_up": 0.0, "reach": 50.0}}
    )
    city = LivingCity(scenario, 2)
    with_others = []
    for _ in range(50):
        city.step()
        housed = np.flatnonzero(city.people["housed"] == 1)
        assert in_groups(city, GroupKind.RECOVERY_HOME, housed).all()
        if housed.size > 1:
            size = np.unique(city.people["group"][housed], return_counts=True)[1]
            assert size.max() <= 8
            with_others.append(size[size > 1].sum() / housed.size)
    assert np.mean(with_others[10:]) > 0.85
    assert not in_groups(city, GroupKind.RECOVERY_HOME, np.flatnonzero(city.people["housed"] == 0)).any()


def test_the_order_of_people_does_not_say_who_lives_together() -> None:
    """By lot of their uids: the same people, in whatever order they are told."""
    scenario = ct.load("baseline", **{"city.population": 10_000, "time.years": 1.0})
    found = []
    for backwards in (False, True):
        city = LivingCity(scenario, 3)
        rows = np.arange(20, 60)
        came = enter_groups(city, GroupKind.RECOVERY_HOME, rows[::-1] if backwards else rows)
        found.append(dict(zip(city.people["uid"][came].tolist(), city.people["group"][came].tolist(), strict=True)))
    assert found[0] == found[1] and len(set(found[0].values())) > 1
