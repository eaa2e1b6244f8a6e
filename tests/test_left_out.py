"""What is off is left out, and costs nothing; what is kept is what it would be from scratch. Neither changes a history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rearrange import bonds_by_person

import contagion as ct
from contagion.core.parameters import off_values
from contagion.core.process import Process, Settlement
from contagion.core.web import NeighbourSum
from contagion.model.outcomes import HOW
from contagion.model.scenario import sections
from contagion.model.simulation import LivingCity
from contagion.processes import week
from contagion.processes.exposure import SUMS
from contagion.processes.week import LIVE, SETTLE
from contagion.vocabulary import ACTIVE, DEAD, recovering

MANY = {f"start.{name}_per_1000": 60.0 for name in ("opioid_active", "alcohol_active", "early", "sustained", "stable")}
AT_ONCE = {"entry.rate_per_1000": 10.0, "start.at_risk_per_1000": 60.0, "groups.mutual_aid": 60.0}
SMALL = {"city.population": 700, "time.years": 1.0, **AT_ONCE, **MANY}
WEEKS = 30
FILLED = {
    "contact": "contact",
    "use_seen": "use_seen",
    "attitude": "norm",
    "tie_weight": "norm",
    "family_shown": "family",
    "friend_shown": "friend",
    "weak_shown": "weak",
    "using_near": "using_near",
    "recovering_near": "recovering_near",
    "recovering_any": "recovering_any",
    "fallen_near": "fallen_near",
    "close_near": "close_near",
    "allies": "allies",
    "family_allies": "family_allies",
    "practitioner_allies": "practitioner_allies",
}
"""The column that each neighbour sum fills."""


class Everything(LivingCity):
    """A city that leaves nothing out and keeps every sum, as where people may have behaviours of their own."""

    of_its_own = True


def off(section: str, *names: str) -> dict[str, Any]:
    """The off values of these parameters (of another section where the name says so)."""
    found: dict[str, Any] = {}
    for name in names:
        table, _, own = name.rpartition(".")
        found[f"{table or section}.{own}"] = off_values(sections()[table or section])[own]
    return found


def lived(scenario: Any, kind: type[LivingCity] = LivingCity, weeks: int = WEEKS, seed: int = 4) -> LivingCity:
    city = kind(scenario, seed)
    city.run_for(weeks)
    return city


def same_history(one: LivingCity, two: LivingCity) -> None:
    """Outcomes, events, breakdowns and bonds are the same to the bit."""
    a, b = one.outcomes(), two.outcomes()
    for table in ("timeline", "events", "groups", "ledger"):
        pd.testing.assert_frame_equal(getattr(a, table), getattr(b, table), check_exact=True, obj=table)
    assert bonds_by_person(one) == bonds_by_person(two)  # type: ignore[arg-type]


def same_columns(one: LivingCity, two: LivingCity, names: set[str]) -> None:
    for name in names:
        differ = int((one.columns[name] != two.columns[name]).sum())
        assert one.columns[name].tobytes() == two.columns[name].tobytes(), f"{name} differs for {differ} people"


READ = {name for of in HOW.values() for name in of.columns}
"""The columns that outcomes read."""


# Processes and settlements

NOBODY: dict[str, dict[str, Any]] = {
    "attend": {"start.attending": 0.0},
    "seek_treatment": {f"treatment.start_coverage_{name}": 0.0 for name in ("opioid", "alcohol", "early")},
    "disclose": {"start.visible": 0.0, "start.champions": 0.0, "circumstances.anonymous": 0.0},
    "settle_bonds": {
        "bonds.using_at_start": 0,
        "bonds.recovery_at_start": 0,
        "network.friends_lived": 0,
        "bonds.meet_friend": 0.0,
        "bonds.weak_group": 0.0,
        "bonds.weak_event": 0.0,
        "bonds.weak_job": 0.0,
        "bonds.weak_at_start": 0,
    },
}
"""Circumstances in which nobody is concerned on the first day."""

BY_NAME: dict[str, Process | Settlement] = {one.name: one for one in (*LIVE, *SETTLE)}
ALWAYS = {"count_weeks", "progress"}


def switched_off(name: str) -> dict[str, Any]:
    """Parameters under which a process or a settlement has no effect."""
    one = BY_NAME[name]
    if name == "count_barriers":  # follows from columns that these change
        changing = ("build_capital", "keep_home", "keep_job", "face_justice", "supervise")
        return {key: value for other in changing for key, value in switched_off(other).items()}
    if isinstance(one, Settlement) and not one.switch.off:
        assert one.after
        return switched_off(one.after.name)
    return off(one.section, *one.switch.off) | NOBODY.get(name, {})


def at_work(city: LivingCity) -> set[str]:
    return {one.name for one in (*city.alive, *city.settles)}


@pytest.mark.parametrize("name", [name for name in BY_NAME if name not in ALWAYS])
def test_what_is_off_is_left_out_and_makes_the_same_history_when_run_all_the_same(name: str) -> None:
    scenario = ct.load("baseline", **(SMALL | switched_off(name)))
    without, all_the_same = lived(scenario), lived(scenario, Everything)
    assert name not in at_work(without) and at_work(all_the_same) == set(BY_NAME)
    assert at_work(without) >= ALWAYS
    same_history(without, all_the_same)
    same_columns(without, all_the_same, READ)


@pytest.mark.parametrize("name", BY_NAME)
def test_what_is_on_is_at_work_and_its_absence_would_be_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the comparison above would prove nothing."""
    moving = {
        "justice.drug_court": 0.5,
        "treatment.places": 30.0,
        "homes.lost_active": 3.0,
        "homes.lost_well": 3.0,
        "justice.contacts": 20.0,
    }
    walked = {"allies.family": 5.0, "allies.practitioner": 10.0, "allies.citizen": 5.0, "start.active_allies": 0.1}
    trained = {
        "interventions.trained": {"kind": "justice_capital", "start": 0.0, "ramp_up": 0.0, "raises": 1.0},
        "justice.supervision": 26.0,
        "justice.capital": 0.1,  # so that training carries it far, and soon
        "justice.capital_pace": 5.0,
        "justice.referral_weeks": 4,
        "justice.referral": 0.5,  # and whether a sentence leads to treatment hangs on it
    }
    scenario = ct.load(
        "baseline", **SMALL, **moving, **walked, **trained, **{"community.champions_needed": 1.0, "justice.arrest": 0.9}
    )
    with_it = lived(scenario, weeks=52)
    assert at_work(with_it) == set(BY_NAME)
    for function in ("live_in", "settle_in"):
        monkeypatch.setattr(week, function, _less(getattr(week, function), name))
    missing = lived(scenario, weeks=52)
    with_its_own = {one.name for one in SETTLE if one.after is not None and one.after.name == name}
    assert at_work(missing) == set(BY_NAME) - {name} - with_its_own
    with pytest.raises(AssertionError):
        same_history(with_it, missing)
        same_columns(with_it, missing, READ)


