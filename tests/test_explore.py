"""Sliders and Mesa's page: moving one cause moves the pictures, moving nothing moves nothing; bare names of parameters."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

import contagion as ct
from contagion.cli.commands import app
from contagion.config.keys import whole_names
from contagion.exploring import pictures, sliders

SHORT = {"time.years": 0.5}


@pytest.fixture(scope="module")
def explorer() -> Any:
    pytest.importorskip("ipywidgets", reason="sliders need ipywidgets")
    return ct.explore(ct.load("demo", **SHORT))


def test_a_slider_moved_moves_the_pictures_and_moved_back_moves_them_back(explorer: Any) -> None:
    before = explorer.chart.value, explorer.network.value, explorer.said.value
    assert all("<svg" in drawn and 'aria-label="' in drawn for drawn in before[:2])
    explorer.sliders["starting.friend"].value = 0.0
    after = explorer.chart.value, explorer.network.value, explorer.said.value
    assert after[0] != before[0] and after[1] != before[1] and "starting.friend = 0." in after[2]
    now, then = map(int, re.findall(r"(?:end|was): ([\d,]+)", after[2]))
    assert now < then, "without friends fewer are in recovery"
    explorer.reset.click()
    assert (explorer.chart.value, explorer.network.value, explorer.said.value) == before
    assert explorer.settings == {}


def test_nothing_changed_moves_nothing(explorer: Any) -> None:
    before = explorer.chart.value, explorer.network.value
    explorer._changed(None)
    assert (explorer.chart.value, explorer.network.value) == before
    again = ct.explore(ct.load("demo", **SHORT))
    assert (again.chart.value, again.network.value) == before


def test_other_causes_are_declared_parameters(explorer: Any) -> None:
    chosen = sliders._chosen(["friend", "relapse.scale"])
    assert list(chosen) == ["starting.friend", "relapse.scale"]
    with pytest.raises(ct.ConfigError, match="causes"):
        sliders._chosen(["city.graph"])


def test_without_ipywidgets_it_says_so_and_shows_the_town(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    figure = ct.explore(ct.load("demo", **SHORT))
    assert figure.alt.startswith("A network of") and "ipywidgets" in capsys.readouterr().err


def test_bare_names_of_parameters_are_made_whole() -> None:
    assert ct.load("baseline", population=300, friend=0.2).starting.friend == 0.2
    assert ct.load("baseline", title="Ours").title == "Ours"
    assert whole_names({"friend": 1, "city.population": 2}) == {"starting.friend": 1, "city.population": 2}
    with pytest.raises(ct.ConfigError, match=r"frend.*did you mean starting\.friend"):
        ct.load("baseline", frend=0.2)
    with pytest.raises(ct.ConfigError, match=r"rate.*onset\.rate"):
        ct.load("baseline", rate=0.2)


def test_a_city_shows_itself_as_an_accessible_table() -> None:
    shown = ct.demo(title="<b>x</b>", **SHORT)._repr_html_()
    assert shown.count("<caption>") == 1 and shown.count('scope="row"') == 5 and shown.count('scope="col"') == 3
    assert "<b>" not in shown and len(shown) < 2_000


def test_the_page_without_its_packages_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from contagion.exploring import page

    monkeypatch.setattr(page, "missing", lambda: ["solara"])
    with pytest.raises(ct.ConfigError, match=r"contagion\[app\]"):
        page.serve("demo", 1, 8765, False)
    monkeypatch.setattr(page, "missing", list)
    with socket.socket() as taken:
        taken.bind((page.LOOPBACK, 0))
        taken.listen()
        with pytest.raises(ct.ConfigError, match=r"--port \d+ is in use on this machine; name another one"):
            page.serve("demo", 1, taken.getsockname()[1], False)
    assert page.LOOPBACK == "127.0.0.1" and "app" in {one.name for one in app.registered_commands}


def test_drawings_are_marked_up_with_their_words() -> None:
    city = ct.demo(**SHORT)
    assert "A network of" in pictures.network_of(city) and "Lines over" in pictures.stages_of(city)


@pytest.mark.parametrize("asked", ["ct.demo()", "ct.explore()"])
def test_the_first_city_of_all_says_that_the_model_is_compiled(tmp_path: Path, asked: str) -> None:
    """With an empty folder for compiled code; the city itself is left out, as it would take the minute."""
    code = (
        "import contagion as ct\nfrom contagion.exploring import beginning, sliders\n"
        f"beginning.RecoveryCity = sliders.Explorer = lambda *_, **__: None\n{asked}"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT), "CONTAGION_CACHE_DIR": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0 and ran.stderr == "Compiling the model for this machine: once, about a minute.\n"


def test_the_three_lines_take_less_than_five_seconds_once_compiled() -> None:
    """In a fresh process, by its own clock of CPU time: other work on the machine does not count."""
    ct.demo(**SHORT).run().plot()
    code = "import contagion as ct\ncity = ct.demo()\ncity.run()\ncity.plot()\nimport time\nprint(time.process_time())"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=120)
    assert ran.stderr == "" and float(ran.stdout) < 5.0
