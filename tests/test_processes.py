"""One contract over all processes: declared columns, bounded values, drivers with the right sign, off values that work."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from contagion.api import simulate
from contagion.city.columns import COLUMNS, PERSON
from contagion.core.parameters import declared
from contagion.core.people import Column, empty
from contagion.interventions.base import REGISTRY
from contagion.model.agents import Person, RecoveryCity
from contagion.model.scenario import NULL_MODELS, Scenario, sections
from contagion.processes import capital, groups, relapse, starting, stigma, treatment, visibility
from contagion.processes.week import LIVE, SETTLE
from contagion.report.declarations import week_in_words
from contagion.vocabulary import ACTIVE, EARLY

SMALL = {"population": 400, "neighbourhoods": 3}


def small(**tables: object) -> Scenario:
    return Scenario(city=SMALL, time={"years": 0.1}, **tables)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def week() -> list[tuple[str, str, str, str, str]]:
    return week_in_words()


def test_every_process_is_declared_and_documented(week: list[tuple[str, str, str, str, str]]) -> None:
    assert [name for phase, name, *_ in week if phase == "live"] == [p.name for p in LIVE]
    for _, name, doc, reads, writes in week:
        assert doc, name
        assert set(reads.split()) | set(writes.split()) <= set(COLUMNS), name
    for process in LIVE:
        assert callable(getattr(Person, process.name))
        assert process.section in sections()
    assert {p.section for p in SETTLE} <= set(sections())


def test_every_live_process_writes_something_and_only_look_reads_signals(week: list[tuple[str, ...]]) -> None:
    for phase, name, _, reads, writes in week:
        if phase == "show":  # writes signals, which are no columns
            assert reads and not writes
        elif phase != "settle":
            assert writes, name
    looked = set(next(row for row in week if row[0] == "look")[4].split())
    for phase, name, _, _, writes in week:
        if phase == "live":
            assert not looked & set(writes.split()), f"{name} writes what only look may write"


def test_columns_are_only_float64_int8_int32_or_identity() -> None:
    assert {np.dtype(c.dtype).name for c in COLUMNS.values()} <= {"float64", "int8", "int32", "uint64"}
    assert all(isinstance(c, Column) and c.unit and c.meaning for c in COLUMNS.values())


def test_shares_stay_in_bounds_over_two_years() -> None:
    city = RecoveryCity(Scenario(city={"population": 1500}), rng=5)
    city.run_for(104)
    for name, column in COLUMNS.items():
        values = city.columns[name]
        assert np.isfinite(values).all(), name
        if column.unit in ("0..1", "0/1"):
            assert values.min() >= 0 and values.max() <= 1, name


GRID = np.linspace(0.05, 1.0, 9)


def rises(values: np.ndarray) -> bool:
    return bool((np.diff(values) > 0).all())


def falls(values: np.ndarray) -> bool:
    return bool((np.diff(values) < 0).all())


def over(rule: Any, p: Any, name: str, grid: np.ndarray, *more: Any, **person: Any) -> np.ndarray:
    """What a rule says of a person in ordinary circumstances as one column of theirs takes the values of a grid."""
    usual = {column: 0.5 if declared_.unit == "0..1" else 0 for column, declared_ in COLUMNS.items()}
    usual |= {
        "frailty": 1.0,
        "age": 40.0,
        "group": -1,
        "linked": 1.0,
        "invited": 0.0,
        "stage": ACTIVE,
        "in_care": 5200,
        **person,
    }
    return np.array([rule(SimpleNamespace(**(usual | {name: x})), *more, p) for x in grid.tolist()])


def test_drivers_have_the_right_sign() -> None:
    p = Scenario()
    for channel in ("family", "friend", "weak", "in_group", "event", "allies"):
        assert rises(over(starting.start_rate, p.starting, channel, GRID)), channel
    assert rises(over(starting.start_rate, p.starting, "personal", GRID))
    assert rises(over(starting.start_rate, p.starting, "hope", GRID))
    assert falls(over(starting.start_rate, p.starting, "internalised", GRID))
    assert falls(over(starting.start_rate, p.starting, "barriers", GRID))
    assert rises(starting.reinforced(GRID, 1.0, 2.0)) and falls(starting.reinforced(1.0, GRID, 2.0))
    well = {"stage": EARLY, "spell": 60}
    for strains in ("frailty", "using_near", "internalised", "barriers", "shock"):
        assert rises(over(relapse.relapse_rate, p.relapse, strains, GRID, **{"shock": 0.5, **well})), strains
    for protects in ("personal", "recovering_near", "home", "housed", "hope", "connectedness", "meaning", "champion"):
        assert falls(over(relapse.relapse_rate, p.relapse, protects, GRID, **well)), protects
    assert falls(over(relapse.relapse_rate, p.relapse, "social", GRID, **well, shock=1.0))
    assert falls(over(relapse.relapse_rate, p.relapse, "attempts", np.arange(8), **well))
    in_group = over(relapse.relapse_rate, p.relapse, "group", np.array([-1, 3]), **well)
    assert falls(in_group)
    assert rises(over(groups.join_hazard, p.groups, "treatment", np.array([0, 2])))
    assert rises(capital.grown(0.3, 0.9, GRID, 0.2, p.capital)) and falls(capital.grown(0.3, 0.9, 0.5, GRID, p.capital))
    assert rises(stigma.pull(GRID[:-1], 3.0)) and falls(stigma.leans(0.6, GRID, 0.0, p.stigma))
    assert rises(stigma.leans(0.6, 0.0, GRID, p.stigma))
    assert falls(over(treatment.seek_rate, p.treatment, "internalised", GRID))
    readiness = over(visibility.ready, p.visibility, "identity", GRID, stage=EARLY)
    assert rises(readiness) and falls(over(visibility.ready, p.visibility, "norm", GRID, stage=EARLY))
    person = SimpleNamespace(stage=EARLY, visibility=0, group=-1)
    assert rises(np.array([visibility.disclosing(person, x, p.visibility) for x in GRID]))
    person.visibility = 2
    assert falls(np.array([visibility.concealing(person, x, p.visibility) for x in -GRID[::-1]]))


def test_a_wish_to_join_rises_with_sociability_and_linkage() -> None:
    """In a process, where the hazard is not a rule of its own: who joins under less also joins under more."""
    p, one = Scenario().groups.numbers, np.uint64(1)
    for name in ("sociability", "linked"):
        joined = []
        for x in GRID.tolist():
            table = empty(4000, PERSON)
            table["uid"], table["stage"], table["group"] = np.arange(4000), EARLY, -1
            table["sociability"], table["linked"] = 0.5, 1.0
            table[name] = 20.0 * x
            groups.attend.everyone(table, p, one, one)
            joined.append(table["joining"] == 1)
        assert all((less <= more).all() for less, more in itertools.pairwise(joined)), name
        assert joined[-1].sum() > joined[0].sum() + 50, name


def test_nobody_outside_a_stage_has_its_hazard() -> None:
    """By the rules where they ask for the stage, and by the processes: at certain hazards who else is left alone."""
    certain = 52.0 * 800.0
    starts = Scenario().starting.model_copy(update={"spontaneous": certain})
    relapses = Scenario().relapse.model_copy(update={"rate": certain})
    for process, p, moved in ((starting.starting, starts, [1]), (relapse.relapse, relapses, [2, 3, 4])):
        for spell in (60, 0):
            table = empty(7, PERSON)
            table["stage"], table["spell"], table["uid"] = np.arange(7), spell, np.arange(7)
            process.everyone(table, p.numbers, np.uint64(1), np.uint64(1))
            never = process is relapse.relapse and spell == 0  # never in the week of the start
            assert np.flatnonzero(table["stage"] != np.arange(7)).tolist() == ([] if never else moved)
    assert not any(treatment.can_seek(SimpleNamespace(stage=stage, custody=1)) for stage in range(7))
    assert [stage for stage in range(7) if treatment.can_seek(SimpleNamespace(stage=stage, custody=0))] == [1]
    visible = (SimpleNamespace(stage=stage, visibility=0, group=-1) for stage in range(7))
    hazards = [visibility.disclosing(who, 1.0, Scenario().visibility) > 0 for who in visible]
    assert np.flatnonzero(hazards).tolist() == [2, 3, 4]


@pytest.mark.parametrize("name", sorted(sections()))
def test_every_section_runs_at_both_ends_of_its_ranges(name: str) -> None:
    if name in ("city", "time", "study"):
        return
    for end in ("low", "high"):
        values = {d.name: getattr(d, end) for d in declared(sections()[name]) if getattr(d, end) is not None}
        kind = {d.name: type(d.default) for d in declared(sections()[name])}
        table = {key: kind[key](value) for key, value in values.items()}
        if name == "start":
            table = {
                k: v for k, v in table.items() if "per_1000" not in k and not k.startswith(("recovery", "at_risk"))
            }
        if name == "justice":
            table["probation"] = 0.0
        if name == "capital":
            table["floor"] = 0.0
        if name == "entry":
            table = {"rate_per_1000": min(table["rate_per_1000"], 20.0)}
        city = RecoveryCity(small(**{name: table}), rng=2)
        city.run_for(4)
        for column, array in city.columns.items():
            assert np.isfinite(array).all(), (name, end, column)


def test_off_values_switch_off() -> None:
    """Every hazard at its off value: nobody changes stage, but by time alone."""
    off: dict[str, dict[str, object]] = {}
    for name, table in sections().items():
        for d in declared(table):
            if d.off is not None and name in (
                "onset",
                "entry",
                "starting",
                "relapse",
                "deaths",
                "treatment",
                "justice",
            ):
                off.setdefault(name, {})[d.name] = d.off
    city = RecoveryCity(Scenario(city={"population": 2000}, **off), rng=1)  # type: ignore[arg-type]
    before = city.columns["stage"].copy()
    city.run_for(30)
    moved = before != city.columns["stage"]
    assert (city.columns["stage"][moved] > before[moved]).all()
    assert set(city.events.frame()["event"]) <= {"progress"}


@pytest.mark.parametrize("null", sorted(NULL_MODELS))
def test_null_models_run_and_name_no_inspirer(null: str) -> None:
    out = simulate(Scenario(city={"population": 3000}, time={"years": 1.0}, null_model=null), seed=2)  # type: ignore[arg-type]
    starts = out.events[out.events["event"] == "start"]
    assert len(starts) > 0
    if null != "none":
        assert (starts["source"] == -1).all()
    else:
        assert (starts["source"] >= 0).any()


@pytest.mark.parametrize("kind", sorted(REGISTRY))
def test_every_intervention_reaches_people_and_then_withdraws(kind: str) -> None:
    table = {"kind": kind, "start": 0.0, "stop": 0.5, "ramp_up": 0.0, "reach": 20.0, "places": 30.0}
    out = simulate(Scenario(city={"population": 3000}, time={"years": 1.0}, interventions={"it": table}), seed=1)
    ledger = out.ledger
    assert ledger["used"].max() > 0 and (ledger["used"] <= ledger["places"]).all()
    assert (ledger.loc[ledger["week"] >= 26, ["used", "waiting", "places", "cost"]] == 0).all().all()


def test_a_copied_table_has_numbers_of_its_own() -> None:
    """Also once its numbers have been read: a null model, and any other changed copy, is not what it was copied from."""
    table = Scenario().relapse
    assert table.numbers["rate"] == 0.0
    other = table.model_copy(update={"rate": 9.0})
    assert (other.rate, other.numbers["rate"], table.numbers["rate"]) == (9.0, 9.0, 0.0)
    whole = Scenario(null_model="contagion_off")
    assert whole.starting.numbers["friend"] > 0.0 == whole.effective().starting.numbers["friend"]
    fresh = Scenario(null_model="contagion_off")
    assert fresh == whole and fresh.relapse == table, "what has been read is still the same scenario"
