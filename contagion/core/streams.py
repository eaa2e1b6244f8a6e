"""The draws as ufuncs: compiled when this file is imported, which happens on the first draw; else plain NumPy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from contagion.core.chance import HALF, LOW, _rounds, philox
from contagion.core.rules import numba, vectorized

_DROP_HIGH, _DROP_LOW = np.uint64(5), np.uint64(6)

if numba:
    _words = _rounds.loop  # as compiled functions call it

    def _uniform(seed, name, week, who, other):  # type: ignore[no-untyped-def]
        a, b, _, _ = _words(seed & LOW, name, week, who & LOW, other, seed >> HALF)
        return ((a >> _DROP_HIGH) * 67108864.0 + (b >> _DROP_LOW)) / 9007199254740992.0

    def _happens(rate, seed, name, week, who):  # type: ignore[no-untyped-def]
        if rate <= 0.0:
            return False
        a, b, _, _ = _words(seed & LOW, name, week, who & LOW, np.uint64(0), seed >> HALF)
        u = ((a >> _DROP_HIGH) * 67108864.0 + (b >> _DROP_LOW)) / 9007199254740992.0
        return u < -math.expm1(-rate)

    def _lot(needed, seed, name, week, who):  # type: ignore[no-untyped-def]
        if not needed:
            return 2.0
        a, b, _, _ = _words(seed & LOW, name, week, who & LOW, np.uint64(0), seed >> HALF)
        return ((a >> _DROP_HIGH) * 67108864.0 + (b >> _DROP_LOW)) / 9007199254740992.0

    uniform: Any = vectorized(_uniform, "f8(u8,u8,u8,u8,u8)")
    happens: Any = vectorized(_happens, "b1(f8,u8,u8,u8,u8)")
    lot: Any = vectorized(_lot, "f8(b1,u8,u8,u8,u8)")

else:
    _expm1 = np.frompyfunc(math.expm1, 1, 1)  # the C library's, as the compiled rule uses

    def _uniform(seed, name, week, who, other):  # type: ignore[no-untyped-def]
        seed, name, week, who, other = (np.asarray(x, np.uint64) for x in (seed, name, week, who, other))
        a, b, _, _ = philox(seed & LOW, name, week, who & LOW, other, seed >> HALF)
        return ((a >> _DROP_HIGH) * 67108864.0 + (b >> _DROP_LOW)) / 9007199254740992.0

    def _happens(rate, seed, name, week, who):  # type: ignore[no-untyped-def]
        threshold = -np.asarray(_expm1(-np.maximum(rate, 0.0))).astype(np.float64)
        return _uniform(seed, name, week, who, np.uint64(0)) < threshold

    def _lot(needed, seed, name, week, who):  # type: ignore[no-untyped-def]
        return np.where(needed, _uniform(seed, name, week, who, np.uint64(0)), 2.0)[()]

    uniform, happens, lot = _uniform, _happens, _lot
