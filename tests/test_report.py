"""The report: what it may say, that it says it accessibly, and that the same results give the same bytes."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import write_tables
from hypothesis import given
from hypothesis import strategies as st

from contagion.report import chances, html, wording
from contagion.report.comparison import build, content, message
from contagion.report.comparison.findings import compare
from contagion.report.comparison.results import read
from contagion.report.page import write
from contagion.report.table import Range, Table
from contagion.study.analysis.headlines import HEADLINES
from contagion.study.analysis.paired import Interval

OPTIONS = {
    "today": ("Today", 0.0), "champions": ("Champions programme", 0.09), "linkage": ("Assertive linkage", 0.05),
    "housing": ("Recovery housing", 0.002), "all_three": ("All three together", 0.16),
}  # fmt: skip
MEASURES = {
    "people": (50_000, 0), "active": (1_150, -0.5), "in_recovery": (2_300, 0.6), "stable": (1_700, 1.0), "starts": (9, 0.4),
    "relapses": (7, 0.2), "deaths": (0.35, -0.2), "offences": (20, -0.5), "homes_share": (0.82, 0.3),
    "jobs_share": (0.61, 0.02), "public_stigma": (0.45, -0.4), "collective_efficacy": (0.5, 0.2),
}  # fmt: skip
CHANNELS = {"spontaneous": 4.5, "treatment": 2.0, "family": 0.5, "friend": 0.8, "group": 0.6, "event": 0.1, "ally": 0.2}
GROUPS = {"neighbourhood": 8, "substance": 3, "sex": 2, "age_band": 4}


def make_results(
    folder: Path,
    runs: int = 20,
    years: int = 10,
    effect: float = 1.0,
    only: int = 5,
    *,
    off: float | None = None,
    drift: float = 0.0,
    prices: Mapping[str, Mapping[str, float]] | None = None,
    **said: Any,
) -> Path:
    """A made-up results directory: a random walk shared by all options of a run, plus what each option does to it.

    With `off`, the first and the last option are there with contagion switched off too, and so much of the effect is left.
    `drift`: by how much every level rises over the whole time, as a share; `prices`: of interventions, by kind.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng, weeks = np.random.default_rng(7), np.arange(years * 52 + 1)
    ramp = np.clip((weeks - 26) / 260, 0, None) / 2
    options = dict(list(OPTIONS.items())[:only])
    twins = {} if off is None else {f"{name}_off": name for name in (next(iter(options)), list(options)[-1])}
    options |= {
        name: (f"{options[twin][0]}, contagion off", options[twin][1] * (off or 0)) for name, twin in twins.items()
    }
    frames, groups, ledger = [], [], []
    for run in range(runs):
        shared = {m: rng.normal(0, 1, len(weeks)).cumsum() / 22 for m in MEASURES}
        for name, (_, strength) in options.items():
            own = rng.normal(0, 0.35, len(weeks)).cumsum() / 22 * (strength > 0)
            frame = {"scenario": name, "replicate": run, "week": weeks}
            for m, (size, response) in MEASURES.items():
                path = size * (1 + 0.03 * shared[m] + 0.02 * own + effect * strength * response * ramp)
                path = path + size * drift * weeks / weeks[-1]
                flow = m in {"starts", "relapses", "deaths", "offences"}
                frame[m] = rng.poisson(np.clip(path, 0, None)).astype(float) if flow else path
            for channel, weight in CHANNELS.items():
                frame[f"credit_{channel}"] = frame["starts"] * weight / 8.7 * (1 + rng.normal(0, 0.05))
            strength = options[twins.get(name, name)][1]
            frame["cost"] = 1_500_000 * strength * 8 / 52 * (1 + rng.normal(0, 0.02))
            frames.append(pd.DataFrame(frame))
            for dimension, count in GROUPS.items():
                for i in range(count):
                    stable = (
                        4 if dimension == "age_band" and not i else rng.poisson(1_700 / count * (1 + effect * strength))
                    )
                    named = str(i) if dimension == "neighbourhood" else f"group_{i}"
                    groups.append((name, run, years * 52, dimension, named, stable, rng.poisson(200 / count)))
            for kind in {"today": [], "all_three": list(options)[1:4]}.get(twins.get(name, name), [name]):
                ledger.append((name, run, 52, kind, 30, 28, 4, 500 + run, 400 + run, 380, 150, 90, 2e6 + 1e4 * run))
    columns = ["scenario", "replicate", "week"]
    tables = {
        "timeline": pd.concat(frames),
        "groups": pd.DataFrame(groups, columns=[*columns, "dimension", "group", "stable", "deaths"]),
    }
    columns += ["intervention", "places", "used", "waiting", "joined", "entered", "left", "dropped", "gave_up", "cost"]
    write_tables(folder, tables | {"ledger": pd.DataFrame(ledger, columns=columns)})
    kinds = {
        n: {"kind": n, "start": 1.0} | dict((prices or {}).get(n, {})) for n in ("champions", "linkage", "housing")
    }
    scenarios = {n: {"title": t, "interventions": {n: kinds[n]} if n in kinds else {}} for n, (t, _) in options.items()}
    if "all_three" in scenarios:
        scenarios["all_three"]["interventions"] = kinds
    for name, twin in twins.items():
        scenarios[name] = scenarios[twin] | {"title": options[name][0], "null_model": "contagion_off"}
    manifest = {
        "schema": 2, "kind": "compare", "name": "comparison", "title": "Three ways to help recovery spread",
        "question": "Which of three programmes, alone or together, helps the most people reach stable recovery?",
        "baseline": "today", "replicates": runs, "config_hash": "3f1c" * 16, "content_hash": "9ab0" * 16,
        "scenarios": [{"name": n, "title": t} for n, (t, _) in options.items()],
        "config": {"city": {"population": 50_000}, "time": {"years": float(years)}, "study": {"scenarios": scenarios}},
        "versions": {"contagion": "0.1.0", "python": "3.12.4"}, "git": {"commit": "0123456789abcdef", "dirty": True},
        "seeds": list(range(1, runs + 1)), "wall_seconds": 84.2, "workers": 2, "rng": "Philox4x32-10",
        "created": "2026-11-22T09:30:00+00:00", "system": {"os": "Linux", "cpu": "a made-up processor"},
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest | said))
    return folder


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_results(tmp_path_factory.mktemp("results"))


