"""Who inspired whom: the event log, with the credit for each start of recovery by channel and by person.

Within the hazard of starting each channel has its share; within a channel each contributor has a share in proportion to
what they showed. Shares sum to 1 over the contributors of a start; one of them is drawn, in proportion, as the source.
Contributors who showed less than a fiftieth are pooled in one row without a name.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from contagion.core.chance import uniform
from contagion.core.rules import kernel
from contagion.processes.starting import pushes
from contagion.vocabulary import ACTIVE, AT_RISK, CHANNELS, DEAD, EARLY, EVENTS, STAGES, TO_COME, Layer

NOBODY = -1
"""Source where no person can be named: spontaneous, treatment, an event, many small contributions."""

SMALLEST = 0.02
"""Contributors to a start below this share are pooled."""

_FAMILY, _FRIEND, _WEAK, _GROUP = (CHANNELS.index(name) for name in ("family", "friend", "weak", "group"))
_ALLY, _TIE = CHANNELS.index("ally"), CHANNELS.index("tie")
_HOUSEHOLD, _ACQUAINTANCE = int(Layer.HOUSEHOLD), int(Layer.ACQUAINTANCE)


@kernel
def _gather(rows, start, other, layer, weight, bonds, kinds, strength, close, seen, ally, well, out):  # type: ignore[no-untyped-def]
    """Entries (starter, channel, far row, amount) for all that the starters saw along ties; returns how many."""
    n = 0
    for k in range(rows.size):
        i = rows[k]
        ties = start[i + 1] - start[i]
        for t in range(ties + bonds.shape[1]):
            if t < ties:
                e = start[i] + t
                j, kind, w = other[e], layer[e], int(weight[e])
            else:
                j, kind = bonds[i, t - ties], kinds[i, t - ties]
                if j < 0:
                    continue
                w = strength[kind]
            if kind == _ACQUAINTANCE:
                channel, amount = _WEAK, w * seen[j]
            else:
                channel, amount = (_FAMILY if kind == _HOUSEHOLD else _FRIEND), w * close[j]
            if amount > 0:
                out[n, 0], out[n, 1], out[n, 2], out[n, 3] = k, channel, j, amount
                n += 1
            if ally[j] > 0:
                out[n, 0], out[n, 1], out[n, 2], out[n, 3] = k, _ALLY, j, ally[j]
                n += 1
            if well[j] > 0:
                out[n, 0], out[n, 1], out[n, 2], out[n, 3] = k, _TIE, j, 1
                n += 1
    return n


@kernel
def _choose(first, credit, u, chosen):  # type: ignore[no-untyped-def]
    """Draw one contributor of each start, in proportion to credit."""
    for k in range(u.size):
        total = 0.0
        pick = first[k + 1] - 1
        for i in range(first[k], first[k + 1]):
            total += credit[i]
            if u[k] < total:
                pick = i
                break
        chosen[pick] = True


class _Some:
    """A few rows, to read columns of."""

    def __init__(self, city: Any, rows: np.ndarray) -> None:
        self.columns, self.rows = city.columns, rows

    def __getattr__(self, name: str) -> Any:
        return self.columns[name][self.rows]


def credits(city: Any, starters: np.ndarray, group: np.ndarray) -> tuple[np.ndarray, ...]:
    """(position in starters, channel, source's uid or NOBODY, credit, chosen) by start, channel and uid.

    `starters`: rows; `group`: the groups as they were looked at, before anybody left.
    """
    p = city.parameters["starting"]
    push = pushes(_Some(city, starters), p, np.full(starters.size, ACTIVE, np.int8))
    terms = np.empty((starters.size, len(CHANNELS)))
    for code, term in enumerate(push):
        terms[:, code] = term
    shares = terms / terms.sum(axis=1, keepdims=True)
    k, channel, source, amount = _seen(city, starters, group)
    keep = shares[k, channel] > 0.0
    k, channel, source, amount = k[keep], channel[keep], source[keep], amount[keep]
    cells = k * len(CHANNELS) + channel
    total = np.bincount(cells, weights=amount, minlength=shares.size)
    credit = shares[k, channel] * amount / total[cells]
    small = credit < SMALLEST
    pooled = np.bincount(cells[small], minlength=shares.size) * 0.0
    order = np.lexsort((source[small], cells[small]))
    np.add.at(pooled, cells[small][order], credit[small][order])
    rest = np.where(total.reshape(shares.shape) > 0, pooled.reshape(shares.shape), shares)
    rest_k, rest_channel = np.nonzero(rest > 0.0)
    k = np.concatenate([k[~small], rest_k])
    channel = np.concatenate([channel[~small], rest_channel])
    source = np.concatenate([source[~small], np.full(rest_k.size, NOBODY)])
    credit = np.concatenate([credit[~small], rest[rest_k, rest_channel]])
    order = np.lexsort((source, channel, k))
    k, channel, source, credit = k[order], channel[order], source[order], credit[order]
    chosen = np.zeros(k.size, bool)
    first = np.searchsorted(k, np.arange(starters.size + 1))
    _choose(first, credit, uniform(city.seed_, "source", city.week, city.columns["uid"][starters]), chosen)
    return k, channel, source, credit, chosen


def _seen(city: Any, starters: np.ndarray, group: np.ndarray) -> tuple[np.ndarray, ...]:
    """What each starter saw, tie by tie and member by member: (position, channel, uid, amount)."""
    web, ties, signals = city.web, city.web.ties, city.web.signals
    most = 2 * int((ties.start[starters + 1] - ties.start[starters] + web.bonds.shape[1]).sum())
    out = np.zeros((most + 1, 4), np.int64)
    n = _gather(
        starters,
        ties.start,
        ties.other,
        ties.layer,
        ties.weight,
        web.bonds,
        web.bond_layer,
        web.strength,
        signals["close"],
        signals["open"],
        signals["ally"],
        signals["recovering"],
        out,
    )
    parts = [out[:n]]
    for at in np.flatnonzero(group[starters] >= 0):
        row = starters[at]
        members = np.flatnonzero(group == group[row])
        members = members[(members != row) & (signals["close"][members] > 0)]
        block = np.empty((members.size, 4), np.int64)
        block[:, 0], block[:, 1], block[:, 2], block[:, 3] = at, _GROUP, members, signals["close"][members]
        parts.append(block)
    k, channel, row, amount = np.concatenate(parts).T
    return k, channel, city.columns["uid"][row].astype(np.int64), amount


_KIND = np.full((len(STAGES), len(STAGES)), EVENTS.index("progress"), np.int8)
_KIND[:, ACTIVE] = EVENTS.index("relapse")
_KIND[AT_RISK, ACTIVE] = EVENTS.index("onset")
_KIND[ACTIVE, EARLY] = EVENTS.index("start")
_KIND[TO_COME, :] = EVENTS.index("arrival")
_KIND[:, DEAD] = EVENTS.index("death")


class EventLog:
    """The transitions of every week, in order of week, person and channel."""

    def __init__(self) -> None:
        self.parts: list[tuple[np.ndarray, ...]] = []

    def copy(self) -> EventLog:
        """The log up to now."""
        log = EventLog()
        log.parts = self.parts.copy()
        return log

    def week(self, city: Any, before: np.ndarray, group: np.ndarray) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Log the week's changes of stage; returns rows by kind of event and the credit by channel."""
        after, uid = city.columns["stage"], city.columns["uid"]
        rows = (before != after).nonzero()[0]
        rows = rows[np.argsort(uid[rows])]
        kind = _KIND[before[rows], after[rows]]
        start = EVENTS.index("start")
        by_kind = {name: rows[kind == code] for code, name in enumerate(EVENTS)}
        credit_by_channel = np.zeros(len(CHANNELS))
        if rows.size == 0:
            return by_kind, credit_by_channel
        starters = by_kind["start"]
        others = kind != start
        plain = np.count_nonzero(others)
        channel, source = np.full(plain, len(CHANNELS), np.int8), np.full(plain, NOBODY, np.int64)
        credit, chosen, who = np.ones(plain), np.ones(plain, bool), rows[others]
        what = kind[others]
        if starters.size:
            k, ch, src, cr, pick = credits(city, starters, group)
            np.add.at(credit_by_channel, ch, cr)
            who = np.concatenate([who, starters[k]])
            what = np.concatenate([what, np.full(k.size, start, np.int8)])
            channel, source = np.concatenate([channel, ch.astype(np.int8)]), np.concatenate([source, src])
            credit, chosen = np.concatenate([credit, cr]), np.concatenate([chosen, pick])
        order = np.lexsort((source, channel, uid[who]))
        who = who[order]
        self.parts.append(
            (
                np.full(who.size, city.week, np.int32),
                what[order],
                uid[who].astype(np.int64),
                before[who],
                after[who],
                channel[order],
                source[order],
                credit[order],
                chosen[order],
            )
        )
        return by_kind, credit_by_channel

    def frame(self) -> Any:
        """The log as a DataFrame; kinds, stages and channels are categories."""
        import pandas as pd

        from contagion.model.outcomes import EVENT_COLUMNS

        empty = tuple(np.zeros(0, t) for t in ("i4", "i1", "i8", "i1", "i1", "i1", "i8", "f8", "?"))
        merged = [np.concatenate(column) for column in zip(*(self.parts or [empty]), strict=True)]
        words = {"event": EVENTS, "stage_from": STAGES, "stage_to": STAGES, "channel": (*CHANNELS, "none")}
        return pd.DataFrame(
            {
                name: pd.Categorical.from_codes(values, list(words[name])) if name in words else values
                for name, values in zip(EVENT_COLUMNS, merged, strict=True)
            }
        )
