"""The budget question: the rule of choice on worked numbers, mixes and what they cost, and the command from end to end."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import contagion as ct
from contagion.cli.commands import app
from contagion.core.errors import ConfigError
from contagion.economics.budget.answer import Answer, amount, in_percent
from contagion.economics.budget.choosing import Gap, choose, gap, undecided
from contagion.economics.budget.mixes import NOTHING, Options, Sized
from contagion.economics.budget.proposing import SLACK, proposed
from contagion.economics.budget.spending import COLUMNS, by_year, dearest, limits
from contagion.interventions.base import PAYERS

pytestmark = pytest.mark.usefixtures("undrawn")  # nothing here is about pictures

YES = np.array([True, True, True, True])


def columns(*means: float, seeds: int = 8, spread: float = 0.1) -> np.ndarray:
    """Effects of mixes with these means, each with its own small spread over the seeds; the first is nothing."""
    wave = np.array([np.roll(np.linspace(-1, 1, seeds), 2 * k) for k in range(len(means))]).T
    return np.array(means) + spread * wave * (np.array(means) != 0)


def test_the_dearer_mix_is_chosen_only_if_it_does_clearly_more() -> None:
    costs = np.array([0.0, 10.0, 20.0, 30.0])
    assert choose(columns(0, 5, 9, 14), costs, YES).chosen == 3
    assert choose(columns(0, 5, 9, 9.0), costs, YES).chosen == 2
    assert choose(columns(0, 5, 5.0, 5.0), costs, YES).chosen == 1
    assert choose(columns(0, -5, -1, -2), costs, YES).chosen == 0


def test_what_is_not_within_the_budget_is_no_choice_and_no_runner_up() -> None:
    found = choose(columns(0, 5, 9, 14), np.array([0.0, 10.0, 20.0, 30.0]), np.array([True, True, True, False]))
    assert (found.chosen, found.best, found.runner_up) == (2, 2, 1)


def test_a_difference_and_its_interval_by_hand() -> None:
    """Differences 1, 2, 3: mean 2, standard error 1 / sqrt(3) = 0.57735, t at 95 % with 2 degrees 2.91999: 2 - 1.68586."""
    found = gap(np.array([[0.0, 1.0], [0.0, 2.0], [0.0, 3.0]]), 1, 0)
    assert found.mean == 2.0 and found.seeds == 3 and found.clear and found.other_way == 0.0
    assert found.low == pytest.approx(2 - 1.68586, abs=1e-4) and found.high == pytest.approx(2 + 1.68586, abs=1e-4)
    other = gap(np.array([[0.0, 1.0], [0.0, -1.0], [0.0, 0.0]]), 1, 0)
    assert other.mean == 0.0 and not other.clear and 0.3 < other.other_way < 0.7


def test_pairs_are_compared_over_the_seeds_that_both_have() -> None:
    effects = np.array([[0.0, 1.0, 2.0], [0.0, 2.0, 3.0], [0.0, 3.0, np.nan], [0.0, 4.0, np.nan]])
    rounds = np.array([0, 0, 1, 1])
    assert gap(effects, 2, 1, rounds).seeds == 2 and gap(effects, 2, 1, rounds).mean == 1.0
    assert gap(effects, 1, 0, rounds).seeds == 4
    found = choose(effects, np.array([0.0, 1.0, 2.0]), YES[:3], rounds)
    assert sum(found.shares.values()) == pytest.approx(1.0)


def test_a_close_call_is_said_to_change_and_a_clear_one_not() -> None:
    costs = np.array([0.0, 10.0, 20.0])
    clear, close = columns(0, 5, 9), columns(0, 5, 5.06)
    assert choose(clear, costs, YES[:3]).changes < 0.01 and undecided(clear, YES[:3]) == []
    assert choose(close, costs, YES[:3]).changes > 0.02 and set(undecided(close, YES[:3])) == {1, 2}
    assert choose(close, costs, YES[:3]).shares == choose(close, costs, YES[:3]).shares


def test_chance_alone_is_seldom_chosen() -> None:
    """Four mixes that do nothing, ten seeds, 300 times: each has a chance of one in twenty to look clearly better."""
    rng, chosen = np.random.default_rng(3), 0
    for _ in range(300):
        effects = np.column_stack([np.zeros(10), rng.normal(0, 10, (10, 4))])
        costs = np.arange(5.0)
        chosen += choose(effects, costs, np.ones(5, bool)).chosen != 0
    assert 0.05 < chosen / 300 < 0.25


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 6), st.integers(2, 12), st.integers(0, 2**31), st.floats(0, 3))
def test_no_choice_over_a_cheaper_mix_from_which_it_cannot_be_told(
    mixes: int, seeds: int, seed: int, size: float
) -> None:
    rng = np.random.default_rng(seed)
    effects = np.column_stack([np.zeros(seeds), rng.normal(size, 1, (seeds, mixes))])
    costs = np.concatenate([[0.0], rng.integers(0, 4, mixes)])
    allowed = np.concatenate([[True], rng.random(mixes) < 0.7])
    found = choose(effects, costs, allowed)
    assert allowed[found.chosen] and allowed[found.best] and allowed[found.runner_up]
    assert sum(found.shares.values()) == pytest.approx(1.0) and all(allowed[k] for k in found.shares)
    if found.chosen:
        assert found.over_nothing.clear
        worth = [k for k in range(1, mixes + 1) if allowed[k] and gap(effects, k, 0).clear]
        rivals = [k for k in worth if costs[k] < costs[found.chosen]]
        assert all(gap(effects, found.chosen, k).clear for k in rivals)
    else:
        assert not any(allowed[k] and gap(effects, k, 0).clear for k in range(1, mixes + 1))


def test_proposals_are_the_best_sums_within_the_limits() -> None:
    """Three options at two sizes against every mix counted out."""
    rng = np.random.default_rng(0)
    screened = {
        Sized(name, size): (float(rng.normal(5, 3) * size), np.array([rng.uniform(5, 20) * size, np.inf]) * [1, 0])
        for name, size in product("abc", (0.5, 1.0))
    }
    screened = {one: (effect, np.array([cost[0], 0.0])) for one, (effect, cost) in screened.items()}
    most = np.array([25.0, np.inf])
    every = []
    for sizes in product((0, 0.5, 1.0), repeat=3):
        mix = tuple(Sized(name, size) for name, size in zip("abc", sizes) if size)
        cost = sum(screened[one][1][0] for one in mix)
        if mix and cost <= most[0] * SLACK:
            every.append((sum(screened[one][0] for one in mix), mix))
    found = proposed(screened, most, 5, lambda mix: True)
    assert found[0] == max(every)[1] and len(found) == len(set(found)) <= 5
    assert found[:3] == [mix for _, mix in sorted(every, key=lambda one: -one[0])[:3]]
    assert any(len(mix) == 1 for mix in found)
    assert any(sum(screened[one][1][0] for one in mix) <= most[0] / 2 for mix in found)
    assert max(every)[1] not in proposed(screened, most, 5, lambda mix: mix != max(every)[1])


STUDY = {"city.population": 1500, "time.years": 1.5}
EARLY = {f"interventions.{n}.{k}": 0.0 for n in ("champions", "linkage", "housing") for k in ("start", "ramp_up")}


def test_options_are_scenarios_that_change_interventions_alone() -> None:
    options = Options(ct.load_study("first_comparison", **STUDY))
    assert options.names == ["champions", "linkage", "housing", "all_three"]
    half = options.scenario((Sized("champions", 0.5), Sized("housing")))
    assert half is not None and half.interventions["champions"].places == 10.0 and half.interventions["housing"].enabled
    assert (
        half.interventions["champions"].cost_fixed == 10_000.0
        and half.title == "Champions programme (half) + Recovery housing"
    )
    assert options.scenario((Sized("champions", 0.5), Sized("all_three"))) is None  # two sizes of one thing
    assert options.scenario((Sized("champions"), Sized("all_three"))) is None  # champions stand in all three already
    assert options.scenario(NOTHING) == options.study.scenarios["today"]


def test_an_option_is_what_differs_from_today_whoever_says_so(tmp_path: Path) -> None:
    """The file has champions at work, today switches them off, and the option of champions says nothing at all."""
    (tmp_path / "own.toml").write_text(
        """extends = "baseline"
