"""The money annex: sentences for every sign, payers by hand, the plane and the curves, and every run's cost and effect."""

from __future__ import annotations

import base64
import datetime
import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_economics import small_comparison, small_ledger

import contagion as ct
from contagion.core.errors import ConfigError
from contagion.economics.appraisal import Appraisal, Terms, appraise
from contagion.economics.choice import OptionSet
from contagion.economics.turning import Turning, sign
from contagion.report.comparison.money import choosing, payers, turning
from contagion.report.comparison.money.words import across, chance, listed, pounds, price, quadrant
from contagion.report.documents import reading
from contagion.report.documents.blocks import Data, Grid, Picture
from contagion.report.figures.buys import acceptability
from contagion.report.figures.buys.marks import MARKS
from contagion.report.figures.buys.plane import DRAWS, plane
from contagion.report.table import Cell, Range, Table
from contagion.study.analysis.paired import Interval
from contagion.study.compare import Comparison

UP, DOWN, BOTH, WIDE, NIL = (
    [90.0, 100.0, 110.0],
    [-90.0, -100.0, -110.0],
    [-100.0, 0.0, 100.0],
    [-200.0, 0.0, 200.0],
    [0.0] * 3,
)


def text(cell: Cell) -> str:
    return cell.text if isinstance(cell, Range) else str(cell)


# At 1 a unit of effect, with nothing spared, gains are the effect itself: 50, 100 or 200 on average against spending of 100.
@pytest.mark.parametrize(
    ("spent", "effect", "now", "multiple"),
    [
        (UP, [45.0, 50.0, 55.0], "Does not pay", "2"),  # 100 / 50
        (UP, [180.0, 200.0, 220.0], "Pays", "0.5"),  # 100 / 200
        (UP, BOTH, "Does not pay", "Not stated: it may gain nothing"),
        (UP, NIL, "Does not pay", "No multiple: there is no gain"),
        (UP, DOWN, "Does not pay", "No multiple: there is no gain"),
        (NIL, UP, "Pays", "None needed: it costs no more and loses nothing"),
        (NIL, NIL, "Leaves nothing", "None needed: it costs no more and loses nothing"),
        (NIL, DOWN, "Does not pay", "No multiple: there is a loss"),
        (NIL, BOTH, "Open", "Not stated: it may lose nothing"),
        (DOWN, UP, "Pays", "None needed: it costs no more and loses nothing"),
        (DOWN, NIL, "Pays", "None needed: it costs no more and loses nothing"),
        (DOWN, WIDE, "Open", "Not stated: it may lose nothing"),
        (DOWN, [-45.0, -50.0, -55.0], "Pays", "Losses: 2"),  # saves 100, loses 50
        (DOWN, [-180.0, -200.0, -220.0], "Does not pay", "Losses: 0.5"),
        (WIDE, UP, "Open", "Not stated: it may cost more or less"),
    ],
)
def test_what_turns_the_answer_round_for_every_sign(
    spent: list[float], effect: list[float], now: str, multiple: str
) -> None:
    one = Turning(np.array(spent), np.zeros(3), np.array(effect), 1.0)
    assert text(turning.now(one)).startswith(now)
    assert text(turning.multiple(one)) == multiple
    assert (one.factor is None) == (not multiple[-1].isdigit())


@pytest.mark.parametrize(
    ("spent", "spared", "effect", "said", "middle"),
    [
        ([100.0] * 3, NIL, [2.0, 2.0, 2.0], "£50 or more", 50.0),  # 100 / 2
        ([100.0] * 3, [60.0] * 3, [2.0, 2.0, 2.0], "£20 or more", 20.0),  # (100 - 60) / 2
        ([100.0] * 3, [160.0] * 3, [2.0, 2.0, 2.0], "Any worth: it pays without them", -30.0),
        ([100.0] * 3, [0.0, 100.0, 200.0], [2.0, 2.0, 2.0], "or more, perhaps any", 0.0),
        ([100.0] * 3, NIL, [2.0, -2.0, 1.0], "Not stated: it may gain no QALY", None),
        ([100.0] * 3, NIL, NIL, "No matter: no QALY is gained or lost", None),
        ([-100.0] * 3, NIL, [-2.0] * 3, "£50 or less: it loses QALYs", 50.0),  # saves 100, loses 2
        ([100.0] * 3, NIL, [-2.0] * 3, "No worth: it costs more and loses QALYs", -50.0),
    ],
)
def test_the_worth_of_a_qaly_at_which_it_turns(
    spent: list[float], spared: list[float], effect: list[float], said: str, middle: float | None
) -> None:
    one = Turning(np.array(spent), np.array(spared), np.array(effect), 1.0)
    assert said in text(turning.threshold(one))
    assert (one.threshold is None) == (middle is None)
    assert one.threshold is None or one.threshold.middle == pytest.approx(middle)


