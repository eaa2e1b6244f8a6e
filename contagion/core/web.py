"""The living network: what people show, and the sums of it over their ties, kept rather than recomputed.

Everybody sends a few signals (small whole numbers: what they show of themselves). A neighbour sum
adds up one signal over the ties of some layers. Tie weights are whole numbers too (64 stands for 1), so every sum is
exact: the same in any order, step by step or from scratch. Only differences travel: a week costs what changed in it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from contagion.core.compiling import kernel
from contagion.core.graph import Ties

MOST_SIGNAL = 512
"""The largest signal that anybody can send."""


class NeighbourSum(NamedTuple):
    """A sum over neighbours: of which signal, over which layers (as bits), weighted or counted.

    `needed`: parameters, as "section.name", in groups; the sum is kept where in any group all differ from their off
    values. No group: it is always kept.
    """

    name: str
    signal: str
    layers: int
    weighted: bool
    public: bool = False  # whether the public receives it too; such sums come first
    needed: tuple[tuple[str, ...], ...] = ()


class Wiring(NamedTuple):
    """The network as compiled loops take it: ties, bonds, and which signal feeds which sum."""

    start: np.ndarray  # int64, people + 1
    other: np.ndarray  # int32, ties both ways: the row at the far end
    layer: np.ndarray  # int8, closest layer first
    weight: np.ndarray  # int16, in 64ths
    bonds: np.ndarray  # int32, (people with slots, slots): far row or -1
    bond_layer: np.ndarray  # int8, alike
    strength: np.ndarray  # int64, weight of a bond by layer, in 64ths
    source: np.ndarray  # int64: column of the signal of each sum
    layers: np.ndarray  # int64: layers of each sum, as bits
    weighted: np.ndarray  # bool, by sum
    sent: np.ndarray  # int16, (people, signals): what each person shows
    sums: np.ndarray  # int32 or int64, (people with slots, sums): what each of them receives
    public_sums: np.ndarray  # alike, (everybody else, the first of the sums): what the public receives
    watched: int  # a sum of which it is counted how many people have it above 0
    counting: int  # the signal that says who counts
    above: np.ndarray  # int64, (1,): how many they are


@kernel
def pass_on(wiring: Any, row: Any, change: Any) -> None:
    """Add a person's change in each signal to the sums of all who are tied to them."""
    sums, public_sums, sent, other, above = wiring.sums, wiring.public_sums, wiring.sent, wiring.other, wiring.above
    lived, shared = sums.shape[0], public_sums.shape[1]
    begin, end = wiring.start[row], wiring.start[row + 1]
    for s in range(wiring.source.size):
        more, layers, weighted = change[wiring.source[s]], wiring.layers[s], wiring.weighted[s]
        if more == 0:
            continue
        watched = s == wiring.watched
        for e in range(begin, end):
            layer = wiring.layer[e]
            if not (layers >> layer) & 1:
                if layers >> layer == 0:
                    break  # layers are in order: ties further out are of no concern
                continue
            j, much = other[e], more * wiring.weight[e] if weighted else more
            if j < lived:
                before = sums[j, s]
                sums[j, s] = before + much
            elif s < shared:
                before = public_sums[j - lived, s]
                public_sums[j - lived, s] = before + much
            else:
                continue
            if watched and sent[j, wiring.counting] == 1:
                above[0] += 1 * (before + much > 0) - 1 * (before > 0)
        if row >= wiring.bonds.shape[0]:
            continue
        for b in range(wiring.bonds.shape[1]):
            j, layer = wiring.bonds[row, b], wiring.bond_layer[row, b]
            if j >= 0 and (layers >> layer) & 1:
                much = more * wiring.strength[layer] if weighted else more
                before = sums[j, s]
                sums[j, s] = before + much
                if watched and sent[j, wiring.counting] == 1:
                    above[0] += 1 * (before + much > 0) - 1 * (before > 0)


@kernel
def _scratch(wiring: Any, change: Any) -> None:
    for row in range(wiring.sent.shape[0]):
        for s in range(change.size):
            change[s] = wiring.sent[row, s]
        pass_on(wiring, row, change)


@kernel
def _share(one: Any, two: Any, kind: Any, sign: Any, wiring: Any) -> None:
    """Add (or with sign -1 take off) what bonds carry, to and from."""
    sums, sent, above = wiring.sums, wiring.sent, wiring.above
    for k in range(one.size):
        for s in range(wiring.source.size):
            if not (wiring.layers[s] >> kind[k]) & 1:
                continue
            times = sign * wiring.strength[kind[k]] if wiring.weighted[s] else sign
            for to, source in ((one[k], two[k]), (two[k], one[k])):
                before = sums[to, s]
                after = before + sent[source, wiring.source[s]] * times
                sums[to, s] = after
                if s == wiring.watched and sent[to, wiring.counting] == 1:
                    above[0] += 1 * (after > 0) - 1 * (before > 0)


@kernel
def _insert(one: Any, two: Any, kind: Any, loose: Any, partner: Any, layer: Any, made: Any, closer: Any) -> None:
    for k in range(one.size):
        a, b = one[k], two[k]
        free_a, free_b = -1, -1
        known = a == b
        for s in range(partner.shape[1]):
            if partner[a, s] == b:
                known = True
                if layer[a, s] == loose and kind != loose:
                    layer[a, s], closer[k] = kind, True
            if partner[a, s] < 0 and free_a < 0:
                free_a = s
            if partner[b, s] < 0 and free_b < 0:
                free_b = s
        if closer[k]:
            for s in range(partner.shape[1]):
                if partner[b, s] == a:
                    layer[b, s] = kind
        if known or free_a < 0 or free_b < 0:
            continue
        partner[a, free_a], layer[a, free_a] = b, kind
        partner[b, free_b], layer[b, free_b] = a, kind
        made[k] = True


