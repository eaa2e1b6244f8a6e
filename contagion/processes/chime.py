"""CHIME: connectedness, hope, identity, meaning and empowerment, each drifting to a target of its own.

x' = x + pace (target - x). Hope follows visible success and falls when alters relapse; connectedness follows
supportive ties; identity follows the balance of recovery and using ties and recognition by others (tertiary
desistance); meaning follows roles; empowerment follows capital against barriers.
Source of the five: Leamy et al. (2011), in HMIP 2024/06; no published weights.
"""

from __future__ import annotations

from typing import Any

from contagion.core.parameters import Parameters, param
from contagion.core.shapes import approaches, balance, fills
from contagion.vocabulary import recovering


class Chime(Parameters):
    """Paces and weights of CHIME."""

    pace: float = param(2.0, low=0, high=26, unit="per year", off=0.0, meaning="how fast CHIME follows its targets")
    hope_base: float = param(0.35, low=0, high=1, unit="0..1", meaning="hope of somebody who sees no recovery")
    hope_seen: float = param(
        0.4, low=0, high=1, unit="0..1", off=0.0, meaning="most that seeing recovery adds to hope",
        source="hope passes even to people not ready for abstinence (S0 citing White 2010): a claim, no rate",
    )  # fmt: skip
    hope_fallen: float = param(
        0.05, low=0, high=1, unit="0..1 per tie", off=0.0, meaning="hope lost for each close tie that relapsed lately",
    )  # fmt: skip
    hope_own: float = param(0.25, low=0, high=1, unit="0..1", meaning="hope added by one's own recovery", off=0.0)
    near_counts: float = param(1.0, low=0, high=10, unit="ties", off=0.0,
                               meaning="weight of a close tie in connectedness, identity and social capital")  # fmt: skip
    group_counts: float = param(2.0, low=0, high=20, unit="ties", off=0.0,
                                meaning="close ties that a group stands for, in connectedness and identity")  # fmt: skip
    own_counts: float = param(3.0, low=0, high=20, unit="ties", off=0.0,
                              meaning="ties that one's own recovery stands for, in identity")  # fmt: skip
    recognition: float = param(
        0.4, low=0, high=1, unit="ratio", off=0.0,
        meaning="how far the attitude met takes away from a recovery identity",
    )  # fmt: skip
    meaning_job: float = param(0.3, low=0, high=1, unit="0..1", meaning="meaning from a job", off=0.0,
                               source="Glasgow n=205: meaningful activity first, then peers", grade="C")  # fmt: skip
    meaning_giving: float = param(0.3, low=0, high=1, unit="0..1", meaning="meaning from giving back", off=0.0)
    meaning_group: float = param(0.15, low=0, high=1, unit="0..1", meaning="meaning from a group", off=0.0)
    meaning_champion: float = param(0.15, low=0, high=1, unit="0..1", meaning="meaning from helping others", off=0.0,
                                    source="helper principle, Pagano 2004 (sign)", grade="C")  # fmt: skip


def chime(who: Any, p: Chime) -> None:
    """Follow last week's exposures and this week's roles."""
    well = 1.0 * recovering(who.stage)
    pace = p.pace / 52.0
    attends = 1.0 * (who.group >= 0)
    seen = who.family + who.friend + who.weak + who.in_group + who.event
    who.hope = approaches(
        who.hope,
        p.hope_base + p.hope_seen * fills(seen, 1.0) + p.hope_own * well - p.hope_fallen * who.fallen_near,
        pace,
    )
    near, using = p.near_counts * who.recovering_near, p.near_counts * who.using_near
    supportive = near + p.group_counts * attends + who.allies
    who.connectedness = approaches(who.connectedness, fills(supportive, 2.0), pace)
    held = balance(near + p.group_counts * attends + p.own_counts * well, using, 2.0)
    who.identity = approaches(who.identity, held * (1.0 - p.recognition * who.norm), pace)
    who.meaning = approaches(
        who.meaning,
        0.1 + p.meaning_job * who.job + p.meaning_giving * who.giving_back
        + p.meaning_group * attends + p.meaning_champion * who.champion,
        pace,
    )  # fmt: skip
    who.empowerment = approaches(who.empowerment, 0.5 + 0.5 * (who.personal - who.barriers), pace)
    who.social = approaches(who.social, balance(supportive, using, 2.0), pace)
