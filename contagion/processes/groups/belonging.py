"""What kinds of groups give, beside the company of others in recovery.

Cafe and lived-experience organisation (LERO): giving back begins at a further hazard cafe_giving, lero_giving
LERO, collegiate programme: applications for work that would succeed are added at lero_work, collegiate_work a year
Therapeutic community, recovery-friendly workplace: identity' = identity + community_identity / 52 (1 - identity);
internalised' = internalised (1 - workplace_accepts / 52)
Sports and walking groups make weak ties with members from anywhere in the city at sports_bridges a year; cafes are open to
the public, of whom cafe_visits per member and year meet people in recovery, which lowers their attitude by a share meets.

Source: HMIP 2024/06 (giving back, LEROs, connection across the community); Dingle 2015 (identity); sizes are assumed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from contagion.core.chance import happens
from contagion.core.lots import partners
from contagion.core.process import process, selection, settlement
from contagion.vocabulary import (
    CAFE,
    COLLEGIATE,
    COMMUNITY,
    LERO,
    NO_GROUP,
    WORKPLACE,
    GroupKind,
    Layer,
    in_recovery,
    recovering,
)

VISITED = 4
"""Weeks between the reviews of who has visited a cafe."""


@process(
    "groups",
    off=("cafe_giving", "lero_giving", "lero_work", "collegiate_work", "community_identity", "workplace_accepts"),
)
def belong(who: Any, p: Any, chance: Any) -> None:
    """Gain what one's kind of group gives."""
    if who.group == NO_GROUP or who.group_kind == NO_GROUP:
        return
    kind = who.group_kind
    gives = p.cafe_giving * (kind == CAFE) + p.lero_giving * (kind == LERO)
    if gives > 0.0 and who.giving_back == 0 and in_recovery(who.stage):
        who.giving_back = 1 * happens(gives / 52.0, "volunteer", who, chance)
    work = p.lero_work * (kind == LERO) + p.collegiate_work * (kind == COLLEGIATE)
    if work > 0.0 and who.job == 0 and who.custody == 0 and happens(work / 52.0, "work through a group", who, chance):
        who.seeks_job = 1
    if kind == COMMUNITY:
        who.identity = who.identity + p.community_identity / 52.0 * (1.0 - who.identity)
    if kind == WORKPLACE:
        who.internalised = who.internalised * (1.0 - p.workplace_accepts / 52.0)


@settlement("groups", off=("sports_bridges", "cafe_visits"))
def settle_gatherings(city: Any, p: Any) -> None:
    """Weak ties across the city in sports and walking groups; the public in cafes."""
    people, attending = city.people, city.attending
    kind = city.meetings.kind[people["group"][attending]]
    sports = attending[kind == GroupKind.SPORTS_GROUP]
    rows = bridges.among(people, sports, p, city.chance)
    if rows.size:
        anywhere = np.zeros(people.size, np.int64)
        pairs = partners(city.seed_, "met at sports", city.week, people["uid"], rows, sports, anywhere)
        city.bond(pairs, Layer.ACQUAINTANCE)
    if city.week % VISITED == 0 and p.cafe_visits > 0.0:
        cafes = attending[kind == GroupKind.RECOVERY_CAFE]
        guests = cafes[recovering(people["stage"][cafes])]
        hosts = np.bincount(people["neighbourhood"][guests], minlength=city.town.residents.size)
        chance = p.cafe_visits * VISITED / 52.0 * hosts / city.town.residents
        city.meet_public("visit", chance[city.public_people["neighbourhood"]], np.full(hosts.size, p.meets))


@selection
def bridges(who: Any, p: Any, chance: Any) -> bool:
    """Who of the members of a sports or walking group gets to know somebody new there this week."""
    return happens(p.sports_bridges / 52.0, "sports", who, chance)
