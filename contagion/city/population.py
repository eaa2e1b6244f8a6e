"""The people of the first day: how many at which stage, and what they are like.

Numbers by stage are quotas (shares of the population); everything else is drawn, keyed by identity. Durations in
recovery follow the stationary density of the relapse bands; frailty is gamma with mean 1, and those who have
lasted have the frailty that lasting implies (the gamma posterior shape, rate + cumulative hazard).
"""

from __future__ import annotations

import math

import numpy as np

from contagion.core.chance import uniform
from contagion.core.parameters import Parameters, amount, log_ratio, ratio, share
from contagion.processes.pathway import STABLE_AFTER, SUSTAINED_AFTER
from contagion.processes.relapse import YEARS_5, Relapse, by_duration
from contagion.vocabulary import ACTIVE, AT_RISK, EARLY, STABLE, SUSTAINED, TO_COME, Substance, recovering

_BALANCE = "stationary balance of starts, relapses and deaths, near the 5 % of UK adults with a resolved problem"
_REST = "near where the baseline city comes to rest"
_ADULTS = "the model is one of adults"


class Start(Parameters):
    """Who is where on the first day."""

    opioid_active_per_1000: float = amount(
        8.75,
        "people in active addiction to opiates or crack (the published figure is of ages 15-64, about 7.7 of adults)",
        unit="per 1,000 people",
        up_to=1000,
        source="OHID 2019/20: 341,032, 9.5 per 1,000 aged 15-64",
        grade="C",
    )
    alcohol_active_per_1000: float = amount(
        13.8,
        "alcohol-dependent people",
        unit="per 1,000 people",
        up_to=1000,
        source="OHID 2019/20: 608,416, 13.8 per 1,000 adults",
        grade="C",
    )
    other_active_per_1000: float = amount(
        1.0, "people in active addiction to something else", unit="per 1,000 people", up_to=1000
    )
    early_per_1000: float = amount(
        4.15, "people in recovery for less than a year", unit="per 1,000 people", up_to=1000, source=_BALANCE, grade="D"
    )
    sustained_per_1000: float = amount(
        7.9, "people in recovery for 1 to 5 years", unit="per 1,000 people", up_to=1000, source=_BALANCE, grade="D"
    )
    stable_per_1000: float = amount(
        30.5, "people in recovery for 5 years or more", unit="per 1,000 people", up_to=1000, source=_BALANCE, grade="D"
    )
    at_risk_per_1000: float = amount(
        4.7, "people at risk who never had a problem", unit="per 1,000 people", up_to=1000, source=_BALANCE, grade="D"
    )
    recovery_opioid: float = share(
        0.22,
        "share with an opioid profile among people in recovery",
        source="74 % primary alcohol (LiR UK 2015, self-selected)",
        grade="D",
    )
    recovery_other: float = share(
        0.05,
        "share with another profile among people in recovery",
        source="74 % primary alcohol (LiR UK 2015, self-selected)",
        grade="D",
    )
    at_risk_opioid: float = share(
        0.256, "share with an opioid profile among people at risk", source=_BALANCE, grade="D"
    )
    at_risk_other: float = share(0.05, "share with another profile among people at risk", source=_BALANCE, grade="D")
    mild: float = share(
        0.72,
        "share with a mild dependence among people at risk, alcohol and other profiles",
        off=0.0,
        source="the share of the dependent it brings about: 52.7 % mild (England 2014/15)",
        grade="D",
    )
    mild_opioid: float = share(0.0, "the same, opioid profile", off=0.0)
    mild_active: float = ratio(
        0.83,
        "share with a mild dependence in active addiction, against that at risk",
        up_to=10,
        off=None,
        source="313,753 of 595,131 alcohol-dependent adults are mild (England 2014/15)",
        grade="D",
    )
    mild_early: float = ratio(0.5, "the same in early recovery", up_to=10, off=None, source=_REST)
    mild_sustained: float = ratio(0.78, "the same in sustained recovery", up_to=10, off=None, source=_REST)
    mild_stable: float = ratio(1.14, "the same in stable recovery", up_to=10, off=None, source=_REST)
    frailty_shape: float = amount(
        5.0, "gamma shape of frailty (mean 1; larger is more alike)", unit="shape", low=0.05, up_to=1000, off=1000.0
    )
    protected: float = log_ratio(
        1.3, "how far people in recovery have been protected from relapse so far, in all", source=_REST
    )
    stable_years: float = amount(
        26.0,
        "mean further years in recovery of those in stable recovery",
        unit="years",
        low=1,
        up_to=60,
        source=_BALANCE,
        grade="D",
    )
    visible: float = share(0.52, "share of people in sustained or stable recovery who are visible", off=0.0)
    champions: float = share(0.075, "share of the visible who are champions", off=0.0)
    attending: float = share(0.25, "share of people in recovery who attend a group, declining with time", off=0.0)
    employers: float = share(0.03, "people who hire", of="of the public", up_to=0.3)
    landlords: float = share(0.02, "people who let homes", of="of the public", up_to=0.3)
    practitioners: float = share(
        0.01, "people who work with people with lived experience", of="of the public", up_to=0.3
    )
    active_allies: float = share(0.01, "people who actively walk others to what is there", of="of the public", off=0.0)
    active_years: float = amount(
        2.8, "mean years in active addiction so far, before the longest are left out", unit="years", low=0.02, up_to=30
    )
    active_years_mild: float = amount(
        8.3, "the same with a mild dependence", unit="years", low=0.02, up_to=60, source=_REST
    )
    active_kept: float = share(
        0.985,
        "share of the durations in active addiction that is kept, the longest being left out",
        of="of durations",
        up_to=0.999999,
    )
    stable_longest: float = amount(
        50.0, "most further years in recovery of those in stable recovery", unit="years", low=1, up_to=70
    )
    age_youngest: float = amount(18.0, "age of the youngest", unit="years", up_to=30, source=_ADULTS)
    age_oldest: float = amount(80.0, "age of the oldest in the public", unit="years", low=30, up_to=110)
    age_young: float = amount(
        1.15,
        "how far younger ages are more common in the public (at 1 all are alike)",
        unit="exponent",
        low=0.2,
        up_to=5,
    )
    age_at_risk: float = amount(26.5, "mean age of people at risk", unit="years", low=18, up_to=80)
    age_to_come: float = amount(
        22.0, "mean age of those who will come, when they come to be at risk", unit="years", low=18, up_to=80
    )
    age_active: float = amount(45.0, "mean age of people in active addiction", unit="years", low=18, up_to=80)
    age_recovery: float = amount(
        45.6, "mean age of people in recovery, less their years in it", unit="years", low=18, up_to=80
    )
    age_recovery_years: float = amount(
        30.0, "years in recovery that count towards the mean age, at most", unit="years", up_to=60
    )
    age_spread: float = amount(
        17.5, "standard deviation of age of people in active addiction", unit="years", up_to=30, off=0.0
    )
    age_spread_recovery: float = amount(
        14.7, "the same of people in recovery, less their years in it", unit="years", up_to=30, off=0.0
    )
    age_spread_entry: float = amount(
        9.0, "standard deviation of age of people at risk, and of those who will come", unit="years", up_to=30, off=0.0
    )
    age_oldest_lived: float = amount(88.0, "age of the oldest with lived experience", unit="years", low=30, up_to=110)
    male_lived: float = share(
        0.70, "share of men among people with lived experience", source="treatment populations, from general knowledge"
    )
    male_public: float = share(
        0.49, "share of men among the public", source="about the share among English adults, from general knowledge"
    )


