"""Chance is a function of who, what and when: scenarios differ by cause and never by luck."""

from __future__ import annotations

import ast
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from rearrange import apart, bonds_by_person, columns_by_person, permuted, same_columns, same_history, without

import contagion as ct
from contagion.city.first_day import Foundation
from contagion.core.chance import draw, happens, uniform
from contagion.core.process import process
from contagion.interventions.base import REGISTRY
from contagion.model.agents import RecoveryCity
from contagion.processes.week import LIVE
from contagion.vocabulary import ACTIVE, AT_RISK, Role

PEOPLE, SEED, WEEKS = 3000, 8, 78
SMALL = {"city.population": PEOPLE, "time.years": 1.5}
KINDS = sorted(REGISTRY)


def scenario(*kinds: str, **settings: Any) -> Any:
    """The baseline with interventions of these kinds at work from the first week, unless told otherwise."""
    tables: dict[str, Any] = {}
    for kind in kinds:
        tables |= {f"interventions.{kind}.kind": kind, f"interventions.{kind}.start": 0.0}
        tables |= {f"interventions.{kind}.ramp_up": 0.0, f"interventions.{kind}.reach": 20.0}
    changed: dict[str, Any] = {}
    for name, value in settings.items():
        changed |= {name.replace("*", kind): value for kind in kinds} if "*" in name else {name: value}
    return ct.load("baseline", **{**SMALL, **tables, **changed})


@pytest.fixture(scope="module")
def today() -> RecoveryCity:
    city = RecoveryCity(scenario(), rng=SEED)
    city.run_for(WEEKS)
    return city


def lived(what: Any, base: Foundation, weeks: int = WEEKS, how: str = "columns") -> RecoveryCity:
    city = RecoveryCity(what, rng=SEED, how=how, foundation=base)
    city.run_for(weeks)
    return city


# An intervention that does nothing changes nothing

NOTHING = {
    "reaches nobody": {"interventions.*.reach": 0.0},
    "has no places": {"interventions.*.places": 0.0},
    "serves nobody who is there": {"city.neighbourhoods": 13, "interventions.*.neighbourhoods": [12]},
    "is switched off": {"interventions.*.enabled": False},
    "comes too late": {"interventions.*.start": 90.0},
    "is withdrawn before it begins": {"interventions.*.stop": 0.0},
}


OF_PEOPLE = ("reaches nobody", "serves nobody who is there")
"""What keeps people with lived experience from places, and not the posts of those who teach the public."""


def test_nobody_lives_in_the_one_neighbourhood_served(today: RecoveryCity) -> None:
    """Only the scenario with the intervention counts a thirteenth; it is lived in a city founded with twelve."""
    assert today.columns["neighbourhood"].max() == 11 and scenario().city.neighbourhoods == 12


@pytest.mark.parametrize("why", NOTHING)
def test_interventions_that_reach_nobody_change_nothing(why: str, today: RecoveryCity) -> None:
    """All kinds at once, so that one that changes anything is found (of the public: those whose places are posts)."""
    served = [kind for kind in KINDS if REGISTRY[kind].of_people] if why in OF_PEOPLE else KINDS
    city = lived(scenario(*served, **NOTHING[why]), today.foundation)
    same_columns(columns_by_person(today), columns_by_person(city))
    assert bonds_by_person(today) == bonds_by_person(city)
    a, b = today.outcomes(), city.outcomes()
    pd.testing.assert_frame_equal(a.timeline.drop(columns="cost"), b.timeline.drop(columns="cost"), check_exact=True)
    pd.testing.assert_frame_equal(a.events, b.events, check_exact=True)
    assert (b.ledger[["used", "entered"]] == 0).all(axis=None)


