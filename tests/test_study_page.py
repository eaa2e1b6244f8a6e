"""Pages of sweeps and analyses: the verdict first, nothing left out, and the same results give the same bytes."""

from __future__ import annotations

import base64
import html
import importlib.util
import json
import math
import re
import warnings
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from test_pictures import SENSITIVITY, make_study
from test_report_browser import MEASURE, RULES, TELL, Page, browse, browser

from contagion.report import provenance
from contagion.report.comparison import content
from contagion.report.figures.study_data import StudyData
from contagion.report.page import write
from contagion.report.studies import stress
from contagion.report.studies import tables as study_tables
from contagion.study.keeping import seal
from contagion.study.results import open_results

KINDS = [*SENSITIVITY, "grid", "one"]


def study_of(folder: Path, kind: str) -> Path:
    """A study of a kind, with its page."""
    if kind in SENSITIVITY:
        out = make_study(folder, SENSITIVITY[kind], kind, factors=3, replicates=8 if kind == "ofat" else 2)
        write(out)
        return out
    design = '[sweep]\ndesign = "grid"\n'
    out = make_study(folder, design, factors=2 if kind == "grid" else 1, replicates=6, several=kind == "grid", lost=2)
    write(out)
    return out


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The page of each kind of study."""
    found = {}
    for kind in KINDS:
        found[kind] = (study_of(tmp_path_factory.mktemp(kind), kind) / "report.html").read_text()
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_has_the_bones_of_an_accessible_document(pages: dict[str, str], kind: str) -> None:
    page = pages[kind]
    found = Page(page)
    assert page.startswith("<!DOCTYPE html>") and '<html lang="en-GB">' in page and page.rstrip().endswith("</html>")
    levels = [int(tag[1]) for tag, _ in found.tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1 and all(b - a <= 1 for a, b in pairwise(levels))
    ids = [attrs["id"] for _, attrs in found.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = [a["href"] for a, _ in found.all("a") if a["href"].startswith("#")]
    assert links[0] == "#main" and {link[1:] for link in links} <= set(ids)
    assert found.all("main") and found.all("nav") and found.all("footer") and found.all("header")
    assert all(attrs["scope"] in {"col", "row"} for attrs, _ in found.all("th"))
    assert len(found.all("caption")) == len(found.all("table")) and not re.search("colspan|rowspan", page)
    images = [attrs for attrs, _ in found.all("div") if attrs.get("role") == "img"]
    assert images and all(attrs["aria-label"] for attrs in images)
    assert len(found.all("details")) == len(found.all("figure")) == len(found.all("figcaption"))
    assert "could not be drawn" not in page and "None" not in re.sub(r"<svg.*?</svg>", "", page)


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_asks_nothing_of_anybody(pages: dict[str, str], kind: str) -> None:
    page = pages[kind]
    assert (
        not re.search(r"<(script|iframe|object|embed|form|link)\b|@import|url\((?!#)", page)
        and "default-src 'none'" in page
    )
    assert not re.search(r"(?<!xmlns=\")(?<!xlink=\")https?://", page) and len(page.encode()) < 3_000_000
    assert not re.search(r"\b(addicts?|abusers?|clean|junkies?)\b", page, re.I)
    assert "<b>friends</b>" not in page and "&lt;b&gt;friends&lt;/b&gt; &amp; others" in page


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_says_what_it_is_made_of(pages: dict[str, str], kind: str) -> None:
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", pages[kind])
    for caption in captions:
        assert re.search(r"City of 400 people, 1 year; \d+ points?, \d+ replicates? of each\. Scenarios?: ", caption)
        assert "Intervals: 95%" in caption or "percentile" in caption


def test_the_verdict_stands_first_and_in_words(pages: dict[str, str]) -> None:
    for kind, page in pages.items():
        first = page[page.index("<main") : page.index("<nav")]
        assert "<h2" in first and "<svg" not in first and "<table" not in first, kind
    assert "Not resolved at N = 16" in pages["sobol"] and "two groups" not in pages["sobol"]
    assert "Morris&#39; mean absolute effect" in pages["morris"]
    assert "Not complete" in pages["grid"] and "2 of 300 runs failed" in pages["grid"]


def test_sentences_name_factors_by_their_labels(pages: dict[str, str]) -> None:
    first = pages["sobol"][pages["sobol"].index("<main") : pages["sobol"].index("<nav")]
    assert "Pull of friends" in first and "starting.friend" not in first


def test_one_factor_at_a_time_is_never_a_ranking(pages: dict[str, str]) -> None:
    text = re.sub(r"<[^>]+>", " ", pages["ofat"])
    assert text.count("never ranks") >= 2 and "rank nothing" in text
    assert not re.search(r"most important|matters? most|largest|strongest|ranked", text)


def test_failed_runs_stand_there_with_id_and_message(tmp_path: Path) -> None:
    out = study_of(tmp_path, "grid")
    page, failed = (out / "report.html").read_text(), open_results(out).failed
    assert len(failed) == 2 and all(key in page for key in failed["run_id"])
    assert "ValueError: &lt;i&gt;" in page and 'href="#failed"' in page


@pytest.mark.parametrize("kind", ["sobol", "grid"])
def test_the_same_results_give_the_same_bytes(tmp_path: Path, kind: str) -> None:
    out = study_of(tmp_path, kind)
    first = (out / "report.html").read_bytes()
    write(out)
    assert (out / "report.html").read_bytes() == first and not list(out.glob(".report*"))
    assert b"2 January 2026" in first


def test_stress_has_every_item_with_content_or_a_confession(tmp_path: Path) -> None:
    out = study_of(tmp_path, "sobol")
    facts = StudyData(**open_results(out).tables)
    items = stress.items(facts)
    numbers = [number for number, _, _ in items]
    assert " ".join(numbers) == (
        "1.1 1.2 1.3 2.1 2.2 2.3 2.4 2.5.1 2.5.2 2.5.3 2.5.4 3.1 3.2 3.3 3.4 4.1 4.2 4.3 5.1 5.2 5.3 5.4 6.1"
    )
    text = {number: words for number, _, words in items}
    assert "Made up for tests." in text["1.1"] and "Do friends matter?" in text["1.3"]
    assert "Philox" in text["5.2"] and "1 and 2" in text["5.2"] and "640 runs, 0 failed" in text["4.3"]
    assert "numpy" in text["5.1"] and facts.manifest["config_hash"] in text["6.1"] and "1 year" in text["4.2"].lower()
    facts.manifest["question"] = ""
    assert stress.MISSING in [str(row[1]) for row in stress.table(facts).rows]


def test_the_table_of_factors_says_range_distribution_and_reason(pages: dict[str, str]) -> None:
    table = pages["sobol"][pages["sobol"].index('id="t-factors"') :]
    table = re.sub(r"<[^>]+>", "|", table[: table.index("</table>")])
    assert "Pull of friends||starting.friend||0 to 0.4||uniform||Unknown, so wide." in table.replace("</td><td>", "||")
    assert "(the declared range)" in table and "not stated in the config" in table


def test_the_data_behind_a_figure_can_be_taken_away(pages: dict[str, str]) -> None:
    for kind, page in pages.items():
        links = re.findall(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"', page)
        assert links, kind
        assert all(b"\r\n" in base64.b64decode(html.unescape(link)) for link in links)


def test_long_tables_are_cut_and_say_so(tmp_path: Path) -> None:
    out = make_study(tmp_path, '[sweep]\ndesign = "latin"\npoints = 230\n', factors=4, replicates=1)
    page = write(out).read_text()
    assert "The first 200 of 230 rows" in page and len(page) < 1_500_000
    assert "One replicate: luck cannot be told" in page


def odd(point: Mapping[str, Any], scenario: str, rng: np.random.Generator) -> tuple[float, float]:
    """The same everywhere, and no number."""
    return 7.0, math.nan


@pytest.mark.parametrize(("study", "more"), [
    ('[sweep]\ndesign = "grid"\n', {"factors": 1, "replicates": 1, "model": odd}),
    ('[sweep]\ndesign = "list"\nrows = [{"starting.friend" = 0.1}]\n', {"factors": 0, "replicates": 2, "lost": 1}),
    ('[sweep]\ndesign = "grid"\n', {"factors": 2, "replicates": 1, "lost": 10_000}),
])  # fmt: skip
def test_odd_results_have_a_page_too(tmp_path: Path, study: str, more: dict[str, Any]) -> None:
    out = make_study(tmp_path, study, **more)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        page = write(out).read_text()
    assert "could not be drawn" not in page and page.count("<h1>") == 1
    assert not re.search(r"\bnan\b", re.sub(r"<[^>]+>|base64,\S+", " ", page))


def test_a_page_stands_also_where_much_is_missing(tmp_path: Path) -> None:
    out = study_of(tmp_path, "sobol")
    (out / "analysis.json").unlink()
    (out / "indices.parquet").unlink()
    said = json.loads((out / "manifest.json").read_text())
    for name in ("question", "description", "versions", "system", "wall_seconds", "created", "seeds", "rng"):
        said.pop(name)
    said["factors"], said["config"]["study"]["outcomes"] = {}, ["stable"]
    (out / "manifest.json").write_text(json.dumps(said))
    seal.seal(out)
    page = write(out).read_text()
    assert "nothing can be said" in page and "No factor varied" in page and page.count("Not stated in the config") >= 2


def test_a_drawing_that_fails_does_not_cost_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = study_of(tmp_path, "one")

    def broken(*_: Any) -> None:
        raise RuntimeError("no <ink>")

    monkeypatch.setattr("contagion.report.figures.points.sweep", broken)
    page = write(out).read_text()
    assert "A figure could not be drawn" in page and "RuntimeError: no &lt;ink&gt;" in page and "<svg" not in page


def test_a_heat_map_is_on_this_page_and_refused_for_commissioners(tmp_path: Path, pages: dict[str, str]) -> None:
    assert 'class="panels heat map"' in pages["sobol"]
    assert "heat map" in content.NOT_FOR_COMMISSIONERS


def test_cells_are_words(tmp_path: Path) -> None:
    facts = StudyData(**open_results(study_of(tmp_path, "one")).tables)
    frame = pd.DataFrame(
        {"point": [0], "starting.friend": [0.125], "p50": [math.nan], "two_groups": [True], "verdict": [""]}
    )
    table = study_tables.of_frame(facts, frame, "Some data")
    assert table.head == ("Point", "Pull of friends", "Median", "Two groups", "Verdict")
    assert table.rows == (("0", "0.125", "no value", "yes", "–"),)


@browser
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_wider_than_the_window_or_clipped(pages: dict[str, str], tmp_path: Path, kind: str) -> None:
    opened = html.escape(pages[kind].replace("<details>", "<details open>"))
    frame = f'<iframe id="page" style="height:900px;border:0" srcdoc="{opened}"></iframe>'
    width = 'document.getElementById("page").style.width = `${width}px`;'
    look = MEASURE.replace("tell(", "all.push(")
    measure = f"const all = []; for (const width of [320, 1200]) {{ {width} {look} }} tell(all);"
    text = f"<!DOCTYPE html><meta charset=utf-8><body>{frame}<script>{TELL} onload = () => {{ {measure} }}</script>"
    for window, seen in zip((320, 1200), browse(text, tmp_path), strict=True):
        assert seen["page"] <= seen["window"] == window, seen["wide"][:5]
        assert not seen["clipped"] and seen["drawings"] > 10 and not seen["requests"]


@browser
@pytest.mark.parametrize("kind", ["sobol", "grid"])
def test_axe_finds_nothing(pages: dict[str, str], tmp_path: Path, kind: str) -> None:
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        pytest.skip("axe-playwright-python, which carries axe-core, is not installed")
    axe = (Path(found.origin).parent / "axe.min.js").read_text()
    free = re.sub(r"<meta http-equiv=[^>]*>", "", pages[kind]).replace("<details>", "<details open>")
    listed = "r.violations.map(v => [v.id, v.help, v.nodes.slice(0, 3).map(n => n.html)])"
    ask = f"onload = () => axe.run({RULES}).then(r => tell({listed}))"
    text = free.replace("</body>", f"<script>{axe}</script><script>{TELL} {ask}</script></body>")
    assert browse(text, tmp_path) == []


def test_a_factor_of_words_moves_alone(tmp_path: Path) -> None:
    words = '[factors.null_model]\nvalues = ["none", "barriers_only"]\n'
    out = make_study(tmp_path, SENSITIVITY["ofat"] + words, "ofat", factors=0, several=False)
    page = write(out).read_text()
    assert "could not be drawn" not in page and "at barriers_only" in page


def test_a_council_may_bring_its_own_templates_here_too(tmp_path: Path) -> None:
    out = study_of(tmp_path, "one")
    (tmp_path / "report.css").write_text("body { color: #123456 }")
    assert "#123456" in write(out, tmp_path).read_text()


@pytest.mark.parametrize("kind", ["sobol", "one"])
def test_every_page_has_the_same_footer(pages: dict[str, str], kind: str) -> None:
    footer = dict(provenance.footer({"seeds": [3, 4, 5], "git": {"commit": "abc", "dirty": True}}, {"Points": "7"}))
    assert footer["Seeds"] == "3 to 5" and footer["Code"] == "Git commit abc, with uncommitted changes."
    assert footer["Points"] == "7" and footer["Model hash"] == "not recorded"
    shown = re.findall(r"<dt>(.*?)</dt>", pages[kind])
    assert [name for name in shown if name in footer] == list(footer) and shown[-1] == "Funding and interests"
