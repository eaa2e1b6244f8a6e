"""The guard of memory counts the people who will live, whatever says how many: a config, a factor, or a graph file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import SMALL
from sweeping import TINY

import contagion as ct
from contagion.study.compare import compare
from contagion.study.running import pool
from contagion.study.sensitivity import sensitivity
from contagion.study.sweep import sweep

FILE = 2_000
"""People in the graph file, where the config says 300 or 400."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Studies on the built-in city and on a graph file, where there is room for a worker and a thousand people."""
    (tmp_path / "ring.csv").write_text("source,target\n" + "".join(f"{i},{(i + 1) % FILE}\n" for i in range(FILE)))
    for name, text in (("small", SMALL), ("tiny", TINY)):
        (tmp_path / f"{name}.toml").write_text(text)
        (tmp_path / f"{name}_file.toml").write_text(text.replace("[city]", '[city]\ngraph = "ring.csv"'))
    free = pool.PROCESS_BYTES + 1_000 * (pool.memory_of(ct.load("baseline")) - pool.PROCESS_BYTES) // 50_000
    monkeypatch.setattr(pool, "free_memory", lambda: free)
    return tmp_path


BIG = {"factors": {"city.population": {"values": [300, 90_000], "reason": "any"}}}
SPACE = {"low": 300, "high": 90_000, "reason": "any"}
SCREEN = {
    "factors": {"city.population": SPACE, "relapse.scale": {"low": 0.5, "high": 2.0, "reason": "any"}},
    "sensitivity": {"method": "morris", "samples": 4},
}
ASKED: dict[str, Callable[[Path, Path], Any]] = {
    "compare": lambda d, out: compare(d / "small.toml", 2, 2, out, progress=False, **{"city.population": 90_000}),
    "sweep": lambda d, out: sweep(d / "tiny.toml", workers=2, out=out, progress=False, **BIG),
    "sensitivity": lambda d, out: sensitivity(d / "tiny.toml", workers=2, out=out, progress=False, **SCREEN),
}


@pytest.mark.parametrize("kind", ASKED)
def test_people_that_no_memory_holds_are_refused_before_anything_starts(kind: str, folder: Path) -> None:
    with pytest.raises(
        ct.ConfigError, match=r"city\.population is [\d,_]+; the \d+\.\d GiB of memory free here hold"
    ) as e:
        ASKED[kind](folder, folder / "out")
    (fault,) = e.value.faults
    assert 45_000 < fault.value <= 90_000 and "\n" not in str(fault)
    most = int(str(fault).rpartition("about ")[2].split()[0].replace(",", ""))
    assert 990 <= most <= 1_000 and not list(folder.glob("out*"))


def test_of_a_graph_file_its_own_people_and_ties_count(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = ct.load(folder / "tiny_file.toml")
    for stated in (10, 300, 4_000_000):  # what is stated beside a file is not what lives
        (city,) = pool.cities({"tiny": one}, [{"city.population": stated}])
        assert city.city.population == FILE
    few = pool.memory_of(city)
    with open(folder / "ring.csv", "a") as file:
        file.writelines(f"{i},{(i + step) % FILE}\n" for i in range(FILE) for step in range(2, 40))
    (dense,) = pool.cities({"tiny": one}, [{}])
    assert pool.memory_of(dense) - few == int(pool.TIE_BYTES * (2 * 39 - pool.TIES) * FILE)
    monkeypatch.setattr(pool, "free_memory", lambda: pool.PROCESS_BYTES + 1000 * pool.PERSON_BYTES)
    for ask in (
        lambda: compare(folder / "small_file.toml", 2, 2, folder / "out", progress=False),
        lambda: sweep(folder / "tiny_file.toml", workers=2, out=folder / "out", progress=False),
    ):
        with pytest.raises(
            ct.ConfigError, match=r"city\.graph brings 2,000 people, whose city takes about 0\.3 GiB; the"
        ):
            ask()
    assert not list(folder.glob("out*"))


def test_as_many_workers_as_fit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = ct.load(folder / "tiny.toml")
    need = pool.memory_of(ct.load(one, **{"city.population": 90_000}))
    monkeypatch.setattr(pool, "free_memory", lambda: 3 * need + 1)
    assert pool.affordable(8, {"tiny": one}, [{}, {"city.population": 90_000}]) == 3
