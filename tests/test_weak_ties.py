"""Weak ties come and go where people meet, jobs are heard of over moderately weak ones, starts have a named source, and
what is set for treatment and said of deaths holds."""

from __future__ import annotations

import numpy as np
import pytest

import contagion as ct
from contagion.core.errors import Advice
from contagion.core.tie_strength import hears
from contagion.model.outcome_list import OUTCOMES, by_new_name
from contagion.model.outcomes import Outcomes
from contagion.model.simulation import LivingCity
from contagion.processes.homes_and_jobs import heard
from contagion.processes.treatment import Treatment, holding
from contagion.vocabulary import ACQUAINTANCE, FRIENDS

NOWHERE_MET = {
    **{f"bonds.weak_{where}": 0.0 for where in ("group", "event", "job")},
    "events.ties": 0.0,
    "groups.sports_bridges": 0.0,
}
"""No weak tie is made in a group, at an event, at work, at an event of the calendar or at sports."""
PEOPLE = {"city.population": 3000, "time.years": 3.0}


@pytest.fixture(scope="module")
def lived() -> tuple[LivingCity, Outcomes]:
    city = LivingCity(ct.load("baseline", **PEOPLE), 1)
    city.run_for(156)
    return city, city.outcomes()


def _weak(city: LivingCity) -> int:
    return int(np.count_nonzero(city.web.bonded()[2] == ACQUAINTANCE))


def test_weak_ties_are_made_where_people_meet_and_none_when_off(lived: tuple[LivingCity, Outcomes]) -> None:
    off = {**NOWHERE_MET, "bonds.weak_at_start": 0}
    none = LivingCity(ct.load("baseline", **PEOPLE, **off), 1)
    none.run_for(26)
    assert _weak(none) == 0 < _weak(lived[0])


def test_weak_ties_fade_unless_the_two_meet(lived: tuple[LivingCity, Outcomes]) -> None:
    """After meeting has ended they go at fade_weak, but for those who meet in a group."""
    city = lived[0].fork()
    off = {**NOWHERE_MET, "bonds.fade_weak": 20.0}
    city.live_under(ct.load(city.given_scenario, **off))
    city.run_for(52)
    one, two, layer = city.web.bonded()
    left = layer == ACQUAINTANCE
    group = city.people["group"]
    assert np.count_nonzero(left) < 0.7 * _weak(lived[0])
    together = (group[one] == group[two]) & (group[one] >= 0)
    assert together[left].mean() > 0.8


def test_acquaintances_become_friends_and_friends_no_acquaintances(lived: tuple[LivingCity, Outcomes]) -> None:
    """One bond to a pair, and meeting again only makes it closer: as many sums follow it as from scratch."""
    city = lived[0].fork()
    one, two, layer = city.web.bonded()
    weak = np.flatnonzero(layer == ACQUAINTANCE)[:40]
    before = len(one)
    pairs = (two[weak], one[weak])  # the other way round than they are listed
    assert city.web.make(*pairs, FRIENDS).all() and not city.web.make(*pairs, ACQUAINTANCE).any()
    assert not city.web.make(*pairs, FRIENDS).any()
    again_one, again_two, again = city.web.bonded()
    now = dict(zip(zip(again_one, again_two, strict=True), again, strict=True))
    assert len(now) == before and all(now[pair] == FRIENDS for pair in zip(one[weak], two[weak], strict=True))
    for kept in city.web.kept:
        assert np.array_equal(city.web.from_scratch(kept), city.web.sums[kept.name]), kept.name
    rows = np.concatenate(pairs)
    for row in rows[:10]:
        partners = city.web.bonds[row]
        assert np.unique(partners[partners >= 0]).size == np.count_nonzero(partners >= 0)


def test_word_of_jobs_travels_worse_where_everybody_knows_the_same_people(lived: tuple[LivingCity, Outcomes]) -> None:
    """In a small town ties within the neighbourhood are too close to bring news: bridging ones bring more."""
    hears = []
    for bridging in (0.0, 0.4, 1.0):
        city = LivingCity(ct.load("baseline", **PEOPLE, **{"network.bridging": bridging}), 1)
        hears.append(heard(city.web.wiring, np.arange(0, city.lived_rows, 5), city.scenario_.jobs).mean())
    assert 0.0 < hears[0] < hears[1] < hears[2] < 1.0


