"""Trials inside the city: what is planted is found, what is null is not, arms differ by their cause alone."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

import contagion as ct
from contagion.interventions.homes_and_work.housing import Housing
from contagion.interventions.ties.linkage import Linkage
from contagion.model.scenario import Scenario
from contagion.model.simulation import LivingCity
from contagion.trials.conduct import conducted, jackknife
from contagion.trials.counting import attended, carried, difference, median_time, surviving
from contagion.trials.enrolling import both, changed, entering_treatment, in_treatment, join, one_more_tie, served_by
from contagion.trials.histories import FollowUp, live, prepared
from contagion.trials.trial import Course, Measure, Trial, trials
from contagion.vocabulary import ACTIVE, DEAD, EARLY, NO_GROUP, STABLE, SUSTAINED, GroupKind, Layer

TRIALS = trials()
TOWN = {"city.population": 9000, "city.neighbourhoods": 2}


def without_a_group(city: Any) -> np.ndarray:
    rows = in_treatment(city)
    return rows[city.people["group"][rows] == NO_GROUP]


def attendance(arms: Mapping[str, Course]) -> dict[str, Any]:
    return {arm: attended(course, 1, 13) for arm, course in arms.items()}


def linkage(**numbers: Any) -> Trial:
    """A trial of linkage with these numbers: met if a tenth more attend within a quarter."""
    return Trial(
        *("Linkage", "nobody", "people in treatment without a group", "linkage or none", "planted", "D", "predicted"),
        who=without_a_group,
        weeks=13,
        columns=("stage", "group"),
        data=attendance,
        arms={"none": None, "linked": served_by(Linkage, **numbers)},
        measures=(Measure("more attend", 0.5, 0.1, 1.0, of=difference("linked", "none"), unit="difference"),),
    )


@pytest.fixture(scope="module")
def town() -> Scenario:
    """Groups with room for everybody, so that whoever wishes to join does."""
    return ct.load("baseline", **TOWN, **{"groups.mutual_aid": 20.0, "groups.places": 200})


@pytest.fixture(scope="module")
def city(town: Scenario) -> LivingCity:
    city = LivingCity(prepared(town), 3)
    city.run_for(30)
    return city


# The measurement itself


def test_a_strong_effect_that_is_planted_is_found_and_a_planted_null_is_not(town: Scenario) -> None:
    strong, null = linkage(by="peer", peer=20.0), linkage(by="leaflet")
    found = conducted({"strong": strong, "null": null}, town, seeds=3)
    more, nothing = found.findings
    assert more.verdict == "hit" and more.model > 4 * more.error > 0
    assert nothing.verdict == "miss" and nothing.model == nothing.error == 0.0
    assert found.verdicts == {"strong: more attend": "hit", "null: more attend": "miss"}


def test_an_effect_on_recovery_that_is_planted_is_found() -> None:
    """A recovery home that nearly prevents relapse lowers use; one nobody enters changes nothing."""
    trial = TRIALS["jason"]
    long = {"usual": None, "house": served_by(Housing, drop_out=0.0)}
    none = {"usual": None, "house": lambda city, rows: None}
    strong = ct.load("baseline", **(TOWN | {"relapse.recovery_home": 3.0}))
    arms = {name: dataclasses.replace(trial, arms=arms) for name, arms in (("long", long), ("none", none))}
    found = conducted(arms, strong, seeds=3).table.set_index(["trial", "measure"])["model"]
    usual, house = "any use in months 19-24, usual", "any use in months 19-24, house"
    assert found["long", house] < found["long", usual] - 0.1
    assert found["none", house] == found["none", usual] == found["long", usual]


def test_with_arms_four_waves_are_enrolled_and_each_lives_all_arms() -> None:
    """Counted a week before and after each enrolment: what a wave is given, it has in its own arm alone."""
    entered = []

    def here(city: Any) -> np.ndarray:
        entered.append(city.week)
        return in_treatment(city)

    def marked(city: Any, rows: np.ndarray) -> None:
        city.people["group"][rows] = 0

    arms = {"none": None, "marked": marked}
    trial = dataclasses.replace(linkage(), who=here, arms=arms, weeks=2)
    cohort = dataclasses.replace(trial, arms={"as it is": None}, data=lambda arms: attendance(arms), measures=())
    scenario = ct.load("baseline", **TOWN)
    kept = live({"trial": trial, "cohort": cohort}, scenario, 5)
    assert sorted(entered) == [52, 52, 156, 260, 364] and cohort.waves == (52,)
    city, sizes = LivingCity(prepared(scenario), 5), []
    for week in trial.waves:
        city.run_for(week - city.week)
        sizes.append(in_treatment(city).size)
    assert kept["trial"]["none"].size == kept["trial"]["marked"].size == sum(sizes)
    assert kept["cohort"]["as it is"].size == sizes[0]
    first = slice(0, sizes[0])
    assert np.array_equal(kept["trial"]["none"][first], kept["cohort"]["as it is"])
    for k in range(4):
        wave = slice(sum(sizes[:k]), sum(sizes[: k + 1]))
        assert kept["trial"]["marked"][wave].mean() > kept["trial"]["none"][wave].mean() + 0.2


def test_the_error_is_that_of_the_mean_over_seeds() -> None:
    values = np.array([1.0, 2.0, 4.0, 9.0])
    without = [float(np.delete(values, k).mean()) for k in range(values.size)]
    assert jackknife(without) == pytest.approx(values.std(ddof=1) / math.sqrt(values.size))
    assert math.isnan(jackknife([1.0]))


def test_times_with_people_lost() -> None:
    time, ended = np.array([1.0, 2.0, 2.0, 3.0, 5.0]), np.array([True, False, True, True, False])
    assert surviving(time, ended, 2.0) == pytest.approx(4 / 5 * 3 / 4)
    assert median_time(time, ended) == 3.0
    assert median_time(time, np.zeros(5, bool)) == math.inf


def test_mediation_is_the_product_of_coefficients() -> None:
    """0.5 x 0.4 of 0.2 + 0.2 goes by the mediator; a cause without a mediator carries nothing."""
    draw = np.random.default_rng(1).normal
    cause = draw(size=20_000)
    tie = 0.5 * cause + draw(size=cause.size)
    outcome = 0.2 * cause + 0.4 * tie + draw(size=cause.size)
    assert carried(outcome, cause, [tie], []) == pytest.approx(0.5, abs=0.05)
    assert carried(outcome, cause, [draw(size=cause.size)], []) == pytest.approx(0.0, abs=0.01)


def test_recoveries_are_followed_from_their_start() -> None:
    """Stages week by week of three people: a relapse after two weeks, a death in recovery, one who stays."""
    stage = np.array(
        [
            [ACTIVE, EARLY, EARLY, ACTIVE, ACTIVE],
            [ACTIVE, ACTIVE, EARLY, DEAD, DEAD],
            [ACTIVE, EARLY, EARLY, EARLY, EARLY],
        ],
        np.int8,
    ).T
    from contagion.trials.cohorts.survival import spells

    lasted, relapsed = spells(stage, 2)
    assert sorted(zip(lasted.tolist(), relapsed.tolist(), strict=True)) == [(1.0, False), (2.0, True), (4.0, False)]


def test_remission_is_dated_to_the_first_recovery_that_lasts_a_year() -> None:
    from contagion.trials.cohorts.remission import to_remission

    stage = np.full((200, 3), ACTIVE, np.int8)
    stage[10:40, 0] = EARLY
    stage[60:120, 0] = EARLY
    stage[30:, 1] = DEAD
    time, remitted = to_remission(stage)
    assert time.tolist() == [60.0, 30.0, 200.0] and remitted.tolist() == [True, False, False]


def test_waits_are_counted_up_to_the_start_of_treatment() -> None:
    """Of four people: two weeks' wait, none, a wait given up before a second of one week, and one in treatment already."""
    from contagion.trials.cohorts.coverage import waits

    treatment = np.array([[0, 1, 1, 2, 2], [0, 0, 2, 2, 2], [1, 0, 0, 1, 2], [2, 2, 2, 2, 2]], np.int8).T
    assert sorted(waits(treatment, 1)) == [0, 1, 2]
    assert waits(treatment, 4).tolist() == [1]


