"""Groups: who wants to join one, who stays away; places are given by lot when the week is settled.

Hazard of wanting to join = join (by stage, and in or just out of care) x (1/2 + sociability) x linkage; of staying away =
leave_new in the first half year, then leave_settled. A stay in a therapeutic community ends after community_weeks, one in a
workplace with the job. Mutual aid turns nobody away: who finds another group full, or not
for them, goes to a meeting. Awareness of an asset alone changes nothing; a human bridge does.

Source: Best 2023 (recovery allies); attendance 89, 82, 76 % at 3, 6 and 12 months in young adults (Kelly); Manning 2012.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from contagion.core.chance import happens, uniform
from contagion.core.compiling import rule
from contagion.core.lots import serve
from contagion.core.parameters import Parameters, amount, per_year, ratio, share
from contagion.core.process import process, settlement
from contagion.processes.groups.allies import introduce
from contagion.vocabulary import (
    ACTIVE,
    COMMUNITY,
    EARLY,
    INSIDE,
    NO_GROUP,
    OUTSIDE,
    RECOVERY_HOME,
    WORKPLACE,
    has_lived_experience,
    is_here,
)

WALKED = ("allies.practitioner", "allies.citizen", "justice.walks")
"""Parameters by which others walk people to a group."""
YOUNG = 30.0
"""Age under which a collegiate programme is open, in years."""


@process(
    "groups",
    off=("join_active", "join_treatment", "join_early", "join_later", *WALKED),
    unless=lambda people: bool((people["group"] != NO_GROUP).any()),
)
def attend(who: Any, p: Any, chance: Any) -> None:
    """Stay away from the group, or want to join one."""
    completed = ends_stay(who, p)
    if who.group != NO_GROUP and (completed or leaves(who, p, chance)):
        who.group = NO_GROUP
    who.since_joined += 1
    who.joining = 0
    if who.group == NO_GROUP and completed:
        who.joining = 1  # goes on in another group
    elif who.group == NO_GROUP and who.custody == 0:
        wish = join_hazard(who, p) * (p.join_unsociable + who.sociability) * who.linked / 52.0
        if who.mild == 1:
            wish *= p.mild
        who.joining = 1 * happens(wish, "join group", who, chance)


@rule
def ends_stay(who: Any, p: Any) -> bool:
    """Whether a stay in a therapeutic community comes to its end this week."""
    there = who.group != NO_GROUP and who.group_kind == COMMUNITY and who.custody == 0 and is_here(who.stage)
    return there and who.since_joined >= p.community_weeks


@rule
def leaves(who: Any, p: Any, chance: Any) -> bool:
    """Whether somebody stays away from now on; death and custody end attendance, and who lives in a home stays in it."""
    if not is_here(who.stage) or who.custody > 0 or (who.group_kind == WORKPLACE and who.job == 0):
        return True
    if who.housed == 1 and who.group_kind == RECOVERY_HOME:
        return False
    hazard = p.leave_new if who.since_joined < p.new_weeks else p.leave_settled
    if who.stage == ACTIVE and who.treatment != INSIDE:
        hazard = p.leave_active
    return happens(hazard / 52.0, "leave group", who, chance)


@rule
def join_hazard(who: Any, p: Any) -> float:
    """Yearly hazard of wanting to join, before sociability and linkage."""
    if not has_lived_experience(who.stage):
        return 0.0
    if in_care(who, p) and who.stage <= EARLY:
        return p.join_treatment
    if who.stage == ACTIVE:
        return p.join_active
    return p.join_early if who.stage == EARLY else p.join_later


@rule
def in_care(who: Any, p: Any) -> bool:
    """Whether somebody is in treatment or has left it lately."""
    return who.treatment == INSIDE or (who.treatment == OUTSIDE and who.in_care < p.after_care)


@settlement("groups", after=attend)
def settle_groups(city: Any, p: Any) -> None:
    """Those who want to join go to a group of their neighbourhood, by lot where it is full."""
    people, meet, asking = city.people, city.meetings, city.asking
    rows = asking[(people["joining"][asking] == 1) & (people["group"][asking] == NO_GROUP)]
    if rows.size == 0 or meet.open_groups.size == 0:
        return
    u = uniform(city.seed_, "which group", city.week, people["uid"][rows])
    choice = meet.choose(people["neighbourhood"][rows], u)
    young = people["age"][rows] + city.week / 52.0 < YOUNG
    fits = meet.fit(choice, people["job"][rows] == 1, people["treatment"][rows] == INSIDE, young)
    uid = people["uid"][rows]
    inside = people["group"][city.attending]
    free = np.maximum(0, meet.places - np.bincount(inside, minlength=meet.places.size))
    free[meet.aid_groups] = rows.size
    enter = fits.copy()
    enter[fits] = serve(choice[fits], free, uniform(city.seed_, "group place", city.week, uid[fits]), uid[fits])
    if meet.aid_groups.size:
        choice[~enter] = meet.meeting(people["neighbourhood"][rows[~enter]], u[~enter])
    else:
        rows, choice = rows[enter], choice[enter]
    people["group"][rows], people["since_joined"][rows] = choice, 0
    city.attending = np.sort(np.concatenate([city.attending, rows]))
    introduce(city, rows[people["linked"][rows] > 1.0])


class Groups(Parameters):
    """Recovery groups by kind, joining and leaving."""

    mutual_aid: float = amount(4.0, "mutual-aid meetings", unit="per 10,000 people", up_to=100, off=0.0)
    recovery_cafe: float = amount(1.4, "recovery cafes", unit="per 10,000 people", up_to=100, off=0.0)
    sports_group: float = amount(0.5, "sports and walking groups", unit="per 10,000 people", up_to=100, off=0.0)
    lived_experience_organisation: float = amount(
        0.3, "lived-experience recovery organisations", unit="per 10,000 people", up_to=100, off=0.0
    )
    recovery_home: float = amount(
        3.0,
        "recovery homes that interventions can open, each filled before the next (one at least)",
        unit="per 10,000 people",
        up_to=100,
        off=0.0,
    )
    recovery_friendly_workplace: float = amount(
        0.2, "recovery-friendly workplaces (need a job)", unit="per 10,000 people", up_to=100, off=0.0
    )
    therapeutic_community: float = amount(
        0.1, "therapeutic communities (need treatment)", unit="per 10,000 people", up_to=100, off=0.0
    )
    collegiate_programme: float = amount(
        0.05, "collegiate recovery programmes (under 30)", unit="per 10,000 people", up_to=100, off=0.0
    )
    places: int = amount(
        25,
        "regular attenders that a group other than mutual aid can hold",
        unit="people",
        low=1,
        up_to=1000,
        source="recovery community centres: a dozen to 2,000 visits a month",
    )
    community_places: int = amount(
        15, "the same in a therapeutic community, which is residential", unit="people", low=1, up_to=1000
    )
    home_places: int = amount(
        10,
        "residents of a recovery home, before the next one opens",
        unit="people",
        low=1,
        up_to=1000,
        source="6 to 15 people share an Oxford House",
    )
    community_weeks: int = amount(
        26, "weeks after which a stay in a therapeutic community ends", unit="weeks", low=1, up_to=520
    )
    community_often: float = ratio(
        3.0, "how often members of a therapeutic community meet, against a weekly group", low=1, up_to=7, off=1.0
    )
    community_identity: float = per_year(
        2.0,
        "pace at which a therapeutic community moves identity towards recovery",
        off=0.0,
        source="Dingle 2015: recovery identity held or rose for 64 % in the first month: sign",
    )
    cafe_giving: float = per_year(0.3, "hazard of beginning to give back that a recovery cafe adds", up_to=26, off=0.0)
    lero_giving: float = per_year(1.0, "the same in a lived-experience organisation", up_to=26, off=0.0)
    lero_work: float = per_year(
        0.2, "applications for work that would succeed through a lived-experience organisation", up_to=20, off=0.0
    )
    collegiate_work: float = per_year(
        0.3,
        "the same through a collegiate programme",
        up_to=20,
        off=0.0,
        source="graduation about 90 against 61 % (Laudet 2013/14): sign",
    )
    workplace_accepts: float = per_year(
        0.5, "pace at which a recovery-friendly workplace takes internalised stigma away", up_to=26, off=0.0
    )
    sports_bridges: float = per_year(
        4.0, "weak ties to members from anywhere that a member of a sports or walking group makes", off=0.0
    )
    cafe_visits: float = amount(
        20.0, "visits of the public to a recovery cafe", unit="per member in recovery and year", up_to=1000, off=0.0
    )
    meets: float = share(
        0.05,
        "share of their attitude that one meeting takes from somebody of the public",
        off=0.0,
        source="contact lowers stigma (Corrigan 2012): sign; 2020 review: no effect confirmed",
    )
    join_active: float = per_year(0.04, "hazard of wanting to join in active addiction, outside treatment", off=0.0)
    join_treatment: float = per_year(
        1.85,
        "hazard of wanting to join in or just out of treatment, with no more than a leaflet",
        off=0.0,
        source="33 % at a meeting 2-3 months after discharge without introduction (Manning 2012) is 1.6 a year",
        grade="D",
    )
    after_care: int = amount(13, "weeks after treatment that count as just out of it", unit="weeks", up_to=520)
    join_early: float = per_year(0.15, "the same in early recovery, otherwise", off=0.0)
    join_later: float = per_year(0.04, "the same later on", off=0.0)
    leave_new: float = per_year(
        0.5,
        "hazard of staying away in the first half year",
        source="12-step attendance 89, 82, 76 % at 3, 6, 12 months (Kelly), n = 303 aged 18-24",
        grade="D",
    )
    leave_settled: float = per_year(
        0.2, "the same later on", source="12-step attendance 82 to 76 % from month 6 to 12 (Kelly)", grade="D"
    )
    leave_active: float = per_year(2.0, "the same in active addiction outside treatment", off=0.0)
    new_weeks: int = amount(26, "weeks during which somebody counts as new", unit="weeks", low=0, up_to=520)
    join_unsociable: float = share(
        0.5, "readiness to join without any sociability, to which sociability is added", of="of the hazards above"
    )
    mild: float = ratio(
        0.005,
        "joining with a mild dependence, against others",
        off=1.0,
        source="help is sought by diagnosis: odds ratio 9.5 of any assisted path (Day 2024): sign",
    )
