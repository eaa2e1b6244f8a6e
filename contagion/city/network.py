"""The social graph: a layered generator, and what is kept of it week by week.

Everybody lives in a household and has friends nearby (a ring of residents with some long ties: clustering and short
paths, Watts & Strogatz 1998). People with lived experience carry whole ego networks, 5 / 15 / 50 / 150
(Dunbar; MacCarron, Kaski & Dunbar 2016 measured 4.1 / 11.0 / 29.8 / 128.9); everybody else a thinner sample,
which is enough for attitudes to spread.
"""

from __future__ import annotations

import numpy as np

from contagion.core.chance import uniform
from contagion.core.graph import WEIGHT_ONE, Ties, tie
from contagion.core.parameters import Parameters, amount, share
from contagion.vocabulary import Layer


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
        8,
        "further friends of people with lived experience, among each other",
        unit="ties",
        up_to=40,
        off=0,
        source="close layers 5 / 15 (Dunbar; measured 4.1 / 11.0), homophily; 40 % know somebody affected",
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


def _stubs(uid: np.ndarray, each: int, seed: int, name: str) -> tuple[np.ndarray, np.ndarray]:
    """`each` keyed draws for each person: (repeated positions, uniform numbers)."""
    at = np.repeat(np.arange(uid.size), each)
    return at, uniform(seed, name, 0, uid[at], np.tile(np.arange(each, dtype=np.uint64), uid.size))


def _circle(rows: np.ndarray, place: np.ndarray, ticket: np.ndarray, uid: np.ndarray) -> tuple[np.ndarray, ...]:
    """Rows in a ring per neighbourhood: (ordered rows, start of the own ring, size of it) by position."""
    order = rows[np.lexsort((uid[rows], ticket[rows], place[rows]))]
    places = place[order]
    first = np.searchsorted(places, places, side="left")
    return order, first, np.searchsorted(places, places, side="right") - first


def _ring(ring: tuple[np.ndarray, ...], reach: int) -> tuple[np.ndarray, np.ndarray]:
    """Ties to the next 1..reach around each ring."""
    order, first, size = ring
    at = np.arange(order.size)
    ends = [order[first + (at - first + step) % size] for step in range(1, reach + 1)]
    return np.tile(order, reach), np.concatenate(ends) if ends else order[:0]


def households(place: np.ndarray, uid: np.ndarray, mean: float, seed: int) -> np.ndarray:
    """Household index of each person: neighbours in runs of 1 to about twice the mean."""
    order = np.lexsort((uniform(seed, "household order", 0, uid), place))
    top = 2.0 * mean - 1.0
    sizes = np.floor(1.0 + top * uniform(seed, "household size", 0, np.arange(uid.size, dtype=np.uint64)))
    ends = np.cumsum(sizes)
    index = np.searchsorted(ends, np.arange(uid.size), side="right")
    moved = np.zeros(uid.size, np.int64)
    moved[1:] = np.cumsum(place[order][1:] != place[order][:-1])
    pairs = index + moved * (index[-1] + 1 if uid.size else 1)
    new = np.ones(uid.size, bool)
    new[1:] = pairs[1:] != pairs[:-1]
    home = np.zeros(uid.size, np.int32)
    home[order] = np.cumsum(new) - 1
    return home


def lay_ties(p: Network, place: np.ndarray, household: np.ndarray, uid: np.ndarray, lived: int, seed: int) -> Ties:
    """All foundation ties of a city: household, friends, acquaintances (rows below `lived` have lived experience)."""
    people = uid.size
    one, two, layer = [], [], []

    def add(a: np.ndarray, b: np.ndarray, kind: Layer) -> None:
        one.append(a)
        two.append(b)
        layer.append(np.full(a.size, int(kind), np.int8))

    order = np.lexsort((uid, household))
    for step in range(1, int(2 * p.household_size) + 1):
        same = household[order[:-step]] == household[order[step:]] if people > step else np.zeros(0, bool)
        add(order[:-step][same], order[step:][same], Layer.HOUSEHOLD)

    ticket = uniform(seed, "circle", 0, uid)
    everyone = _circle(np.arange(people), place, ticket, uid)
    _rewired(add, everyone, p.friends, p.long_ties, people, uid, seed, "friend")
    alike = _circle(np.arange(lived), place, ticket, uid)
    _rewired(add, alike, p.friends_lived, p.long_ties, lived, uid, seed, "friend alike")

    _acquaint(add, everyone, np.arange(people), p.acquaintances // 2, p.bridging, place, uid, seed, "acquaintance")
    own = np.arange(lived)
    to_alike = round(p.acquaintances_lived * p.acquaintances_alike / 2)
    _acquaint(add, alike, own, to_alike, p.bridging, place, uid, seed, "acquaintance alike")
    _acquaint(
        add, everyone, own, p.acquaintances_lived - 2 * to_alike, p.bridging, place, uid, seed, "acquaintance public"
    )
    layers = np.concatenate(layer)
    return tie(people, np.concatenate(one), np.concatenate(two), layers, strengths(p)[layers])


def _rewired(add, ring, friends, long_ties, pool, uid, seed, name):  # type: ignore[no-untyped-def]
    """Ring friendships (`friends` each), a share of them rewired to anybody in the pool (rows 0..pool-1)."""
    reach = (friends + 1) // 2
    if reach == 0 or pool < 2:
        return
    a, b = _ring(ring, reach)
    step = np.repeat(np.arange(reach, dtype=np.uint64), ring[0].size)
    leaves = uniform(seed, f"{name} leaves", 0, uid[a], step) < long_ties
    far = np.floor(uniform(seed, f"{name} far", 0, uid[a], step) * pool).astype(np.int64)
    b = np.where(leaves, ring[0][far], b)
    if friends % 2:
        kept = (step < reach - 1) | (uniform(seed, f"{name} odd", 0, uid[a], step) < 0.5)
        a, b = a[kept], b[kept]
    add(a, b, Layer.FRIEND)


def _acquaint(add, ring, rows, each, bridging, place, uid, seed, name):  # type: ignore[no-untyped-def]
    """Acquaintances at random: in the own neighbourhood, or bridging to anywhere."""
    order, _, _ = ring
    if each <= 0 or order.size < 2 or rows.size == 0:
        return
    at, u = _stubs(uid[rows], each, seed, name)
    places = place[order]
    first = np.searchsorted(places, place[rows], side="left")[at]
    last = np.searchsorted(places, place[rows], side="right")[at]
    bridge = u < bridging
    v = np.where(bridge, u / max(bridging, 1e-12), (u - bridging) / max(1.0 - bridging, 1e-12))
    far = np.minimum(np.floor(v * order.size).astype(np.int64), order.size - 1)
    near = np.minimum(first + np.floor(v * (last - first)).astype(np.int64), order.size - 1)
    add(rows[at], order[np.where(bridge, far, near)], Layer.ACQUAINTANCE)
