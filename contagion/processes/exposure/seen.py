"""What there is to see of a city in a week, beside what people show: its levels, its events, its groups.

reach of an event week = exposure.event_reach x sum of the reaches of its kinds

Source: HMIP Academic Insights 2024/06 (visible recovery champions); no published sizes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Seen(NamedTuple):
    """What the week's look needs beside a person's row: places of the sums, and what the city is like."""

    at: np.ndarray  # int64, place of each of SUMS among those kept, -1 if it is not
    structural: float
    justice_capital: float
    community: np.ndarray  # by neighbourhood
    held: np.ndarray  # whether an event is held, by neighbourhood
    reach: float  # reach of this week's events together, against exposure.event_reach
    open_share: np.ndarray  # visible share of those in recovery, by neighbourhood
    kinds: np.ndarray  # int8, kind of each group
    often: np.ndarray  # how often each group meets, against once a week
    in_groups: np.ndarray  # recovery shown in each group, in sixteenths; empty where nobody makes use of it
    reviewed: bool  # whether attitudes are reviewed this week
    more: bool  # whether anybody makes use of more than the ties in recovery
