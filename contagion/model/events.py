"""Who inspired whom: the event log, with the credit for each start of recovery by channel and by person.

How credit is shared out is said in credit.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from contagion.core.chance import uniform
from contagion.model.credit import MANY, NOBODY, START, Rows, by_group, record
from contagion.vocabulary import ACTIVE, AT_RISK, CHANNELS, DEAD, EARLY, EVENTS, NO_GROUP, OPIOID, STAGES, TO_COME

EVENT_COLUMNS = ("week", "event", "uid", "stage_from", "stage_to", "channel", "source", "credit", "chosen")
"""The event log. A start has one row per contributor: credit sums to 1 over them, one is the chosen source."""


CREDITS = tuple(f"credit_{name}" for name in CHANNELS)
"""Outcomes that hold the credit of each channel."""

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

    def week(self, city: Any, moved: np.ndarray) -> tuple[dict[str, np.ndarray], dict[str, float]]:
        """Log the week's changes of stage; returns rows by kind of event, and the flows of the week.

        `moved`: rows of those whose stage changed.
        """
        people = city.people
        rows = moved[np.argsort(people["uid"][moved])]
        before = people["stage_before"][rows]
        kinds = _KIND[before, people["stage"][rows]]
        by_kind = {name: rows[kinds == EVENTS.index(name)] for name in ("start", "relapse", "onset", "death")}
        credit = np.zeros(len(CHANNELS))
        died = by_kind["death"]
        opioid = died[(before[kinds == EVENTS.index("death")] == ACTIVE) & (people["substance"][died] == OPIOID)]
        poisoned = (
            uniform(city.seed_, "drug poisoning", city.week, people["uid"][opioid]) < city.scenario_.deaths.poisoning
        )
        if rows.size:
            log = self._rows(city, rows, kinds)
            starts = log.kind == START
            credit = np.bincount(log.channel[starts], log.credit[starts], MANY)
            self.parts.append(self._part(city, log))
        flows = {f"{name}s": float(one.size) for name, one in by_kind.items()}
        flows |= {
            "deaths_active_opioid": float(opioid.size),
            "drug_poisoning_deaths": float(np.count_nonzero(poisoned)),
        }
        flows |= zip(CREDITS, credit.tolist(), strict=True)
        return by_kind, flows

    def _rows(self, city: Any, rows: np.ndarray, kinds: np.ndarray) -> Rows:
        wiring, groups = city.web.wiring, city.meetings.count
        starters = rows[kinds == START]
        first, members = np.zeros(groups + 1, np.int64), np.zeros(0, np.int64)
        largest = 0
        if (city.people["group_before"][starters] != NO_GROUP).any():
            members = np.empty(city.people.size, np.int64)
            by_group(city.people, first, members)
            largest = int(np.diff(first).max(initial=0))
        ties = wiring.start[starters + 1] - wiring.start[starters] + wiring.bonds.shape[1]
        most = 3 * int(ties.max(initial=0)) + largest
        room = rows.size + int((3 * ties).sum()) + (largest + MANY + 1) * starters.size
        out = Rows(
            np.empty(room, np.int8),
            np.empty(room, np.int64),
            np.empty(room, np.int8),
            np.empty(room, np.int64),
            np.empty(room),
            np.empty(room, bool),
        )
        n = record(
            city.people,
            rows,
            kinds,
            city.records["starting"],
            city.chance,
            wiring,
            city.uid,
            first,
            members,
            most + 1,
            out,
        )
        return Rows(*(column[:n].copy() for column in out))

    def _part(self, city: Any, log: Rows) -> tuple[np.ndarray, ...]:
        people, who = city.people, log.who
        source = np.where(log.source == NOBODY, NOBODY, city.uid[log.source].astype(np.int64))
        return (
            np.full(who.size, city.week, np.int32),
            log.kind,
            people["uid"][who].astype(np.int64),
            people["stage_before"][who],
            people["stage"][who],
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
