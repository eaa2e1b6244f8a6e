"""Stigma at three levels: public attitudes, structural stigma (settled for the city), internalised stigma.

attitude' = attitude + pace [(1 - c) leaning + c pull(norm) - attitude], c = conformity
leaning: lowered by contact with visible recovery, raised by active use seen and by media
pull(m) = m^n / (m^n + (1-m)^n): a committed minority can tip it; with n = 3 and nothing but conformity the mean field
tips at exactly 25 %
internalised' = internalised + pace [(public x norm + structural x stigma) (1 - identity shield) - internalised]

Source: Centola 2018 (a committed quarter), Corrigan 2012 (contact), causal order of the levels: HMIP 2024/06.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from contagion.core.compiling import rule
from contagion.core.parameters import Parameters, amount, per_year, ratio, score, share
from contagion.core.process import process, settlement
from contagion.core.shapes import approaches
from contagion.vocabulary import LERO, in_recovery

REVIEWED = 4
"""Weeks between the reviews of attitudes: they move slowly, and a city has many people."""

CHARTERED = 3
"""Stage of a coalition at which its charter is signed."""


@process("stigma", off=("pace", "events.meets", "groups.meets"), public=True, every=REVIEWED)
def think(who: Any, p: Any, chance: Any) -> None:
    """Attitudes move a little towards one's own leaning and the norm of one's ties; the committed stay inclusive."""
    if who.committed == 1:
        who.attitude = 0.0
        return
    leaning = leans(who.disposition, who.contact + who.met, who.use_seen, p) + p.media
    aim = min(1.0, (1.0 - p.conformity) * leaning + p.conformity * pull(who.norm, p.steepness))
    who.attitude = who.attitude + p.pace * REVIEWED / 52.0 * (aim - who.attitude)


@rule
def leans(disposition: float, contact: float, use_seen: float, p: Any) -> float:
    """Own leaning after what one met: contact lowers it, active use raises it."""
    lowered = disposition * (1.0 - min(1.0, p.contact * contact / (contact + p.contact_half)))
    return lowered + (1.0 - lowered) * p.use_seen * use_seen / (use_seen + p.use_half)


@rule
def pull(norm: float, steepness: float) -> float:
    """How a norm looks to those who conform: majorities look larger than they are."""
    if norm <= 0.0 or norm >= 1.0 or steepness == 1.0:
        return norm
    if steepness == 2.0:
        return norm * norm / (norm * norm + (1.0 - norm) * (1.0 - norm))
    return 1.0 / (1.0 + math.exp(steepness * (math.log(1.0 - norm) - math.log(norm))))


@process("stigma", off=("internalise_pace",))
def internalise(who: Any, p: Any, chance: Any) -> None:
    """People with lived experience come to accept part of what is thought of them."""
    who.internalised = approaches(who.internalised, accepted(who, p), p.internalise_pace / 52.0)


@rule
def accepted(who: Any, p: Any) -> float:
    """The internalised stigma that public and structural stigma lead to; a recovery identity shields from it."""
    shield = 1.0 - p.identity * who.identity * in_recovery(who.stage)
    return (p.internalise_public * who.norm + p.internalise_structural * who.structural) * shield


@settlement("stigma", off=("structural_pace",))
def settle_stigma(city: Any, p: Any) -> None:
    """Structural stigma follows policy and the attitudes of employers and landlords; advocacy and a charter lower it."""
    town = city.town
    members = np.count_nonzero(city.meetings.kind[city.people["group"][city.attending]] == LERO)
    more = max(0, members - city.meetings.places_of(LERO)) * 10_000.0 / city.founding_people
    signed = p.charter * (town.coalition >= CHARTERED)
    scale = p.structural_start + town.structural_lever - p.advocacy * more - signed
    aim = (1.0 - p.structural_attitudes) * scale + p.structural_attitudes * (
        scale + town.gatekeepers - town.gatekeepers_start
    )
    town.structural += p.structural_pace / 52.0 * (min(1.0, max(0.0, aim)) - town.structural)


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
    advocacy: float = score(
        0.004,
        "structural stigma that each further member of a lived-experience organisation takes away",
        per="per member and 10,000 people",
        up_to=0.1,
        off=0.0,
        source="LEROs speak up for rights (CLERO standards 2024): sign",
    )
    charter: float = score(
        0.05,
        "structural stigma that a coalition's charter takes away",
        off=0.0,
        source="charters and fair access to work and homes (starrecovery.co.uk): sign",
    )
    contact_half: float = amount(
        1.0, "contact that lowers the leaning by half of the most", unit="ties", low=0.01, up_to=100
    )
    use_half: float = amount(
        1.0, "active use seen that raises it by half of the most", unit="ties", low=0.01, up_to=100
    )
