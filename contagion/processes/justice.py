"""Justice: offending while active, arrest, diversion, probation or prison, a record, a court's way to treatment.

Offending falls with recovery (desistance). From offence to treatment it takes about 6 months through a drug treatment
court and 22 months under probation (Colman, Ghent). A discriminatory police contact is a shock that justice
capital makes rarer and social capital buffers (account in S4).
"""

from __future__ import annotations

from typing import Any

from contagion.core.parameters import Parameters, amount, choice, per_year, probability, score, share
from contagion.core.rules import rule
from contagion.core.shapes import chosen


class Justice(Parameters):
    """Offending and what follows."""

    offend_opioid: float = per_year(3.0, "recorded offences in active addiction, opioid profile", up_to=200, off=0.0)
    offend_alcohol: float = per_year(0.4, "the same, alcohol and other profiles", up_to=200, off=0.0)
    offend_well: float = per_year(
        0.05,
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
        0.5,
        "share with a record, opioid profile, at the start",
        source="50 % arrested during addiction (US LiR 2012)",
        grade="C",
    )
    record_at_start_other: float = share(0.2, "the same, alcohol and other profiles")


@rule
def offending(stage, custody, active, well):
    if stage < 1 or stage > 4 or custody > 0:
        return 0.0
    return (active if stage == 1 else well) / 52.0


@rule
def sentenced(arrested, lot, prison, weeks, left):
    """Weeks of custody left after this week."""
    if arrested and lot < prison:
        return weeks
    return max(0, left - 1)


@rule
def supervised(arrested, lot, prison, probation, weeks, left):
    """Weeks of probation left after this week."""
    if arrested and prison <= lot < prison + probation:
        return weeks
    return max(0, left - 1)


@rule
def court_ordered(arrested, lot, share, weeks, due):
    """Weeks until a treatment order starts: an order that stands is kept."""
    return weeks if arrested and due < 0 and lot < share else due


@rule
def hurts(stage, record, rate):
    return rate * record / 52.0 if 1 <= stage <= 4 else 0.0


def justice(who: Any, p: Justice) -> None:
    """Offend or not, be arrested or not, serve what is to be served."""
    active = chosen(who.substance == 0, p.offend_opioid, p.offend_alcohol)
    offends = who.happens("offend", offending(who.stage, who.custody, active, p.offend_well))
    who.offences = offends
    arrested = offends & (who.lot("arrest", offends) < p.arrest)
    lot = who.lot("sentence", arrested)
    who.record = chosen(arrested & (lot < p.prison + p.probation), 1, who.record)
    on_probation = arrested & (lot >= p.prison) & (lot < p.prison + p.probation)
    who.custody = sentenced(arrested, lot, p.prison, p.sentence, who.custody)
    who.probation = supervised(arrested, lot, p.prison, p.probation, p.probation_weeks, who.probation)
    due = court_ordered(arrested, who.lot("drug court", arrested), p.drug_court, p.court_weeks, who.court)
    who.court = court_ordered(on_probation, who.lot("referral", on_probation), p.referral, p.referral_weeks, due)
    harmed = who.happens("police contact", hurts(who.stage, who.record, p.contacts * (1.0 - who.city.justice_capital)))
    who.shock = chosen(harmed, 1.0, who.shock * (1.0 - p.shock_fades / 52.0))
