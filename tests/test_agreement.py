"""experiments/agreement.py: its arithmetic, and that it tells the same version from another."""

from __future__ import annotations

import importlib.util
import math
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from scipy.stats import ttest_ind

SCRIPT = ROOT / "experiments" / "agreement.py"


@pytest.fixture(scope="module")
def agreement() -> ModuleType:
    spec = importlib.util.spec_from_file_location("agreement", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table(shift: float = 0.0, digest: str = "same", seeds: int = 12) -> pd.DataFrame:
    """A table as `measure` writes it, with two scenarios and two outcomes."""
    luck = np.random.default_rng(1)
    rows = [
        {
            "seed": seed,
            "scenario": name,
            "digest": f"{digest}-{seed}" if name == "today" else f"{name}-{seed}",
            "events": 10,
            "stable": luck.normal(100.0, 5.0) + (shift if name == "today" else 0.0),
            "homes": 0.5,
        }
        for seed in range(1, seeds + 1)
        for name in ("today", "housing")
    ]
    return pd.DataFrame(rows)


def test_identical_tables_agree_entirely(agreement: ModuleType) -> None:
    assert all(one.z == 0.0 for one in agreement.differences(table(), table()))
    assert agreement.identical(table(), table()) == {"today": (12, 12), "housing": (12, 12)}
    said = agreement.compare(table(), table())
    assert "Identical histories: 24 of 24" in said and "Largest |z|: 0.00" in said


def test_a_shift_is_seen_where_it_is(agreement: ModuleType) -> None:
    old, new = table(), table(shift=8.0, digest="other")
    found = {(one.scenario, one.outcome): one for one in agreement.differences(old, new)}
    moved = found["today", "stable"]
    before, after = (t.loc[t["scenario"] == "today", "stable"] for t in (old, new))
    assert moved.z == pytest.approx(ttest_ind(after, before, equal_var=False).statistic) and moved.z > 3.0
    assert moved.new - moved.old == pytest.approx(8.0)
    assert found["housing", "stable"].z == 0.0
    assert agreement.identical(old, new) == {"today": (0, 12), "housing": (12, 12)}
    assert "(today, stable)" in agreement.compare(old, new)


def test_the_sign_and_what_does_not_vary(agreement: ModuleType) -> None:
    same, low = np.full(5, 2.0), np.full(5, 1.0)
    assert agreement.z_score(same, same) == 0.0
    assert agreement.z_score(same, low) == -math.inf and agreement.z_score(low, same) == math.inf
    assert agreement.z_score(np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 2.0])) < 0.0
    assert math.isfinite(agreement.z_score(same, np.array([1.0, 2.0, 4.0])))


def test_events_that_differ_under_one_timeline_are_no_identical_history(agreement: ModuleType) -> None:
    new = table()
    new.loc[0, "events"] += 1
    assert agreement.identical(table(), new)["today"] == (11, 12)


def test_luck_alone(agreement: ModuleType) -> None:
    assert agreement.by_luck(1) == pytest.approx(0.6745, abs=1e-3)
    largest = np.abs(np.random.default_rng(2).normal(size=(20_000, 30))).max(axis=1)
    assert agreement.by_luck(30) == pytest.approx(np.median(largest), abs=0.03)


def script(folder: Path, *words: str) -> str:
    """What the script prints, run in a folder."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(SCRIPT), *words]
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=240)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_measured_and_compared_from_the_command_line(tmp_path: Path) -> None:
    """Two measurements of one version are identical; every shipped config is measured; a shifted table is seen."""
    for name in ("old", "new"):
        script(tmp_path, "measure", f"{name}.parquet", "--seeds", "1", "--people", "200", "--years", "0.1")
    measured = pd.read_parquet(tmp_path / "new.parquet")
    assert {"baseline", "today", "champions", "linkage", "housing", "all_three", "oracle_sis"} <= {
        *measured["scenario"]
    }
    assert {"stable", "cost", "m_active", "e_active", "events_digest"} <= {*measured.columns}
    of = f"of {len(measured)}"
    assert f"Identical histories: {len(measured)} {of}" in script(
        tmp_path, "compare", "old.parquet", "new.parquet", "--all"
    )
    measured.assign(digest="other", stable=measured["stable"] + 1.0).to_parquet(tmp_path / "new.parquet")
    said = script(tmp_path, "compare", "old.parquet", "new.parquet")
    assert f"Identical histories: 0 {of}" in said and "inf" in said
