"""Chance is a function of who, what and when: Philox4x32-10 keyed by (seed, name, week, person, other).

No generator is held anywhere, so a draw does not depend on which other draws were made: scenarios with one seed differ
by cause and not by luck. Source of the generator: Salmon, Moraes, Dror & Shaw (2011), "Parallel random numbers: as easy
as 1, 2, 3".

In a process: `happens(rate, "relapse", who, chance)` and `draw("arrest", who, chance)`. For many people at once:
`uniform(seed, name, week, ids)`.
"""

from __future__ import annotations

import functools
import math
import os
import zlib
from typing import Any, NamedTuple

import numpy as np

from contagion.core.compiling import before_compiling, kernel, rule
from contagion.core.errors import ConfigError, Fault, shown

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
_DROP_HIGH, _DROP_LOW = np.uint64(5), np.uint64(6)
_NOBODY = np.uint64(0)


class Chance(NamedTuple):
    """The seed of a run and the week: with a name and a person they say what befalls them."""

    seed: Any  # uint64
    week: Any  # uint64


@rule
def philox(k0: Any, k1: Any, c0: Any, c1: Any, c2: Any, c3: Any) -> Any:
    """Ten rounds of Philox4x32 on 32-bit words carried in uint64."""
    for _ in range(10):
        a, b = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (b >> _HALF) ^ c1 ^ k0, b & _LOW, (a >> _HALF) ^ c3 ^ k1, a & _LOW
        k0, k1 = (k0 + _W0) & _LOW, (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@rule
def unit(seed: Any, name: Any, week: Any, who: Any, other: Any) -> float:
    """A number in [0, 1) with 53 random bits; all arguments are uint64, `name` the key of a name."""
    a, b, _, _ = philox(seed & _LOW, name, week, who & _LOW, other, seed >> _HALF)
    return float(((a >> _DROP_HIGH) * 67108864.0 + (b >> _DROP_LOW)) / 9007199254740992.0)


@rule
def befalls(rate: float, seed: Any, name: Any, week: Any, who: Any) -> bool:
    """Whether an event of this weekly hazard happens: probability 1 - exp(-rate); rate 0 draws nothing."""
    if rate <= 0.0:
        return False
    u = unit(seed, name, week, who, _NOBODY)
    return bool(u < rate and u < -math.expm1(-rate))  # the first is cheap and follows from the second


@functools.cache
def key(name: str) -> np.uint64:
    """The key of a named stream: crc32 of its name (a test checks the names for collisions)."""
    return np.uint64(zlib.crc32(name.encode()))


def draw(name: str, who: Any, chance: Chance) -> float:
    """A uniform number for the named decision of this person this week."""
    return float(unit(chance.seed, key(name), chance.week, np.uint64(who.uid), _NOBODY))


def happens(rate: float, name: str, who: Any, chance: Chance) -> bool:
    """Whether the named event befalls this person this week, at this weekly hazard."""
    return bool(befalls(rate, chance.seed, key(name), chance.week, np.uint64(who.uid)))


@before_compiling
def _tell_numba() -> None:
    """In compiled code the name, a text in the source, becomes its key while compiling."""
    from numba.core.types import StringLiteral
    from numba.extending import overload

    as_unit, as_befalls = unit.fast, befalls.fast

    @overload(draw, jit_options={"forceinline": True})
    def _draw(name, who, chance):  # type: ignore[no-untyped-def]  # numba asks for the same signature as below
        if not isinstance(name, StringLiteral):
            return None
        word = key(name.literal_value)
        return lambda name, who, chance: as_unit(chance.seed, word, chance.week, who.uid, _NOBODY)

    @overload(happens, jit_options={"forceinline": True})
    def _happens(rate, name, who, chance):  # type: ignore[no-untyped-def]
        if not isinstance(name, StringLiteral):
            return None
        word = key(name.literal_value)
        return lambda rate, name, who, chance: as_befalls(rate, chance.seed, word, chance.week, who.uid)


@kernel
def _units(seed: Any, name: Any, week: Any, who: Any, other: Any, out: Any) -> None:
    for i in range(who.size):
        out[i] = unit(seed, name, week, who[i], other[i])


@kernel
def _units_alone(seed: Any, name: Any, week: Any, who: Any, out: Any) -> None:
    for i in range(who.size):
        out[i] = unit(seed, name, week, who[i], _NOBODY)


@kernel
def _befall(rate: Any, seed: Any, name: Any, week: Any, who: Any, out: Any) -> None:
    for i in range(who.size):
        out[i] = befalls(rate[i], seed, name, week, who[i])


def uniform(seed: int, name: str, week: int, who: Any, other: Any = 0) -> Any:
    """A number in [0, 1) with 53 random bits for each id in `who` (uint64, an array or one), apart by `other`."""
    ids, words = np.asarray(who, np.uint64), (np.uint64(seed), key(name), np.uint64(week))
    if ids.ndim == 0 and np.ndim(other) == 0:
        return unit(*words, ids[()], np.uint64(other))
    if np.ndim(other) == 0 and not other:
        out = np.empty(ids.shape)
        _units_alone(*words, ids.ravel(), out.ravel())
        return out
    ids, others = np.broadcast_arrays(ids, np.asarray(other, np.uint64))
    out = np.empty(ids.shape)
    _units(*words, ids.ravel(), others.ravel(), out.ravel())
    return out


def happens_to_each(rate: Any, seed: int, name: str, week: int, who: Any) -> Any:
    """Whether an event of this hazard (per week) befalls each id this week (bool array, or bool for one)."""
    ids, words = np.asarray(who, np.uint64), (np.uint64(seed), key(name), np.uint64(week))
    if ids.ndim == 0:
        return befalls(float(rate), *words, ids[()])
    out = np.empty(ids.shape, bool)
    _befall(np.broadcast_to(np.asarray(rate, np.float64), ids.shape).ravel(), *words, ids.ravel(), out.ravel())
    return out


def happens_to_pair(chance: Any, seed: int, name: str, week: int, one: Any, two: Any) -> Any:
    """Whether an event of probability `chance` befalls each pair; the pair has no order."""
    one, two = np.asarray(one, np.uint64), np.asarray(two, np.uint64)
    return uniform(seed, name, week, np.minimum(one, two), np.maximum(one, two)) < chance


def fold(seed: int, *parts: int | str) -> int:
    """A 63-bit seed derived from another and from labels: for replicates and for borrowed generators."""
    text = ":".join(str(part) for part in (seed, *parts))
    low, high = _half(text, 0), _half(text[::-1], 1)
    return low << 31 | high >> 1


def _half(text: str, place: int) -> int:
    """The first 32 bits that `uniform` draws with the crc32 of a text as its seed."""
    words = (zlib.crc32(text.encode()), key("fold"), place, place + 1, 0, 0)
    a, b, _, _ = philox.plain(*(np.uint64(word) for word in words))
    return (int(a) >> 5) << 5 | int(b) >> 27


LARGEST_SEED = 2**63 - 1
"""The largest seed of a history: those derived from a study's seed go so far."""


def is_whole(value: Any) -> bool:
    """Whether it is a whole number, of Python or of NumPy."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def seed_of(value: Any, drawn: bool = False) -> int:
    """A seed as a Python number; ConfigError if it is not a whole number from 0 to LARGEST_SEED.

    `drawn`: where there is none it is drawn by the operating system, and a generator of NumPy may draw it.
    """
    value = _drawn(value) if drawn else value
    if not is_whole(value) or not 0 <= value <= LARGEST_SEED:
        raise ConfigError(Fault("", "seed", value, "a whole number from 0 to 2**63 - 1", None, f"is {shown(value)}"))
    return int(value)


def _drawn(value: Any) -> Any:
    """A seed of 53 bits where none is given, or as a Generator, BitGenerator or SeedSequence of NumPy draws it; else what
    is given. Nothing is asked of them later: chance within a history comes of the seed alone."""
    if value is None:
        return int.from_bytes(os.urandom(8)) >> 11
    if hasattr(value, "integers"):
        return value.integers(2**53)
    if hasattr(value, "random_raw"):
        return value.random_raw() >> 11
    return int(value.generate_state(1, np.uint64)[0]) >> 11 if hasattr(value, "generate_state") else value
