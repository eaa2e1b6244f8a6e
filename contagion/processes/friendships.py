"""Friendships and weak ties made by people with, or at risk of, lived experience; bonds.py says how they break.

Hazard of making a friend in the neighbourhood = meet_friend, a share `alike` of it among people in the same situation
(active use or not); of getting acquainted in one's group = weak_group; chance of it at an event = weak_event, on winning a
job = weak_job. Acquaintances of the first day stay beside them: the outer layer of a circle, most of it with the public.

So knowing somebody in recovery is scarce for those in active addiction, and becomes likelier as those around them recover.
Source: using and non-using networks lie apart (Litt 2009, Kaskutas 2002); weak ties that are made by meeting carry
recovery (HMIP Academic Insights 2024/06): signs. The sizes are assumed.
"""

from __future__ import annotations

from typing import Any

from contagion.core.chance import happens, uniform
from contagion.core.lots import partners
from contagion.core.process import selection, settlement
from contagion.vocabulary import ACTIVE, NO_GROUP, Layer, is_here


@settlement("bonds", off=("meet_friend", "weak_group", "weak_event", "weak_job"))
def settle_friendships(city: Any, p: Any) -> None:
    """Friendships and weak ties of the week, by lot."""
    _befriend(city, p)
    _get_acquainted(city, p)


def _befriend(city: Any, p: Any) -> None:
    """Most among people in the same situation, the rest whoever it is."""
    people, seed, week = city.people, city.seed_, city.week
    around = out_and_about.rows(people, p)
    rows = meets_friend.among(people, around, p, city.chance)
    if rows.size == 0:
        return
    uid, place = people["uid"], people["neighbourhood"]
    situation = place * 2 + (people["stage"] == ACTIVE)
    among_alike = uniform(seed, "friend alike", week, uid[rows]) < p.alike
    for chosen, where in ((rows[among_alike], situation), (rows[~among_alike], place)):
        city.bond(partners(seed, "friend whom", week, uid, chosen, around, where), Layer.FRIEND)


@selection
def out_and_about(who: Any, p: Any) -> bool:
    """Who is here and not in custody."""
    return is_here(who.stage) and who.custody == 0


@selection
def meets_friend(who: Any, p: Any, chance: Any) -> bool:
    """Who of them makes a friend with lived experience in the neighbourhood this week."""
    return happens(p.meet_friend / 52.0, "meet friend", who, chance)


def _get_acquainted(city: Any, p: Any) -> None:
    """With a member of one's group, somebody at the same event, somebody at work nearby."""
    people, seed, week = city.people, city.seed_, city.week
    uid, place = people["uid"], people["neighbourhood"]
    rows = gets_acquainted.among(people, city.attending, p, city.chance)
    if rows.size:
        city.bond(
            partners(seed, "acquaintance in group", week, uid, rows, city.attending, people["group"]),
            Layer.ACQUAINTANCE,
        )
    if p.weak_event > 0.0 and city.town.event.any():
        there = at_event.rows(people, p)
        rows = there[uniform(seed, "acquainted at event", week, uid[there]) < p.weak_event]
        city.bond(partners(seed, "acquaintance at event", week, uid, rows, there, place), Layer.ACQUAINTANCE)
    asked = city.asking
    rows = asked[(people["seeks_job"][asked] == 1) & (people["job"][asked] == 1)]
    rows = rows[uniform(seed, "acquainted at work", week, uid[rows]) < p.weak_job]
    if rows.size:
        at_work = works.rows(people, p)
        city.bond(partners(seed, "acquaintance at work", week, uid, rows, at_work, place), Layer.ACQUAINTANCE)


@selection
def gets_acquainted(who: Any, p: Any, chance: Any) -> bool:
    """Who of those who attend a group gets acquainted with somebody there this week."""
    return who.group != NO_GROUP and happens(p.weak_group / 52.0, "get acquainted", who, chance)


@selection
def at_event(who: Any, p: Any) -> bool:
    """Who is at an event where recovery is seen."""
    return is_here(who.stage) and who.event > 0.0


@selection
def works(who: Any, p: Any) -> bool:
    """Who has a job."""
    return is_here(who.stage) and who.job == 1 and who.custody == 0
