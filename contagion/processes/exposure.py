"""Exposure: the visible recovery around a person, and the active use, as they were last week.

Each tie carries tie weight x visibility x stage weight x champion boost. What a close tie sees is more than
what a passer-by sees: family and friends notice even hidden recovery, weak ties only the visible.
Source of the mechanism: HMIP Academic Insights 2024/06 (visible recovery champions).
"""

from __future__ import annotations

import math
from typing import Any

from contagion.core.parameters import Parameters, amount, probability, ratio
from contagion.core.rules import rule

SHINE_ONE = 16
"""Fixed-point unit of a signal: 16 is one visible person in sustained recovery."""


class Exposure(Parameters):
    """How much recovery can be seen, by whom."""

    early_weight: float = ratio(0.5, "how much early recovery shows against sustained recovery", up_to=4, off=None)
    hidden_close: float = ratio(0.25, "how much of a hidden recovery close ties notice against a visible one")
    anonymous_close: float = ratio(0.5, "how much of an anonymous recovery close ties notice against a visible one")
    champion_boost: float = ratio(
        2.0,
        "how much more a champion shows than others who are visible",
        low=1,
        up_to=4,
        off=1.0,
        source="Gossop-type sponsors and champions are the seeds' primary carriers; no published size",
    )
    trained_boost: float = ratio(0.5, "further boost by the support of a champions programme", up_to=4)
    group_tie: float = amount(
        0.25, "what each member of one's group counts for, against a close tie", unit="ties", up_to=4, off=0.0
    )
    events_per_year: int = amount(
        2, "visible recovery events held in any case", unit="events per year", up_to=52, off=0
    )
    event_reach: float = probability(0.08, "chance that a person with lived experience is at an event")
    event_size: float = amount(
        3.0,
        "exposure at an event if everybody in recovery in the neighbourhood were visible",
        unit="ties",
        up_to=50,
        off=0.0,
    )


@rule
def stage_weight(stage, early):
    if stage < 2 or stage > 4:
        return 0.0
    return early if stage == 2 else 1.0


@rule
def close_shine(weight, visibility, hidden, anonymous, boost):
    seen = hidden if visibility == 0 else (anonymous if visibility == 1 else 1.0)
    return math.floor(16.0 * weight * seen * boost + 0.5)


@rule
def open_shine(weight, visibility, boost):
    return math.floor(16.0 * weight * boost + 0.5) if visibility == 2 else 0


@rule
def boosts(champion, supported, boost, trained):
    return boost + trained * supported if champion == 1 else 1.0


def shine(who: Any, p: Exposure) -> tuple[Any, Any]:
    """The two signals of recovery a person sends: to close ties, and to all who can see (in 16ths)."""
    weight = stage_weight(who.stage, p.early_weight)
    boost = boosts(who.champion, who.supported, p.champion_boost, p.trained_boost)
    return (
        close_shine(weight, who.visibility, p.hidden_close, p.anonymous_close, boost),
        open_shine(weight, who.visibility, boost),
    )