def test_starts_in_or_just_after_treatment_are_told_from_others() -> None:
    """Of four starts in week 2: in treatment, four weeks after it, five weeks after it, and never treated."""
    from contagion.trials.cohorts.survival import from_treatment

    stage = np.array([[ACTIVE, ACTIVE, EARLY]] * 4, np.int8).T
    treatment = np.array([[2, 2, 2], [0, 0, 0], [0, 0, 0], [0, 0, 0]], np.int8).T
    in_care = np.array([[9, 10, 11], [3, 4, 5], [4, 5, 6], [5200, 5201, 5202]], np.int32).T
    course = Course(2, {"stage": stage, "treatment": treatment, "in_care": in_care})
    assert from_treatment(course, 2).tolist() == [True, True, False, False]


def test_one_year_more_is_asked_at_each_year_reached() -> None:
    """Reaching a year and two: one relapses in the second, one in the third, one dies in the second, one stays."""
    from contagion.trials.cohorts.persistence import one_more

    data = {"lasted": np.array([60.0, 110.0, 70.0, 500.0]), "relapsed": np.array([True, True, False, False])}
    assert one_more(1)(data) == pytest.approx(2 / 3)
    assert one_more(1, 2)(data) == pytest.approx(3 / 5)
    assert math.isnan(one_more(20)(data))


