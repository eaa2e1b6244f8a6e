"""The page as readers meet it: its markup, a browser at 320 pixels, and axe's rules for accessibility."""

from __future__ import annotations

import base64
import hashlib
import html
import importlib.util
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from test_report import make_results

from contagion.report.page import html_bytes

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update",
    "--disable-background-networking", "--disable-sync", "--virtual-time-budget=20000", "--window-size=1280,900",
)  # fmt: skip
browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: the page was not looked at in a browser")

MEASURE = """
const page = document.getElementById("page"), inside = page.contentDocument;
const wide = [...inside.body.querySelectorAll("*")].filter(
  e => e.getBoundingClientRect().right > page.clientWidth + 1 && !e.closest(".scroll, .skip, .hidden"));
const clipped = [...inside.querySelectorAll("svg text")].filter(t => {
  const text = t.getBoundingClientRect(), box = t.closest("svg").getBoundingClientRect();
  return text.left < box.left - 2 || text.right > box.right + 2 || text.top < box.top - 2 || text.bottom > box.bottom + 2;
});
tell({
  page: inside.documentElement.scrollWidth, window: page.clientWidth, wide: wide.map(e => e.outerHTML.slice(0, 80)),
  clipped: clipped.map(t => t.textContent), drawings: inside.querySelectorAll("svg text").length,
  requests: page.contentWindow.performance.getEntriesByType("resource").map(r => r.name),
});
"""
TELL = """
function tell(what) {
  const text = btoa(unescape(encodeURIComponent(JSON.stringify(what))));
  document.body.innerHTML = "<pre>" + text + "</pre>";
}
"""
RULES = (
    "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations']}"
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    return html_bytes(make_results(tmp_path_factory.mktemp("seen"), 6, 3)).decode()


def browse(text: str, folder: Path) -> Any:
    """Open a page in headless Chromium and return what its script told."""
    (folder / "page.html").write_text(text)
    words = [
        str(CHROMIUM),
        *FLAGS,
        f"--user-data-dir={folder / 'profile'}",
        "--dump-dom",
        (folder / "page.html").as_uri(),
    ]
    seen = subprocess.run(words, capture_output=True, text=True, timeout=120)
    told = re.search(r"<pre>([\w+/=]+)</pre>", seen.stdout)
    assert told, f"the page told nothing: {seen.stdout[-500:]} {seen.stderr[-500:]}"
    return json.loads(base64.b64decode(told[1]))


class Page(HTMLParser):
    """What the tests look at in a page: tags in order, with the text that follows them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, {k: v or "" for k, v in attrs}))
        self.text.append("")

    def handle_data(self, data: str) -> None:
        if self.text:
            self.text[-1] += data

    def all(self, *names: str) -> list[tuple[dict[str, str], str]]:
        return [(attrs, text) for (tag, attrs), text in zip(self.tags, self.text) if tag in names]


def test_the_page_has_the_bones_of_an_accessible_document(page: str) -> None:
    found = Page(page)
    assert page.startswith("<!DOCTYPE html>") and '<html lang="en-GB">' in page
    levels = [int(tag[1]) for tag, _ in found.tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1 and all(b - a <= 1 for a, b in pairwise(levels))
    ids = [attrs["id"] for _, attrs in found.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert next(a for a, _ in found.all("a"))["href"] == "#main" and found.all("main") and found.all("nav")
    assert all(attrs["scope"] in {"col", "row"} for attrs, _ in found.all("th"))
    assert len(found.all("caption")) == len(found.all("table")) and not re.search("colspan|rowspan", page)
    assert all(attrs["aria-label"] for attrs, _ in found.all("div") if attrs.get("role") == "img")
    assert all(
        attrs["tabindex"] == "0" and attrs["aria-labelledby"]
        for attrs, _ in found.all("div")
        if attrs.get("role") == "region"
    )


def test_the_page_asks_nothing_of_anybody(page: str) -> None:
    found = Page(page)
    links = [a.get("href", "") for a, _ in found.all("a", "link", "image", "use")] + [
        a.get("src", "") for _, a in found.tags
    ]
    assert all(not link or link.startswith(("#", "data:text/csv")) for link in links)
    assert not found.all("iframe", "object", "embed", "form") and "default-src 'none'" in page
    (script,) = re.findall(
        r"<script>(.*?)</script>", page, re.S
    )  # the explorer's, which the policy names by its digest
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in html.unescape(page)
    assert not re.search(r"fetch|XMLHttp|import\(|eval|innerHTML|WebSocket", script)
    assert (
        not re.search(r"(?<!xmlns=\")(?<!xlink=\")https?://|@import|url\((?!#)", page)
        and len(page.encode()) < 3_000_000
    )
    assert not re.search(r"\b(addicts?|abusers?|clean|junkies?)\b", page, re.I) and "/work" not in page


@browser
@pytest.mark.parametrize("width", [320, 1200])
def test_nothing_is_wider_than_the_window_or_clipped(page: str, tmp_path: Path, width: int) -> None:
    opened = html.escape(page.replace("<details>", "<details open>"))
    frame = f'<iframe id="page" style="width:{width}px;height:900px;border:0" srcdoc="{opened}"></iframe>'
    text = f"<!DOCTYPE html><meta charset=utf-8><body>{frame}<script>{TELL} onload = () => {{ {MEASURE} }}</script>"
    seen = browse(text, tmp_path)
    assert seen["page"] <= seen["window"] == width, seen["wide"][:5]
    assert not seen["clipped"] and seen["drawings"] > 300
    assert not seen["requests"]


@browser
def test_axe_finds_nothing(page: str, tmp_path: Path) -> None:
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        pytest.skip("axe-playwright-python, which carries axe-core, is not installed")
    axe = (Path(found.origin).parent / "axe.min.js").read_text()
    free = re.sub(r"<meta http-equiv=[^>]*>", "", page).replace("<details>", "<details open>")
    listed = "r.violations.map(v => [v.id, v.help, v.nodes.slice(0, 3).map(n => n.html)])"
    ask = f"onload = () => axe.run({RULES}).then(r => tell({listed}))"
    text = free.replace("</body>", f"<script>{axe}</script><script>{TELL} {ask}</script></body>")
    assert browse(text, tmp_path) == []
