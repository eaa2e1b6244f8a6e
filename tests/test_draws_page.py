"""The page of a comparison that draws parameters: what its ranges count, from what they were drawn, which matters most."""

from __future__ import annotations

import base64
import datetime
import html
import io
import re
from pathlib import Path

import pandas as pd
import pytest
from conftest import SMALL

import contagion as ct
from contagion.economics.decisions import perfect_information
from contagion.economics.partial import partial
from contagion.report.comparison.doubt import CAPTION, Doubt, DrawnParameter
from contagion.report.comparison.money import drawn as on_single_parameters
from contagion.report.comparison.money.words import pounds
from contagion.report.documents import reading
from contagion.report.documents.blocks import Grid
from contagion.study.compare import Comparison
from contagion.study.lives import lives

A_YEAR = SMALL.replace("years = 0.25", "years = 1.0")
DRAWN = """
[uncertainty."start.opioid_active_per_1000"]
low = 5.0
high = 60.0
label = "Active <b>opioid</b> use"
reason = "Towns & cities <script>alert(1)</script> differ."

[uncertainty."interventions.champions.cost_place"]
low = 20.0
high = 80.0
label = "Weekly cost of a place"
reason = "No price is published."
"""
ALONE = (
    "Levels are the model’s own, and ranges show chance alone: compare options.",
    "The ranges in this report show one kind of doubt only: chance, from running the same city many times.",
    "it shows chance alone, and is no forecast",
    "which differ by luck alone.",
    "Shares of runs count luck inside the model alone, not doubt about the model or the unit costs.",
    "Runs differ by luck alone, so no study can buy this, and doubt about the model is not in it.",
    "What it would be worth to foresee luck, by what a QALY is worth",
)
BOTH = (
    "Levels are the model’s own, and ranges show chance and 2 drawn parameters: compare options.",
    "show two kinds of doubt: chance, from running the same city many times, and 2 drawn parameters, with other values",
    "Every other number of the model, which was the same in all runs.",
    "it shows chance and 2 drawn parameters, and is no forecast",
    "which differ by luck and by 2 drawn parameters.",
    "Shares of runs count luck inside the model and 2 drawn parameters, not doubt about the rest of the model",
    "Runs differ by luck, which no study can foresee, and by 2 drawn parameters",
    "What it would be worth to foresee luck and 2 drawn parameters, by what a QALY is worth",
    "Each run had other values of 2 drawn parameters.",
    "2 drawn parameters had other values in each run, the same for all options.",
    "The first day has published English figures, but for what was drawn from this study’s ranges.",
)


def words_of(page: str) -> str:
    """The text of a page as it is read."""
    bare = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", page, flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", bare)))


def compared(folder: Path, text: str, replicates: int) -> Comparison:
    (folder / "study.toml").write_text(text)
    return ct.compare(folder / "study.toml", replicates, 1, folder / "out", progress=False)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, undrawn: None) -> Comparison:
    return compared(tmp_path_factory.mktemp("many"), A_YEAR + DRAWN, 30)


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory, undrawn: None) -> Comparison:
    return compared(tmp_path_factory.mktemp("without"), A_YEAR, 3)


def test_with_draws_every_sentence_counts_them(many: Comparison) -> None:
    said = words_of(many.report.read_text(encoding="utf-8"))
    assert [one for one in BOTH if one not in said] == []
    assert [one for one in ALONE if one in said] == []


def test_without_draws_the_sentences_stay(without: Comparison) -> None:
    said = words_of(without.report.read_text(encoding="utf-8"))
    assert [one for one in ALONE if one not in said] == []
    assert [one for one in BOTH if one in said] == []
    assert "drawn parameter" not in said and CAPTION not in said and on_single_parameters.CAPTION not in said


def test_ranges_and_reasons_stand_in_a_table_and_are_escaped(many: Comparison) -> None:
    page = many.report.read_text(encoding="utf-8")
    said = words_of(page)
    assert CAPTION in said and "30 draws: every option of a run has the same." in said
    assert (
        "from 5 to 60 per 1,000 people, uniform" in said
        and "from 20 to 80 GBP per week and place in use, uniform" in said
    )
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page and "Active <b>opioid" not in page


