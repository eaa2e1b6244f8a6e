"""What holds of every kind of intervention, found by looking through the registry: a new kind is covered by itself.

Null to the bit without places and before its start; what it is to move, it moves, in the direction that it says; when it has
ended only people carry on; and in a city of the size that a real one has, something happens.
"""

from __future__ import annotations

import functools
from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rearrange import bonds_by_person, columns_by_person, same_columns
from test_programmes import KINDS, OF_PEOPLE, SEEDS, lived, scenario

import contagion as ct
from contagion.city.first_day import Foundation, first_day
from contagion.interventions.base import REGISTRY
from contagion.interventions.programme import LEVERS
from contagion.model.outcome_list import OUTCOMES
from contagion.model.simulation import LivingCity

STILL = ("telephone_support",)
"""Kinds by which trials found that nothing moves."""
UNSEEN = ("individual_placement", "justice_capital")
"""Kinds that change too little for one short history; docs/FIRST_MOVES.md has twelve of two years."""
BY_PARTS = ("inclusive_recovery_city",)
"""Kinds that act through their parts alone: without any they move nothing but their own stage."""
STRONGER: dict[str, dict[str, Any]] = {
    "coaching": {"effect": 1.5},
    "individual_placement": {"helps": 5.0},
    "justice_capital": {"raises": 1.0},
}
"""Where an effect is too small to be seen among few people, a larger one."""
MORE: dict[str, dict[str, Any]] = {
    "bridging_coalition": {"allies.family": 5.0, "allies.practitioner": 5.0, "allies.citizen": 5.0},
    "justice_capital": {"justice.arrest": 1.0, "justice.prison": 0.0, "justice.probation": 1.0, "justice.capital": 0.0,
                        "justice.supervision": 52.0, "justice.walks": 1.0, "justice.capital_pace": 12.0},
    "drug_treatment_court": {"justice.arrest": 0.9, "justice.prison": 0.6},
    "through_the_gate": {"justice.arrest": 0.9, "justice.prison": 0.6, "justice.sentence": 8},
}  # fmt: skip
"""What must happen often in a small city before some kinds have anybody to serve: the same in both histories."""


def same_city(one: LivingCity, two: LivingCity) -> None:
    """People, the public, bonds, the town and what is measured are the same to the bit; of the ledger nothing is said."""
    same_columns(columns_by_person(one), columns_by_person(two))
    assert bonds_by_person(one) == bonds_by_person(two)
    for field in fields(one.town):
        assert np.array_equal(getattr(one.town, field.name), getattr(two.town, field.name)), field.name
    tables = [(a.timeline.drop(columns="cost"), a.events) for a in (one.outcomes(), two.outcomes())]
    for a, b in zip(*tables, strict=True):
        pd.testing.assert_frame_equal(a, b, check_exact=True)


# Null to the bit


@pytest.mark.parametrize("kind", KINDS)
def test_before_its_start_it_is_null_and_from_then_on_it_is_not(kind: str) -> None:
    start = 20
    without, with_it = (
        ct.load(scenario(*names, **own), **MORE.get(kind, {}))
        for names, own in (((), {}), ((kind,), {"start": start / 52.0, **STRONGER.get(kind, {})}))
    )
    one, two = lived(without, weeks=start - 1), lived(with_it, weeks=start - 1)
    same_city(one, two)
    assert (two.outcomes().ledger[["places", "used", "cost"]] == 0).all(axis=None)
    for city in (one, two):
        city.run_for(30)
    assert two.outcomes().ledger["cost"].sum() > 0.0
    if kind in (*STILL, *BY_PARTS):
        two.town.recovery_city, two.town.recovery_city_since = one.town.recovery_city, one.town.recovery_city_since
        same_columns(columns_by_person(one), columns_by_person(two))
        return
    with pytest.raises(AssertionError):
        same_city(one, two)


@pytest.mark.filterwarnings("ignore::contagion.config.stated.Unheard")
@pytest.mark.parametrize("zero", ["places", "reach", "enabled", "stop"])
def test_of_no_coverage_all_together_are_null(zero: str) -> None:
    """Without places, asked by nobody, switched off, or open for no time at all."""
    value = {"places": 0.0, "reach": 0.0, "enabled": False, "stop": 0.0}[zero]
    same_city(lived(scenario()), lived(scenario(*(OF_PEOPLE if zero == "reach" else KINDS), **{zero: value})))


