"""Visibility and helping: who can be seen in recovery, who helps, who tires, who gives back.

People disclose when identity and safety outweigh stigma; some become champions; helping raises the helper's
meaning and lowers the helper's relapse (helper principle), too much tires. 79 % of people in long-term recovery
take active part in the community against about 40 % of the public (Life in Recovery UK 2015).
"""

from __future__ import annotations

from typing import Any

from contagion.core.parameters import Parameters, per_year, ratio
from contagion.core.rules import rule
from contagion.core.shapes import chosen
from contagion.vocabulary import recovering


class VisibilityParameters(Parameters):
    """Disclosure, champions and giving back."""

    disclose: float = per_year(
        0.9, "hazard of one step of disclosure when nothing speaks against it", up_to=26, off=0.0
    )
    conceal: float = per_year(0.5, "hazard of one step back when all speaks against it", up_to=26, off=0.0)
    stigma: float = ratio(
        0.6,
        "how far the attitude met weighs against disclosure",
        up_to=2,
        source="Clement 2015: disclosure concern the commonest barrier (sign)",
    )
    internalised: float = ratio(0.6, "how far internalised stigma weighs against disclosure", up_to=2)
    empowerment: float = ratio(0.3, "how far empowerment above one half speaks for disclosure", up_to=2)
    become_champion: float = per_year(
        0.15,
        "hazard of a visible person in sustained recovery becoming a champion",
        up_to=26,
        off=0.0,
        source="Pagano 2009: predicted by time, sponsor, attendance (sign)",
    )
    retire: float = per_year(0.25, "hazard of a rested champion stepping back", up_to=26)
    toll: float = per_year(0.6, "energy that helping takes, without support", up_to=5, off=0.0)
    rest: float = per_year(0.8, "pace at which energy returns", up_to=26)
    relief: float = ratio(0.5, "share of the toll that a champions programme takes off")
    give: float = per_year(
        0.8,
        "hazard of beginning to give back in stable recovery",
        up_to=26,
        off=0.0,
        source="stationary 79 % (Life in Recovery UK 2015)",
        grade="D",
    )
    give_active: float = per_year(0.08, "the same in active addiction or early recovery", up_to=26, off=0.0)
    stop_giving: float = per_year(
        0.21, "hazard of ceasing to give back", up_to=26, source="stationary 79 % (Life in Recovery UK 2015)", grade="D"
    )


@rule
def shows_more(stage, visibility, grouped, readiness, rate):
    """Hazard of one step of disclosure; the first step is easier in a group."""
    if stage < 2 or stage > 4 or visibility >= 2 or readiness <= 0.0:
        return 0.0
    return rate * readiness * (2.0 if grouped and visibility == 0 else 1.0) / 52.0


@rule
def shows_less(visibility, readiness, rate):
    if visibility <= 0 or readiness >= 0.0:
        return 0.0
    return -rate * readiness / 52.0


@rule
def seen_as(stage, visibility, more, less):
    if stage < 2 or stage > 4:
        return 0
    if more:
        return min(2, visibility + 1)
    return visibility - 1 if less else visibility


@rule
def takes_up(stage, visibility, champion, energy, rate):
    if champion == 1 or visibility < 2 or stage < 3 or stage > 4:
        return 0.0
    return rate * energy / 52.0


@rule
def steps_back(champion, energy, rate):
    if champion == 0:
        return 0.0
    return (rate if energy > 0.3 else rate + 26.0 * (0.3 - energy)) / 52.0


@rule
def keeps_on(stage, visibility, champion, takes, leaves):
    if visibility < 2 or stage < 3 or stage > 4 or leaves:
        return 0
    return 1 if takes else champion


@rule
def gives(stage, giving, well, active, rate_stop):
    """Hazard of changing over between giving back and not."""
    if stage > 4:
        return 0.0
    if giving == 1:
        return rate_stop / 52.0
    return (well if stage == 4 else (0.5 * (well + active) if stage == 3 else active)) / 52.0


def visibility(who: Any, p: VisibilityParameters) -> None:
    """Disclose or hide, become a champion or step back, give back or cease."""
    readiness = (
        who.identity
        + 0.2 * recovering(who.stage)
        + p.empowerment * (who.empowerment - 0.5)
        - p.stigma * who.norm
        - p.internalised * who.internalised
    )
    more = who.happens("disclose", shows_more(who.stage, who.visibility, who.group >= 0, readiness, p.disclose))
    less = who.happens("conceal", shows_less(who.visibility, readiness, p.conceal))
    who.visibility = seen_as(who.stage, who.visibility, more, less)
    who.energy = (
        who.energy + (p.rest * (1.0 - who.energy) - p.toll * (1.0 - p.relief * who.supported) * who.champion) / 52.0
    )
    takes = who.happens("champion", takes_up(who.stage, who.visibility, who.champion, who.energy, p.become_champion))
    leaves = who.happens("step back", steps_back(who.champion, who.energy, p.retire))
    who.champion = keeps_on(who.stage, who.visibility, who.champion, takes, leaves)


def give_back(who: Any, p: VisibilityParameters) -> None:
    """Begin or cease to take active part in the community."""
    turns = who.happens("give back", gives(who.stage, who.giving_back, p.give, p.give_active, p.stop_giving))
    who.giving_back = chosen(turns, 1 - who.giving_back, who.giving_back)