@kernel
def _remove(one: Any, two: Any, partner: Any) -> None:
    for k in range(one.size):
        for s in range(partner.shape[1]):
            if partner[one[k], s] == two[k]:
                partner[one[k], s] = -1
            if partner[two[k], s] == one[k]:
                partner[two[k], s] = -1


@kernel
def _bonded(partner: Any, layer: Any, one: Any, two: Any, kind: Any) -> int:
    n = 0
    for i in range(partner.shape[0]):
        for s in range(partner.shape[1]):
            if partner[i, s] > i:
                one[n], two[n], kind[n] = i, partner[i, s], layer[i, s]
                n += 1
    return n


class Web:
    """Ties, bonds, the signals people send and the sums they receive."""

    def __init__(
        self,
        ties: Ties,
        bonds: np.ndarray,
        layers: np.ndarray,
        strength: np.ndarray,
        signals: tuple[str, ...],
        kept: tuple[NeighbourSum, ...],
        watched: str = "",
        counting: str = "",
        loose: int = -1,
    ) -> None:
        """`bonds`: int32 (people with slots, slots), far row or -1; `layers`: int8 alike; `strength`: weight of a bond
        by layer, in 64ths; `signals`: their names; `kept`: the sums to keep; `watched`: the sum of
        which it is counted how many have it above 0, of those who send 1 as `counting`; `loose`: the layer of bonds that
        become closer where the two make a bond of another layer. All signals are zero until sent."""
        self.loose = loose
        self.ties, self.strength = ties, np.asarray(strength, np.int64)
        self.bonds, self.bond_layer = bonds.copy(), layers.copy()
        self.names, self.kept = signals, kept
        most = int(np.diff(ties.start).max(initial=0)) * int(ties.weight.max(initial=0))
        most += bonds.shape[1] * int(self.strength.max(initial=0))
        whole = np.int32 if most * MOST_SIGNAL < 2**31 else np.int64
        public = ties.people - bonds.shape[0]
        self.wiring = Wiring(
            ties.start,
            ties.other,
            ties.layer,
            ties.weight,
            self.bonds,
            self.bond_layer,
            self.strength,
            np.array([signals.index(one.signal) for one in kept], np.int64),
            np.array([one.layers for one in kept], np.int64),
            np.array([one.weighted for one in kept], bool),
            np.zeros((ties.people, len(signals)), np.int16),
            np.zeros((bonds.shape[0], len(kept)), whole),
            np.zeros((public, sum(one.public for one in kept)), whole),
            next((k for k, one in enumerate(kept) if one.name == watched), -1),
            signals.index(counting) if counting else 0,
            np.zeros(1, np.int64),
        )
        self.changes = np.zeros(len(signals), np.int64)  # room for the changes of one person

    @property
    def signals(self) -> dict[str, np.ndarray]:
        """What each person shows, by signal (views)."""
        return {name: self.wiring.sent[:, k] for k, name in enumerate(self.names)}

    @property
    def sums(self) -> dict[str, np.ndarray]:
        """What each person receives, by sum: of all people where the public receives it too."""
        return {one.name: self._received(self.wiring, k) for k, one in enumerate(self.kept)}

    def _received(self, wiring: Wiring, k: int) -> np.ndarray:
        if not self.kept[k].public:
            return wiring.sums[:, k]
        return np.concatenate([wiring.sums[:, k], wiring.public_sums[:, k]])

    def from_scratch(self, which: NeighbourSum) -> np.ndarray:
        """The same sum recomputed over all ties (for tests)."""
        empty = {name: np.zeros_like(getattr(self.wiring, name)) for name in ("sums", "public_sums", "above")}
        anew = self.wiring._replace(**empty)
        _scratch(anew, np.zeros(len(self.names), np.int64))
        return self._received(anew, self.kept.index(which))

    def make(self, one: np.ndarray, two: np.ndarray, layer: int) -> np.ndarray:
        """Make bonds in the order given; returns which were made, or made closer.

        Slots are finite and no pair has two bonds: where they have one of the loose layer it becomes one of `layer`.
        """
        made, closer = np.zeros(one.size, bool), np.zeros(one.size, bool)
        if one.size:
            _insert(one, two, layer, self.loose, self.bonds, self.bond_layer, made, closer)
            made |= closer
            for which, kind, sign in ((closer, self.loose, -1), (made, layer, 1)):
                rows = np.flatnonzero(which)
                _share(one[rows], two[rows], np.full(rows.size, kind, np.int8), sign, self.wiring)
        return made

    def cut(self, one: np.ndarray, two: np.ndarray, layer: np.ndarray) -> None:
        """Cut these bonds (each pair once)."""
        if one.size:
            _share(one, two, layer, -1, self.wiring)
            _remove(one, two, self.bonds)

    def bonded(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Each bond once: (one, two, layer) with one < two."""
        most = self.bonds.size // 2 + 1
        one, two, kind = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int8)
        n = _bonded(self.bonds, self.bond_layer, one, two, kind)
        return one[:n], two[:n], kind[:n]

    def neighbours(self, row: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """All ties of one person now: far rows, layers, weights (in 64ths)."""
        ties = self.ties
        span = slice(ties.start[row], ties.start[row + 1])
        other, layer, weight = ties.other[span], ties.layer[span], ties.weight[span].astype(np.int64)
        if row < self.bonds.shape[0]:
            slots = self.bonds[row] >= 0
            kinds = self.bond_layer[row, slots]
            other = np.concatenate([other, self.bonds[row, slots]])
            layer = np.concatenate([layer, kinds])
            weight = np.concatenate([weight, self.strength[kinds]])
        return other, layer, weight
