"""Treatment: seeking, waiting, leaving. Places are given when the week is settled, longest wait first.

England 2023/24: about 40 % of people who use opiates and 15 % of alcohol-dependent adults in treatment (NDTMS over
OHID prevalence); 98-99 % start within three weeks.
"""

from __future__ import annotations

import math
from typing import Any

from contagion.core.parameters import Parameters, amount, log_ratio, per_year, share
from contagion.core.rules import rule
from contagion.core.shapes import by_kind, chosen

_COVERAGE = "stationary coverage about 40 % (opiates) and 15 % (alcohol), NDTMS 2023/24 over OHID"


class Treatment(Parameters):
    """Seeking treatment, its places, leaving it."""

    seek_opioid: float = per_year(
        0.75, "hazard of seeking treatment, opioid profile", off=0.0, source=_COVERAGE, grade="D"
    )
    seek_alcohol: float = per_year(0.55, "the same, alcohol profile", off=0.0, source=_COVERAGE, grade="D")
    seek_other: float = per_year(0.40, "the same, other profiles", off=0.0)
    stigma: float = log_ratio(
        0.55,
        "how far internalised stigma keeps people from seeking help",
        source="Clement 2015: d = -0.27, internalised and treatment stigma strongest; n.s. in Schnyder 2017",
        grade="D",
    )
    places: float = amount(
        8.0,
        "treatment places",
        unit="per 1,000 people",
        up_to=1000,
        source="310,863 in treatment in 2023/24, about 7 per 1,000; 98 % in 3 weeks",
        grade="D",
    )
    leave_opioid: float = per_year(0.55, "hazard of leaving treatment, opioid profile", source=_COVERAGE, grade="D")
    leave_alcohol: float = per_year(1.7, "the same, alcohol and other profiles", source=_COVERAGE, grade="D")
    aftercare: float = per_year(1.5, "hazard of completing treatment once in recovery")
    start_coverage_opioid: float = share(
        0.40, "share in treatment at the start, opioid profile", source=_COVERAGE, grade="D"
    )
    start_coverage_alcohol: float = share(0.15, "the same, other profiles", source=_COVERAGE, grade="D")


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
