"""The documents say what the code does: tables, links, names and examples are checked against it."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import contagion
from contagion.city.first_day import first_day
from contagion.config.written import config_hash
from contagion.report import declarations

ROOT = Path(__file__).resolve().parents[1]
ELEMENTS = [
    "Purpose and patterns",
    "Entities, state variables and scales",
    "Process overview and scheduling",
    "Design concepts",
    "Initialization",
    "Input data",
    "Submodels",
]
"""The seven elements of the ODD protocol (2020), in its order."""

PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")), ROOT / "results" / "README.md"]
TEXTS = [
    *PAGES,
    *sorted((ROOT / "configs").glob("*.toml")),
    *sorted((ROOT / "contagion" / "report" / "templates").glob("*")),
    ROOT / "CITATION.cff",
    ROOT / "codemeta.json",
]
ODD = ROOT / "docs" / "ODD.md"
REFRESH = "run: python -m contagion.report.declarations"


class Block(NamedTuple):
    """A fenced block of a page: its language, the file that its first line names (if any), and its text."""

    language: str
    file: str
    text: str


def blocks(page: Path) -> list[Block]:
    """All fenced blocks of a page, in order."""
    found = []
    for language, text in re.findall(r"^```(\w+)\n(.*?)^```$", page.read_text("utf-8"), flags=re.S | re.M):
        named = re.match(r"# ([\w/.]+\.(?:py|toml))\n", text)
        found.append(Block(language, named[1] if named else "", text))
    return found


def short(path: Path) -> str:
    """A file's place in the repository, for the names of tests."""
    return path.relative_to(ROOT).as_posix()


def python(script: str, folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own, with the package as it is at `home`."""
    environment = {**os.environ, "PYTHONPATH": str(home), "MPLBACKEND": "Agg"}
    return subprocess.run(
        [sys.executable, "-c", script], cwd=folder, env=environment, capture_output=True, text=True, timeout=600
    )


# ODD


def test_odd_has_the_seven_elements_in_order() -> None:
    """Each element is a heading of the second level, and nothing else is."""
    assert re.findall(r"^## (.+)$", ODD.read_text("utf-8"), flags=re.M) == ELEMENTS


def test_tables_of_odd_are_those_of_the_code() -> None:
    """Every table that the code can write is in ODD.md as the code gives it now."""
    text = ODD.read_text("utf-8")
    used = re.findall(r"<!-- table: ([a-z ]+) -->", text)
    assert sorted(used) == sorted(declarations.TABLES), "each table stands in docs/ODD.md once"
    assert declarations.with_tables(text) == text, f"docs/ODD.md has fallen behind the code; {REFRESH}"


def test_the_baseline_config_is_that_of_the_code() -> None:
    """configs/baseline.toml holds the declared values and nothing else."""
    written = (ROOT / "configs" / "baseline.toml").read_text("utf-8")
    assert written == declarations.baseline_toml(), f"configs/baseline.toml has fallen behind the code; {REFRESH}"


def test_the_week_says_what_is_read_and_written_of_people() -> None:
    """Columns of people alone, in settlements as well: a level of the city is none."""
    told = {name: (reads, writes) for _, name, _, reads, writes in declarations.week_in_words()}
    assert told["settle_homes"] == ("home seeks_home", "home") and told["settle_jobs"] == (
        "job seeks_job",
        "job seeks_job",
    )
    assert told["settle_stigma"] == ("group", "") and told["count_weeks"] == ("spell stage", "spell")


def test_scenarios_that_share_a_first_day_share_its_tables() -> None:
    """Every table that the first day reads is part of the key under which runs share it, as ODD.md says."""
    scenario = contagion.load("baseline", **{"city.population": 200, "city.neighbourhoods": 2})
    read = set()

    class Noting:
        def __getattr__(self, name: str) -> object:
            read.add(name)
            return getattr(scenario, name)

    first_day(Noting(), 1)
    assert {"start", "circumstances", "time"} <= read
    left_out = [name for name in read if getattr(scenario, name).model_dump_json() not in scenario.foundation_key()]
    assert not left_out, f"the first day reads {left_out}, which Scenario.foundation_key leaves out"


def submodels() -> Iterator[tuple[str, str]]:
    """Title and text of each submodel in ODD.md, but for the parameters' tables."""
    text = ODD.read_text("utf-8").split("\n## Submodels\n")[1]
    for part in text.split("\n### ")[1:]:
        title, _, body = part.partition("\n")
        if "<!-- table: parameters -->" not in body:
            yield title, body


def test_every_submodel_names_its_code_and_says_what_is_assumed() -> None:
    """Each names a file and objects that can be imported, an equation or rule, a source and what is assumed."""
    for title, body in submodels():
        names = re.findall(r"`(contagion\.[\w.]+)`", body)
        assert names and re.search(r"^Code: \[", body, flags=re.M), f"{title} names no code"
        for name in names:
            module, _, thing = name.rpartition(".")
            assert hasattr(importlib.import_module(module), thing), f"{title}: there is no {name}"
        for word in ("Code", "Source", "Assumed"):
            assert re.search(rf"^{word}: ", body, flags=re.M), f"{title} has no line {word}:"


def test_every_process_and_intervention_is_described() -> None:
    """Nothing that the week runs or a config can name is left out of the submodels."""
    from contagion.interventions.base import REGISTRY
    from contagion.processes.week import LIVE, SETTLE

    told = "\n".join(body for _, body in submodels())
    for one in (*LIVE, *SETTLE):
        name = f"{one.__module__}.{one.name}"
        assert f"`{name}`" in told, f"docs/ODD.md does not describe {name}"
    for kind in REGISTRY.values():
        name = f"{kind.__module__}.{kind.__name__}"
        assert f"`{name}`" in told, f"docs/ODD.md does not describe {name}"


def test_the_arithmetic_of_the_conflicting_targets() -> None:
    """What ODD.md says of one-year persistence in a cross-section follows from the published survival curve."""
    import itertools

    import numpy as np

    def cross_section(*points: float) -> float:
        """Persistence of all under a year, if survival at 1, 3, 6, 12 and 24 months is as given (log-linear between)."""
        weeks = np.interp(np.arange(104.0), [0, 52 / 12, 13, 26, 52, 104], np.log([1.0, *points]))
        survival = np.exp(weeks)
        return float(survival[52:].sum() / survival[:52].sum())

    central = [cross_section(0.70, 0.40, 0.40, 0.38, 0.38 * year) for year in (0.55, 0.65, 0.75)]
    curves = itertools.product((0.62, 0.78), (0.32, 0.48), (0.32, 0.48), (0.30, 0.46))
    lowest = min(cross_section(*c, c[-1] * 0.55) for c in curves if list(c) == sorted(c, reverse=True))
    said = ODD.read_text("utf-8")
    assert f"{central[0]:.2f} to {central[2]:.2f}" in said
    assert f"below about {lowest:.2f}" in said


def test_tables_of_mechanisms_name_the_present_baseline() -> None:
    """Which of them were run on it can be told only if the hash called present is that of the baseline."""
    told = (ROOT / "docs" / "mechanisms.md").read_text("utf-8")
    assert f"the present one is `{config_hash(contagion.load_study('baseline'))[:8]}`" in told


# README and the other pages


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_every_link_leads_somewhere(page: Path) -> None:
    """Files that a page links to exist; headings too."""
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.S | re.M)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?://|mailto:", link):
            continue
        place, _, heading = link.partition("#")
        target = (page.parent / place).resolve() if place else page
        assert target.exists(), f"{short(page)} links to {link}, which is not there"
        if heading:
            titles = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), flags=re.M)
            slugs = [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles]
            assert heading in slugs, f"{short(page)} links to the heading {link}, which is not there"


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_every_config_named_exists(page: Path) -> None:
    """A config that a page names is shipped, or made on that page."""
    made = {block.file for block in blocks(page)}
    for name in re.findall(r"\bconfigs/\w+\.toml", page.read_text("utf-8")):
        assert name in made or (ROOT / name).is_file(), f"{short(page)} names {name}, which is not there"