def test_a_tie_carries_most_at_a_moderate_strength() -> None:
    """Known answers: two who share all, some or none of their contacts."""
    from types import SimpleNamespace

    from contagion.core.graph import tie_parts
    from contagion.core.web import Web

    one = np.array([0, 0, 0, 0, 1, 1, 1, 2, 3, 3, 3], np.int32)
    two = np.array([1, 2, 3, 4, 5, 6, 2, 7, 8, 9, 10], np.int32)
    ties = tie_parts(11, ((one, two, FRIENDS, 64),))
    nobody = np.full((11, 16), -1, np.int32)
    wiring = Web(ties, nobody, np.zeros((11, 16), np.int8), np.full(5, 64), ("present",), ()).wiring
    p = SimpleNamespace(moderate=10.0, circle=40.0, weak_half=1.0)
    shares = {1: 1 / 4, 2: 1 / 3, 3: 0.0, 4: 0.0}  # of the other's ties, those that both know
    value = sum(40 * s / 10 * np.exp(1 - 40 * s / 10) for s in shares.values())
    assert heard(wiring, np.array([0]), p)[0] == pytest.approx(value / (value + 1.0))


def test_every_start_over_ties_has_a_named_source(lived: tuple[LivingCity, Outcomes]) -> None:
    events = lived[1].events
    chosen = events[(events["event"] == "start") & events["chosen"]]
    assert len(chosen) > 30
    personal = chosen[chosen["channel"].isin(["family", "friend", "weak", "group", "event", "ally"])]
    assert (personal["source"] >= 0).all() and (personal["source"] != personal["uid"]).all()
    assert (chosen[chosen["channel"].isin(["spontaneous", "treatment"])]["source"] == -1).all()


def test_the_source_is_drawn_in_proportion(lived: tuple[LivingCity, Outcomes]) -> None:
    """Over all starts the chosen sources come through channels as often as their credit says."""
    events = lived[1].events
    starts = events[events["event"] == "start"]
    credit = starts.groupby("channel", observed=True)["credit"].sum()
    count = starts[starts["chosen"]].groupby("channel", observed=True).size().reindex(credit.index, fill_value=0)
    variance = starts.groupby(["week", "uid", "channel"], observed=True)["credit"].sum()
    error = np.sqrt((variance * (1 - variance)).groupby("channel", observed=True).sum())
    assert ((count - credit).abs() <= 4.0 * error + 1e-9).all()


def test_drug_poisoning_is_a_third_of_deaths_in_active_opioid_addiction() -> None:
    out = ct.simulate("baseline", seed=3, **{**PEOPLE, "time.years": 4.0, "deaths.excess_opioid": 1.0})
    deaths, poisoned = out.timeline[["deaths_active_opioid", "drug_poisoning_deaths"]].sum()
    assert deaths > 30 and abs(poisoned - 0.331 * deaths) < 4 * np.sqrt(0.22 * deaths)
    assert (out.timeline["drug_poisoning_deaths"] <= out.timeline["deaths_active_opioid"]).all()


def test_the_former_name_is_read_with_advice() -> None:
    with pytest.warns(Advice, match="opioid_deaths is called deaths_active_opioid now"):
        assert by_new_name("opioid_deaths") == "deaths_active_opioid"
    assert "opioid_deaths" not in OUTCOMES and by_new_name("stable") == "stable"


def test_coverage_that_is_set_is_held_by_seeking_and_places() -> None:
    usual = Treatment()
    assert holding(usual) == {}
    held = holding(usual.model_copy(update={"start_coverage_opioid": 0.6}))
    odds = 0.6 / 0.4 / (usual.start_coverage_opioid / (1 - usual.start_coverage_opioid))
    assert held["seek_opioid"] == pytest.approx(usual.seek_opioid * odds) and "seek_alcohol" not in held
    assert held["places"] > usual.places
    own = usual.model_copy(update={"start_coverage_opioid": 0.6, "seek_opioid": 1.0, "places": 2.0})
    assert holding(own) == {}
    with pytest.raises(ct.ConfigError, match="start_coverage_opioid"):
        ct.load("baseline", **{"treatment.start_coverage_opioid": 0.95})


@pytest.mark.parametrize("said", ["ages 15 to 64", "two unlike statistics", "Below 10,000 people"])
def test_check_says_what_published_numbers_are_of(said: str) -> None:
    assert said in ct.check("baseline", **{"city.population": 2000})


def test_luck_that_decides_alone_decides_as_ties_would() -> None:
    """Who hears of a job is the same as with the ties of everybody gone through, at the edges too."""
    city = ct.RecoveryCity("baseline", rng=3, **{"city.population": 3000})
    wiring, p = city.web.wiring, city.scenario_.jobs
    rows = np.arange(0, city.lived_rows)
    knows = (1.0 + p.weak_ties * heard(wiring, rows, p)) / (1.0 + p.weak_ties)
    for luck in (np.linspace(0.0, 1.0, rows.size), knows, np.nextafter(knows, 0.0), np.nextafter(knows, 1.0)):
        assert (hears(wiring, rows, luck, p, heard) == (luck < knows)).all()
