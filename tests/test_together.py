"""Scenarios given by name from Python: they are compared as a study file would have it, with nothing of them lost."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest
from conftest import SMALL

import contagion as ct
from contagion.config.written import plain
from contagion.interventions.base import REGISTRY
from contagion.study.compare import compare


def test_scenarios_by_name_are_a_study(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SMALL)
    study = ct.load_study(tmp_path / "small.toml")
    given = {"as it is": study.scenarios["today"], "champions": study.scenarios["champions"], "harder": ct.load(
        study.base, **{"relapse.scale": 1.5})}  # fmt: skip
    made, names = ct.load_study(given, **{"study.replicates": 2}), ["as_it_is", "champions", "harder"]
    assert list(made.scenarios) == list(ct.variants(given)) == names and made.replicates == 2
    for name, one in zip(names, given.values()):
        labels = {"name": name, "title": made.scenarios[name].title}
        assert made.scenarios[name] == one.model_copy(update=labels)
    assert [one.title for one in made.scenarios.values()] == ["as it is", "Champions", "A small city"]
    tiny = {"time.years": 0.06, "city.population": 120, "study.seed": 7}
    found = compare(given, 2, 1, tmp_path / "given", progress=False, **tiny)
    filed = compare(tmp_path / "small.toml", 2, 1, tmp_path / "filed", progress=False, **tiny)
    same = found.outcomes[found.outcomes["scenario"] == "champions"].drop(columns="scenario").reset_index(drop=True)
    of_file = filed.outcomes[filed.outcomes["scenario"] == "champions"].drop(columns="scenario")
    assert same.equals(of_file.reset_index(drop=True))
    again, equal = ct.rerun(tmp_path / "given", workers=1, progress=False)
    assert equal and ct.open(again).results.scenarios == names  # type: ignore[union-attr]


def test_names_and_paths_are_scenarios_too_and_equal_titles_give_way_to_names() -> None:
    made = ct.load_study({"now": "baseline", "later": ct.load("baseline", **{"relapse.scale": 0.9})})
    assert [(name, one.title) for name, one in made.scenarios.items()] == [("now", "now"), ("later", "later")]
    assert made.scenarios["later"].relapse.scale == 0.9 and plain(made)["study"]["scenarios"]["later"]["relapse"] == {
        "scale": 0.9
    }


def test_what_cannot_be_compared_is_said() -> None:
    with pytest.raises(ct.ConfigError, match="names no scenario"):
        ct.load_study({})
    with pytest.raises(ct.ConfigError, match=r"compare several as \{name: scenario\}"):
        ct.compare(["baseline", "baseline"], progress=False)  # type: ignore[arg-type]
    with pytest.raises(ct.ConfigError, match="has names too alike"):
        ct.load_study({"a b": "baseline", "a_b": "baseline"})
    with pytest.raises(ct.ConfigError, match="makes a city of 300 people"):
        ct.load_study({"now": "baseline", "small": ct.load("baseline", **{"city.population": 300})})
    with pytest.raises(ct.ConfigError, match="is a table"):
        ct.simulate({"now": "baseline"})  # type: ignore[arg-type]


WALKS = """
from typing import Literal
from contagion.interventions.ties.champions import Champions

class Walks(Champions):
    "Walks along the canal."
    kind: Literal["walks"] = "walks"
"""


def test_results_with_interventions_of_ones_own_say_which_module_they_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "canal.py").write_text(WALKS)
    (tmp_path / "small.toml").write_text(SMALL.replace('kind = "champions"', 'kind = "walks"'))
    monkeypatch.syspath_prepend(str(tmp_path))
    before = dict(REGISTRY)
    tiny = {"time.years": 0.06, "city.population": 120}
    try:
        importlib.import_module("canal")
        compare(tmp_path / "small.toml", 1, 1, tmp_path / "out", progress=False, **tiny)
        assert ct.verify(tmp_path / "out", 1).runs
        del REGISTRY["walks"]
        for ask in (ct.rerun, ct.verify):
            with pytest.raises(ct.ConfigError, match=r"of the kind walks, which the module canal of your own") as told:
                ask(tmp_path / "out")
            assert "begin with `import canal` in Python, in the folder of canal.py" in str(told.value)
            assert len(told.value.faults) == 1 and not (tmp_path / "out-again").exists()
        assert len(ct.open(tmp_path / "out").results.runs) == 2, "reading needs no module"  # type: ignore[union-attr]
    finally:
        REGISTRY.clear()
        REGISTRY.update(before)
        sys.modules.pop("canal", None)
