"""The runner: replicates spread over the cores, each kept as soon as it is done, so that nothing is lost.

One task is one replicate: every scenario of the study lived through with one seed.
"""

from __future__ import annotations

import json
import os
import shutil
import time
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from contagion.city.foundation import found
from contagion.configuration import config_hash, plain
from contagion.core import rules
from contagion.core.draws import fold
from contagion.faults import ConfigError
from contagion.model import simulate
from contagion.outcomes import Outcomes
from contagion.scenario import Scenario
from contagion.study import store
from contagion.study.digest import content_hash, digests
from contagion.study.provenance import code_hash
from contagion.study.store import TABLES, write_table


@dataclass(frozen=True)
class Failure:
    """A replicate that did not finish."""

    replicate: int
    message: str
    trace: str = ""


class StudyFailed(RuntimeError):
    """Some replicates failed; the others are kept and a rerun goes on from them."""

    def __init__(self, failures: list[Failure], of: int, partial: Path):
        self.failures = failures
        first = failures[0]
        super().__init__(
            f"{len(failures)} of {of} replicates failed (replicate {first.replicate}: {first.message}); "
            f"the others are kept in {partial}, and the same command runs only what is missing"
        )


@dataclass(frozen=True)
class Plan:
    """What a worker needs: configs travel, not objects; `modules` define kinds of intervention of the user's own."""

    scenarios: dict[str, dict[str, Any]]
    seed: int
    partial: Path
    modules: tuple[str, ...] = ()

    def seed_of(self, replicate: int) -> int:
        """The seed that every scenario of a replicate shares."""
        return fold(self.seed, "replicate", replicate)

    def part(self, replicate: int) -> Path:
        """Where a finished replicate is kept."""
        return self.partial / f"replicate-{replicate:05d}"


def plan_of(scenarios: Mapping[str, Scenario], seed: int, partial: Path) -> Plan:
    """The plan for scenarios that share seeds."""
    kinds = {type(one) for s in scenarios.values() for one in s.interventions.values()}
    own = sorted({k.__module__ for k in kinds if not k.__module__.startswith("contagion.")})
    return Plan({name: plain(s) for name, s in scenarios.items()}, seed, partial, tuple(own))


def histories(scenarios: Mapping[str, Scenario], seed: int) -> Iterator[tuple[str, Outcomes]]:
    """Each scenario's history under one seed; scenarios with the same city share its founding."""
    foundations: dict[Any, Any] = {}
    for name, scenario in scenarios.items():
        as_lived = scenario.effective()  # a null model may change the first day too
        key = as_lived.foundation_key()
        if key not in foundations:
            foundations.clear()
            foundations[key] = found(as_lived, seed)
        yield name, simulate(scenario, seed, foundation=foundations[key])


def tables_of(outcomes: Outcomes, scenario: str, replicate: int) -> dict[str, pd.DataFrame]:
    """The stored tables of one history, with the columns scenario and replicate in front."""
    whole = {
        "outcomes": outcomes.timeline.rename_axis("week").reset_index(),
        "events": outcomes.events,
        "groups": outcomes.groups,
        "ledger": outcomes.ledger,
    }
    return {name: _labelled(table, scenario, replicate) for name, table in whole.items()}


def _labelled(table: pd.DataFrame, scenario: str, replicate: int) -> pd.DataFrame:
    words = table.select_dtypes("category").columns
    table = table.assign(**{c: table[c].astype(str) for c in words}) if len(words) else table.copy(deep=False)
    table.insert(0, "scenario", pd.array([scenario] * len(table), dtype="str"))
    table.insert(1, "replicate", replicate)
    return table


