"""Credit for a start of recovery: what the person saw, tie by tie and member by member, and who is drawn as the source.

Within the hazard of starting each channel has its share; within a channel each contributor has a share in proportion to
what they showed. Shares sum to 1 over the contributors of a start; one of them is drawn, in proportion, as the source.
A start to which no hazard led, as by people with a behaviour of their own, counts as spontaneous.
Contributors who showed less than a fiftieth are pooled in one row without a name, but for the one who is drawn. At an
event one of those whose recovery is seen in the neighbourhood is drawn, in proportion to what they show.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from contagion.core.chance import draw, key, unit
from contagion.core.compiling import kernel
from contagion.processes.exposure import ALLY as ALLY_SIGNAL
from contagion.processes.exposure import CLOSE, OPEN, RECOVERING
from contagion.processes.starting import pushes
from contagion.vocabulary import CHANNELS, EVENTS, NO_GROUP, Layer

NOBODY = -1
"""Source where no person can be named: spontaneous, treatment, many small contributions of which none was drawn."""

SMALLEST = 0.02
"""Contributors to a start below this share are pooled."""

START, MANY = EVENTS.index("start"), len(CHANNELS)
_NONE = len(CHANNELS)
_FEW = 40

_FAMILY, _FRIEND, _WEAK, _GROUP = (CHANNELS.index(name) for name in ("family", "friend", "weak", "group"))
_ALLY, _TIE, _EVENT = CHANNELS.index("ally"), CHANNELS.index("tie"), CHANNELS.index("event")
_AT_EVENT = key("source at event")
_HOUSEHOLD, _ACQUAINTANCE = int(Layer.HOUSEHOLD), int(Layer.ACQUAINTANCE)


class Rows(NamedTuple):
    """Rows of the log: kind, row of the person, channel, row of the source (or NOBODY), credit, chosen."""

    kind: np.ndarray
    who: np.ndarray
    channel: np.ndarray
    source: np.ndarray
    credit: np.ndarray
    chosen: np.ndarray


@kernel
def _seen(i: Any, shares: Any, wiring: Any, first: Any, members: Any, group: Any, out: Any) -> int:
    """Entries (channel, far row, amount) for all that a starter saw; returns how many."""
    n = 0
    ties = wiring.start[i + 1] - wiring.start[i]
    for t in range(ties + wiring.bonds.shape[1]):
        if t < ties:
            e = wiring.start[i] + t
            j, kind, w = wiring.other[e], wiring.layer[e], int(wiring.weight[e])
        else:
            j, kind = wiring.bonds[i, t - ties], wiring.bond_layer[i, t - ties]
            if j < 0:
                continue
            w = wiring.strength[kind]
        if kind == _ACQUAINTANCE:
            channel, amount = _WEAK, w * wiring.sent[j, OPEN]
        else:
            channel, amount = (_FAMILY if kind == _HOUSEHOLD else _FRIEND), w * wiring.sent[j, CLOSE]
        if amount > 0 and shares[channel] > 0.0:
            out[n, 0], out[n, 1], out[n, 2] = channel, j, amount
            n += 1
        if wiring.sent[j, ALLY_SIGNAL] > 0 and shares[_ALLY] > 0.0:
            out[n, 0], out[n, 1], out[n, 2] = _ALLY, j, wiring.sent[j, ALLY_SIGNAL]
            n += 1
        if wiring.sent[j, RECOVERING] > 0 and shares[_TIE] > 0.0:
            out[n, 0], out[n, 1], out[n, 2] = _TIE, j, 1
            n += 1
    if group != NO_GROUP and shares[_GROUP] > 0.0:
        for m in range(first[group], first[group + 1]):
            j = members[m]
            if j != i and wiring.sent[j, CLOSE] > 0:
                out[n, 0], out[n, 1], out[n, 2] = _GROUP, j, wiring.sent[j, CLOSE]
                n += 1
    return int(n)


@kernel
def _ordered(n: Any, seen: Any, uid: Any, keys: Any) -> Any:
    """The order of entries by channel and identity, equals left as they were."""
    for e in range(n):
        keys[e] = seen[e, 0] << 44 | int(uid[seen[e, 1]])
    if n > _FEW:
        return np.argsort(keys[:n], kind="mergesort")
    order = np.arange(n)
    for e in range(1, n):
        key, at = keys[e], order[e]
        k = e - 1
        while k >= 0 and keys[k] > key:
            keys[k + 1], order[k + 1] = keys[k], order[k]
            k -= 1
        keys[k + 1], order[k + 1] = key, at
    return order


@kernel
def _credit(n: Any, order: Any, seen: Any, shares: Any, at: Any, out: Any) -> int:
    """Write the contributors of one start from row `at` on, by channel and identity; returns the next free row."""
    e = 0
    for channel in range(shares.size):
        begin = e
        total = 0.0
        while e < n and seen[order[e], 0] == channel:
            total += seen[order[e], 2]
            e += 1
        if shares[channel] <= 0.0:
            continue
        pooled = shares[channel] if total == 0.0 else 0.0
        for k in range(begin, e):
            part = shares[channel] * seen[order[k], 2] / total
            if part < SMALLEST:
                pooled += part
        if pooled > 0.0:
            out.channel[at], out.source[at], out.credit[at] = channel, NOBODY, pooled
            at += 1
        for k in range(begin, e):
            part = shares[channel] * seen[order[k], 2] / total
            if part >= SMALLEST:
                out.channel[at], out.source[at], out.credit[at] = channel, seen[order[k], 1], part
                at += 1
    return int(at)


@kernel
def record(
    people: Any,
    rows: Any,
    kinds: Any,
    p: Any,
    chance: Any,
    wiring: Any,
    uid: Any,
    first: Any,
    members: Any,
    room: Any,
    out: Any,
) -> int:
    """Write the log of these rows (in order of identity); returns how many rows of the log there are."""
    seen, keys = np.empty((room, 3), np.int64), np.empty(room, np.int64)
    shares = np.empty(MANY)
    n = 0
    for k in range(rows.size):
        i = rows[k]
        if kinds[k] != START:
            out.kind[n], out.who[n], out.channel[n], out.source[n] = kinds[k], i, _NONE, NOBODY
            out.credit[n], out.chosen[n] = 1.0, True
            n += 1
            continue
        who = people[i]
        total = 0.0
        for c, hazard in enumerate(pushes(who, p, who.ready)):
            shares[c] = hazard
            total += hazard
        if total == 0.0:  # a start that no hazard accounts for, as by a behaviour of somebody's own
            shares[0] = total = 1.0
        for c in range(MANY):
            shares[c] /= total
        found = _seen(i, shares, wiring, first, members, who.group_before, seen)
        order = _ordered(found, seen, uid, keys)
        end = _credit(found, order, seen, shares, n, out)
        for at in range(n, end):
            out.kind[at], out.who[at], out.chosen[at] = START, i, False
        u, upto, pick = draw("source", who, chance), 0.0, end - 1
        for at in range(n, end):
            if u < upto + out.credit[at]:
                pick = at
                break
            upto += out.credit[at]
        if out.source[pick] == NOBODY:
            end = _name(people, i, pick, end, u - upto, found, order, seen, shares, chance, wiring, out)
        else:
            out.chosen[pick] = True
        n = end
    return int(n)


@kernel
def _name(
    people: Any,
    i: Any,
    pick: Any,
    end: Any,
    u: Any,
    found: Any,
    order: Any,
    seen: Any,
    shares: Any,
    chance: Any,
    wiring: Any,
    out: Any,
) -> int:
    """Choose a row without a name; where a person stands behind it, give them a row of their own. Returns the next free row.

    `u`: how far into the row's credit the draw fell.
    """
    channel, source, part = out.channel[pick], NOBODY, 0.0
    if channel == _EVENT:
        source, part = _at_event(people, i, chance, wiring), out.credit[pick]
    total = 0.0
    for e in range(found):
        total += seen[order[e], 2] * (seen[order[e], 0] == channel)
    upto = 0.0
    for e in range(found):
        each = shares[channel] * seen[order[e], 2] / total if seen[order[e], 0] == channel else 0.0
        if 0.0 < each < SMALLEST:
            source, part = seen[order[e], 1], each
            upto += each
            if u < upto:
                break
    if source == NOBODY or part >= out.credit[pick] * (1.0 - 1e-9):
        out.source[pick], out.chosen[pick] = source, True
        return int(end)
    for at in range(end, pick + 1, -1):
        out.kind[at], out.who[at], out.channel[at] = out.kind[at - 1], out.who[at - 1], out.channel[at - 1]
        out.source[at], out.credit[at], out.chosen[at] = out.source[at - 1], out.credit[at - 1], out.chosen[at - 1]
    out.kind[pick + 1], out.who[pick + 1], out.channel[pick + 1] = out.kind[pick], out.who[pick], channel
    out.source[pick + 1], out.credit[pick + 1], out.chosen[pick + 1] = source, part, True
    out.credit[pick] -= part
    return int(end + 1)


@kernel
def _at_event(people: Any, i: Any, chance: Any, wiring: Any) -> int:
    """Whom somebody noticed at an event: one of those in the neighbourhood whose recovery all can see, by what they show."""
    best, source = math.inf, NOBODY
    for j in range(people.size):
        shown = wiring.sent[j, OPEN]
        if shown > 0 and j != i and people[j].neighbourhood == people[i].neighbourhood:
            u = unit(chance.seed, _AT_EVENT, chance.week, people[i].uid, people[j].uid)
            wait = -math.log1p(-u) / shown
            if wait < best:
                best, source = wait, j
    return source


@kernel
def by_group(people: Any, first: Any, members: Any) -> None:
    """The members of each group at the start of the week, as compressed rows."""
    for i in range(people.size):
        group = people[i].group_before
        if group != NO_GROUP:
            first[group + 1] += 1
    for g in range(first.size - 1):
        first[g + 1] += first[g]
    for i in range(people.size):
        group = people[i].group_before
        if group != NO_GROUP:
            members[first[group]] = i
            first[group] += 1
    for g in range(first.size - 1, 0, -1):
        first[g] = first[g - 1]
    first[0] = 0
