"""What may be analysed: outputs and designs that would make an index lie are refused by name, never repaired.

SALib gives zeros for every factor, without an exception, when one output is missing or all are equal, and cannot
see whether rows belong to the design it is told about. So everything is checked here, before anything is computed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contagion.config.design_checks import FEWEST

FEWEST_ROWS = FEWEST["sobol"]

NAMED = 5
"""How many offending runs a message names; the exception holds them all."""

Floats = NDArray[np.float64]


class Unusable(ValueError):
    """Outputs or a design that must not be analysed; `.ids` names every offending run."""

    def __init__(self, message: str, ids: Sequence[str] = ()):
        self.message, self.ids = message, tuple(ids)
        super().__init__(message)

    def __reduce__(self) -> tuple[type[Unusable], tuple[str, tuple[str, ...]]]:
        return type(self), (self.message, self.ids)


def usable_outputs(outputs: ArrayLike, ids: ArrayLike | None = None) -> Floats:
    """The outputs as (replicates, points) floats, or Unusable: a shape, a missing value or a constant.

    `ids` names the runs, in the same shape; without it they are called by replicate and point, from 0.
    """
    y = np.ma.asarray(outputs, np.float64).filled(np.nan)  # what is masked is missing too
    if y.ndim != 2 or 0 in y.shape:
        raise Unusable(f"outputs must be a table of replicates by points, not of shape {y.shape}")
    names = None if ids is None else np.asarray(ids)
    if names is not None and names.shape != y.shape:
        raise Unusable(f"{names.shape} run ids do not fit outputs of shape {y.shape}")
    bad = np.argwhere(~np.isfinite(y))
    if len(bad):
        called = [f"replicate {r} of point {p}" if names is None else str(names[r, p]) for r, p in bad]
        more = f" and {len(called) - NAMED} more" if len(called) > NAMED else ""
        raise Unusable(
            f"{len(called)} of {y.size} runs gave no finite number: {', '.join(called[:NAMED])}{more}; "
            "run them again (they are neither dropped nor filled)",
            called,
        )
    # Rounding alone must not pass for an effect: it would be magnified into indices that sum to one.
    if np.ptp(y) <= 1e-12 * np.abs(y).max():
        raise Unusable(f"every run gave {y.flat[0]:g}: nothing varies, so nothing can be attributed")
    return y


def usable_factors(factors: Sequence[str]) -> tuple[str, ...]:
    """The names of the factors, the dummy last; at least two parameters beside it, each once."""
    names = tuple(factors)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or "" in names:
        raise Unusable(f"each factor needs a name of its own; given twice or empty: {', '.join(twice) or 'a name'}")
    if len(names) < 3:
        raise Unusable(f"an analysis needs two parameters or more and a dummy after them, not {list(names)}")
    return names


def base_rows(points: int, factors: int, second_order: bool) -> int:
    """The base rows N of a Sobol design of N(2D+2) or N(D+2) points, a power of two; else Unusable."""
    step = row_length(factors, second_order)
    rows, rest = divmod(points, step)
    if rest:
        fits = points % row_length(factors, not second_order) == 0
        other = f"; it would fit second_order={not second_order}" if fits else ""
        raise Unusable(f"{points} points are not N x {step}, the design for {factors} factors{other}")
    if rows < FEWEST_ROWS or rows & (rows - 1):
        raise Unusable(f"N = {rows} base rows: N must be a power of two, {FEWEST_ROWS} or more")
    return rows


def row_length(factors: int, second_order: bool) -> int:
    """Points that one base row makes (A, each AB, each BA if second order, B)."""
    return (2 if second_order else 1) * factors + 2
