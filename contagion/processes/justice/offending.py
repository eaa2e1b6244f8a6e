"""Offending, arrest and sentence: what custody costs, a record that ages, a court's way to treatment, and shocks.

Hazard of an offence = offend by stage and substance x exp(-held_by desistance); each may lead to arrest
(probability arrest), and that to a drug treatment court in place of prosecution, or to prison, probation or a fine
Prison takes the job with probability custody_job and the home with custody_home (ties break in custody: bonds.py).
A record is spent at record_spent a year, once custody and probation are over.
Shock' = 1 at a discriminatory police contact (hazard = contacts x record x (1 - justice capital)), else it fades

Source: Colman (Ghent): from offence to treatment about 6 months through a drug treatment court and 22 under probation;
HMIP/CQC 2021 (referral); US Life in Recovery 2012 (contact with justice falls about ten-fold in recovery).
"""

from __future__ import annotations

import math
from typing import Any

from contagion.core.chance import draw, happens
from contagion.core.compiling import rule
from contagion.core.parameters import Parameters, amount, choice, log_ratio, per_year, probability, score, share
from contagion.core.process import process
from contagion.vocabulary import ACTIVE, NO_ORDER, OPIOID, has_lived_experience


@process("justice", off=("offend_opioid", "offend_alcohol", "offend_well", "record_spent"))
def face_justice(who: Any, p: Any, chance: Any) -> None:
    """Offend or not, be arrested or not, serve what is to be served."""
    can = has_lived_experience(who.stage) and who.custody == 0
    who.offences = 1 * (can and happens(offending(who, p), "offend", who, chance))
    who.custody = max(0, who.custody - 1)
    who.probation = max(0, who.probation - 1)
    if who.offences == 1 and draw("arrest", who, chance) < p.arrest:
        if who.stage == ACTIVE and draw("drug court", who, chance) < max(p.drug_court, who.diverted):
            who.court = p.court_weeks if who.court == NO_ORDER else min(who.court, p.court_weeks)
            who.under_court = p.court_weeks + p.court_follows
        else:
            be_sentenced(who, p, chance)
    elif who.record == 1 and who.custody == 0 and who.probation == 0:
        who.record = 1 * (not happens(p.record_spent / 52.0, "record spent", who, chance))


@rule
def be_sentenced(who: Any, p: Any, chance: Any) -> None:
    """Prison, probation, or a fine; prison may cost job and home, probation may refer to treatment."""
    sentence = draw("sentence", who, chance)
    if sentence >= p.prison + p.probation:
        return
    who.record = 1
    if sentence < p.prison:
        who.custody = p.sentence
        who.job = who.job * (draw("custody job", who, chance) >= p.custody_job)
        who.home = who.home * (draw("custody home", who, chance) >= p.custody_home)
        return
    who.probation = p.probation_weeks
    referred = p.referral * 2.0 * who.justice_capital
    if who.court == NO_ORDER and draw("referral", who, chance) < referred:
        who.court = p.referral_weeks


@rule
def offending(who: Any, p: Any) -> float:
    """Weekly hazard of a recorded offence; desistance holds people back."""
    rate = p.offend_well
    if who.stage == ACTIVE:
        rate = p.offend_opioid if who.substance == OPIOID else p.offend_alcohol
    return rate / 52.0 * math.exp(-p.held_by * who.desistance)


@process("justice", off=("contacts", "supervision", "homes.lost_active", "homes.lost_well"))
def feel_shocks(who: Any, p: Any, chance: Any) -> None:
    """Suffer a discriminatory contact, or let an earlier shock fade."""
    hurt = False
    if has_lived_experience(who.stage):
        hurt = happens(p.contacts * (1.0 - who.justice_capital) * who.record / 52.0, "police contact", who, chance)
    who.shock = 1.0 if hurt else who.shock * (1.0 - p.shock_fades / 52.0)


