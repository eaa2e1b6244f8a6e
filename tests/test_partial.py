"""Partial perfect information: by hand, against a known answer, against another package, and against chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contagion.economics.decisions import perfect_information
from contagion.economics.partial import partial, partial_information


def of_one(left: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Costs and effects of two options, of which the second leaves so much at 1 a unit."""
    effects = np.stack([np.zeros_like(left), left], axis=1)
    return np.zeros_like(effects), effects


def test_by_hand() -> None:
    """The second option leaves 3 and -1 where x is 0 (1 on average), -4 and 0 where x is 1 (-2). On average it leaves -0.5,
    so nothing is chosen; who knows x chooses it at 0, and gains 1 in half of the draws: 0.5. Who knows all gains 3 / 4.
    """
    costs, effects = of_one(np.array([3.0, -1.0, -4.0, 0.0]))
    assert partial_information(costs, effects, 1.0, [0, 0, 1, 1]) == pytest.approx(0.5)
    assert perfect_information(costs, effects, 1.0) == pytest.approx(0.75)
    assert partial_information(costs, effects, 1.0, [0, 1, 0, 1]) == 0.0  # -0.5 at each: nothing is learnt


def test_a_known_answer() -> None:
    """Where the second option leaves x, standard normal, knowing x is worth E[max(0, x)] = 1 / sqrt(2 pi) = 0.399; noise of
    the same size, which no study foresees, adds nothing to it, and knowing all is worth sqrt(2) / sqrt(2 pi) = 0.564.
    The standard error of 20,000 draws is 0.005.
    """
    rng = np.random.default_rng(3)
    x, luck = rng.normal(size=20_000), rng.normal(size=20_000)
    costs, effects = of_one(x + luck)
    assert partial_information(costs, effects, 1.0, x) == pytest.approx(0.399, abs=0.015)
    assert perfect_information(costs, effects, 1.0) == pytest.approx(0.564, abs=0.02)


def test_a_bend_is_found() -> None:
    """x squared less 1, for x standard normal: no straight line finds it. E[max(0, x^2 - 1)] = 2 phi(1) = 0.484."""
    rng = np.random.default_rng(4)
    x = rng.normal(size=20_000)
    costs, effects = of_one(x**2 - 1.0 + rng.normal(size=x.size))
    assert partial_information(costs, effects, 1.0, x) == pytest.approx(0.484, abs=0.05)


def test_another_package_finds_the_same() -> None:
    """heormodel's spline has other knots: the two agree to a fiftieth of what knowing all is worth."""
    models, voi = pytest.importorskip("heormodel.models"), pytest.importorskip("heormodel.voi")
    rng = np.random.default_rng(5)
    n = 3000
    drawn = pd.DataFrame({"a": rng.uniform(0, 1, n), "b": rng.gamma(3, 1, n)}, index=pd.RangeIndex(n, name="iteration"))
    costs = np.stack([np.zeros(n), 900 + 300 * drawn["b"], np.full(n, 2500.0)], axis=1)
    effects = np.stack([np.zeros(n), 0.2 * drawn["a"], 0.05 + 0.1 * drawn["a"] ** 2], axis=1)
    effects += rng.normal(0, 0.05, effects.shape)
    named = [pd.DataFrame(one, columns=list("xyz"), index=drawn.index) for one in (costs, effects)]
    theirs = models.Outcomes.from_wide(*named)
    everything = perfect_information(costs, effects, 20_000.0)
    for name in drawn:
        mine = partial_information(costs, effects, 20_000.0, drawn[name])
        assert mine == pytest.approx(voi.evppi(theirs, drawn, name, 20_000.0), abs=everything / 50)
        assert 0 < mine < everything


def test_what_does_nothing_is_no_more_than_chance_gives() -> None:
    """In 5 of 100 samples one of four parameters that do nothing is above what 95 of 100 shuffles give: in fewer than 13 in
    all but one of a thousand such experiments. One that decides is above it from 40 draws, and stands first.
    """
    rng = np.random.default_rng(6)
    above = 0
    for _ in range(100):
        costs, effects = of_one(rng.normal(size=40))
        above += bool(partial(costs, effects, 1.0, {name: rng.uniform(size=40) for name in "abcd"}).clear)
    assert 0 < above < 13
    x = rng.uniform(-1, 1, 40)
    found = partial(*of_one(x + 0.3 * rng.normal(size=40)), 1.0, {"idle": rng.uniform(size=40), "x": x})
    assert found.clear == ["x"] and list(found.values) == ["idle", "x"]


@given(left=st.lists(st.floats(-1e6, 1e6), min_size=5, max_size=30), seed=st.integers(0, 1000), few=st.booleans())
def test_never_below_nothing_nor_above_knowing_all(left: list[float], seed: int, few: bool) -> None:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 3, len(left)) if few else rng.normal(size=len(left))
    costs, effects = of_one(np.array(left))
    found = partial_information(costs, effects, 1.0, values)
    assert 0 <= found <= perfect_information(costs, effects, 1.0)


def test_one_value_teaches_nothing() -> None:
    costs, effects = of_one(np.array([3.0, -1.0, -4.0, 0.0]))
    assert partial_information(costs, effects, 1.0, [2.0] * 4) == 0.0
