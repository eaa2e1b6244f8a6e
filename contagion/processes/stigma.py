"""Stigma at three levels: public attitudes, structural stigma (settled for the city), internalised stigma.

Attitudes fall by contact with visible recovery, rise by exposure to active use and media, and follow the norm of
one's ties: pull(m) = m^n / (m^n + (1-m)^n), which a committed minority can tip (about a quarter: Centola 2018; with
n = 3 and nothing but conformity the mean field tips at exactly 25 %). Internalised stigma follows both others
(causal order: HMIP 2024/06).
"""

from __future__ import annotations

import math
from typing import Any

from contagion.core.parameters import Parameters, amount, per_year, ratio, score, share
from contagion.core.rules import rule
from contagion.core.shapes import approaches
from contagion.vocabulary import recovering

REVIEWED = 4
"""People review their attitude to others every four weeks: attitudes move slowly, and a city has many people."""


class Stigma(Parameters):
    """Attitudes and what follows from them."""

    attitude_mean: float = score(
        0.62,
        "mean attitude against people with lived experience on the first day",
        source="22 % would work closely with somebody with drug addiction, 64 % let employers refuse (Barry 2014)",
        grade="D",
    )
    disposition_mean: float = score(
        0.572,
        "mean of people's own leaning, apart from the norm of others",
        source="the leaning at which attitudes stay where they are on the first day",
        grade="D",
    )
    disposition_spread: float = score(0.2, "half-range of people's own leanings", up_to=0.5)
    pace: float = per_year(0.5, "how fast attitudes move (they are reviewed every four weeks)", up_to=13, off=0.0)
    conformity: float = share(0.4, "weight of the norm of one's ties against one's own leaning", off=0.0)
    steepness: float = amount(
        2.0,
        "how steeply a majority norm pulls (n)",
        unit="exponent",
        low=1,
        up_to=6,
        off=1.0,
        source="a committed minority of 10-40 % tips a norm (Centola 2018 and reviews)",
        grade="D",
    )
    contact: float = ratio(
        0.25,
        "most that contact with visible recovery lowers the leaning",
        up_to=5,
        source="Corrigan 2012: contact beats education for adults (order); 2020 review: no effect confirmed",
    )
    use_seen: float = ratio(0.15, "most that active use seen raises the leaning", up_to=5)
    media: float = score(0.0, "steady push of the media on the leaning", off=0.0)
    committed: float = share(0.01, "share of people committed to the inclusive norm", off=0.0)
    internalise_public: float = ratio(0.45, "weight of the attitude met in internalised stigma", up_to=2)
    internalise_structural: float = ratio(0.35, "weight of structural stigma in internalised stigma", up_to=2)
    identity: float = ratio(0.5, "how far a recovery identity shields from internalising")
    internalise_pace: float = per_year(1.0, "how fast internalised stigma follows", up_to=26, off=0.0)
    structural_start: float = score(0.5, "structural stigma at the start, and the level that present policy holds")
    structural_pace: float = per_year(0.2, "how fast structural stigma follows policy and attitudes", up_to=26, off=0.0)
    structural_attitudes: float = share(0.3, "weight of employers' and landlords' attitudes against policy", off=0.0)


@rule
def pull(norm, steepness):
    """How a norm looks to those who conform: majorities look larger than they are."""
    if norm <= 0.0 or norm >= 1.0 or steepness == 1.0:
        return norm
    if steepness == 2.0:
        return norm * norm / (norm * norm + (1.0 - norm) * (1.0 - norm))
    return 1.0 / (1.0 + math.exp(steepness * (math.log(1.0 - norm) - math.log(norm))))


@rule
def leans(disposition, contact, use_seen, by_contact, by_use):
    """Own leaning after what one met: contact lowers it, active use raises it."""
    lowered = disposition * (1.0 - min(1.0, by_contact * contact / (contact + 1.0)))
    return lowered + (1.0 - lowered) * by_use * use_seen / (use_seen + 1.0)


@rule
def expressed(attitude, steps):
    """The attitude that others notice, in whole steps."""
    return math.floor(attitude * steps + 0.5)


@rule
def met(total, weight, steps, own):
    """Mean attitude expressed on one's ties; one's own where there are none."""
    return total / (steps * weight) if weight > 0 else own


@rule
def thinks(attitude, committed, own, norm, conformity, pace):
    if committed == 1:
        return 0.0
    aim = min(1.0, (1.0 - conformity) * own + conformity * norm)
    return attitude + pace * (aim - attitude)


def attitude(who: Any, p: Stigma) -> None:
    """Every four weeks everyone's attitude moves a little towards own leaning and the norm of their ties."""
    own = leans(who.disposition, who.contact, who.use_seen, p.contact, p.use_seen) + p.media
    who.attitude = thinks(
        who.attitude, who.committed, own, pull(who.norm, p.steepness), p.conformity, p.pace * REVIEWED / 52.0
    )


def internalise(who: Any, p: Stigma) -> None:
    """People with lived experience come to accept part of what is thought of them."""
    shield = 1.0 - p.identity * who.identity * recovering(who.stage)
    aim = (p.internalise_public * who.norm + p.internalise_structural * who.city.structural) * shield
    who.internalised = approaches(who.internalised, aim, p.internalise_pace / 52.0)
