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

from contagion.core.parameters import Parameters, choice, log_ratio, per_year
from contagion.core.rules import rule
from contagion.core.shapes import chosen, fills
from contagion.vocabulary import ACTIVE

_CURVE = "first-year survival 0.70/0.40/0.40/0.38 (NIAAA after Prochaska 1992), with circumstances at their mean"
_DENNIS = "one-year persistence (Dennis 2007), with circumstances at their mean"


class Relapse(Parameters):
    """Hazards of relapse."""

    scale: float = choice(
        1.0, "scales all duration-dependent hazards", unit="ratio", low=0, up_to=5, off=0.0, source="switch"
    )
    rate: float = choice(
        0.0,
        "a constant hazard at every duration, added (the SIS reduction)",
        unit="per year",
        low=0,
        up_to=52,
        off=0.0,
        source="switch",
    )
    month_1: float = per_year(2.95, "hazard in the first month", off=0.0, source=_CURVE, grade="D")
    months_2_3: float = per_year(2.25, "hazard in months 2 and 3", off=0.0, source=_CURVE, grade="D")
    months_4_12: float = per_year(0.28, "hazard in months 4 to 12", off=0.0, source=_CURVE, grade="D")
    years_2_3: float = per_year(0.60, "hazard in years 2 and 3", up_to=10, off=0.0, source=_DENNIS, grade="D")
    years_4_5: float = per_year(0.25, "hazard in years 4 and 5", up_to=10, off=0.0, source=_DENNIS, grade="D")
    years_6_on: float = per_year(0.19, "hazard from year 6 on", up_to=10, off=0.0, source=_DENNIS, grade="D")
    capital: float = log_ratio(0.8, "protection by personal capital")
    recovering_ties: float = log_ratio(
        0.6,
        "protection by close ties in recovery, at most",
        source="Litt 2007: one abstinent tie x1.27 on abstinence next year (to be calibrated)",
    )
    using_ties: float = log_ratio(
        0.6,
        "strain of close ties in active use, at most",
        source="Kaskutas 2002: pro-drinking tie OR 0.7 for abstinence",
        grade="D",
    )
    home: float = log_ratio(0.35, "protection by a home of one's own", source="Jason 2006 (sign and order)")
    recovery_home: float = log_ratio(
        0.9,
        "protection by a place in a recovery home",
        source="Jason 2006: 31.3 % against 64.8 % use at 24 months, about 1 on the log hazard",
        grade="D",
    )
    group: float = log_ratio(
        0.3,
        "protection by attending a group, beyond its ties",
        source="Cochrane 2020: 42 against 35 % abstinent at 12 months; 36-64 % of it carried by ties",
        grade="D",
    )
    hope: float = log_ratio(0.3, "protection by hope")
    connectedness: float = log_ratio(0.3, "protection by connectedness")
    meaning: float = log_ratio(0.5, "protection by meaning", source="Glasgow n=205: meaningful activity first (sign)")
    helping: float = log_ratio(0.3, "protection by helping others", source="Pagano 2004 (sign)")
    learning: float = log_ratio(
        0.06,
        "what each attempt teaches, up to eight",
        per="per attempt",
        up_to=1,
        source="Nosyk 2013: later episodes longer (sign)",
    )
    internalised: float = log_ratio(
        0.5, "strain of internalised stigma", source="r = 0.55 with relapse risk, 102 people (validation): sign"
    )
    barriers: float = log_ratio(0.5, "strain of barriers")
    shock: float = log_ratio(
        1.0,
        "strain of a fresh shock, without social capital to buffer it",
        source="S4: one discriminatory police contact nearly reversed a recovery (account)",
    )


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
        p.capital * (who.personal - 0.5)
        + p.recovering_ties * (fills(who.recovering_near, 2.0) - 0.6)
        + p.home * (who.home - 0.8)
        + p.recovery_home * who.housed
        + p.group * (1.0 * (who.group >= 0) - 0.3)
        + p.hope * (who.hope - 0.75)
        + p.connectedness * (who.connectedness - 0.7)
        + p.meaning * (who.meaning - 0.4)
        + p.helping * who.champion
        + p.learning * np.minimum(who.attempts - 3, 5)
    )
    strain = (
        p.using_ties * (fills(who.using_near, 2.0) - 0.2)
        + p.internalised * (who.internalised - 0.35)
        + p.barriers * (who.barriers - 0.35)
        + p.shock * who.shock * (1.0 - who.social)
    )
    return strain - protection


def relapse(who: Any, p: Relapse) -> None:
    """Relapse into active addiction."""
    base = by_duration(
        who.spell, first_year(who.spell, p.month_1, p.months_2_3, p.months_4_12), p.years_2_3, p.years_4_5, p.years_6_on
    )
    relapses = who.happens(
        "relapse", relapse_rate(who.stage, who.spell, p.scale * base, who.frailty, load(who, p), p.rate)
    )
    who.spell = chosen(relapses, 0, who.spell)
    who.stage = chosen(relapses, ACTIVE, who.stage)
