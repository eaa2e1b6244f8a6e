"""Sweeps that are killed: the whole group, one worker, one run that kills its worker; and two at one directory."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT
from sweeping import TINY, parts, recorded, tables, until

from contagion.study.results import open_results
from contagion.study.running import runner
from contagion.study.sweep import sweep

YEARS = 0.8
"""The shipped sweep is lived for less than its two years: 200 runs are what matters here, and not how long each is."""


def reached(folder: Path, runs: int) -> bool:
    """Whether so many runs are recorded."""
    return sum(map(len, recorded(folder).values())) >= runs


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text(TINY)
    return path


def test_two_at_one_directory_the_second_is_refused(tiny: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "contagion", "sweep", "tiny.toml", "--out", "out", "--workers", "1"]
    words += ["--set", "study.replicates=200"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    first = subprocess.Popen(words, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, start_new_session=True)
    try:
        until(lambda: bool(parts(tmp_path)))
        second = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
        assert second.returncode == 1 and "another process is writing out" in second.stderr
    finally:
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
    assert parts(tmp_path), "what the first had kept is still there"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped 200-run sweep, uninterrupted."""
    out = tmp_path_factory.mktemp("example") / "out"
    return sweep("sweep_example", workers=2, out=out, progress=False, **{"time.years": YEARS}).directory


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2, 4])
def test_killed_three_times_it_ends_as_if_never_killed(workers: int, example: Path, tmp_path: Path) -> None:
    """SIGKILL to the whole process group at three random moments of the 200-run sweep, resumed each time."""
    chance = random.Random(workers)
    words = [sys.executable, "-m", "contagion", "sweep", "sweep_example", "--out", "out", "--workers", str(workers)]
    words += ["--set", f"time.years={YEARS}"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    lived: dict[str, list[str]] = {}
    for stop in sorted(chance.sample(range(10, 150), 3)):
        child = subprocess.Popen(
            words, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        until(partial(reached, tmp_path, stop))
        time.sleep(chance.random() * 0.3)
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        assert not (tmp_path / "out").exists()
        now = recorded(tmp_path)
        assert all(now[name] == keys for name, keys in lived.items()), "what was recorded stays as it was"
        lived = now
    ended = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr
    counts = pd.Series([key for keys in lived.values() for key in keys]).value_counts()
    assert (counts == 1).all(), "no run was computed again after it was recorded"
    kept = open_results(tmp_path / "out").manifest["resumed"]
    assert kept == len(counts) and kept >= 10, "the last round did only what was missing"
    assert tables(tmp_path / "out") == tables(example)
    assert {p.name for p in tmp_path.iterdir()} == {"out"}


def workers_of(parent: int) -> list[int]:
    """Processes that a process has started and that work on runs."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words, state = (place / "cmdline").read_bytes(), (place / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(state[1]) == parent and b"loky" in words and b"resource_tracker" not in words:
            found.append(int(place.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds workers through /proc")
def test_a_worker_that_is_killed_does_not_end_the_sweep(example: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "contagion", "sweep", "sweep_example", "--out", "out", "--workers", "2"]
    words += ["--set", f"time.years={YEARS}"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(words, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, start_new_session=True)
    until(lambda: sum(map(len, recorded(tmp_path).values())) > 10)
    victims = workers_of(child.pid)
    assert len(victims) == 2
    os.kill(victims[0], signal.SIGKILL)
    _, err = child.communicate(timeout=200)
    assert child.returncode == 0, err
    assert tables(tmp_path / "out") == tables(example)


DEADLY = """
import os
from contagion.interventions.ties import champions
from contagion.study.running import worker

class Deadly(champions.Champions):
    "A champions programme by another name, whose module has one run kill its worker."
    kind_ = "deadly"

def one(run, *more):
    if run.point == 2 and run.replicate == 1:
        os.kill(os.getpid(), 9)
    return true(run, *more)

true, worker.one = worker.one, one
"""


def test_a_run_that_kills_its_worker_is_set_aside(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "deadly.py").write_text(DEADLY)
    main = tmp_path / "main.py"
    main.write_text(
        "import deadly, warnings\nfrom contagion.study.sweep import sweep\nwarnings.simplefilter('ignore')\n"
        "found = sweep('tiny.toml', workers=2, out='out', progress=False,\n"
        "              **{'interventions.d': {'kind': 'deadly', 'places': 0.0}})\n"
        "print(len(found.runs), found.failed[['point', 'replicate', 'message']].to_dict('records'))\n"
    )
    said = subprocess.run(
        [sys.executable, str(main)], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True,
        text=True, timeout=200,
    )  # fmt: skip
    expected = [{"point": 2, "replicate": 1, "message": runner.KILLED}]
    assert said.stdout.strip() == f"18 {expected}", said.stderr