def stages(p: Start, people: int) -> tuple[np.ndarray, np.ndarray]:
    """Stage and substance of each person with, or at risk of, lived experience, by quota."""
    active = [p.opioid_active_per_1000, p.alcohol_active_per_1000, p.other_active_per_1000]
    stage, substance = [], []

    def add(kind: int, counts: list[int]) -> None:
        for code, count in enumerate(counts):
            stage.append(np.full(count, kind, np.int8))
            substance.append(np.full(count, code, np.int8))

    def split(count: int) -> list[int]:
        opioid, other = round(count * p.recovery_opioid), round(count * p.recovery_other)
        return [opioid, max(0, count - opioid - other), min(other, count - opioid)]

    add(ACTIVE, [round(rate * people / 1000.0) for rate in active])
    for kind, rate in ((EARLY, p.early_per_1000), (SUSTAINED, p.sustained_per_1000), (STABLE, p.stable_per_1000)):
        add(kind, split(round(rate * people / 1000.0)))
    at_risk = round(p.at_risk_per_1000 * people / 1000.0)
    add(AT_RISK, at_risk_split(p, at_risk))
    return np.concatenate(stage)[:people], np.concatenate(substance)[:people]


def at_risk_split(p: Start, count: int) -> list[int]:
    """Substances of people at risk."""
    opioid, other = round(count * p.at_risk_opioid), round(count * p.at_risk_other)
    return [opioid, max(0, count - opioid - other), min(other, count - opioid)]


