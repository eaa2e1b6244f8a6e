"""Relapse: a hazard that falls steeply within the first year, times frailty and circumstances.

h = scale b(spell) frailty exp(typical + strain - protection) (mild for a mild dependence, else 1) + rate

b(spell) are bands by time in recovery, of a person whose protection less strain is `typical` of the first months. Strain and
protection are sums of a person's circumstances, none less than nothing: switching off a protection never lowers a hazard,
switching off a strain never raises one.
Because the frail relapse first and circumstances get better, later bands must lie higher than the hazard they bring about.

Source: first-year survival after Prochaska, DiClemente & Norcross 1992 (NIAAA); one-year persistence by duration of
Dennis, Foss & Scott 2007.
"""

from __future__ import annotations

import math
from typing import Any

from contagion.core.chance import happens
from contagion.core.compiling import rule
from contagion.core.parameters import Parameters, amount, choice, log_ratio, per_year, ratio
from contagion.core.process import process
from contagion.core.shapes import fills
from contagion.vocabulary import ACTIVE, NO_GROUP, in_recovery

MONTH, QUARTER, YEAR, YEARS_3, YEARS_5 = 4, 13, 52, 156, 260
"""Weeks at which the bands end."""


@process("relapse", off=("scale", "rate"))
def relapse(who: Any, p: Any, chance: Any) -> None:
    """Relapse into active addiction; nobody does in the week in which they start recovery."""
    if in_recovery(who.stage) and who.spell >= 1 and happens(relapse_rate(who, p), "relapse", who, chance):
        who.stage = ACTIVE
        who.spell = 0


@rule
def relapse_rate(who: Any, p: Any) -> float:
    """Hazard of relapse per week."""
    rate = p.rate
    base = p.scale * by_duration(who.spell, p)
    if who.mild == 1:
        base *= p.mild
    if base > 0.0:
        rate = rate + base * who.frailty * math.exp(p.typical + strain(who, p) - protection(who, p))
    return rate / 52.0


@rule
def by_duration(spell: int, p: Any) -> float:
    """The band of a spell of so many weeks in recovery (per year)."""
    if spell <= YEAR:
        if spell <= MONTH:
            return p.month_1
        return p.months_2_3 if spell <= QUARTER else p.months_4_12
    if spell <= YEARS_3:
        return p.years_2_3
    return p.years_4_5 if spell <= YEARS_5 else p.years_6_on


@rule
def protection(who: Any, p: Any) -> float:
    """What protects against relapse, on the log hazard."""
    return (
        p.capital * who.personal
        + p.recovering_ties * fills(who.recovering_near, p.half_ties)
        + p.home * who.home
        + p.recovery_home * who.housed
        + p.group * (1.0 * (who.group != NO_GROUP))
        + p.hope * who.hope
        + p.identity * who.identity
        + p.connectedness * who.connectedness
        + p.meaning * who.meaning
        + p.helping * who.champion
        + p.learning * min(who.attempts, p.learning_most)
        + who.coached
    )


@rule
def strain(who: Any, p: Any) -> float:
    """What makes relapse likelier, on the log hazard; social capital buffers a shock."""
    return (
        p.using_ties * fills(who.using_near, p.half_ties)
        + p.internalised * who.internalised
        + p.barriers * who.barriers
        + p.shock * who.shock * (1.0 - who.social)
    )


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
    typical: float = log_ratio(
        2.5, "protection less strain that is typical of the first months, at which the bands hold", up_to=10, off=None
    )
    month_1: float = per_year(3.4, "hazard in the first month", off=0.0, source=_CURVE, grade="D")
    months_2_3: float = per_year(4.9, "hazard in months 2 and 3", off=0.0, source=_CURVE, grade="D")
    months_4_12: float = per_year(0.4, "hazard in months 4 to 12", off=0.0, source=_CURVE, grade="D")
    years_2_3: float = per_year(3.3, "hazard in years 2 and 3", off=0.0, source=_DENNIS, grade="D")
    years_4_5: float = per_year(0.8, "hazard in years 4 and 5", off=0.0, source=_DENNIS, grade="D")
    years_6_on: float = per_year(0.76, "hazard from year 6 on", off=0.0, source=_DENNIS, grade="D")
    capital: float = log_ratio(0.8, "protection by personal capital")
    recovering_ties: float = log_ratio(
        4.0,
        "protection by close ties in recovery, at most",
        source="Litt 2007: one abstinent tie x1.27 on abstinence next year (to be calibrated)",
    )
    using_ties: float = log_ratio(
        0.7,
        "strain of close ties in active use, at most",
        source="Kaskutas 2002: pro-drinking tie OR 0.7 for abstinence",
        grade="D",
    )
    home: float = log_ratio(0.35, "protection by a home of one's own", source="Jason 2006 (sign and order)")
    recovery_home: float = log_ratio(
        4.0,
        "protection by a place in a recovery home",
        source="Jason 2006: 31.3 % against 64.8 % use at 24 months, about 1 on the log hazard",
        grade="D",
    )
    group: float = log_ratio(
        0.795,
        "protection by attending a group, beyond its ties",
        source="Cochrane 2020: 42 against 35 % abstinent at 12 months; 36-64 % of it carried by ties (Kaskutas, Kelly)",
        grade="D",
    )
    hope: float = log_ratio(0.3, "protection by hope")
    identity: float = log_ratio(
        0.3, "protection by an identity as a person in recovery", source="Dingle 2015, SIMOR (Best 2016): sign"
    )
    connectedness: float = log_ratio(0.3, "protection by connectedness")
    meaning: float = log_ratio(0.5, "protection by meaning", source="Glasgow n=205: meaningful activity first (sign)")
    helping: float = log_ratio(0.3, "protection by helping others", source="Pagano 2004 (sign)")
    learning: float = log_ratio(
        0.06,
        "what each attempt teaches, up to learning_most",
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
    half_ties: float = amount(
        3.0, "close ties at which they protect, or strain, by half of the most", unit="ties", low=0.1, up_to=20
    )
    learning_most: int = amount(8, "attempts after which a further one teaches nothing", unit="attempts", up_to=50)
    mild: float = ratio(
        0.015,
        "hazard of relapse with a mild dependence, against others",
        off=1.0,
        source="dependence recurs in 3-4 % of low-risk drinkers and abstainers within 3 years (Dawson 2007, US survey)",
        grade="D",
    )
