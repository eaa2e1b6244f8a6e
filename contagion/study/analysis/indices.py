"""Sobol' indices of a model that is partly luck: its expected outcome, with seed noise taken out and shown apart.

In the layout and with the estimators of SALib (first order: Saltelli et al. 2010; total: Jansen 1999; second order:
Saltelli 2002) every numerator, and the variance below it, is a quadratic form Q(Y) of the outputs. Noise of variance s2
adds a multiple of s2 to such a form: the total index of a dummy that does nothing becomes the noise share of the
variance. With R replicates Y_r of independent seeds the mean over r != r' of the bilinear form,

    U = (R Q(mean of Y_r) - mean of Q(Y_r)) / (R - 1),

multiplies only outputs whose luck is independent, so it estimates Q of E[Y | x] without that bias.

Design: one base row n (A, AB_i, BA_i, B) is lived through with the same seed in replicate r, other base rows have
other seeds, and the rows of the dummy, the last factor, have fresh seeds: they change nothing but the luck.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from SALib.analyze.sobol import separate_output_values

from contagion.study.analysis.usable import (
    FEWEST_ROWS,
    Floats,
    Unusable,
    base_rows,
    row_length,
    usable_factors,
    usable_outputs,
)
from contagion.study.analysis.verdict import TARGET, Analysis, Span, judge, overall, split_words, tidy

CHUNK = 2**20
"""Numbers held at once while rows are resampled."""

NOTHING = 1e-12
"""Variance, as a share of the squared range of the outputs, that is rounding and no variance."""

SHARES = ("share_parameters", "share_interactions", "share_seed")


@dataclass(frozen=True)
class _Blocks:
    """One row per base row n, of quantities whose plain means over n make every index.

    Because they are means over base rows, resampling base rows is one matrix product.
    """

    table: Floats  # (N, columns): numerators, mean square, noise, and the row's mean in each replicate
    factors: int
    pairs: tuple[tuple[int, int], ...]
    replicates: int


def _cross(a: Floats, b: Floats) -> Floats:
    """Mean of a_r b_r' over r != r' along the first axis; the plain product where there is one replicate."""
    replicates = len(a)
    if replicates == 1:
        return np.asarray(a[0] * b[0])
    both = a.sum(0) * b.sum(0) - (a * b).sum(0)
    return np.asarray(both / (replicates * (replicates - 1)))


def _blocks(outputs: Floats, factors: int, second_order: bool, rows: int) -> _Blocks:
    """Per-row quantities of the first `rows` base rows of outputs (R, P)."""
    used = outputs[:, : rows * row_length(factors, second_order)]
    # Centred as in SALib (the first-order estimator depends on it), and scaled so that squares cannot overflow.
    y = (used - used.mean()) / np.ptp(used)
    parts = [separate_output_values(one, factors, rows, second_order) for one in y]
    a, b = (np.stack([part[k] for part in parts])[..., None] for k in (0, 1))  # (R, N, 1)
    ab = np.stack([part[2] for part in parts])  # (R, N, D)
    first, total = _cross(b, ab - a), _cross(a - ab, a - ab) / 2
    pairs = tuple(combinations(range(factors), 2)) if second_order else ()
    second = np.empty((rows, 0))
    if pairs:
        ba = np.stack([part[3] for part in parts])
        second = np.stack([_cross(ba[..., j], ab[..., k]) for j, k in pairs], axis=-1) - _cross(a, b)
    square = (_cross(a, a) + _cross(b, b)) / 2
    by_row = y.reshape(len(y), rows, -1)
    noise = by_row.var(axis=0, ddof=1).mean(-1, keepdims=True) if len(y) > 1 else np.zeros((rows, 1))
    means = (a + b)[..., 0].T / 2  # (N, R)
    return _Blocks(np.hstack([first, total, second, square, noise, means]), factors, pairs, len(y))


def _ratios(means: Floats, blocks: _Blocks, floor: float) -> tuple[Floats, Floats, Floats, Floats]:
    """Indices (draws, 2D + pairs), shares (draws, 3), parametric variance and sum of S1, from means over rows."""
    d, pairs = blocks.factors, blocks.pairs
    ends = np.cumsum([d, d, len(pairs), 1, 1])
    first, total, second, square, noise, level = np.split(means, ends, axis=1)
    variance = square[:, 0] - _cross(level.T, level.T)
    below = np.maximum(variance, floor)[:, None]
    s1, st = first / below, total / below
    s2 = second / below - s1[:, [j for j, _ in pairs]] - s1[:, [k for _, k in pairs]]
    alone = s1[:, :-1].sum(1)  # the dummy is not a parameter
    parametric = np.maximum(variance, 0)
    whole = parametric + noise[:, 0]
    share = np.divide(parametric, whole, out=np.zeros_like(whole), where=whole > 0)
    acting = share * np.clip(alone, 0, 1)
    return np.hstack([s1, st, s2]), np.stack([acting, share - acting, 1 - share], axis=1), variance, alone


def resampled(table: Floats, resamples: int, seed: int) -> Iterator[Floats]:
    """Means of a table (rows, columns) over rows drawn with replacement, in chunks of draws: (draws, columns)."""
    rows = len(table)
    rng = np.random.default_rng([seed, rows])
    at_once = max(1, min(resamples, CHUNK // rows))
    for done in range(0, resamples, at_once):
        draws = min(at_once, resamples - done)
        drawn = rng.integers(rows, size=(draws, rows)) + rows * np.arange(draws)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=draws * rows).reshape(draws, rows)
        yield counts.astype(np.float64) @ table / rows


@dataclass(frozen=True)
class _Estimate:
    """Values, lower and upper ends of all indices and shares at one number of base rows."""

    indices: Floats  # (3, 2D + pairs); nan where the parameters' variance cannot be told from none
    shares: Floats  # (3, 3)
    alone: float  # the sum of the first-order indices before it is clipped


def _estimate(blocks: _Blocks, resamples: int, confidence: float, seed: int) -> _Estimate:
    here, shares, variance, alone = _ratios(blocks.table.mean(0, keepdims=True), blocks, NOTHING)
    # A ratio has no interval where its denominator may be nothing: a few draws near zero are held above it, and
    # where the denominator's own interval reaches zero no index is given at all.
    floor = 0.01 * max(variance[0], NOTHING)
    drawn = [_ratios(means, blocks, floor) for means in resampled(blocks.table, resamples, seed)]
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    low, high = np.quantile(np.concatenate([draw[0] for draw in drawn]), tails, axis=0)
    share_low, share_high = np.quantile(np.concatenate([draw[1] for draw in drawn]), tails, axis=0)
    indices = np.stack([here[0], low, high])
    if min(variance[0], np.quantile(np.concatenate([draw[2] for draw in drawn]), tails[0])) <= NOTHING:
        indices[:] = np.nan
    return _Estimate(indices, np.stack([shares[0], share_low, share_high]), float(alone[0]))


def _rows_of(estimate: _Estimate, names: Sequence[str], blocks: _Blocks, rows: int) -> pd.DataFrame:
    of = [("S1", name, "") for name in names] + [("ST", name, "") for name in names]
    of += [("S2", names[j], names[k]) for j, k in blocks.pairs]
    values = estimate.indices
    if blocks.replicates > 1:
        of += [(share, "", "") for share in SHARES]
        values = np.hstack([values, estimate.shares])
    return tidy("sobol", of, values, rows, blocks.replicates)


def sobol(
    outputs: ArrayLike,
    factors: Sequence[str],
    second_order: bool = True,
    *,
    resamples: int = 1000,
    confidence: float = 0.95,
    target: float = TARGET,
    seed: int = 1,
    ids: ArrayLike | None = None,
) -> Analysis:
    """S1, ST and S2 of E[Y | x] and the split of one run's variance, at N/4, N/2 and N base rows.

    outputs: (R, P) in the order of `SALib.sample.sobol`, P = N(2D+2), or N(D+2) without second order. factors: D names
    (of groups, where the design has groups), the dummy last. ids: names of the runs, (R, P), for refusals. Intervals
    come from resampling base rows with all their replicates, as seeds are nested in base rows. With one replicate the
    values are SALib's own and contain the noise. SALib is given no seed, as it ignores 0; any `seed` repeats exactly.
    """
    names = usable_factors(factors)
    y = usable_outputs(outputs, ids)
    if not 0 < confidence < 1 or resamples < 1 or not target > 0:
        raise Unusable(f"confidence {confidence}, resamples {resamples}, target {target}: not an interval to be had")
    rows = base_rows(y.shape[1], len(names), second_order)
    tables = []
    for part in (rows // 4, rows // 2, rows):
        if part >= FEWEST_ROWS and np.ptp(y[:, : part * row_length(len(names), second_order)]) > 0:
            blocks = _blocks(y, len(names), second_order, part)
            estimate = _estimate(blocks, resamples, confidence, seed)
            tables.append(_rows_of(estimate, names, blocks, part))
    table = pd.concat(tables, ignore_index=True)

    at_last = table["base_rows"] == rows
    total = at_last & (table["index"] == "ST")
    spans = dict(zip(names, _spans(table[total])))
    runs_per_row = row_length(len(names), second_order) * len(y)
    *parameters, dummy = names
    verdicts = {p: judge(spans[p], spans[dummy], rows, runs_per_row, target, len(y) > 1) for p in parameters}
    table.loc[total, "verdict"] = [verdicts[p].text for p in parameters] + [""]
    sentences = overall(verdicts, spans, rows, target)
    notes = []
    if len(y) > 1:
        sentences += (split_words(*_spans(table[at_last & table["index"].isin(SHARES)])),)
        if not np.isnan(estimate.indices).any() and not 0 <= estimate.alone <= 1:
            notes.append(
                f"The first-order indices sum to {estimate.alone:.2f}; as no share can be below 0 or above 1, the split "
                f"takes the sum to be {np.clip(estimate.alone, 0, 1):.0f}."
            )
    else:
        notes.append(
            "One replicate: seed noise cannot be told from what the parameters do, so the indices contain it. The "
            "dummy's total index shows how much; two replicates or more take it out."
        )
    notes += _doubts(y, len(names), second_order)
    needed = max((v.needed for v in verdicts.values() if v.needed is not None), default=None)
    return Analysis(table, sentences, tuple(notes), all(v.settled for v in verdicts.values()), needed)


def _doubts(y: Floats, factors: int, second_order: bool) -> list[str]:
    """What looks as if seeds had not been given as the design asks: only the caller can tell."""
    if len(y) == 1:
        return []
    if (y == y[0]).all():
        return ["All replicates gave the same outcomes: either nothing is left to luck or they share their seeds."]
    by_row = y.reshape(len(y), -1, row_length(factors, second_order))
    if (by_row[..., factors] == by_row[..., 0]).all():  # the dummy's AB beside A
        return [
            "The dummy's runs repeat those they stem from although replicates differ: either the outcome hardly varies "
            "or those runs had no fresh seeds, in which case the dummy shows nothing."
        ]
    return []


def _spans(table: pd.DataFrame) -> list[Span]:
    return list(zip(*(table[end].tolist() for end in ("low", "value", "high"))))