def test_the_spending_at_which_nothing_is_left() -> None:
    """Gains are 60 spared and 2 QALYs at 20: 100; spending of 170 must come down to that."""
    one = Turning(np.full(3, 170.0), np.full(3, 60.0), np.full(3, 2.0), 20.0)
    assert text(turning.even(one)) == "£100 more (now £170 more)" and one.even.middle == 100.0
    lost = Turning(np.full(3, -170.0), NIL_ := np.zeros(3), np.full(3, -2.0), 20.0)
    assert text(turning.even(lost)) == "£40 less: more is lost than gained"
    assert text(turning.even(Turning(NIL_, NIL_, NIL_, 20.0))) == "The same: nothing is gained or lost"


def test_prices_are_stated_only_where_they_mean_something() -> None:
    assert sign(np.array(UP)) == "more" and sign(np.array(BOTH)) == "unclear" and sign(np.zeros(3)) == "none"
    assert (
        quadrant("more", "unclear") == "Costs more, may do no more"
        and quadrant("less", "less") == "Costs less, does less"
    )
    assert price(None, "less") == "None: it does less" and price(None, "unclear") == "Not stated: it may do no more"
    assert price(Interval(-5, -3, -1), "more") == "None: it costs no more and does more"
    assert text(price(Interval(-5, 3, 1500), "more")) == "No cost, up to £1,500"
    assert text(price(Interval(1000, 1500, 2000), "more")) == "£1,000 to £2,000"
    assert chance(0.5, 0.5, 8) == "4 of 8 runs (50%)" and chance(0.25, 0.5, 8) == "2 to 4 of 8 runs (50%)"
    assert [pounds(x) for x in (0.0, 1234567.0, 0.4567, -31234.0)] == ["£0", "£1,200,000", "£0.46", "−£31,000"]
    assert listed(["a", "b", "c"]) == "a, b and c" and listed(["a, once", "b"]) == "a, once; b"


def options(costs: list[float], effects: list[float], spread: float = 0.0) -> Appraisal:
    """An appraisal with these mean costs and QALYs a year over two years, and runs that differ by `spread` QALYs."""
    luck = np.array([-spread, 0.0, spread])[:, None, None]
    shape = (3, len(costs), 2)
    spent = np.broadcast_to(np.array(costs)[None, :, None], shape).astype(float)
    health = (
        np.broadcast_to(np.array(effects)[None, :, None], shape) + luck * (np.arange(len(costs)) > 0)[None, :, None]
    )
    stable = health.sum(axis=2) * 10
    names = tuple(f"o{k}" for k in range(len(costs)))
    return Appraisal(names, np.arange(3.0), spent, {}, health, stable, Terms("nice"))


def test_who_leads_and_what_would_change_that() -> None:
    """NICE discounts both alike, so means can be taken year by year: at 20,000 a QALY, o1 leaves 20,000 - 5,000 = 15,000 a
    year and o2 16,000 - 11,000 = 5,000. The gap of 10,000 is twice o1's spending (200 %) and half its gains (50 %).
    """
    said = turning.runner_up(options([0, 5_000, 11_000], [0, 1.0, 0.8]), ["Today", "A", "B"], 20_000.0)
    assert said.startswith("With a QALY at £20,000 A leaves the most on average, £20,000 more than B.")
    assert "Against today it gains more than it spends in all 3 runs." in said
    assert said.endswith("A would lose that place if its spending were 200% higher or its gains were 50% lower.")