def cumulative_hazard(p: Start, r: Relapse, weeks: int) -> np.ndarray:
    """Cumulative relapse hazard by week of the spell, 0..weeks, of people protected as they are on average."""
    yearly = np.full(weeks, by_duration(YEARS_5 + 1, r))
    yearly[:YEARS_5] = [by_duration(week, r) for week in range(1, min(weeks, YEARS_5) + 1)]
    scale = r.scale * math.exp(-p.protected)
    return np.concatenate([[0.0], np.cumsum(scale * yearly + r.rate) / 52.0])


def mildness(p: Start, stage: np.ndarray, substance: np.ndarray, uid: np.ndarray, seed: int) -> np.ndarray:
    """Who has a mild dependence (int8, fixed for life): a share at risk, by profile, and of others by their stage."""
    share_ = np.where(substance == Substance.OPIOID, p.mild_opioid, p.mild)
    by_stage = [p.mild_active, p.mild_early, p.mild_sustained, p.mild_stable]
    against = np.select([stage == kind for kind in (ACTIVE, EARLY, SUSTAINED, STABLE)], by_stage, 1.0)
    return (uniform(seed, "mild", 0, uid) < share_ * against).astype(np.int8)


def spells(p: Start, r: Relapse, stage: np.ndarray, mild: np.ndarray, uid: np.ndarray, seed: int) -> np.ndarray:
    """Weeks spent in the present spell (int32): stationary durations within each stage, by severity.

    Beyond five years of recovery, and in active addiction, they are exponential and cut off at the longest.
    """
    u = uniform(seed, "first spell", 0, uid)
    hazard = cumulative_hazard(p, r, STABLE_AFTER)
    weeks = np.zeros(stage.size, np.int32)
    for ratio_, which in ((1.0, mild == 0), (r.mild, mild == 1)):
        survival = (1.0 + ratio_ * hazard / p.frailty_shape) ** -p.frailty_shape
        for kind, low, high in ((EARLY, 1, SUSTAINED_AFTER), (SUSTAINED, SUSTAINED_AFTER, STABLE_AFTER)):
            weight = np.cumsum(survival[low:high])
            rows = (stage == kind) & which
            weeks[rows] = low + np.searchsorted(weight, u[rows] * weight[-1], side="right")
    rows = stage == STABLE
    kept = 1.0 - math.exp(-p.stable_longest / p.stable_years)
    weeks[rows] = STABLE_AFTER + np.floor(-52.0 * p.stable_years * np.log1p(-u[rows] * kept))
    rows = stage == ACTIVE
    years = np.where(mild[rows] == 1, p.active_years_mild, p.active_years)
    weeks[rows] = np.floor(-52.0 * years * np.log1p(-u[rows] * p.active_kept))
    return weeks


