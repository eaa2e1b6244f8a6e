"""experiments/bench.py: its smoke test prints every row it can, and its verdicts are right either way round."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from conftest import ROOT

SCRIPT = ROOT / "experiments" / "bench.py"


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_verdicts(bench: ModuleType) -> None:
    less, more = bench.ROWS["all_three"], bench.ROWS["sis_mesa"]
    assert [less.verdict(x) for x in (1.7, 1.6, 1.0)] == ["falls short", "holds", "holds, aim too"]
    assert [more.verdict(x) for x in (44.0, 45.0, 140.0)] == ["falls short", "holds", "holds, aim too"]
    assert bench.ROWS["help"].verdict(0.1) == "holds" and bench.ROWS["help"].verdict(0.6) == "falls short"


@pytest.mark.slow
def test_smoke(bench: ModuleType, tmp_path: Path) -> None:
    """Every row but those of compiling anew, each beside its yardstick; small sizes are not judged."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(SCRIPT), "--quick"]
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240)
    assert ran.returncode == 0, ran.stderr
    for name, row in bench.ROWS.items():
        lines = [line for line in ran.stdout.splitlines() if line.startswith(row.what)]
        assert len(lines) == (0 if name in ("compile", "cached") else 1), name
        assert all("(too small)" in line for line in lines)
    assert not any(tmp_path.iterdir())