# Only people carry on


@pytest.mark.parametrize("end", ["stop", "fails"])
@pytest.mark.parametrize("kind", KINDS)
def test_when_it_has_ended_the_city_lives_on_as_if_it_had_never_been_named(kind: str, end: str) -> None:
    """Two weeks after its end (a council is heard for a week more) a city that has forgotten it lives the same life."""
    last = 20
    more = MORE.get(kind, {})
    ended = lived(ct.load(scenario(kind, **{end: last / 52.0}), **more), weeks=last + 1)
    for name, off in LEVERS.items():
        assert (ended.people[name] == off).all(), name
    levers = [field.name for field in fields(ended.town) if field.name.endswith("_lever")]
    assert len(levers) >= 4 and not any(getattr(ended.town, name) for name in levers), levers
    assert not ended.town.calendar.any() and not ended.town.council and not ended.held_back
    assert (ended.public_people["ally"] == ended.foundation.public["ally"]).all()
    group = ended.people["group"]
    opened = ended.meetings.places[group] == 0
    assert not ((group >= 0) & opened).any(), "nobody stays in a group that it opened"
    forgotten = ended.fork()
    forgotten.programmes.clear()
    for city in (ended, forgotten):
        city.run_for(15)
    same_city(ended, forgotten)
    after = ended.outcomes().ledger.query("week >= @last")
    assert len(after) and (after[["places", "used", "waiting", "cost"]] == 0).all(axis=None)


# What it is to move


def test_every_kind_says_what_it_is_to_move() -> None:
    tables = ct.schema()["$defs"]
    for kind in KINDS:
        outcome, sign = REGISTRY[kind].moves
        if kind in STILL:
            assert (outcome, sign) == ("", 0)
            continue
        assert outcome in OUTCOMES and sign in (-1, 1), (
            f"{kind} says in `moves` what it is to move first, and which way"
        )
        assert tables[f"intervention_{kind}"]["moves"] == {"outcome": outcome, "up": sign > 0}


@functools.cache
def levels(seed: int, kind: str, more: str) -> pd.Series:
    """Means of a history with one kind at work, or with none; `more`: the kind whose city it is."""
    what = scenario(kind, **STRONGER.get(kind, {})) if kind else scenario()
    return lived(ct.load(what, **MORE.get(more, {})), seed).outcomes().timeline.mean()


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(STILL)))
def test_it_moves_what_it_says(kind: str) -> None:
    outcome, sign = REGISTRY[kind].moves
    own = kind if kind in MORE else ""
    gaps = [levels(seed, kind, own)[outcome] - levels(seed, "", own)[outcome] for seed in range(1, SEEDS + 1)]
    spread = np.std(gaps, ddof=1) / np.sqrt(SEEDS)
    assert sign * np.mean(gaps) > 2.0 * spread, gaps


# At the size of a real city


@functools.cache
def town(years: float, seed: int) -> tuple[ct.Scenario, Foundation]:
    """The shipped city of 50,000 people."""
    what = ct.load("baseline", **{"time.years": years})
    return what, first_day(what.effective(), seed)


@functools.cache
def means(kind: str, years: float, seed: int) -> pd.Series:
    """Means over all weeks with a kind open from the first day at its default size, or with none."""
    what, founded = town(years, seed)
    own = {f"interventions.{kind}": {"kind": kind, "start": 0.0, "ramp_up": 0.0}} if kind else {}
    city = LivingCity(ct.load(what, **own), seed, foundation=founded)
    city.run_for(what.weeks)
    return city.outcomes().timeline.iloc[1:].mean()


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(STILL) - set(BY_PARTS)))
def test_at_its_default_size_a_real_city_sees_it(kind: str) -> None:
    if kind in UNSEEN:
        changed = (means(kind, 2.0, seed).drop("cost") != means("", 2.0, seed).drop("cost") for seed in (1, 2, 3, 4))
        assert any(one.any() for one in changed)
        return
    gaps = means(kind, 0.5, 1) - means("", 0.5, 1)
    outcome, sign = REGISTRY[kind].moves
    assert gaps["cost"] > 0 and sign * gaps[outcome] > 0