def test_people_treated_in_a_year_are_counted_once_each_year() -> None:
    from contagion.trials.cohorts.coverage import in_a_year

    treated = np.zeros((104, 3), np.int8)
    treated[[3, 40, 60], 0] = 1
    treated[50:53, 1] = 2
    assert in_a_year(treated, 0) == 1.0 and in_a_year(treated, 1) == 1.0
    assert in_a_year(treated[:52], 1) == 1.0 and in_a_year(treated, 2) == 0.0


# Severity


def test_where_no_coupling_works_a_mild_dependence_is_like_any_other() -> None:
    alike = {f"{section}.mild": 1.0 for section in ("starting", "relapse", "treatment", "groups")}
    lives = []
    for mild in (0, 1):
        city = LivingCity(ct.load("baseline", **TOWN, **alike, **{"time.years": 1.0}), 5)
        city.people["mild"] = mild
        city.run_for(20)
        lives.append(city.people)
    assert all(np.array_equal(lives[0][name], lives[1][name]) for name in lives[0].dtype.names if name != "mild")


# Histories


def same(one: LivingCity, other: LivingCity) -> bool:
    return np.array_equal(one.people, other.people) and np.array_equal(one.public_people, other.public_people)


def test_a_fork_lives_on_as_the_city_does_and_apart_from_it(city: LivingCity) -> None:
    first, second = city.fork(), city.fork()
    first.run_for(12)
    assert not same(first, second) and same(second, city)
    second.run_for(12)
    assert same(first, second)
    assert [len(first.weeks), first.timeline[-1]] == [len(second.weeks), second.timeline[-1]]
    assert first.web.ties is city.web.ties and first.alive == city.alive


def test_a_city_of_agents_is_not_forked() -> None:
    with pytest.raises(TypeError, match="agents"):
        ct.RecoveryCity(ct.load("baseline", **{"city.population": 100}), rng=1).fork()


def test_joining_puts_people_into_mutual_aid_near_them(city: LivingCity) -> None:
    other, rows = city.fork(), without_a_group(city)
    join(other, in_treatment(city))
    others = np.setdiff1d(in_treatment(city), rows)
    assert (other.people["group"][others] == city.people["group"][others]).all()
    group, meet = other.people["group"][rows], other.meetings
    assert rows.size > 10 and (meet.kind[group] == GroupKind.MUTUAL_AID).all()
    assert (meet.neighbourhood[group] == other.people["neighbourhood"][rows]).all()
    assert np.unique(group).size > 2


def test_a_tie_more_is_one_bond_with_somebody_in_lasting_recovery(city: LivingCity) -> None:
    other, rows = city.fork(), in_treatment(city)
    before = (other.web.bonds[rows] >= 0).sum(axis=1)
    one_more_tie(other, rows)
    gained = (other.web.bonds[rows] >= 0).sum(axis=1) - before
    assert gained.mean() > 0.9 and gained.max() == 1
    new = [set(other.web.bonds[row]) - set(city.web.bonds[row]) for row in rows[gained == 1]]
    assert all(other.people["stage"][next(iter(one))] in (SUSTAINED, STABLE) for one in new)
    assert (other.web.bond_layer[rows[gained == 1]] == Layer.RECOVERY).any(axis=1).all()


def test_only_people_enrolled_are_served(city: LivingCity) -> None:
    other, rows = city.fork(), without_a_group(city)[:5]
    served_by(Linkage, by="peer")(other, rows)
    other.step()
    assert set(np.flatnonzero(other.people["linked"] > 1.0)) <= set(rows)
    assert (other.people["linked"] > 1.0).any()


def test_a_parameter_that_is_changed_is_lived_under(city: LivingCity) -> None:
    other = city.fork()
    both(changed(starting__spontaneous=5.0), changed(relapse__scale=0.0))(other, np.zeros(0, np.int64))
    other.run_for(10)
    active, was = ((one.people["stage"] == ACTIVE).sum() for one in (other, city))
    assert active < 0.8 * was
    assert city.scenario_.relapse.scale == 1.0


def test_a_watch_notes_no_more_than_the_trial_asks(city: LivingCity) -> None:
    other, rows = city.fork(), entering_treatment(city)
    watch = FollowUp(linkage(by="peer"), rows, other)
    for _ in range(15):
        other.step()
        watch.look(other)
    assert watch.course["stage"].shape == (14, rows.size)
