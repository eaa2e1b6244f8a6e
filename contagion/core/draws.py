"""Chance is a function of who, what and when: Philox4x32-10 keyed by (seed, name, week, person, other).

No generator is held anywhere, so a draw does not depend on which other draws were made: scenarios with one
seed differ by cause and not by luck. Source of the generator: Salmon, Moraes, Dror & Shaw (2011), "Parallel
random numbers: as easy as 1, 2, 3".
"""

from __future__ import annotations

import functools
import math
import zlib
from typing import Any

import numpy as np

from contagion.core.rules import numba

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
_DROP_HIGH, _DROP_LOW = np.uint64(5), np.uint64(6)


def philox(k0: Any, k1: Any, c0: Any, c1: Any, c2: Any, c3: Any) -> tuple[Any, Any, Any, Any]:
    """Ten rounds of Philox4x32 on 32-bit words carried in uint64 (scalars or arrays)."""
    for _ in range(10):
        a, b = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (b >> _HALF) ^ c1 ^ k0, b & _LOW, (a >> _HALF) ^ c3 ^ k1, a & _LOW
        k0, k1 = (k0 + _W0) & _LOW, (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@functools.cache
def key(name: str) -> np.uint64:
    """The key of a named stream: crc32 of its name (a test checks the names for collisions)."""
    return np.uint64(zlib.crc32(name.encode()))


if numba:
    _rounds = numba.njit(cache=True)(philox)

    @numba.vectorize(["f8(u8,u8,u8,u8,u8)"], cache=True)
    def _uniform(seed, name, week, who, other):  # type: ignore[no-untyped-def]
        a, b, _, _ = _rounds(seed & _LOW, name, week, who & _LOW, other, seed >> _HALF)
        return ((a >> _DROP_HIGH) * 67108864.0 + (b >> _DROP_LOW)) / 9007199254740992.0

    @numba.vectorize(["b1(f8,u8,u8,u8,u8)"], cache=True)
    def _happens(rate, seed, name, week, who):  # type: ignore[no-untyped-def]
        if rate <= 0.0:
            return False
        a, b, _, _ = _rounds(seed & _LOW, name, week, who & _LOW, np.uint64(0), seed >> _HALF)
        u = ((a >> _DROP_HIGH) * 67108864.0 + (b >> _DROP_LOW)) / 9007199254740992.0
        return u < -math.expm1(-rate)

    @numba.vectorize(["f8(b1,u8,u8,u8,u8)"], cache=True)
    def _lot(needed, seed, name, week, who):  # type: ignore[no-untyped-def]
        if not needed:
            return 2.0
        a, b, _, _ = _rounds(seed & _LOW, name, week, who & _LOW, np.uint64(0), seed >> _HALF)
        return ((a >> _DROP_HIGH) * 67108864.0 + (b >> _DROP_LOW)) / 9007199254740992.0

else:

    def _uniform(seed, name, week, who, other):  # type: ignore[no-untyped-def]
        seed, name, week, who, other = (np.asarray(x, np.uint64) for x in (seed, name, week, who, other))
        a, b, _, _ = philox(seed & _LOW, name, week, who & _LOW, other, seed >> _HALF)
        return ((a >> _DROP_HIGH) * 67108864.0 + (b >> _DROP_LOW)) / 9007199254740992.0

    _expm1 = np.frompyfunc(math.expm1, 1, 1)  # the C library's, as the compiled rule uses

    def _happens(rate, seed, name, week, who):  # type: ignore[no-untyped-def]
        threshold = -np.asarray(_expm1(-np.maximum(rate, 0.0))).astype(np.float64)
        return _uniform(seed, name, week, who, np.uint64(0)) < threshold

    def _lot(needed, seed, name, week, who):  # type: ignore[no-untyped-def]
        return np.where(needed, _uniform(seed, name, week, who, np.uint64(0)), 2.0)[()]


def uniform(seed: int, name: str, week: int, who: Any, other: Any = 0) -> Any:
    """A number in [0, 1) with 53 random bits, for each person in `who` (uint64 ids)."""
    return _uniform(np.uint64(seed), key(name), np.uint64(week), who, np.asarray(other, np.uint64)[()])


def happens(rate: Any, seed: int, name: str, week: int, who: Any) -> Any:
    """Whether an event with this hazard (per week) befalls each person this week.

    Probability 1 - exp(-rate); people at rate 0 draw nothing, and nobody else's draw depends on that.
    """
    return _happens(rate, np.uint64(seed), key(name), np.uint64(week), who)


def happens_to_pair(chance: Any, seed: int, name: str, week: int, one: Any, two: Any) -> Any:
    """Whether an event of probability `chance` befalls each pair; the pair has no order."""
    one, two = np.asarray(one, np.uint64), np.asarray(two, np.uint64)
    return uniform(seed, name, week, np.minimum(one, two), np.maximum(one, two)) < chance


def lot(needed: Any, seed: int, name: str, week: int, who: Any) -> Any:
    """A uniform number for those who need one; 2.0, which is never below a probability, for the others."""
    return _lot(needed, np.uint64(seed), key(name), np.uint64(week), who)


def fold(seed: int, *parts: int | str) -> int:
    """A 63-bit seed derived from another and from labels: for replicates and for borrowed generators."""
    text = ":".join(str(part) for part in (seed, *parts))
    low = uniform(zlib.crc32(text.encode()), "fold", 0, np.uint64(1))
    high = uniform(zlib.crc32(text[::-1].encode()), "fold", 1, np.uint64(2))
    return int(low * 2**32) << 31 | int(high * 2**31)