def run_replicate(plan: Plan, replicate: int) -> None:
    """Live through one replicate and keep it: tables and digests written beside and renamed."""
    began, seed = time.perf_counter(), plan.seed_of(replicate)
    scenarios = {name: Scenario.model_validate(table) for name, table in plan.scenarios.items()}
    kept: dict[str, list[pd.DataFrame]] = {name: [] for name in TABLES}
    for name, outcomes in histories(scenarios, seed):
        for table, rows in tables_of(outcomes, name, replicate).items():
            kept[table].append(rows)
    final = plan.part(replicate)
    beside = final.with_name(f"{final.name}.writing-{os.getpid()}")
    try:
        beside.mkdir(parents=True)
        found_digests = []
        for name, pieces in kept.items():
            full = [p for p in pieces if len(p)] or pieces[:1]
            rows = pd.concat(full, ignore_index=True)
            write_table(rows, beside / f"{name}.parquet")
            found_digests += list(digests(name, rows))
        said = {
            "replicate": replicate,
            "seed": seed,
            "seconds": time.perf_counter() - began,
            "digests": found_digests,
        }
        (beside / "part.json").write_text(json.dumps(said))
        shutil.rmtree(final, ignore_errors=True)
        beside.rename(final)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def read_part(plan: Plan, replicate: int) -> dict[str, Any] | None:
    """What a kept replicate says of itself; None if it is missing, torn or of another seed."""
    part = plan.part(replicate)
    try:
        said = json.loads((part / "part.json").read_text())
        whole = said["seed"] == plan.seed_of(replicate) and said["replicate"] == replicate
        for name in TABLES:
            with open(part / f"{name}.parquet", "rb") as file:
                file.seek(-4, os.SEEK_END)
                whole &= file.read() == b"PAR1"
    except (OSError, ValueError, KeyError):
        return None
    return dict(said) if whole else None


def own_parts(plan: Plan, key: str) -> None:
    """Throw away parts kept by another config or another version of the code."""
    mark = plan.partial / "study.json"
    try:
        same = json.loads(mark.read_text()) == key
    except (OSError, ValueError):
        same = False
    for part in plan.partial.glob("replicate-*"):
        if not same or ".writing-" in part.name:
            shutil.rmtree(part, ignore_errors=True)
    mark.write_text(json.dumps(key))


def warm_up(scenarios: Mapping[str, Scenario]) -> None:
    """Compile before the workers start, so that they find the compiled rules and do not all compile."""
    if rules.numba:
        for scenario in list(scenarios.values())[-1:]:
            simulate(shortened(scenario), 0)


def shortened(scenario: Scenario) -> Scenario:
    """A small and brief form of a scenario that runs all the same code."""
    city = scenario.city.model_copy(update={"population": min(1000, scenario.city.population)})
    return scenario.model_copy(update={"city": city, "time": scenario.time.model_copy(update={"years": 4 / 52})})


def clear(partial: Path) -> None:
    """Take away the working folder of a study that is finished."""
    shutil.rmtree(partial, ignore_errors=True)


def attempt(plan: Plan, replicate: int) -> Failure | None:
    """Run a replicate; what goes wrong in it is told, not raised (bad input is raised)."""
    try:
        run_replicate(plan, replicate)
    except ConfigError:
        raise
    except Exception as error:  # a failing replicate must not lose the others
        text = str(error).strip().splitlines()
        return Failure(replicate, f"{type(error).__name__}: {text[0] if text else ''}", traceback.format_exc())
    return None


def record(scenario: Scenario, seed: int, out: str | Path | None = None, force: bool = False) -> tuple[Path, bool]:
    """One history kept as a results directory; where it is, and whether it was run just now."""
    key = config_hash(scenario, seed=seed)
    directory = Path(out) if out is not None else store.default_directory(scenario, key)
    store.check_out(directory, "run", key, force)
    if store.finished(directory, "run", key, code_hash(), 1) and not force:
        return directory, False
    began = time.perf_counter()
    with store.locked(directory):
        outcomes = simulate(scenario, seed)
        tables = tables_of(outcomes, scenario.name, 0)

        def fill(beside: Path) -> None:
            for name, table in tables.items():
                store.write_table(table, beside / f"{name}.parquet")
            people = outcomes.people.rename_axis("uid").reset_index()
            store.write_table(_labelled(people, scenario.name, 0), beside / "people.parquet")
            said = store.manifest(
                scenario, {scenario.name: scenario}, "run", key, [seed],
                content_hash=content_hash(d for name, table in tables.items() for d in digests(name, table)),
                tables={name: len(table) for name, table in tables.items()}, workers=1,
                wall_seconds=round(time.perf_counter() - began, 2),
            )  # fmt: skip
            store.write_texts(beside, scenario, said, directory)

        store.settle(directory, fill)
    return directory, True
