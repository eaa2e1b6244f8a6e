"""Visibility and helping: who can be seen in recovery, who helps, who tires, who gives back.

readiness = identity + recovering + empowerment x E - reserve - stigma x norm - internalised x Z
Hazard of one step of disclosure = disclose x readiness; of one step back = -conceal x readiness; at an event one step more
with probability at_event x readiness. A visible person in sustained recovery may become a champion;
energy' = energy + [rest (1 - energy) - toll (1 - relief x support)] / 52.

Source: HMIP 2024/06 (champions); helper principle, Pagano 2004 and 2009 (signs); 79 % of people in long-term recovery
take active part in the community against about 40 % of the public (Life in Recovery UK 2015).
"""

from __future__ import annotations

from typing import Any

from contagion.core.chance import draw, happens
from contagion.core.compiling import rule
from contagion.core.parameters import Parameters, per_year, probability, ratio, score
from contagion.core.process import process
from contagion.vocabulary import HIDDEN, NO_GROUP, STABLE, SUSTAINED, VISIBLE, in_recovery, is_here


@process(
    "visibility",
    off=("disclose",),
    unless=lambda people: bool((people["visibility"] != HIDDEN).any() or people["champion"].any()),
)
def disclose(who: Any, p: Any, chance: Any) -> None:
    """Disclose one's recovery or hide it, become a champion or step back."""
    readiness = ready(who, p)
    more = happens(disclosing(who, readiness, p), "disclose", who, chance)
    if who.at_event == 1 and readiness > 0.0 and draw("disclose at an event", who, chance) < p.at_event * readiness:
        more = True
    less = happens(concealing(who, readiness, p), "conceal", who, chance)
    if not in_recovery(who.stage):
        who.visibility = HIDDEN
    elif more:
        who.visibility = min(VISIBLE, who.visibility + 1)
    elif less:
        who.visibility -= 1
    drain = p.toll * (1.0 - p.relief * who.supported) * who.champion
    who.energy = who.energy + (p.rest * (1.0 - who.energy) - drain) / 52.0
    can_help = who.visibility == VISIBLE and (who.stage == SUSTAINED or who.stage == STABLE)
    if who.champion == 1:
        tired = happens(steps_back(who.energy, p), "step back", who, chance)
        who.champion = 1 * (can_help and not tired)
    elif can_help:
        who.champion = 1 * happens(p.become_champion * who.energy / 52.0, "champion", who, chance)


@rule
def ready(who: Any, p: Any) -> float:
    """How far identity and safety outweigh stigma: above 0 a person discloses, below 0 they hide."""
    return (
        who.identity
        + p.recovering * in_recovery(who.stage)
        + p.empowerment * who.empowerment
        - p.reserve
        - p.stigma * who.norm
        - p.internalised * who.internalised
    )


@rule
def disclosing(who: Any, readiness: float, p: Any) -> float:
    """Weekly hazard of one step of disclosure; the first step is easier in a group."""
    if not in_recovery(who.stage) or who.visibility == VISIBLE or readiness <= 0.0:
        return 0.0
    easier = p.in_group if who.group != NO_GROUP and who.visibility == HIDDEN else 1.0
    return p.disclose * readiness * easier / 52.0


@rule
def concealing(who: Any, readiness: float, p: Any) -> float:
    """Weekly hazard of one step back."""
    if who.visibility == HIDDEN or readiness >= 0.0:
        return 0.0
    return -p.conceal * readiness / 52.0


@rule
def steps_back(energy: float, p: Any) -> float:
    """Weekly hazard of a champion stepping back; it rises steeply below the energy at which people tire."""
    if energy > p.tired_below:
        return p.retire / 52.0
    return (p.retire + p.burnout * (p.tired_below - energy)) / 52.0


@process("visibility", off=("give", "give_active", "stop_giving"))
def give_back(who: Any, p: Any, chance: Any) -> None:
    """Begin or cease to take active part in the community."""
    if is_here(who.stage) and happens(giving_rate(who, p), "give back", who, chance):
        who.giving_back = 1 - who.giving_back


@rule
def giving_rate(who: Any, p: Any) -> float:
    """Weekly hazard of beginning to give back, or of ceasing; sustained recovery lies midway."""
    if who.giving_back == 1:
        return p.stop_giving / 52.0
    if who.stage == STABLE:
        return p.give / 52.0
    return (0.5 * (p.give + p.give_active) if who.stage == SUSTAINED else p.give_active) / 52.0


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
    empowerment: float = ratio(0.3, "how far empowerment speaks for disclosure", up_to=2)
    become_champion: float = per_year(
        0.03,
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
        0.21,
        "hazard of ceasing to give back",
        off=0.0,
        up_to=26,
        source="stationary 79 % (Life in Recovery UK 2015)",
        grade="D",
    )
    recovering: float = score(0.2, "how far being in recovery speaks for disclosure", off=0.0)
    reserve: float = score(0.35, "readiness that it takes before anybody discloses", off=0.0)
    in_group: float = ratio(
        2.0, "how much likelier the first step of disclosure is in a group", low=1, up_to=10, off=1.0
    )
    at_event: float = probability(
        0.1, "chance of one step of disclosure at an event, when nothing speaks against it", off=0.0
    )
    tired_below: float = score(0.3, "energy below which champions tire")
    burnout: float = per_year(26.0, "further hazard of stepping back for each unit of energy below that", off=0.0)
