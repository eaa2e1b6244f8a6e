"""Bonds: ties made and cut over time, settled each week for the whole city.

Recovery loosens using ties and makes recovery ties in groups; relapse reverses some of it; prison cuts ties. About a
third never gain more than two recovery friends (Litt: some 30 % had two or fewer throughout two years).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from contagion.core.chance import happens, happens_to_pair
from contagion.core.lots import partners
from contagion.core.parameters import Parameters, amount, per_year, share
from contagion.vocabulary import ACTIVE, DEAD, Layer, recovering


class Bonds(Parameters):
    """Making and cutting of recovery ties and using ties."""

    befriend: float = per_year(2.5, "hazard of making a friend in one's group, for the most sociable", off=0.0)
    unsociable: float = share(
        0.3,
        "share of people who make no recovery friends of their own accord",
        source="about 30 % had two or fewer abstinent friends over two years (Litt)",
        grade="C",
    )
    fade: float = per_year(0.25, "hazard of a recovery tie fading")
    fade_active: float = per_year(1.0, "further hazard after a relapse", of="and person in active addiction", off=0.0)
    meet_using: float = per_year(0.5, "hazard of making a using tie in active addiction", off=0.0)
    fade_using: float = per_year(0.25, "hazard of a using tie fading")
    loosen: float = per_year(
        0.8,
        "further hazard of cutting a using tie in recovery",
        of="and person in recovery",
        off=0.0,
        source="Litt 2009: network support does not by itself cut drinking ties (slow)",
    )
    custody: float = per_year(3.0, "further hazard of any bond breaking in custody", off=0.0)
    using_at_start: int = amount(
        4, "using ties that people in active addiction begin with, about", unit="ties", up_to=6, off=0
    )
    recovery_at_start: int = amount(
        3, "recovery ties that people in recovery begin with, about", unit="ties", up_to=6, off=0
    )


REVIEWED = 4
"""Bonds fade slowly: every four weeks it is settled which have broken."""


def settle_bonds(city: Any, p: Bonds) -> None:
    """Cut by pair (every four weeks), make by lot (every week)."""
    who, week, seed = city.lived, city.week, city.seed_
    stage, uid, custody = who.stage, who.uid, who.custody
    well, active = recovering(stage), stage == ACTIVE
    if week % REVIEWED == 0:
        one, two, layer = city.web.bonded()
        using = layer == Layer.USING
        rate = np.where(using, p.fade_using, p.fade)
        rate += np.where(
            using,
            p.loosen * (well[one].astype(float) + well[two]),
            p.fade_active * (active[one].astype(float) + active[two]),
        )
        rate += p.custody * ((custody[one] > 0).astype(float) + (custody[two] > 0))
        rate[(stage[one] >= DEAD) | (stage[two] >= DEAD)] = 5200.0
        chance = -np.expm1(-rate * (REVIEWED / 52.0))
        gone = happens_to_pair(chance, seed, "cut bond", week, uid[one], uid[two])
        city.web.cut(one[gone], two[gone], layer[gone])

    group = who.group
    open_ = (group >= 0) & well & (who.sociability > 0.0)
    meets = happens(open_ * who.sociability * (p.befriend / 52.0), seed, "befriend", week, uid)
    if meets.any():
        pairs = partners(seed, "befriend whom", week, uid, np.flatnonzero(meets), np.flatnonzero(open_), group)
        city.bond(pairs, Layer.RECOVERY)

    about = active & (custody == 0)
    meets = happens(about * (p.meet_using / 52.0), seed, "meet using", week, uid)
    if meets.any():
        place = who.neighbourhood
        pairs = partners(seed, "meet whom", week, uid, np.flatnonzero(meets), np.flatnonzero(about), place)
        city.bond(pairs, Layer.USING)
