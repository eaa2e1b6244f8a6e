"""Outcomes are declared once: a new line of the list reaches the timeline, the tables, the pages and the documents."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, SMALL

from contagion.model.outcome_kinds import flow
from contagion.model.outcome_list import CHANNEL_NOUNS, DOMAINS, OUTCOMES, Outcome
from contagion.model.outcomes import MEASURES
from contagion.study.analysis.headlines import HEADLINES, headline_of, headlines_of
from contagion.vocabulary import CHANNELS

ADDED = """
import sys, contagion
from contagion.model import outcome_kinds as kinds
from contagion.model.outcome_list import OUTCOMES

OUTCOMES["hugs"] = kinds.flow(
    "hugs", "Hugs given", "hugs", "hugs between neighbours", "Work", "higher", 13, "hugging"
)

from contagion import api
from contagion.cli import text
from contagion.report import declarations

found = api.compare(sys.argv[1], out="c", progress=False, workers=1)
assert "hugs" in found.outcomes.columns
print(text.comparison(found))
results = api.sweep(sys.argv[2], out="s", progress=False, workers=1)
assert list(results.headlines.columns)[-1] == "hugs"
print(results.plot().alt, declarations.measure_table())
"""


SWEEP = """
[sweep]
design = "grid"
[factors."starting.friend"]
values = [0.1, 0.2]
"""


def test_a_new_outcome_is_one_declaration(small: Path, write: Callable[..., Path], tmp_path: Path) -> None:
    study = SMALL.replace("replicates = 3", 'replicates = 2\noutcomes = ["hugs"]') + SWEEP
    swept = write(study, "swept.toml")
    own = os.environ | {"PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-c", ADDED, small, swept], cwd=tmp_path, env=own, capture_output=True, text=True, timeout=300
    )
    assert ran.returncode == 0, ran.stderr
    said = ran.stdout
    assert "Hugs given (hugs)" in said and "| `hugs` | hugs per week | hugs between neighbours |" in said
    page = (tmp_path / "c" / "report.html").read_text()
    assert "Hugs given, over" in page and "The option does not clearly change hugging" in page
    assert page.index("Hugs given, over") > page.index('<span class="domain">Work</span>')
    assert "Hugs given" in (tmp_path / "s" / "report.html").read_text()


def test_measures_and_headlines_are_views_of_the_list() -> None:
    assert list(MEASURES) == list(OUTCOMES) and all(name == one.name for name, one in OUTCOMES.items())
    declared = {one.headline: one for one in OUTCOMES.values() if one.headline}
    assert {h.name for h in HEADLINES} == set(declared) and len(HEADLINES) == 12
    for headline in HEADLINES:
        one = declared[headline.name]
        assert (headline.column, headline.label, headline.better) == (one.name, one.noun, one.better)
        assert (headline.reduce == "sum") == (one.shown == "flow") and headline.domain == one.domain
    places = [declared[h.name].place for h in HEADLINES]
    assert places == list(range(1, 13)), "each has a place of its own"


def test_headlines_are_made_of_any_list() -> None:
    added = Outcome("x", "Xs", "0..1", "some x", "Health", "lower", headline="ex")
    last = headlines_of([added, *OUTCOMES.values()])[-1]
    assert (last.name, last.unit, last.period, last.whole) == ("ex", "score 0 to 1", "mean of the last year", False)
    assert headline_of(flow("y", "Ys", "visits", "y", "Health")).unit == "visits"


def test_every_outcome_says_all_that_pages_need() -> None:
    assert set(CHANNEL_NOUNS) == set(CHANNELS)
    for one in OUTCOMES.values():
        assert one.noun[0].isupper() and one.meaning and one.domain in DOMAINS, one.name
        assert (one.shown == "share") == (one.unit == "share"), one.name


@pytest.mark.parametrize(
    ("more", "says"), [({"domain": "Weather"}, "'Weather' is none of Recovery"), ({"shown": "flow"}, "per week")]
)
def test_a_declaration_that_cannot_be_shown_is_refused(more: dict[str, str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Outcome(**({"name": "x", "noun": "X", "unit": "people", "meaning": "x", "domain": "Work"} | more))  # type: ignore[arg-type]
