"""Stigma at three levels: public attitudes, structural stigma (settled for the city), internalised stigma.

Attitudes fall by contact with visible recovery, rise by exposure to active use and media, and follow the norm of
one's ties: pull(m) = m^n / (m^n + (1-m)^n), which a committed minority can tip (about a quarter: Centola 2018; with
n = 3 and nothing but conformity the mean field tips at exactly 25 %). Internalised stigma follows both others
(causal order: HMIP 2024/06).
"""

from __future__ import annotations

import math
from typing import Any

from contagion.core.parameters import Parameters, param
from contagion.core.rules import rule
from contagion.core.shapes import approaches
from contagion.vocabulary import recovering

REVIEWED = 4
"""People review their attitude to others every four weeks: attitudes move slowly, and a city has many people."""


class Stigma(Parameters):
    """Attitudes and what follows from them."""

    attitude_mean: float = param(
        0.62,
        low=0,
        high=1,
        unit="0..1",
        grade="D",
        meaning="mean attitude against people with lived experience on the first day",
        source="22 % would work closely with somebody with drug addiction, 64 % let employers refuse (Barry 2014)",
    )
    disposition_mean: float = param(
        0.572,
        low=0,
        high=1,
        unit="0..1",
        grade="D",
        meaning="mean of people's own leaning, apart from the norm of others",
        source="the leaning at which attitudes stay where they are on the first day",
    )
    disposition_spread: float = param(0.2, low=0, high=0.5, unit="0..1", meaning="half-range of people's own leanings")
    pace: float = param(0.5, low=0, high=13, unit="per year", off=0.0,
                        meaning="how fast attitudes move (they are reviewed every four weeks)")  # fmt: skip
    conformity: float = param(0.4, low=0, high=1, unit="share", off=0.0,
                              meaning="weight of the norm of one's ties against one's own leaning")  # fmt: skip
    steepness: float = param(
        2.0, low=1, high=6, unit="exponent", off=1.0, meaning="how steeply a majority norm pulls (n)",
        source="a committed minority of 10-40 % tips a norm (Centola 2018 and reviews)", grade="D",
    )  # fmt: skip
    contact: float = param(
        0.25, low=0, high=5, unit="ratio", off=0.0, meaning="most that contact with visible recovery lowers the leaning",
        source="Corrigan 2012: contact beats education for adults (order); 2020 review: no effect confirmed",
    )  # fmt: skip
    use_seen: float = param(0.15, low=0, high=5, unit="ratio", off=0.0,
                            meaning="most that active use seen raises the leaning")  # fmt: skip
    media: float = param(0.0, low=0, high=1, unit="0..1", off=0.0, meaning="steady push of the media on the leaning")
    committed: float = param(0.01, low=0, high=1, unit="share", off=0.0,
                             meaning="share of people committed to the inclusive norm")  # fmt: skip
    internalise_public: float = param(0.45, low=0, high=2, unit="ratio", off=0.0,
                                      meaning="weight of the attitude met in internalised stigma")  # fmt: skip
    internalise_structural: float = param(0.35, low=0, high=2, unit="ratio", off=0.0,
                                          meaning="weight of structural stigma in internalised stigma")  # fmt: skip
    identity: float = param(0.5, low=0, high=1, unit="ratio", off=0.0,
                            meaning="how far a recovery identity shields from internalising")  # fmt: skip
    internalise_pace: float = param(1.0, low=0, high=26, unit="per year", off=0.0,
                                    meaning="how fast internalised stigma follows")  # fmt: skip
    structural_start: float = param(0.5, low=0, high=1, unit="0..1", meaning="structural stigma at the start, and "
                                    "the level that present policy holds")  # fmt: skip
    structural_pace: float = param(0.2, low=0, high=26, unit="per year", off=0.0,
                                   meaning="how fast structural stigma follows policy and attitudes")  # fmt: skip
    structural_attitudes: float = param(0.3, low=0, high=1, unit="share", off=0.0,
                                        meaning="weight of employers' and landlords' attitudes against policy")  # fmt: skip


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
    )  # fmt: skip


def internalise(who: Any, p: Stigma) -> None:
    """People with lived experience come to accept part of what is thought of them."""
    shield = 1.0 - p.identity * who.identity * recovering(who.stage)
    aim = (p.internalise_public * who.norm + p.internalise_structural * who.city.structural) * shield
    who.internalised = approaches(who.internalised, aim, p.internalise_pace / 52.0)
