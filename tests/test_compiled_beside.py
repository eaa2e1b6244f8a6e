"""The first run of all is compiled in two processes: begun once, in the types that the week has, and no harm without it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

pytest.importorskip("numba")


SAME = """
import numpy as np
from contagion.city.columns import PERSON
from contagion.core.compiling import compiled
from contagion.core.people import empty, joined
from contagion.core.process import loop_of
from contagion.model.passes import COMPILE, compile_week
from contagion.model.scenario import Scenario
from contagion.processes.week import LIVE

first = LIVE[0]

def of_a_block(people, ps, seed, week):
    loop(people[0:1], ps[0]["section"], seed, week)

assert "compile_week()" in COMPILE
compile_week()
before = list(first.everyone.overloads)
loop = loop_of(first).fast
ps = joined({"section": getattr(Scenario(), first.section).numbers})
of_a_block.__module__ = "__main__"
compiled(of_a_block)(empty(4, PERSON), ps, np.uint64(1), np.uint64(1))
assert len(before) == 1 and list(first.everyone.overloads) == before
"""


def test_it_compiles_the_processes_for_the_types_that_the_week_calls_them_with(tmp_path: Path) -> None:
    """A process called on a block of people within the week is the very code that the second process made."""
    (tmp_path / "same.py").write_text(SAME)
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, tmp_path / "same.py"], env=env, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def begun(folder: Path, script: str, rest: str = "") -> subprocess.CompletedProcess[str]:
    code = (
        "import os, sys\n"
        "os.sched_getaffinity = lambda _: {0, 1}\n"
        "from contagion.core import compiling as ahead\n"
        f"{rest}\n"
        f"ahead.compile_beside({script!r})\n"
        "for one in ahead._beside: print(one.wait())\n"
    )
    env = {**os.environ, "CONTAGION_CACHE_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-W", "error", "-c", code], env=env, capture_output=True, text=True)


def test_it_begins_once_for_a_version_of_the_model(tmp_path: Path) -> None:
    note = tmp_path / "note"
    script = f"open({str(note)!r}, 'a').write('begun ')"
    for _ in range(2):
        ran = begun(tmp_path, script)
        assert ran.returncode == 0 and ran.stderr == ""
    assert note.read_text() == "begun "


@pytest.mark.parametrize(
    "rest",
    [
        "os.sched_getaffinity = lambda _: {0}",
        "ahead.numba = None",
        "ahead.kept_in = lambda: None",
        "sys.executable = ''",
        "sys.executable = '/nowhere/python'",
    ],
)
def test_where_it_cannot_be_had_nothing_happens(tmp_path: Path, rest: str) -> None:
    """One processor, no numba, no folder to keep code in, no interpreter to start: this process compiles it all."""
    ran = begun(tmp_path, "raise SystemExit", rest)
    assert ran.returncode == 0 and ran.stdout == "" and ran.stderr == ""


def test_a_second_process_that_is_not_done_does_not_outlive_the_first(tmp_path: Path) -> None:
    code = (
        "import os\nos.sched_getaffinity = lambda _: {0, 1}\n"
        "from contagion.core import compiling as ahead\n"
        "ahead.compile_beside('import time; time.sleep(100)')\nprint(ahead._beside[0].pid)"
    )
    env = {**os.environ, "CONTAGION_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=50)
    with pytest.raises(ProcessLookupError):
        os.kill(int(ran.stdout), 0)
