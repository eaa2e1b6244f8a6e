"""The pathway: people arrive in the risk pool, fall into active addiction, and move on through the stages.

at risk -> active (onset); early -> sustained at 1 year -> stable at 5 years in recovery. The cut-points are
those of the Betty Ford Institute consensus panel (2007).
"""

from __future__ import annotations

from typing import Any

from contagion.core.parameters import Parameters, amount
from contagion.core.rules import rule
from contagion.core.shapes import chosen
from contagion.vocabulary import ACTIVE


class Onset(Parameters):
    """Falling into active addiction."""

    rate: float = amount(
        0.108,
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
        0.9,
        "people who newly come into the risk pool",
        unit="people per 1,000 people and year",
        up_to=50,
        off=0.0,
        source="stationary balance: arrivals replace onsets and deaths",
        grade="D",
    )


@rule
def onset_rate(stage, rate):
    return rate / 52.0 if stage == 0 else 0.0


@rule
def arrives(stage, arrival, week):
    return 0 if stage == 6 and week >= arrival else stage


@rule
def progresses(stage, spell):
    if stage == 2 and spell >= 52:
        return 3
    if stage == 3 and spell >= 260:
        return 4
    return stage


@rule
def counts(stage, spell):
    return spell + 1 if 1 <= stage <= 4 else spell


def onset(who: Any, p: Onset) -> None:
    """Fall into active addiction."""
    begins = who.happens("onset", onset_rate(who.stage, p.rate))
    who.spell = chosen(begins, 0, who.spell)
    who.stage = chosen(begins, ACTIVE, who.stage)


def arrive(who: Any, p: Entry) -> None:
    """Come into the risk pool in the week that was drawn for them."""
    who.stage = arrives(who.stage, who.arrival, who.model.week)


def age(who: Any, p: Onset) -> None:
    """One week more of the present spell."""
    who.spell = counts(who.stage, who.spell)


def progress(who: Any, p: Onset) -> None:
    """Move on from early to sustained to stable recovery by time alone."""
    who.stage = progresses(who.stage, who.spell)
