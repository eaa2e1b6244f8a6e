"""Two groups of histories: found where they are, not where values are merely skewed or counted, and put in words."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contagion.study.analysis.modes import Modes, modes, takeoff, wilson

Draws = Callable[[np.random.Generator, int], np.ndarray]

ONE: dict[str, Draws] = {
    "normal": lambda g, n: g.normal(100, 15, n),
    "uniform": lambda g, n: g.uniform(0, 1, n),
    "exponential": lambda g, n: g.exponential(30, n),
    "lognormal": lambda g, n: g.lognormal(0, 1, n),
    "left-skewed": lambda g, n: 1 - g.lognormal(0, 0.5, n),
    "laplace": lambda g, n: g.laplace(0, 1, n),
    "few": lambda g, n: g.poisson(0.3, n),
    "counts": lambda g, n: g.poisson(8, n),
    "counts in tens": lambda g, n: 10 * g.poisson(2, n),
    "differences of counts": lambda g, n: g.poisson(5, n) - g.poisson(5, n),
    "shares": lambda g, n: g.binomial(40, 0.1, n) / 40,
}


def _mixture(rng: np.random.Generator, n: int, share: float, apart: float) -> np.ndarray:
    return np.where(rng.random(n) < share, rng.normal(apart, 1, n), rng.normal(0, 1, n))


@pytest.mark.parametrize("name", ONE)
def test_one_group_is_not_called_two(name: str) -> None:
    rng = np.random.default_rng(1985)
    flagged = [modes(ONE[name](rng, n)).two for n in (10, 20, 40, 120) for _ in range(75)]
    assert np.mean(flagged) <= 0.02, f"{name}: {100 * np.mean(flagged):.1f} %"


@pytest.mark.parametrize(
    ("n", "share", "apart", "power"),
    [
        (40, 0.5, 6, 0.8),
        (40, 0.2, 6, 0.8),
        (40, 0.7, 10, 0.95),
        (100, 0.1, 6, 0.9),
        (200, 0.05, 6, 0.9),
        (200, 0.5, 4, 0.9),
    ],
)
def test_two_groups_are_found(n: int, share: float, apart: float, power: float) -> None:
    rng = np.random.default_rng(1927)
    found = [modes(_mixture(rng, n, share, apart)).two for _ in range(100)]
    assert np.mean(found) >= power, f"{100 * np.mean(found):.0f} %"


def test_died_out_at_nothing_or_took_off() -> None:
    rng = np.random.default_rng(3)
    for least in (np.zeros(33), rng.poisson(0.5, 33), rng.exponential(2, 33)):
        values = np.concatenate([least, rng.normal(50, 5, 7)])
        found = modes(rng.permutation(values))
        assert found.two and found.split is not None
        assert found.split.upper.count == 7 and found.split.upper.n == 40
        assert found.split.above is not None and 40 < found.split.above.low < found.split.above.middle < 60
        assert found.split.below is not None and found.split.below.high < found.split.cut < found.split.above.low


def test_order_unit_and_sign_do_not_matter() -> None:
    rng = np.random.default_rng(4)
    x = _mixture(rng, 60, 0.3, 8)
    found = modes(x)
    assert found.split is not None
    assert modes(rng.permutation(x)) == found
    for factor, add in ((1e6, 0.0), (1e-6, 0.0), (1.0, 1e4)):
        other = modes(factor * x + add).split
        assert other is not None and other.upper == found.split.upper
        assert other.cut == pytest.approx(factor * found.split.cut + add, rel=1e-6)
    turned = modes(-x).split
    assert turned is not None and turned.upper.count == 60 - found.split.upper.count


@pytest.mark.parametrize(
    "values", [[5.0], [1.0, 9.0], [0.0] * 500, [0.1 + 1e-17] * 30, [0, 0, 9, 9, 9], [0] * 38 + [99] * 2]
)
def test_too_little_or_nothing_to_tell_apart(values: list[float]) -> None:
    found = modes(values)
    assert not found.two and found.n == len(values)
    assert "no two separate groups" in found.sentence()


def test_steps_of_counts_are_not_gaps_but_real_gaps_are() -> None:
    assert not modes([0] * 20 + [1] * 20).two, "the next count is no other group"
    assert modes([0] * 15 + [1] * 10 + [40] * 8 + [41] * 7).two


def test_wilson_is_the_published_interval() -> None:
    from scipy.stats import binomtest

    for count, n in ((7, 40), (0, 20), (20, 20), (1, 3)):
        known = binomtest(count, n).proportion_ci(0.95, "wilson")
        found = wilson(count, n)
        assert (found.low, found.high) == pytest.approx((known.low, known.high), abs=1e-12)
    for wrong in ((-1, 3, 0.95), (4, 3, 0.95), (0, 0, 0.95), (1, 3, 1.0)):
        with pytest.raises(ValueError):
            wilson(*wrong)


@given(st.integers(1, 300), st.data())
def test_a_share_stays_a_share(n: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, n))
    one = wilson(count, n)
    assert 0 <= one.low <= one.share <= one.high <= 1 and one.low < one.high


def test_a_threshold_splits_where_it_is_reached() -> None:
    split = takeoff([1, 2, 3, 10, 12], 10)
    assert split.upper.count == 2 and split.cut == 10
    assert split.above is not None and split.above.middle == 11 and split.below is not None and split.below.middle == 2
    none = takeoff([1.0, 2.0], 10)
    assert none.above is None and none.upper.low == 0 < none.upper.high
    assert (
        none.sentence().startswith("In 0 of 2 replicates contagion took off (0 %")
        and "where it did," not in none.sentence()
    )


def test_the_words_name_both_groups() -> None:
    values = np.concatenate([np.linspace(0, 4, 33), np.linspace(1000, 1200, 7)])
    said = modes(values).sentence("recovery", whole=True)
    assert said == (
        "In 7 of 40 replicates recovery took off (18 %, 95 % interval 9 to 32 %): where it did, median 1,100 (10th to 90th "
        "percentile 1,020 to 1,180); where it did not, median 2 (10th to 90th percentile 0 to 4)."
    )


@pytest.mark.parametrize("bad", [[1.0, math.nan], [math.inf], [], [[1.0, 2.0]]])
def test_what_is_no_number_is_refused(bad: list[float]) -> None:
    for ask in (modes, lambda v: takeoff(v, 1.0)):
        with pytest.raises(ValueError):
            ask(bad)
    with pytest.raises(ValueError):
        takeoff([1.0], math.nan)


def test_it_fits_in_a_manifest() -> None:
    for found in (modes(np.concatenate([np.zeros(20), np.full(19, 50.0), [51.0]])), modes([1.0, 2.0])):
        assert isinstance(found, Modes)
        said = json.loads(json.dumps(found.as_dict(), allow_nan=False))
        assert said["two"] is found.two and (said["split"] is None) is not found.two
