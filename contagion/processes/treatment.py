"""Treatment: seeking, waiting, leaving. Places are given when the week is settled, longest wait first.

England 2023/24: about 40 % of people who use opiates and 15 % of alcohol-dependent adults in treatment (NDTMS over
OHID prevalence); 98-99 % start within three weeks.
"""

from __future__ import annotations

import math
from typing import Any

from contagion.core.parameters import Parameters, param
from contagion.core.rules import rule
from contagion.core.shapes import by_kind, chosen

_COVERAGE = "stationary coverage about 40 % (opiates) and 15 % (alcohol), NDTMS 2023/24 over OHID"


class Treatment(Parameters):
    """Seeking treatment, its places, leaving it."""

    seek_opioid: float = param(0.75, low=0, high=52, unit="per year", off=0.0, grade="D", source=_COVERAGE,
                               meaning="hazard of seeking treatment, opioid profile")  # fmt: skip
    seek_alcohol: float = param(0.55, low=0, high=52, unit="per year", off=0.0, grade="D", source=_COVERAGE,
                                meaning="the same, alcohol profile")  # fmt: skip
    seek_other: float = param(0.40, low=0, high=52, unit="per year", off=0.0, meaning="the same, other profiles")
    stigma: float = param(
        0.55, low=0, high=5, unit="log ratio", off=0.0, grade="D",
        meaning="how far internalised stigma keeps people from seeking help",
        source="Clement 2015: d = -0.27, internalised and treatment stigma strongest; n.s. in Schnyder 2017",
    )  # fmt: skip
    places: float = param(8.0, low=0, high=1000, unit="per 1,000 people", meaning="treatment places", grade="D",
                          source="310,863 in treatment in 2023/24, about 7 per 1,000; 98 % in 3 weeks")  # fmt: skip
    leave_opioid: float = param(0.55, low=0, high=52, unit="per year", grade="D", source=_COVERAGE,
                                meaning="hazard of leaving treatment, opioid profile")  # fmt: skip
    leave_alcohol: float = param(1.7, low=0, high=52, unit="per year", grade="D", source=_COVERAGE,
                                 meaning="the same, alcohol and other profiles")  # fmt: skip
    aftercare: float = param(1.5, low=0, high=52, unit="per year",
                             meaning="hazard of completing treatment once in recovery")  # fmt: skip
    start_coverage_opioid: float = param(0.40, low=0, high=1, unit="share", grade="D", source=_COVERAGE,
                                         meaning="share in treatment at the start, opioid profile")  # fmt: skip
    start_coverage_alcohol: float = param(0.15, low=0, high=1, unit="share", grade="D", source=_COVERAGE,
                                          meaning="the same, other profiles")  # fmt: skip


@rule
def seeking(stage, treatment, custody, base, stigma):
    if stage != 1 or treatment != 0 or custody > 0:
        return 0.0
    return base * math.exp(stigma) / 52.0


@rule
def leaves(stage, treatment, custody, active, well):
    if treatment == 0:
        return 0.0
    if stage > 4 or custody > 0:
        return 100.0
    return (active if stage == 1 else well) / 52.0


def treatment(who: Any, p: Treatment) -> None:
    """Leave treatment or the queue; or seek it (also when a court's order falls due)."""
    leave = by_kind(who.substance, p.leave_opioid, p.leave_alcohol, p.leave_alcohol)
    gone = who.happens("leave treatment", leaves(who.stage, who.treatment, who.custody, leave, p.aftercare))
    base = by_kind(who.substance, p.seek_opioid, p.seek_alcohol, p.seek_other)
    rate = seeking(who.stage, who.treatment, who.custody, base, -p.stigma * (who.internalised - 0.5))
    seeks = who.happens("seek treatment", rate)
    ordered = (who.court == 0) & (who.stage == 1) & (who.treatment == 0) & (who.custody == 0)
    who.treatment = chosen(gone, 0, chosen(seeks | ordered, 1, who.treatment))
    who.in_care = chosen(gone | seeks | ordered, 0, who.in_care + 1)
    who.court = chosen(who.court >= 0, who.court - 1, who.court)
