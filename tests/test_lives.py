"""Survival curves, equity, the five questions, and their figures: against worked numbers and against each other."""

from __future__ import annotations

import inspect

import numpy as np
import pandas as pd
import pytest

import contagion as ct
from contagion.model.outcome_list import OUTCOMES
from contagion.report.figures import NoFigure, lives
from contagion.report.figures.figure import Figure
from contagion.study.analysis.equity import BY, FEWEST, equity_gaps
from contagion.study.analysis.questions import QUESTIONS
from contagion.study.analysis.survival import kaplan_meier, spells, survival

TINY = {"city.population": 1500, "time.years": 1.5}


@pytest.fixture(scope="module")
def lived() -> ct.Outcomes:
    return ct.simulate("baseline", seed=4, **TINY)


def test_a_worked_curve() -> None:
    """Durations 3, 5, 5+, 8, 10+: S is 4/5, then 4/5 x 3/4, then that x 1/2; Greenwood's sum at 3 is 1 / (5 x 4)."""
    found = kaplan_meier(np.array([3, 5, 5, 8, 10]), np.array([True, True, False, True, False])).set_index("week")
    assert found["survival"].tolist() == pytest.approx([1, 0.8, 0.6, 0.3, 0.3])
    assert found["at_risk"].tolist() == [5, 5, 4, 2, 1] and found["censored"].tolist() == [0, 0, 1, 0, 1]
    spread = 1.959964 * np.sqrt(1 / (5 * 4)) / abs(np.log(0.8))
    assert found.loc[3, "low"] == pytest.approx(0.8 ** np.exp(spread), rel=1e-6)
    assert found.loc[3, "high"] == pytest.approx(0.8 ** np.exp(-spread), rel=1e-6)


def test_random_curves_equal_the_product_written_out() -> None:
    draw = np.random.default_rng(5)
    for n in (1, 7, 200):
        lasted, happened = draw.integers(1, 30, n), draw.random(n) < 0.6
        found = kaplan_meier(lasted, happened)
        left = 1.0
        for row in found.itertuples():
            left *= 1 - np.sum(happened & (lasted == row.week)) / max(1, np.sum(lasted >= row.week))
            assert row.survival == pytest.approx(left, abs=1e-12) and row.at_risk == np.sum(lasted >= row.week)