def test_where_today_leads() -> None:
    """A gains 20,000 and spends 25,000 a year: 5,000 short, a fifth of its spending and a quarter of its gains."""
    said = turning.runner_up(options([0, 25_000], [0, 1.0]), ["Today", "A"], 20_000.0)
    assert said.endswith("A would come level if its spending were 20% lower or its gains were 25% higher.")
    said = turning.runner_up(options([0, 25_000], [0, -1.0]), ["Today", "A"], 20_000.0)
    assert said.endswith("No change of spending or gains that can be stated would turn that round.")
    said = turning.runner_up(options([0, 20_000], [0, 1.0]), ["Today", "A"], 20_000.0)
    assert said == "With a QALY at £20,000 Today and A leave the same on average."


def test_the_frontier_in_words() -> None:
    """Means 0, 100 for 1, 150 for 0.5 (dominated), 250 for 1.5 (extendedly: 300 a unit, then 50), 300 for 2.5."""
    cost = np.tile([0.0, 100.0, 150.0, 250.0, 300.0], (3, 1))
    effect = np.tile([0.0, 1.0, 0.5, 1.5, 2.5], (3, 1)) + np.array([-0.01, 0.0, 0.01])[:, None]
    choice = OptionSet(tuple("abcde"), cost, effect, "QALY")
    said = choosing.frontier_in_words(choice, ["Today", "B", "C", "D", "E"])
    assert said[0] == "On the frontier by means over runs, cheapest first: Today, B and E."
    assert said[1] == "From Today to B one more QALY costs £100."
    assert said[2].startswith("From B to E one more QALY costs £133")  # 200 / 1.5
    assert said[3:] == [
        "Dominated (another option costs no more and does no less): C.",
        "Extendedly dominated (a mix of two others does as much for less): D.",
    ]
    unclear = OptionSet(("a", "b"), cost[:, :2], np.array([[0, 2.0], [0, -1.0], [0, 1.0]]), "QALY")
    assert "From Today to B no price is stated: it may bring no more." in choosing.frontier_in_words(
        unclear, ["Today", "B"]
    )


def test_foresight_in_words() -> None:
    """At 10 a unit b leaves 5, then -15: foresight is worth 2.5 on average, half a pound for each of five people."""
    two = OptionSet(("a", "b"), np.array([[0.0, 5.0], [0.0, 5.0]]), np.array([[0.0, 1.0], [0.0, -1.0]]), "QALY")
    said = choosing.foresight(two, 10.0, (10.0,), 5, 2)
    assert "£0 to £2.50 more on average" in said and "£2.50 (£0.50 a person) at £10" in said and "from 2 runs" in said
    table = choosing.known(two, ["Today", "B"], 10.0, (10.0,), 5)
    assert table.rows[-1] == ("£10", "Today", "50%", "£2.50", "£0.50") and table.rows[0][3] == "£0"
    same = OptionSet(("a", "b"), np.array([[0.0, 5.0]] * 2), np.zeros((2, 2)), "QALY")
    assert "would be worth nothing" in choosing.foresight(same, 10.0, (), 5, 2)


def test_payers_year_by_year_by_hand() -> None:
    """52,000 a year: a quarter from the NHS. Two person-years less in custody: 103,448 a year that justice is spared."""
    ledger = small_ledger().assign(paid_nhs=250.0, paid_public_health=750.0)
    found = appraise(small_comparison(), ledger, {"help": 2024}, ["today", "more"], Terms(optimism_bias=0.5))
    told = payers.streams(found)
    assert told["NHS"][payers.SPENDS][:, 1].tolist() == [[13_000.0] * 2] * 2  # neither discounted nor raised
    assert told["council public health"][payers.SPENDS][0, 1].tolist() == [39_000.0] * 2
    assert told["justice"][payers.SPARED][0, 1] == pytest.approx([2 * 51_724.0] * 2)
    assert "employers" not in told and sum(
        one[payers.SPENDS].sum() for one in told.values() if payers.SPENDS in one
    ) == (pytest.approx(found.spent.sum()))
    (year,) = payers.by_year(found, ["Today", "More"], [1])
    assert [row[0] for row in year.rows] == ["Year 1", "Year 2", "All years"]
    assert text(year.rows[0][year.head.index("NHS spends")]) == "£13,000"
    assert text(year.rows[2][year.head.index("Justice is spared")]) == "£207,000"
    box = payers.in_all(found, ["Today", "More"])
    assert box is not None and [text(row[1]) for row in box.rows if row[0] == "Justice"] == ["£207,000 less"]
    data = payers.data(found, ["Today", "More"])
    assert data.query("payer == 'NHS' and year == 2")["p50"].tolist() == [13_000.0]


