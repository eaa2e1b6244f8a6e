"""One or everyone: agents one by one, in any order, live the very history that columns live all at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from rearrange import bonds_by_person, columns_by_person, same_columns, same_history

import contagion as ct
from contagion.config.layers import shipped_names
from contagion.model.agents import RecoveryCity
from contagion.model.person import Person
from contagion.processes.week import LIVE
from contagion.vocabulary import ACTIVE

PEOPLE, WEEKS = 2000, 104
SMALL = {"city.population": PEOPLE, "time.years": WEEKS / 52}


class InAnyOrder(RecoveryCity):
    """A city whose agents live the week in another order each time."""

    def live(self) -> None:
        self.agents.shuffle_do("live")


def _shipped() -> dict[str, Any]:
    """Every shipped config and every scenario of its study; interventions start early, so that they act."""
    found: dict[str, Any] = {}
    for config in sorted(shipped_names()):
        names = ct.load(config).interventions
        early = {f"interventions.{name}.start": 0.25 for name in names}
        for name, scenario in ct.variants(ct.load(config, **SMALL, **early)).items():
            found[f"{config}: {name}"] = scenario
    return found


SHIPPED = _shipped()


def test_every_shipped_config_is_here() -> None:
    assert {name.split(":")[0] for name in SHIPPED} == set(shipped_names()) and len(SHIPPED) > 6


@pytest.mark.parametrize("name", SHIPPED)
def test_agents_and_columns_live_the_same_history(name: str) -> None:
    """104 weeks of 2,000 people; every second config lets the agents live in a new order each week."""
    scenario = SHIPPED[name]
    assert scenario.weeks == WEEKS and scenario.city.population == PEOPLE
    kind = InAnyOrder if list(SHIPPED).index(name) % 2 else RecoveryCity
    everyone = RecoveryCity(scenario, rng=11)
    one_by_one = kind(scenario, rng=11, how="agents", foundation=everyone.foundation)
    everyone.run_for(WEEKS)
    one_by_one.run_for(WEEKS)
    assert len(one_by_one.agents) == everyone.foundation.ties.people
    assert len(everyone.outcomes().events) > 50, "a history in which nothing happens proves nothing"
    assert everyone.columns["stage"].tobytes() == one_by_one.columns["stage"].tobytes()
    assert all(
        values.dtype == one_by_one.columns[column].dtype and values.tobytes() == one_by_one.columns[column].tobytes()
        for column, values in everyone.columns.items()
    )
    assert (everyone.web.bonds == one_by_one.web.bonds).all()
    same_history(everyone, one_by_one)


NULLS = ("contagion_off", "spontaneous_only", "barriers_only", "relapse_contagion_only", "homophily_only")


@pytest.mark.parametrize("null_model", NULLS)
def test_null_models_both_ways(null_model: str) -> None:
    scenario = ct.load("baseline", **{"city.population": 1000, "time.years": 0.5, "null_model": null_model})
    everyone = RecoveryCity(scenario, rng=2)
    one_by_one = InAnyOrder(scenario, rng=2, how="agents", foundation=everyone.foundation)
    for city in (everyone, one_by_one):
        city.run_for(16)
    same_history(everyone, one_by_one)


@pytest.fixture(scope="module")
def baseline() -> tuple[Any, Any]:
    scenario = ct.load("baseline", **{"city.population": 1000, "time.years": 1.0})
    return scenario, RecoveryCity(scenario, rng=6).foundation


class Sober(Person):
    """Nobody falls into active addiction, and whoever is in it starts at once."""

    def onset(self) -> None:
        pass

    def relapse(self) -> None:
        pass

    def starting(self) -> None:
        self.started = int(self.stage == ACTIVE)
        if self.started:
            self.stage, self.spell, self.attempts = 2, 0, self.attempts + 1


def test_a_behaviour_can_be_overridden(baseline: tuple[Any, Any]) -> None:
    scenario, base = baseline
    assert all(hasattr(Person, process.name) for process in LIVE)
    city = RecoveryCity(scenario, rng=6, how="agents", foundation=base, person=Sober)
    assert all(type(person) is Sober for person in city.agents)
    city.run_for(3)
    out = city.outcomes()
    assert out.timeline["active"].iloc[1:].eq(0).all() and out.timeline["relapses"].sum() == 0
    assert not (city.columns["stage"] == ACTIVE).any()
    through = ct.simulate(scenario.model_copy(update={"time": scenario.time.model_copy(update={"years": 0.06})}), 6,
                          how="agents", foundation=base, person=Sober)  # fmt: skip
    assert through.timeline["active"].iloc[-1] == 0


def test_overriding_one_person_leaves_unconcerned_people_as_they_are(baseline: tuple[Any, Any]) -> None:
    """A behaviour that is overridden with itself changes nothing, and each behaviour runs once a week."""
    scenario, base = baseline
    calls: list[int] = []

    class Counted(Person):
        def relapse(self) -> None:
            calls.append(int(self.uid))
            super().relapse()

    plain = RecoveryCity(scenario, rng=6, foundation=base)
    counted = RecoveryCity(scenario, rng=6, how="agents", foundation=base, person=Counted)
    plain.run_for(4)
    counted.run_for(4)
    same_columns(columns_by_person(plain), columns_by_person(counted))
    assert bonds_by_person(plain) == bonds_by_person(counted)
    assert np.bincount(calls).max() == 4 and len(calls) == 4 * base.lived


def test_a_person_reads_as_one_row(baseline: tuple[Any, Any]) -> None:
    scenario, base = baseline
    city = RecoveryCity(scenario, rng=6, foundation=base)
    people = list(city.agents)
    assert len(people) == base.ties.people
    assert [person.stage for person in people[: base.lived]] == city.columns["stage"].tolist()
    assert "citizen" in repr(people[-1]) and str(people[0].uid) in repr(people[0])
    with pytest.raises(AttributeError, match="lived experience"):
        _ = people[-1].stage
    assert np.ndim(people[0].draw("relapse")) == 0
    assert people[3].draw("relapse") == city.lived.draw("relapse")[3]


def test_another_way_of_running_is_refused() -> None:
    with pytest.raises(ValueError, match="columns"):
        RecoveryCity(ct.load("baseline", **{"city.population": 100}), how="both")
