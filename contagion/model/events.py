"""Who inspired whom: the event log, with the credit for each start of recovery by channel and by person.

Within the hazard of starting each channel has its share; within a channel each contributor has a share in proportion to
what they showed. Shares sum to 1 over the contributors of a start; one of them is drawn, in proportion, as the source.
Contributors who showed less than a fiftieth are pooled in one row without a name.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from contagion.core.chance import draw
from contagion.core.compiling import kernel
from contagion.core.process import selection
from contagion.processes.exposure import ALLY as ALLY_SIGNAL
from contagion.processes.exposure import CLOSE, OPEN, RECOVERING
from contagion.processes.starting import pushes
from contagion.vocabulary import (
    ACTIVE,
    AT_RISK,
    CHANNELS,
    DEAD,
    EARLY,
    EVENTS,
    NO_GROUP,
    OPIOID,
    STAGES,
    TO_COME,
    Layer,
)

NOBODY = -1
"""Source where no person can be named: spontaneous, treatment, an event, many small contributions."""

SMALLEST = 0.02
"""Contributors to a start below this share are pooled."""

EVENT_COLUMNS = ("week", "event", "uid", "stage_from", "stage_to", "channel", "source", "credit", "chosen")
"""The event log. A start has one row per contributor: credit sums to 1 over them, one is the chosen source."""

_FAMILY, _FRIEND, _WEAK, _GROUP = (CHANNELS.index(name) for name in ("family", "friend", "weak", "group"))
_ALLY, _TIE = CHANNELS.index("ally"), CHANNELS.index("tie")
_HOUSEHOLD, _ACQUAINTANCE = int(Layer.HOUSEHOLD), int(Layer.ACQUAINTANCE)
_MANY, _NONE = len(CHANNELS), len(CHANNELS)
_FEW = 40

_KIND = np.full((len(STAGES), len(STAGES)), EVENTS.index("progress"), np.int8)
_KIND[:, ACTIVE] = EVENTS.index("relapse")
_KIND[AT_RISK, ACTIVE] = EVENTS.index("onset")
_KIND[ACTIVE, EARLY] = EVENTS.index("start")
_KIND[TO_COME, :] = EVENTS.index("arrival")
_KIND[:, DEAD] = EVENTS.index("death")
_START = EVENTS.index("start")


class Rows(NamedTuple):
    """Rows of the log: kind, row of the person, channel, row of the source (or NOBODY), credit, chosen."""

    kind: np.ndarray
    who: np.ndarray
    channel: np.ndarray
    source: np.ndarray
    credit: np.ndarray
    chosen: np.ndarray


@selection
def moved(who: Any, p: Any) -> bool:
    """Whose stage has changed this week."""
    return who.stage != who.stage_before


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
    return n


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
    return at


@kernel
def _record(
    people: Any,
    rows: Any,
    kinds: Any,
    p: Any,
    chance: Any,
    wiring: Any,
    uid: Any,
    first: Any,
    members: Any,
    group: Any,
    room: Any,
    out: Any,
) -> int:
    """Write the log of these rows (in order of identity); returns how many rows of the log there are."""
    seen, keys = np.empty((room, 3), np.int64), np.empty(room, np.int64)
    shares = np.empty(_MANY)
    n = 0
    for k in range(rows.size):
        i = rows[k]
        if kinds[k] != _START:
            out.kind[n], out.who[n], out.channel[n], out.source[n] = kinds[k], i, _NONE, NOBODY
            out.credit[n], out.chosen[n] = 1.0, True
            n += 1
            continue
        who = people[i]
        total = 0.0
        for c, hazard in enumerate(pushes(who, p)):
            shares[c] = hazard
            total += hazard
        for c in range(_MANY):
            shares[c] /= total
        found = _seen(i, shares, wiring, first, members, group[i], seen)
        end = _credit(found, _ordered(found, seen, uid, keys), seen, shares, n, out)
        for at in range(n, end):
            out.kind[at], out.who[at], out.chosen[at] = _START, i, False
        u, upto, pick = draw("source", who, chance), 0.0, end - 1
        for at in range(n, end):
            upto += out.credit[at]
            if u < upto:
                pick = at
                break
        out.chosen[pick] = True
        n = end
    return n


@kernel
def _by_group(group: Any, first: Any, members: Any) -> None:
    """The members of each group, as compressed rows."""
    for i in range(group.size):
        if group[i] != NO_GROUP:
            first[group[i] + 1] += 1
    for g in range(first.size - 1):
        first[g + 1] += first[g]
    for i in range(group.size):
        if group[i] != NO_GROUP:
            members[first[group[i]]] = i
            first[group[i]] += 1
    for g in range(first.size - 1, 0, -1):
        first[g] = first[g - 1]
    first[0] = 0


class EventLog:
    """The transitions of every week, in order of week, person and channel."""

    def __init__(self) -> None:
        self.parts: list[tuple[np.ndarray, ...]] = []

    def copy(self) -> EventLog:
        """The log up to now."""
        log = EventLog()
        log.parts = self.parts.copy()
        return log

    def week(self, city: Any, group: np.ndarray) -> tuple[dict[str, np.ndarray], dict[str, float]]:
        """Log the week's changes of stage; returns rows by kind of event, and the flows of the week.

        `group`: the groups as they were looked at, before anybody left.
        """
        people = city.people
        rows = moved.rows(people, city.scenario_.onset)
        rows = rows[np.argsort(people["uid"][rows])]
        before, after = people["stage_before"][rows], people["stage"][rows]
        kinds = _KIND[before, after]
        by_kind = {name: rows[kinds == code] for code, name in enumerate(EVENTS)}
        opioid = (kinds == EVENTS.index("death")) & (before == ACTIVE) & (people["substance"][rows] == OPIOID)
        credit = np.zeros(len(CHANNELS))
        if rows.size:
            log = self._rows(city, rows, kinds, group)
            starts = log.kind == _START
            np.add.at(credit, log.channel[starts], log.credit[starts])
            self.parts.append(self._part(city, log))
        flows = {f"{name}s": float(by_kind[name].size) for name in ("start", "relapse", "onset", "death")}
        flows["opioid_deaths"] = float(np.count_nonzero(opioid))
        flows |= {f"credit_{name}": float(credit[code]) for code, name in enumerate(CHANNELS)}
        return by_kind, flows

    def _rows(self, city: Any, rows: np.ndarray, kinds: np.ndarray, group: np.ndarray) -> Rows:
        wiring, groups = city.web.wiring, city.meetings.count
        starters = rows[kinds == _START]
        first, members = np.zeros(groups + 1, np.int64), np.zeros(0, np.int64)
        largest = 0
        if starters.size and (group[starters] != NO_GROUP).any():
            members = np.empty(group.size, np.int64)
            _by_group(group, first, members)
            largest = int(np.diff(first).max(initial=0))
        ties = wiring.start[starters + 1] - wiring.start[starters] + wiring.bonds.shape[1]
        most = 3 * int(ties.max(initial=0)) + largest
        room = rows.size + int((3 * ties).sum()) + (largest + _MANY) * starters.size
        out = Rows(
            np.empty(room, np.int8),
            np.empty(room, np.int64),
            np.empty(room, np.int8),
            np.empty(room, np.int64),
            np.empty(room),
            np.empty(room, bool),
        )
        n = _record(
            city.people,
            rows,
            kinds,
            city.records["starting"],
            city.chance,
            wiring,
            city.uid,
            first,
            members,
            group,
            most + 1,
            out,
        )
        return Rows(*(column[:n].copy() for column in out))

    def _part(self, city: Any, log: Rows) -> tuple[np.ndarray, ...]:
        who = city.people[log.who]
        source = np.where(log.source == NOBODY, NOBODY, city.uid[log.source].astype(np.int64))
        return (
            np.full(log.who.size, city.week, np.int32),
            log.kind,
            who["uid"].astype(np.int64),
            who["stage_before"],
            who["stage"],
            log.channel,
            source,
            log.credit,
            log.chosen,
        )

    def frame(self) -> Any:
        """The log as a DataFrame; kinds, stages and channels are categories."""
        import pandas as pd

        empty = tuple(np.zeros(0, t) for t in ("i4", "i1", "i8", "i1", "i1", "i1", "i8", "f8", "?"))
        merged = [np.concatenate(column) for column in zip(*(self.parts or [empty]), strict=True)]
        words = {"event": EVENTS, "stage_from": STAGES, "stage_to": STAGES, "channel": (*CHANNELS, "none")}
        return pd.DataFrame(
            {
                name: pd.Categorical.from_codes(values, list(words[name])) if name in words else values
                for name, values in zip(EVENT_COLUMNS, merged, strict=True)
            }
        )
