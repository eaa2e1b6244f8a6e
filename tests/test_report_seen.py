"""The page as it is seen: first screen, telephone, large text, greyscale, the reader's own colours, and print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_report import make_results
from test_report_browser import CHROMIUM

from contagion.report.page import html_bytes

playwright = pytest.importorskip("playwright.sync_api", reason="playwright, which drives a browser, is not installed")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: the page was not looked at in a browser")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_results(tmp_path_factory.mktemp("looked-at"), 6, 3, off=0.5)
    file = folder / "seen.html"
    file.write_bytes(html_bytes(folder))
    return file


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(chromium: Any, page: Path, width: int = 1280, height: int = 900, **how: Any) -> Any:
    shown = chromium.new_context(viewport={"width": width, "height": height}, **how).new_page()
    shown.goto(page.as_uri())
    return shown


def test_the_first_screen_holds_the_message_the_verdict_and_a_picture(chromium: Any, page: Path) -> None:
    shown = opened(chromium, page)
    for what in (".key .contagion", ".picture svg", ".picture h2"):
        box = shown.locator(what).first.bounding_box()
        assert box and box["y"] + (box["height"] if "svg" not in what else 200) <= 900, what


@pytest.mark.parametrize("width", [1280, 768, 390, 320])
def test_no_column_of_a_table_is_out_of_sight(chromium: Any, page: Path, width: int) -> None:
    shown = opened(chromium, page, width)
    hidden = shown.evaluate(
        """() => [...document.querySelectorAll("details")].forEach(d => d.open = true) ??
        [...document.querySelectorAll(".scroll, .panels")].filter(e => e.scrollWidth > e.clientWidth + 1)
        .map(e => e.textContent.trim().slice(0, 60))"""
    )
    assert hidden == []


def test_a_stacked_cell_stands_under_its_heading(chromium: Any, page: Path) -> None:
    shown = opened(chromium, page, 390)
    said = shown.evaluate(
        """() => [...document.querySelectorAll("#t-steps")].map(c => c.closest("table"))[0].querySelectorAll("tbody td")
        .values().map(td => getComputedStyle(td, "::before").content).toArray()"""
    )
    heads = shown.locator("table:has(#t-steps) thead th").all_text_contents()
    assert said[: len(heads) - 1] == [f'"{head}"' for head in heads[1:]]


@pytest.mark.parametrize("width", [1280, 390])
def test_text_in_charts_grows_with_the_text_around_it(chromium: Any, page: Path, width: int) -> None:
    tall = []
    for size in ("100%", "200%"):
        shown = opened(chromium, page, width)
        shown.add_style_tag(content=f"html {{ font-size: {size} !important }}")
        letters = "e => e.getScreenCTM().a * parseFloat(getComputedStyle(e).fontSize)"
        tall.append([one.evaluate(letters) for one in shown.locator(".panel svg text").all()[:60:7]])
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
    assert len(tall[0]) > 5 and all(large >= 1.98 * small > 20 for small, large in zip(*tall, strict=True)), tall


def test_charts_take_the_colours_that_the_reader_has_chosen(chromium: Any, page: Path) -> None:
    shown = opened(chromium, page, forced_colors="active", color_scheme="dark")
    colours = shown.evaluate(
        """() => [[...document.querySelectorAll(".panel svg text")].map(t => getComputedStyle(t).fill),
        [...document.querySelectorAll(".panel svg path")].map(t => getComputedStyle(t).stroke),
        getComputedStyle(document.body).backgroundColor]"""
    )
    texts, strokes, paper = (set(colours[0]), set(colours[1]) - {"none"}, colours[2])
    assert paper == "rgb(0, 0, 0)" and texts == {"rgb(255, 255, 255)"}
    assert strokes and all(sum(map(int, re.findall(r"\d+", stroke)[:3])) > 120 for stroke in strokes - {paper}), strokes


def test_better_and_worse_differ_without_colour(chromium: Any, page: Path) -> None:
    shown = opened(chromium, page)
    looks = shown.evaluate(
        """() => ["v-better", "v-worse"].map(name => {
          const one = Object.assign(document.createElement("span"), {className: "verdict " + name});
          document.body.append(one);
          const style = getComputedStyle(one);
          return [style.backgroundColor, style.borderStyle, getComputedStyle(one, "::before").content];
        })"""
    )
    (dark, *_), (light, *_) = looks
    grey = [
        sum(w * int(c) for w, c in zip((0.3, 0.6, 0.1), re.findall(r"\d+", one), strict=False)) for one in (dark, light)
    ]
    assert abs(grey[0] - grey[1]) > 150 and all(a != b for a, b in zip(*looks, strict=True))


def test_the_summary_prints_on_two_pages(chromium: Any, page: Path, tmp_path: Path) -> None:
    text = page.read_text()
    cut = text.index('<p class="annex-mark">')
    summary = tmp_path / "summary.html"
    summary.write_text(text[:cut] + "</main></body></html>")
    assert pages(chromium, summary) == 2
    whole = pages(chromium, page)
    assert 10 < whole < 25


def pages(chromium: Any, file: Path) -> int:
    """Pages of a file as it is printed."""
    shown = opened(chromium, file)
    return len(re.findall(rb"/Type\s*/Page\b", shown.pdf(prefer_css_page_size=True)))
