"""docs/extending.md does what it says: its blocks applied to a copy of the package, its examples run, one way and both."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from test_docs import ROOT, blocks, python

EXTENDING = ROOT / "docs" / "extending.md"


def insert(lines: str, file: Path) -> None:
    """Put the `+` lines of a block into a file, each below the line shown above it.

    A line shown stands in the file just once, or right below the one shown before it.
    """
    text = file.read_text("utf-8").split("\n")
    at = -1
    for line in lines.splitlines()[1:]:
        if line.startswith("+"):
            at += 1
            text.insert(at, line[1:])
        elif at >= 0 and text[at + 1 : at + 2] == [line[1:]]:
            at += 1
        else:
            assert text.count(line[1:]) == 1, f"{file.name} has not just one line {line[1:]!r}"
            at = text.index(line[1:])
    file.write_text("\n".join(text), "utf-8")


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package and its configs with the blocks of docs/extending.md applied.

    All workers of a test run share it, so that the changed package is compiled once.
    """
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    making, home = base / "extended.making", base / "extended"
    try:
        making.mkdir()
    except FileExistsError:
        until = time.monotonic() + 60
        while not home.exists():
            assert time.monotonic() < until, "another worker could not extend the package"
            time.sleep(0.1)
        return home
    if home.exists():  # another worker was done before this one began
        making.rmdir()
        return home
    extend(making)
    return making.rename(home)


def extend(home: Path) -> None:
    """Copy the package to `home` and apply the blocks of the page."""
    for name in ("contagion", "configs", "docs"):
        shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    for block in blocks(EXTENDING):
        if not block.file:
            continue
        if block.language == "diff":
            insert(block.text, home / block.file)
        else:
            assert not (home / block.file).exists(), f"{block.file} is there already"
            (home / block.file).write_text(block.text, "utf-8")


def test_extending_inserts_what_it_says() -> None:
    """Few lines: an intervention, a process and a trial in one file each, two configs, insertions into four files."""
    page = [block for block in blocks(EXTENDING) if block.file]
    inserted = {b.file: re.findall(r"^\+.*$", b.text, flags=re.M) for b in page if b.language == "diff"}
    assert {file: len(lines) for file, lines in inserted.items()} == {
        "contagion/city/columns.py": 1,
        "contagion/processes/week.py": 2,
        "contagion/model/scenario.py": 2,
        "contagion/model/outcomes_of_recovery.py": 9,
    }
    assert [b.file for b in page if b.language == "python"] == [
        "contagion/interventions/befriending.py",
        "contagion/processes/milestones.py",
        "contagion/trials/randomised/staying.py",
    ]
    assert all(len(b.text.splitlines()) < 60 for b in page)


def test_extending_examples_run_as_they_stand(extended: Path) -> None:
    """The page's own examples, in order; each asserts its effect."""
    examples = [block.text for block in blocks(EXTENDING) if block.language == "python" and not block.file]
    assert len(examples) == 4
    ran = python("\n".join(examples), extended, extended)
    assert ran.returncode == 0, ran.stderr
    assert "people befriended" in ran.stdout and "milestones; mean meaning changed by +" in ran.stdout
    assert "staying: still attending at 6 months" in ran.stdout


MAKES_FRIENDS = """
import contagion as ct
from contagion.vocabulary import Layer

assert ct.__file__.startswith(HOME)


def friendships(scenario):
    city = ct.RecoveryCity(scenario, rng=4)
    made = 0
    for _ in range(40):
        before = set(zip(*(ends.tolist() for ends in city.web.bonded()[:2])))
        city.step()
        one, two, layer = city.web.bonded()
        kept = layer == Layer.RECOVERY
        made += len(set(zip(one[kept].tolist(), two[kept].tolist())) - before)
    return made, city.outcomes()


changes = {"interventions.befriending.start": 0.3}
made, outcomes = friendships(ct.load("befriending", **changes))
fewer, without = friendships(ct.load("befriending", **changes, **{"interventions.befriending.enabled": False}))
ledger = outcomes.ledger
assert made > fewer and without.ledger.empty
assert ledger["entered"].sum() > 0 and ledger["cost"].sum() > 0 and (ledger["used"] <= ledger["places"]).all()
early = ledger["week"] < 0.3 * 52
assert ledger[early]["used"].sum() == 0 and ledger[early]["cost"].sum() == 0
"""

