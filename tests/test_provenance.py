"""The version of the model in the key of a run: edited above the model no key changes, edited inside all do."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from contagion.study.analysis.headlines import HEADLINES, of_timeline
from contagion.study.running.provenance import KEPT
from contagion.study.running.worker import FLOWS, timeline_of

KEYS = """
from contagion.config.load import load_study
from contagion.study.run import FORM
from contagion.study.running.runs import job_of
study = load_study("first_comparison")
print(*(run.key for run in job_of(study.scenarios, [{}], 2, study.seed, FORM).runs))
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package and its configs."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("contagion", "configs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def keys(folder: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", KEYS], env=environment, cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


def edited(folder: Path, name: str, old: str, new: str) -> str:
    path = folder / "contagion" / name
    before = path.read_text(encoding="utf-8")
    assert old in before, f"{name} no longer says {old!r}"
    path.write_text(before.replace(old, new, 1), encoding="utf-8")
    try:
        return keys(folder)
    finally:
        path.write_text(before, encoding="utf-8")


ABOVE = {
    "config/load.py": "Values are data only", "config/validation.py": "is not a known name",
    "study/compare.py": "nothing is done twice", "study/running/worker.py": "It runs wherever",
    "report/wording.py": '"""', "cli/commands.py": "Live through one history", "api.py": "The front door",
}  # fmt: skip
INSIDE = {
    "core/chance.py": '"""', "processes/pathway.py": "people enter the risk pool", "city/places.py": '"""',
    "vocabulary.py": "The words",
    "interventions/ties/champions.py": "Champions programme", "model/scenario.py": "every number of a run",
}  # fmt: skip


def test_a_sentence_edited_above_the_model_leaves_every_key(package: Path) -> None:
    known = keys(package)
    assert len(set(known.split())) == 14
    for name, words in ABOVE.items():
        path = package / "contagion" / name
        path.write_text(path.read_text(encoding="utf-8").replace(words, f"{words} Edited.", 1), encoding="utf-8")
        assert "Edited." in path.read_text(encoding="utf-8"), name
    try:
        assert keys(package) == known
    finally:
        for name in ABOVE:
            shutil.copy(ROOT / "contagion" / name, package / "contagion" / name)


@pytest.mark.parametrize("name", INSIDE)
def test_a_sentence_edited_inside_the_model_changes_every_key(name: str, package: Path) -> None:
    known = keys(package).split()
    now = edited(package, name, INSIDE[name], f"{INSIDE[name]} Edited.").split()
    assert len(now) == len(known) and not set(now) & set(known)


def test_another_number_of_what_is_kept_changes_every_key(package: Path) -> None:
    now = edited(package, "study/running/provenance.py", f"KEPT = {KEPT}\n", f"KEPT = {KEPT + 1}\n")
    assert not set(now.split()) & set(keys(package).split())


KNOWN = {1: "d244a247c2d9f392f3d9dc65677cfaae013c68f6935d656cd0101ddd0d1124a6"}
"""What is kept of the same history, by its number."""


def test_the_number_of_what_is_kept_follows_what_is_kept() -> None:
    """If this fails, headlines or stored timelines hold something else: raise KEPT, and put its digest here."""
    columns = sorted({h.column for h in HEADLINES})
    weeks = np.arange(107)
    timeline = pd.DataFrame({c: (weeks * 7.0 + j * 13) % 101 for j, c in enumerate(columns)}, index=weeks)
    said = [f"{h.name} {of_timeline(timeline, h):.10g}" for h in HEADLINES]
    for every in (1, 4):
        kept = timeline_of(timeline, every)
        said += [f"{every} {name} {kept[name].to_pylist()}" for name in kept.column_names]
    assert {c for c in columns if c in FLOWS} == {"starts", "relapses", "deaths", "offences", "cost"} & set(FLOWS)
    assert hashlib.sha256("\n".join(said).encode()).hexdigest() == KNOWN[KEPT]