def _less(plain: Callable[..., tuple[Any, ...]], name: str) -> Callable[..., tuple[Any, ...]]:
    return lambda *arguments: tuple(one for one in plain(*arguments) if one.name != name)


def test_with_people_concerned_on_the_first_day_it_is_not_left_out() -> None:
    for name, circumstances in NOBODY.items():
        values = {key: value for key, value in switched_off(name).items() if key not in circumstances}
        city = LivingCity(ct.load("baseline", **(SMALL | values)), 4)
        assert name in at_work(city), name


def test_waiting_by_order_of_a_court_is_seen_by_the_community() -> None:
    """Services are worth less while people wait, whoever sends them."""
    court = {"justice.drug_court": 1.0, "justice.arrest": 1.0, "justice.court_weeks": 2, "treatment.places": 0.0}
    scenario = ct.load("baseline", **(SMALL | switched_off("settle_community") | court))
    usual, everything = lived(scenario), lived(scenario, Everything)
    assert (usual.people["treatment"] == 1).sum() > 5
    same_history(usual, everything)
    same_columns(usual, everything, READ)


NULLS = ("contagion_off", "spontaneous_only", "barriers_only", "relapse_contagion_only", "homophily_only")


@pytest.mark.parametrize("null_model", NULLS)
def test_null_models_leave_out_what_they_switch_off_and_nothing_else(null_model: str) -> None:
    scenario = ct.load("baseline", **SMALL, null_model=null_model)
    usual, everything = lived(scenario), lived(scenario, Everything)
    assert len(usual.web.kept) < len(everything.web.kept)
    same_history(usual, everything)
    same_columns(usual, everything, READ)


def test_simple_contagion_is_lived_by_four_processes_and_two_sums() -> None:
    """The shipped SIS reduction pays for nothing else."""
    scenario = ct.load("oracle_sis")
    usual, everything = lived(scenario), lived(scenario, Everything)
    assert [one.name for one in usual.alive] == ["count_weeks", "starting", "relapse", "progress"]
    assert usual.settles == () and [one.name for one in usual.web.kept] == ["affected_near", "recovering_any"]
    others = {one.name for one in LIVE} - {one.name for one in usual.alive}
    assert set(week.left_out(scenario)) == others - {"count_barriers"}  # which follows from what the others change
    same_history(usual, everything)
    same_columns(usual, everything, READ)
    assert usual.outcomes().timeline["starts"].sum() > 0 and usual.outcomes().timeline["relapses"].sum() > 0


# Sums over neighbours

NEEDED = [one for one in SUMS if one.needed]


def keeping(monkeypatch: pytest.MonkeyPatch, sums: tuple[NeighbourSum, ...]) -> None:
    monkeypatch.setattr(week, "sums_for", lambda scenario: sums)


