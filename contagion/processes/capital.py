"""Personal recovery capital and barriers: two stocks, not one.

Recovery builds personal capital at a pace limited by community capital and structural stigma; active use erodes
it. Barriers (no home, no job, criminal record, debt, untreated mental-health need) are a stock of their own and
fall far more slowly than strengths rise (SABRS 2020). Homes and jobs are lost here, by each alone; they are
won from finite supply when the week is settled.
"""

from __future__ import annotations

import math
from typing import Any

from contagion.core.parameters import Parameters, param
from contagion.core.rules import rule
from contagion.core.shapes import approaches, chosen, fills
from contagion.vocabulary import recovering


class Capital(Parameters):
    """Growth and erosion of personal capital; debt and need."""

    growth: float = param(0.45, low=0, high=5, unit="per year", off=0.0,
                          meaning="pace at which recovery builds personal capital, in the best of places",
                          source="steep gains to year 6, then shallow (Kelly 2018): order", grade="D")  # fmt: skip
    ceiling: float = param(0.9, low=0, high=1, unit="0..1", meaning="personal capital that long recovery tends to")
    erosion: float = param(0.5, low=0, high=5, unit="per year", off=0.0,
                           meaning="pace at which active use erodes personal capital")  # fmt: skip
    floor: float = param(0.25, low=0, high=1, unit="0..1", meaning="personal capital that active use tends to")
    structural: float = param(0.5, low=0, high=1, unit="ratio", off=0.0,
                              meaning="how far structural stigma slows the building of capital")  # fmt: skip
    debt_active: float = param(0.7, low=0, high=1, unit="0..1", meaning="debt that active use tends to")
    debt_pace: float = param(0.25, low=0, high=5, unit="per year", off=0.0, meaning="pace at which debt follows")
    need_active: float = param(0.6, low=0, high=1, unit="0..1",
                               meaning="untreated mental-health need that active use tends to",
                               source="71 % of those in treatment have a need (2022/23)", grade="D")  # fmt: skip
    need_well: float = param(0.3, low=0, high=1, unit="0..1", meaning="untreated need that recovery tends to")
    need_treated: float = param(0.15, low=0, high=1, unit="0..1", off=0.0,
                                meaning="how far treatment lowers the need that recovery tends to")  # fmt: skip
    debt_well: float = param(0.15, low=0, high=1, unit="0..1", meaning="debt that recovery tends to")
    need_pace: float = param(0.3, low=0, high=5, unit="per year", off=0.0, meaning="pace at which need follows")


class Homes(Parameters):
    """Homes: how they are lost and won."""

    lost_active: float = param(0.10, low=0, high=5, unit="per year", off=0.0,
                               meaning="hazard of losing a home in active addiction")  # fmt: skip
    lost_well: float = param(0.01, low=0, high=5, unit="per year", off=0.0, meaning="the same in recovery")
    found: float = param(0.8, low=0, high=20, unit="per year", off=0.0,
                         meaning="applications that would succeed, without record or stigma")  # fmt: skip
    record: float = param(0.4, low=0, high=5, unit="log ratio", off=0.0, meaning="how far a record lowers the chance")
    structural: float = param(0.8, low=0, high=5, unit="log ratio", off=0.0,
                              meaning="how far structural stigma lowers the chance")  # fmt: skip
    vacancies: float = param(2.0, low=0, high=1000, unit="per 1,000 people and year", off=0.0,
                             meaning="homes that fall free for people with lived experience")  # fmt: skip
    without_active: float = param(0.17, low=0, high=1, unit="share", grade="C2",
                                  meaning="share without a home at the start, in active addiction",
                                  source="housing problem at treatment start, England NDTMS: 17 %")  # fmt: skip
    without_opioid: float = param(0.30, low=0, high=1, unit="share", grade="C2",
                                  meaning="the same with an opioid profile",
                                  source="housing problem at treatment start, opiates, NDTMS: 30 %")  # fmt: skip
    without_well: float = param(0.06, low=0, high=1, unit="share", meaning="the same in recovery")


class Jobs(Parameters):
    """Jobs: how they are lost and won."""

    lost_active: float = param(0.40, low=0, high=5, unit="per year", off=0.0,
                               meaning="hazard of losing a job in active addiction",
                               source="50 % fired or suspended during addiction (US LiR 2012)", grade="D")  # fmt: skip
    lost_well: float = param(0.08, low=0, high=5, unit="per year", off=0.0, meaning="the same in recovery")
    found_active: float = param(0.12, low=0, high=20, unit="per year", off=0.0,
                                meaning="applications that would succeed in active addiction")  # fmt: skip
    found_well: float = param(0.4, low=0, high=20, unit="per year", off=0.0, meaning="the same in recovery")
    record: float = param(0.35, low=0, high=5, unit="log ratio", off=0.0,
                          meaning="how far a record lowers the chance",
                          source="Uggen 2014: 4 points fewer callbacks for a minor record; sign", grade="D")  # fmt: skip
    structural: float = param(0.8, low=0, high=5, unit="log ratio", off=0.0,
                              meaning="how far structural stigma lowers the chance",
                              source="64 against 25 % would let employers refuse (Barry 2014)", grade="D")  # fmt: skip
    weak_ties: float = param(0.7, low=0, high=5, unit="ratio", off=0.0,
                             meaning="most that acquaintances add to the chance",
                             source="LinkedIn, Rajkumar 2022: moderately weak ties carry jobs (sign)")  # fmt: skip
    vacancies: float = param(8.0, low=0, high=1000, unit="per 1,000 people and year", off=0.0,
                             meaning="jobs that fall free for people with lived experience")  # fmt: skip
    with_active: float = param(0.30, low=0, high=1, unit="share",
                               meaning="share with a job at the start, in active addiction")  # fmt: skip
    with_well: float = param(0.60, low=0, high=1, unit="share", meaning="the same in recovery")


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
