"""Justice: offending, arrest, diversion, probation or prison, a record, a court's way to treatment, and shocks.

Hazard of an offence = offend by stage and substance; each may lead to arrest (probability arrest), prison or probation
Shock' = 1 at a discriminatory police contact (hazard = contacts x record x (1 - justice capital)), else it fades

Source: Colman (Ghent): from offence to treatment about 6 months through a drug treatment court and 22 under probation;
HMIP/CQC 2021 (referral); US Life in Recovery 2012 (contact with justice falls about ten-fold in recovery).
"""

from __future__ import annotations

from typing import Any

from contagion.core.chance import draw, happens
from contagion.core.compiling import rule
from contagion.core.parameters import Parameters, amount, choice, per_year, probability, score, share
from contagion.core.process import process
from contagion.vocabulary import ACTIVE, NO_ORDER, OPIOID, has_lived_experience


@process("justice", off=("offend_opioid", "offend_alcohol", "offend_well"))
def face_justice(who: Any, p: Any, chance: Any) -> None:
    """Offend or not, be arrested or not, serve what is to be served."""
    can = has_lived_experience(who.stage) and who.custody == 0
    who.offences = 1 * (can and happens(offending(who, p), "offend", who, chance))
    who.custody = max(0, who.custody - 1)
    who.probation = max(0, who.probation - 1)
    if who.offences == 0 or draw("arrest", who, chance) >= p.arrest:
        return
    sentence = draw("sentence", who, chance)
    if sentence < p.prison:
        who.custody = p.sentence
    elif sentence < p.prison + p.probation:
        who.probation = p.probation_weeks
    if sentence < p.prison + p.probation:
        who.record = 1
    if who.court == NO_ORDER and draw("drug court", who, chance) < p.drug_court:
        who.court = p.court_weeks
    on_probation = p.prison <= sentence < p.prison + p.probation
    if on_probation and who.court == NO_ORDER and draw("referral", who, chance) < p.referral:
        who.court = p.referral_weeks


@rule
def offending(who: Any, p: Any) -> float:
    """Weekly hazard of a recorded offence."""
    if who.stage != ACTIVE:
        return p.offend_well / 52.0
    return (p.offend_opioid if who.substance == OPIOID else p.offend_alcohol) / 52.0


@process("justice", off=("contacts", "homes.lost_active", "homes.lost_well"))
def feel_shocks(who: Any, p: Any, chance: Any) -> None:
    """Suffer a discriminatory contact, or let an earlier shock fade."""
    hurt = False
    if has_lived_experience(who.stage):
        hurt = happens(p.contacts * (1.0 - who.justice_capital) * who.record / 52.0, "police contact", who, chance)
    who.shock = 1.0 if hurt else who.shock * (1.0 - p.shock_fades / 52.0)


class Justice(Parameters):
    """Offending and what follows."""

    offend_opioid: float = per_year(3.0, "recorded offences in active addiction, opioid profile", up_to=200, off=0.0)
    offend_alcohol: float = per_year(0.4, "the same, alcohol and other profiles", up_to=200, off=0.0)
    offend_well: float = per_year(
        0.1,
        "the same in recovery",
        up_to=200,
        off=0.0,
        source="contact with justice falls about ten-fold (US LiR 2012)",
        grade="D",
    )
    arrest: float = probability(0.15, "chance of arrest per offence")
    prison: float = probability(0.2, "chance of prison per arrest")
    probation: float = probability(0.4, "chance of probation per arrest; the rest is diverted or fined")
    sentence: int = amount(16, "weeks in custody", unit="weeks", low=1, up_to=1000)
    probation_weeks: int = amount(52, "weeks of probation", unit="weeks", low=1, up_to=1000)
    referral: float = probability(
        0.04,
        "chance that probation refers somebody to drug treatment",
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
    capital: float = score(0.5, "justice capital: how far agencies help rather than harm")
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