def test_many_options_stand_down_the_side() -> None:
    table = Table("t", ("What", *"abcdefg"), (("x", *map(str, range(7))), ("y", *map(str, range(7, 14)))))
    assert across(table, "Option").rows[1] == ("b", "1", "8") and across(table, "Option").head == ("Option", "x", "y")
    few = Table("t", ("What", "a"), (("x", "1"),))
    assert across(few, "Option") is few


def test_the_plane_draws_every_option_apart() -> None:
    """Six options beside today: two panels on the same axes, no shape or colour twice in one; few runs are drawn."""
    rng = np.random.default_rng(3)
    costs, effects = rng.gamma(3, 100, (60, 7)), rng.normal(5, 1, (60, 7))
    costs[:, 0] = effects[:, 0] = 0.0
    labels = ["Today", *(f"Option {k}" for k in range(1, 7))]
    panels, data = plane(labels, costs, effects, [0, 2], ("More people", "More spending, GBP"))
    assert [one.title for one in panels] == ["Options 1 to 4 of 6", "Options 5 to 6 of 6"]
    assert len(data) == 60 * 7 and data["extra_cost"].sum() == pytest.approx(costs.sum())
    every = " ".join(one.alt for one in panels)
    assert all(f"{label}: " in every for label in labels[1:])
    seen = []
    for panel in panels:
        axes = panel.alone().axes[1]
        means = [line for line in axes.lines if len(line.get_xdata()) == 1]
        runs = [line for line in axes.lines if line.get_markerfacecolor() == "none"]
        assert len({line.get_marker() for line in means}) == len({line.get_color() for line in means}) == len(means)
        assert all(len(line.get_xdata()) <= DRAWS for line in runs) and len(runs) == len(means)
        seen += [(float(line.get_xdata()[0]), float(line.get_ydata()[0])) for line in means]
    assert seen == [pytest.approx((effects[:, k].mean(), costs[:, k].mean())) for k in range(1, 7)]
    assert len({panel.alone().axes[1].get_ylim() for panel in panels}) == 1


def test_curves_of_many_options_add_up_to_every_run() -> None:
    """Four lines and the others together hold every run once; whoever leads on average has a line of their own."""
    rng = np.random.default_rng(5)
    costs, effects = rng.gamma(3, 100, (40, 8)), rng.normal(1, 1, (40, 8))
    choice, grid = OptionSet(tuple("abcdefgh"), costs, effects, "QALY"), np.linspace(0, 1000, 11)
    shares, best = choice.shares(grid), choice.best(grid)
    panel, data = acceptability.curves(list("abcdefgh"), grid, shares, best, "QALY")
    alone = acceptability.drawn_alone(shares, best)
    assert len(alone) == 4 and 0 in alone and (set(best) <= set(alone) or len(set(best)) > 3)
    lines = [line for line in panel.alone().axes[1].lines if line.get_linewidth() < 10]
    assert len(lines) == 5
    assert np.sum([line.get_ydata() for line in lines], axis=0) == pytest.approx(np.ones(11))
    assert len({str(line._dash_pattern) for line in lines}) == 5  # told apart without colour
    assert "The 4 others together" in panel.alt and len(MARKS) == 4
    assert data.groupby("worth")["share_of_runs"].sum().tolist() == pytest.approx([1.0] * 11)
    assert data.groupby("worth")["best_on_average"].sum().tolist() == [1] * 11


