"""A cluster: a real dask scheduler and its workers give the same tables as this machine, also when one is killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from conftest import ROOT
from sweeping import TINY, parts, recorded, tables, until

from contagion.study.sweep import sweep

pytest.importorskip("distributed", reason="contagion[cluster] is not installed")

MANY = TINY.replace("replicates = 3", "replicates = 20")


class Cluster(NamedTuple):
    address: str
    workers: list[subprocess.Popen[bytes]]
    scheduler: subprocess.Popen[bytes]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler and two worker processes of one thread each, on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    port, place = address.rpartition(":")[2], tmp_path / "dask"
    place.mkdir()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__GIL__ENABLED": "false",
    }
    quiet: dict[str, Any] = {
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "cwd": place,
        "env": environment,
    }
    dask = [sys.executable, "-m", "dask"]
    started = [subprocess.Popen([*dask, "scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"], **quiet)]
    for _ in range(2):
        words = [*dask, "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1"]
        started.append(subprocess.Popen(words, **quiet))
    try:
        yield Cluster(address, started[1:], started[0])
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


def command(folder: Path, address: str) -> list[str]:
    (folder / "many.toml").write_text(MANY)
    return [sys.executable, "-m", "contagion", "sweep", "many.toml", "--cluster", address, "--out", "out"]


def test_a_worker_killed_half_way_changes_nothing(cluster: Cluster, tmp_path: Path) -> None:
    words = command(tmp_path, cluster.address)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(words, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    until(lambda: sum(map(len, recorded(tmp_path).values())) > 20 or child.poll() is not None)
    cluster.workers[0].send_signal(signal.SIGKILL)
    assert parts(tmp_path), "it was killed half way"
    out, err = child.communicate(timeout=240)
    assert child.returncode == 0, err.decode()
    assert out.decode().splitlines()[-1] == "out"
    here = sweep(tmp_path / "many.toml", workers=1, out=tmp_path / "here", progress=False)
    assert tables(tmp_path / "out") == tables(here.directory)
    assert cluster.workers[1].poll() is None, "the caller's cluster is left running"


def test_an_address_where_nothing_answers_is_bad_input(tmp_path: Path) -> None:
    said_of = {"tcp://127.0.0.1:1": "where no dask scheduler answers", "nonsense": "it must be like tcp://HOST:PORT"}
    for address, words_of_it in said_of.items():
        words = [*command(tmp_path, address), "--out", str(tmp_path / "x")]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        said = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
        assert said.returncode == 2, said.stderr
        assert words_of_it in said.stderr and "Traceback" not in said.stderr
        assert not (tmp_path / "x").exists()


IMPATIENT = """
import sys
from contagion.cli.commands import run_command
from contagion.study.running import cluster

cluster.WAIT, cluster.PATIENCE = 3, 8
sys.exit(run_command())
"""
"""The command, which waits less long than it does for users."""


@pytest.mark.slow
@pytest.mark.parametrize("how", ["killed", "stopped", "without workers"])
def test_a_scheduler_that_is_gone_ends_in_one_sentence_in_bounded_time(
    how: str, cluster: Cluster, tmp_path: Path
) -> None:
    words = [sys.executable, "-c", IMPATIENT, *command(tmp_path, cluster.address)[3:]]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(words, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    until(lambda: sum(map(len, recorded(tmp_path).values())) > 10 or child.poll() is not None)
    if how == "killed":
        cluster.scheduler.kill()
    elif how == "stopped":
        cluster.scheduler.send_signal(signal.SIGSTOP)
    else:
        for worker in cluster.workers:
            worker.kill()
    began = time.monotonic()
    _, err = child.communicate(timeout=150)
    assert child.returncode == 1, err.decode()
    said = [line for line in err.decode().splitlines() if line.startswith("contagion: ")]
    assert len(said) == 1 and "Traceback" not in err.decode() and "distributed" not in err.decode(), err.decode()
    assert "dask scheduler" in said[0] or "no more work" in said[0]
    assert time.monotonic() - began < 60 and parts(tmp_path), "what was finished is kept"
    if how == "stopped":
        cluster.scheduler.send_signal(signal.SIGCONT)


@pytest.mark.slow
def test_an_address_that_takes_calls_and_never_answers_is_bad_input(tmp_path: Path) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(5)
        words = command(tmp_path, f"tcp://127.0.0.1:{deaf.getsockname()[1]}")
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        said = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=90)
    assert said.returncode == 2 and "where no dask scheduler answers (nothing came back" in said.stderr, said.stderr
    assert "Traceback" not in said.stderr and not (tmp_path / "out").exists()
