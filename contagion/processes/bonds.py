"""Bonds: ties among people with lived experience, made and cut over time, settled each week for the whole city.

Every four weeks a bond breaks with hazard = fade of its layer + loosen or fade_active for each of the two it weighs on
+ estrange where one of two friends is in active addiction and the other is not + custody
Hazard of making one = befriend x linkage x (sociability + in_house in a recovery home) in one's group, meet_using in
active addiction; friendships and weak ties are made in friendships.py (weak ties fade unless the two meet in one group)

Recovery loosens using ties and makes recovery ties in groups; whoever stays in use loses friends who do not use; relapse
reverses some of it; prison cuts ties.

Source: Litt 2007, 2009 (some 30 % had two abstinent friends or fewer throughout two years; network support cuts drinking
ties slowly). The hazards are assumed.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from contagion.core.chance import happens, key, unit
from contagion.core.compiling import kernel, rule
from contagion.core.lots import partners
from contagion.core.parameters import Parameters, amount, per_year, ratio, share
from contagion.core.process import selection, settlement
from contagion.vocabulary import ACQUAINTANCE, ACTIVE, DEAD, FRIENDS, NO_GROUP, USING, Layer, in_recovery

REVIEWED = 4
"""Weeks between the reviews that settle which bonds have broken: bonds fade slowly."""
CERTAIN = 5200.0
"""A yearly hazard that nobody outlasts a week."""


@settlement(
    "bonds",
    off=("befriend", "meet_using", "weak_group", "weak_event", "weak_job"),
    unless=lambda city: bool((city.web.bonds >= 0).any()),
)
def settle_bonds(city: Any, p: Any) -> None:
    """Cut bonds by pair (every four weeks), make them by lot (every week)."""
    if city.week % REVIEWED == 0:
        _cut(city, p)
    people, seed, week, chance = city.people, city.seed_, city.week, city.chance
    rows = befriends.among(people, city.attending, p, chance)
    if rows.size:
        open_ = open_to_friends.rows(people, p, city.attending)
        city.bond(partners(seed, "befriend whom", week, people["uid"], rows, open_, people["group"]), Layer.RECOVERY)
    about = city.out_and_using
    rows = meets_using.among(people, about, p, chance)
    if rows.size:
        city.bond(partners(seed, "meet whom", week, people["uid"], rows, about, people["neighbourhood"]), Layer.USING)


def _cut(city: Any, p: Any) -> None:
    """Cut the bonds that have broken since the last review."""
    one, two, layer = city.web.bonded()
    gone = np.zeros(one.size, bool)
    _broken(city.people, p.numbers, city.chance, key("cut bond"), one, two, layer, gone)
    city.web.cut(one[gone], two[gone], layer[gone])


@kernel
def _broken(people: Any, p: Any, chance: Any, name: Any, one: Any, two: Any, layer: Any, gone: Any) -> None:
    for k in range(one.size):
        a, b = people[one[k]], people[two[k]]
        broken = -math.expm1(-break_rate(a, b, layer[k], p) * (REVIEWED / 52.0))
        gone[k] = unit(chance.seed, name, chance.week, min(a.uid, b.uid), max(a.uid, b.uid)) < broken


@rule
def break_rate(a: Any, b: Any, layer: int, p: Any) -> float:
    """Yearly hazard of a bond between two people breaking."""
    if a.stage >= DEAD or b.stage >= DEAD:
        return CERTAIN
    if layer == FRIENDS:
        rate = p.fade_friend + p.estrange * (1.0 * ((a.stage == ACTIVE) != (b.stage == ACTIVE)))
    elif layer == ACQUAINTANCE:
        rate = p.fade_weak * (1.0 * (a.group == NO_GROUP or a.group != b.group))
    elif layer == USING:
        rate = p.fade_using + p.loosen * (1.0 * in_recovery(a.stage) + 1.0 * in_recovery(b.stage))
    else:
        rate = p.fade + p.fade_active * (1.0 * (a.stage == ACTIVE) + 1.0 * (b.stage == ACTIVE))
    return rate + p.custody * (1.0 * (a.custody > 0) + 1.0 * (b.custody > 0))


@selection
def open_to_friends(who: Any, p: Any) -> bool:
    """Whom one can befriend in a group: members in recovery."""
    return who.group != NO_GROUP and in_recovery(who.stage) and (who.sociability > 0.0 or who.housed == 1)


@selection
def befriends(who: Any, p: Any, chance: Any) -> bool:
    """Who of them makes a friend in their group this week."""
    readiness = who.linked * (who.sociability + p.in_house * who.housed)
    return happens(readiness * (p.befriend / 52.0), "befriend", who, chance)


@selection
def meets_using(who: Any, p: Any, chance: Any) -> bool:
    """Who of those in active addiction outside custody meets somebody else in active addiction this week."""
    return happens(p.meet_using / 52.0, "meet using", who, chance)


class Bonds(Parameters):
    """Making and cutting of friendships, recovery ties and using ties among people with lived experience."""

    befriend: float = per_year(7.0, "hazard of making a friend in one's group, for the most sociable", off=0.0)
    unsociable: float = share(
        0.3,
        "share of people who make no recovery friends of their own accord",
        source="about 30 % had two or fewer abstinent friends over two years (Litt)",
        grade="C",
    )
    fade: float = per_year(0.25, "hazard of a recovery tie fading")
    fade_active: float = per_year(0.2, "further hazard after a relapse", of="and person in active addiction", off=0.0)
    meet_using: float = per_year(0.5, "hazard of making a using tie in active addiction", off=0.0)
    fade_using: float = per_year(0.25, "hazard of a using tie fading")
    loosen: float = per_year(
        0.8,
        "further hazard of cutting a using tie in recovery",
        of="and person in recovery",
        off=0.0,
        source="Litt 2009: network support does not by itself cut drinking ties (slow)",
    )
    meet_friend: float = per_year(
        0.5, "hazard of making a friend with, or at risk of, lived experience in the neighbourhood", off=0.0
    )
    alike: float = share(
        0.85,
        "share of such friendships that are laid and made among people in the same situation (active use or not)",
        off=0.0,
        source="using and non-using networks lie apart (Litt 2009, Kaskutas 2002): sign",
    )
    fade_friend: float = per_year(0.15, "hazard of such a friendship fading")
    estrange: float = per_year(
        0.5,
        "further hazard where one of the two is in active addiction and the other is not",
        off=0.0,
        source="people who go on using lose friends who do not; networks change with recovery (Litt 2009): sign",
    )
    weak_group: float = per_year(1.0, "hazard of getting acquainted with another member of one's group", off=0.0)
    weak_event: float = share(
        0.3, "chance of getting acquainted with somebody of one's own neighbourhood who is at an event too", off=0.0
    )
    weak_job: float = share(
        0.5,
        "chance of getting acquainted, on winning a job, with somebody with lived experience at work nearby",
        off=0.0,
    )
    fade_weak: float = per_year(0.3, "hazard of such an acquaintance fading while the two do not meet in a group")
    in_house: float = ratio(
        14.0, "readiness to make friends that living in a recovery home adds to sociability", up_to=20, off=0.0
    )
    custody: float = per_year(3.0, "further hazard of any bond breaking in custody", off=0.0)
    using_at_start: int = amount(
        2, "using ties that people in active addiction begin with, about", unit="ties", up_to=6, off=0
    )
    recovery_at_start: int = amount(
        3, "recovery ties that people in recovery begin with, about", unit="ties", up_to=6, off=0
    )
    weak_at_start: int = amount(
        3, "acquaintances made by meeting that people in recovery begin with, about", unit="ties", up_to=6, off=0
    )
    sociability_least: float = share(0.2, "readiness of the least sociable of those who make friends, against the most")
