"""Groups: who wants to join one, who stays away.

Awareness of an asset alone changes nothing; a human bridge does (Best 2023 on recovery allies). Attendance falls
after joining (89, 82, 76 % at 3, 6 and 12 months in young adults). Places are given by lot when the week is
settled.
"""

from __future__ import annotations

from typing import Any

from contagion.core.parameters import Parameters, param
from contagion.core.rules import rule
from contagion.core.shapes import chosen


class Groups(Parameters):
    """Recovery groups by kind, joining and leaving."""

    mutual_aid: float = param(4.0, low=0, high=100, unit="per 10,000 people", off=0.0, meaning="mutual-aid meetings")
    recovery_cafe: float = param(0.5, low=0, high=100, unit="per 10,000 people", off=0.0, meaning="recovery cafes")
    sports_group: float = param(0.5, low=0, high=100, unit="per 10,000 people", off=0.0,
                                meaning="sports and walking groups")  # fmt: skip
    lived_experience_organisation: float = param(
        0.3, low=0, high=100, unit="per 10,000 people", off=0.0, meaning="lived-experience recovery organisations",
    )  # fmt: skip
    recovery_home: float = param(0.2, low=0, high=100, unit="per 10,000 people", off=0.0,
                                 meaning="recovery homes' house groups (open only to residents)")  # fmt: skip
    recovery_friendly_workplace: float = param(0.2, low=0, high=100, unit="per 10,000 people", off=0.0,
                                               meaning="recovery-friendly workplaces (need a job)")  # fmt: skip
    therapeutic_community: float = param(0.1, low=0, high=100, unit="per 10,000 people", off=0.0,
                                         meaning="therapeutic communities (need treatment)")  # fmt: skip
    collegiate_programme: float = param(0.05, low=0, high=100, unit="per 10,000 people", off=0.0,
                                        meaning="collegiate recovery programmes (under 30)")  # fmt: skip
    places: int = param(25, low=1, high=1000, unit="people", meaning="regular attenders that a group can hold",
                        source="recovery community centres: a dozen to 2,000 visits a month")  # fmt: skip
    join_active: float = param(0.04, low=0, high=52, unit="per year", off=0.0,
                               meaning="hazard of wanting to join in active addiction, outside treatment")  # fmt: skip
    join_treatment: float = param(
        0.9, low=0, high=52, unit="per year", off=0.0, grade="D",
        meaning="hazard of wanting to join in treatment, with no more than a leaflet",
        source="33 % at a meeting 2-3 months after discharge without introduction (Manning 2012) is 1.7 a year for "
        "inpatients; treatment at large assumed half",
    )  # fmt: skip
    join_early: float = param(0.9, low=0, high=52, unit="per year", off=0.0, meaning="the same in early recovery")
    join_later: float = param(0.08, low=0, high=52, unit="per year", off=0.0, meaning="the same later on")
    leave_new: float = param(
        0.8, low=0, high=52, unit="per year", meaning="hazard of staying away in the first half year", grade="D",
        source="12-step attendance 89, 82, 76 % at 3, 6, 12 months (Kelly), n = 303 aged 18-24",
    )  # fmt: skip
    leave_settled: float = param(0.25, low=0, high=52, unit="per year", meaning="the same later on", grade="D",
                                 source="12-step attendance 82 to 76 % from month 6 to 12 (Kelly)")  # fmt: skip
    leave_active: float = param(4.0, low=0, high=52, unit="per year", off=0.0,
                                meaning="the same in active addiction outside treatment")  # fmt: skip


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
    who.joining = who.happens(
        "join group", joining_rate(who.group, who.custody, wish, who.sociability, who.linked)
    )  # fmt: skip
