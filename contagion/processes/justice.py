"""Justice: offending while active, arrest, diversion, probation or prison, a record, a court's way to treatment.

Offending falls with recovery (desistance). From offence to treatment it takes about 6 months through a drug treatment
court and 22 months under probation (Colman, Ghent). A discriminatory police contact is a shock that justice
capital makes rarer and social capital buffers (account in S4).
"""

from __future__ import annotations

from typing import Any

from contagion.core.parameters import Parameters, param
from contagion.core.rules import rule
from contagion.core.shapes import chosen


class Justice(Parameters):
    """Offending and what follows."""

    offend_opioid: float = param(3.0, low=0, high=200, unit="per year", off=0.0,
                                 meaning="recorded offences in active addiction, opioid profile")  # fmt: skip
    offend_alcohol: float = param(0.4, low=0, high=200, unit="per year", off=0.0,
                                  meaning="the same, alcohol and other profiles")  # fmt: skip
    offend_well: float = param(0.05, low=0, high=200, unit="per year", off=0.0, grade="D",
                               source="contact with justice falls about ten-fold (US LiR 2012)",
                               meaning="the same in recovery")  # fmt: skip
    arrest: float = param(0.15, low=0, high=1, unit="probability", off=0.0, meaning="chance of arrest per offence")
    prison: float = param(0.2, low=0, high=1, unit="probability", off=0.0, meaning="chance of prison per arrest")
    probation: float = param(0.4, low=0, high=1, unit="probability", off=0.0,
                             meaning="chance of probation per arrest; the rest is diverted or fined")  # fmt: skip
    sentence: int = param(16, low=1, high=1000, unit="weeks", meaning="weeks in custody")
    probation_weeks: int = param(52, low=1, high=1000, unit="weeks", meaning="weeks of probation")
    referral: float = param(0.04, low=0, high=1, unit="probability", off=0.0, grade="C",
                            meaning="chance that probation refers somebody to drug treatment",
                            source="HMIP/CQC 2021: under 3,000 of about 75,000")  # fmt: skip
    referral_weeks: int = param(95, low=0, high=1000, unit="weeks", grade="C",
                                meaning="offence to treatment under probation", source="Ghent: 22 months (S2)")  # fmt: skip
    drug_court: float = param(0.0, low=0, high=1, unit="probability", off=0.0, grade="choice",
                              meaning="chance that an arrest goes to a drug treatment court",
                              source="none in the baseline city")  # fmt: skip
    court_weeks: int = param(26, low=0, high=1000, unit="weeks", grade="C",
                             meaning="from offence to treatment through a drug treatment court",
                             source="S2 (Ghent): 6 months")  # fmt: skip
    capital: float = param(0.5, low=0, high=1, unit="0..1",
                           meaning="justice capital: how far agencies help rather than harm")  # fmt: skip
    contacts: float = param(0.08, low=0, high=52, unit="per year", off=0.0,
                            meaning="discriminatory contacts of people with a record, without justice capital")  # fmt: skip
    shock_fades: float = param(4.0, low=0, high=52, unit="per year", meaning="how fast a shock wears off")
    record_at_start: float = param(0.5, low=0, high=1, unit="share", grade="C",
                                   meaning="share with a record, opioid profile, at the start",
                                   source="50 % arrested during addiction (US LiR 2012)")  # fmt: skip
    record_at_start_other: float = param(0.2, low=0, high=1, unit="share",
                                         meaning="the same, alcohol and other profiles")  # fmt: skip


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
