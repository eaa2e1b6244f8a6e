"""What a finance director needs of the report: options against each other, what contagion carries, drift, whose prices."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from test_report import make_results

from contagion.config.load import load_study
from contagion.interventions.base import REGISTRY, Intervention
from contagion.report import chances, wording
from contagion.report.comparison import build, caveats, drift, message, options, switched_off, tables
from contagion.report.comparison.content import Finding, Option, Report
from contagion.report.comparison.findings import Compared, compare, headline
from contagion.report.comparison.ladder import DOMINATED, FIRST, PASSED, STEP, UNCLEAR, ladder
from contagion.report.comparison.results import checks_among, labelled, read
from contagion.report.figures.rows import RangeRow, RangeRows
from contagion.report.html import page
from contagion.report.table import Range, Table
from contagion.report.units import verdict
from contagion.study.analysis.headlines import HEADLINES
from contagion.study.analysis.paired import Interval, interval

STABLE = next(h for h in HEADLINES if h.name == "stable")
COST = next(h for h in HEADLINES if h.column == "cost")
RUNS = 20
LUCK = np.random.default_rng(3).normal(0, 30, RUNS)


def made(outcome: Any, levels: np.ndarray) -> Compared:
    """An outcome of options named a, b, c ..., from its number in every run."""
    found = []
    for name, values in zip("abcdefgh", levels, strict=False):
        gap = None if name == "a" else interval(values - levels[0])
        found.append(Finding(outcome, Option(name, name.upper(), name.upper()), interval(values), gap))
    return Compared(outcome, tuple(found), levels, levels[:, :, None])


def two(gains: list[tuple[float, float]], costs: list[float]) -> tuple[Compared, Compared]:
    """Stable recovery and cost of options whose gains are spread evenly from one end to the other."""
    levels = np.array(
        [1000 + LUCK + np.random.default_rng(k).permutation(np.linspace(*g, RUNS)) for k, g in enumerate(gains)]
    )
    return made(STABLE, levels), made(COST, np.repeat(np.array(costs)[:, None], RUNS, axis=1))


def standings(*args: Any) -> dict[str, tuple[str, str | None]]:
    found = ladder(two(*args))
    assert found is not None
    return {rung.option.name: (rung.standing, rung.by.name if rung.by else None) for rung in found.rungs}


def test_a_dearer_option_without_a_clear_gain_is_no_step() -> None:
    found = standings([(0, 0), (30, 50), (-4, 9), (30, 65)], [0, 2.7e6, 4.0e6, 8.9e6])
    assert found == {"a": (FIRST, None), "b": (STEP, None), "c": (DOMINATED, "b"), "d": (UNCLEAR, "b")}


def test_extended_dominance_is_named() -> None:
    found = standings([(0, 0), (10, 12), (90, 100)], [0, 5e6, 6e6])
    assert found == {"a": (FIRST, None), "b": (PASSED, "c"), "c": (STEP, None)}


def test_an_option_that_saves_money_and_does_better_dominates_today() -> None:
    found = standings([(0, 0), (20, 30)], [1e6, 5e5])
    assert found == {"b": (FIRST, None), "a": (DOMINATED, "b")}


def test_the_price_of_a_step_is_what_each_run_paid() -> None:
    found = ladder(two([(0, 0), (40, 60)], [0, 1e6]))
    assert found is not None and found.top.price is not None and found.top.more is not None
    assert 1e6 / 60 < found.top.price.low < found.top.price.middle < found.top.price.high < 1e6 / 40


def test_without_costs_there_is_no_ladder_and_only_a_clear_winner_leads() -> None:
    near = two([(0, 0), (20, 40), (25, 45)], [0, 0, 0])
    assert ladder(near) is None and message.leader(near[0], None) is None
    far = two([(0, 0), (20, 40), (65, 85)], [0, 0, 0])
    lead = message.leader(far[0], None)
    assert lead is not None and lead.option.name == "c"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_what_is_put_forward_is_clearly_better_than_everything_cheaper(data: st.DataObject) -> None:
    many = data.draw(st.integers(2, 6))
    ends = st.floats(-60, 60)
    gains = [(0.0, 0.0)] + [tuple(sorted((data.draw(ends), data.draw(ends)))) for _ in range(many - 1)]
    costs = [data.draw(st.sampled_from([0.0, 1e6, 2e6, 3e6, 5e6])) for _ in range(many)]
    main, cost = two(gains, costs)
    by_cost = ladder((main, cost))
    lead = message.leader(main, by_cost)
    if lead is None or by_cost is None:
        return
    at = main.findings.index(lead)
    for other in range(many):
        if costs[other] < costs[at]:
            gap = interval(main.levels[at] - main.levels[other])
            assert verdict(gap, "people", "higher") == "better"
    assert all((rung.by is None) == rung.is_step for rung in by_cost.rungs)
    assert [costs["abcdefgh".index(r.option.name)] for r in by_cost.rungs] == sorted(costs)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_results(tmp_path_factory.mktemp("off"), off=0.5, drift=-0.1)


@pytest.fixture(scope="module")
def report(seen: Path) -> Report:
    return build.build(seen)


def test_the_first_screen_says_what_contagion_carries(seen: Path, report: Report) -> None:
    assert report.contagion in report.key_message and len(" ".join(report.key_message).split()) <= 150
    share = re.search(r"contagion carries (\d+)% to (\d+)% of that effect", report.contagion)
    assert share and int(share[1]) < 50 < int(share[2])
    text = page("report.html.j2", report=report).decode()
    first = text[text.index('class="first"') : text.index("<nav")]
    assert report.contagion.split("“")[0] in first and "<svg" in first and "contagion off" in first
    assert report.checks is not None and len(report.checks.rows) == 2


def test_long_names_leave_a_short_message(tmp_path: Path) -> None:
    long = "A programme of peers and of many other people who help in one or more ways"
    titles = [{"name": n, "title": f"{n} {long}"} for n in ("today", "champions", "linkage", "housing", "all_three")]
    titles += [{"name": f"{n}_off", "title": f"{n} off {long}"} for n in ("today", "all_three")]
    found = build.build(make_results(tmp_path / "r", 4, 3, off=0.5, scenarios=titles))
    assert len(" ".join(found.key_message).split()) <= 150


def test_a_check_is_no_option(seen: Path, report: Report) -> None:
    found = read(seen)
    assert [o.name for o in found.options] == ["today", "champions", "linkage", "housing", "all_three"]
    assert [(c.option.name, c.twin.name) for c in found.checks] == [
        ("today_off", "today"),
        ("all_three_off", "all_three"),
    ]
    assert report.incremental is not None and len(report.incremental.rows) == 5
    one = compare(found)[0]
    assert sum(f.best.count + f.best.level for f in one.findings if f.best) >= 20
    assert not any("contagion off" in str(row[0]) for table in (*report.chances, report.options) for row in table.rows)


@pytest.mark.parametrize(
    ("off", "effect", "says"),
    [
        (None, 1.0, "no option with contagion switched off"),
        (1.0, 1.0, "no clear part"),
        (0.0, 0.0, "no effect for contagion"),
    ],
)
def test_what_contagion_carries_follows_from_the_runs(
    tmp_path: Path, off: float | None, effect: float, says: str
) -> None:
    found = read(make_results(tmp_path / "r", 12, 3, effect, off=off))
    assert says in switched_off.verdict_in_words(compare(found)[0], found)


def test_every_shipped_comparison_has_its_options_without_contagion() -> None:
    compared = [
        f for f in (ROOT / "configs").glob("*.toml") if tomllib.loads(f.read_text()).get("study", {}).get("scenarios")
    ]
    assert compared
    for file in compared:
        study = load_study(file)
        every = labelled({name: one.title for name, one in study.scenarios.items()})
        checks = checks_among(every, study.scenarios)
        off = {c.twin.name for c in checks if c.null_model == "contagion_off"}
        assert every[0].name in off and len(off) > 1, file.name


def texts(table: Table | None) -> list[list[str]]:
    assert table is not None
    return [[c.text if isinstance(c, Range) else str(c) for c in row] for row in table.rows]


def test_a_number_is_the_same_wherever_it_stands(seen: Path, report: Report) -> None:
    found = read(seen)
    compared = compare(found)
    assert report.picture and report.incremental and report.glance
    for one, figure, row in zip(compared, report.figures, texts(report.glance), strict=True):
        np.testing.assert_array_equal(one.paths[:, :, -1], one.gaps)
        assert texts(figure.table)[-1][1:] == row[2:]
        last = figure.data.groupby("option", sort=False).last()
        np.testing.assert_allclose(
            last["p90"], np.quantile(one.gaps, 0.9, axis=1) * wording.unit(one.outcome.unit).factor
        )
        for said, amount in zip(figure.description[1:], row[2:], strict=False):
            assert wording.sentence(said.split(": ", 1)[1]).startswith(amount)
    first = dict(zip((o.label for o in found.options[1:]), texts(report.glance)[0][2:], strict=True))
    for label, _, amount in texts(report.picture.table)[:4]:
        assert first[label] == amount
    assert {row[0]: row[2] for row in texts(report.incremental)[1:]} == first
    cost = texts(report.glance)[-1][2:]
    assert {row[0]: row[1] for row in texts(report.picture.table)[:4]} == dict(zip(first, cost, strict=True))
    lead = message.leader(compared[0], ladder(compared))
    assert lead and first[lead.option.label].lower() in report.key_message[0].lower()
    assert report.levels and texts(report.levels.table)[-1][1] == texts(report.glance)[0][1]


@pytest.mark.parametrize(
    ("by", "says"), [(-0.3, r"Drift under today.*fewer\)"), (0.3, r"Drift under today.*more\)"), (0.0, "No clear")]
)
def test_the_drift_is_read_off_the_runs(tmp_path: Path, by: float, says: str) -> None:
    found = read(make_results(tmp_path / "r", 20, 3, drift=by))
    compared = compare(found)[0]
    assert re.search(says, drift.drift_in_words(compared, found))
    assert ("no smaller than" in drift.drift_beside(compared, found)) == (by != 0.0)
    text = " ".join(c.text for c in caveats.caveats(found, (compared,)))
    assert drift.drift_in_words(compared, found) in text and "stable figures" not in text


OWN = {"cost_fixed": 12_345.0, "cost_place": 67.0}


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    ("prices", "says", "not_said"),
    [
        ({}, "came with the model; they are not prices from your area", "set in this study"),
        (
            dict.fromkeys(("champions", "linkage", "housing"), OWN),
            "were set in this study",
            "not prices from your area",
        ),
        (
            {"champions": OWN},
            "Recovery champions programme were set in this study",
            "they are not prices from your area",
        ),
    ],
)
def test_the_page_knows_whose_prices_these_are(tmp_path: Path, prices: Any, says: str, not_said: str) -> None:
    found = build.build(make_results(tmp_path / "r", 3, 1, prices=prices))
    text = page("report.html.j2", report=found).decode()
    assert says in text and not_said not in text


def test_everybody_who_is_served_is_named(report: Report, seen: Path) -> None:
    text = page("report.html.j2", report=report).decode()
    assert "As described" not in text and not re.search(r"Neighbourhood 0|9\.5 of 20", text)
    assert "Neighbourhood 1 (least deprived)" in text and "Neighbourhood 8 (most deprived)" in text
    shipped = {name: kind for name, kind in REGISTRY.items() if kind.__module__.startswith("contagion.")}
    usual = Intervention.whom
    assert all(kind.whom != usual and kind.label and kind.summary for kind in shipped.values())
    one = REGISTRY["housing"](neighbourhoods=[0, 2])
    assert "neighbourhoods: 1 and 3 (numbered from 1" in options._whom(one)


def test_runs_are_counted_whole() -> None:
    with pytest.raises(ValueError, match="count of runs"):
        chances.CountOfRuns(9.5, 20)  # type: ignore[arg-type]
    assert chances.CountOfRuns(9, 20, 1).text == "9 of 20 runs (45%), level with another in 1"


@given(st.floats(0, 1), st.floats(0, 1e-3))
def test_no_score_or_share_is_given_finer_than_a_tenth(low: float, width: float) -> None:
    for unit in ("score 0 to 1", "share"):
        for words in (wording.level, wording.difference):
            assert not re.search(r"\.\d\d", words(Interval(low, low + width / 2, low + width), unit))


@given(
    st.text("aB cd", min_size=1, max_size=80),
    st.sampled_from(HEADLINES),
    st.floats(-1e7, 1e7),
    st.floats(0, 1e7),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_every_range_in_a_chart_has_its_words(name: str, outcome: Any, low: float, width: float, priced: bool) -> None:
    runs = np.linspace(low, low + width, 20) / wording.unit(outcome.unit).factor
    row = RangeRow(f"x{name}", runs, "£1.23 million more" if priced else "")
    drawn = RangeRows(outcome, [row], "Same")
    said = [right for _, right in drawn.lines(row)]
    assert drawn.amount(row).replace("percentage ", "") in said
    assert not priced or any(left == "£1.23 million more" for left, _ in drawn.lines(row))


@pytest.mark.parametrize("low", [0.0005, 0.004, 0.006, -0.001])
def test_a_dot_is_filled_only_where_the_title_calls_the_change_clear(low: float) -> None:
    stigma = next(h for h in HEADLINES if h.name == "stigma")
    levels = np.array([np.full(RUNS, 0.5), 0.5 + np.linspace(low, low + 0.0003, RUNS)])
    one = made(stigma, levels)
    drawn = RangeRows(stigma, [RangeRow("B", one.gaps[0])], "Same")
    assert drawn.is_clear(drawn.rows[0]) == ("not clearly" not in headline(one))


def test_groups_and_tables_name_their_time(report: Report, seen: Path) -> None:
    assert all("week 520" in t.caption or "over 10 years" in t.caption for t in report.groups)
    found = read(seen)
    assert "average of the year" in tables.by_year(compare(found)[0], found).caption


def test_a_difference_that_rounds_to_nothing_is_not_called_better() -> None:
    levels = np.array([np.full(RUNS, 100.0), 100.0 + np.linspace(0.1, 0.4, RUNS)])
    one = made(STABLE, levels).others[0]
    assert one.verdict == "small" and wording.difference(Interval(0.3, 0.3, 0.3), "people") == "hardly any difference"
    assert wording.difference(Interval(0.0, 0.0, 0.0), "people") == "no difference"


@pytest.mark.parametrize("effect", [-1.0, 1.0])
@pytest.mark.parametrize(("runs", "years", "only"), [(1, 1, 2), (2, 1, 5), (12, 2, 5)])
def test_short_and_small_studies_have_a_page(tmp_path: Path, effect: float, runs: int, years: int, only: int) -> None:
    found = build.build(make_results(tmp_path / "r", runs, years, effect, only, off=0.5))
    said = " ".join(found.key_message)
    assert (
        len(said.split()) <= 150
        and "1 years" not in said
        and ("did worse than today" in said or effect > 0 or runs < 12)
    )