def test_what_a_parameter_is_worth_is_worked_out_from_the_table_that_is_given_out(many: Comparison) -> None:
    """The figures of the page are those of the regression on the exported table, which holds what each draw had."""
    table = ct.costs_and_effects(many)
    names = ["start.opioid_active_per_1000", "interventions.champions.cost_place"]
    assert table.columns[-2:].tolist() == names and len(table) == 60
    draws = many.results.draws.set_index("replicate")
    for name in names:
        assert (table.set_index("replicate")[name] == draws[name].reindex(table["replicate"])).all()
        assert table.groupby("replicate")[name].nunique().max() == 1
    wide = {column: table.pivot(index="replicate", columns="scenario", values=column) for column in ("cost", "effect")}
    costs, effects = (wide[one][["today", "champions"]].to_numpy() for one in ("cost", "effect"))
    document = reading.read(many.report.read_text(encoding="utf-8"), datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    grid = next(one for one in document.blocks if isinstance(one, Grid) and one.caption == on_single_parameters.CAPTION)
    worths = [float(head.partition("£")[2].replace(",", "")) for head in grid.head[1:]]
    assert {20_000.0, 30_000.0} < set(worths) and len(grid.rows) == 4
    for k, worth in enumerate(worths, 1):
        found = partial(costs, effects, worth, {name: draws[name].to_numpy() for name in names})
        told = {row[0]: row[k] for row in grid.rows}
        for name in names:
            shown = next(text for row, text in told.items() if row.endswith(f"({name})"))
            assert shown == pounds(found.values[name]) + f" ({on_single_parameters.CLEAR})" * (name in found.clear)
        assert told["The most that chance gives to any of 2 that do nothing, in 95 of 100 shuffles"] == pounds(
            found.by_chance
        )
        assert told["All of it: luck and 2 drawn parameters"] == pounds(perfect_information(costs, effects, worth))


def test_people_of_the_page_are_those_who_lived_there(many: Comparison) -> None:
    """Who is reached is told from a city that is founded again: with what was drawn, it has the people that were counted."""
    study, weekly = ct.load_study(many.directory / "scenario.toml"), many.outcomes
    last = weekly[weekly["week"] == weekly["week"].max()].set_index(["scenario", "replicate"])
    found = lives(many.results, study.scenarios, int(weekly["week"].max()))
    assert found is not None
    counted = last[["active", "in_recovery", "at_risk"]].sum(axis=1)
    for i, one in enumerate(found.of("today")):
        assert one.reached.loc["sex", "here"].sum() == counted["today", i]


def test_the_download_holds_what_was_drawn(many: Comparison) -> None:
    page = many.report.read_text(encoding="utf-8")
    link = re.search(r'base64,([^"]+)" download="costs-and-effects\.csv"', page)
    assert link is not None
    table = pd.read_csv(io.BytesIO(base64.b64decode(link[1])))
    assert table.columns.tolist() == ct.costs_and_effects(many).columns.tolist()


def test_few_draws_say_nothing_of_single_parameters(tmp_path: Path, undrawn: None) -> None:
    few = compared(tmp_path, A_YEAR + DRAWN, 10)
    said = words_of(few.report.read_text(encoding="utf-8"))
    assert (
        "Which of the 2 drawn parameters would be worth knowing better is not stated: that takes at least 30 draws, and "
        "there are 10."
    ) in said
    assert on_single_parameters.CAPTION not in said and CAPTION in said


def test_one_parameter_is_told_in_the_singular() -> None:
    one = Doubt((DrawnParameter("relapse.scale", "Relapse", "from 0.5 to 2 ratio, uniform", "1", "any"),))
    assert one.shown == "chance and 1 drawn parameter" and one.differ == "luck and by 1 drawn parameter"
    assert not one.founding and Doubt().table(3) is None and Doubt().shown == "chance alone"


def test_a_budget_question_says_that_it_draws_nothing(tmp_path: Path) -> None:
    few = {"screen": 2, "each": 2, "most": 2, "mixes": 1, "sizes": [1.0], "workers": 1, "progress": False}
    for name, text in (("with", A_YEAR + DRAWN), ("without", A_YEAR)):
        (tmp_path / f"{name}.toml").write_text(text)
        answer = ct.budget(tmp_path / f"{name}.toml", [1e6], out=tmp_path / name, **few)  # type: ignore[arg-type]
        said = "A comparison of this study draws 2 parameters anew in each replicate. Mixes did not"
        assert (said in words_of(answer.page.read_text(encoding="utf-8"))) == (name == "with")
        assert not list((tmp_path / name).rglob("draws.parquet"))
