"""Exposure: what people show of themselves, and what each saw around them last week.

shown = 16 x stage weight x visibility x champion boost, in whole sixteenths; exposure = sum over ties of weight x shown
What a close tie sees is more than what a passer-by sees: family and friends notice even hidden recovery, weak ties only
the visible.

Source: HMIP Academic Insights 2024/06 (visible recovery champions); no published sizes.
"""

from contagion.processes.exposure.gatherings import in_groups, open_shares
from contagion.processes.exposure.looking import look, look_public
from contagion.processes.exposure.seen import Seen
from contagion.processes.exposure.showing import Exposure, expressed, show, show_public
from contagion.processes.exposure.sums import (
    ALLY,
    ATTITUDE,
    CLOSE,
    CLOSELY,
    GROUP_USED,
    OPEN,
    RECOVERING,
    SIGNALS,
    SUMS,
)

__all__ = [
    "ALLY",
    "ATTITUDE",
    "CLOSE",
    "CLOSELY",
    "GROUP_USED",
    "OPEN",
    "RECOVERING",
    "SIGNALS",
    "SUMS",
    "Exposure",
    "Seen",
    "expressed",
    "in_groups",
    "look",
    "look_public",
    "open_shares",
    "show",
    "show_public",
]
