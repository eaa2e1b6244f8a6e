"""Cheaper and different looks at the same question: Morris' screen, Borgonovo's delta, one factor at a time.

All three work on means of the replicates, or on the replicates themselves, so luck is less but not gone; the dummy, the
last factor of a design, shows how much is left. In Morris' trajectories all points share the seeds of the trajectory
until the dummy's step, which goes on to fresh ones: the other steps change a parameter and not the luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from SALib.analyze.delta import sobol_first

from contagion.config.design_checks import FEWEST
from contagion.core.sums import CRUMB
from contagion.study.analysis.indices import resampled
from contagion.study.analysis.paired import COVERAGE, interval
from contagion.study.analysis.usable import Floats, Unusable, usable_factors, usable_outputs
from contagion.study.analysis.verdict import COLUMNS, NOISE, SMALL, Analysis, Span, against_dummy, screened, tidy

FEWEST_TRAJECTORIES, ENOUGH_TRAJECTORIES = FEWEST["morris"], 20
FEWEST_POINTS = FEWEST["delta"]  # the classes of fewer hold too few to have a distribution


def morris(
    unit_design: ArrayLike,
    outputs: ArrayLike,
    factors: Sequence[str],
    *,
    groups: Sequence[str] | None = None,
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 1,
    ids: ArrayLike | None = None,
) -> Analysis:
    """Elementary effects (Morris 1991; mu_star Campolongo et al. 2007) of the means of replicates.

    unit_design: (P, D), trajectories of `SALib.sample.morris` in the unit cube; outputs: (R, P); factors: D names, or D
    columns of G groups, whose names then stand for them. Values equal SALib's; intervals resample trajectories. Groups
    of several columns have mu_star alone, as their members may move in opposite ways.

    mu_star is the mean of |effect|, which noise can only enlarge. The mean of an absolute value is no quadratic form, so
    unlike a Sobol' index it has no correction that holds whatever the distribution: the dummy's mu_star, made of nothing
    else, is shown instead, and with seeds of its own it is larger than the noise left in a step that shares its seeds. So a
    factor no larger than the dummy whose mean effect (mu) is clear of 0 is called smaller than luck, not noise.
    """
    y = usable_outputs(outputs, ids)
    names, effects, single = _effects(unit_design, y, factors, groups)
    rows = len(effects)
    middle = effects.mean(0)
    spread = (effects - middle) ** 2
    table = np.hstack([effects - middle, np.abs(effects), spread])
    drawn = np.concatenate(list(resampled(table, resamples, seed)))
    g = len(names)

    def three(means: Floats) -> Floats:
        """mu, mu_star, sigma of every factor, from means over trajectories: (draws, 3G)."""
        off, star, square = means[:, :g], means[:, g : 2 * g], means[:, 2 * g :]
        sigma = np.sqrt(np.maximum(square - off**2, 0) * rows / (rows - 1))
        return np.hstack([middle + off, star, sigma])

    ends = np.quantile(three(drawn), [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    values = np.vstack([three(table.mean(0, keepdims=True)), ends])
    of = [(index, name, "") for index in ("mu", "mu_star", "sigma") for name in names]
    told = [k for k, (index, name, _) in enumerate(of) if index == "mu_star" or single[name]]
    indices = tidy("morris", [of[k] for k in told], values[:, told], rows, len(y))
    notes = ["mu_star and sigma contain what luck is left in the means of the replicates; the dummy's show how much."]
    if rows < ENOUGH_TRAJECTORIES:
        notes.append(f"{rows} trajectories are few for a screen; {ENOUGH_TRAJECTORIES} or more are advised.")
    return _screen(indices, "mu_star", "Morris' mean absolute effect", notes)


def _effects(
    unit_design: ArrayLike, y: Floats, factors: Sequence[str], groups: Sequence[str] | None
) -> tuple[tuple[str, ...], Floats, dict[str, bool]]:
    """Names of the factors, their elementary effects (trajectories, G), and which are single columns."""
    x = np.asarray(unit_design, np.float64)
    column_groups = list(factors if groups is None else groups)
    names = usable_factors(list(dict.fromkeys(column_groups)) if groups is not None else column_groups)
    g = len(names)
    if x.ndim != 2 or x.shape != (y.shape[1], len(factors)) or len(column_groups) != len(factors):
        raise Unusable(f"a design of shape {x.shape} does not fit {y.shape[1]} points of {len(factors)} factors")
    rows, rest = divmod(len(x), g + 1)
    if rest or rows < FEWEST_TRAJECTORIES:
        raise Unusable(f"{len(x)} points are not {FEWEST_TRAJECTORIES} or more trajectories of {g + 1}")
    steps = np.diff(x.reshape(rows, g + 1, -1), axis=1)  # (T, G steps, D)
    member = np.array([[group == name for group in column_groups] for name in names])  # (G, D)
    moved = np.abs(steps) > 1e-9
    moves = (moved[:, :, None, :] == member).all(-1)  # (T, steps, G)
    if not ((moves.sum(1) == 1).all() and (moves.sum(2) == 1).all()):
        raise Unusable("the design is not made of trajectories that move each factor once, one at a step")
    single = member.sum(1) == 1
    # A lone column has a direction; a group is taken as it comes, as only the size of its effect is used.
    sign = np.where(single[moves.argmax(2)], np.sign(steps.sum(2)), 1)
    change = np.diff(y.mean(0).reshape(rows, g + 1), axis=1) * sign / np.abs(steps).max(2)
    order = moves.argmax(1)  # the step at which each factor moves
    return names, np.take_along_axis(change, order, axis=1), dict(zip(names, single.tolist()))


def delta(
    unit_design: ArrayLike,
    outputs: ArrayLike,
    factors: Sequence[str],
    *,
    resamples: int = 200,
    confidence: float = 0.95,
    seed: int = 1,
    ids: ArrayLike | None = None,
) -> Analysis:
    """Borgonovo's delta (2007) and S1 from any random design, a second opinion where outcomes are skewed.

    unit_design: (P, D), for instance a latin hypercube, the dummy's column last; outputs: (R, P), of which means are
    taken. The estimators are SALib's (Plischke et al. 2013), each corrected for its bias by resampling points, with our own
    draws, as SALib's `analyze` draws from NumPy's global stream and ignores seed 0. Few classes smooth away what goes up
    and down within them: S1 is better taken from Sobol'.
    """
    y = usable_outputs(outputs, ids)
    names = usable_factors(factors)
    x = np.asarray(unit_design, np.float64)
    points: int = y.shape[1]
    if x.shape != (points, len(names)):
        raise Unusable(f"a design of shape {x.shape} does not fit {points} points of {len(names)} factors")
    if points < FEWEST_POINTS:
        raise Unusable(f"delta needs {FEWEST_POINTS} points or more, not {points}")
    still = [name for name, column in zip(names, x.T) if not np.ptp(column) > 0]
    if still:
        raise Unusable(f"{', '.join(still)} never moves in this design")
    means = y.mean(0)
    means = (means - means.mean()) / (np.ptp(means) or 1.0)
    # Classes of equal frequency, as many as SALib would take (Plischke et al. 2013).
    classes = min(int(np.ceil(points ** (2 / (7 + np.tanh((1500 - points) / 500))))), 48)
    edges, grid = np.linspace(0, points, classes + 1), np.linspace(means.min(), means.max(), 100)

    def both(rows: NDArray[np.intp]) -> Floats:
        """delta of every factor, then S1 of every factor, of the points in these rows."""
        some, at = means[rows], x[rows]
        return np.hstack([_deltas(some, at, edges, grid), [sobol_first(some, column, edges) for column in at.T]])

    rng = np.random.default_rng([seed, points])
    here = both(np.arange(points))
    drawn = np.array([both(rng.integers(points, size=points)) for _ in range(resamples)])
    corrected = 2 * here - drawn
    ends = np.quantile(corrected, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    of = [(index, name, "") for index in ("delta", "S1") for name in names]
    indices = tidy("delta", of, np.vstack([corrected.mean(0), ends]), points, len(y))
    notes = ["delta and S1 contain what luck is left in the means of the replicates; the dummy's show how much."]
    most = np.unique(means, return_counts=True)[1].max() / points
    if most > 0.2:
        notes.append(f"{most:.0%} of the outcomes are equal: a smooth density describes them badly, and so does delta.")
    return _screen(indices, "delta", "delta", notes)


def _deltas(y: Floats, x: Floats, edges: Floats, grid: Floats) -> Floats:
    """Half the mean distance between the density of y and its densities in classes of each column of x.

    SALib's `calc_delta` to rounding (a test holds that), without the small linear algebra inside SciPy's kernel
    density, which is up to 25 times slower where other processes keep the cores busy.
    """

    def density(some: Floats) -> Floats:
        width = (0.75 * len(some)) ** -0.2 * some.std(ddof=1)  # Silverman's rule
        away = (grid[:, None] - some) / width
        return np.asarray(np.exp(-away * away / 2).sum(1) / (len(some) * width * np.sqrt(2 * np.pi)))

    found = np.zeros(x.shape[1])
    if np.ptp(y) == 0:
        return found
    whole, place = density(y), np.arange(1, len(y) + 1)
    of_class = np.searchsorted(edges, place) - 1  # ranks in (edge, next edge]
    for k, column in enumerate(x.T):
        by_rank = y[np.argsort(column, kind="stable")]
        for one in range(len(edges) - 1):
            some = by_rank[of_class == one]
            if len(some) and np.ptp(some) > 0:  # as in SALib, a class without spread has no density to compare
                found[k] += len(some) / (2 * len(y)) * np.trapezoid(np.abs(whole - density(some)), grid)
    return found


def ofat(
    factors: Sequence[str],
    levels: Sequence[Any],
    outputs: ArrayLike,
    *,
    coverage: float = COVERAGE,
    ids: ArrayLike | None = None,
) -> Analysis:
    """One factor at a time: at each level the cloud of replicates, and of their differences from the default.

    factors, levels: of each point the factor that was moved ("" for the one default point) and where to; outputs: (R, P),
    replicate r with the same seed at all points. The table has a column `level` and two rows a point, `outcome` and
    `difference`: median and central range. It shows shapes and tipping points. It is in the order of the design and never
    ranks, as factors that act only together do not show (Saltelli and Annoni 2010).
    """
    y = usable_outputs(outputs, ids)
    names = list(factors)
    if not len(names) == len(levels) == y.shape[1]:
        raise Unusable(f"{len(names)} factors and {len(levels)} levels do not fit {y.shape[1]} points")
    if names.count("") != 1 or len(names) < 2:
        raise Unusable(f'one point must be the default, with "" for its factor; {names.count("")} are')
    default = y[:, names.index("")]
    rows = []
    for point, (name, level) in enumerate(zip(names, levels)):
        clouds = {"outcome": y[:, point]} | ({"difference": y[:, point] - default} if name else {})
        for index, cloud in clouds.items():
            span = interval(cloud, coverage)
            row = ("ofat", index, name, "", span.middle, span.low, span.high, 1, len(y), "", level)
            rows.append(row)
    table = pd.DataFrame(rows, columns=[*COLUMNS, "level"])
    return Analysis(
        table, notes=("One factor at a time shows the shape of each response and puts none before another.",)
    )


def _screen(indices: pd.DataFrame, index: str, what: str, notes: Sequence[str]) -> Analysis:
    """The analysis, with each factor's index held against the dummy's."""
    here = indices["index"] == index
    chosen = indices[here]
    spans: dict[str, Span] = {
        name: (low, value, high)
        for name, low, value, high in zip(*(chosen[c].tolist() for c in ("factor", "low", "value", "high")))
    }
    labels = against_dummy(spans)
    least = CRUMB * max((abs(value) for _, value, _ in spans.values()), default=0.0)
    clear = (indices["low"] > least) | (indices["high"] < -least)
    one_way = indices[(indices["index"] == "mu") & clear]["factor"]
    labels |= {name: SMALL for name in one_way if labels.get(name) == NOISE}
    indices.loc[here, "verdict"] = [labels.get(name, "") for name in spans]
    return Analysis(indices, screened(labels, what), tuple(notes))