ONE_OR_EVERYONE = """
import pandas as pd

import contagion as ct

tables = {"milestones.lift": 0.5, "city.population": 2000, "time.years": 0.5, "interventions.befriending.start": 0.1}
scenario = ct.load("befriending", **tables)
one, everyone = (ct.simulate(scenario, seed=5, how=how) for how in ("agents", "columns"))
for name in ("timeline", "events", "people", "groups", "ledger"):
    pd.testing.assert_frame_equal(getattr(one, name), getattr(everyone, name), check_exact=True)
assert everyone.people["milestones"].sum() > 0 and everyone.ledger["used"].sum() > 0
assert everyone.timeline["milestones"].iloc[-1] > everyone.timeline["milestones"].iloc[0] == 0
"""


@pytest.mark.parametrize("script", [MAKES_FRIENDS, ONE_OR_EVERYONE], ids=["makes friends", "one or everyone"])
def test_what_was_added_works_both_ways(extended: Path, script: str) -> None:
    """The intervention has its effect and a ledger; persons one by one and all at once agree to the bit."""
    ran = python(f"HOME = {str(extended)!r}\n{script}", extended, extended)
    assert ran.returncode == 0, ran.stderr


def test_an_addition_at_its_off_value_changes_nothing(extended: Path) -> None:
    """With the new process off, the extended package gives the history of the package as it is."""
    script = """
import contagion as ct
out = ct.simulate(ct.load("baseline", **{"city.population": 2000, "time.years": 0.5}), seed=3)
timeline, people = (table.drop(columns="milestones", errors="ignore") for table in (out.timeline, out.people))
print(timeline.to_csv(), out.events.to_csv(), people.to_csv())
"""
    with ThreadPoolExecutor(2) as pool:
        new, old = pool.map(lambda home: python(script, extended, home), (extended, ROOT))
    assert new.returncode == old.returncode == 0, new.stderr + old.stderr
    assert len(new.stdout) > 10_000 and new.stdout == old.stdout


COMMANDS = """
import contextlib
import io
import json
import sys

from contagion.cli.commands import run_command

said = []
for words in WORDS:
    sys.argv = ["contagion", *words]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = run_command()
        except SystemExit as left:
            code = left.code or 0
    said.append((code, out.getvalue(), err.getvalue()))
print(json.dumps(said))
"""


def test_the_command_line_knows_what_was_added(extended: Path) -> None:
    """`contagion check` and `schema` tell of both; a misspelt kind is answered with the nearest."""
    misspelt = "interventions.befriending.kind=befriendin"
    words = [["check", "befriending"], ["check", "milestones"], ["schema"], ["check", "befriending", "--set", misspelt]]
    ran = python(f"WORDS = {words!r}\n{COMMANDS}", extended, extended)
    assert ran.returncode == 0, ran.stderr
    befriending, milestones, schema, wrong = json.loads(ran.stdout)
    assert befriending[0] == 0 and "newest" in befriending[1]
    assert milestones[0] == 0 and "milestones.lift = 0.5" in milestones[1]
    tables = json.loads(schema[1])
    assert "intervention_befriending" in tables["$defs"] and "milestones" in tables["properties"]
    assert wrong[0] == 2 and "befriending" in wrong[2].replace(misspelt, "") and not wrong[1]


def test_the_tables_find_what_was_added(extended: Path, tmp_path: Path) -> None:
    """The page's last command writes the baseline config and the tables of ODD.md with the addition in them."""
    assert "python -m contagion.report.declarations" in EXTENDING.read_text("utf-8")
    for name in ("configs", "docs"):
        shutil.copytree(extended / name, tmp_path / name)
    ran = python("from contagion.report.declarations import main; main()", tmp_path, extended)
    assert ran.returncode == 0, ran.stderr
    baseline = tomllib.loads((tmp_path / "configs" / "baseline.toml").read_text("utf-8"))
    assert baseline["milestones"] == {"lift": 0.0}
    odd = (tmp_path / "docs" / "ODD.md").read_text("utf-8")
    rows = ("| `milestones` | lived experience |", "| live | mark_milestone |", "| `befriending` | introduces")
    for row in (*rows, "| `milestones` | count | mean milestones marked"):
        assert row in odd, row
