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

from contagion.core.parameters import Parameters, param
from contagion.core.rules import rule
from contagion.core.shapes import chosen
from contagion.vocabulary import EARLY

_NONE = "no published figure: the model's key free parameters, to be swept"


class Starting(Parameters):
    """Hazards of starting recovery."""

    spontaneous: float = param(
        0.098, low=0, high=5, unit="per year", off=0.0, meaning="hazard without any visible source",
        source="half of about 0.4 starts a year unassisted (Day 2024; stationary balance)", grade="D",
    )  # fmt: skip
    treatment: float = param(
        1.05, low=0, high=10, unit="per year in treatment", off=0.0, grade="D",
        meaning="hazard added by being in treatment, alcohol and other profiles",
        source="34-39 % of non-opiate clients complete and stay away (England); 35.0 % of recoveries (Day 2024)",
    )  # fmt: skip
    treatment_opioid: float = param(
        0.25, low=0, high=10, unit="per year in treatment", off=0.0, grade="D",
        meaning="the same, opioid profile (most are on long-term medication)",
        source="6.6-8.6 % a year of opiate clients complete and stay away (England), of more that start",
    )  # fmt: skip
    family: float = param(0.06, low=0, high=5, unit="per year", off=0.0, source=_NONE,
                          meaning="most that recovery in the family adds")  # fmt: skip
    friend: float = param(0.09, low=0, high=5, unit="per year", off=0.0, source=_NONE,
                          meaning="most that recovery among friends adds")  # fmt: skip
    weak: float = param(0.06, low=0, high=5, unit="per year", off=0.0, source=_NONE,
                        meaning="most that visible recovery over weak ties adds")  # fmt: skip
    group: float = param(0.5, low=0, high=10, unit="per year", off=0.0, source=_NONE,
                         meaning="most that the recovery met in a group adds")  # fmt: skip
    event: float = param(0.6, low=0, high=52, unit="per year", off=0.0, source=_NONE,
                         meaning="most that recovery met at an event adds, in the week of the event")  # fmt: skip
    ally: float = param(0.04, low=0, high=5, unit="per year", off=0.0, source=_NONE,
                        meaning="most that active allies add")  # fmt: skip
    in_custody: float = param(0.3, low=0, high=5, unit="ratio", off=1.0, meaning="starts in custody against outside")
    threshold: float = param(1.0, low=0.01, high=20, unit="ties", source=_NONE,
                             meaning="exposure at which a channel works at half strength (theta)")  # fmt: skip
    reinforcement: float = param(
        1.5, low=1, high=6, unit="exponent", off=1.0, meaning="k: 1 simple contagion, above 1 needs reinforcement",
        source="Centola 2010 (sign); counter-result Eckles et al.: run both",
    )  # fmt: skip
    tie_rate: float = param(
        0.0, low=0, high=52, unit="per tie in recovery and year", off=0.0,
        meaning="plain simple contagion along every tie (the SIS reduction)", source="switch", grade="choice",
    )  # fmt: skip
    capital: float = param(1.0, low=0, high=5, unit="log ratio", off=0.0,
                           meaning="how personal capital helps a start (a_R)")  # fmt: skip
    hope: float = param(1.0, low=0, high=5, unit="log ratio", off=0.0, meaning="how hope helps a start (a_H)")
    internalised: float = param(
        0.55, low=0, high=5, unit="log ratio", off=0.0, meaning="how internalised stigma hinders a start (a_Z)",
        source="Clement 2015: d = -0.27, about 0.5 log odds over the range; n.s. in Schnyder 2017", grade="D",
    )  # fmt: skip
    barriers: float = param(0.7, low=0, high=5, unit="log ratio", off=0.0,
                            meaning="how barriers hinder a start (a_B)")  # fmt: skip


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
        p.capital * (who.personal - 0.3) + p.hope * (who.hope - 0.45)
        - p.internalised * (who.internalised - 0.5) - p.barriers * (who.barriers - 0.6)
    )  # fmt: skip
    who.started = who.happens("starting", start_rate(who.stage, who.custody, push, lift, p.in_custody))
    who.attempts = who.attempts + who.started
    who.spell = chosen(who.started, 0, who.spell)
    who.stage = chosen(who.started, EARLY, who.stage)
