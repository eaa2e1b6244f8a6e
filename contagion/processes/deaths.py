"""Deaths: background mortality by age (Gompertz) and excess mortality by stage and substance.

Opioid deaths about 12-14 per 1,000 person-years (Lewer 2022: 13,209 of 106,789 in 8.7 years; NTA: about 1 % a year).
"""

from __future__ import annotations

import math
from typing import Any

from contagion.core.parameters import Parameters, param
from contagion.core.rules import rule
from contagion.core.shapes import by_kind, chosen
from contagion.vocabulary import DEAD


class Deaths(Parameters):
    """Mortality of people with, or at risk of, lived experience."""

    at_40: float = param(0.0015, low=0, high=1, unit="per year", off=0.0,
                         meaning="background mortality at age 40, from general knowledge of life tables")  # fmt: skip
    by_age: float = param(0.085, low=0, high=0.2, unit="log ratio per year of age",
                          meaning="growth of background mortality with age")  # fmt: skip
    excess_opioid: float = param(0.008, low=0, high=1, unit="per year", off=0.0, grade="D",
                                 meaning="excess mortality in active addiction, opioid profile",
                                 source="12-14 per 1,000 person-years in all (Lewer 2022), less background")  # fmt: skip
    excess_alcohol: float = param(0.010, low=0, high=1, unit="per year", off=0.0,
                                  meaning="the same, alcohol profile")  # fmt: skip
    excess_other: float = param(0.004, low=0, high=1, unit="per year", off=0.0, meaning="the same, other profiles")
    excess_well: float = param(0.004, low=0, high=1, unit="per year", off=0.0, grade="D",
                               meaning="excess mortality in recovery",
                               source="about 1.5 a 100 in stable recovery in all (stationary balance)")  # fmt: skip


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
