"""docs/experiments.md: its study file is read, swept and screened, and its Python runs as it stands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from conftest import ROOT
from test_docs import blocks, python

import contagion as ct
from contagion.study.design.points import designed
from contagion.study.sweep import ordered

PAGE = ROOT / "docs" / "experiments.md"


def study(folder: Path) -> Path:
    """The page's study file, under the name that its commands use."""
    (text,) = (block.text for block in blocks(PAGE) if block.language == "toml")
    path = folder / "friends_and_stigma.toml"
    path.write_text(text)
    (folder / "baseline.toml").write_text((ROOT / "configs" / "baseline.toml").read_text())
    return path


def test_the_study_file_is_a_sweep_and_a_screen(tmp_path: Path) -> None:
    loaded = ct.load_study(study(tmp_path))
    order, design = ordered(loaded, tmp_path / "out")
    assert len(design) == 9 and len(order.job.runs) == 90
    screen = designed(ct.load_study(study(tmp_path), **{"sensitivity.method": "morris"}), method="morris")
    assert screen.analysed[-1] == "dummy"


def test_the_python_of_the_page_runs(tmp_path: Path) -> None:
    study(tmp_path)
    examples = [block.text for block in blocks(PAGE) if block.language == "python"]
    assert len(examples) == 1
    ran = python("import contagion as ct\n" + "\n".join(examples), tmp_path, ROOT)
    assert ran.returncode == 0, ran.stderr
    assert "Runs: 18" in ran.stdout and "xarray.DataArray" in ran.stdout


def test_what_the_page_promises_of_check(tmp_path: Path, command: Callable[..., Any]) -> None:
    study(tmp_path)
    said = command("check", "friends_and_stigma.toml")
    assert said.returncode == 0 and "9 points" in said.stdout and "90 histories" in said.stdout
