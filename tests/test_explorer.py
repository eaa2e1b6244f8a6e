"""The explorer of the page: by keyboard alone, its state in the address, and all tables without a script."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_report import make_results
from test_report_browser import CHROMIUM, Page

from contagion.config.load import load
from contagion.report.comparison import build
from contagion.report.comparison.results import read
from contagion.report.page import html_bytes

YEARS, OPTIONS = 2, 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_results(tmp_path_factory.mktemp("explored") / "out", 5, YEARS, only=OPTIONS)


@pytest.fixture(scope="module")
def page(folder: Path) -> Path:
    file = folder / "seen.html"
    file.write_bytes(html_bytes(folder))
    return file


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("no Chromium here: the explorer was not driven in a browser")
    with playwright.sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def test_it_holds_what_was_run_and_nothing_else(folder: Path) -> None:
    report = build.build(folder)
    found = report.explorer
    assert found.years == tuple(float(y + 1) for y in range(YEARS)) and len(found.options) == OPTIONS
    assert len(found.outcomes) == len(report.figures) and all(len(o.rows) == YEARS * OPTIONS for o in found.outcomes)
    assert len(found.data) == len(found.outcomes) * YEARS * OPTIONS
    main = found.outcomes[0]
    last = {row.option.name: row for row in main.rows if row.year == YEARS}
    figure = report.figures[0]
    assert figure.table is not None
    told = dict(zip(figure.table.head[1:], (cell.text for cell in figure.table.rows[-1][1:]), strict=True))
    assert {row.option.label: row.difference_text for row in last.values() if row.difference} == told


def test_the_settings_of_an_option_run_that_option(folder: Path, tmp_path: Path) -> None:
    known = read(folder).scenarios
    found = build.build(folder).explorer
    for option, text in zip(found.options, found.settings, strict=True):
        tomllib.loads(text)
        (tmp_path / "copied.toml").write_text(text)
        assert load(tmp_path / "copied.toml").tables() == known[option.name].tables()


def test_without_a_script_all_tables_show(chromium: Any, page: Path) -> None:
    opened = chromium.new_context(java_script_enabled=False, offline=True).new_page()
    opened.goto(page.as_uri())
    assert not opened.locator("#e-controls").is_visible()
    tables = opened.locator("#explorer details.explored table")
    assert tables.count() > 5 and all(tables.nth(k).is_visible() for k in range(tables.count()))
    assert opened.locator("#explorer details.explored tbody tr").count() == tables.count() * YEARS * OPTIONS


def test_it_is_driven_by_keyboard_alone_and_its_state_is_in_the_address(chromium: Any, page: Path) -> None:
    context = chromium.new_context(offline=True)
    opened, asked = context.new_page(), []
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(page.as_uri())

    def focus(wanted: str) -> None:
        for _ in range(200):
            opened.keyboard.press("Tab")
            if opened.evaluate("document.activeElement.id || document.activeElement.name") == wanted:
                return
        raise AssertionError(f"{wanted} is not reached by Tab")

    focus("e-outcome")
    opened.keyboard.press("ArrowDown")
    focus("e-s1")
    opened.keyboard.press("ArrowDown")
    focus("e-year")
    opened.keyboard.press("ArrowLeft")
    said = opened.locator("#e-said").inner_text()
    outcome = opened.locator("#e-outcome").input_value()
    state = opened.evaluate("location.hash")
    assert state == f"#outcome={outcome}&scenario=linkage&year=1" and said.startswith("Assertive linkage, year 1. ")
    row = opened.locator(f'tbody[data-outcome="{outcome}"] tr[data-year="1"][data-scenario="linkage"]').first
    cells = [cell.text_content() for cell in row.locator("td").all()]
    assert all(cell in said for cell in cells) and "8 in 10 of 5 runs" in said
    assert opened.locator("#e-rows tr").count() == OPTIONS
    focus("e-copy")
    opened.keyboard.press("Enter")
    opened.wait_for_function("document.getElementById('e-copied').textContent !== ''")
    again = context.new_page()
    again.goto(page.as_uri() + state)
    assert again.locator("#e-said").inner_text() == said and again.evaluate("location.hash") == state
    again.goto("about:blank")
    again.goto(page.as_uri() + "#outcome=moon&scenario=linkage&year=1.5")
    told = again.locator("#e-said").inner_text()
    assert told.startswith("Not run: the outcome and the year of this address.") and "Assertive linkage" in told
    assert all(url.startswith("file://") for url in asked) and len(asked) == 1


def test_every_control_has_a_label(page: Path) -> None:
    found = Page(page.read_text())
    labels = {a["for"] for a, _ in found.all("label")}
    controls = [a for a, _ in found.all("select", "input")]
    assert len(controls) == OPTIONS + 2 and all(a["id"] in labels for a in controls)
    assert found.all("fieldset") and found.all("legend")
    assert not re.search(r"\son\w+=", page.read_text())
