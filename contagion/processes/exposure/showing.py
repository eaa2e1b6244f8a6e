"""Showing: what people let others see of themselves; only what changed travels along their ties.

shown = 16 x stage weight x visibility x champion boost, in whole sixteenths
What a close tie sees is more than what a passer-by sees: family and friends notice even hidden recovery, weak ties only
the visible.

Source: HMIP Academic Insights 2024/06 (visible recovery champions); no published sizes.
"""

from __future__ import annotations

import math
from typing import Any

from contagion.core.compiling import kernel, rule
from contagion.core.parameters import Parameters, amount, probability, ratio
from contagion.core.web import pass_on
from contagion.processes.exposure.sums import (
    AFFECTED,
    ALLY,
    ATTITUDE,
    ATTITUDE_STEPS,
    CLOSE,
    FALLEN,
    OPEN,
    PRACTITIONER_ALLY,
    PRESENT,
    RECOVERING,
    SHOWN_ONE,
    USING,
)
from contagion.vocabulary import ACTIVE, ANONYMOUS, EARLY, HIDDEN, PRACTITIONER, VISIBLE, in_recovery, is_here


@kernel
def show(people: Any, rows: Any, p: Any, reviewed: Any, shines: Any, wiring: Any, change: Any) -> None:
    """Let what the people of these rows show travel along their ties, where it changed.

    `shines`: whether anybody makes use of the recovery shown; `reviewed`: whether attitudes are.
    """
    sent = wiring.sent
    for i in rows:
        who = people[i]
        here = 1 * is_here(who.stage)
        well, active = 1 * in_recovery(who.stage), 1 * (who.stage == ACTIVE)
        close, open_ = -sent[i, CLOSE], -sent[i, OPEN]
        if shines and well == 1:
            close += shown_close(who, p)
            open_ += shown_open(who, p)
        using, recovers = active - sent[i, USING], well - sent[i, RECOVERING]
        fallen = active * (who.attempts > 0 and who.spell < p.fallen_weeks) - sent[i, FALLEN]
        ally, present = who.ally * here - sent[i, ALLY], here - sent[i, PRESENT]
        practitioner = who.ally * here * (who.role == PRACTITIONER) - sent[i, PRACTITIONER_ALLY]
        attitude = (expressed(who.attitude) if reviewed else sent[i, ATTITUDE]) * here - sent[i, ATTITUDE]
        same = close == 0 and open_ == 0 and using == 0 and recovers == 0 and fallen == 0 and ally == 0
        if same and present == 0 and attitude == 0:
            continue
        change[CLOSE], change[OPEN], change[USING], change[RECOVERING] = close, open_, using, recovers
        change[AFFECTED], change[FALLEN], change[ALLY] = using + recovers, fallen, ally
        change[PRACTITIONER_ALLY], change[PRESENT], change[ATTITUDE] = practitioner, present, attitude
        for s in range(change.size):
            sent[i, s] += change[s]
        if present != 0 and wiring.sums[i, wiring.watched] > 0:
            wiring.above[0] += present
        pass_on(wiring, i, change)


@kernel
def show_public(table: Any, rows: Any, first: Any, wiring: Any, change: Any) -> None:
    """Let these rows of everybody else, whose rows of the network begin at `first`, show: allies, presence, attitudes."""
    change[:] = 0
    for i in rows:
        who, row = table[i], first + i
        steps = expressed(who.attitude)
        change[ALLY] = who.ally - wiring.sent[row, ALLY]
        practitioner = who.ally * (who.role == PRACTITIONER)
        change[PRACTITIONER_ALLY] = practitioner - wiring.sent[row, PRACTITIONER_ALLY]
        change[PRESENT] = 1 - wiring.sent[row, PRESENT]
        change[ATTITUDE] = steps - wiring.sent[row, ATTITUDE]
        if change[PRESENT] != 0 and wiring.public_sums[i, wiring.watched] > 0:
            wiring.above[0] += 1
        wiring.sent[row, PRACTITIONER_ALLY] = practitioner
        wiring.sent[row, ALLY], wiring.sent[row, PRESENT], wiring.sent[row, ATTITUDE] = who.ally, 1, steps
        pass_on(wiring, row, change)


@rule
def expressed(attitude: float) -> int:
    """The attitude that others notice, in whole steps."""
    return math.floor(attitude * ATTITUDE_STEPS + 0.5)


@rule
def shown_close(who: Any, p: Any) -> int:
    """Recovery that close ties notice, in sixteenths."""
    seen = 1.0
    if who.visibility == HIDDEN:
        seen = p.hidden_close
    elif who.visibility == ANONYMOUS:
        seen = p.anonymous_close
    return math.floor(SHOWN_ONE * weight_of(who, p) * seen * boost_of(who, p) + 0.5)


@rule
def shown_open(who: Any, p: Any) -> int:
    """Recovery that all can see, in sixteenths."""
    return math.floor(SHOWN_ONE * weight_of(who, p) * boost_of(who, p) + 0.5) if who.visibility == VISIBLE else 0


@rule
def weight_of(who: Any, p: Any) -> float:
    """How much a stage of recovery shows."""
    return p.early_weight if who.stage == EARLY else 1.0


@rule
def boost_of(who: Any, p: Any) -> float:
    """How much more a champion shows, supported or not."""
    return p.champion_boost + p.trained_boost * who.supported if who.champion == 1 else 1.0


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
    fallen_weeks: int = amount(26, "weeks during which a relapse of somebody close is felt", unit="weeks", up_to=520)