@pytest.fixture(scope="module")
def report(results: Path) -> content.Report:
    return build.build(results)


@pytest.fixture(scope="module")
def page(report: content.Report) -> str:
    return html.page("report.html.j2", report=report).decode()


def test_the_key_message_comes_first_and_is_short(report: content.Report, page: str) -> None:
    said = " ".join(report.key_message)
    assert (
        len(said.split()) <= 150
        and re.search(r"\d+ to \d+ more people", said)
        and re.search(r"all 20 runs|\(\d+%\)", said)
    )
    assert "not a forecast" in said and page.index('id="key"') < page.index("<nav") < page.index('id="caveats"')
    sentences = [s for s in re.split(r"(?<=[.?!])\s", said) if s]
    assert len(said.split()) / len(sentences) <= 25
    assert all(c.implication for c in report.caveats) and "22 November 2027" in report.review_by


@pytest.mark.parametrize(
    ("effect", "runs", "says"),
    [(0.0, 20, "no option made a clear difference"), (-1.0, 20, "did worse than today"), (1.0, 4, "only 4 runs")],
)
def test_the_key_message_is_honest(tmp_path: Path, effect: float, runs: int, says: str) -> None:
    found = read(make_results(tmp_path / "r", runs, 3, effect))
    said = " ".join(message.key_message(found, compare(found)))
    assert says in said and len(said.split()) <= 150


def test_one_option_alone_is_not_compared(tmp_path: Path) -> None:
    text = write(make_results(tmp_path / "r", 3, 1, only=1)).read_text()
    assert "only one option was run" in text and "Options at a glance" not in text
    assert not (tmp_path / "r" / ".report.html.part").exists()


def test_figures_say_what_they_show(report: content.Report, page: str) -> None:
    verbs = "raise|raises|lower|lowers|changes|change|inspire"
    for figure in (*report.figures, report.channels):
        assert figure and len(figure.title.split()) <= 10 and re.search(verbs, figure.title)
        assert figure.table and len(figure.panels) >= 5 and "20" in figure.caption
    assert {f.table.caption.split(":")[0] for f in report.figures if f.table} == {h.label for h in HEADLINES}
    colours = set(re.findall(r"#[0-9a-f]{6}", " ".join(svg for f in report.figures for _, svg in f.drawings)))
    assert colours <= {"#12436d", "#3d3d3d", "#000000", "#ffffff", "#cccccc", "#1a1a1a"}
    links = [base64.b64decode(link) for link in re.findall(r"data:text/csv;charset=utf-8;base64,([\w+/=]+)", page)]
    assert sum(link.startswith(b"option,week,p10,p25,p50,p75,p90\r\n") for link in links) >= 2 * len(HEADLINES)
    assert page.count('data-interval="10-90"') > 200


