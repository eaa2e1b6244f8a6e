"""Starting recovery: competing yearly hazards, so every start has one attributable source.

h = [spontaneous + treatment + sum over channels beta_c f(E_c) + tie_rate x ties in recovery]
    x exp(a_R (R - 0.3) + a_H (hope - 0.45) - a_Z (internalised - 0.5) - a_B (barriers - 0.6)),
f(E) = E^k / (theta^k + E^k): k = 1 is simple contagion, k > 1 needs reinforcement (complex contagion).
The four are centred near their means in active addiction, so that the hazards read as they are. About half of UK
recoveries are unassisted (Day 2024). Exposure and barriers interact: they multiply.
No published number gives the strength of any channel: sweep them, never claim them.
"""

from __future__ import annotations

import math
from typing import Any

from contagion.core.parameters import Parameters, amount, choice, log_ratio, per_year, ratio
from contagion.core.rules import rule
from contagion.core.shapes import chosen
from contagion.vocabulary import EARLY

_NONE = "no published figure: the model's key free parameters, to be swept"


class Starting(Parameters):
    """Hazards of starting recovery."""

    spontaneous: float = per_year(
        0.098,
        "hazard without any visible source",
        up_to=5,
        off=0.0,
        source="half of about 0.4 starts a year unassisted (Day 2024; stationary balance)",
        grade="D",
    )
    treatment: float = per_year(
        1.05,
        "hazard added by being in treatment, alcohol and other profiles",
        of="in treatment",
        up_to=10,
        off=0.0,
        source="34-39 % of non-opiate clients complete and stay away (England); 35.0 % of recoveries (Day 2024)",
        grade="D",
    )
    treatment_opioid: float = per_year(
        0.25,
        "the same, opioid profile (most are on long-term medication)",
        of="in treatment",
        up_to=10,
        off=0.0,
        source="6.6-8.6 % a year of opiate clients complete and stay away (England), of more that start",
        grade="D",
    )
    family: float = per_year(0.06, "most that recovery in the family adds", up_to=5, off=0.0, source=_NONE)
    friend: float = per_year(0.09, "most that recovery among friends adds", up_to=5, off=0.0, source=_NONE)
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
    internalised: float = log_ratio(
        0.55,
        "how internalised stigma hinders a start (a_Z)",
        source="Clement 2015: d = -0.27, about 0.5 log odds over the range; n.s. in Schnyder 2017",
        grade="D",
    )
    barriers: float = log_ratio(0.7, "how barriers hinder a start (a_B)")


@rule
def reinforced(stage, exposure, threshold, k):
    """f(E) for somebody in active addiction, else 0."""
    if stage != 1 or exposure <= 0.0:
        return 0.0
    if k == 1.0:
        return exposure / (threshold + exposure)
    return 1.0 / (1.0 + math.exp(k * (math.log(threshold) - math.log(exposure))))


@rule
def start_rate(stage, custody, push, lift, in_custody):
    if stage != 1 or push <= 0.0:
        return 0.0
    return push * math.exp(lift) / 52.0 * (in_custody if custody > 0 else 1.0)


def pushes(who: Any, p: Starting, stage: Any) -> tuple[Any, ...]:
    """The yearly hazards by channel (order of CHANNELS), before the lift of capital, hope and barriers."""
    k, theta = p.reinforcement, p.threshold
    return (
        p.spontaneous * (stage == 1),
        chosen(who.substance == 0, p.treatment_opioid, p.treatment) * who.treated,
        p.family * reinforced(stage, who.family, theta, k),
        p.friend * reinforced(stage, who.friend, theta, k),
        p.weak * reinforced(stage, who.weak, theta, k),
        p.group * reinforced(stage, who.in_group, theta, k),
        p.event * reinforced(stage, who.event, theta, k),
        p.ally * reinforced(stage, who.allies, theta, k),
        p.tie_rate * who.recovering_any,
    )


def starting(who: Any, p: Starting) -> None:
    """Start recovery, from whatever source."""
    push = sum(pushes(who, p, who.stage))
    lift = (
        p.capital * (who.personal - 0.3)
        + p.hope * (who.hope - 0.45)
        - p.internalised * (who.internalised - 0.5)
        - p.barriers * (who.barriers - 0.6)
    )
    who.started = who.happens("starting", start_rate(who.stage, who.custody, push, lift, p.in_custody))
    who.attempts = who.attempts + who.started
    who.spell = chosen(who.started, 0, who.spell)
    who.stage = chosen(who.started, EARLY, who.stage)