def events(rows: list[tuple[int, str, int, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["week", "event", "uid", "stage_to"])
    return frame.assign(chosen=True, credit=1.0, source=-1, channel="spontaneous", stage_from="active")


def test_spells_end_in_relapse_death_or_with_the_history() -> None:
    log = events(
        [
            (2, "start", 1, "early"),
            (6, "relapse", 1, "active"),
            (9, "start", 1, "early"),
            (3, "start", 2, "early"),
            (5, "progress", 2, "stable"),
            (8, "death", 2, "dead"),
            (1, "relapse", 3, "active"),
        ]
    )
    found = spells(log, 20).set_index(["uid", "week"]).sort_index()
    assert found["lasted"].tolist() == [4, 11, 5] and found["ended"].tolist() == ["relapse", "end", "death"]
    assert found["to_stable"].fillna(-1).tolist() == [-1, -1, 2]
    people = pd.DataFrame({"sex": [0, 1]}, index=[1, 2])
    stable = survival(log, people, 20, 1, until="stable")
    assert stable.curves["at_risk"].tolist()[0] == 3 and stable.curves["survival"].iloc[-1] == pytest.approx(2 / 3)
    assert survival(log, people, 20, 1, by="sex").curves["group"].unique().tolist() == ["female", "male"]


def test_curves_are_refused_in_one_sentence(lived: ct.Outcomes) -> None:
    with pytest.raises(KeyError, match="did you mean substance"):
        lived.survival(by="substanc")
    with pytest.raises(KeyError, match="no survival until"):
        lived.survival(until="ever")
    with pytest.raises(ValueError, match="no recovery started"):
        survival(events([(1, "relapse", 3, "active")]), lived.people, 20, 1)


def test_groups_add_up_to_the_city(lived: ct.Outcomes) -> None:
    table, end = lived.equity(), lived.timeline.iloc[-1]
    counted = [name for name, one in OUTCOMES.items() if one.of.kind == "count"]
    for by in set(BY) - {"capital"}:  # who came later has no starting capital
        mine = table[table["dimension"] == by]
        for name in counted:
            rows = mine[mine["outcome"] == name]
            assert (rows["value"] * rows["of"]).sum() == pytest.approx(end[name]), (by, name)
        for name in ("hope", "homes_share", "personal_capital"):
            rows = mine[mine["outcome"] == name]
            assert (rows["value"] * rows["of"]).sum() / rows["of"].sum() == pytest.approx(end[name], abs=1e-6)
        for name in ("starts", "relapses"):
            rows = mine[mine["outcome"] == name]
            assert (rows["value"] * rows["of"]).sum() == pytest.approx(lived.timeline[name].sum())
    assert set(table["outcome"]) >= {n for n, one in OUTCOMES.items() if one.of.kind in ("mean", "share", "per 1,000")}


def test_small_numbers_are_withheld(lived: ct.Outcomes) -> None:
    table = lived.equity(FEWEST)
    assert table.loc[table["of"] < FEWEST, "value"].isna().all() and (table["of"] < FEWEST).any()
    assert table.loc[table["of"] >= FEWEST, "value"].notna().all()
    drawn = lives.equity_panels(lived.equity(), ["homes_share", "hope"], by="neighbourhood")
    assert drawn.data.loc[drawn.data["of"] < FEWEST, "value"].isna().all() and "withheld" in drawn.alt
    with pytest.raises(NoFigure, match="13 panels"):
        lives.equity_panels(table, ["hope"] * 13)


def test_differences_are_of_paired_histories_alone(lived: ct.Outcomes) -> None:
    same = equity_gaps([lived], [lived])
    assert (same["median"].dropna() == 0).all() and same.loc[same["of"] < FEWEST, "median"].isna().all()
    other = ct.simulate("baseline", seed=5, **(TINY | {"time.years": 0.1}))
    with pytest.raises(ValueError, match="need paired histories"):
        equity_gaps([lived], [other])


def test_the_five_questions_are_answered_by_outcomes(lived: ct.Outcomes) -> None:
    table = lived.five_questions()
    assert list(table["question"].unique()) == list(QUESTIONS) and len(QUESTIONS) == 5
    for row in table.itertuples():
        assert row.today == lived.timeline[row.outcome].iloc[0]
        assert row.end == pytest.approx(lived.timeline[row.outcome].iloc[-52:].mean())


def test_weights_sum_to_one_and_the_log_replays_to_the_end(lived: ct.Outcomes) -> None:
    log, people = lived.events, lived.people
    starts = log[log["event"] == "start"]
    sums = starts.groupby(["week", "uid"])[["credit", "chosen"]].sum()
    assert len(sums) > 20 and sums["credit"].to_numpy() == pytest.approx(1.0) and (sums["chosen"] == 1).all()
    moves = log[(log["event"] != "start") | log["chosen"]].sort_values(["uid", "week"])
    moves = moves.assign(stage_from=moves["stage_from"].astype(str), stage_to=moves["stage_to"].astype(str))
    before = moves.groupby("uid")["stage_to"].shift()
    assert (before.isna() | (before == moves["stage_from"])).all()
    last = moves.groupby("uid")["stage_to"].last()
    assert (people["stage"].astype(str).reindex(last.index) == last).all()


def test_every_figure_says_what_it_shows(lived: ct.Outcomes) -> None:
    for figure in (lived.survival(by="sex").plot(), lived.cascades().draw(), lived.cascades().plot()):
        assert isinstance(figure, Figure) and figure.alt and len(figure.data) and figure.figure.axes
    assert all(inspect.signature(getattr(lives, name)).return_annotation == "Figure" for name in lives.__all__)
