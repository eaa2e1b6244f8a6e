"""Rules: a behaviour is one pure function of scalars, compiled to a NumPy ufunc.

The same rule serves one person (scalars in, scalar out) and everyone (columns in, column out), so both ways
of running call the very same machine code. ``rule.plain`` keeps the Python function. Without numba the plain
function is applied element by element: slower, the same numbers.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

try:
    import numba
except ImportError:  # numba is an accelerator, not a wall
    numba = None  # type: ignore[assignment]

RULES: dict[str, Rule] = {}
"""Every rule by "module.name", for the tests that hold the laws."""


class Rule:
    """A scalar function and its ufunc; call it with scalars or with columns."""

    def __init__(self, plain: Callable[..., Any]) -> None:
        functools.update_wrapper(self, plain)
        self.plain = plain
        self.arguments = tuple(inspect.signature(plain).parameters)
        if len(self.arguments) > 6:
            raise TypeError(f"rule {plain.__name__} has more than six arguments: it is two rules")
        self._ufunc: Any = _compiled(plain) if numba else _looped(plain)
        # past numba's check for foreign arrays, which costs more than a small loop
        self._call: Any = _direct(self._ufunc) if numba else self._ufunc
        RULES[f"{plain.__module__}.{plain.__name__}"] = self

    def __call__(self, *arguments: Any) -> Any:
        return self._call(*arguments)


def rule(plain: Callable[..., Any]) -> Rule:
    """Turn a pure scalar function (``math`` only, no fastmath) into a Rule."""
    return Rule(plain)


def kernel(plain: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a loop over ties or rows; without numba it runs as plain Python."""
    if numba is None:
        return plain
    return numba.njit(cache=True)(plain)  # type: ignore[no-any-return]


def _compiled(plain: Callable[..., Any]) -> Callable[..., Any]:
    return numba.vectorize(cache=True, nopython=True)(plain)  # type: ignore[no-any-return]


def _direct(ufunc: Any) -> Any:
    return super(type(ufunc), ufunc).__call__


def _looped(plain: Callable[..., Any]) -> Callable[..., Any]:
    def ufunc(*arguments: Any) -> Any:
        arrays = np.broadcast_arrays(*arguments)
        if arrays[0].ndim == 0:
            return np.asarray(plain(*(a[()] for a in arrays)))[()]
        return np.array([plain(*row) for row in zip(*(a.tolist() for a in arrays), strict=True)])

    return ufunc
