"""RecoveryCity as Mesa's users know a model: it ends, collects, runs in batches; and people of one's own are asked."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pytest
from conftest import ROOT
from mesa.batchrunner import batch_run

import contagion as ct
from contagion.city.columns import COLUMNS
from contagion.core.errors import Advice
from contagion.model.outcomes import MEASURES
from contagion.processes.week import LIVE
from contagion.vocabulary import ACTIVE, EARLY

TINY = {"city.population": 300, "time.years": 0.25}


def test_run_model_ends_with_the_scenario() -> None:
    city = ct.RecoveryCity("baseline", rng=1, **TINY)
    assert city.running and city.week == city.steps == 0
    city.run_model()
    assert not city.running and city.week == city.steps == city.time == 13 == city.scenario.weeks
    city.run_model()
    assert city.week == 13, "what has ended stays ended"
    city.run_for(2)
    assert city.week == 15 and not city.running, "further weeks are lived when they are asked for"


@pytest.mark.parametrize("how", ["columns", "agents"])
def test_running_ends_whoever_counts_the_weeks(how: str) -> None:
    city = ct.RecoveryCity("baseline", rng=1, how=how, **TINY)
    city.run_for(12)
    assert city.running
    city.step()
    assert not city.running
    until = ct.RecoveryCity("baseline", rng=1, how=how, **TINY)
    until.run_until(13)
    assert until.week == 13 and until.outcomes() == city.outcomes()


def test_the_collector_holds_every_outcome_of_every_week() -> None:
    city = ct.RecoveryCity("baseline", rng=1, **TINY)
    city.run_model()
    collected = city.datacollector.get_model_vars_dataframe()
    assert list(collected.columns) == list(MEASURES)
    assert (collected.to_numpy() == city.outcomes().timeline.to_numpy()).all()


def test_collecting_once_more_notes_no_week_twice() -> None:
    """As in Mesa's own tutorial, where the model's user collects."""
    city = ct.RecoveryCity("baseline", rng=1, **TINY)
    while city.running:
        city.step()
        city.datacollector.collect(city)
    assert len(city.datacollector.get_model_vars_dataframe()) == 14


def test_a_collector_of_ones_own_is_ones_own_to_fill() -> None:
    class Own(ct.RecoveryCity):
        def __init__(self, *given: Any, **more: Any) -> None:
            super().__init__(*given, **more)
            self.datacollector = mesa.DataCollector(
                model_reporters={"hopeful": lambda city: float((city.people["hope"] > 0.5).mean())},
                agent_reporters={"age": "age"},
            )

        def step(self) -> None:
            super().step()
            self.datacollector.collect(self)

    city = Own("baseline", rng=1, **TINY)
    city.run_model()
    assert len(city.datacollector.get_model_vars_dataframe()) == 13
    assert len(city.datacollector.get_agent_vars_dataframe()) == 13 * len(city.agents)


def batch(**more: Any) -> list[dict[str, Any]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return batch_run(ct.RecoveryCity, display_progress=False, **more)


def test_a_batch_over_scenarios_and_seeds() -> None:
    scenarios = [ct.load("baseline", **TINY), ct.load("baseline", null_model="contagion_off", **TINY)]
    rows = batch(parameters={"scenario": scenarios}, rng=[1, 2])
    assert len(rows) == 4 and {row["Step"] for row in rows} == {13}
    for row in rows:
        out = ct.simulate(row["scenario"], row["rng"])
        assert all(row[name] == out.timeline[name].iloc[-1] for name in MEASURES)


def test_a_batch_over_dotted_parameters_of_a_shipped_config() -> None:
    asked = {"scenario": "baseline", "starting.friend": [0.0, 0.3], "how": "columns", **TINY}
    rows = batch(parameters=asked, rng=np.array([5]), data_collection_period=1)
    assert len(rows) == 2 * 14 and {row["starting.friend"] for row in rows} == {0.0, 0.3}


def test_a_batch_that_asks_for_iterations_draws_a_seed_for_each() -> None:
    rows = batch(parameters={"scenario": "baseline", **TINY, "city.population": 3000}, iterations=2)
    assert len(rows) == 2 and any(rows[0][name] != rows[1][name] for name in MEASURES)


def test_a_batch_in_processes_of_its_own(tmp_path: Path) -> None:
    code = (
        "import contagion as ct\nfrom mesa.batchrunner import batch_run\n"
        "if __name__ == '__main__':\n"
        f"    asked = dict(scenario='baseline', **{TINY!r})\n"
        "    rows = batch_run(ct.RecoveryCity, asked, number_processes=2, rng=[1, 2], display_progress=False)\n"
        "    print(sorted(row['rng'] for row in rows))\n"
    )
    (tmp_path / "batch.py").write_text(code)
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "batch.py"], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300
    )
    assert ran.stdout == "[1, 2]\n", ran.stderr


def test_a_scenario_that_mesa_takes_apart_is_refused_with_the_remedy() -> None:
    """Mesa tries every item of what can be gone through; a scenario alone must stand in a list."""
    with pytest.raises(ct.ConfigError, match="in a list of its own"):
        batch(parameters={"scenario": ct.load("baseline", **TINY)}, rng=[1])


@pytest.mark.parametrize("rng", [None, np.random.default_rng(3), np.random.SeedSequence(3), np.int64(7), 7])
def test_what_mesa_takes_as_rng(rng: Any) -> None:
    city = ct.RecoveryCity("baseline", rng=rng, **TINY)
    again = ct.RecoveryCity("baseline", rng=city.seed_, **TINY)
    city.run_for(2)
    again.run_for(2)
    assert type(city.seed_) is int and city.outcomes() == again.outcomes()


def test_the_scenario_of_the_model_is_the_one_that_was_given() -> None:
    scenario = ct.load("baseline", null_model="contagion_off", **TINY)
    city = ct.RecoveryCity(scenario)
    assert city.scenario is scenario and city.scenario_.starting.friend == 0.0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"how": "colums"}, 'how is "colums"; it must be one of "columns", "agents"; did you mean columns'),
        ({"seed": 3}, "write rng in place of seed"),
        ({"rng": "x"}, "seed is .x.; it must be a whole number"),
        ({"rng": -1}, "seed is -1; it must be a whole number"),
        ({"person": int}, "give a subclass of contagion.Person"),
        ({"city.populaton": 3}, "did you mean population"),
    ],
)
def test_what_a_city_cannot_be_is_one_sentence(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ct.ConfigError, match=said):
        ct.RecoveryCity("baseline", **{**TINY, **wrong})


# People of one's own


class AtOnce(ct.Person):
    """Whoever is in active addiction starts recovery at once."""

    def starting(self) -> None:
        self.started = int(self.stage == ACTIVE)
        if self.started:
            self.stage, self.spell = EARLY, 0


def test_people_of_ones_own_are_asked_however_the_city_is_made() -> None:
    for out in (
        ct.simulate("baseline", person=AtOnce, **TINY),
        ct.simulate("baseline", 0, "agents", person=AtOnce, **TINY),
        _lived(ct.RecoveryCity("baseline", person=AtOnce, **TINY)),
        _lived(ct.RecoveryCity("baseline", person=AtOnce, how="agents", **TINY)),
    ):
        assert out.timeline["starts"].iloc[1] == out.timeline["active"].iloc[0] > 0
    assert not ct.simulate("baseline", person=ct.Person, **TINY).timeline["starts"].iloc[1] > 3


def _lived(city: ct.RecoveryCity) -> ct.Outcomes:
    city.run_model()
    return city.outcomes()


def test_people_of_ones_own_are_never_passed_over_in_silence() -> None:
    for ask in (ct.simulate, ct.RecoveryCity):
        with pytest.raises(ct.ConfigError, match='AtOnce behaves in its own way, which only how="agents" asks'):
            ask("baseline", how="columns", person=AtOnce, **TINY)


@pytest.mark.parametrize("name", sorted(COLUMNS))
@pytest.mark.parametrize(
    "what", [0.5, lambda self: 0.5, property(lambda self: 1)], ids=["number", "method", "property"]
)
def test_a_column_cannot_be_overridden(name: str, what: Any) -> None:
    with pytest.raises(TypeError, match=f"Own overrides {name}, which is a column of people .* give it another name"):
        type("Own", (ct.Person,), {name: what})


def test_a_column_cannot_be_overridden_by_a_class_beside_it() -> None:
    beside = type("Beside", (), {"hope": 0.5})
    with pytest.raises(TypeError, match="overrides hope"):
        type("Own", (beside, ct.Person), {})


@pytest.mark.parametrize("name", [one.name for one in LIVE])
@pytest.mark.parametrize("what", [None, 3, lambda self, p, chance: None, lambda: None, staticmethod(lambda: None)])
def test_a_behaviour_takes_nothing_but_self(name: str, what: Any) -> None:
    with pytest.raises(TypeError, match=f"Own.{name} must be a method that takes nothing but self; parameters are in"):
        type("Own", (ct.Person,), {name: what})


def test_a_behaviour_misspelt_is_told() -> None:
    with pytest.warns(Advice, match=r"Own\.relapses is no behaviour of the week.*did you mean relapse\?"):
        type("Own", (ct.Person,), {"relapses": lambda self: None})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        type("Own", (ct.Person,), {"friends_seen": lambda self: None, "_relapse": lambda self: None})


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("stage", "active", r'stage is "active"; it must be a whole number from 0 to 6 \(0 at_risk, 1 active'),
        ("stage", 99, "stage is 99; it must be a whole number from 0 to 6"),
        ("stage", -1, "it must be a whole number from 0 to 6"),
        ("stage", None, "stage is None; it must be a whole number"),
        ("substance", 7, r"from 0 to 2 \(0 opioid, 1 alcohol, 2 other\)"),
        ("spell", 1.7, "spell is 1.7; it must be a whole number"),
        ("hope", 3.0, "hope is 3.0; it must be a number from 0 to 1"),
        ("hope", float("nan"), "hope is nan; it must be a number from 0 to 1"),
        ("home", 2, "home is 2; it must be a whole number from 0 to 1"),
        ("attempts", 10**20, "it must be a whole number"),
        ("frailty", "much", 'frailty is "much"; it must be a number'),
    ],
)
def test_a_value_that_a_column_cannot_hold_is_refused(column: str, value: Any, said: str) -> None:
    somebody = ct.RecoveryCity("baseline", **TINY).agents[0]
    before = getattr(somebody, column)
    with pytest.raises(ValueError, match=said):
        setattr(somebody, column, value)
    assert getattr(somebody, column) == before


@pytest.mark.parametrize("value", [1, 1.0, True, np.int64(1), np.int8(1), np.float32(1), np.bool_(True)])
def test_numbers_of_numpy_and_python_are_held_alike(value: Any) -> None:
    somebody = ct.RecoveryCity("baseline", **TINY).agents[0]
    for name in COLUMNS:
        setattr(somebody, name, value)
        assert getattr(somebody, name) == 1 and type(getattr(somebody, name)) in (int, float)
