"""What a notebook shows: one picture, once, in each form that notebooks choose from, and short forms of everything."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from driving import alone, needs, opened, violations

import contagion as ct

TINY = {"city.population": 300, "time.years": 0.25}
LONGEST, WIDEST = 12, 260
"""Lines of a short form, and letters of a line of it."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One of everything that users hold in their hands."""
    away = tmp_path_factory.mktemp("made")
    quiet: dict[str, Any] = {"workers": 1, "progress": False}
    history = ct.simulate("baseline", seed=1, **{"city.population": 1000, "time.years": 1.0})
    screened = {"sensitivity.samples": 4, "study.outcomes": ["starts", "active"], **TINY}
    city = ct.RecoveryCity("baseline", rng=1, **TINY)
    found = {
        "Scenario": ct.load("first_comparison"),
        "Study": ct.load_study("sensitivity_example"),
        "Outcomes": history,
        "Cascades": history.cascades(),
        "RecoveryCity": city,
        "Person": city.agents[0],
        "Comparison": ct.compare("first_comparison", replicates=2, out=away / "compared", **quiet, **TINY),
        "Results": ct.sweep("sweep_example", replicates=1, out=away / "swept", **quiet, **TINY),
        "Sensitivity": ct.sensitivity(
            "sensitivity_example", method="morris", replicates=1, out=away / "screened", **quiet, **screened
        ),
    }
    return found | {"Figure": history.plot()}


DRAWN = ("Outcomes", "Cascades", "Comparison", "Results", "Sensitivity")


def pictures(bundle: dict[str, Any]) -> int:
    """Pictures that each form of a bundle holds; a notebook chooses one form."""
    html = bundle.get("text/html", "")
    assert html.count("<img") == 1 and "data:image/png;base64," in html and "alt=" in html
    assert "image/png" in bundle and "image/svg+xml" not in bundle and "text/latex" not in bundle
    return html.count("<img")


@pytest.mark.parametrize("name", DRAWN)
def test_a_plot_offers_one_picture_in_two_forms(made: dict[str, Any], name: str) -> None:
    figure = made[name].plot()
    png, said = figure._repr_png_()
    assert png.startswith(b"\x89PNG") and said["alt"] == figure.alt
    wide, high = struct.unpack(">II", png[16:24])
    assert wide >= said["width"] > 300 and high >= said["height"] > 100
    assert figure._repr_html_().count("<img") == 1


def test_what_objects_show_of_themselves_is_accessible(made: dict[str, Any]) -> None:
    needs()
    showing = {name: one._repr_html_() for name, one in made.items() if hasattr(one, "_repr_html_")}
    assert set(showing) >= {*DRAWN, "Scenario", "Study", "RecoveryCity", "Figure"} - {"Cascades"}
    with opened() as (page, abroad):
        for name, shown in showing.items():
            page.set_content(alone(shown))
            assert violations(page) == [], name
        assert abroad == []


@pytest.fixture
def shell(made: dict[str, Any]) -> Iterator[Any]:
    """A notebook's own interpreter, with one of everything in it."""
    pytest.importorskip("IPython", reason="the notebook's own formatter is not installed")
    from IPython.core.interactiveshell import InteractiveShell

    one = InteractiveShell.instance()
    one.push(made)
    one.push({"ct": ct})
    yield one
    InteractiveShell.clear_instance()


def shown(shell: Any, code: str) -> list[dict[str, Any]]:
    """What a cell shows, each as its forms by mime type."""
    assert shell.run_cell(f"%%capture seen\n{code}").success
    assert not shell.user_ns["seen"].stderr and "Error" not in shell.user_ns["seen"].stdout, shell.user_ns[
        "seen"
    ].stdout
    return [dict(output.data) for output in shell.user_ns["seen"].outputs]


@pytest.mark.parametrize("name", DRAWN)
def test_a_cell_shows_a_plot_once(shell: Any, name: str) -> None:
    (one,) = shown(shell, f"{name}.plot()")
    assert pictures(one) == 1 and one["text/plain"].startswith("Figure: ")
    assert shown(shell, f"x = {name}.plot()") == [], "what is kept in a name is not shown"
    (again,) = shown(shell, "x")
    assert pictures(again) == 1
    (asked,) = shown(shell, f"from IPython.display import display; display({name}.plot())")
    assert pictures(asked) == 1


