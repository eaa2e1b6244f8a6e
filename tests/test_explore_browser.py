"""A student's first hour in a browser: sliders in JupyterLab, Mesa's page, and nothing asked of anybody else."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from driving import family, free_port, listening, needs, opened, pictured, served, violations

import contagion as ct

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="who listens where is read from Linux's /proc"),
]

NOTEBOOK = {
    "cells": [
        {
            "cell_type": "code",
            "id": "one",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": 'import contagion as ct\nct.explore(ct.load("demo", **{"time.years": 1.0}))',
        }
    ],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}
THEIRS = {"button-name", "html-has-lang", "meta-viewport", "region"}
"""Rules that the frame of Solara's page breaks, which is not ours: its bar's two buttons, its <html>, its credit line."""


def drawn(page: Any) -> tuple[str, ...]:
    """All that the sliders move: both pictures whole, and the sentence."""
    return tuple(page.locator(one).inner_html() for one in (".contagion-stages", ".contagion-network", SENTENCE))


SENTENCE = "p[role=status]"
MINUTES = 300_000
"""Milliseconds that the first picture may take, as the model may have to be compiled first."""


def test_a_slider_moves_the_pictures_in_jupyterlab(tmp_path: Path) -> None:
    needs("jupyterlab", "ipywidgets", "ipykernel")
    (tmp_path / "hour.ipynb").write_text(json.dumps(NOTEBOOK))
    port = free_port()
    words = ["-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"]
    words += ["--allow-root", "--IdentityProvider.token=", f"--ServerApp.root_dir={tmp_path}"]
    places = {f"JUPYTER_{name}_DIR": str(tmp_path / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    places |= {"JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "set"), "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "work")}
    places |= {"IPYTHONDIR": str(tmp_path / "ipython"), "JUPYTER_PREFER_ENV_PATH": "1"}
    with served(words, port, tmp_path / "server", "/api/status", **places) as lab, opened() as (page, abroad):
        page.goto(f"{lab.address}/lab/tree/hour.ipynb")
        page.get_by_text("| Idle").wait_for()
        page.locator(".jp-CodeCell .cm-content").first.click()
        page.keyboard.press("Shift+Enter")
        page.locator(".contagion-network svg").wait_for(timeout=MINUTES)
        first = drawn(page)
        assert "nothing changed" in first[2]
        pictured(page, "jupyterlab_first")

        knob = page.locator(".noUi-handle").first
        knob.focus()
        page.keyboard.press("Home")
        page.wait_for_function(
            f"() => document.querySelector('{SENTENCE}').textContent.includes('starting.friend = 0.')"
        )
        moved = drawn(page)
        assert all(now != then for now, then in zip(moved, first))
        pictured(page, "jupyterlab_moved")
        ours = [
            (rule, markup) for rule, markup in violations(page, ".contagion-explorer") if "noUi-handle" not in markup
        ]
        assert ours == [], "ipywidgets gives the handles of its sliders no name of their own; all else is ours"

        page.get_by_role("button", name="As it was").click()
        page.wait_for_function(f"() => document.querySelector('{SENTENCE}').textContent.includes('nothing changed')")
        assert drawn(page) == first, "the same seed and the same causes give the same pictures, byte for byte"

        places_heard = {address for address, _ in listening(family(lab.process.pid))}
        assert places_heard == {"127.0.0.1"}
        assert abroad == [] and lab.asked_abroad == []


SHOWN = "['stages', 'network'].every((one, k) => document.querySelector('.contagion-' + one).outerHTML === was[k])"
"""Whether the page shows these pictures."""


def test_a_slider_moves_the_pictures_of_mesas_page(tmp_path: Path) -> None:
    needs("solara", "solara_assets", "altair")
    port = free_port()
    words = ["-m", "contagion", "app", "demo", "--port", str(port), "--no-browser"]
    with served(words, port, tmp_path) as app, opened() as (page, abroad):
        page.goto(app.address)
        page.locator(".contagion-stages svg").wait_for(timeout=MINUTES)
        page.get_by_role("slider", name="Render Interval").focus()
        page.keyboard.press("End")
        page.get_by_role("slider", name="Render Interval").and_(page.locator("[aria-valuenow='100']")).wait_for(
            state="attached"
        )
        page.get_by_role("button", name="Step").click()
        page.get_by_text("Time: 100").wait_for()
        page.locator(".contagion-network[aria-label*=' arrows']").wait_for()
        first = settled(page)
        pictured(page, "app_first")

        page.get_by_role("slider", name="Inspired by friends").focus()
        page.keyboard.press("ArrowLeft")
        page.get_by_text("Inspired by friends: 3.99", exact=True).wait_for()
        page.wait_for_function(f"was => !({SHOWN})", arg=first)
        settled(page)
        page.keyboard.press("ArrowRight")
        page.get_by_text("Inspired by friends: 4", exact=True).wait_for()
        page.wait_for_function(f"was => {SHOWN}", arg=first)  # the slider's number comes first, the city after it
        assert settled(page) == first, "founded again with the same causes: the same pictures, byte for byte"

        page.keyboard.press("Home")
        page.get_by_text("Inspired by friends: 0", exact=True).wait_for()
        changed = "was => document.querySelector('.contagion-network').outerHTML !== was"
        page.wait_for_function(changed, arg=first[1])
        moved = settled(page)
        assert moved[0] != first[0] and moved[1] != first[1]
        page.get_by_text("Time: 100").wait_for()  # as many weeks as before
        pictured(page, "app_moved")
        assert {rule for rule, _ in violations(page)} <= THEIRS
        for part in (".contagion-causes", ".contagion-network", ".contagion-stages", "h1"):
            assert violations(page, part) == []

        assert listening(family(app.process.pid)) == {("127.0.0.1", port)}
        assert abroad == [] and app.asked_abroad == []
    assert app.process.returncode == 0 and "Traceback" not in app.said and "DEBUG" not in app.said


def settled(page: Any) -> tuple[str, str]:
    """Both pictures, once two looks half a second apart see the same."""
    while True:
        looks = []
        for _ in range(2):
            parts = (page.locator(f".contagion-{one}") for one in ("stages", "network"))
            looks.append(tuple(part.evaluate("one => one.outerHTML") for part in parts))
            page.wait_for_timeout(500)
        if looks[0] == looks[1]:
            return looks[0]


def test_the_page_to_watch_is_accessible_and_stepped_by_keyboard(tmp_path: Path) -> None:
    needs()
    path = ct.demo(**{"time.years": 1.0}).run().animate(tmp_path / "town.html")
    with opened(width=320, height=800) as (page, abroad):
        page.emulate_media(reduced_motion="reduce")
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        said = page.locator("#said")
        assert said.inner_text().startswith("Week 0:") and violations(page) == []
        page.get_by_role("button", name="Step on").focus()
        page.keyboard.press("Enter")
        stepped = said.inner_text()
        assert not stepped.startswith("Week 0:") and said.get_attribute("aria-live") == "polite"
        page.get_by_role("button", name="Step back").focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Play").focus()
        page.keyboard.press("Enter")  # who asked for less motion is shown the next week alone
        page.wait_for_timeout(600)
        assert said.inner_text() == stepped
        page.get_by_role("slider", name="Week").focus()
        page.keyboard.press("End")
        assert said.inner_text().startswith("Week 52:") and violations(page) == []
        pictured(page, "animation")
        assert abroad == []
