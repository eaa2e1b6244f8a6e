"""Chance is a function of who, what and when: Philox4x32-10 keyed by (seed, name, week, person, other).

No generator is held anywhere, so a draw does not depend on which other draws were made: scenarios with one
seed differ by cause and not by luck. Source of the generator: Salmon, Moraes, Dror & Shaw (2011), "Parallel
random numbers: as easy as 1, 2, 3".
"""

from __future__ import annotations

import functools
import zlib
from typing import Any

import numpy as np

from contagion.core.rules import kernel

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
LOW, HALF = np.uint64(0xFFFFFFFF), np.uint64(32)


def philox(k0: Any, k1: Any, c0: Any, c1: Any, c2: Any, c3: Any) -> tuple[Any, Any, Any, Any]:
    """Ten rounds of Philox4x32 on 32-bit words carried in uint64 (scalars or arrays)."""
    for _ in range(10):
        a, b = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (b >> HALF) ^ c1 ^ k0, b & LOW, (a >> HALF) ^ c3 ^ k1, a & LOW
        k0, k1 = (k0 + _W0) & LOW, (k1 + _W1) & LOW
    return c0, c1, c2, c3


_rounds = kernel(philox)


@functools.cache
def key(name: str) -> np.uint64:
    """The key of a named stream: crc32 of its name (a test checks the names for collisions)."""
    return np.uint64(zlib.crc32(name.encode()))


@functools.lru_cache(maxsize=1024)
def _word(number: int) -> np.uint64:
    """A seed or a week, as the draws take it."""
    return np.uint64(number)


@functools.cache
def _streams() -> Any:
    """The draws as ufuncs, made on the first draw."""
    from contagion.core import streams

    return streams


def uniform(seed: int, name: str, week: int, who: Any, other: Any = 0) -> Any:
    """A number in [0, 1) with 53 random bits, for each person in `who` (uint64 ids)."""
    return _streams().uniform(_word(seed), key(name), _word(week), who, np.asarray(other, np.uint64)[()])


def happens(rate: Any, seed: int, name: str, week: int, who: Any) -> Any:
    """Whether an event with this hazard (per week) befalls each person this week.

    Probability 1 - exp(-rate); people at rate 0 draw nothing, and nobody else's draw depends on that.
    """
    return _streams().happens(rate, _word(seed), key(name), _word(week), who)


def happens_to_pair(chance: Any, seed: int, name: str, week: int, one: Any, two: Any) -> Any:
    """Whether an event of probability `chance` befalls each pair; the pair has no order."""
    one, two = np.asarray(one, np.uint64), np.asarray(two, np.uint64)
    return uniform(seed, name, week, np.minimum(one, two), np.maximum(one, two)) < chance


def lot(needed: Any, seed: int, name: str, week: int, who: Any) -> Any:
    """A uniform number for those who need one; 2.0, which is never below a probability, for the others."""
    return _streams().lot(needed, _word(seed), key(name), _word(week), who)


def fold(seed: int, *parts: int | str) -> int:
    """A 63-bit seed derived from another and from labels: for replicates and for borrowed generators.

    Made without the compiled draws: a process that only hands out seeds need not load them.
    """
    text = ":".join(str(part) for part in (seed, *parts))
    low, high = _half(text, 0), _half(text[::-1], 1)
    return low << 31 | high >> 1


def _half(text: str, place: int) -> int:
    """The first 32 bits that `uniform` draws with the crc32 of a text as its seed."""
    words = (zlib.crc32(text.encode()), key("fold"), place, place + 1, 0, 0)
    a, b, _, _ = philox(*(np.uint64(word) for word in words))
    return (int(a) >> 5) << 5 | int(b) >> 27