def test_readme_examples_run(tmp_path: Path) -> None:
    """The Python blocks of the README, one after another, in a folder of their own."""
    examples = [block.text for block in blocks(ROOT / "README.md") if block.language == "python"]
    assert examples
    ran = python("\n".join(examples), tmp_path, ROOT)
    assert ran.returncode == 0, ran.stderr


def test_readme_tells_every_command() -> None:
    """The table of commands is that of the command line."""
    from contagion.cli.commands import app

    told = re.findall(r"^\| `contagion (\w+)", (ROOT / "README.md").read_text("utf-8"), flags=re.M)
    assert sorted(told) == sorted(c.name or c.callback.__name__ for c in app.registered_commands if c.callback)


def test_one_version_everywhere() -> None:
    """The package, CITATION.cff, codemeta.json and the newest entry of the changelog agree."""
    changelog = re.search(r"^## \[(\d[^\]]*)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), flags=re.M)
    citation = re.search(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text("utf-8"), flags=re.M)
    meta = json.loads((ROOT / "codemeta.json").read_text("utf-8"))
    assert changelog and citation
    assert {changelog[1], citation[1], meta["version"]} == {contagion.__version__}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert meta["license"].endswith(project["license"])


def test_vision_has_five_lines() -> None:
    """Five lines and a heading, one of them on what will not be built."""
    lines = [line for line in (ROOT / "VISION.md").read_text("utf-8").splitlines() if line.strip()]
    assert len(lines) == 6 and any("will not be built" in line for line in lines)


# Words

DISRESPECT = (
    r"\b(?:addicts?|abusers?|junkies?)\b",
    r"\b(?:be|been|being|is|are|was|were|get|gets|getting|got|stay|stays|stayed|staying|keep|keeps|kept|become|came)"
    r" clean\b",
    r"\bclean (?:people|persons?|and sober|users?|time)\b",
)
"""Words for people that this project does not use; "clean" is refused of people, not of checkouts."""


@pytest.mark.parametrize("page", TEXTS, ids=short)
def test_words_are_respectful_and_places_are_nobodys(page: Path) -> None:
    """No stigmatising words, no paths of some machine, nothing of how the work was organised."""
    text = page.read_text("utf-8")
    for pattern in DISRESPECT:
        found = re.search(pattern, text, flags=re.I)
        assert not found, f"{short(page)} says {found[0]!r}"
    for pattern in (
        r"(?<![\w.])/(?:work|root|home|farm|tmp|Users)/",
        r"\b[A-Z]:\\",
        r"\bissue #?\d",
        r"\bthis session\b",
    ):
        found = re.search(pattern, text, flags=re.I if "issue" in pattern else 0)
        assert not found, f"{short(page)} says {found[0]!r}"