TINY = {"city.population": 2000, "time.years": 2.1, "interventions.linkage.ramp_up": 0.0}


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    folder = tmp_path_factory.mktemp("money") / "a"
    return ct.compare("first_comparison", 3, 1, folder, progress=False, **TINY, **{"money.optimism_bias": 0.2})


def test_every_format_holds_the_annex(compared: Comparison) -> None:
    """Pictures with words for them, tables, and data, as Word, PDF and spreadsheet read them from the page."""
    made = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    document = reading.read(compared.report.read_text(encoding="utf-8"), made)
    pictures = [one.alt for one in document.blocks if isinstance(one, Picture)]
    assert sum(alt.startswith("Charts of extra spending against") for alt in pictures) == 1
    assert sum(alt.startswith("Curves of acceptability.") for alt in pictures) == 2
    grids = {one.caption: one for one in document.blocks if isinstance(one, Grid)}
    for caption in ("What would turn the answer round", "What is left on each set of terms"):
        assert len(grids[caption].rows) == 4
    assert any("20% added to spending" in head for head in grids["What is left on each set of terms"].head)
    assert "with 20% added for optimism" in compared.report.read_text(encoding="utf-8")
    data = {one.title: one for one in document.blocks if isinstance(one, Data)}
    table = pd.read_csv(io.StringIO(data["Every run's cost and effect"].csv))
    whole = ct.costs_and_effects(compared)
    assert table.columns.tolist() == whole.columns.tolist() and len(table) == 15
    numbers = ["cost", "effect", "spent", "spared", "stable"]
    assert whole["cost"].abs().max() > 1_000  # so that rounding to five figures would show
    assert table[numbers].to_numpy() == pytest.approx(whole[numbers].to_numpy(), rel=1e-9, abs=1e-9)
    assert table["seed"].tolist() == whole["seed"].tolist() and whole["seed"].nunique() == 3


def test_another_package_reads_every_run(compared: Comparison) -> None:
    """heormodel reads the table as it stands and finds the frontier that the page names."""
    models, cea = pytest.importorskip("heormodel.models"), pytest.importorskip("heormodel.cea")
    table = ct.costs_and_effects(compared.directory)
    assert table["cost"].to_numpy() == pytest.approx((table["spent"] - table["spared"]).to_numpy())
    columns = table[["scenario", "replicate", "cost", "effect"]]
    theirs = models.Outcomes.from_tidy(columns, intervention="scenario", iteration="replicate", effect="effect")
    titles = {"today": "Today", "champions": "Champions programme", "linkage": "Assertive linkage"}
    titles |= {"housing": "Recovery housing", "all_three": "All three"}
    front = [titles[name] for name in cea.frontier(theirs)]
    page = compared.report.read_text(encoding="utf-8")
    named = re.findall(
        r"On the frontier by means over runs, cheapest first: ([^.<]*)\.|<p>(.*?) alone is on the frontier", page
    )
    assert any(listed(front) in one for one in named)


def test_less_than_a_year_has_no_costs_by_year(tmp_path: Path) -> None:
    short = ct.compare(
        "first_comparison", 2, 1, tmp_path / "b", progress=False, **{"city.population": 300, "time.years": 0.5}
    )
    with pytest.raises(ConfigError, match=r"time.years is 0.5; .*whole years, so it must be 1 or more"):
        ct.costs_and_effects(short)


def test_text_of_a_download_is_harmless(compared: Comparison) -> None:
    """Every link that carries data can be read back."""
    page = compared.report.read_text(encoding="utf-8")
    links = re.findall(
        r'href="data:text/csv;charset=utf-8;base64,([^"]+)" download="(money[^"]*|costs[^"]*)\.csv"', page
    )
    assert sorted({name for _, name in links}) == [
        "costs-and-effects", "money-by-payer-and-year", "money-curves-people", "money-curves-qalys", "money-plane"
    ]  # fmt: skip
    assert all(len(pd.read_csv(io.BytesIO(base64.b64decode(text)))) > 0 for text, _ in links)