def test_both_framings_add_up_and_small_groups_are_hidden(report: content.Report) -> None:
    for row in (row for table in report.chances for row in table.rows):
        better, rest = (float(str(cell).split()[0]) for cell in row[1:3])
        assert better + rest == 20 and str(row[5]).lower() in {word for _, word in chances.SCALE}
    cells = [cell for table in report.groups for row in table.rows for cell in row]
    assert "Fewer than 10" in cells and not any(isinstance(c, Range) and c.interval.high == 4 for c in cells)


def test_the_same_results_give_the_same_bytes(results: Path, page: str) -> None:
    code = "import sys, contagion.report.page as r; sys.stdout.buffer.write(r.html_bytes(sys.argv[1]))"
    own = {**os.environ, "PYTHONHASHSEED": "3", "PYTHONPATH": str(Path(__file__).parents[1])}
    again = subprocess.run([sys.executable, "-c", code, results], capture_output=True, check=True, env=own)
    assert again.stdout.decode() == page


def test_hostile_words_are_shown_as_words(tmp_path: Path) -> None:
    nasty = '<script>alert("x")</script> $\\frac{1}{ {{ 7*7 }} \x00\x07 \u202e =cmd()'
    titles = [{"name": "today", "title": nasty * 200}, {"name": "champions", "title": "=" + nasty}]
    text = write(make_results(tmp_path / "r", 3, 1, only=2, title=nasty, question=nasty, scenarios=titles)).read_text()
    assert text.count("<script") == 1 and "<script>alert" not in text  # the explorer's own
    assert "&lt;script&gt;" in text and "{{ 7*7 }}" in text and "\x00" not in text
    csv = base64.b64decode(re.search(r"csv;charset=utf-8;base64,([\w+/=]+)", text)[1]).decode()  # type: ignore[index]
    assert "'=<script>" in csv and "\n=" not in csv and len(text) < 3_000_000


@pytest.mark.parametrize(
    ("low", "high", "says"), [(0.001, 0.002, "small"), (-0.1, 0.1, "unclear"), (0.1, 0.2, "worse")]
)
def test_a_verdict_is_read_off_the_whole_range(low: float, high: float, says: str) -> None:
    stigma, option = next(h for h in HEADLINES if h.name == "stigma"), content.Option("a", "A", "A")
    assert content.Finding(stigma, option, Interval(0.4, 0.5, 0.6), Interval(low, high, high)).verdict == says


def test_a_council_may_bring_its_own_templates(tmp_path: Path, report: content.Report) -> None:
    (tmp_path / "report.css").write_text("body { color: #123456 }")
    own = html.page("report.html.j2", tmp_path, report=report)
    assert b"#123456" in own and b"Key message" in own


def test_content_refuses_what_a_commissioner_should_not_get(report: content.Report) -> None:
    figure = report.figures[0]
    for missing in ("title", "alt", "subtitle", "caption"):
        with pytest.raises(ValueError, match="without"):
            replace(figure, **{missing: " "})
    with pytest.raises(ValueError, match="without"):
        replace(figure, description=())
    with pytest.raises(ValueError, match="data"):
        replace(figure, data=pd.DataFrame())
    with pytest.raises(TypeError, match="bare float"):
        content.Finding(HEADLINES[0], content.Option("a", "A", "A"), 3.0)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="not float"):
        Table("A table", ("Name", "Number"), (("a", 1.5),))  # type: ignore[arg-type]
    for kind in sorted(content.NOT_FOR_COMMISSIONERS):
        with pytest.raises(ValueError, match="commissioners"):
            replace(report, figures=(replace(figure, kind=kind),))


@given(st.floats(-1e6, 1e6), st.floats(0.001, 1e5), st.sampled_from(["people", "share", "score 0 to 1", "GBP"]))
def test_ranges_are_no_finer_than_their_width(low: float, width: float, unit: str) -> None:
    found = Interval(low, low + width / 2, low + width)
    half = width / 2 * wording.unit(unit).factor
    assert half / wording.step(found, wording.unit(unit).factor) < 30.001
    said = wording.difference(found, unit)
    assert low <= 0 <= low + width or not ("more" in said and ("fewer" in said or "less" in said))
