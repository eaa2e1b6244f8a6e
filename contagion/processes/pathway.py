"""The pathway: people enter the risk pool, fall into active addiction, and move on through the stages of recovery.

at risk -> active addiction: onset hazard = rate
early -> sustained recovery at spell = 52 weeks, sustained -> stable at spell = 260 weeks

Source: the cut-points are those of the Betty Ford Institute consensus panel (2007); a definition, not a parameter.
"""

from __future__ import annotations

from typing import Any

from contagion.core.chance import happens
from contagion.core.parameters import Parameters, amount
from contagion.core.process import process
from contagion.vocabulary import ACTIVE, AT_RISK, EARLY, STABLE, SUSTAINED, TO_COME, has_lived_experience

SUSTAINED_AFTER, STABLE_AFTER = 52, 260
"""Weeks in recovery after which it is called sustained, and stable."""


@process("onset")
def count_weeks(who: Any, p: Any, chance: Any) -> None:
    """One week more of the present spell, in active addiction or in recovery."""
    if has_lived_experience(who.stage):
        who.spell += 1


@process("onset")
def progress(who: Any, p: Any, chance: Any) -> None:
    """Move on from early to sustained to stable recovery, by time alone."""
    if who.stage == EARLY and who.spell >= SUSTAINED_AFTER:
        who.stage = SUSTAINED
    elif who.stage == SUSTAINED and who.spell >= STABLE_AFTER:
        who.stage = STABLE


@process("onset", off=("rate",))
def onset(who: Any, p: Any, chance: Any) -> None:
    """Fall into active addiction."""
    if who.stage == AT_RISK and happens(p.rate / 52.0, "onset", who, chance):
        who.stage = ACTIVE
        who.spell = 0


@process("entry", off=("rate_per_1000",))
def arrive(who: Any, p: Any, chance: Any) -> None:
    """Enter the risk pool in the week that was drawn for them."""
    if who.stage == TO_COME and chance.week >= who.arrival:
        who.stage = AT_RISK


class Onset(Parameters):
    """Falling into active addiction."""

    rate: float = amount(
        0.3,
        "hazard of falling into active addiction",
        unit="per person at risk and year",
        up_to=5,
        off=0.0,
        source="stationary balance: onsets replace deaths and stable recoveries",
        grade="D",
    )


class Entry(Parameters):
    """Entry into risk, so that ten years do not drain the city."""

    rate_per_1000: float = amount(
        1.4,
        "people who newly come into the risk pool",
        unit="people per 1,000 people and year",
        up_to=50,
        off=0.0,
        source="stationary balance: arrivals replace onsets and deaths",
        grade="D",
    )
