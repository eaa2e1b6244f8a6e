"""What all tests share: small cities, files in a place of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

os.environ.setdefault("MPLBACKEND", "Agg")

ROOT = Path(__file__).resolve().parents[1]

SMALL = """
title = "A small city"

[city]
population = 400

[time]
years = 0.25

[study]
question = "Does it help?"
replicates = 3
seed = 7

[study.scenarios.today]
title = "Today"

[study.scenarios.champions]
title = "Champions"

[study.scenarios.champions.interventions.champions]
kind = "champions"
start = 0.0
places = 200.0
reach = 20.0
"""


def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Tables with columns scenario and replicate, laid out as a results directory."""
    places = pd.concat([table[["scenario", "replicate"]] for table in tables.values()]).drop_duplicates()
    ids = places["scenario"] + "-" + places["replicate"].astype(str)
    runs = places.assign(run_id=ids, point=0, seed=0, status="ok", message="", seconds=0.0, traceback="")
    runs.to_parquet(folder / "runs.parquet")
    for name, table in tables.items():
        (folder / name).mkdir()
        ids = table["scenario"] + "-" + table["replicate"].astype(str)
        whole = table.drop(columns=["scenario", "replicate"])
        whole.insert(0, "run_id", ids)
        whole.to_parquet(folder / name / "00000.parquet", index=False)


@pytest.fixture(scope="module")
def undrawn() -> Iterator[None]:
    """Pages of this process have an empty drawing for every chart: for tests that are about anything but pictures."""
    from contagion.report.figures.figure import Panel

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Panel, "svg", lambda panel, prefix: '<svg viewBox="0 0 1 1" aria-hidden="true"></svg>')
        yield


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A study of two scenarios in a small city over a quarter of a year."""
    path = tmp_path / "small.toml"
    path.write_text(SMALL)
    return path


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a config file and return its path."""

    def _write(text: str | bytes, name: str = "city.toml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return _write


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command in a process of its own, in a directory of its own."""

    def _command(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "contagion", *map(str, words)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            capture_output=True,
            text=True,
            timeout=120,
        )

    return _command


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run the command in this process, in a directory of its own: exit code, stdout, stderr."""
    from contagion.cli import commands

    monkeypatch.chdir(tmp_path)

    def _call(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["contagion", *map(str, words)])
        capsys.readouterr()
        try:
            code = commands.run_command()
        except SystemExit as left:
            code = int(left.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return _call


@pytest.fixture
def inside(call: Callable[..., tuple[int, str, str]]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """As `command`, but in this process: for what does not hang on a process of its own."""

    def _inside(*words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(["contagion", *map(str, words)], *call(*words))

    return _inside


FULL = {"city.population": 1000, "time.years": 0.5}


@pytest.fixture(scope="module")
def everything() -> tuple[set[str], Any]:
    """The names of all streams drawn from in a short history with every intervention, and the city.

    Compiled code has keys and no names: so each process is lived once more in plain Python by those who are there.
    """
    import numpy as np

    import contagion as ct
    from contagion.core import chance as draws
    from contagion.core.people import Row
    from contagion.interventions import programme

    names: set[str] = set()
    plain = draws.key

    def noted(name: str) -> np.uint64:
        names.add(name)
        return plain(name)

    study = ct.load("first_comparison", **FULL)
    starts: dict[str, Any] = {f"interventions.{name}.start": 0.0 for name in study.interventions}
    starts |= {f"interventions.{name}.priority": "friend_of_friend" for name in study.interventions}
    starts |= {f"interventions.{name}.places": 20.0 for name in study.interventions}  # two, so that some wait for them
    starts |= {f"interventions.{name}.reach": 50.0 for name in study.interventions}
    starts |= {f"interventions.{name}.fidelity": 0.8 for name in study.interventions}
    starts |= {f"interventions.{name}.failing": 0.01 for name in study.interventions}
    starts["interventions.housing.newest"] = 52  # in so small a town nobody else may be new in recovery just then
    scenario = ct.variants(ct.load("first_comparison", **FULL, **starts))["all_three"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draws, "key", noted)
        patch.setattr(programme, "key", noted)
        city = ct.RecoveryCity(scenario, rng=3)
        city.run_for(scenario.weeks)
        for process in city.living:
            people, p = city.people.copy(), Row(city.records[process.section])
            for i in range(people.size):
                process.plain(Row(people[i]), p, city.chance)
    return names, city
