"""Homes and jobs: each loses them and applies for them alone; who gets what is free is settled for the city by lot.

Hazard of losing one = lost_active or lost_well; hazard of an application that would be accepted:
h = base exp(-record - structural x structural stigma), in a recovery home times 1 + housed, and for jobs times
1 + weak_ties x heard, heard = V / (V + weak_half), V what one's ties carry: moderately weak ones most (core/tie_strength.py)

Source: NDTMS (homes at treatment start), Life in Recovery 2012 (jobs lost), Uggen 2014 and Barry 2014 (records, refusal),
Rajkumar 2022 (moderately weak ties carry jobs: sign). Supply is assumed.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from contagion.core.chance import happens, uniform
from contagion.core.compiling import rule
from contagion.core.lots import serve
from contagion.core.parameters import Parameters, amount, log_ratio, per_year, ratio, score, share
from contagion.core.process import process, settlement
from contagion.core.sums import whole
from contagion.core.tie_strength import carried, hears
from contagion.vocabulary import ACTIVE, in_recovery, is_here


@process("homes", off=("lost_active", "lost_well", "found"))
def keep_home(who: Any, p: Any, chance: Any) -> None:
    """Lose a home, which is a shock; or apply for one."""
    if who.home == 1 and happens(losing(who.stage, p), "lose home", who, chance):
        who.shock = p.shock
        who.home = 0
    who.seeks_home = 0
    if who.home == 0 and may_apply(who.stage, who.custody):
        chances = -p.record * who.record - p.structural * who.structural
        who.seeks_home = 1 * happens(p.found * math.exp(chances) / 52.0, "seek home", who, chance)


@process("jobs", off=("lost_active", "lost_well", "found_active", "found_well"))
def keep_job(who: Any, p: Any, chance: Any) -> None:
    """Lose a job; or apply for one, as often as if every opening were heard of: settle_jobs says which are."""
    if who.job == 1 and happens(losing(who.stage, p) * who.job_security, "lose job", who, chance):
        who.job = 0
    who.seeks_job = 0
    if who.job == 0 and may_apply(who.stage, who.custody):
        chances = -p.record * who.record * (1.0 - who.record_waived) - p.structural * who.structural
        base = p.found_well if in_recovery(who.stage) else p.found_active
        base = base * (1.0 + p.weak_ties) * (1.0 + p.housed * who.housed) * who.job_help
        who.seeks_job = 1 * happens(base * math.exp(chances) / 52.0, "seek job", who, chance)


@rule
def losing(stage: int, p: Any) -> float:
    """Weekly hazard of losing a home or a job."""
    if not is_here(stage):
        return 0.0
    return (p.lost_active if stage == ACTIVE else p.lost_well) / 52.0


@rule
def may_apply(stage: int, custody: int) -> bool:
    """Whether somebody without a home or a job can apply for one."""
    return is_here(stage) and custody == 0


@settlement("homes", off=("vacancies",))
def settle_homes(city: Any, p: Any) -> None:
    """Homes that are free go by lot among those who would be accepted."""
    people = city.people
    won, city.town.homes_free = _by_lot(city, p, "home", people["seeks_home"], city.town.homes_free)
    people["home"][won] = 1


@settlement("jobs", off=("vacancies",))
def settle_jobs(city: Any, p: Any) -> None:
    """Jobs that are free go by lot among those who would be accepted and have heard of one."""
    people = city.people
    if p.weak_ties > 0.0:
        asks = city.asking[people["seeks_job"][city.asking] == 1]
        luck = uniform(city.seed_, "hear of a job", city.week, people["uid"][asks])
        people["seeks_job"][asks] = hears(city.web.wiring, asks, luck, p, heard)
    won, city.town.jobs_free = _by_lot(city, p, "job", people["seeks_job"], city.town.jobs_free)
    people["job"][won] = 1


def heard(wiring: Any, rows: np.ndarray, p: Any) -> np.ndarray:
    """How much of what is open each of these rows hears of over their ties, 0 to 1 (float64, one per row)."""
    word = carried(wiring, rows, float(p.moderate), float(p.circle))
    return np.asarray(word / (word + p.weak_half))


def stand_open(p: Any, people: int) -> float:
    """The most homes or jobs that can stand open at a time in a city of so many people."""
    return float(p.stand_open * p.vacancies * people / 1000.0 / 52.0)


def _by_lot(city: Any, p: Any, what: str, seeks: np.ndarray, free: float) -> tuple[np.ndarray, float]:
    """Rows of those who get what is free, by lot among those who seek it, and how much of it is left."""
    people = city.founding_people
    free = min(
        free + p.vacancies * people / 1000.0 / 52.0, max(1.0, p.stand_open * (p.vacancies * people / 1000.0 / 52.0))
    )
    rows = city.asking[seeks[city.asking] == 1]
    if rows.size == 0:
        return rows, float(free)
    uid = city.people["uid"][rows]
    tickets = uniform(city.seed_, f"lot {what}", city.week, uid)
    won = rows[serve(np.zeros(rows.size, np.int64), np.array([whole(free)]), tickets, uid)]
    return won, float(free - won.size)


class Homes(Parameters):
    """Homes: how they are lost and won."""

    lost_active: float = per_year(0.10, "hazard of losing a home in active addiction", up_to=5, off=0.0)
    lost_well: float = per_year(0.01, "the same in recovery", up_to=5, off=0.0)
    found: float = per_year(0.8, "applications that would succeed, without record or stigma", up_to=20, off=0.0)
    record: float = log_ratio(0.4, "how far a record lowers the chance")
    structural: float = log_ratio(0.8, "how far structural stigma lowers the chance")
    vacancies: float = amount(
        2.0,
        "homes that fall free for people with lived experience",
        unit="per 1,000 people and year",
        up_to=1000,
        off=0.0,
    )
    without_active: float = share(
        0.29,
        "share without a home at the start, in active addiction",
        source="housing problem at treatment start, England NDTMS: 17 %",
        grade="C2",
    )
    without_opioid: float = share(
        0.35,
        "the same with an opioid profile",
        source="housing problem at treatment start, opiates, NDTMS: 30 %",
        grade="C2",
    )
    without_well: float = share(0.1, "the same in recovery")
    without_at_risk: float = share(0.03, "the same at risk")
    shock: float = score(1.0, "shock of losing a home", off=0.0)
    stand_open: float = amount(13.0, "weeks' worth of vacancies that can stand open at a time", unit="weeks", up_to=520)


class Jobs(Parameters):
    """Jobs: how they are lost and won."""

    lost_active: float = per_year(
        0.40,
        "hazard of losing a job in active addiction",
        up_to=5,
        off=0.0,
        source="50 % fired or suspended during addiction (US LiR 2012)",
        grade="D",
    )
    lost_well: float = per_year(0.08, "the same in recovery", up_to=5, off=0.0)
    found_active: float = per_year(0.12, "applications that would succeed in active addiction", up_to=20, off=0.0)
    found_well: float = per_year(0.25, "the same in recovery", up_to=20, off=0.0)
    record: float = log_ratio(
        0.35,
        "how far a record lowers the chance",
        source="Uggen 2014: 4 points fewer callbacks for a minor record; sign",
        grade="D",
    )
    structural: float = log_ratio(
        0.8,
        "how far structural stigma lowers the chance",
        source="64 against 25 % would let employers refuse (Barry 2014)",
        grade="D",
    )
    housed: float = ratio(
        2.0,
        "how much more often people in a recovery home are taken on",
        up_to=10,
        off=0.0,
        source="employment: effect size +0.235 of sober living homes (WSIPP); income 989 against 440 dollars (Jason 2006)",
        grade="D",
    )
    weak_ties: float = ratio(
        0.7,
        "most that ties which carry word of jobs add to the chance",
        up_to=5,
        off=0.0,
        source="LinkedIn, Rajkumar 2022: moderately weak ties carry jobs (sign)",
    )
    vacancies: float = amount(
        8.0,
        "jobs that fall free for people with lived experience",
        unit="per 1,000 people and year",
        up_to=1000,
        off=0.0,
    )
    with_active: float = share(0.26, "share with a job at the start, in active addiction")
    with_well: float = share(0.64, "the same in recovery")
    with_at_risk: float = share(0.65, "the same at risk")
    weak_half: float = amount(
        60.0, "ties of the best strength that add half of the most", unit="ties", low=0.1, up_to=1000
    )
    moderate: float = amount(
        10.0,
        "shared contacts of the ties that carry jobs best",
        unit="contacts",
        low=0.1,
        up_to=150,
        source="inverted U with its peak near ten mutual contacts (Rajkumar 2022, a student's summary)",
        grade="C2",
    )
    circle: float = amount(
        150.0,
        "contacts of a whole circle, of which ties are a sample",
        unit="contacts",
        low=1,
        up_to=1000,
        source="outer layer of 150 (Dunbar; measured 128.9)",
        grade="C",
    )
    stand_open: float = amount(13.0, "weeks' worth of vacancies that can stand open at a time", unit="weeks", up_to=520)