def test_interventions_change_nothing_before_their_first_week(today: RecoveryCity) -> None:
    first = 40
    what = scenario(*KINDS, **{"interventions.*.start": first / 52, "interventions.*.places": 300.0})
    city = RecoveryCity(what, rng=SEED, foundation=today.foundation)
    before = RecoveryCity(scenario(), rng=SEED, foundation=today.foundation)
    for one in (city, before):
        one.run_for(first - 1)
    same_columns(columns_by_person(before), columns_by_person(city))
    assert bonds_by_person(before) == bonds_by_person(city)
    city.run_for(WEEKS - first + 1)
    a, b = today.outcomes(), city.outcomes()
    pd.testing.assert_frame_equal(a.timeline.iloc[:first], b.timeline.iloc[:first], check_exact=True, check_freq=False)
    early = a.events[a.events["week"] < first], b.events[b.events["week"] < first]
    pd.testing.assert_frame_equal(*early, check_exact=True)
    assert not a.timeline.drop(columns="cost").equals(b.timeline.drop(columns="cost")), "they do act later on"


# Rows in another order


@pytest.mark.parametrize("turn", [1, 2])
def test_people_in_other_rows_live_the_same_lives(turn: int, today: RecoveryCity) -> None:
    what = scenario(*KINDS)
    base = today.foundation
    mixed = permuted(base, turn)
    assert (mixed.columns["uid"] != base.columns["uid"]).mean() > 0.9
    one, two = lived(what, base), lived(what, mixed)
    assert one.outcomes().ledger["entered"].sum() > 20
    same_history(one, two)
    for name, values in one.town.__dict__.items():
        assert np.array_equal(values, two.town.__dict__[name]), name
    edges = [{frozenset(e) for e in city.graph.edges} for city in (one, two)]
    assert edges[0] == edges[1]


# Somebody isolated is left out


def compare_without(what: Any, base: Foundation, row: int, weeks: int = WEEKS) -> RecoveryCity:
    """Live with and without the person at `row`; nobody else may differ. Returns the city with them."""
    uid = int(base.columns["uid"][row])
    there, gone = lived(what, base, weeks), lived(what, without(base, row), weeks)
    assert uid not in gone.columns["uid"] and gone.foundation.ties.people == base.ties.people - 1
    same_columns(columns_by_person(there, leaving_out=uid), columns_by_person(gone))
    assert bonds_by_person(there) == bonds_by_person(gone)
    a, b = there.outcomes().events, gone.outcomes().events
    a = a[a["uid"] != uid].reset_index(drop=True)
    pd.testing.assert_frame_equal(a, b, check_exact=True)
    assert uid not in set(b["source"])
    return there


def test_removing_an_isolated_citizen_changes_nobody_else(today: RecoveryCity) -> None:
    """At the full baseline with all interventions; they hold no keys, and live where nobody else does."""
    base = today.foundation
    row = base.ties.people - 1
    base = apart(base, row, role=Role.CITIZEN, ally=0)
    compare_without(scenario(*KINDS), base, row)


def test_removing_an_isolated_person_at_risk_changes_nobody_else(today: RecoveryCity) -> None:
    """At the full baseline, as long as they keep a home and a job and so take none from anybody."""
    base = today.foundation
    stage = today.columns["stage"]
    at_risk = (base.columns["stage"] == AT_RISK) & (stage == AT_RISK)
    for row in np.flatnonzero(at_risk & (today.columns["job"] == 1) & (today.columns["home"] == 1)).tolist():
        alone = apart(RecoveryCity(scenario(), rng=SEED).foundation, row, job=1, home=1)
        if keeps_home_and_job(alone, row):
            break
    else:
        pytest.fail("everybody at risk loses a home or a job at some time: choose another seed")
    city = compare_without(scenario(*KINDS), alone, row)
    assert city.columns["stage"][row] == AT_RISK, "choose somebody who stays at risk"


def keeps_home_and_job(base: Foundation, row: int) -> bool:
    """Whether somebody has both in every week, with all interventions."""
    city = RecoveryCity(scenario(*KINDS), rng=SEED, foundation=base)
    for _ in range(WEEKS):
        city.step()
        if not (city.columns["home"][row] and city.columns["job"][row]):
            return False
    return True


