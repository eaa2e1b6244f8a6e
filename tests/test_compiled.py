"""Loops kept on disk are an accelerator: a numba with another inside gives the same history, more slowly."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from conftest import ROOT
from test_docs import python

import contagion as ct

CITY = {"city.population": 600, "time.years": 0.2}
OTHERS = {
    "no such names": "import sys; sys.modules['contagion.core.compiled'] = None",
    "other names inside": "from contagion.core import compiled; del compiled.Ufunc._kept",
}


@pytest.mark.parametrize("how", OTHERS)
def test_without_kept_loops_the_same_history(how: str, tmp_path: Path) -> None:
    pytest.importorskip("numba")
    here = hashlib.sha256(ct.simulate(ct.load("baseline", **CITY), 3).timeline.to_numpy().tobytes()).hexdigest()
    script = (
        f"{OTHERS[how]}\nimport hashlib\nimport contagion as ct\n"
        f"outcomes = ct.simulate(ct.load('baseline', **{CITY!r}), 3)\n"
        "print(hashlib.sha256(outcomes.timeline.to_numpy().tobytes()).hexdigest())\n"
    )
    said = python(script, tmp_path, ROOT)
    assert said.stdout.strip() == here, said.stderr
