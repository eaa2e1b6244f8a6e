"""Compiled code is kept on disk: found again by the next process, thrown away with the source it was made of."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from contagion.core import compiling
from contagion.core.package import source_digest

pytest.importorskip("numba")

CHIME = """
import json
import numpy as np
from contagion.city.columns import PERSON
from contagion.core import compiling
from contagion.core.chance import Chance
from contagion.core.people import Row, empty
from contagion.core.package import source_digest
from contagion.model.scenario import Scenario
from contagion.processes.chime import chime

p, chance = Scenario().chime.numbers, Chance(np.uint64(1), np.uint64(2))
people = empty(40, PERSON)
for name in ("recovering_near", "using_near", "family", "hope", "stage"):
    people[name] = np.arange(40) % 7
plain = people.copy()
for row in plain:
    chime.plain(Row(row), Row(p), chance)
chime.everyone(people, p, *chance)
stats = chime.everyone.stats
print(json.dumps({
    "hope": people["hope"].tolist(), "connectedness": people["connectedness"].tolist(),
    "as plain": all((people[name] == plain[name]).all() for name in people.dtype.names),
    "hits": sum(stats.cache_hits.values()), "misses": sum(stats.cache_misses.values()),
    "folder": str(compiling._folder()), "digest": source_digest()[:16],
}))
"""

WEEK = """
import gc, json
import contagion as ct
from numba.core.dispatcher import Dispatcher
from contagion.model.passes import first_pass
from contagion.processes.week import LIVE

ct.simulate(ct.load("baseline", **{"city.population": 300, "time.years": 0.1}), 3)
mine = [one for one in gc.get_objects() if isinstance(one, Dispatcher) and "contagion" in one.py_func.__module__]
print(json.dumps({
    "hits": sum(sum(one.stats.cache_hits.values()) for one in mine),
    "misses": sum(sum(one.stats.cache_misses.values()) for one in mine),
    "week": sum(first_pass(LIVE).stats.cache_hits.values()),
}))
"""


def said(script: str, package: Path = ROOT, **environment: str) -> Any:
    """What a script prints, run in a process of its own with the package that stands in a folder."""
    own = {name: value for name, value in os.environ.items() if name not in ("CONTAGION_CACHE_DIR", "NUMBA_CACHE_DIR")}
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        env={**own, "PYTHONPATH": str(package), **environment},
        cwd=package,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    return json.loads(ran.stdout)


def test_kept_code_is_found_again_by_the_next_process(tmp_path: Path) -> None:
    """In the folder asked for, under the digest of the model's source."""
    first, second = (said(CHIME, CONTAGION_CACHE_DIR=str(tmp_path / "kept")) for _ in range(2))
    folder = tmp_path / "kept" / f"contagion-{source_digest()[:16]}"
    assert first["folder"] == second["folder"] == str(folder)
    assert [path.name for path in (tmp_path / "kept").iterdir()] == [folder.name]
    assert list(folder.rglob("*chime_everyone*.nbi")) and list(folder.rglob("*chime_everyone*.nbc"))
    assert (first["hits"], first["misses"]) == (0, 1) and (second["hits"], second["misses"]) == (1, 0)
    assert first["as plain"] and second["as plain"] and first["hope"] == second["hope"]


def test_nothing_of_a_whole_week_is_compiled_anew_by_the_next_process() -> None:
    """Nor where sets have another order."""
    kept = {"CONTAGION_CACHE_DIR": str(compiling._folder().parent)}
    said(WEEK, **kept, PYTHONHASHSEED="1")
    found = said(WEEK, **kept, PYTHONHASHSEED="2")
    assert found["misses"] == 0 and found["week"] == 1 and found["hits"] > 3


def test_an_edited_rule_in_another_file_is_noticed(tmp_path: Path) -> None:
    """The process that calls it is compiled anew; without being asked, code is kept beside the package."""
    copy = tmp_path / "contagion"
    shutil.copytree(ROOT / "contagion", copy, ignore=shutil.ignore_patterns("__pycache__"))
    before = said(CHIME, tmp_path)
    assert Path(before["folder"]).parent == copy / "__pycache__" / "compiled"
    assert before["digest"] == source_digest()[:16] in before["folder"]
    shapes = copy / "core" / "shapes.py"
    old, new = "return amount / (amount + half)", "return amount / (amount + 2.0 * half)"
    assert old in shapes.read_text()
    shapes.write_text(shapes.read_text().replace(old, new))
    after = said(CHIME, tmp_path)
    assert after["digest"] != before["digest"] and after["folder"] != before["folder"]
    assert after["misses"] == 1 and after["as plain"]
    assert after["connectedness"] != before["connectedness"]
    shapes.write_text(shapes.read_text().replace(new, old))
    again = said(CHIME, tmp_path)
    assert again == {**before, "hits": 1, "misses": 0}, "what was kept before is found again"


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    found = said(CHIME, CONTAGION_CACHE_DIR=str(tmp_path / "file" / "kept"), TMPDIR=str(temporary))
    assert found["as plain"] and found["misses"] == 1
    assert Path(found["folder"]).parent == temporary
    assert (tmp_path / "file").read_text() == "in the way"


