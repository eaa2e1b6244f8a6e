"""Friendships among people with, or at risk of, lived experience, made in the neighbourhood; bonds.py says how they break.

Hazard of making one = meet_friend, a share `alike` of it among people in the same situation (active use or not)

So knowing somebody in recovery is scarce for those in active addiction, and becomes likelier as those around them recover.
Source: using and non-using networks lie apart (Litt 2009, Kaskutas 2002): sign. The hazard is assumed.
"""

from __future__ import annotations

from typing import Any

from contagion.core.chance import happens, uniform
from contagion.core.lots import partners
from contagion.core.process import selection, settlement
from contagion.vocabulary import ACTIVE, Layer, is_here


@settlement("bonds", off=("meet_friend",))
def settle_friendships(city: Any, p: Any) -> None:
    """Friendships of the week, by lot: most among people in the same situation, the rest whoever it is."""
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