PLENTY = {
    "homes.vacancies": 1000.0, "jobs.vacancies": 1000.0, "treatment.places": 1000.0,  # supply does not bind
    "community.stages": 0,  # no shared level hangs on how many champions there are
    "groups.join_active": 0.0, "groups.join_treatment": 0.0, "groups.join_early": 0.0, "groups.join_later": 0.0,
    "events.ties": 0.0,  # who comes to an event meets somebody there, however alone they were
}  # fmt: skip
"""Where nothing is scarce, nobody new joins a group or meets others at events, a person without ties touches nobody."""


def test_removing_an_isolated_person_in_active_addiction_changes_nobody_else() -> None:
    what = scenario(**PLENTY, **{"starting.spontaneous": 2.0})
    base = RecoveryCity(what, rng=SEED).foundation
    chosen = np.flatnonzero((base.columns["stage"] == ACTIVE) & (base.columns["group"] < 0))[[0, 9, -1]]
    lives = 0
    for row in chosen:
        city = compare_without(what, apart(base, int(row)), int(row))
        events = city.outcomes().events
        lives += int((events["uid"] == base.columns["uid"][row]).sum())
    assert lives > 2, "they did live"


def test_moving_somebody_does_change_others(today: RecoveryCity) -> None:
    """The comparison can fail: a person with ties, left out, is missed by others."""
    base = today.foundation
    row = int(np.flatnonzero(base.columns["stage"] == ACTIVE)[0])
    alone = apart(base, row)
    one, two = lived(scenario(), base, 52), lived(scenario(), alone, 52)
    uid = int(base.columns["uid"][row])
    with pytest.raises(AssertionError):
        same_columns(columns_by_person(one, uid), columns_by_person(two, uid))


@process("onset")
def daydream(who: Any, p: Any, chance: Any) -> None:
    """Draw numbers and do nothing with them."""
    if draw("daydream", who, chance) < 0.5:
        who.recovering_any += 1
    if happens(3.0, "nap", who, chance):
        who.recovering_any += 10


def test_a_process_that_draws_numbers_changes_nothing_else(today: RecoveryCity) -> None:
    """It counts what it drew in a column that nothing reads in this scenario, and that stays 0 without it."""

    class Dreaming(RecoveryCity):
        living = (daydream, *LIVE)

    assert not today.columns["recovering_any"].any()
    city = Dreaming(scenario(), rng=SEED, foundation=today.foundation)
    city.run_for(WEEKS)
    uid, dreams = city.people["uid"], np.zeros(city.lived_rows, np.int32)
    for week in range(1, WEEKS + 1):
        dreams += uniform(SEED, "daydream", week, uid) < 0.5
        dreams += 10 * (uniform(SEED, "nap", week, uid) < -np.expm1(-3.0))
    assert city.people["recovering_any"].tolist() == dreams.tolist() and dreams.min() > WEEKS
    city.people["recovering_any"] = 0
    same_history(today, city)


# No other source of chance


