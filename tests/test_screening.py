"""Morris, delta and one factor at a time: as SALib has them, with luck in sight and without ranks from OFAT."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import morris as their_morris
from SALib.analyze.delta import calc_delta
from SALib.sample import latin
from SALib.sample import morris as trajectories
from scipy.stats import norm

from contagion.study.analysis.screening import _deltas, delta, morris, ofat
from contagion.study.analysis.usable import Unusable
from contagion.study.analysis.verdict import COLUMNS, NOISE, SMALL, Analysis

NAMES = ["linear", "pair", "other", "inert", "dummy"]
CLEAR = "distinguishable from noise"


def problem(names: list[str], groups: list[str] | None = None) -> dict:
    found: dict = {"num_vars": len(names), "names": names, "bounds": [[0, 1]] * len(names)}
    return found | ({"groups": groups} if groups else {})


def walks(rows: int = 30, seed: int = 3, levels: int = 4, groups: list[str] | None = None) -> np.ndarray:
    found: np.ndarray = trajectories.sample(problem(NAMES, groups), rows, num_levels=levels, seed=seed)
    return found


def outcome(x: np.ndarray) -> np.ndarray:
    """Linear in one, two that act only together, one that does nothing."""
    return 3 * x[:, 0] + 6 * (x[:, 1] - 0.5) * (x[:, 2] - 0.5)


def with_luck(x: np.ndarray, replicates: int, size: float, seed: int = 1) -> np.ndarray:
    """Noise shared along a trajectory until the dummy has moved, and fresh after that; it also grows with x."""
    rng = np.random.default_rng(seed)
    step = x.shape[1] + 1
    dummy = x[:, -1].reshape(-1, step)
    moved = np.repeat(np.arange(len(dummy)) * 2, step) + (dummy != dummy[:, :1]).ravel()
    drawn = rng.normal(size=(replicates, 2 * len(dummy)))
    return outcome(x) + size * drawn[:, moved] * (1 + 0.2 * x[:, 0])


def part(analysis: Analysis, index: str) -> pd.DataFrame:
    return analysis.indices[analysis.indices["index"] == index].set_index("factor")


# Morris -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("levels", [4, 8])
def test_morris_values_are_salibs(levels: int) -> None:
    x = walks(levels=levels)
    y = with_luck(x, 3, 0.5)
    known = their_morris.analyze(problem(NAMES), x, y.mean(0), num_levels=levels, seed=1)
    found = morris(x, y, NAMES)
    for index in ("mu", "mu_star", "sigma"):
        np.testing.assert_allclose(part(found, index)["value"], np.asarray(known[index], float), atol=1e-10)
        assert list(part(found, index).index) == list(known["names"])
    star = part(found, "mu_star")
    np.testing.assert_allclose((star["high"] - star["low"]) / 2, known["mu_star_conf"], rtol=0.25, atol=1e-3)


def test_morris_of_groups_is_salibs_and_named_after_the_groups() -> None:
    groups = ["linear", "both", "both", "inert", "dummy"]
    x = walks(groups=groups)
    y = outcome(x) + x[:, 1]
    known = their_morris.analyze(problem(NAMES, groups), x, y, seed=1)
    found = morris(x, y[None], NAMES, groups=groups)
    star = part(found, "mu_star")
    assert list(star.index) == ["linear", "both", "inert", "dummy"] == list(known["names"])
    np.testing.assert_allclose(star["value"], np.asarray(known["mu_star"], float), atol=1e-10)
    assert "both" not in part(found, "sigma").index  # its members may move in opposite ways
    assert part(found, "mu")["value"]["linear"] == pytest.approx(3)


def test_morris_separates_linear_from_interacting_from_inert() -> None:
    x = walks(50)
    found = morris(x, with_luck(x, 4, 0.3), NAMES)
    star, sigma = part(found, "mu_star"), part(found, "sigma")["value"]
    assert star["verdict"].to_dict() == {"linear": CLEAR, "pair": CLEAR, "other": CLEAR, "inert": NOISE, "dummy": ""}
    assert sigma["linear"] < 0.2 * star["value"]["linear"]
    assert min(sigma["pair"], sigma["other"]) > star["value"][["pair", "other"]].min()
    assert part(found, "mu")["value"]["linear"] == pytest.approx(3, abs=0.15)
    assert star["low"]["dummy"] > 0  # what luck looks like: mu_star of noise is not nothing
    assert star["value"]["inert"] == pytest.approx(0, abs=1e-12)  # paired: nothing changed, not even the luck
    assert found.sentences[0].endswith(": linear, pair and other.") and found.sentences[1].endswith(": inert.")


def test_under_much_noise_morris_promises_nothing() -> None:
    x = walks(20)
    rng = np.random.default_rng(2)
    found = morris(x, outcome(x) + 20 * rng.normal(size=(2, len(x))), NAMES)
    assert set(part(found, "mu_star")["verdict"][:4]) == {NOISE}
    assert "nothing" in found.sentences[0]


def test_effects_of_one_sign_are_no_noise_however_much_luck_there_is() -> None:
    """Eight small positive effects beside a dummy of fresh luck are smaller than luck, but can be told from it."""
    x = walks(rows=8)
    y = 0.4 * x[:, 0] + 3 * (with_luck(x, 1, 1.0) - outcome(x))
    found = morris(x, y, NAMES)
    star, mu = part(found, "mu_star")["verdict"], part(found, "mu")
    assert mu["low"]["linear"] > 0 and star["linear"] == SMALL and star["inert"] == NOISE
    said = " ".join(found.sentences)
    assert f"{SMALL.capitalize()} by Morris' mean absolute effect, though the effects point one way: linear." in said
    assert "linear" not in next(one for one in found.sentences if one.startswith(NOISE.capitalize()))


def test_morris_intervals_cover_the_mean_effect() -> None:
    """mu of `linear` is 3 and of the dummy 0 whatever the noise: 95 % intervals hold them in 88 to 99 %."""
    held = []
    for seed in range(200):
        x = walks(30, seed)
        rng = np.random.default_rng(seed)
        mu = part(morris(x, outcome(x) + rng.normal(size=(2, len(x))), NAMES, resamples=400, seed=seed), "mu")
        held += [(mu["low"] <= [3, 0, 0, 0, 0]) & (mu["high"] >= [3, 0, 0, 0, 0])]
    coverage = np.mean(held, axis=0)
    assert coverage.min() >= 0.88 and coverage.mean() <= 0.99, coverage


@pytest.mark.parametrize(
    ("spoil", "match"),
    [
        (lambda x, y: (x[::-1], y[:, :-1]), "does not fit"),
        (lambda x, y: (x[:-1], y[:, :-1]), "trajectories of 6"),
        (lambda x, y: (x[:18], y[:, :18]), "4 or more trajectories"),
        (lambda x, y: (np.random.default_rng(1).permutation(x), y), "move each factor once"),
        (lambda x, y: (np.repeat(x[::6], 6, axis=0), y), "move each factor once"),
        (lambda x, y: (x, np.where(y == y[0, 7], np.nan, y)), "point 7"),
        (lambda x, y: (x, np.ones_like(y)), "every run gave 1"),
    ],
)
def test_morris_refuses_what_is_no_screen(spoil: Callable, match: str) -> None:
    x = walks()
    design, y = spoil(x, with_luck(x, 2, 0.3))
    with pytest.raises(Unusable, match=match):
        morris(design, y, NAMES)


def test_few_trajectories_are_mentioned() -> None:
    x = walks(10)
    assert any("10 trajectories are few" in note for note in morris(x, with_luck(x, 2, 0.3), NAMES).notes)
    assert len(morris(walks(), with_luck(walks(), 2, 0.3), NAMES).notes) == 1


# Delta --------------------------------------------------------------------------------------------------------------


ISHIGAMI = ["x1", "x2", "x3", "dummy"]


def points(count: int = 512, seed: int = 4) -> np.ndarray:
    found: np.ndarray = latin.sample(problem(ISHIGAMI), count, seed=seed)
    return found


def ishigami(unit: np.ndarray) -> np.ndarray:
    x1, x2, x3 = np.pi * (2 * unit[:, :3].T - 1)
    return np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1)


@pytest.mark.parametrize("discrete", [False, True])
def test_delta_is_salibs_to_rounding(discrete: bool) -> None:
    unit = points(300)
    y = ishigami(unit)
    y = np.round(np.maximum(y, 4)) if discrete else y  # classes without any spread are passed over alike
    edges, grid = np.linspace(0, 300, 8), np.linspace(y.min(), y.max(), 100)
    known = [calc_delta(y, grid, column, edges) for column in unit.T]
    np.testing.assert_allclose(_deltas(y, unit, edges, grid), known, rtol=0, atol=1e-12)


def test_delta_ranks_ishigami_with_the_dummy_lowest() -> None:
    unit = points()
    y = ishigami(unit) + 2 * np.random.default_rng(1).normal(size=(4, 512))
    found = delta(unit, y, ISHIGAMI, resamples=60)
    table = part(found, "delta")
    assert list(table.sort_values("value").index) == ["dummy", "x3", "x1", "x2"]
    assert table["verdict"].to_list() == [CLEAR] * 3 + [""]
    assert abs(table["value"]["dummy"]) < 0.06
    assert part(found, "S1")["value"]["x1"] == pytest.approx(0.31, abs=0.08)


def test_delta_of_known_densities() -> None:
    """y = 2 z1 + z2 of two standard normals: given z1, y is normal around 2 z1; the distance is integrated here."""
    unit = points(2048)[:, [0, 1, 3]]
    z = norm.ppf(unit[:, :2])
    found = part(delta(unit, (2 * z[:, 0] + z[:, 1])[None], ["z1", "z2", "dummy"], resamples=20), "delta")["value"]
    grid, given = np.linspace(-15, 15, 3001), norm.ppf((np.arange(400) + 0.5) / 400)[:, None]
    for name, (weight, other) in {"z1": (2, 1), "z2": (1, 2)}.items():
        apart = np.abs(norm.pdf(grid, 0, np.sqrt(5)) - norm.pdf(grid, weight * given, other))
        assert found[name] == pytest.approx(np.trapezoid(apart, grid).mean() / 2, abs=0.06)
    assert abs(found["dummy"]) < 0.05  # the correction leaves a little: what the dummy is for


def test_delta_is_the_same_for_the_same_seed_and_leaves_the_global_stream_alone() -> None:
    unit = points(128)
    before = np.random.get_state()[1].copy()  # type: ignore[index,union-attr]
    one, two = (delta(unit, ishigami(unit)[None], ISHIGAMI, resamples=5, seed=0).indices for _ in range(2))
    pd.testing.assert_frame_equal(one, two, check_exact=True)
    assert (np.random.get_state()[1] == before).all()  # type: ignore[index,union-attr]


def test_delta_says_when_most_outcomes_are_equal() -> None:
    unit = points(256)
    y = np.where(unit[:, 0] > 0.7, unit[:, 1], 0.0)
    assert any("are equal" in note for note in delta(unit, y[None], ISHIGAMI, resamples=5).notes)


@pytest.mark.parametrize(
    ("spoil", "match"),
    [
        (lambda x, y: (x[:, :3], y), "does not fit"),
        (lambda x, y: (x[:40], y[:, :40]), "64 points or more"),
        (lambda x, y: (x * [1, 0, 1, 1], y), "x2 never moves"),
        (lambda x, y: (x, np.where(np.arange(128) == 9, np.inf, y)), "point 9"),
    ],
)
def test_delta_refuses_what_has_no_answer(spoil: Callable, match: str) -> None:
    unit = points(128)
    design, y = spoil(unit, ishigami(unit)[None])
    with pytest.raises(Unusable, match=match):
        delta(design, y, ISHIGAMI)


# One factor at a time -----------------------------------------------------------------------------------------------


def test_ofat_gives_the_clouds_of_levels_and_of_paired_differences() -> None:
    rng = np.random.default_rng(1)
    common = rng.normal(10, 5, size=(41, 1))
    factors, levels = ["hope", "", "hope", "ties"], [0.1, None, 0.9, "many"]
    y = common + [[-1, 0, 1, 20]] + 0.1 * rng.normal(size=(41, 4))
    found = ofat(factors, levels, y)
    table = found.indices
    assert list(table.columns) == [*COLUMNS, "level"]
    assert list(table["factor"]) == ["hope", "hope", "", "hope", "hope", "ties", "ties"]  # as given, never by size
    high = table[(table["factor"] == "hope") & (table["level"] == 0.9)].set_index("index")
    for index, cloud in {"outcome": y[:, 2], "difference": y[:, 2] - y[:, 1]}.items():
        ends = high.loc[index, ["low", "value", "high"]].to_numpy(float)
        np.testing.assert_allclose(ends, np.quantile(cloud, [0.1, 0.5, 0.9]))
    outcome_width, difference_width = high["high"] - high["low"]
    assert difference_width < 0.1 * outcome_width  # pairing takes the common luck out
    assert (table["verdict"] == "").all() and found.resolved is None


def test_ofat_never_ranks() -> None:
    found = ofat(["", "a", "b"], [0, 1, 1], np.arange(9.0).reshape(3, 3) ** 2)
    said = " ".join((*found.sentences, *found.notes)).lower()
    assert not found.sentences and "puts none before another" in said
    assert not [word for word in ("largest", "most", "strongest", "rank", "first:") if word in said]


@pytest.mark.parametrize(
    ("factors", "match"), [(["a", "b", "c"], "0 are"), (["", "", "a"], "2 are"), (["", "a"], "do not fit")]
)
def test_ofat_needs_one_default(factors: list[str], match: str) -> None:
    with pytest.raises(Unusable, match=match):
        ofat(factors, [0] * len(factors), np.arange(6.0).reshape(2, 3))
