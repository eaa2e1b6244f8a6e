"""Every kind of intervention: what it says of itself, what it moves, who is served first, who pays, and how it ends."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rearrange import columns_by_person, same_columns

import contagion as ct
from contagion.city.first_day import Foundation, first_day
from contagion.interventions.base import PAYERS, REGISTRY, UNTESTED
from contagion.interventions.programme import LEVERS, POSITIONS
from contagion.model.simulation import LivingCity
from contagion.trials.trial import trials
from contagion.vocabulary import INSIDE

KINDS = sorted(kind for kind, table in REGISTRY.items() if table.__module__.startswith("contagion."))
OF_PEOPLE = [kind for kind in KINDS if REGISTRY[kind].of_people]

CITY: dict[str, Any] = {
    "city.population": 700,
    "city.neighbourhoods": 4,
    "time.years": 1.0,
    "start.opioid_active_per_1000": 70.0,
    "start.alcohol_active_per_1000": 80.0,
    "start.other_active_per_1000": 30.0,
    "start.early_per_1000": 60.0,
    "start.sustained_per_1000": 80.0,
    "start.stable_per_1000": 100.0,
    "start.at_risk_per_1000": 60.0,
    "jobs.vacancies": 60.0,
    "jobs.record": 1.5,
    "treatment.places": 200.0,
    "start.practitioners": 0.05,
}
"""Few people, of whom many have lived experience, and a record that weighs: much happens in little time."""

SEEDS, WEEKS = 12, 39


def scenario(*kinds: str, **own: Any) -> ct.Scenario:
    """The city with these kinds, open at once for whoever can be served; `own`: further numbers of each."""
    table: dict[str, Any] = {}
    for kind in kinds:
        numbers = {"kind": kind, "start": 0.0, "ramp_up": 0.0, "reach": 20.0, "places": 300.0, "failing": 0.0}
        if "needed" in REGISTRY[kind].model_fields:  # so that what is left of a whole number is some
            numbers["needed"] = 300.0
        table |= {f"interventions.{kind}.{name}": value for name, value in {**numbers, **own}.items()}
    return ct.load("baseline", **CITY, **table)


@functools.cache
def base(seed: int) -> Foundation:
    return first_day(scenario().effective(), seed)


def lived(what: ct.Scenario, seed: int = 1, weeks: int = WEEKS) -> LivingCity:
    city = LivingCity(what, seed, foundation=base(seed))
    city.run_for(weeks)
    return city


# What a kind says of itself


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_a_trial_or_says_that_there_is_no_evidence(kind: str) -> None:
    table = REGISTRY[kind]
    assert table.tested() == (table.trial in trials()) and table.tested() != table.known().startswith(UNTESTED)
    assert table.summary and table.label and table.evidence == table.known()
    schema = ct.schema()["$defs"][f"intervention_{kind}"]
    assert schema["evidence"] == table.evidence and schema.get("trial", "") == table.trial
    said = ct.check("baseline", **{"interventions.x": {"kind": kind}})
    assert f"evidence: {table.evidence}" in said and f"paid by {table().paid()}" in said
    assert f"{0 if table.tested() else 1} of 1 kind of intervention" in said


# What a kind moves (that each moves what it says: test_every_kind.py)


def test_homes_lower_relapses() -> None:
    gaps = []
    for seed in range(1, SEEDS + 1):
        own, none = (lived(scenario(*kinds), seed).outcomes().timeline["relapses"] for kinds in (("housing",), ()))
        gaps.append(own.mean() - none.mean())
    assert np.mean(gaps) < -2.0 * np.std(gaps, ddof=1) / np.sqrt(SEEDS), gaps


def test_a_call_is_not_a_tie() -> None:
    """By default telephone support changes nothing at all, and costs."""
    without, called = lived(scenario()), lived(scenario("telephone_support"))
    same_columns(columns_by_person(without), columns_by_person(called))
    assert called.outcomes().ledger["entered"].sum() > 20 and called.outcomes().timeline["cost"].sum() > 0


def test_placement_helps_no_opioid_profile() -> None:
    one, two = lived(scenario()), lived(scenario("individual_placement", helps=10.0, substances=["opioid"]))
    assert two.outcomes().ledger["entered"].sum() > 10
    same_columns(columns_by_person(one), columns_by_person(two))


# Who is served


def test_places_not_delivered_as_in_the_trial_do_nothing() -> None:
    without, with_none = lived(scenario()), lived(scenario(*KINDS, fidelity=0.0))
    same_columns(columns_by_person(without), columns_by_person(with_none))
    ledger = with_none.outcomes().ledger.groupby("intervention")[["entered", "cost"]].sum()
    assert (ledger["cost"] > 0).all()
    by_offer = {kind for kind in KINDS if REGISTRY[kind].by_offer}
    assert set(ledger.index[ledger["entered"] == 0]) == by_offer, "what is not offered is not taken up; all else is"


def test_half_the_offers_of_the_court_are_made() -> None:
    """Where a place is reached by an offer alone, fidelity thins the offers, once."""
    chance = {
        fidelity: lived(scenario("drug_treatment_court", fidelity=fidelity), weeks=2).people["diverted"].max()
        for fidelity in (1.0, 0.5)
    }
    assert chance == {1.0: 0.8, 0.5: 0.4}
    city = lived(scenario("drug_treatment_court", fidelity=0.5))
    court = city.programmes[0]
    inside = court.place == INSIDE
    assert inside.any() and court.given[inside].all()


def test_half_the_places_are_delivered() -> None:
    city = lived(scenario("housing", fidelity=0.5, reach=100.0), weeks=20)
    inside = city.programmes[0].place == INSIDE
    assert 0.2 < city.people["housed"][inside].mean() < 0.8 and not city.people["housed"][~inside].any()


@pytest.mark.parametrize("priority", sorted(POSITIONS))
def test_who_has_the_position_goes_first(priority: str) -> None:
    """With fewer places than are asked for, those who are served have more of what is asked for than those drawn by lot."""
    served: dict[str, float] = {}
    for rule in (priority, "lot"):
        found: list[float] = []
        for seed in (1, 2, 3):
            city = lived(scenario("champions", places=200.0, priority=rule, reach=500.0), seed, weeks=1)
            place = city.programmes[0].place
            inside = np.flatnonzero(place == INSIDE)
            assert (place > 0).sum() > 3 * inside.size > 0
            friends = (city.web.bonds[inside] >= 0).sum(axis=1)
            found += list(friends if priority == "friend_of_friend" else POSITIONS[priority](city, inside, ""))
        served[rule] = float(np.mean(found))
    assert served[priority] > served["lot"] * 1.1


# How it ends


@pytest.mark.parametrize("end", ["stop", "fails"])
def test_when_it_ends_its_levers_end(end: str) -> None:
    """Withdrawn or failed: nobody is inside or waiting, every lever is off, nothing is paid; until then nothing differs."""
    last = 20
    on, ended = lived(scenario(*KINDS), weeks=last - 1), lived(scenario(*KINDS, **{end: last / 52}), weeks=last - 1)
    same_columns(columns_by_person(on), columns_by_person(ended))
    assert any((on.people[name] != off).any() for name, off in LEVERS.items())
    ended.run_for(10)
    for name, off in LEVERS.items():
        assert (ended.people[name] == off).all(), name
    assert (ended.public_people["met"] == 0).all() and ended.town.treatment_lever == 0.0
    after = ended.outcomes().ledger.query("week >= @last")
    assert (after[["places", "used", "waiting", "cost"]] == 0).all(axis=None)


def test_an_enterprise_that_fails_takes_its_jobs_and_homes_along() -> None:
    """Withdrawn, those inside keep job and home and lose them only as everybody does; failed, all lose both."""
    kept: dict[str, float] = {}
    for end in ("stop", "fails"):
        city = lived(scenario("jobs_friends_houses", **{end: 0.5}), weeks=25)
        inside = np.flatnonzero(city.programmes[0].place == INSIDE)
        assert inside.size > 20
        city.step()
        kept[end] = float(city.people["job"][inside].mean() + city.people["home"][inside].mean()) / 2
    assert kept["stop"] > 0.8 and kept["fails"] < 0.2


def test_an_enterprise_may_fail_by_chance() -> None:
    """At a hazard of 2 a year, after half a year 1 - exp(-1) = 63 % have failed; failed is failed."""
    ends = []
    for seed in range(25):
        city = LivingCity(scenario("jobs_friends_houses", failing=2.0), seed, foundation=base(1))
        city.run_for(26)
        used = city.outcomes().ledger["places"].to_numpy() > 0
        assert (np.diff(used.astype(int)) <= 0).all()
        ends.append(not used[-1])
    assert abs(np.mean(ends) - 0.63) < 3 * math.sqrt(0.63 * 0.37 / 25)


# Who pays


@st.composite
def schedules(draw: st.DrawFn) -> dict[str, Any]:
    """Windows, failure, places, ramps and payers of every kind."""
    table: dict[str, Any] = {}
    for kind in KINDS:
        start = draw(st.sampled_from([0.0, 0.1, 0.26]))
        parts = draw(st.lists(st.integers(1, 9), min_size=1, max_size=len(PAYERS)))
        one = {
            "kind": kind,
            "start": start,
            "stop": start + draw(st.sampled_from([0.0, 0.05, 0.2, 5.0])),
            "fails": draw(st.sampled_from([start + 0.1, 100.0])),
            "failing": draw(st.sampled_from([0.0, 3.0])),
            "ramp_up": draw(st.sampled_from([0.0, 0.3])),
            "places": draw(st.sampled_from([0.0, 15.0, 100.0])),
            "reach": draw(st.sampled_from([0.5, 40.0])),
            "drop_out": draw(st.sampled_from([0.0, 5.0])),
            "fidelity": draw(st.sampled_from([0.0, 0.6, 1.0])),
            "priority": draw(st.sampled_from(["kind", "waiting", "lot", *POSITIONS])),
            "cost_fixed": draw(st.floats(0, 1e5)),
            "cost_place": draw(st.floats(0, 1e3)),
            "payers": {payer: part / sum(parts) for payer, part in zip(PAYERS, parts, strict=False)},
        }
        table |= {f"interventions.{kind}.{name}": value for name, value in one.items()}
    return table


@settings(max_examples=5, deadline=None)
@given(schedules())
@pytest.mark.filterwarnings("ignore::contagion.config.stated.Unheard")
def test_the_ledger_adds_up_every_week(table: dict[str, Any]) -> None:
    city = lived(ct.load("baseline", **CITY, **table), weeks=20)
    out = city.outcomes()
    ledger, paid = out.ledger, [f"paid_{payer}" for payer in PAYERS]
    assert (ledger["used"] <= ledger["places"]).all() and (ledger.drop(columns="intervention") >= 0).all(axis=None)
    for name, one in ledger.groupby("intervention"):
        what = city.scenario_.interventions[name]
        sums = one[["joined", "entered", "gave_up", "left"]].cumsum()
        assert (one["waiting"] == sums["joined"] - sums["entered"] - sums["gave_up"]).all(), name
        assert (one["used"] == sums["entered"] - sums["left"]).all() and (one["dropped"] <= one["left"]).all(), name
        for payer, column in zip(PAYERS, paid):
            assert np.allclose(one[column], one["cost"] * what.shares.get(payer, 0.0), rtol=1e-12), (name, payer)
        closed = one["week"] > what.last_week
        assert (one.loc[closed, ["used", "waiting", "cost"]] == 0).all(axis=None), name
    assert np.allclose(ledger[paid].sum(axis=1), ledger["cost"], rtol=1e-12)
    weekly = ledger.groupby("week")["cost"].sum().reindex(out.timeline.index, fill_value=0.0)
    assert np.allclose(weekly, out.timeline["cost"], rtol=1e-12)