def test_nothing_is_left_open_that_the_end_of_a_cell_would_show_again(shell: Any) -> None:
    shown(shell, "Outcomes.plot(); Comparison.plot()")
    assert shell.run_cell("import matplotlib.pyplot as plt; assert plt.get_fignums() == []").success


@pytest.mark.parametrize("name", ["Scenario", "Study", "Outcomes", "Comparison", "Results", "Sensitivity"])
def test_a_cell_shows_the_thing_itself_as_a_small_page(shell: Any, name: str) -> None:
    (one,) = shown(shell, name)
    assert "<img" not in one["text/html"] and len(one["text/html"]) < 40_000 and "nan" not in one["text/html"].lower()


@pytest.mark.parametrize(
    "name",
    ["Scenario", "Study", "Outcomes", "Cascades", "RecoveryCity", "Person", "Comparison", "Results", "Sensitivity"],
)
def test_short_forms_are_short_and_say_something(made: dict[str, Any], name: str) -> None:
    lines = repr(made[name]).splitlines()
    assert len(lines) <= LONGEST and max(map(len, lines)) <= WIDEST, lines
    assert lines[0].startswith(name.split("_")[0]) and len(" ".join(lines)) > 30 and "object at 0x" not in lines[0]
    assert repr(made[name]) == str(made[name])


def test_the_short_form_of_every_figure_is_short(made: dict[str, Any]) -> None:
    for name in DRAWN:
        lines = repr(made[name].plot()).splitlines()
        assert len(lines) <= LONGEST and max(map(len, lines)) <= 125, lines


def test_short_forms_hold_what_is_asked_first(made: dict[str, Any]) -> None:
    assert "50,000 people" in repr(made["Scenario"]) and "champions" in repr(made["Scenario"])
    assert "factors (12)" in repr(made["Study"]) and "People in stable recovery" in repr(made["Outcomes"])
    assert "7 scenarios (Today" in repr(made["Comparison"]) and "compared" in repr(made["Comparison"])
    assert "week 0 of 13, seed 1" in repr(made["RecoveryCity"]) and "uid=0" in repr(made["Person"])
    assert "starts: " in repr(made["Sensitivity"]) and "Points: 20" in repr(made["Results"])


def test_a_plain_script_draws_without_a_screen(tmp_path: Path) -> None:
    code = (
        "import contagion as ct\n"
        f"out = ct.simulate('baseline', seed=1, **{dict(TINY, **{'city.population': 2000})!r})\n"
        "print(out.plot()); out.plot().save('history.png'); out.cascades().plot().save('cascades.svg')\n"
        "import matplotlib.pyplot as plt; assert plt.get_fignums() == []\n"
    )
    env = {**os.environ, "MPLBACKEND": "Agg", "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert ran.returncode == 0 and not ran.stderr and ran.stdout.startswith("Figure: "), ran.stderr
    assert (tmp_path / "history.png").stat().st_size > 5000 and "<svg" in (tmp_path / "cascades.svg").read_text()


def test_a_history_in_which_nobody_starts_says_so_instead_of_a_picture() -> None:
    nobody = {"start.early_per_1000": 0.0, "starting.spontaneous": 0.0, "null_model": "spontaneous_only", **TINY}
    out = ct.simulate("baseline", seed=1, **nobody)
    assert not out.timeline["starts"].any() and repr(out.cascades()).startswith("Cascades: 0")
    with pytest.raises(ValueError, match="nothing to draw"):
        out.cascades().plot()


def test_a_measure_that_there_is_not_is_named_with_the_nearest(made: dict[str, Any]) -> None:
    with pytest.raises(KeyError, match="did you mean active"):
        made["Outcomes"].plot(["actve"])
    assert list(made["Outcomes"].plot("active").data.columns) == ["week", "active"]
