"""One contract over all processes: declared columns, bounded values, drivers with the right sign, off values that work."""

from __future__ import annotations

import numpy as np
import pytest
from contagion.core.columns import Column
from contagion.model.person import COLUMNS, Person

from contagion.core.parameters import declared
from contagion.interventions.base import REGISTRY
from contagion.model.agents import RecoveryCity, simulate
from contagion.model.scenario import NULL_MODELS, Scenario, sections
from contagion.processes import capital, groups, relapse, starting, stigma, treatment, visibility
from contagion.processes.week import LIVE, SETTLE
from contagion.report.declarations import traced_week

SMALL = {"population": 400, "neighbourhoods": 3}


def small(**tables: object) -> Scenario:
    return Scenario(city=SMALL, time={"years": 0.1}, **tables)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def week() -> list[tuple[str, str, str, str, str]]:
    return traced_week()


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
    for phase, name, _, _, writes in week:
        if phase != "settle":
            assert writes, name
    looked = set(next(row for row in week if row[0] == "look")[4].split())
    for phase, name, _, _, writes in week:
        if phase == "live":
            assert not looked & set(writes.split()), f"{name} writes what only look may write"


def test_columns_are_only_float64_int8_int32_or_identity() -> None:
    assert {c.dtype.name for c in COLUMNS.values()} <= {"float64", "int8", "int32", "uint64"}
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


def test_drivers_have_the_right_sign() -> None:
    one = np.int8(1)
    assert rises(starting.start_rate(one, 0, GRID, 0.0, 0.3)) and rises(starting.start_rate(one, 0, 1.0, GRID, 0.3))
    assert rises(starting.reinforced(one, GRID, 1.0, 2.0)) and falls(starting.reinforced(one, 1.0, GRID, 2.0))
    assert rises(relapse.relapse_rate(np.int8(3), 60, GRID, 1.0, 0.0, 0.0))
    assert rises(relapse.relapse_rate(np.int8(3), 60, 1.0, GRID, 0.0, 0.0))
    assert rises(relapse.relapse_rate(np.int8(3), 60, 1.0, 1.0, GRID, 0.0))
    assert rises(groups.joining_rate(-1, 0, 1.0, 0.5, GRID)) and rises(groups.joining_rate(-1, 0, 1.0, GRID, 1.0))
    assert rises(capital.finds(np.int8(3), np.int8(0), 0, 1.0, GRID))
    assert rises(stigma.pull(GRID[:-1], 3.0)) and falls(stigma.leans(0.6, GRID, 0.0, 0.3, 0.0))
    assert rises(stigma.leans(0.6, 0.0, GRID, 0.0, 0.3))
    assert rises(treatment.seeking(one, np.int8(0), 0, GRID, 0.0))
    assert rises(visibility.shows_more(np.int8(3), np.int8(0), False, GRID, 1.0))
    assert falls(visibility.shows_less(np.int8(2), -GRID[::-1], 1.0))


def test_nobody_outside_a_stage_has_its_hazard() -> None:
    stage = np.arange(7, dtype=np.int8)
    assert list(np.flatnonzero(starting.start_rate(stage, 0, 1.0, 0.0, 0.3))) == [1]
    assert list(np.flatnonzero(relapse.relapse_rate(stage, 60, 1.0, 1.0, 0.0, 0.0))) == [2, 3, 4]
    assert relapse.relapse_rate(np.int8(2), 0, 1.0, 1.0, 0.0, 5.0) == 0.0  # never in the week of the start


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
