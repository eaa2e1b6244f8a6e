"""The stopping rule: it stops, says why, gives up at the cap, and its intervals cover what they claim."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contagion.study.analysis.paired import Unpaired
from contagion.study.analysis.stopping import Decision, Stopping, look, mean_interval

KEY = ("stable", "housing")
Draws = Callable[[np.random.Generator], np.ndarray]

MOST = 300
TOYS: dict[str, tuple[Draws, float, float]] = {
    "normal, no effect": (lambda g: g.normal(0, 1, MOST), 0.0, 1.0),
    "normal": (lambda g: g.normal(4, 2, MOST), 4.0, 2.0),
    "exponential": (lambda g: g.exponential(1, MOST), 1.0, 1.0),
    "counts": (lambda g: g.poisson(3.0, MOST) - g.poisson(2.5, MOST).astype(float), 0.5, math.sqrt(5.5)),
}


def _run(x: np.ndarray, precision: float, rule: Stopping) -> Decision:
    """Look after every block until the rule stops."""
    n = rule.start
    while True:
        decision = look({KEY: x[:n]}, {"stable": precision}, rule)
        if decision.stop:
            return decision
        assert decision.until > n
        n = decision.until


def _coverage(draws: Draws, mean: float, precision: float, repeats: int = 1000) -> tuple[float, float]:
    """Percentage of the intervals that hold the true effect when the rule stops, and the mean number of replicates."""
    rng = np.random.default_rng(20151101)
    ends = [_run(draws(rng), precision, Stopping(most=MOST)) for _ in range(repeats)]
    held = [d.needs[0].low <= mean <= d.needs[0].high for d in ends]
    return 100 * float(np.mean(held)), float(np.mean([d.n for d in ends]))


@pytest.mark.parametrize("name", TOYS)
def test_intervals_cover_a_known_effect_when_the_rule_stops(name: str) -> None:
    draws, mean, sd = TOYS[name]
    covered, used = _coverage(draws, mean, precision=1.96 * sd / math.sqrt(60))
    assert 93 <= covered <= 97, f"{name}: {covered} %"
    assert 60 <= used < 100, "and it stops soon after it could have if the spread had been known"


@pytest.mark.parametrize(("share", "worth"), [(0.2, 1.0), (0.05, 1.0)])
def test_rare_things_are_not_missed(share: float, worth: float) -> None:
    def draws(rng: np.random.Generator) -> np.ndarray:
        return worth * (rng.random(MOST) < share)

    covered, _ = _coverage(draws, share * worth, precision=0.2, repeats=500)
    assert covered >= 93, f"{covered} %"


def test_heavy_skew_is_covered_better_than_by_t() -> None:
    rng = np.random.default_rng(7)
    x, mean = rng.lognormal(0, 1, (2000, 60)), math.exp(0.5)
    ends = np.array([mean_interval(row) for row in x])
    covered = ((ends[:, 0] <= mean) & (mean <= ends[:, 1])).mean()
    half = 2.001 * x.std(axis=1, ddof=1) / math.sqrt(60)
    plain = (np.abs(x.mean(axis=1) - mean) <= half).mean()
    assert plain < 0.92 < 0.93 < covered < 0.97


def test_it_stops_when_all_is_known_and_says_so() -> None:
    x = np.random.default_rng(1).normal(10, 5, 200)
    decision = _run(x, 2.0, Stopping())
    need = decision.needs[0]
    assert decision.met and decision.stop and not decision.capped and decision.needed == decision.n == need.n
    assert need.narrow and need.steady and need.seen and need.half_width <= 2
    said = decision.sentence({"stable": "People in stable recovery", "housing": "Homes first"})
    assert said.startswith(f"{decision.n} replicates: the precision asked for was met")
    assert "People in stable recovery under Homes first: half-width 1." in said and "<= 2;" in said.replace(")", ";")
    assert "95 % interval" in said


def test_the_cap_is_kept_and_reported() -> None:
    x = np.random.default_rng(2).normal(0, 100, 400)
    decision = _run(x, 1.0, Stopping(most=75))
    assert decision.n == 75 and decision.capped and decision.stop and not decision.met
    assert 20_000 < decision.needed < 80_000, "(1.96 * 100 / 1)^2 is 38,416"
    said = decision.sentence()
    assert "75 replicates, the most allowed: the precision asked for was not met" in said
    assert "> 1" in said and f"About {decision.needed:,} would be needed" in said


def test_every_outcome_and_scenario_must_be_known() -> None:
    rng = np.random.default_rng(3)
    rows = {
        ("stable", "a"): rng.normal(0, 1, 100),
        ("stable", "b"): rng.normal(0, 9, 100),
        ("jobs", "a"): rng.normal(size=100),
    }
    assert look(rows, {"jobs": 1.0}).met, "outcomes nobody asked for do not count"
    decision = look(rows, {"stable": 1.0, "jobs": 1.0})
    assert not decision.met and [(n.outcome, n.scenario) for n in decision.missing] == [("stable", "b")]
    assert "stable under b" in decision.sentence() and "jobs" not in decision.sentence()
    assert decision.needed == decision.missing[0].needed > 100


def test_a_start_is_kept_and_looks_come_in_blocks() -> None:
    x = np.random.default_rng(4).normal(0, 1, 60)
    rule = Stopping(start=30, block=5, most=33)
    assert look({KEY: x[:7]}, {"stable": 100.0}, rule).until == 30
    assert look({KEY: x[:30]}, {"stable": 1e-3}, rule).until == 33
    early = look({KEY: x[:30]}, {"stable": 100.0}, rule)
    assert (
        not early.met and not early.needs[0].steady and early.needed == 40 and "spread not settled" in early.sentence()
    )
    assert look({KEY: x[:30]}, {"stable": 100.0}, Stopping(start=30, blocks=0)).met


def test_a_spread_that_jumps_is_not_settled() -> None:
    x = np.concatenate([np.tile([-1.0, 1.0], 25), np.tile([-3.0, 3.0], 5)])
    need = look({KEY: x}, {"stable": 5.0}).needs[0]
    assert need.narrow and not need.steady and need.change > 0.4 and not need.met
    assert look({KEY: x[:50]}, {"stable": 5.0}).met


def test_no_variance_waits_for_rare_things_and_then_stops() -> None:
    same = look({KEY: np.full(40, 0.1)}, {"stable": 1.0})
    assert same.needs[0].half_width == 0 and same.needs[0].steady and not same.met and same.needed == 60
    assert "all replicates alike" in same.sentence()
    assert look({KEY: np.full(60, 0.1)}, {"stable": 1.0}).met
    assert look({KEY: np.full(40, 0.1)}, {"stable": 1.0}, Stopping(rarest=None)).met
    noise = 0.1 + 1e-15 * np.random.default_rng(5).normal(size=60)
    assert look({KEY: noise}, {"stable": 1.0}).met, "rounding is no change of spread"


def test_one_replicate_has_no_interval() -> None:
    decision = look({KEY: [3.0]}, {"stable": 1.0})
    need = decision.needs[0]
    assert math.isinf(need.half_width) and not decision.met and decision.until == 20 and decision.needed >= 20
    assert need.as_dict()["half_width"] is None and "1 replicate, not" in decision.sentence()
    assert not look({KEY: [3.0, 4.0]}, {"stable": 1e9}).met


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_no_number_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="difference of stable under housing is no number"):
        look({KEY: [1.0, 2.0, bad]}, {"stable": 1.0})
    with pytest.raises(ValueError, match="precision of stable"):
        look({KEY: [1.0, 2.0]}, {"stable": bad})


def test_wrong_questions_are_refused() -> None:
    for precision in ({"stable": 0.0}, {"stable": -1.0}, {"jobs": 1.0}, {}):
        with pytest.raises(ValueError):
            look({KEY: [1.0, 2.0]}, precision)
    with pytest.raises(Unpaired):
        look({KEY: [1.0, 2.0], ("stable", "b"): [1.0]}, {"stable": 1.0})
    for empty in ([], [[1.0]]):
        with pytest.raises(ValueError):
            look({KEY: empty}, {"stable": 1.0})
    for wrong in (
        {"start": 1},
        {"most": 5},
        {"block": 0},
        {"confidence": 1.0},
        {"steady": 0.0},
        {"rarest": 0.0},
        {"blocks": -1},
    ):
        with pytest.raises(ValueError):
            Stopping(**wrong)


def test_the_same_differences_give_the_same_decision_and_it_fits_in_a_manifest() -> None:
    x = np.random.default_rng(6).normal(0, 3, 50)
    one, other = (look({KEY: x.copy()}, {"stable": 0.5}) for _ in range(2))
    assert one == other
    said = json.loads(json.dumps(one.as_dict(), allow_nan=False))
    assert said["n"] == 50 and said["met"] is False and said["rule"]["most"] == 200
    assert said["differences"][0]["half_width"] == one.needs[0].half_width
    json.dumps(look({KEY: [1.0]}, {"stable": 0.5}).as_dict(), allow_nan=False)


def test_rounding_never_contradicts_the_verdict() -> None:
    x = np.random.default_rng(8).normal(0, 1, 100)
    half = look({KEY: x}, {"stable": 1.0}).needs[0].half_width
    said = look({KEY: x}, {"stable": half * 0.9999}).sentence()
    shown, asked = said.split("half-width ")[1].split(";")[0].split(",")[0].split(" > ")
    assert float(shown) > float(asked)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50), st.floats(-1e3, 1e3))
def test_an_interval_holds_the_mean_and_moves_with_it(values: list[float], shift: float) -> None:
    x = np.asarray(values)
    low, high = mean_interval(x)
    assert low <= x.mean() <= high
    scale = 1e-6 * (np.abs(x).max() + abs(shift) + 1)
    assert mean_interval(-x) == pytest.approx((-high, -low), abs=scale)
    wide = mean_interval(x, 0.99)
    assert wide[0] <= low + scale and wide[1] >= high - scale
