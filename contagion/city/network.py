"""The social graph: a layered generator, and what is kept of it week by week.

Everybody lives in a household and has friends nearby (a ring of residents with some long ties: clustering and short
paths, Watts & Strogatz 1998). People with lived experience carry whole ego networks, 5 / 15 / 50 / 150
(Dunbar; MacCarron, Kaski & Dunbar 2016 measured 4.1 / 11.0 / 29.8 / 128.9); everybody else a thinner sample,
which is enough for attitudes to spread.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from contagion.core.chance import uniform
from contagion.core.compiling import kernel
from contagion.core.graph import WEIGHT_ONE, Ties, in_order, tie_parts
from contagion.core.parameters import Parameters, amount, share
from contagion.vocabulary import ACTIVE, TO_COME, Layer, recovering

SLOTS = 16
"""Bonds (friendships, recovery and using ties) that one person can have at a time."""


class Network(Parameters):
    """How ties are laid in the built-in city."""

    weight_household: float = amount(1.0, "weight of a household tie", unit="weight", up_to=10)
    weight_friend: float = amount(
        0.6, "weight of a tie between friends, also recovery and using ties", unit="weight", up_to=10
    )
    weight_acquaintance: float = amount(0.1, "weight of an acquaintance", unit="weight", up_to=10)
    household_size: float = amount(
        2.4,
        "mean household size",
        unit="people",
        low=1,
        up_to=8,
        source="about the English mean, from general knowledge",
    )
    friends: int = amount(5, "friends of everybody (sampled)", unit="ties", up_to=40, off=0)
    friends_lived: int = amount(
        3,
        "friends with, or at risk of, lived experience that people with it begin with (bonds; laid in the built-in city)",
        unit="ties",
        up_to=6,
        off=0,
        source="about 30 % never had more than two abstinent friends in two years (Litt): few each",
        grade="D",
    )
    kin_lived: float = amount(
        0.5,
        "relatives beyond the household with, or at risk of, lived experience, of people with it",
        unit="ties",
        up_to=6,
        off=0.0,
        source="dependence runs in families: from general knowledge",
    )
    kin_public: float = amount(
        1.0,
        "other relatives beyond the household, of people with lived experience",
        unit="ties",
        up_to=40,
        off=0.0,
        source="9 % of adults know of dependence in the wider family (Scotland 2016), of 6 % with it",
        grade="D",
    )
    long_ties: float = share(0.1, "share of friendships that leave the neighbourhood's circle", off=0.0)
    acquaintances: int = amount(4, "acquaintances of everybody (sampled)", unit="ties", up_to=150, off=0)
    acquaintances_lived: int = amount(
        135,
        "acquaintances of people with lived experience",
        unit="ties",
        up_to=1000,
        off=0,
        source="outer layers 50 / 150 (Dunbar; measured 29.8 / 128.9)",
        grade="C",
    )
    acquaintances_alike: float = share(0.1, "share of those who have lived experience themselves", off=0.0)
    bridging: float = share(0.4, "share of acquaintances in other neighbourhoods", off=0.0)


def strengths(p: Network) -> np.ndarray:
    """Weight of a tie by layer, in 64ths (int64)."""
    weights = [p.weight_household, p.weight_friend, p.weight_friend, p.weight_friend, p.weight_acquaintance]
    return np.rint(np.array(weights) * WEIGHT_ONE).astype(np.int64)


class Ring(NamedTuple):
    """People in a ring per neighbourhood, rings one after the other."""

    order: np.ndarray  # int32, rows by place on the ring
    place: np.ndarray  # neighbourhood, by place on the ring
    bounds: np.ndarray  # int64, neighbourhoods + 1: where each ring begins


def _ring(rows: int, place: np.ndarray, ticket: np.ndarray, uid: np.ndarray) -> Ring:
    """Rows 0..rows-1 by neighbourhood, within it by ticket (and uid, should two have the same ticket)."""
    place, ticket = place[:rows], ticket[:rows]
    places = int(place.max(initial=-1)) + 1
    order = np.argsort(ticket).astype(np.int32)
    sorted_ = ticket[order]
    if (sorted_[1:] == sorted_[:-1]).any():
        order = np.lexsort((uid[:rows], ticket)).astype(np.int32)
    order = in_order(place, places, order)
    bounds = np.zeros(places + 1, np.int64)
    np.cumsum(np.bincount(place, minlength=places), out=bounds[1:])
    return Ring(order, place[order], bounds)


def households(place: np.ndarray, uid: np.ndarray, mean: float, seed: int) -> np.ndarray:
    """Household index of each person (int32): neighbours in runs, whose sizes are drawn evenly from 1 up to 2 `mean`
    and rounded down, so that they have about this mean."""
    order = _ring(uid.size, place, uniform(seed, "household order", 0, uid), np.arange(uid.size)).order
    top = 2.0 * mean - 1.0
    sizes = np.floor(1.0 + top * uniform(seed, "household size", 0, np.arange(uid.size, dtype=np.uint64)))
    home = np.empty(uid.size, np.int32)
    _move_in(order, place, sizes.astype(np.int32), home)
    return home


@kernel
def _move_in(order, place, sizes, home):  # type: ignore[no-untyped-def]
    """Fill households of these sizes in order; one that reaches over two neighbourhoods is cut in two."""
    number, used, left, last = -1, 0, 0, 0
    for row in order:
        if left == 0:
            left = sizes[used]
            used += 1
            number += 1
        elif place[row] != last:
            number += 1
        last = place[row]
        left -= 1
        home[row] = number


def lay_ties(p: Network, place: np.ndarray, household: np.ndarray, uid: np.ndarray, lived: int, seed: int) -> Ties:
    """All foundation ties of a city: household, friends, acquaintances (rows below `lived` have lived experience)."""
    weight = strengths(p)
    pairs = _pairs(p, place, household, uid, lived, seed)
    return tie_parts(uid.size, ((one, two, int(layer), weight[layer]) for one, two, layer in pairs))


AT_ONCE = 1 << 15
"""Ties drawn at a time: enough that a small city is drawn at once, few enough that a big one needs little memory."""

Pairs = Iterator[tuple[np.ndarray, np.ndarray, Layer]]
"""Rows at both ends of ties of one layer (int32), list by list."""


def _pairs(p: Network, place: np.ndarray, household: np.ndarray, uid: np.ndarray, lived: int, seed: int) -> Pairs:
    people = uid.size
    yield *_housemates(household), Layer.HOUSEHOLD

    ticket = uniform(seed, "circle", 0, uid)
    everyone = _ring(people, place, ticket, uid)
    alike = _ring(lived, place, ticket, uid)
    yield from _friends(everyone, p.friends, p.long_ties, uid, seed, "friend")

    def acquaintances(ring: Ring, rows: int, each: int, name: str) -> Pairs:
        return _acquaintances(ring, place[:rows], uid[:rows], each, p.bridging, seed, name)

    def kin(ring: Ring, each: float, name: str) -> Pairs:
        some = uniform(seed, f"{name} more", 0, uid[:lived]) < each - int(each)
        for nth in range(int(each) + 1):
            for one, two, _ in acquaintances(ring, lived, 1, f"{name} {nth}"):
                kept = some[one] | (nth < int(each))
                yield one[kept], two[kept], Layer.HOUSEHOLD

    yield from kin(alike, p.kin_lived / 2.0, "kin alike")
    yield from kin(everyone, p.kin_public, "kin")
    to_alike = round(p.acquaintances_lived * p.acquaintances_alike / 2)
    to_public = p.acquaintances_lived - 2 * to_alike
    yield from acquaintances(everyone, people, p.acquaintances // 2, "acquaintance")
    yield from acquaintances(alike, lived, to_alike, "acquaintance alike")
    yield from acquaintances(everyone, lived, to_public, "acquaintance public")


def _housemates(household: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every two people of one household."""
    sizes = np.bincount(household)
    order = in_order(household, sizes.size, np.arange(household.size, dtype=np.int32))
    one = np.empty(int((sizes * (sizes - 1) // 2).sum()), np.int32)
    two = np.empty_like(one)
    _live_together(order, household, one, two)
    return one, two


@kernel
def _live_together(order, household, one, two):  # type: ignore[no-untyped-def]
    n = 0
    for i in range(order.size):
        j = i + 1
        while j < order.size and household[order[j]] == household[order[i]]:
            one[n], two[n] = order[i], order[j]
            n += 1
            j += 1


def _friends(ring: Ring, friends: int, long_ties: float, uid: np.ndarray, seed: int, name: str) -> Pairs:
    """Friendships around the ring (`friends` each), a share of them led to anybody in any of the rings."""
    order, reach = ring.order, (friends + 1) // 2
    if reach == 0 or order.size < 2:
        return
    who = uid[order]
    first, size = ring.bounds[ring.place], np.diff(ring.bounds)[ring.place]
    here = np.arange(order.size) - first
    for step in range(reach):
        one, two = order, order[first + (here + step + 1) % size]
        leaves = np.flatnonzero(uniform(seed, f"{name} leaves", 0, who, step) < long_ties)
        far = np.floor(uniform(seed, f"{name} far", 0, who[leaves], step) * order.size)
        two[leaves] = order[far.astype(np.int64)]
        if friends % 2 and step == reach - 1:
            kept = uniform(seed, f"{name} odd", 0, who, step) < 0.5
            one, two = one[kept], two[kept]
        yield one, two, Layer.FRIEND


def _acquaintances(
    ring: Ring, place: np.ndarray, uid: np.ndarray, each: int, bridging: float, seed: int, name: str
) -> Pairs:
    """`each` acquaintances at random for the first rows: in the own neighbourhood, or bridging to anywhere."""
    order = ring.order
    if each <= 0 or order.size < 2 or uid.size == 0:
        return
    rows = np.arange(uid.size, dtype=np.int32)
    bounds = np.zeros(max(int(place.max()) + 2, ring.bounds.size), np.int64)
    bounds[: ring.bounds.size] = ring.bounds
    bounds[ring.bounds.size :] = order.size
    first = bounds[place]
    size = bounds[place + 1] - first
    batch = max(1, AT_ONCE // rows.size)
    for begin in range(0, each, batch):
        which = np.arange(begin, min(begin + batch, each), dtype=np.uint64)
        u = uniform(seed, name, 0, np.tile(uid, which.size), np.repeat(which, uid.size)).reshape(which.size, -1)
        far = np.floor(u / max(bridging, 1e-12) * order.size)
        near = first + np.floor((u - bridging) / max(1.0 - bridging, 1e-12) * size)
        at = np.minimum(np.where(u < bridging, far, near).astype(np.int64), order.size - 1)
        yield np.tile(rows, which.size), order[at.ravel()], Layer.ACQUAINTANCE


def first_bonds(
    columns: dict[str, np.ndarray], scenario: Any, lived: int, seed: int, built_in: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Using ties among people in active addiction, recovery and weak ties among people in recovery, and (in the built-in
    city) friendships of people with lived experience, most of them in the same situation: all near each other."""
    bonds, layers = np.full((lived, SLOTS), -1, np.int32), np.zeros((lived, SLOTS), np.int8)
    uid, place, stage = columns["uid"][:lived], columns["neighbourhood"][:lived], columns["stage"]
    circle = uniform(seed, "bond circle", 0, uid)
    sorted_ = uniform(seed, "friend circle", 0, uid) < scenario.bonds.alike
    friends = np.where(sorted_, 0.5 * (circle + (stage == ACTIVE)), uniform(seed, "friend whom", 0, uid))
    slot = np.zeros(lived, np.int64)
    for pool, ties, layer, ticket in (
        (stage == ACTIVE, scenario.bonds.using_at_start, Layer.USING, circle),
        (recovering(stage) & (columns["sociability"] > 0.0), scenario.bonds.recovery_at_start, Layer.RECOVERY, circle),
        (stage != TO_COME, scenario.network.friends_lived * built_in, Layer.FRIEND, friends),
        (recovering(stage), scenario.bonds.weak_at_start, Layer.ACQUAINTANCE, uniform(seed, "weak circle", 0, uid)),
    ):
        rows = np.flatnonzero(pool)
        order = rows[np.lexsort((uid[rows], ticket[rows], place[rows]))]
        for step in range(1, (ties + 1) // 2 + 1):
            one, two = order[:-step], order[step:]
            keep = place[one] == place[two]
            if step == (ties + 1) // 2 and ties % 2:
                keep &= uniform(seed, "bond odd", step, uid[one]) < 0.5
            one, two = one[keep], two[keep]
            known = (bonds[one] == two[:, None]).any(axis=1)
            one, two = one[~known], two[~known]
            bonds[one, slot[one]], layers[one, slot[one]] = two, layer
            slot[one] += 1
            bonds[two, slot[two]], layers[two, slot[two]] = one, layer
            slot[two] += 1
    return bonds, layers
