"""What trials declare, what is said of their findings, on the page and by the command."""

from __future__ import annotations

import dataclasses
import math
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from driving import alone, needs, opened, violations

import contagion as ct
from contagion.trials import conduct
from contagion.trials.counting import mean
from contagion.trials.enrolling import one_more_tie
from contagion.trials.trial import Measure, trials
from contagion.trials.written import page

TRIALS = trials()
NAMED = (
    "litt",
    "manning",
    "timko",
    "jason",
    "mediation",
    "facilitation",
    "contact",
    "survival",
    "persistence",
    "burden",
)
NAMED = (*NAMED, "coverage", "remission", "paths", "justice", "lasting", "wellbeing")


def test_every_trial_is_there_and_says_what_it_is() -> None:
    assert set(NAMED) <= set(TRIALS)
    for name, trial in TRIALS.items():
        assert all((trial.population, trial.enrolled, trial.differs, trial.source)), name
        for measure in trial.measures:
            assert (measure.low is None) == (measure.high is None), (name, measure.name)
            if measure.low is not None:
                assert measure.why and measure.low < measure.high, (name, measure.name)
                assert measure.published is None or measure.low <= measure.published <= measure.high


def test_verdicts() -> None:
    judged = Measure("share", 0.4, 0.3, 0.5, of=mean("x")).judged
    assert [judged(value) for value in (0.3, 0.4, 0.51, math.nan)] == ["hit", "hit", "miss", "-"]
    assert Measure("share", 0.4, None, None, of=mean("x")).judged(0.9) == "-"


def test_a_trial_must_begin_with_the_city_as_it_is() -> None:
    with pytest.raises(ValueError, match="first arm"):
        dataclasses.replace(TRIALS["litt"], arms={"one tie more": one_more_tie})
    with pytest.raises(ValueError, match="weeks"):
        dataclasses.replace(TRIALS["litt"], weeks=0)


@pytest.fixture(scope="module")
def found() -> Any:
    return ct.trial(seeds=2, population=1000)


def test_all_of_them_in_a_small_city(found: Any) -> None:
    assert set(found.table["trial"]) == set(TRIALS)
    order = found.table["verdict"].tolist()
    assert order == sorted(order, key=("miss", "hit", "-").index)
    assert "misses:" in repr(found) and len(repr(found)) < 200
    assert found._repr_html_().count("<tr>") == len(found.findings) + 1


def test_what_findings_show_of_themselves_is_accessible(found: Any) -> None:
    needs()
    with opened() as (page, _):
        page.set_content(alone(found._repr_html_()))
        assert violations(page) == []


def test_one_alone_is_what_it_is_among_all(found: Any) -> None:
    """Trials share histories and do not disturb each other."""
    alone = ct.trial("manning", "baseline", seeds=2, population=1000).table
    among = found.table[found.table["trial"] == "manning"]
    assert alone["model"].tolist() == pytest.approx(among["model"].tolist(), nan_ok=True, abs=0)


def test_findings_are_the_same_from_any_number_of_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shared out among two, all here, and begun elsewhere by processes of which one is killed: nothing else comes out."""
    how: dict[str, Any] = {"seeds": 3, "population": 500}
    here, there = (ct.trial("lasting", workers=workers, **how).table for workers in (1, 2))
    assert here.equals(there) and here["model"].notna().any()
    lived = []

    class Breaks:
        def map(self, live: Callable[..., Any], *tasks: Any) -> Iterator[Any]:
            for k, task in enumerate(zip(*tasks, strict=True)):
                if k == 1:
                    raise BrokenExecutor("killed")
                lived.append(task[-1])
                yield live(*task)

    monkeypatch.setattr(conduct, "executor_of", lambda engine: nullcontext(Breaks()))
    assert ct.trial("lasting", workers=2, **how).table.equals(here) and lived == [1]


def test_the_page_says_published_and_model_and_how_it_was_made(found: Any) -> None:
    told = page(found)
    assert "contagion trial all --config baseline --seeds 2 --population 1000" in told
    told = told.split("## Published against model")[1].split("\n## ")[0]
    table = [line for line in told.splitlines() if line.startswith("| ") and "---" not in line]
    assert len(table) == len(found.findings) + 1
    verdicts = [line.split(" | ")[6].split()[0] for line in table[1:]]
    assert verdicts == found.table["verdict"].tolist()


def test_the_page_that_is_kept_has_every_trial_and_measure() -> None:
    """docs/TRIALS.md was written from the trials as they are declared now."""
    told = (ROOT / "docs" / "TRIALS.md").read_text("utf-8")
    for name, trial in TRIALS.items():
        assert f"### {name}: {trial.title}" in told
        for measure in trial.measures:
            assert f"| {name} | {measure.name} |" in told, f"{name}: {measure.name}"


def test_changes_are_told() -> None:
    found = ct.trial("lasting", seeds=1, population=500, **{"relapse.scale": 0.5})
    assert "relapse.scale=0.5" in found.summary and "--set 'relapse.scale=0.5'" in page(found)


# The command


def test_the_command(inside: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    words = ("trial", "lasting", "--seeds", 2, "--population", 1000, "--write", "found.md")
    ran = inside(*words)
    assert ran.returncode == 0, ran.stderr
    assert "miss" in ran.stdout and "barriers in stable recovery" in ran.stdout and ran.stdout.endswith("found.md\n")
    assert "### lasting" in (tmp_path / "found.md").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("maning",), "did you mean manning?"),
        (("lasting", "--seeds", 0), "--seeds is 0"),
        (("lasting", "--workers", 0), "--workers is 0"),
        (("lasting", "--population", 1), "city.population is 1"),
        (("lasting", "--config", "nowhere.toml"), "nowhere.toml"),
        (("lasting", "--write", "none/found.md"), "--write"),
        (("lasting", "--set", "seeds=3"), "seeds is not a known name"),
    ],
)
def test_what_cannot_be_lived_is_refused_in_a_sentence(
    inside: Callable[..., subprocess.CompletedProcess[str]], words: tuple[object, ...], said: str
) -> None:
    ran = inside("trial", *words)
    assert ran.returncode == 2 and said in ran.stderr and "Traceback" not in ran.stderr
    assert not ran.stdout
