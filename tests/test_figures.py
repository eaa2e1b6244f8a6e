"""Figures: one kind for all pages and notebooks, asked for by name from below, and drawn from tables alone."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

import contagion
from contagion.core import package
from contagion.report.figures import Figure, NoFigure, effects, history


def imported(path: Path) -> set[str]:
    """Dotted names of what a file imports, also inside functions."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


def test_folders_of_the_report_stand_on_each_other() -> None:
    report = ROOT / "contagion" / "report"
    for path in report.rglob("*.py"):
        names = imported(path)
        inside = path.relative_to(report).parts[0]
        if inside == "figures":
            assert not any(
                name.startswith(("contagion.report.comparison", "contagion.report.studies")) for name in names
            )
            assert not names & {"contagion.study.results", "contagion.study.compare", "contagion.study.sensitivity"}, (
                path
            )
        if inside == "comparison":
            assert not any(name.startswith("contagion.report.studies") for name in names), path
        if inside == "studies":
            assert not any(name.startswith("contagion.report.comparison") for name in names), path


def test_nothing_below_the_report_imports_it() -> None:
    for folder in ("core", "model", "config", "study", "processes", "city", "interventions"):
        for path in (ROOT / "contagion" / folder).rglob("*.py"):
            assert not any(name.startswith("contagion.report") for name in imported(path)), path


def test_registering_figures_loads_none_of_them() -> None:
    code = "import sys, contagion; from contagion.core import package; assert 'sweep' in package.ANSWERS; "
    code += "assert not {'matplotlib', 'pandas', 'contagion.report'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_a_kind_may_be_drawn_by_somebody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(package.ANSWERS, "dict", "builtins:dict")
    assert package.ask("dict", a=1) == {"a": 1}


def test_a_history_is_drawn_with_the_nouns_of_its_outcomes() -> None:
    out = contagion.simulate(contagion.load("baseline", **{"city.population": 300, "time.years": 0.25}), seed=1)
    figure = out.plot(("active", "public_stigma"))
    assert isinstance(figure, Figure) and list(figure.data.columns) == ["week", "active", "public_stigma"]
    words = {text.get_text() for text in figure.figure.findobj(lambda a: hasattr(a, "get_text"))}
    assert {"People in active addiction", "Public stigma", "Years", "people, 0..1"} <= words
    assert "seed 1" in figure.caption and figure._repr_html_().startswith("<figure><img alt=")


def test_effects_are_drawn_from_a_table(tmp_path: Path) -> None:
    gaps = pd.DataFrame({"more": np.arange(1.0, 11), "less": np.arange(-5.0, 5)})
    titles = {"today": "Today", "more": "More homes", "less": "Fewer homes"}
    figure = effects("stable", titles=titles, differences=gaps, caption="10 replicates.")
    assert figure.description[0] == "More homes: 2 to 9 more." and "fewer to" in figure.description[1]
    assert list(figure.data.columns)[-2:] == ["option", "difference"] and len(figure.data) == 20
    assert figure.save(tmp_path / "x.png").stat().st_size > 5000 and len(figure.drawings) == 1
    assert figure.drawings[0][1].startswith("<svg ")


def test_a_figure_has_all_its_words_data_and_panels() -> None:
    figure = history(pd.DataFrame({"active": [1.0, 2.0]}), measures=["active"], title="A city", caption="One history.")
    for missing in ("title", "subtitle", "alt", "caption", "name"):
        with pytest.raises(ValueError, match=f"without {missing}"):
            replace(figure, **{missing: " "})
    for nothing in ({"panels": ()}, {"data": pd.DataFrame()}):
        with pytest.raises(NoFigure, match="data and panels"):
            replace(figure, **nothing)
