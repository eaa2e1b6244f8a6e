"""Gatherings: the recovery that is shown in groups, and that can be seen at an event of a neighbourhood.

in a group: sum of what its members show; at an event: open share = recovery that can be seen / people in recovery

Source: HMIP Academic Insights 2024/06 (groups and events make recovery visible); no published sizes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from contagion.core.compiling import kernel
from contagion.core.web import Web
from contagion.processes.exposure.sums import CLOSE, OPEN, RECOVERING, SHOWN_ONE
from contagion.vocabulary import NO_GROUP


@kernel
def shown_in_groups(people: Any, sent: Any, out: Any) -> None:
    """Add up the recovery that members of each group show."""
    for i in range(people.size):
        group = people[i].group
        if group != NO_GROUP:
            out[group] += sent[i, CLOSE]


@kernel
def shown_in_places(people: Any, sent: Any, shown: Any, recovering: Any) -> None:
    """Add up, by neighbourhood, the recovery that can be seen and the people in recovery."""
    for i in range(people.size):
        place = people[i].neighbourhood
        shown[place] += sent[i, OPEN]
        recovering[place] += sent[i, RECOVERING]


def in_groups(web: Web, people: np.ndarray, groups: int) -> np.ndarray:
    """Recovery shown in each group, in sixteenths (int64)."""
    out = np.zeros(groups, np.int64)
    shown_in_groups(people, web.wiring.sent, out)
    return out


def open_shares(web: Web, people: np.ndarray, places: int) -> np.ndarray:
    """Visible recovery by neighbourhood, as a share of the people in recovery there."""
    shown, recovers = np.zeros(places, np.int64), np.zeros(places, np.int64)
    shown_in_places(people, web.wiring.sent, shown, recovers)
    return np.asarray(shown / SHOWN_ONE / np.maximum(1.0, recovers))
