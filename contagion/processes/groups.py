"""Groups: who wants to join one, who stays away.

Awareness of an asset alone changes nothing; a human bridge does (Best 2023 on recovery allies). Attendance falls
after joining (89, 82, 76 % at 3, 6 and 12 months in young adults). Places are given by lot when the week is
settled.
"""

from __future__ import annotations

from typing import Any

from contagion.core.parameters import Parameters, amount, per_year
from contagion.core.rules import rule
from contagion.core.shapes import chosen


class Groups(Parameters):
    """Recovery groups by kind, joining and leaving."""

    mutual_aid: float = amount(4.0, "mutual-aid meetings", unit="per 10,000 people", up_to=100, off=0.0)
    recovery_cafe: float = amount(0.5, "recovery cafes", unit="per 10,000 people", up_to=100, off=0.0)
    sports_group: float = amount(0.5, "sports and walking groups", unit="per 10,000 people", up_to=100, off=0.0)
    lived_experience_organisation: float = amount(
        0.3, "lived-experience recovery organisations", unit="per 10,000 people", up_to=100, off=0.0
    )
    recovery_home: float = amount(
        0.2, "recovery homes' house groups (open only to residents)", unit="per 10,000 people", up_to=100, off=0.0
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
        "regular attenders that a group can hold",
        unit="people",
        low=1,
        up_to=1000,
        source="recovery community centres: a dozen to 2,000 visits a month",
    )
    join_active: float = per_year(0.04, "hazard of wanting to join in active addiction, outside treatment", off=0.0)
    join_treatment: float = per_year(
        0.9,
        "hazard of wanting to join in treatment, with no more than a leaflet",
        off=0.0,
        source="33 % at a meeting 2-3 months after discharge without introduction (Manning 2012) is 1.7 a year for "
        "inpatients; treatment at large assumed half",
        grade="D",
    )
    join_early: float = per_year(0.9, "the same in early recovery", off=0.0)
    join_later: float = per_year(0.08, "the same later on", off=0.0)
    leave_new: float = per_year(
        0.8,
        "hazard of staying away in the first half year",
        source="12-step attendance 89, 82, 76 % at 3, 6, 12 months (Kelly), n = 303 aged 18-24",
        grade="D",
    )
    leave_settled: float = per_year(
        0.25, "the same later on", source="12-step attendance 82 to 76 % from month 6 to 12 (Kelly)", grade="D"
    )
    leave_active: float = per_year(4.0, "the same in active addiction outside treatment", off=0.0)


@rule
def joins(stage, in_treatment, active, treatment, early, later):
    """Yearly hazard of wanting to join."""
    if stage == 1:
        return treatment if in_treatment else active
    if stage == 2:
        return early
    return later if stage == 3 or stage == 4 else 0.0


@rule
def joining_rate(group, custody, hazard, sociability, linked):
    if group >= 0 or custody > 0:
        return 0.0
    return hazard * (0.5 + sociability) * linked / 52.0


@rule
def leaving(stage, since, in_treatment, new, settled, active):
    """Yearly hazard of staying away; leaving is certain for those who are gone."""
    if stage > 4:
        return 5200.0
    if stage == 1 and not in_treatment:
        return active
    return new if since < 26 else settled


@rule
def leaving_rate(group, custody, hazard):
    if group < 0:
        return 0.0
    return (5200.0 if custody > 0 else hazard) / 52.0


def groups(who: Any, p: Groups) -> None:
    """Stay away from the group, or want to join one."""
    treated = who.treatment == 2
    hazard = leaving(who.stage, who.since_joined, treated, p.leave_new, p.leave_settled, p.leave_active)
    gone = who.happens("leave group", leaving_rate(who.group, who.custody, hazard))
    who.group = chosen(gone, -1, who.group)
    who.since_joined = who.since_joined + 1
    wish = joins(who.stage, treated, p.join_active, p.join_treatment, p.join_early, p.join_later)
    who.joining = who.happens("join group", joining_rate(who.group, who.custody, wish, who.sociability, who.linked))
