"""One or everyone: agents one by one, in any order, live the very history that columns live all at once.

And each process is one function: in plain Python, compiled for one person, compiled for a table, to the bit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from rearrange import same_history

import contagion as ct
from contagion.city.columns import COLUMNS
from contagion.config.layers import shipped_names
from contagion.core.chance import Chance, uniform
from contagion.core.parameters import declared
from contagion.core.people import Row, parameter_record
from contagion.core.process import Process
from contagion.model.agents import Person, RecoveryCity
from contagion.model.scenario import sections
from contagion.model.simulation import LivingCity
from contagion.processes.relapse import relapse_rate
from contagion.processes.week import LIVE
from contagion.vocabulary import ACTIVE, in_recovery

PEOPLE, WEEKS = 2000, 104
SMALL = {"city.population": PEOPLE, "time.years": WEEKS / 52}


class InAnyOrder(RecoveryCity):
    """A city whose agents live the week in another order each time."""

    def agents_live(self) -> None:
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


class EverythingKept(LivingCity):
    """Everyone at once, and all is kept that people with behaviours of their own might look at."""

    of_its_own = True


def same_as_by_the_processes(city: RecoveryCity) -> None:
    """Whose people have behaviours of their own, which say the same as the processes: the same history as without.

    With such people everything is kept that they might look at; without them a column that nothing reads stays 0.
    """
    columns = EverythingKept(city.given_scenario, city.seed_, foundation=city.foundation)
    usual = RecoveryCity(city.given_scenario, city.seed_, foundation=city.foundation)
    assert city.of_its_own and columns.of_its_own and not usual.of_its_own and columns.how == "columns"
    for other in (columns, usual):
        other.run_for(city.week)
    same_history(city, columns)
    assert usual.alive == LIVE and not usual.people["recovering_any"].any() and city.people["recovering_any"].any()
    usual.people["recovering_any"] = city.people["recovering_any"]
    same_history(city, usual)


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
    through = ct.simulate(
        scenario.model_copy(update={"time": scenario.time.model_copy(update={"years": 0.06})}),
        6,
        how="agents",
        foundation=base,
        person=Sober,
    )
    assert through.timeline["active"].iloc[-1] == 0


def test_overriding_one_person_leaves_unconcerned_people_as_they_are(baseline: tuple[Any, Any]) -> None:
    """A behaviour that is overridden with itself changes nothing, and each behaviour runs once a week."""
    scenario, base = baseline
    calls: list[int] = []

    class Counted(Person):
        def relapse(self) -> None:
            calls.append(int(self.uid))
            super().relapse()

    counted = RecoveryCity(scenario, rng=6, how="agents", foundation=base, person=Counted)
    counted.run_for(4)
    same_as_by_the_processes(counted)
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
    assert people[3].draw("relapse") == uniform(6, "relapse", 0, city.people["uid"])[3]
    assert [p.happens("nap", 0.7) for p in people] == (uniform(6, "nap", 0, city.uid) < -np.expm1(-0.7)).tolist()


def test_every_column_is_an_attribute_that_reads_and_writes_the_table(baseline: tuple[Any, Any]) -> None:
    """Also where a column has a name that an agent might want for itself (`record`, `group`)."""
    scenario, base = baseline
    city = RecoveryCity(scenario, rng=6, foundation=base)
    somebody, citizen = city.agents[5], city.agents[base.ties.people - 1]
    for name, column in COLUMNS.items():
        read = getattr(somebody, name)
        assert type(read) in (int, float) and read == city.columns[name][5], name
        setattr(somebody, name, 1)
        assert (
            city.people[name][5] == 1
            and getattr(somebody, name) == 1
            and (city.people[name][6] == base.people[name][6])
        )
        if column.everyone:
            setattr(citizen, name, 1)
            assert city.public_people[name][-1] == 1 and getattr(citizen, name) == 1, name
        else:
            with pytest.raises(AttributeError, match="lived experience"):
                getattr(citizen, name)


def test_another_way_of_running_is_refused() -> None:
    with pytest.raises(ValueError, match="columns"):
        RecoveryCity(ct.load("baseline", **{"city.population": 100}), how="both")


# Behaviours in plain Python


class Plainly(Person):
    """Every behaviour overridden by its process in plain Python."""


def _plainly(process: Process) -> Any:
    def behave(self: Person) -> None:
        process.plain(self, Row(self.model.records[process.section]), self.model.chance)

    return behave


for _process in LIVE:
    setattr(Plainly, _process.name, _plainly(_process))


class Rewritten(Person):
    """One behaviour written anew, as a user would."""

    def relapse(self) -> None:
        rate = relapse_rate(self, self.model.scenario_.relapse)
        if in_recovery(self.stage) and self.spell >= 1 and self.happens("relapse", rate):
            self.stage = ACTIVE
            self.spell = 0


@pytest.mark.parametrize("person", [Plainly, Rewritten])
def test_a_behaviour_overridden_by_the_same_in_plain_python_changes_nothing(person: type[Person]) -> None:
    busy = {"start.early_per_1000": 160.0, "relapse.scale": 4.0, "homes.lost_active": 2.0, "stigma.pace": 4.0}
    scenario = ct.load("baseline", **{"city.population": 400, "time.years": 1.0, **busy})
    city = RecoveryCity(scenario, rng=8, how="agents", person=person)
    city.run_for(16)
    assert city.outcomes().timeline["relapses"].sum() > 5
    same_as_by_the_processes(city)


# One function, three ways to live it


@pytest.fixture(scope="module")
def lived_in() -> RecoveryCity:
    """A year and a quarter of a small city in which much happens, with all interventions at work."""
    many = {
        f"start.{name}_per_1000": 60.0 for name in ("opioid_active", "alcohol_active", "early", "sustained", "stable")
    }
    early = {f"interventions.{name}.start": 0.0 for name in ct.load("first_comparison").interventions}
    changed = {"city.population": 800, "time.years": 2.0, "starting.tie_rate": 0.1, "entry.rate_per_1000": 10.0}
    city = RecoveryCity(ct.variants(ct.load("first_comparison", **many, **early, **changed))["all_three"], rng=3)
    city.run_for(65)
    return city


def often(section: str, city: RecoveryCity) -> Any:
    """The parameters of a section with every hazard a hundred times as high, so that in a few weeks everything happens."""
    numbers = city.records[section]
    yearly = {one.name for one in declared(sections()[section]) if "year" in one.unit and "age" not in one.unit}
    assert numbers.dtype.names
    values = {name: numbers[name].item() * (100.0 if name in yearly else 1.0) for name in numbers.dtype.names}
    return parameter_record(values)


def shuffled(table: np.ndarray) -> np.ndarray:
    """The same values of each column, given to other people."""
    rng, made = np.random.default_rng(4), table.copy()
    for name in (name for name in table.dtype.names or () if name != "uid"):
        made[name] = rng.permutation(table[name])
    return made


def three_ways(process: Process, table: np.ndarray, p: Any, seed: int, week: int) -> np.ndarray:
    """The table after the process, in plain Python; an AssertionError if compiled it differs in any bit."""
    plain, one, everyone = table.copy(), table.copy(), table.copy()
    chance = Chance(np.uint64(seed), np.uint64(week))
    for i in range(table.size):
        process.plain(Row(plain[i]), Row(p), chance)
        process.one(one[i], p, *chance)
    process.everyone(everyone, p, *chance)
    for name in plain.dtype.names or ():
        for how, other in (("one", one), ("everyone", everyone)):
            same = plain[name].tobytes() == other[name].tobytes()
            assert same, f"{process.name}, week {week}: {name} differs for {(plain[name] != other[name]).sum()} ({how})"
    return plain


@pytest.mark.parametrize("process", LIVE, ids=lambda process: process.name)
def test_plain_one_and_everyone_are_the_same_to_the_bit(process: Process, lived_in: RecoveryCity) -> None:
    """Over a city as it is, and over people who have each column of somebody else, at any stage and edge of a spell."""
    assert lived_in.lived_rows > 250
    mixed = shuffled(lived_in.people)
    mixed["spell"][::3] = np.resize([0, 1, 4, 5, 13, 14, 51, 52, 53, 156, 157, 259, 260, 261], mixed["spell"][::3].size)
    mixed["stage"] = np.resize(np.arange(7), mixed.size)
    mixed["group_kind"] = np.resize(np.arange(-1, 8), mixed.size)
    for name, value in (
        ("probation", 20),
        ("under_court", 9),
        ("allies", 3),
        ("family_allies", 1),
        ("practitioner_allies", 1),
    ):
        mixed[name][::4] = value
    for table in (lived_in.people, mixed, *([lived_in.public_people[:300]] if process.public else [])):
        changed = 0
        for p in (lived_in.records[process.section], often(process.section, lived_in)):
            for week in (66, 67, 520, 5199):
                after = three_ways(process, table, p, 3 + 2**40 * (week % 2), week)
                changed += sum(int((after[name] != table[name]).sum()) for name in table.dtype.names or ())
        assert changed > 10 or table is lived_in.people, f"{process.name} changes nobody: that proves nothing"


def test_the_comparison_of_three_ways_can_fail(lived_in: RecoveryCity) -> None:
    relapse = next(process for process in LIVE if process.name == "relapse")

    class Otherwise(Process):
        """Compiled from another function than the plain one."""

        one, everyone = staticmethod(relapse.one), staticmethod(relapse.everyone)

    def never(who: Any, p: Any, chance: Any) -> None:
        pass

    other = Otherwise(never, relapse.switch, relapse.public, relapse.every, relapse.derived)
    with pytest.raises(AssertionError, match="stage differs"):
        three_ways(other, lived_in.people, often("relapse", lived_in), 3, 66)
