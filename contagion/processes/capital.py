"""Personal recovery capital and barriers: two stocks, not one.

Recovery builds personal capital at a pace limited by community capital and structural stigma; active use erodes
it. Barriers (no home, no job, criminal record, debt, untreated mental-health need) are a stock of their own and
fall far more slowly than strengths rise (SABRS 2020). Homes and jobs are lost here, by each alone; they are
won from finite supply when the week is settled.
"""

from __future__ import annotations

import math
from typing import Any

from contagion.core.parameters import Parameters, amount, log_ratio, per_year, ratio, score, share
from contagion.core.rules import rule
from contagion.core.shapes import approaches, chosen, fills
from contagion.vocabulary import recovering


class Capital(Parameters):
    """Growth and erosion of personal capital; debt and need."""

    growth: float = per_year(
        0.45,
        "pace at which recovery builds personal capital, in the best of places",
        up_to=5,
        off=0.0,
        source="steep gains to year 6, then shallow (Kelly 2018): order",
        grade="D",
    )
    ceiling: float = score(0.9, "personal capital that long recovery tends to")
    erosion: float = per_year(0.5, "pace at which active use erodes personal capital", up_to=5, off=0.0)
    floor: float = score(0.25, "personal capital that active use tends to")
    structural: float = ratio(0.5, "how far structural stigma slows the building of capital")
    debt_active: float = score(0.7, "debt that active use tends to")
    debt_pace: float = per_year(0.25, "pace at which debt follows", up_to=5, off=0.0)
    need_active: float = score(
        0.6,
        "untreated mental-health need that active use tends to",
        source="71 % of those in treatment have a need (2022/23)",
        grade="D",
    )
    need_well: float = score(0.3, "untreated need that recovery tends to")
    need_treated: float = score(0.15, "how far treatment lowers the need that recovery tends to", off=0.0)
    debt_well: float = score(0.15, "debt that recovery tends to")
    need_pace: float = per_year(0.3, "pace at which need follows", up_to=5, off=0.0)


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
        0.17,
        "share without a home at the start, in active addiction",
        source="housing problem at treatment start, England NDTMS: 17 %",
        grade="C2",
    )
    without_opioid: float = share(
        0.30,
        "the same with an opioid profile",
        source="housing problem at treatment start, opiates, NDTMS: 30 %",
        grade="C2",
    )
    without_well: float = share(0.06, "the same in recovery")


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
    found_well: float = per_year(0.4, "the same in recovery", up_to=20, off=0.0)
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
    weak_ties: float = ratio(
        0.7,
        "most that acquaintances add to the chance",
        up_to=5,
        source="LinkedIn, Rajkumar 2022: moderately weak ties carry jobs (sign)",
    )
    vacancies: float = amount(
        8.0,
        "jobs that fall free for people with lived experience",
        unit="per 1,000 people and year",
        up_to=1000,
        off=0.0,
    )
    with_active: float = share(0.30, "share with a job at the start, in active addiction")
    with_well: float = share(0.60, "the same in recovery")


@rule
def growing(stage, personal, growth, ceiling, erosion, floor):
    """Personal capital after one week."""
    if stage == 1:
        return personal + erosion / 52.0 * (min(personal, floor) - personal)
    if 2 <= stage <= 4:
        return personal + growth / 52.0 * (max(personal, ceiling) - personal)
    return personal


@rule
def loses(stage, has, active, well):
    """Weekly hazard of losing a home or a job."""
    if has == 0 or stage > 4:
        return 0.0
    return (active if stage == 1 else well) / 52.0


@rule
def finds(stage, has, custody, base, helps):
    """Weekly hazard that an application would be accepted."""
    if has == 1 or stage > 4 or custody > 0:
        return 0.0
    return base * math.exp(helps) / 52.0


def capital(who: Any, p: Capital) -> None:
    """Build or lose personal capital; debt and need follow the pathway."""
    pace = p.growth * who.community * 2.0 * (1.0 - p.structural * who.city.structural)
    who.personal = growing(who.stage, who.personal, pace, p.ceiling, p.erosion, p.floor)
    active = 1.0 * (who.stage == 1)
    who.debt = approaches(who.debt, p.debt_active * active + p.debt_well * (1.0 - active), p.debt_pace / 52.0)
    well = p.need_well - p.need_treated * who.treated
    who.need = approaches(who.need, p.need_active * active + well * (1.0 - active), p.need_pace / 52.0)


def homes(who: Any, p: Homes) -> None:
    """Lose a home; apply for one."""
    gone = who.happens("lose home", loses(who.stage, who.home, p.lost_active, p.lost_well))
    who.shock = chosen(gone, 1.0, who.shock)
    who.home = chosen(gone, 0, who.home)
    helps = -p.record * who.record - p.structural * who.city.structural
    who.seeks_home = who.happens("seek home", finds(who.stage, who.home, who.custody, p.found, helps))


def jobs(who: Any, p: Jobs) -> None:
    """Lose a job; apply for one. Weak ties help."""
    gone = who.happens("lose job", loses(who.stage, who.job, p.lost_active, p.lost_well))
    who.job = chosen(gone, 0, who.job)
    helps = -p.record * who.record - p.structural * who.city.structural
    base = chosen(recovering(who.stage), p.found_well, p.found_active)
    base = base * (1.0 + p.weak_ties * fills(who.acquaintances, 100.0))
    who.seeks_job = who.happens("seek job", finds(who.stage, who.job, who.custody, base, helps))


def barriers(who: Any, p: Capital) -> None:
    """Count what stands in the way: no home, no job, a record, debt, need."""
    sheltered = 1.0 * ((who.home + who.housed) > 0)
    who.barriers = ((1.0 - sheltered) + (1.0 - who.job) + who.record + who.debt + who.need) / 5.0