class Justice(Parameters):
    """Offending and what follows."""

    offend_opioid: float = per_year(4.1, "recorded offences in active addiction, opioid profile", up_to=200, off=0.0)
    offend_alcohol: float = per_year(0.74, "the same, alcohol and other profiles", up_to=200, off=0.0)
    offend_well: float = per_year(
        0.23,
        "the same in recovery",
        up_to=200,
        off=0.0,
        source="contact with justice falls about ten-fold (US LiR 2012)",
        grade="D",
    )
    arrest: float = probability(0.15, "chance of arrest per offence")
    held_by: float = log_ratio(1.0, "how far full desistance holds people back from offending")
    desist_gain: float = per_year(0.5, "pace of desistance in weeks at liberty without an offence", up_to=26, off=0.0)
    desist_setback: float = share(0.5, "share of their desistance that an offence costs", off=0.0)
    tertiary: float = per_year(
        0.5,
        "how fast recognition as somebody who no longer offends moves the identity of people with a record",
        up_to=26,
        off=0.0,
        source="tertiary desistance: recognition by others (S2, S4): sign",
    )
    prison: float = probability(0.2, "chance of prison per arrest")
    probation: float = probability(0.4, "chance of probation per arrest; the rest is diverted or fined")
    sentence: int = amount(16, "weeks in custody", unit="weeks", low=1, up_to=1000)
    probation_weeks: int = amount(52, "weeks of probation", unit="weeks", low=1, up_to=1000)
    custody_job: float = probability(0.8, "chance that prison costs a job", off=0.0)
    custody_home: float = probability(0.3, "chance that prison costs a home of one's own", off=0.0)
    referral: float = probability(
        0.04,
        "chance that probation refers somebody to drug treatment, at a justice capital of one half (twice at 1)",
        source="HMIP/CQC 2021: under 3,000 of about 75,000",
        grade="C",
    )
    referral_weeks: int = amount(
        95, "offence to treatment under probation", unit="weeks", up_to=1000, source="Ghent: 22 months (S2)", grade="C"
    )
    drug_court: float = choice(
        0.0,
        "chance that an arrest goes to a drug treatment court",
        unit="probability",
        low=0,
        up_to=1,
        off=0.0,
        source="none in the baseline city",
    )
    court_weeks: int = amount(
        26,
        "from offence to treatment through a drug treatment court",
        unit="weeks",
        up_to=1000,
        source="S2 (Ghent): 6 months",
        grade="C",
    )
    court_follows: int = amount(
        30,
        "weeks for which the court follows somebody after that",
        unit="weeks",
        up_to=1000,
        source="Ghent: a track of 6 to 8 months (S2)",
        grade="C",
    )
    court_helps: float = probability(0.9, "chance that a contact under the court helps rather than harms")
    court_work: float = per_year(
        0.5,
        "applications for work that would succeed with the court's help, added",
        up_to=20,
        off=0.0,
        source="Wittouck (Ghent): employment better: sign",
    )
    court_debt: float = per_year(
        0.5,
        "pace at which debt falls with the court's counselling",
        up_to=26,
        off=0.0,
        source="Wittouck (Ghent): diverted to debt counselling: sign",
    )
    supervision: float = per_year(
        2.0, "contacts that count, for better or for worse, on probation or under a court", up_to=52, off=0.0
    )
    walks: float = probability(0.1, "chance that a helpful contact walks somebody to a group", off=0.0)
    harm: float = score(
        0.5, "shock of a harmful contact, and the share of a shock that a helpful one takes away", off=0.0
    )
    capital: float = score(0.5, "justice capital: how far agencies help rather than harm")
    capital_pace: float = per_year(
        1.0, "how fast justice capital follows what interventions add, or goes back", up_to=26, off=0.0
    )
    record_spent: float = per_year(
        0.02, "hazard of a record being spent", up_to=5, off=0.0, source="old records still penalised (Leasure): slow"
    )
    contacts: float = per_year(
        0.08, "discriminatory contacts of people with a record, without justice capital", off=0.0
    )
    shock_fades: float = per_year(4.0, "how fast a shock wears off")
    record_at_start: float = share(
        0.82,
        "share with a record, opioid profile, at the start",
        source="50 % arrested during addiction (US LiR 2012)",
        grade="C",
    )
    record_at_start_other: float = share(0.39, "the same, alcohol and other profiles")
    record_at_risk: float = share(0.03, "share with a record among people at risk, at the start")
