"""Starting recovery: competing yearly hazards, so that every start has one attributable source.

h = [treatment + readiness x (spontaneous + sum over channels beta_c f(E_c) + tie_rate x ties in recovery)]
    x exp(a_R R + a_H hope + a_I identity - a_Z internalised - a_B barriers)
readiness = (before the first attempt: untried + (1 - untried) min(1, years in active addiction / ripening); else 1)
    x (mild with a mild dependence, else 1)
f(E) = E^k / (theta^k + E^k): k = 1 is simple contagion, k > 1 needs reinforcement (complex contagion).

The hazards are those of somebody whom nothing helps and nothing hinders. So switching off a harm never lowers a hazard and
switching off a help never raises one, whatever the mean of the city. Exposure and barriers interact: they multiply. No
published number gives the strength of any channel: sweep them, never claim them.

Source: HMIP Academic Insights 2024/06 (the mechanism); about half of UK recoveries are unassisted (Day 2024).
"""

from __future__ import annotations

import math
from typing import Any

from contagion.core.chance import happens
from contagion.core.compiling import rule
from contagion.core.parameters import Parameters, amount, choice, log_ratio, per_year, ratio
from contagion.core.process import process
from contagion.vocabulary import ACTIVE, EARLY, OPIOID


@process(
    "starting",
    off=(
        "spontaneous",
        "treatment",
        "treatment_opioid",
        "family",
        "friend",
        "weak",
        "group",
        "event",
        "ally",
        "tie_rate",
    ),
)
def starting(who: Any, p: Any, chance: Any) -> None:
    """Start recovery, from whatever source."""
    who.started = 0
    if who.stage == ACTIVE and happens(start_rate(who, p), "starting", who, chance):
        who.started = 1
        who.ready = readiness(who, p)
        who.attempts += 1
        who.stage = EARLY
        who.spell = 0


@rule
def start_rate(who: Any, p: Any) -> float:
    """Hazard of starting recovery per week, in active addiction."""
    push = 0.0
    for hazard in pushes(who, p, readiness(who, p)):
        push += hazard
    return push * math.exp(lift(who, p)) / 52.0 * (p.in_custody if who.custody > 0 else 1.0)


@rule
def readiness(who: Any, p: Any) -> float:
    """How ready somebody outside treatment is to start, against somebody severely dependent who has tried before."""
    ready = 1.0
    if who.attempts == 0:
        ripe = min(1.0, who.spell / (52.0 * p.ripening)) if p.ripening > 0.0 else 0.0
        ready = p.untried + (1.0 - p.untried) * ripe
    return ready * p.mild if who.mild == 1 else ready


@rule
def lift(who: Any, p: Any) -> float:
    """How far circumstances lift or lower all hazards, on the logarithm."""
    return (
        p.capital * who.personal
        + p.hope * who.hope
        + p.identity * who.identity
        - p.internalised * who.internalised
        - p.barriers * who.barriers
    )


@rule
def pushes(who: Any, p: Any, ready: float) -> Any:
    """The yearly hazards by channel, in the order of CHANNELS, before circumstances lift or lower them.

    The exposure of a channel that is off is not even read. Whoever is in treatment has shown to be ready.
    """
    return (
        ready * p.spontaneous,
        (p.treatment_opioid if who.substance == OPIOID else p.treatment) * who.treated,
        ready * channel(p.family, who.family, p) if p.family > 0.0 else 0.0,
        ready * channel(p.friend, who.friend, p) if p.friend > 0.0 else 0.0,
        ready * channel(p.weak, who.weak, p) if p.weak > 0.0 else 0.0,
        ready * channel(p.group, who.in_group, p) if p.group > 0.0 else 0.0,
        ready * channel(p.event, who.event, p) if p.event > 0.0 else 0.0,
        ready * channel(p.ally, who.allies, p) if p.ally > 0.0 else 0.0,
        ready * p.tie_rate * who.recovering_any,
    )


@rule
def channel(strength: float, exposure: float, p: Any) -> float:
    """The yearly hazard that a channel adds: beta f(E)."""
    return strength * reinforced(exposure, p.threshold, p.reinforcement)


