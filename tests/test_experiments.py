"""The experiments on tipping run with one command each: their smoke versions, their studies, and what they say first."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import contagion as ct
from contagion.study.design.points import designed

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "experiments"
NAMES = sorted(path.stem for path in FOLDER.glob("tip_*.py") if path.stem != "tip_common")
RUNS = {"tip_champions": 800, "tip_package": 30_720, "tip_synergy": 960, "tip_weak_ties": 640}
"""Runs at full size, before those that are the same are counted once."""


def test_there_are_four() -> None:
    assert sorted(RUNS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_protocol_stands_first(name: str) -> None:
    """Question, design, outcome, replicates with stopping rule, what would speak against it: before any code."""
    text = (FOLDER / f"{name}.py").read_text("utf-8")
    said = ast.get_docstring(ast.parse(text)) or ""
    heads = re.findall(r"^(Question|Design|Outcome|Replicates|Against the expectation)\b.*:", said, flags=re.M)
    assert heads == ["Question", "Design", "Outcome", "Replicates", "Against the expectation"]
    assert re.search(r"\b[Ss]top (?:after that|there)", said) and "take-off" in said.lower()
    assert len(text.splitlines()) <= 100


@pytest.mark.parametrize("name", [*NAMES, "sensitivity_example"])
def test_the_study_loads_and_its_design_is_of_the_size_told(name: str) -> None:
    path = (ROOT / "configs" if name == "sensitivity_example" else FOLDER) / f"{name}.toml"
    study = ct.load_study(path)
    method = study.sensitivity.method if "[sensitivity]" in path.read_text("utf-8") else None
    design = designed(study, method=method)
    runs = len(design) * len(study.scenarios) * study.replicates
    assert runs == RUNS.get(name, 7680)
    assert all(factor.reason for factor in study.factors.values())
    if method:
        assert len(study.factors) == 12 and design.base_rows == study.sensitivity.size


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_smoke(name: str, tmp_path: Path) -> None:
    """One command gives a figure with something in it and three sentences with intervals that say they are no result."""
    from matplotlib.image import imread

    out = tmp_path / "out"
    command = [sys.executable, str(FOLDER / f"{name}.py"), "--smoke", "--out", str(out), "--workers", "1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg"}
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240)
    assert ran.returncode == 0, ran.stderr
    finding = (out / "finding.txt").read_text("utf-8").strip()
    assert finding in ran.stdout and "smoke test" in finding and "nan" not in finding
    assert len(re.findall(r"\.(?=\s|$)", finding)) == 3
    assert re.search(r"95 % interval|\(\S+ to \S+\)", finding)
    drawn = imread(out / f"{name}.png")
    assert drawn.shape[1] == 1200 and len(np.unique(drawn.reshape(-1, drawn.shape[-1]), axis=0)) > 50
    assert "</svg>" in (out / f"{name}.svg").read_text("utf-8")