[interventions.champions]
kind = "champions"
places = 40.0
[interventions.linkage]
kind = "linkage"
enabled = false
places = 200.0
[study.scenarios.today]
interventions.champions.enabled = false
[study.scenarios.champions]
title = "Champions"
[study.scenarios.linkage]
interventions.champions.enabled = false
interventions.linkage.enabled = true
"""
    )
    options = Options(ct.load_study(tmp_path / "own.toml"))
    assert options.names == ["champions", "linkage"]
    for name in options.names:
        alone = options.scenario((Sized(name),))
        assert alone is not None and alone.interventions == options.study.scenarios[name].interventions
    half = options.scenario((Sized("champions", 0.5), Sized("linkage")))
    assert half is not None and all(one.enabled for one in half.interventions.values())
    assert [one.places for one in half.interventions.values()] == [20.0, 200.0]


def test_a_mix_is_named_in_letters_and_long_ones_are_cut() -> None:
    options = Options(ct.load_study("inclusive_recovery_city"))
    long = tuple(Sized(name, 0.5) for name in options.names[:7])
    assert options.name(long).startswith("mix-") and len(options.title(long)) <= 200
    assert options.name((Sized("events", 0.5),)) == "events_x0.5"
    assert {"city", "package", "city_withdrawn"} <= set(options.names) and "city_off" not in options.names


def test_spending_is_the_ledger_by_year_and_payer(tmp_path: Path) -> None:
    options = Options(ct.load_study("first_comparison", **STUDY, **EARLY))
    mixes = [NOTHING, (Sized("housing"),), (Sized("champions"), Sized("housing", 0.5))]
    study = options.staged(mixes, 2, 5, "stable")
    results = ct.sweep(study, workers=1, progress=False, out=tmp_path / "a")
    spent = by_year(results, study)
    for name, scenario in study.scenarios.items():
        for row, seed in enumerate(results.runs.query("scenario == @name").sort_values("replicate")["seed"]):
            ledger = ct.simulate(scenario, seed=int(seed)).ledger
            for year in (0, 1):
                part = (
                    ledger[(ledger["week"] > 52 * year) & (ledger["week"] <= 52 * (year + 1))]
                    if len(ledger)
                    else ledger
                )
                wanted = part[list(COLUMNS)].sum().to_numpy() if len(part) else np.zeros(len(COLUMNS))
                assert spent[name][row, year] == pytest.approx(wanted)
    assert spent["today"].shape == (2, 2, 1 + len(PAYERS)) and not spent["today"].any()
    assert spent["housing"][..., 1:].sum() == pytest.approx(spent["housing"][..., 0].sum())
    assert dearest(spent["housing"])[0] == spent["housing"][:, :, 0].mean(axis=0).max()
    assert limits(5.0, {"nhs": 2.0})[:2].tolist() == [5.0, 2.0]


FEW = {"screen": 2, "each": 2, "most": 4, "mixes": 2, "sizes": [1.0], "workers": 1, "progress": False}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    out = tmp_path_factory.mktemp("budget") / "asked"
    return ct.budget("first_comparison", [3_000, 20_000, 80_000], {"nhs": 1e6}, out=out, **FEW, **STUDY, **EARLY)


def test_an_answer_for_each_budget_that_keeps_it(asked: Answer) -> None:
    assert [most[0] for most in asked.limits] == [3_000, 20_000, 80_000] and len(asked.in_words()) == 3
    table = asked.table()
    assert table["mix"].iloc[0] == "today" and table["cost_a_year"].iloc[0] == 0
    for most, choice in zip(asked.limits, asked.choices, strict=True):
        assert asked.judged.costs[choice.chosen, 0] <= most[0]
        assert asked.judged.costs[choice.runner_up, 0] <= most[0]
    payers = table[[f"paid_{name}" for name in PAYERS]]
    assert (payers.sum(axis=1) >= table["cost_a_year"] - 1e-6).all()  # each payer's dearest year may be another
    assert set(asked.judged.rounds) <= {0, 1}
    said = json.loads((asked.directory / "answer.json").read_text())
    assert [one["budget"] for one in said["answers"]] == [3_000, 20_000, 80_000] and said["outcome"] == "stable"


def test_no_judged_seed_was_seen_by_the_screen(asked: Answer) -> None:
    seeds = {stage.name.split("-")[0]: set() for stage in asked.directory.iterdir() if stage.is_dir()}
    for stage in asked.directory.iterdir():
        if stage.is_dir():
            seeds[stage.name.split("-")[0]] |= set(ct.open(stage).runs["seed"])
    assert seeds["screen"] and seeds["mixes"] and not seeds["screen"] & seeds["mixes"]


def test_asked_again_nothing_is_run_and_the_files_are_the_same(asked: Answer) -> None:
    names = ("answer.txt", "answer.json", "mixes.csv", "runs.csv", "budget.html")
    before = {name: (asked.directory / name).read_bytes() for name in names}
    stages = {p: p.stat().st_mtime_ns for p in asked.directory.glob("*/manifest.json")}
    ct.budget("first_comparison", [3_000, 20_000, 80_000], {"nhs": 1e6}, out=asked.directory, **FEW, **STUDY, **EARLY)
    assert {name: (asked.directory / name).read_bytes() for name in names} == before
    assert stages and {p: p.stat().st_mtime_ns for p in asked.directory.glob("*/manifest.json")} == stages
    assert len(ct.verify(next(asked.directory.glob("mixes-*")), sample=1, seed=1).runs) == 1


def test_the_study_file_of_a_mix_is_the_mix(asked: Answer, tmp_path: Path) -> None:
    from dataclasses import replace

    last = replace(asked.choices[-1], chosen=1, runner_up=2)
    (tmp_path / "mix.toml").write_text(asked.study_of(last), encoding="utf-8")
    found = ct.load_study(tmp_path / "mix.toml")
    wanted = [asked.options.scenario(asked.judged.mixes[k]) for k in (0, 1, 2)]
    assert [one.interventions for one in found.scenarios.values()] == [one.interventions for one in wanted if one]


def test_the_page_holds_every_mix_and_range_and_escapes_titles(tmp_path: Path) -> None:
    study = ct.load_study("first_comparison", **STUDY, **EARLY, **{"study.scenarios.linkage.title": "<b>Link & go</b>"})
    found = ct.budget(study, [50_000], out=tmp_path / "a", options=["linkage"], **FEW | {"mixes": 1})
    page = found.page.read_text(encoding="utf-8")
    assert "<b>Link" not in page and "&lt;b&gt;Link &amp; go&lt;/b&gt;" in page
    assert "data-interval" in page and "All mixes that were run" in page and "http" not in page.split("<body")[1]


def test_words_for_every_sign_and_for_nothing() -> None:
    assert amount(Gap(-3.0, -5.0, -1.0, 0.9, 8), True) == "3.0 less (1.0 to 5.0)"
    assert amount(Gap(-3.0, -5.0, -1.0, 0.9, 8), True, "people") == "3.0 fewer (1.0 to 5.0)"
    assert amount(Gap(-3.0, -5.0, -1.0, 0.9, 8), False) == "3.0 more (1.0 to 5.0)"
    assert amount(Gap(1234.0, 1000.0, 1468.0, 0.0, 8), True) == "1,234 more (1,000 to 1,468)"
    assert amount(Gap(0.0, 0.0, 0.0, 1.0, 8), True) == "no difference"
    assert [in_percent(one) for one in (0.0, 0.254, 1.0)] == ["less than 0.5%", "25%", "more than 99%"]


def of(asked: Answer, effects: np.ndarray, **more: Any) -> Answer:
    """The same question, had its runs come out like this."""
    from dataclasses import replace

    judged = replace(asked.judged, effects=effects, rounds=np.zeros(len(effects), np.int64))
    asked = replace(asked, judged=judged, **more)
    choices = tuple(choose(effects, judged.costs[:, 0], judged.within(most)) for most in asked.limits)
    return replace(asked, choices=choices)


def test_the_paragraph_is_right_whatever_came_out(asked: Answer) -> None:
    many = len(asked.judged.mixes)
    order = np.argsort(np.argsort(asked.judged.costs[:, 0]))
    better = of(asked, columns(*(10.0 * k for k in order))).in_words()[-1]
    assert "The runner-up is" in better and "more" in better and "would change in less than 0.5%" in better
    none = of(asked, columns(*(-10.0 * k for k in order))).in_words()[-1]
    assert "none is clearly better than nothing" in none and "less" in none
    alike = of(asked, columns(*(10.0 * (k > 0) for k in range(many)))).in_words()[-1]
    assert "cheaper" in alike or "dearer" in alike
    nothing = of(asked, np.zeros((8, many))).in_words()[-1]
    assert "no difference in people in stable recovery from" in nothing and "no difference people" not in nothing
    assert "so little" in of(asked, columns(*(1.0 * k for k in order)), limits=(limits(0.0, {}),)).in_words()[0]


BAD = [
    (["--budget", "-5"], "--budget is -5"),
    (["--budget", "nan"], "--budget is nan"),
    (["--budget", "1000", "--payer", "nsh=5"], "did you mean nhs?"),
    (["--budget", "1000", "--payer", "nhs"], "write --payer key=value"),
    (["--budget", "1000", "--payer", "nhs=-1"], "--payer nhs is -1"),
    (["--budget", "1000", "--outcome", "stabel"], "did you mean stable?"),
    (["--budget", "1000", "--outcome", "cost"], "--outcome is"),
    (["--budget", "1000", "--option", "champoins"], "did you mean champions?"),
    (["--budget", "1000", "--option", "today_off"], "is no option"),
    (["--budget", "1000", "--size", "0"], "--size is 0"),
    (["--budget", "1000", "--size", "1", "--size", "1"], "--size is given twice"),
    (["--budget", "1000", "--screen", "1"], "--screen is 1; it must be a whole number of at least 2"),
    (["--budget", "1000", "--each", "0"], "--each is 0"),
    (["--budget", "1000", "--each", "8", "--most", "4"], "--most is 4; it must be a whole number of at least 8"),
    (["--budget", "1000", "--mixes", "0"], "--mixes is 0"),
    (["--budget", "1000", "--workers", "0"], "--workers is 0"),
]


@pytest.mark.parametrize(("words", "said"), BAD, ids=[" ".join(words) for words, _ in BAD])
def test_bad_input_is_one_sentence_and_nothing_is_written(words: list[str], said: str, tmp_path: Path) -> None:
    found = CliRunner().invoke(app, ["budget", "first_comparison", *words, "--out", str(tmp_path / "a")])
    assert found.exit_code == 2 and not (tmp_path / "a").exists()
    lines = [line for line in found.stderr.splitlines() if line]
    assert len(lines) == 1 and said in lines[0], found.stderr


def test_a_study_without_options_is_refused() -> None:
    with pytest.raises(ConfigError, match="has no option to mix; add scenarios"):
        ct.budget("baseline", [1000])


def test_the_command_from_end_to_end(tmp_path: Path) -> None:
    sets = [word for key, value in (STUDY | EARLY).items() for word in ("--set", f"{key}={value}")]
    few = ["--screen", "2", "--each", "2", "--most", "2", "--mixes", "1", "--size", "1", "--workers", "1"]
    words = ["budget", str(ROOT / "configs" / "first_comparison.toml"), "--budget", "30000", *few, *sets]
    found = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "a")])
    assert found.exit_code == 0, found.output
    assert "Within £30,000 a year" in found.stdout and found.stdout.strip().endswith("budget.html")
    assert isinstance(pd.read_csv(tmp_path / "a" / "mixes.csv"), pd.DataFrame)
