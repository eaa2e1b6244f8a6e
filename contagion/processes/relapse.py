"""Relapse: a duration-dependent hazard, steeply falling within the first year, x frailty x circumstances.

h = [scale b(spell) x frailty x exp(strain - protection)] + rate. The bands b(spell) follow the first-year survival
curve after Prochaska, DiClemente & Norcross 1992 (NIAAA) and the one-year persistence of Dennis, Foss &
Scott 2007; the hazards they give fall steeply in the first
three months. The bands themselves are hazards at frailty 1 and load 0: because the frail relapse first and circumstances
get better, later bands must lie higher than the hazard they bring about.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from contagion.core.parameters import Parameters, param
from contagion.core.rules import rule
from contagion.core.shapes import chosen, fills
from contagion.vocabulary import ACTIVE

_CURVE = "first-year survival 0.70/0.40/0.40/0.38 (NIAAA after Prochaska 1992), with circumstances at their mean"
_DENNIS = "one-year persistence (Dennis 2007), with circumstances at their mean"


class Relapse(Parameters):
    """Hazards of relapse."""

    scale: float = param(1.0, low=0, high=5, unit="ratio", off=0.0, meaning="scales all duration-dependent hazards",
                         grade="choice", source="switch")  # fmt: skip
    rate: float = param(0.0, low=0, high=52, unit="per year", off=0.0, grade="choice", source="switch",
                        meaning="a constant hazard at every duration, added (the SIS reduction)")  # fmt: skip
    month_1: float = param(2.95, low=0, high=52, unit="per year", off=0.0, meaning="hazard in the first month",
                           source=_CURVE, grade="D")  # fmt: skip
    months_2_3: float = param(2.25, low=0, high=52, unit="per year", off=0.0, meaning="hazard in months 2 and 3",
                              source=_CURVE, grade="D")  # fmt: skip
    months_4_12: float = param(0.28, low=0, high=52, unit="per year", off=0.0, meaning="hazard in months 4 to 12",
                               source=_CURVE, grade="D")  # fmt: skip
    years_2_3: float = param(0.60, low=0, high=10, unit="per year", off=0.0, meaning="hazard in years 2 and 3",
                             source=_DENNIS, grade="D")  # fmt: skip
    years_4_5: float = param(0.25, low=0, high=10, unit="per year", off=0.0, meaning="hazard in years 4 and 5",
                             source=_DENNIS, grade="D")  # fmt: skip
    years_6_on: float = param(0.19, low=0, high=10, unit="per year", off=0.0, meaning="hazard from year 6 on",
                              source=_DENNIS, grade="D")  # fmt: skip
    capital: float = param(0.8, low=0, high=5, unit="log ratio", off=0.0, meaning="protection by personal capital")
    recovering_ties: float = param(
        0.6, low=0, high=5, unit="log ratio", off=0.0, meaning="protection by close ties in recovery, at most",
        source="Litt 2007: one abstinent tie x1.27 on abstinence next year (to be calibrated)",
    )  # fmt: skip
    using_ties: float = param(
        0.6, low=0, high=5, unit="log ratio", off=0.0, meaning="strain of close ties in active use, at most",
        source="Kaskutas 2002: pro-drinking tie OR 0.7 for abstinence", grade="D",
    )  # fmt: skip
    home: float = param(
        0.35, low=0, high=5, unit="log ratio", off=0.0, meaning="protection by a home of one's own",
        source="Jason 2006 (sign and order)",
    )  # fmt: skip
    recovery_home: float = param(
        0.9, low=0, high=5, unit="log ratio", off=0.0, meaning="protection by a place in a recovery home",
        source="Jason 2006: 31.3 % against 64.8 % use at 24 months, about 1 on the log hazard", grade="D",
    )  # fmt: skip
    group: float = param(
        0.3, low=0, high=5, unit="log ratio", off=0.0, meaning="protection by attending a group, beyond its ties",
        source="Cochrane 2020: 42 against 35 % abstinent at 12 months; 36-64 % of it carried by ties", grade="D",
    )  # fmt: skip
    hope: float = param(0.3, low=0, high=5, unit="log ratio", off=0.0, meaning="protection by hope")
    connectedness: float = param(0.3, low=0, high=5, unit="log ratio", off=0.0, meaning="protection by connectedness")
    meaning: float = param(0.5, low=0, high=5, unit="log ratio", off=0.0, meaning="protection by meaning",
                           source="Glasgow n=205: meaningful activity first (sign)")  # fmt: skip
    helping: float = param(0.3, low=0, high=5, unit="log ratio", off=0.0, meaning="protection by helping others",
                           source="Pagano 2004 (sign)")  # fmt: skip
    learning: float = param(0.06, low=0, high=1, unit="log ratio per attempt", off=0.0,
                            meaning="what each attempt teaches, up to eight",
                            source="Nosyk 2013: later episodes longer (sign)")  # fmt: skip
    internalised: float = param(0.5, low=0, high=5, unit="log ratio", off=0.0, meaning="strain of internalised stigma",
                                source="r = 0.55 with relapse risk, 102 people (validation): sign")  # fmt: skip
    barriers: float = param(0.5, low=0, high=5, unit="log ratio", off=0.0, meaning="strain of barriers")
    shock: float = param(1.0, low=0, high=5, unit="log ratio", off=0.0,
                         meaning="strain of a fresh shock, without social capital to buffer it",
                         source="S4: one discriminatory police contact nearly reversed a recovery (account)")  # fmt: skip


@rule
def first_year(spell, month_1, months_2_3, months_4_12):
    if spell <= 4:
        return month_1
    return months_2_3 if spell <= 13 else months_4_12


@rule
def by_duration(spell, first, years_2_3, years_4_5, years_6_on):
    if spell <= 52:
        return first
    if spell <= 156:
        return years_2_3
    return years_4_5 if spell <= 260 else years_6_on


@rule
def relapse_rate(stage, spell, base, frailty, load, constant):
    """Per week; nobody relapses in the week of the start itself."""
    if stage < 2 or stage > 4 or spell < 1:
        return 0.0
    rate = constant
    if base > 0.0:
        rate = rate + base * frailty * math.exp(load)
    return rate / 52.0


def load(who: Any, p: Relapse) -> Any:
    """Strain less protection, on the log hazard, centred near the mean of people in sustained recovery."""
    protection = (
        p.capital * (who.personal - 0.5) + p.recovering_ties * (fills(who.recovering_near, 2.0) - 0.6)
        + p.home * (who.home - 0.8) + p.recovery_home * who.housed + p.group * (1.0 * (who.group >= 0) - 0.3)
        + p.hope * (who.hope - 0.75) + p.connectedness * (who.connectedness - 0.7)
        + p.meaning * (who.meaning - 0.4) + p.helping * who.champion + p.learning * np.minimum(who.attempts - 3, 5)
    )  # fmt: skip
    strain = (
        p.using_ties * (fills(who.using_near, 2.0) - 0.2) + p.internalised * (who.internalised - 0.35)
        + p.barriers * (who.barriers - 0.35) + p.shock * who.shock * (1.0 - who.social)
    )  # fmt: skip
    return strain - protection


def relapse(who: Any, p: Relapse) -> None:
    """Relapse into active addiction."""
    base = by_duration(
        who.spell, first_year(who.spell, p.month_1, p.months_2_3, p.months_4_12),
        p.years_2_3, p.years_4_5, p.years_6_on,
    )  # fmt: skip
    relapses = who.happens(
        "relapse",
        relapse_rate(who.stage, who.spell, p.scale * base, who.frailty, load(who, p), p.rate),
    )
    who.spell = chosen(relapses, 0, who.spell)
    who.stage = chosen(relapses, ACTIVE, who.stage)