class Untouchable:
    """Raises whatever is asked of it."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"chance was asked of another generator: {name}")


@pytest.fixture
def no_other_chance(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def refuse(name: str) -> Callable[..., Any]:
        def refused(*_: Any, **__: Any) -> Any:
            raise AssertionError(f"chance was asked of {name}")

        return refused

    def _forbid(*cities: RecoveryCity) -> None:
        for module in (random, np.random):
            for name in dir(module):
                if callable(getattr(module, name)) and not name.startswith("_"):
                    monkeypatch.setattr(module, name, refuse(f"{module.__name__}.{name}"))
        for city in cities:
            monkeypatch.setattr(city, "random", Untouchable())
            monkeypatch.setattr(city, "rng", Untouchable())

    return _forbid


@pytest.mark.parametrize("how", ["columns", "agents"])
def test_no_other_generator_is_asked(how: str, today: RecoveryCity, no_other_chance: Callable[..., None]) -> None:
    city = RecoveryCity(scenario(*KINDS), rng=SEED, how=how, foundation=today.foundation)
    no_other_chance(city)
    with pytest.raises(AssertionError):
        random.random()
    with pytest.raises(AssertionError):
        np.random.default_rng()
    with pytest.raises(AssertionError):
        city.random.shuffle([1, 2])
    city.run_for(10)
    assert city.week == 10 and len(city.outcomes().events) > 0


def _offences(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        at = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            names = [a.name for a in node.names]
            if any(m.split(".")[0] in ("random", "secrets") or m.startswith("numpy.random") for m in modules):
                yield f"{at} imports {modules}"
            if isinstance(node, ast.ImportFrom) and node.module == "numpy" and "random" in names:
                yield f"{at} imports numpy.random"
        if isinstance(node, ast.Attribute) and node.attr in ("random", "rng", "default_rng", "RandomState"):
            yield f"{at} uses .{node.attr}"
        if isinstance(node, ast.Attribute) and node.attr in ("shuffle", "shuffle_do"):
            yield f"{at} uses .{node.attr}"


def test_no_other_generator_is_written_in_the_model() -> None:
    """No np.random, random, model.random or model.rng in what lives the week."""
    paths = []
    for folder in ("core", "city", "processes", "interventions", "model"):
        paths += sorted((ROOT / "contagion" / folder).glob("*.py"))
    assert len(paths) > 25
    assert [offence for path in paths for offence in _offences(path)] == []


def test_the_lint_finds_what_it_looks_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    for number, line in enumerate(
        ("import random", "from numpy.random import default_rng", "from numpy import random", "np.random.rand(3)",
         "self.model.random.choice([1])", "self.rng.normal()")
    ):  # fmt: skip
        path = tmp_path / f"line{number}.py"
        path.write_text(line)
        assert list(_offences(path)), line


# The same hash whoever computes it

STUDY = """
extends = "first_comparison"
[city]
population = 600
[time]
years = 0.3
[interventions.champions]
start = 0.0
[interventions.linkage]
start = 0.0
[interventions.housing]
start = 0.0
[study]
replicates = 3
"""

COMPARE = """
import json, sys
import contagion as ct
from contagion.report.figures.figure import Panel

Panel.svg = lambda panel, prefix: "<svg></svg>"  # hashes are of numbers; drawing takes most of the time
if __name__ == "__main__":
    done = ct.compare(sys.argv[1], workers=int(sys.argv[2]), out=sys.argv[3], progress=False)
    print(json.loads((done.directory / "manifest.json").read_text())["content_hash"])
"""


def test_one_hash_for_any_workers_and_any_hash_seed(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(STUDY)
    (tmp_path / "compare.py").write_text(COMPARE)
    running = [
        subprocess.Popen(
            [sys.executable, "compare.py", "study.toml", str(workers), f"out-{hash_seed}"], cwd=tmp_path, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": hash_seed},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for workers, hash_seed in ((2, "1"), (1, "4242"))
    ]  # fmt: skip
    here = ct.compare(tmp_path / "study.toml", workers=1, out=tmp_path / "here", progress=False)
    said = [process.communicate(timeout=300) for process in running]
    assert not any(process.returncode for process in running), said
    hashes = [here.results.manifest["content_hash"], *(out.split()[-1] for out, _ in said)]
    assert len(set(hashes)) == 1 and len(hashes[0]) == 64


def test_another_seed_is_another_history(today: RecoveryCity) -> None:
    other = RecoveryCity(scenario(), rng=SEED + 1, foundation=replace(today.foundation))
    other.run_for(20)
    here = today.outcomes().timeline.iloc[:21]
    assert not here.reset_index(drop=True).equals(other.outcomes().timeline.reset_index(drop=True))
