"""CHIME: connectedness, hope, identity, meaning and empowerment, each drifting to a target of its own.

x' = x + pace (target - x). Hope follows visible success and falls when alters relapse; connectedness follows
supportive ties; identity follows the balance of recovery and using ties and recognition by others (tertiary
desistance); meaning follows roles; empowerment follows capital against barriers.
Source of the five: Leamy et al. (2011), in HMIP 2024/06; no published weights.
"""

from __future__ import annotations

from typing import Any

from contagion.core.parameters import Parameters, amount, per_year, ratio, score
from contagion.core.shapes import approaches, balance, fills
from contagion.vocabulary import recovering


class Chime(Parameters):
    """Paces and weights of CHIME."""

    pace: float = per_year(2.0, "how fast CHIME follows its targets", up_to=26, off=0.0)
    hope_base: float = score(0.35, "hope of somebody who sees no recovery")
    hope_seen: float = score(
        0.4,
        "most that seeing recovery adds to hope",
        off=0.0,
        source="hope passes even to people not ready for abstinence (S0 citing White 2010): a claim, no rate",
    )
    hope_fallen: float = score(0.05, "hope lost for each close tie that relapsed lately", per="per tie", off=0.0)
    hope_own: float = score(0.25, "hope added by one's own recovery", off=0.0)
    near_counts: float = amount(
        1.0, "weight of a close tie in connectedness, identity and social capital", unit="ties", up_to=10, off=0.0
    )
    group_counts: float = amount(
        2.0, "close ties that a group stands for, in connectedness and identity", unit="ties", up_to=20, off=0.0
    )
    own_counts: float = amount(
        3.0, "ties that one's own recovery stands for, in identity", unit="ties", up_to=20, off=0.0
    )
    recognition: float = ratio(0.4, "how far the attitude met takes away from a recovery identity")
    meaning_job: float = score(
        0.3, "meaning from a job", off=0.0, source="Glasgow n=205: meaningful activity first, then peers", grade="C"
    )
    meaning_giving: float = score(0.3, "meaning from giving back", off=0.0)
    meaning_group: float = score(0.15, "meaning from a group", off=0.0)
    meaning_champion: float = score(
        0.15, "meaning from helping others", off=0.0, source="helper principle, Pagano 2004 (sign)", grade="C"
    )


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
        0.1
        + p.meaning_job * who.job
        + p.meaning_giving * who.giving_back
        + p.meaning_group * attends
        + p.meaning_champion * who.champion,
        pace,
    )
    who.empowerment = approaches(who.empowerment, 0.5 + 0.5 * (who.personal - who.barriers), pace)
    who.social = approaches(who.social, balance(supportive, using, 2.0), pace)
