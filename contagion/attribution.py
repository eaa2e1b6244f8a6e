"""Who inspired whom: the credit for each start of recovery, by channel and by person.

Within the hazard of starting each channel has its share; within a channel each contributor has a share in proportion to
what they showed. Shares sum to 1 over the contributors of a start; one of them is drawn, in proportion, as the source.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from contagion.core.draws import uniform
from contagion.processes.starting import pushes
from contagion.vocabulary import ACTIVE, CHANNELS, LAYERS_FRIEND, Layer

NOBODY = -1
"""Source where no person can be named: spontaneous, treatment, an event."""


class Some:
    """A few rows, to read columns of."""

    def __init__(self, city: Any, rows: np.ndarray) -> None:
        self.model, self.rows = city, rows

    def __getattr__(self, name: str) -> Any:
        return self.model.columns[name][self.rows]


def credits(city: Any, starters: np.ndarray, group: np.ndarray) -> list[tuple[int, int, float, bool, int]]:
    """(starter's row, channel, credit, chosen, source's uid or NOBODY) for each contributor to each start.

    `group`: the groups as they were looked at, before anybody left.
    """
    if starters.size == 0:
        return []
    p = city.parameters["starting"]
    push = pushes(Some(city, starters), p, np.full(starters.size, ACTIVE, np.int8))
    terms = np.column_stack([np.broadcast_to(np.asarray(t, float), starters.size) for t in push])
    shares = terms / terms.sum(axis=1, keepdims=True)
    u = uniform(city.seed_, "source", city.week, city.columns["uid"][starters])
    out: list[tuple[int, int, float, bool, int]] = []
    for k, row in enumerate(starters.tolist()):
        found = _contributors(city, row, shares[k], group)
        total, chosen, first = 0.0, len(found) - 1, len(out)
        for i, (_, _, credit) in enumerate(found):
            total += credit
            if u[k] < total:
                chosen = i
                break
        out += [(row, channel, credit, False, uid) for channel, uid, credit in found]
        row_, channel, credit, _, uid = out[first + chosen]
        out[first + chosen] = (row_, channel, credit, True, uid)
    return out


def _contributors(city: Any, row: int, share: np.ndarray, group: np.ndarray) -> list[tuple[int, int, float]]:
    """(channel, source's uid, credit), ordered by channel and uid so that the draw does not depend on rows."""
    other, layer, weight = city.web.neighbours(row)
    signals, uid = city.web.signals, city.columns["uid"]
    friend = (LAYERS_FRIEND >> layer) & 1 == 1
    seen = {
        "family": (layer == Layer.HOUSEHOLD) * weight * signals["close"][other],
        "friend": friend * weight * signals["close"][other],
        "weak": (layer == Layer.ACQUAINTANCE) * weight * signals["open"][other],
        "ally": signals["ally"][other],
        "tie": signals["recovering"][other],
    }
    found: list[tuple[int, int, float]] = []
    for code, name in enumerate(CHANNELS):
        if share[code] <= 0.0:
            continue
        if name in seen:
            who, amount = other, seen[name]
        elif name == "group":
            who = np.flatnonzero(group == group[row])
            amount = signals["close"][who] * (who != row)
        else:
            found.append((code, NOBODY, float(share[code])))
            continue
        who, amount = who[amount > 0], amount[amount > 0]
        order = np.argsort(uid[who])
        part = share[code] / int(amount.sum())
        found += [(code, int(uid[w]), float(part * a)) for w, a in zip(who[order], amount[order], strict=True)]
    return found
