"""Treatment: each seeks it or leaves it alone; places are given to those who have waited longest.

Hazard of seeking it in active addiction = seek exp(-stigma internalised) x (mild with a mild dependence) x (untried before
the first attempt) + what the invitation of a family that is served adds; hazard of leaving = leave or aftercare

Source: England 2023/24, about 40 % of people who use opiates and 15 % of alcohol-dependent adults in treatment within the
year (NDTMS over OHID prevalence; half of them new in it); 98-99 % start within three weeks.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from contagion.core.chance import happens, uniform
from contagion.core.compiling import rule
from contagion.core.lots import serve
from contagion.core.parameters import Parameters, amount, log_ratio, per_year, ratio, share
from contagion.core.process import process, settlement
from contagion.core.shapes import by_kind
from contagion.core.sums import whole
from contagion.vocabulary import ACTIVE, INSIDE, NO_ORDER, OUTSIDE, WAITING, is_here


@process(
    "treatment",
    off=("seek_opioid", "seek_alcohol", "seek_other", "justice.referral", "justice.drug_court", "allies.family"),
    unless=lambda people: bool((people["treatment"] != OUTSIDE).any()),
)
def seek_treatment(who: Any, p: Any, chance: Any) -> None:
    """Leave treatment or the queue; or seek it, also when a court's order falls due."""
    who.in_care += 1
    if who.treatment != OUTSIDE:
        if leaves(who, p, chance):
            who.treatment, who.in_care = OUTSIDE, 0
    elif can_seek(who) and (happens(seek_rate(who, p), "seek treatment", who, chance) or who.court == 0):
        who.treatment, who.in_care = WAITING, 0
    who.court = order_after(who)


@rule
def order_after(who: Any) -> int:
    """Weeks until a court's order is due, a week later: one that is due waits for whoever is in custody."""
    if who.court > 0:
        return who.court - 1
    waits = who.court == 0 and who.stage == ACTIVE and who.treatment == OUTSIDE
    return 0 if waits else NO_ORDER


@rule
def leaves(who: Any, p: Any, chance: Any) -> bool:
    """Whether somebody leaves treatment or the queue; death and custody end it."""
    if not is_here(who.stage) or who.custody > 0:
        return True
    in_use = by_kind(who.substance, p.leave_opioid, p.leave_alcohol, p.leave_alcohol)
    return happens((in_use if who.stage == ACTIVE else p.aftercare) / 52.0, "leave treatment", who, chance)


@rule
def can_seek(who: Any) -> bool:
    """Who can be treated: people in active addiction who are not in custody."""
    return who.stage == ACTIVE and who.custody == 0


@rule
def seek_rate(who: Any, p: Any) -> float:
    """Weekly hazard of seeking treatment; internalised stigma keeps people from it, a family's invitation adds to it."""
    base = by_kind(who.substance, p.seek_opioid, p.seek_alcohol, p.seek_other)
    if who.mild == 1:
        base *= p.mild
    if who.attempts == 0:
        base *= p.untried
    return (base * math.exp(-p.stigma * who.internalised) + who.invited) / 52.0


@settlement("treatment", off=("places",), after=seek_treatment)
def settle_treatment(city: Any, p: Any) -> None:
    """Treatment places that are free go to those who have waited longest, by lot among equals."""
    people = city.people
    rows = city.asking[people["treatment"][city.asking] == WAITING]
    if rows.size == 0:
        return
    places = whole(p.places * city.founding_people / 1000.0) + int(city.town.treatment_lever)
    free = max(0, places - city.in_treatment)
    if free == 0:
        return
    uid = people["uid"][rows]
    tickets = uniform(city.seed_, "treatment place", city.week, uid) - people["in_care"][rows]
    entered = rows[serve(np.zeros(rows.size, np.int64), np.array([free]), tickets, uid)]
    people["treatment"][entered], people["in_care"][entered] = INSIDE, 0


_COVERAGE = "in treatment within a year about 40 % (opiates) and 15 % (alcohol): NDTMS over OHID, two unlike statistics"
_REST = "near where the baseline city comes to rest; the published numbers count whoever was treated within a year"


class Treatment(Parameters):
    """Seeking treatment, its places, leaving it."""

    seek_opioid: float = per_year(
        0.34, "hazard of seeking treatment, opioid profile", off=0.0, source=_COVERAGE, grade="D"
    )
    seek_alcohol: float = per_year(0.37, "the same, alcohol profile", off=0.0, source=_COVERAGE, grade="D")
    seek_other: float = per_year(0.3, "the same, other profiles", off=0.0)
    stigma: float = log_ratio(
        0.55,
        "how far internalised stigma keeps people from seeking help",
        source="Clement 2015: d = -0.27, internalised and treatment stigma strongest; n.s. in Schnyder 2017",
        grade="D",
    )
    places: float = amount(
        12.0,
        "treatment places",
        unit="per 1,000 people",
        up_to=1000,
        off=0.0,
        source="310,863 in treatment in 2023/24, about 7 per 1,000; 98 % in 3 weeks",
        grade="D",
    )
    leave_opioid: float = per_year(0.25, "hazard of leaving treatment, opioid profile", source=_COVERAGE, grade="D")
    leave_alcohol: float = per_year(1.7, "the same, alcohol and other profiles", source=_COVERAGE, grade="D")
    aftercare: float = per_year(
        4.0,
        "hazard of completing treatment once in recovery",
        source="64.8 % use in months 19-24 after treatment (Jason 2006): who relapses is seldom in treatment still (fitted)",
    )
    start_coverage_opioid: float = share(
        0.165,
        "share in treatment, opioid profile: at the start, and held by seeking and places where these are at their defaults",
        up_to=0.9,
        source=_REST,
    )
    start_coverage_alcohol: float = share(0.025, "the same, other profiles", up_to=0.9, source=_REST)
    start_coverage_early: float = ratio(
        1.8, "share in treatment at the start in early recovery, against active addiction", up_to=10
    )
    untried: float = ratio(
        0.35,
        "seeking treatment by people who never tried to recover, against those who did",
        off=1.0,
        source="dependent 10.8 (heroin) and 15.7 years (alcohol) before recovery (Glasgow, Best 2012): order",
    )
    mild: float = ratio(
        0.03,
        "seeking treatment with a mild dependence, against others",
        off=1.0,
        source="treatment is sought by diagnosis: odds ratio 9.5 (Day 2024): sign",
    )


def holding(p: Treatment) -> dict[str, float]:
    """Numbers that hold the coverage which is set: seeking and places in place of their defaults; none of what is set.

    In balance those who seek are to those who leave as the odds of being in treatment, so seeking goes with these odds.
    """
    usual, held, more = Treatment(), {}, 1.0
    for covered, seeking in (
        ("start_coverage_opioid", ("seek_opioid",)),
        ("start_coverage_alcohol", ("seek_alcohol", "seek_other")),
    ):
        wanted, known = getattr(p, covered), getattr(usual, covered)
        if wanted == known:
            continue
        more = max(more, wanted / known)
        for name in seeking:
            if (rate := getattr(usual, name)) == getattr(p, name):
                held[name] = rate * wanted / (1.0 - wanted) * (1.0 - known) / known
    if more > 1.0 and p.places == usual.places:
        held["places"] = p.places * more
    return held
