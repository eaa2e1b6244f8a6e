"""CHIME: connectedness, hope, identity, meaning and empowerment, each drifting to a target of its own.

x' = x + pace / 52 (target - x). Hope follows visible success and falls when people close relapse; connectedness follows
supportive ties; identity follows the balance of recovery and using ties and recognition by others (tertiary desistance);
meaning follows roles; empowerment follows capital against barriers.

Source: Leamy et al. (2011) for the five, in HMIP 2024/06; no published weights.
"""

from __future__ import annotations

from typing import Any

from contagion.core.compiling import rule
from contagion.core.parameters import Parameters, amount, per_year, ratio, score
from contagion.core.process import process
from contagion.core.shapes import approaches, balance, fills
from contagion.vocabulary import EARLY, NO_GROUP, in_recovery


@process("chime", off=("pace",))
def chime(who: Any, p: Any, chance: Any) -> None:
    """Follow last week's exposures and this week's roles."""
    pace = p.pace / 52.0
    recovers = 1.0 * in_recovery(who.stage)
    near, using = p.near_counts * who.recovering_near, p.near_counts * who.using_near
    group = p.group_counts * (1.0 * (who.group != NO_GROUP))
    others = p.support_counts * max(0, who.close_near - who.recovering_near - who.using_near)
    supportive = near + others + group + p.ally_counts * who.allies
    held = balance(near + group + p.own_counts * recovers, using, p.prior)
    who.hope = approaches(who.hope, hoped(who, recovers, p), pace)
    who.connectedness = approaches(who.connectedness, fills(supportive, p.connected_half), pace)
    who.identity = approaches(who.identity, held * (1.0 - p.recognition * who.norm), pace)
    who.meaning = approaches(who.meaning, meant(who, p), pace)
    who.empowerment = approaches(who.empowerment, empowered(who.personal, who.barriers), pace)
    who.social = approaches(who.social, balance(supportive, using, p.prior), pace)


@rule
def hoped(who: Any, recovers: float, p: Any) -> float:
    """The hope that what is seen, and one's own recovery, give."""
    seen = who.family + who.friend + who.weak + who.in_group + who.event
    return (
        p.hope_base
        + p.hope_seen * fills(seen, p.hope_half)
        + p.hope_own * recovers
        - p.hope_fallen * who.fallen_near
        - p.hope_first * unsettled(who.stage, who.spell)
    )


@rule
def unsettled(stage: int, spell: int) -> float:
    """How new recovery is: 1 at the start, 0 after a year."""
    return 1.0 - spell / 52.0 if stage == EARLY else 0.0


@rule
def meant(who: Any, p: Any) -> float:
    """The meaning that roles give: a job, giving back, a group, helping others."""
    attends = 1.0 * (who.group != NO_GROUP)
    return (
        p.meaning_base
        + p.meaning_job * who.job
        + p.meaning_giving * who.giving_back
        + p.meaning_group * attends
        + p.meaning_champion * who.champion
    )


@rule
def empowered(personal: float, barriers: float) -> float:
    """Empowerment: one half where capital and barriers balance."""
    return 0.5 + 0.5 * (personal - barriers)


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
    hope_first: float = score(
        0.65,
        "hope lost at the start of recovery, which wears off within a year",
        off=0.0,
        source="self-esteem and happiness fall in the first year (Kelly, Greene & Bergman 2018): sign",
    )
    near_counts: float = amount(
        1.0, "weight of a close tie in connectedness, identity and social capital", unit="ties", up_to=10, off=0.0
    )
    support_counts: float = amount(
        0.25,
        "close ties in recovery that a close tie who neither uses nor is in recovery stands for",
        unit="ties",
        up_to=10,
        off=0.0,
        source="people to rely on, partner and children count in recovery capital (Best 2021): sign",
    )
    group_counts: float = amount(
        1.0, "close ties that a group stands for, in connectedness and identity", unit="ties", up_to=20, off=0.0
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
    hope_half: float = amount(1.0, "recovery seen that adds half of hope_seen", unit="ties", low=0.01, up_to=20)
    connected_half: float = amount(
        2.0, "supportive ties that make connectedness one half", unit="ties", low=0.01, up_to=20
    )
    prior: float = amount(
        2.0,
        "how strongly identity and social capital are drawn to one half, as a number of ties",
        unit="ties",
        low=0.01,
        up_to=20,
    )
    ally_counts: float = amount(1.0, "close ties that an active ally stands for", unit="ties", up_to=10, off=0.0)
    meaning_base: float = score(0.1, "meaning of somebody without a role")
