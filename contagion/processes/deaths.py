"""Deaths: background mortality by age (Gompertz) and excess mortality by stage and substance.

h = at_40 exp(by_age (age - 40)) + excess; a share `poisoning` of the deaths in active addiction with an opioid profile
is by drug poisoning, drawn for the log

Source: opioid deaths about 12-14 per 1,000 person-years (Lewer 2022: 13,209 of 106,789 in 8.7 years; NTA: about 1 % a
year); background mortality from general knowledge of life tables.
"""

from __future__ import annotations

import math
from typing import Any

from contagion.core.chance import happens
from contagion.core.compiling import rule
from contagion.core.parameters import Parameters, log_ratio, per_year, share
from contagion.core.process import process
from contagion.core.shapes import by_kind
from contagion.vocabulary import ACTIVE, DEAD, in_recovery, is_here


@process("deaths", off=("at_40", "excess_opioid", "excess_alcohol", "excess_other", "excess_well"))
def die(who: Any, p: Any, chance: Any) -> None:
    """Die, of whatever cause."""
    if is_here(who.stage) and happens(death_rate(who, p, chance.week / 52.0), "death", who, chance):
        who.stage = DEAD


@rule
def death_rate(who: Any, p: Any, years: float) -> float:
    """Hazard of death per week, `years` after the run began."""
    excess = 0.0
    if who.stage == ACTIVE:
        excess = by_kind(who.substance, p.excess_opioid, p.excess_alcohol, p.excess_other)
    elif in_recovery(who.stage):
        excess = p.excess_well
    return (p.at_40 * math.exp(p.by_age * (who.age + years - 40.0)) + excess) / 52.0


class Deaths(Parameters):
    """Mortality of people with, or at risk of, lived experience."""

    at_40: float = per_year(
        0.0015, "background mortality at age 40, from general knowledge of life tables", up_to=1, off=0.0
    )
    by_age: float = log_ratio(
        0.085, "growth of background mortality with age", per="per year of age", up_to=0.2, off=None
    )
    excess_opioid: float = per_year(
        0.003,
        "excess mortality in active addiction, opioid profile",
        up_to=1,
        off=0.0,
        source="12-14 per 1,000 person-years in all (Lewer 2022), less background",
        grade="D",
    )
    excess_alcohol: float = per_year(0.010, "the same, alcohol profile", up_to=1, off=0.0)
    excess_other: float = per_year(0.004, "the same, other profiles", up_to=1, off=0.0)
    poisoning: float = share(
        0.331,
        "share of deaths in active addiction, opioid profile, that are by drug poisoning",
        off=0.0,
        source="33.1 % of 13,209 deaths (Lewer 2022)",
        grade="C",
    )
    excess_well: float = per_year(
        0.002,
        "excess mortality in recovery",
        up_to=1,
        off=0.0,
        source="about 1.5 a 100 in stable recovery in all (stationary balance)",
        grade="D",
    )
