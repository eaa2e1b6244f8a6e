"""Economics: discounting, dominance, acceptability and the worth of certainty against examples worked by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import contagion as ct
from contagion.core.errors import ConfigError
from contagion.economics import decisions
from contagion.economics.appraisal import Terms, appraise
from contagion.economics.choice import OptionSet
from contagion.economics.discounting import PRESETS, factors, present_value
from contagion.economics.terms import UnitCosts
from contagion.economics.unit_costs import PAYERS, deflate, shipped, unit_costs, utilities
from contagion.study.analysis.paired import Unpaired

GREEN = PRESETS["green_book"]


def test_discount_factors_year_by_year() -> None:
    """1 / 1.035^10 = 0.7089; 1 / 1.035^30 = 0.3563; year 31 is a thirtieth part at 3.0 %: 0.3563 / 1.03 = 0.3459."""
    known = factors(41, GREEN.money)
    assert known[[0, 1, 10, 30, 31]].round(4).tolist() == [1.0, 0.9662, 0.7089, 0.3563, 0.3459]
    assert factors(2, GREEN.health)[1] == pytest.approx(1 / 1.015)
    assert factors(11, PRESETS["nice"].health)[10].round(4) == 0.7089


def test_net_present_value_by_hand() -> None:
    """1,000 now, 500 back in each of three years at 10 %: -1000 + 454.55 + 413.22 + 375.66 = 243.43."""
    assert float(present_value([-1000.0, 500.0, 500.0, 500.0], ((1, 0.10),))) == pytest.approx(243.43, abs=0.005)
    streams = np.array([[100.0, 100.0], [0.0, 200.0]])
    assert present_value(streams, ((1, 0.25),)).tolist() == [180.0, 160.0]


def test_prices_are_brought_to_a_year_by_the_deflator() -> None:
    """2013-14 to 2024-25: 122.29 / 91.03 = 1.3434; 2014 lies half way from 91.03 to 92.80 in 2015: 91.915."""
    assert deflate(2013, 2024) == pytest.approx(122.29 / 91.03)
    assert deflate(2014, 2024) == pytest.approx(122.29 / 91.915)
    assert deflate(2024, 2013) * deflate(2013, 2024) == pytest.approx(1.0)
    with pytest.raises(ConfigError, match="price_year is 2009; the deflator is known from 2010 to 2024"):
        deflate(2009, 2024)


def test_every_unit_cost_says_where_it_is_from() -> None:
    for name, what in shipped().items():
        assert what.payer in PAYERS and what.grade in ("C", "C2", "D") and what.source and what.unit, name
        assert what.value > 0 and (what.high is None or what.high > what.value), name
    assert {name for name, what in shipped().items() if not what.confirmed} == {"crime_opioid", "nhs_alcohol"}
    assert utilities()["reference"] > utilities()["active_opioid"]


def test_a_study_replaces_unit_costs_and_the_caveat_follows() -> None:
    own = unit_costs({"crime_opioid": 9_000.0}, 2019)["crime_opioid"]
    assert (own.value, own.price_year, own.confirmed, own.own) == (9_000.0, 2019, True, True)
    with pytest.raises(ConfigError, match=r"unit_costs\.custoddy is 1; .* did you mean custody\?"):
        unit_costs({"custoddy": 1})


# Worked by hand. Costs and effects: a (0, 0), b (100, 0.5), c (150, 0.4), d (400, 1.0), e (500, 2.0).
# c costs more than b and does less: dominated. b to d: 300 / 0.5 = 600; d to e: 100 / 1 = 100 < 600, so d goes (extendedly).
# Then a to b: 200 a unit; b to e: 400 / 1.5 = 266.67 a unit.
NAMES, COSTS, EFFECTS = ["a", "b", "c", "d", "e"], [0, 100, 150, 400, 500], [0, 0.5, 0.4, 1.0, 2.0]


def test_dominance_by_hand() -> None:
    steps = {one.option: one for one in decisions.incremental(NAMES, COSTS, EFFECTS)}
    assert {name: one.status for name, one in steps.items()} == {
        "a": "frontier", "b": "frontier", "c": "dominated", "d": "extendedly dominated", "e": "frontier"
    }  # fmt: skip
    assert steps["b"].ratio == pytest.approx(200.0) and steps["e"].ratio == pytest.approx(400 / 1.5)
    assert steps["a"].ratio is None and steps["c"].ratio is None and steps["d"].ratio is None


# Two draws: a costs 0 and does 0; b costs 5 and does 1, then -1. At 10 a unit b leaves 5, then -15.
# Best alone: a, 0 on average. Choosing anew each draw: (5 + 0) / 2 = 2.5. b is best in one draw of two.
TWO_COSTS, TWO_EFFECTS = [[0.0, 5.0], [0.0, 5.0]], [[0.0, 1.0], [0.0, -1.0]]


def test_acceptability_and_certainty_by_hand() -> None:
    assert decisions.perfect_information(TWO_COSTS, TWO_EFFECTS, 10.0) == 2.5
    assert decisions.acceptability(TWO_COSTS, TWO_EFFECTS, [1.0, 10.0]).tolist() == [[1.0, 0.0], [0.5, 0.5]]
    assert decisions.net_benefit(TWO_COSTS, TWO_EFFECTS, 10.0).tolist() == [[0.0, 5.0], [0.0, -15.0]]
    assert decisions.chance_it_pays([3.0, 1.0, 2.0, 5.0], [2.0, 2.0, 2.0, 2.0]) == 0.5


def test_a_ratio_needs_a_denominator_that_is_surely_there() -> None:
    assert decisions.cost_per_unit([100.0] * 4, [2.0, 2.0, 2.0, 2.0]).middle == 50.0  # type: ignore[union-attr]
    assert decisions.cost_per_unit([100.0] * 4, [3.0, -2.0, 1.0, -1.0]) is None
    assert decisions.cost_per_unit([100.0] * 4, [-1.0, -1.0, -1.0, -1.0]) is None
    assert decisions.cost_per_unit([100.0], [1.0]) is None
    found = decisions.cost_per_unit([90.0, 110.0, 100.0, 100.0], [2.0, 3.0, 2.0, 1.0])
    assert found is not None and found.low < found.middle == 50.0 < found.high


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 6), st.integers(2, 12), st.integers(0, 2**31))
def test_agrees_with_heormodel(options: int, draws: int, seed: int) -> None:
    """An independent package gives the same statuses, ratios, curves and worth of certainty."""
    cea, models, voi = (pytest.importorskip(f"heormodel.{name}") for name in ("cea", "models", "voi"))
    rng = np.random.default_rng(seed)
    names = [f"o{i}" for i in range(options)]
    costs, effects = rng.gamma(2.0, 100.0, (draws, options)), rng.normal(1.0, 1.0, (draws, options))
    theirs = models.Outcomes.from_wide(pd.DataFrame(costs, columns=names), pd.DataFrame(effects, columns=names))
    table = cea.icer_table(theirs)
    short = {"frontier": "ND", "dominated": "D", "extendedly dominated": "ED"}
    ours = {one.option: one for one in decisions.incremental(names, costs.mean(axis=0), effects.mean(axis=0))}
    dominated = {name for name, one in ours.items() if one.status == "frontier"}
    assert dominated == set(table.index[table["status"] == "ND"])
    assert {name for name in names if short[ours[name].status] == "D"} == set(table.index[table["status"] == "D"])
    for name, one in ours.items():
        assert (one.ratio is None) == bool(np.isnan(table.loc[name, "icer"]))
        assert one.ratio is None or one.ratio == pytest.approx(table.loc[name, "icer"])
    worths = [0.0, 50.0, 400.0]
    assert decisions.acceptability(costs, effects, worths) == pytest.approx(cea.ceac(theirs, worths).to_numpy())
    choice = OptionSet(
        tuple(names), costs - costs[:, :1], effects - effects[:, :1], "unit"
    )  # what all have in common is taken off
    assert [one.option for one in choice.frontier] == cea.frontier(theirs)
    lead = cea.ceaf(theirs, worths)
    assert [names[k] for k in choice.best(worths)] == lead["intervention"].tolist()
    assert choice.shares(worths)[range(3), choice.best(worths)] == pytest.approx(lead["prob"].to_numpy())
    assert choice.known(worths) == pytest.approx(voi.evpi(theirs, np.array(worths)).to_numpy(), abs=1e-9)
    plane = cea.ce_plane(theirs, comparator="o0")
    assert choice.costs[:, 1:].T.ravel() == pytest.approx(plane["inc_cost"].to_numpy())
    assert choice.effects[:, 1:].T.ravel() == pytest.approx(plane["inc_effect"].to_numpy())
    for worth in worths:
        assert decisions.perfect_information(costs, effects, worth) == pytest.approx(voi.evpi(theirs, worth), abs=1e-9)


def small_comparison(gap: float = 0.0) -> pd.DataFrame:
    """Two options, two runs, two years of a city of 1,000: 52 weeks each of level values."""
    rows = []
    for name, active, custody in (("today", 10.0, 4.0), ("more", 8.0, 2.0)):
        for replicate in (0, 1):
            for week in range(105):
                rows.append(
                    {
                        "scenario": name, "replicate": replicate, "week": week, "people": 1000.0,
                        "opioid_active_per_1000": active, "alcohol_active_per_1000": 5.0, "in_treatment": 3.0,
                        "in_custody": custody, "stable": 20.0 + (name == "more") * (1.0 + replicate + gap),
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


def small_ledger() -> pd.DataFrame:
    weeks = [(replicate, week) for replicate in (0, 1) for week in range(1, 105)]
    rows = [{"scenario": "more", "replicate": r, "week": w, "intervention": "help", "cost": 1000.0} for r, w in weeks]
    return pd.DataFrame(rows)


def test_an_appraisal_by_hand() -> None:
    """52,000 a year for two years; 2 person-years of custody and 2 of active addiction a year less; at 3.5 %.

    Discounting two equal years: 1 + 1 / 1.035 = 1.966184. Custody: 2 x 51,724 x 1.966184 = 203,396.
    QALYs: 2 x (0.848 - 0.630) = 0.436 a year, at 1.5 %: x 1.985222 = 0.865557.
    """
    terms = Terms("green_book", 2024, optimism_bias=0.5)
    found = appraise(small_comparison(), small_ledger(), {"help": 2024}, ["today", "more"], terms)
    (line,) = found.lines
    assert line.spent.middle == pytest.approx(52_000 * 1.966184, rel=1e-6)
    assert line.spent_with_bias.middle == pytest.approx(1.5 * 52_000 * 1.966184, rel=1e-6)
    assert line.spared["custody"].middle == pytest.approx(2 * 51_724 * 1.966184, rel=1e-6)
    assert line.spared["crime_opioid"].middle == pytest.approx(2 * 7_657 * (122.29 / 91.03) * 1.966184, rel=1e-6)
    assert line.spared["treatment"].middle == 0.0 and line.spared["nhs_alcohol"].middle == 0.0
    assert line.qalys.middle == pytest.approx(0.865557, rel=1e-5)
    total = sum(one.middle for one in line.spared.values())
    gains = total + line.qalys.middle * terms.qaly[1]
    assert line.net[1].middle == pytest.approx(gains - line.spent_with_bias.middle)
    turn = found.turning(1, terms.qaly[1]).factor
    assert turn is not None and turn.middle == pytest.approx(line.spent_with_bias.middle / gains)
    assert line.per_stable is not None and line.per_stable.middle == pytest.approx(line.spent_with_bias.middle / 1.5)
    draws = found.draws
    assert draws.columns.tolist() == ["scenario", "replicate", "cost", "effect", "spent", "spared", "stable"]
    assert draws["scenario"].tolist() == ["today", "today", "more", "more"] and draws["replicate"].tolist() == [
        0,
        1,
        0,
        1,
    ]
    assert draws.loc[draws["scenario"] == "today", ["cost", "effect", "stable"]].to_numpy().tolist() == [[0.0] * 3] * 2
    more = draws[draws["scenario"] == "more"]
    assert more["cost"].tolist() == pytest.approx([line.spent_with_bias.middle - total] * 2)
    assert more["effect"].tolist() == pytest.approx([0.865557] * 2, rel=1e-5) and more["stable"].tolist() == [1.0, 2.0]


def test_prices_of_the_programme_are_brought_to_the_price_year() -> None:
    now = appraise(small_comparison(), small_ledger(), {"help": 2013}, ["today", "more"], Terms())
    assert now.spent[0, 1, 0] == pytest.approx(52_000 * 122.29 / 91.03)


def test_unpaired_runs_are_not_appraised() -> None:
    table = small_comparison()
    odd = table[~((table["scenario"] == "more") & (table["replicate"] == 1))]
    with pytest.raises(Unpaired, match="do not hold the same replicates"):
        appraise(odd, small_ledger(), {"help": 2024}, ["today", "more"], Terms())


def test_own_unit_costs_have_the_names_of_the_shipped_ones() -> None:
    assert set(UnitCosts.model_fields) == set(shipped())


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("money.preset", "grean_book", "did you mean green_book?"),
        ("money.optimism_bias", -0.1, "money.optimism_bias is -0.1; it must be a number from 0 to 3"),
        ("money.optimism_bias", "a fifth", "money.optimism_bias"),
        ("money.price_year", 1999, "money.price_year is 1999; it must be a whole number from 2010 to 2024"),
        ("money.unit_costs.custoddy", 1.0, "did you mean custody?"),
        ("money.unit_costs.custody", -5.0, "money.unit_costs.custody is -5"),
        ("money.worht", False, "did you mean worth?"),
    ],
)
def test_faults_about_money_are_one_sentence(key: str, value: object, said: str) -> None:
    with pytest.raises(ConfigError) as found:
        ct.load_study("first_comparison", **{key: value})
    assert len(found.value.faults) == 1 and said in str(found.value)


@pytest.mark.usefixtures("undrawn")
def test_the_page_shows_money_by_payer_and_then_added_up(tmp_path: Path) -> None:
    """What was asked is what is shown; reading again with other prices needs no run."""
    tiny = {"city.population": 2000, "time.years": 2.1, "interventions.linkage.ramp_up": 0.0}
    found = ct.compare("first_comparison", 2, 1, tmp_path / "a", **tiny)
    page = found.report.read_text(encoding="utf-8")
    assert 'id="worth"' in page and "Costs and consequences, against today" in page
    assert "Discount factors year by year" in page and "0.9662" in page and "0.9852" in page  # 1 / 1.035, 1 / 1.015
    assert "unit cost not confirmed" in page and "£51,724" in page and "HM Treasury Green Book" in page
    own = {**tiny, "money.unit_costs.custody": 40_000.0, "money.preset": "nice", "money.optimism_bias": 0.2}
    again = ct.compare("first_comparison", 2, 1, tmp_path / "a", **own)
    page = again.report.read_text(encoding="utf-8")
    assert (
        "£40,000" in page
        and "£51,724" not in page
        and "20% is added" in page
        and "Spending with optimism added" in page
    )
    assert again.results.runs["seconds"].tolist() == found.results.runs["seconds"].tolist()
    without = ct.compare("first_comparison", 2, 1, tmp_path / "a", **tiny, **{"money.worth": False})
    assert 'id="worth"' not in without.report.read_text(encoding="utf-8")