def frailties(
    p: Start, r: Relapse, stage: np.ndarray, spell: np.ndarray, mild: np.ndarray, uid: np.ndarray, seed: int
) -> np.ndarray:
    """Gamma frailty of mean 1; of people in recovery, what having lasted so long implies."""
    from scipy.special import gammaincinv

    shape = p.frailty_shape
    raw = gammaincinv(shape, uniform(seed, "frailty", 0, uid))
    lasted = cumulative_hazard(p, r, int(spell.max(initial=0)))[spell] * np.where(mild == 1, r.mild, 1.0)
    return raw / (shape + np.where(recovering(stage), lasted, 0.0))


def ages(p: Start, stage: np.ndarray, spell: np.ndarray, uid: np.ndarray, lived: int, seed: int) -> np.ndarray:
    """Age in years (float64): of the public, more of the young; of people with lived experience (the first `lived`),
    around a mean by stage, older the longer in recovery: normal at risk, later skewed (gamma, from the youngest on), as
    people come young and stay for different times."""
    from scipy.special import gammaincinv, ndtri

    u = uniform(seed, "age", 0, uid)
    age = p.age_youngest + (p.age_oldest - p.age_youngest) * u**p.age_young
    years = np.where(recovering(stage), np.minimum(spell / 52.0, p.age_recovery_years), 0.0)
    mean = np.select(
        [stage == AT_RISK, stage == TO_COME, recovering(stage)],
        [p.age_at_risk, p.age_to_come, p.age_recovery],
        p.age_active,
    )
    inside = np.clip(u[:lived], 1e-9, 1 - 1e-9)  # 0 and 1 would lie infinitely far from the mean
    drawn = mean + p.age_spread_entry * ndtri(inside)
    for rows, spread in ((stage == ACTIVE, p.age_spread), (recovering(stage), p.age_spread_recovery)):
        above = np.maximum(1e-9, mean[rows] - p.age_youngest)
        if spread > 0.0:
            shape = (above / spread) ** 2
            above = gammaincinv(shape, inside[rows]) * above / shape
        drawn[rows] = p.age_youngest + above + years[rows]
    age[:lived] = np.clip(drawn, p.age_youngest, p.age_oldest_lived)
    return age


def sexes(p: Start, uid: np.ndarray, lived: int, seed: int) -> np.ndarray:
    """Sex (int8): 0 female, 1 male; the first `lived` have lived experience."""
    male = np.where(np.arange(uid.size) < lived, p.male_lived, p.male_public)
    return (uniform(seed, "sex", 0, uid) < male).astype(np.int8)


def substances(p: Start, stage: np.ndarray, uid: np.ndarray, seed: int) -> np.ndarray:
    """Substance profile of people whose stage is known, drawn by the shares that the start table has of it."""
    active = [p.opioid_active_per_1000, p.alcohol_active_per_1000, p.other_active_per_1000]
    well = [p.recovery_opioid, 1.0 - p.recovery_opioid - p.recovery_other, p.recovery_other]
    u = uniform(seed, "substance", 0, uid)
    code = np.searchsorted(np.cumsum(at_risk_split(p, 1_000_000)) / 1_000_000.0, u, side="right")
    for rows, shares in ((recovering(stage), well), (stage == ACTIVE, active if sum(active) > 0.0 else well)):
        code[rows] = np.searchsorted(np.cumsum(shares) / sum(shares), u[rows], side="right")
    return np.minimum(code, Substance.OTHER).astype(np.int8)


def substances_to_come(p: Start, uid: np.ndarray, seed: int) -> np.ndarray:
    """Substance profile of those who will come."""
    shares = np.cumsum(at_risk_split(p, 1_000_000)) / 1_000_000.0
    code = np.searchsorted(shares, uniform(seed, "substance to come", 0, uid), side="right")
    return np.minimum(code, Substance.OTHER).astype(np.int8)
