"""Personal recovery capital and barriers: two stocks, not one.

In recovery:         personal' = personal + growth 2 community (1 - structural x stigma) / 52 x (own ceiling - personal)
In active addiction: personal' = personal + erosion / 52 x (floor - personal)
Barriers = mean of (no home, no job, criminal record, debt, untreated mental-health need); debt and need drift to levels
that hang on the pathway. Barriers are a stock of their own and fall far more slowly than strengths rise.

Source: Best & Laudet 2010 (recovery capital), SABRS 2020 (negative capital), Kelly 2018 (steep gains, then shallow).
"""

from __future__ import annotations

from typing import Any

from contagion.core.compiling import rule
from contagion.core.parameters import Parameters, per_year, ratio, score
from contagion.core.process import process
from contagion.core.shapes import approaches
from contagion.vocabulary import ACTIVE, in_recovery


@process("capital", off=("growth", "erosion", "debt_pace", "need_pace"))
def build_capital(who: Any, p: Any, chance: Any) -> None:
    """Build or lose personal capital; debt and need follow the pathway."""
    if who.stage == ACTIVE:
        who.personal = eroded(who.personal, p)
    elif in_recovery(who.stage):
        who.personal = grown(
            who.personal, who.ceiling, who.community * (1.0 + p.housed * who.housed), who.structural, p
        )
    in_use = 1.0 * (who.stage == ACTIVE)
    who.debt = approaches(who.debt, p.debt_active * in_use + p.debt_well * (1.0 - in_use), p.debt_pace / 52.0)
    well = p.need_well - p.need_treated * who.treated
    who.need = approaches(who.need, p.need_active * in_use + well * (1.0 - in_use), p.need_pace / 52.0)


@rule
def grown(personal: float, ceiling: float, community: float, structural: float, p: Any) -> float:
    """Personal capital after one week in recovery; community capital of one half is neutral."""
    pace = p.growth * community * 2.0 * (1.0 - p.structural * structural)
    return personal + pace / 52.0 * (max(personal, ceiling) - personal)


@rule
def eroded(personal: float, p: Any) -> float:
    """Personal capital after one week in active addiction."""
    return personal + p.erosion / 52.0 * (min(personal, p.floor) - personal)


@process("capital", derived=True)
def count_barriers(who: Any, p: Any, chance: Any) -> None:
    """Count what stands in the way: no home, no job, a record, debt, need."""
    who.barriers = barriers_of(who)


@rule
def barriers_of(who: Any) -> float:
    """Mean of the five barriers; a place in a recovery home shelters like a home."""
    sheltered = 1.0 * ((who.home + who.housed) > 0)
    return ((1.0 - sheltered) + (1.0 - who.job) + who.record + who.debt + who.need) / 5.0


class Capital(Parameters):
    """Growth and erosion of personal capital; debt and need."""

    growth: float = per_year(
        0.4,
        "pace at which recovery builds personal capital, in the best of places",
        up_to=5,
        off=0.0,
        source="steep gains to year 6, then shallow (Kelly 2018): order",
        grade="D",
    )
    ceiling: float = score(0.85, "personal capital that long recovery tends to, on average")
    ceiling_spread: float = score(
        0.15,
        "standard deviation between people of what their capital tends to",
        off=0.0,
        source="not everybody in sustained recovery has a BARC-10 of 47 or more (Vilsaint 2017): sign",
    )
    housed: float = ratio(
        8.0,
        "how much faster capital grows in a recovery home",
        up_to=10,
        off=0.0,
        source="capital grows with support and involvement in recovery residences (Hard 2022): sign",
    )
    erosion: float = per_year(0.5, "pace at which active use erodes personal capital", up_to=5, off=0.0)
    floor: float = score(0.25, "personal capital that active use tends to")
    structural: float = ratio(0.5, "how far structural stigma slows the building of capital")
    debt_active: float = score(0.7, "debt that active use tends to")
    debt_pace: float = per_year(0.15, "pace at which debt follows", up_to=5, off=0.0)
    need_active: float = score(
        0.6,
        "untreated mental-health need that active use tends to",
        source="71 % of those in treatment have a need (2022/23)",
        grade="D",
    )
    need_well: float = score(0.57, "untreated need that recovery tends to")
    need_treated: float = score(0.15, "how far treatment lowers the need that recovery tends to", off=0.0)
    debt_well: float = score(0.5, "debt that recovery tends to")
    need_pace: float = per_year(0.3, "pace at which need follows", up_to=5, off=0.0)
