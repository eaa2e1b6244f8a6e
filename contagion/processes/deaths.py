"""Deaths: background mortality by age (Gompertz) and excess mortality by stage and substance.

Opioid deaths about 12-14 per 1,000 person-years (Lewer 2022: 13,209 of 106,789 in 8.7 years; NTA: about 1 % a year).
"""

from __future__ import annotations

import math
from typing import Any

from contagion.core.parameters import Parameters, log_ratio, per_year
from contagion.core.rules import rule
from contagion.core.shapes import by_kind, chosen
from contagion.vocabulary import DEAD


class Deaths(Parameters):
    """Mortality of people with, or at risk of, lived experience."""

    at_40: float = per_year(
        0.0015, "background mortality at age 40, from general knowledge of life tables", up_to=1, off=0.0
    )
    by_age: float = log_ratio(
        0.085, "growth of background mortality with age", per="per year of age", up_to=0.2, off=None
    )
    excess_opioid: float = per_year(
        0.008,
        "excess mortality in active addiction, opioid profile",
        up_to=1,
        off=0.0,
        source="12-14 per 1,000 person-years in all (Lewer 2022), less background",
        grade="D",
    )
    excess_alcohol: float = per_year(0.010, "the same, alcohol profile", up_to=1, off=0.0)
    excess_other: float = per_year(0.004, "the same, other profiles", up_to=1, off=0.0)
    excess_well: float = per_year(
        0.004,
        "excess mortality in recovery",
        up_to=1,
        off=0.0,
        source="about 1.5 a 100 in stable recovery in all (stationary balance)",
        grade="D",
    )


@rule
def dying(stage, age, at_40, by_age, excess):
    if stage > 4:
        return 0.0
    return (at_40 * math.exp(by_age * (age - 40.0)) + excess) / 52.0


@rule
def excess_at(stage, active, well):
    if stage == 1:
        return active
    return well if 2 <= stage <= 4 else 0.0


def death(who: Any, p: Deaths) -> None:
    """Die, of whatever cause."""
    active = by_kind(who.substance, p.excess_opioid, p.excess_alcohol, p.excess_other)
    age = who.age + who.model.week / 52.0
    dies = who.happens("death", dying(who.stage, age, p.at_40, p.by_age, excess_at(who.stage, active, p.excess_well)))
    who.stage = chosen(dies, DEAD, who.stage)