@rule
def reinforced(exposure: float, threshold: float, k: float) -> float:
    """f(E): 0 where nothing is seen, 1/2 at the threshold, 1 at most."""
    if exposure <= 0.0:
        return 0.0
    if k == 1.0:
        return exposure / (threshold + exposure)
    return 1.0 / (1.0 + math.exp(k * (math.log(threshold) - math.log(exposure))))


_NONE = "no published figure: the model's key free parameters, to be swept"


class Starting(Parameters):
    """Hazards of starting recovery."""

    spontaneous: float = per_year(
        0.105,
        "hazard without any visible source",
        up_to=5,
        off=0.0,
        source="half of about 0.4 starts a year unassisted (Day 2024; stationary balance)",
        grade="D",
    )
    treatment: float = per_year(
        4.4,
        "hazard added by being in treatment, alcohol and other profiles",
        of="in treatment",
        up_to=10,
        off=0.0,
        source="34-39 % of non-opiate clients complete and stay away (England); 35.0 % of recoveries (Day 2024)",
        grade="D",
    )
    treatment_opioid: float = per_year(
        0.9,
        "the same, opioid profile (most are on long-term medication)",
        of="in treatment",
        up_to=10,
        off=0.0,
        source="6.6-8.6 % a year of opiate clients complete and stay away (England), of more that start",
        grade="D",
    )
    family: float = per_year(0.2, "most that recovery in the family adds", up_to=5, off=0.0, source=_NONE)
    friend: float = per_year(0.3, "most that recovery among friends adds", up_to=5, off=0.0, source=_NONE)
    weak: float = per_year(0.06, "most that visible recovery over weak ties adds", up_to=5, off=0.0, source=_NONE)
    group: float = per_year(0.5, "most that the recovery met in a group adds", up_to=10, off=0.0, source=_NONE)
    event: float = per_year(
        0.6, "most that recovery met at an event adds, in the week of the event", off=0.0, source=_NONE
    )
    ally: float = per_year(0.04, "most that active allies add", up_to=5, off=0.0, source=_NONE)
    in_custody: float = ratio(0.3, "starts in custody against outside", up_to=5, off=1.0)
    threshold: float = amount(
        1.0, "exposure at which a channel works at half strength (theta)", unit="ties", low=0.01, up_to=20, source=_NONE
    )
    reinforcement: float = amount(
        1.5,
        "k: 1 simple contagion, above 1 needs reinforcement",
        unit="exponent",
        low=1,
        up_to=6,
        off=1.0,
        source="Centola 2010 (sign); counter-result Eckles et al.: run both",
    )
    tie_rate: float = choice(
        0.0,
        "plain simple contagion along every tie (the SIS reduction)",
        unit="per tie in recovery and year",
        low=0,
        up_to=52,
        off=0.0,
        source="switch",
    )
    capital: float = log_ratio(1.0, "how personal capital helps a start (a_R)")
    hope: float = log_ratio(1.0, "how hope helps a start (a_H)")
    identity: float = log_ratio(
        0.5,
        "how an identity as a person in recovery helps a start (a_I)",
        source="identity change explains 34-41 % of the variance in drinking (Dingle 2015): sign",
    )
    internalised: float = log_ratio(
        0.55,
        "how internalised stigma hinders a start (a_Z)",
        source="Clement 2015: d = -0.27, about 0.5 log odds over the range; n.s. in Schnyder 2017",
        grade="D",
    )
    barriers: float = log_ratio(0.7, "how barriers hinder a start (a_B)")
    untried: float = ratio(
        0.03,
        "starts of people who never tried before, at the onset, against those who did",
        up_to=1,
        off=1.0,
        source="half in remission 14 years after the onset of alcohol dependence (Lopez-Quintero 2011)",
        grade="D",
    )
    ripening: float = amount(
        30.0,
        "years in active addiction after which people who never tried are as ready as others (0: as at the onset)",
        unit="years",
        up_to=60,
        off=0.0,
        source="dependent 10.8 (heroin) and 15.7 years (alcohol) before recovery (Glasgow, Best 2012): order",
    )
    mild: float = ratio(
        0.85,
        "starts of people with a mild dependence, against others",
        up_to=1,
        off=1.0,
        source="half in remission 14 years after onset (Lopez-Quintero 2011), a quarter ever treated (Dawson 2005)",
        grade="D",
    )
