"""Supervision: contacts on probation or under a court that help or harm, and what the agencies as a whole are like.

Hazard of a contact that counts = supervision while on probation or under a court; it helps with probability justice capital
(court_helps under a court): it may walk the person to a group and eases a shock; else it harms: shock' = max(shock, harm)
Under a court, work and debts are helped too: applications at court_work a year, debt falls at court_debt.
justice capital' = justice capital + pace / 52 (capital + lever of interventions - justice capital)

Source: HMIP 2024/06 (justice capital); Wittouck (Ghent court: debts and work first, use not significantly lower): signs.
"""

from __future__ import annotations

from typing import Any

from contagion.core.chance import draw, happens
from contagion.core.compiling import rule
from contagion.core.process import process, settlement
from contagion.core.shapes import approaches
from contagion.vocabulary import NO_GROUP, has_lived_experience


@process("justice", off=("supervision", "court_work", "court_debt"))
def supervise(who: Any, p: Any, chance: Any) -> None:
    """Meet those who supervise, for better or for worse."""
    who.under_court = max(0, who.under_court - 1)
    if not has_lived_experience(who.stage) or who.custody > 0 or (who.probation == 0 and who.under_court == 0):
        return
    if who.under_court > 0:
        under_court(who, p, chance)
    if not happens(p.supervision / 52.0, "supervision", who, chance):
        return
    if draw("supervision helps", who, chance) < (p.court_helps if who.under_court > 0 else who.justice_capital):
        who.shock = who.shock * (1.0 - p.harm)
        if who.group == NO_GROUP and draw("walked by probation", who, chance) < p.walks:
            who.joining = 1
    else:
        who.shock = max(who.shock, p.harm)


@rule
def under_court(who: Any, p: Any, chance: Any) -> None:
    """What a court helps with beside treatment: work and debts."""
    if who.job == 0 and happens(p.court_work / 52.0, "court work", who, chance):
        who.seeks_job = 1
    who.debt = approaches(who.debt, 0.0, p.court_debt / 52.0)


@settlement("justice", off=("capital_pace",))
def settle_justice(city: Any, p: Any) -> None:
    """Justice capital follows what agencies are like without, and with, what interventions add."""
    town = city.town
    aim = min(1.0, max(0.0, p.capital + town.justice_lever))
    town.justice_capital += p.capital_pace / 52.0 * (aim - town.justice_capital)
