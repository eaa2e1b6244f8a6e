"""Rules: a behaviour is one pure function of scalars, compiled to a NumPy ufunc.

The same rule serves one person (scalars in, scalar out) and everyone (columns in, column out), so both ways
of running call the very same machine code. ``rule.plain`` keeps the Python function. Without numba the plain
function is applied element by element: slower, the same numbers.

Nothing is compiled, and numba is not imported, before the first call.
"""

from __future__ import annotations

import functools
import importlib.util
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

numba = importlib.util.find_spec("numba")
"""Where numba is, None without it: an accelerator, not a wall."""

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
        RULES[f"{plain.__module__}.{plain.__name__}"] = self

    @functools.cached_property
    def _ufunc(self) -> Callable[..., Any]:
        return vectorized(self.plain) if numba else _looped(self.plain)

    def __call__(self, *arguments: Any) -> Any:
        return self._ufunc(*arguments)


def rule(plain: Callable[..., Any]) -> Rule:
    """Turn a pure scalar function (``math`` only, no fastmath) into a Rule."""
    return Rule(plain)


class Kernel:
    """A loop over ties or rows, compiled on its first call; without numba it runs as plain Python."""

    def __init__(self, plain: Callable[..., Any]) -> None:
        functools.update_wrapper(self, plain)
        self.plain = plain

    @functools.cached_property
    def loop(self) -> Callable[..., Any]:
        """What is called: compiled, if there is a compiler."""
        if not numba:
            return self.plain
        from numba import njit

        made: Callable[..., Any] = njit(cache=True)(self.plain)
        return made

    def __call__(self, *arguments: Any) -> Any:
        return self.loop(*arguments)


def kernel(plain: Callable[..., Any]) -> Kernel:
    """Turn a function with loops over arrays into a Kernel."""
    return Kernel(plain)


def vectorized(plain: Callable[..., Any], signature: str = "") -> Callable[..., Any]:
    """The compiled ufunc of a scalar function: of this signature alone, or of whatever types it meets."""
    try:
        from contagion.core.compiled import ufunc
    except ImportError:  # a numba with another inside: loops are compiled in every process
        from numba import vectorize

        made: Callable[..., Any] = vectorize([signature] if signature else [], cache=True, nopython=True)(plain)
        return made
    return ufunc(plain, signature)


def _looped(plain: Callable[..., Any]) -> Callable[..., Any]:
    def ufunc(*arguments: Any) -> Any:
        arrays = np.broadcast_arrays(*arguments)
        if arrays[0].ndim == 0:
            return np.asarray(plain(*(a[()] for a in arrays)))[()]
        return np.array([plain(*row) for row in zip(*(a.tolist() for a in arrays), strict=True)])

    return ufunc