@pytest.mark.parametrize("which", [0, -1], ids=["first", "last"])
@pytest.mark.parametrize("one", NEEDED, ids=lambda one: one.name)
def test_a_sum_that_nothing_reads_is_not_kept_and_nothing_misses_it(
    one: NeighbourSum, which: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In every group that makes use of it, the first or the last parameter is off."""
    values = {key: value for group in one.needed for key, value in off("", group[which]).items()}
    scenario = ct.load("baseline", **SMALL, **{"starting.tie_rate": 0.1, **values})
    without = lived(scenario)
    keeping(monkeypatch, SUMS)
    kept = lived(scenario)
    assert one.name not in {other.name for other in without.web.kept} and kept.web.kept == SUMS
    same_history(without, kept)
    gone = {FILLED[other.name] for other in SUMS if other not in without.web.kept}
    same_columns(without, kept, set(without.columns) - gone)


@pytest.mark.parametrize("one", NEEDED, ids=lambda one: one.name)
def test_a_sum_that_something_reads_is_kept_and_would_be_missed(
    one: NeighbourSum, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = ct.load("baseline", **SMALL, **{"starting.tie_rate": 0.1, "start.active_allies": 0.2})
    kept = lived(scenario)
    assert kept.web.kept == SUMS
    together = ("attitude", "tie_weight")  # one norm is made of both
    gone = together if one.name in together else (one.name,)
    keeping(monkeypatch, tuple(other for other in SUMS if other.name not in gone))
    with pytest.raises(AssertionError):
        same_history(kept, lived(scenario))


# Outcomes kept rather than summed anew

STILL: dict[str, tuple[dict[str, Any], bool, bool]] = {
    "simple contagion": ({}, True, True),
    "with deaths, onsets and arrivals": (
        {
            "deaths.at_40": 0.2,
            "onset.rate": 1.0,
            "entry.rate_per_1000": 40.0,
            "start.at_risk_per_1000": 100.0,
            "start.alcohol_active_per_1000": 700.0,
        },
        True,
        True,
    ),
    "with jobs": ({"jobs.lost_well": 2.0, "jobs.found_well": 3.0, "jobs.vacancies": 90.0}, True, False),
    "with treatment": ({"treatment.seek_alcohol": 2.0, "treatment.places": 90.0}, False, True),
    "with attitudes": ({"stigma.pace": 3.0}, True, True),
}
"""The SIS reduction with more at work: whether the outcomes of the first columns, and the others, stand still."""


@pytest.mark.parametrize("name", STILL)
def test_outcomes_summed_from_who_moved_are_those_from_scratch(name: str) -> None:
    values, near, far = STILL[name]
    scenario = ct.load("oracle_sis", **{"city.population": 400, **values})
    city, everything = LivingCity(scenario, 4), Everything(scenario, 4)
    assert (city._measuring.near_still, city._measuring.far_still) == (near, far)
    assert not everything._measuring.near_still and not everything._measuring.far_still
    for _ in range(60):
        city.step()
        everything.step()
        measuring = city._measuring
        for one, kept in ((measuring.near, measuring.near_sums), (measuring.far, measuring.far_sums)):
            anew = one.none()
            one.over(city.people, anew)
            assert (kept == anew).all(), (
                name,
                city.week,
                one.names[int(np.flatnonzero((kept != anew).any(axis=1))[0])],
            )
        _known_and_shown(city)
    same_history(city, everything)
    assert city.outcomes().timeline["starts"].sum() > 50 and city.outcomes().timeline["relapses"].sum() > 50


def _known_and_shown(city: LivingCity) -> None:
    """Who shows what, the sums of it and how many know somebody affected, all as from scratch."""
    stage, here = city.people["stage"], np.ones(city.uid.size, np.int64)
    here[: city.lived_rows] = stage < DEAD
    affected = np.zeros(city.uid.size, np.int64)
    affected[: city.lived_rows] = (stage == ACTIVE) | recovering(stage)
    sent = city.web.signals
    assert (sent["present"] == here).all() and (sent["affected"] == affected).all(), city.week
    assert (sent["using"][: city.lived_rows] == (stage == ACTIVE)).all()
    assert (sent["recovering"][: city.lived_rows] == recovering(stage)).all()
    for one in city.web.kept:
        assert (city.web.sums[one.name] == city.web.from_scratch(one)).all(), (one.name, city.week)
    near = city.web.from_scratch(SUMS[0])
    assert SUMS[0].name == "affected_near" and near.size == here.size
    know = int(((near > 0) & (here == 1)).sum())
    assert int(city.web.wiring.above[0]) == know, city.week
    assert city.outcomes().timeline["knows_affected_share"].iloc[-1] == know / here.sum()


def test_how_many_know_somebody_affected_is_that_from_scratch() -> None:
    """In a full city, where people arrive, move and die and bonds are made and cut, with all interventions at work."""
    early = {f"interventions.{name}.start": 0.0 for name in ct.load("first_comparison").interventions}
    busy = {"deaths.at_40": 0.05, "bonds.befriend": 20.0, "bonds.meet_using": 20.0, "starting.tie_rate": 0.1}
    study = ct.load("first_comparison", **SMALL, **early, **busy)
    city = LivingCity(ct.variants(study)["all_three"], 4)
    _known_and_shown(city)
    first, bonds = int(city.web.wiring.above[0]), set()
    for _ in range(40):
        city.step()
        bonds.add(city.web.bonded()[0].size)
        _known_and_shown(city)
    assert int(city.web.wiring.above[0]) != first and len(bonds) > 20
    assert city.outcomes().timeline["deaths"].sum() > 5
