"""Visibility and helping: who can be seen in recovery, who helps, who tires, who gives back.

People disclose when identity and safety outweigh stigma; some become champions; helping raises the helper's
meaning and lowers the helper's relapse (helper principle), too much tires. 79 % of people in long-term recovery
take active part in the community against about 40 % of the public (Life in Recovery UK 2015).
"""

from __future__ import annotations

from typing import Any

from contagion.core.parameters import Parameters, param
from contagion.core.rules import rule
from contagion.core.shapes import chosen
from contagion.vocabulary import recovering


class VisibilityParameters(Parameters):
    """Disclosure, champions and giving back."""

    disclose: float = param(0.9, low=0, high=26, unit="per year", off=0.0,
                            meaning="hazard of one step of disclosure when nothing speaks against it")  # fmt: skip
    conceal: float = param(0.5, low=0, high=26, unit="per year", off=0.0,
                           meaning="hazard of one step back when all speaks against it")  # fmt: skip
    stigma: float = param(0.6, low=0, high=2, unit="ratio", off=0.0,
                          meaning="how far the attitude met weighs against disclosure",
                          source="Clement 2015: disclosure concern the commonest barrier (sign)")  # fmt: skip
    internalised: float = param(0.6, low=0, high=2, unit="ratio", off=0.0,
                                meaning="how far internalised stigma weighs against disclosure")  # fmt: skip
    empowerment: float = param(0.3, low=0, high=2, unit="ratio", off=0.0,
                               meaning="how far empowerment above one half speaks for disclosure")  # fmt: skip
    become_champion: float = param(0.15, low=0, high=26, unit="per year", off=0.0,
                                   meaning="hazard of a visible person in sustained recovery becoming a champion",
                                   source="Pagano 2009: predicted by time, sponsor, attendance (sign)")  # fmt: skip
    retire: float = param(0.25, low=0, high=26, unit="per year", meaning="hazard of a rested champion stepping back")
    toll: float = param(0.6, low=0, high=5, unit="per year", off=0.0,
                        meaning="energy that helping takes, without support")  # fmt: skip
    rest: float = param(0.8, low=0, high=26, unit="per year", meaning="pace at which energy returns")
    relief: float = param(0.5, low=0, high=1, unit="ratio", off=0.0,
                          meaning="share of the toll that a champions programme takes off")  # fmt: skip
    give: float = param(0.8, low=0, high=26, unit="per year", off=0.0, grade="D",
                        meaning="hazard of beginning to give back in stable recovery",
                        source="stationary 79 % (Life in Recovery UK 2015)")  # fmt: skip
    give_active: float = param(0.08, low=0, high=26, unit="per year", off=0.0,
                               meaning="the same in active addiction or early recovery")  # fmt: skip
    stop_giving: float = param(0.21, low=0, high=26, unit="per year", meaning="hazard of ceasing to give back",
                               source="stationary 79 % (Life in Recovery UK 2015)", grade="D")  # fmt: skip


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
        who.identity + 0.2 * recovering(who.stage) + p.empowerment * (who.empowerment - 0.5)
        - p.stigma * who.norm - p.internalised * who.internalised
    )  # fmt: skip
    more = who.happens(
        "disclose", shows_more(who.stage, who.visibility, who.group >= 0, readiness, p.disclose)
    )  # fmt: skip
    less = who.happens("conceal", shows_less(who.visibility, readiness, p.conceal))
    who.visibility = seen_as(who.stage, who.visibility, more, less)
    who.energy = (
        who.energy + (p.rest * (1.0 - who.energy) - p.toll * (1.0 - p.relief * who.supported) * who.champion) / 52.0
    )  # fmt: skip
    takes = who.happens(
        "champion", takes_up(who.stage, who.visibility, who.champion, who.energy, p.become_champion)
    )  # fmt: skip
    leaves = who.happens("step back", steps_back(who.champion, who.energy, p.retire))
    who.champion = keeps_on(who.stage, who.visibility, who.champion, takes, leaves)


def give_back(who: Any, p: VisibilityParameters) -> None:
    """Begin or cease to take active part in the community."""
    turns = who.happens("give back", gives(who.stage, who.giving_back, p.give, p.give_active, p.stop_giving))
    who.giving_back = chosen(turns, 1 - who.giving_back, who.giving_back)