OWN = """
import json
from contagion.core.chance import draw
from contagion.core.compiling import rule
from contagion.core.process import process
from contagion.model.measuring import counted
from contagion.model.outcomes import HOW
from contagion.model.scenario import Scenario
from contagion.model.simulation import LivingCity

HOW["marked"] = counted(lambda who: who.recovering_any == 3)

@rule
def much(week):
    return 3

@process("onset")
def mark(who, p, chance):
    who.recovering_any = much(3)

class Own(LivingCity):
    living, settling = (mark,), ()

city = Own(Scenario(city={"population": 500}), 1)
city.run_for(2)
marks = set(city.people["recovering_any"].tolist())
print(json.dumps([marks.pop(), len(marks), city.weeks[-1][list(HOW).index("marked")] / city.lived_rows]))
"""


def test_what_somebody_adds_to_the_model_is_told_apart(tmp_path: Path) -> None:
    """A process, a rule or an outcome of one's own, edited or another of that name, is not what was kept of the last."""
    here = compiling._folder()
    kept = {"CONTAGION_CACHE_DIR": str(tmp_path / "kept"), "PYTHONPATH": str(ROOT)}
    shutil.copytree(here, tmp_path / "kept" / here.name)
    edits = [
        ((), [3, 0, 1.0]),
        ((("return 3", "return 2"),), [2, 0, 0.0]),  # a rule
        ((("return 3", "return 2"), ("recovering_any == 3", "recovering_any == 2")), [2, 0, 1.0]),  # an outcome
        ((("= much(3)", "= much(3) + 2"),), [5, 0, 0.0]),  # a process
        ((("mark", "note"), ("= much(3)", "= 3")), [3, 0, 1.0]),  # one of another name
    ]
    script = tmp_path / "own.py"
    for changes, expected in (*edits, edits[0]):
        text = OWN
        for old, new in changes:
            text = text.replace(old, new)
        script.write_text(text)
        ran = subprocess.run(
            [sys.executable, script], env=os.environ | kept, capture_output=True, text=True, timeout=300, cwd=tmp_path
        )
        assert ran.returncode == 0, ran.stderr[-3000:]
        assert json.loads(ran.stdout) == expected, changes


# Which folder


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No folder is asked for, and the package and the user's cache are elsewhere."""
    for name in ("CONTAGION_CACHE_DIR", "NUMBA_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(compiling, "PACKAGE", tmp_path / "package")
    return tmp_path


def folder() -> Path:
    found: Path = compiling._folder.__wrapped__()
    assert found.is_dir() and found.name.startswith("contagion-")
    return found.parent


def test_a_folder_asked_for_comes_first_then_beside_the_package_then_the_users_cache(
    asked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert folder() == asked / "package" / "__pycache__" / "compiled"
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(asked / "numba"))
    assert folder() == asked / "numba"
    monkeypatch.setenv("CONTAGION_CACHE_DIR", str(asked / "own"))
    assert folder() == asked / "own"
    monkeypatch.delenv("CONTAGION_CACHE_DIR")
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    (asked / "wheel").write_text("a package that cannot be written into")
    monkeypatch.setattr(compiling, "PACKAGE", asked / "wheel")
    assert folder() == asked / "cache" / "contagion"


def test_versions_unused_for_a_day_are_taken_away_and_nothing_else(asked: Path) -> None:
    place = asked / "package" / "__pycache__" / "compiled"
    for name, days in {"contagion-old": 2.0, "contagion-recent": 0.5, "something else": 9.0}.items():
        (place / name / "more").mkdir(parents=True)
        long_ago = (place / name).stat().st_mtime - days * 86_400.0
        os.utime(place / name, (long_ago, long_ago))
    folder()
    left = {path.name for path in place.iterdir()}
    assert left == {"contagion-recent", "something else", f"contagion-{source_digest()[:16]}"}


def test_a_version_in_use_stays(asked: Path) -> None:
    """Its folder is as young as its last use."""
    place = asked / "package" / "__pycache__" / "compiled"
    folder()
    own = place / f"contagion-{source_digest()[:16]}"
    os.utime(own, (1.0, 1.0))
    (own / "kept.nbi").write_text("code")
    folder()
    assert (own / "kept.nbi").exists() and own.stat().st_mtime > 1.0
