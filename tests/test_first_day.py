"""The first day holds what is declared of it: ages, and how many have a mild dependence."""

from __future__ import annotations

import numpy as np
import pytest

import contagion as ct
from contagion.model.simulation import LivingCity
from contagion.vocabulary import ACTIVE, EARLY, NO_GROUP, STABLE, SUSTAINED


def test_ages_of_the_first_day_have_the_means_and_spreads_that_are_declared() -> None:
    """Skewed as they are at rest: the middle lies below the mean. Without a spread all are as old as their mean."""
    scenario = ct.load("baseline", **{"city.population": 100_000})
    p = scenario.start
    people = LivingCity(scenario, 3).people
    age, stage, years = people["age"], people["stage"], people["spell"] / 52.0
    since = age - np.minimum(years, p.age_recovery_years)
    well = np.isin(stage, (EARLY, SUSTAINED, STABLE)) & (years < 15)  # few of them are older than anybody is
    for values, middle, spread in (
        (age[stage == ACTIVE], p.age_active, p.age_spread),
        (since[well], p.age_recovery, p.age_spread_recovery),
    ):
        assert values.mean() == pytest.approx(middle, abs=1.5) and values.std() == pytest.approx(spread, abs=2.0)
        assert np.median(values) < values.mean() - 1.0
    alike = LivingCity(ct.load(scenario, **{"start.age_spread": 0.0, "start.age_spread_recovery": 0.0}), 3).people
    assert np.allclose(alike["age"][stage == ACTIVE], p.age_active)
    assert np.allclose((alike["age"] - np.minimum(years, p.age_recovery_years))[well], p.age_recovery)


def test_the_first_day_has_as_many_mild_dependences_as_declared() -> None:
    scenario = ct.load("baseline", **{"city.population": 40_000})
    people, start = LivingCity(scenario, 2).people, scenario.start
    other = people["substance"] != 0
    assert not people["mild"][~other].any() and start.mild_opioid == 0.0
    for stage, against in ((ACTIVE, start.mild_active), (STABLE, start.mild_stable), (0, 1.0)):
        rows = other & (people["stage"] == stage)
        assert people["mild"][rows].mean() == pytest.approx(start.mild * against, abs=0.08)
    nobody = LivingCity(ct.load(scenario, **{"start.mild": 0.0}), 2).people
    assert not nobody["mild"].any()


def test_where_no_group_is_near_people_attend_one_elsewhere_on_the_first_day() -> None:
    """In a small town many a neighbourhood has no group; as many of its people attend one as of any other's."""
    known = {"city.population": 3_000, "start.mild": 0.0, "start.mild_opioid": 0.0, "start.attending": 1.0}
    known |= {f"circumstances.attending_{stage}": 0.1 for stage in ("early", "sustained", "stable")}
    attend, meant = np.zeros(2), np.zeros(2)
    for seed in range(20):
        city = LivingCity(ct.load("baseline", **known), seed)
        people, meet = city.people, city.meetings
        well = np.isin(people["stage"], (EARLY, SUSTAINED, STABLE))
        near = np.isin(people["neighbourhood"], meet.neighbourhood[meet.open_groups]).astype(int)
        meant += np.bincount(near[well], minlength=2)
        attend += np.bincount(near[well & (people["group"] != NO_GROUP)], minlength=2)
    assert meant.min() > 200
    assert attend / meant == pytest.approx(0.1, abs=0.03)
