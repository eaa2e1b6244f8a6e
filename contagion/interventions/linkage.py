"""Assertive linkage: somebody walks a person to a group, instead of handing over a leaflet.

Attendance at a meeting 2-3 months after discharge was 64 % when a peer introduced it, 48 % when a doctor did, 33 %
without (Manning 2012, 151 UK inpatients); weekly attendance 70 against 61 % with intensive referral (Timko 2007).
As hazard ratios on joining: ln(1 - 0.64) / ln(1 - 0.33) = 2.55 for a peer, 1.63 for a doctor, 1.28 for a practitioner.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from contagion.core.parameters import param
from contagion.interventions.base import Intervention
from contagion.vocabulary import ACTIVE, EARLY, Place

By = Literal["peer", "practitioner", "doctor", "leaflet"]


class Linkage(Intervention):
    """Link people in treatment or early recovery to groups, by a human bridge."""

    kind_: ClassVar[str] = "linkage"
    summary: ClassVar[str] = "walks people in treatment or early recovery to a recovery group"

    by: By = param("peer", unit="who", grade="choice", source="set by the user", off="leaflet",
                   meaning="who makes the introduction (a leaflet is passive signposting and changes nothing)")  # fmt: skip
    peer: float = param(2.55, low=1, high=20, unit="hazard ratio", off=1.0, grade="D",
                        meaning="how much more often people join when a peer introduces them",
                        source="Manning 2012: 64 against 33 %")  # fmt: skip
    doctor: float = param(1.63, low=1, high=20, unit="hazard ratio", off=1.0, grade="D",
                          meaning="the same when a doctor does", source="Manning 2012: 48 against 33 %")  # fmt: skip
    practitioner: float = param(1.28, low=1, high=20, unit="hazard ratio", off=1.0, grade="D",
                                meaning="the same when a practitioner does",
                                source="Timko & DeBenedetti 2007: 70 against 61 % weekly")  # fmt: skip
    places: float = param(15.0, low=0, high=10_000, unit="places per 10,000 people", off=0.0, grade="choice",
                          source="set by the user", meaning="people being linked at a time")  # fmt: skip
    reach: float = param(4.0, low=0, high=520, unit="per year", off=0.0,
                         meaning="hazard of an eligible person being offered a link")  # fmt: skip
    duration: int = param(12, low=1, high=5200, unit="weeks", meaning="weeks of linking, at most", grade="C",
                          source="Manning 2012: followed for 2-3 months")  # fmt: skip
    drop_out: float = param(0.5, low=0, high=520, unit="per year", meaning="hazard of dropping out", off=0.0)
    cost_fixed: float = param(5_000.0, low=0, high=1e9, unit="GBP per year and 10,000 people",
                              meaning="coordination")  # fmt: skip
    cost_place: float = param(60.0, low=0, high=1e6, unit="GBP per week and place in use",
                              meaning="a link worker's hours and expenses")  # fmt: skip

    def eligible(self, who: Any) -> Any:
        near = ((who.stage == ACTIVE) & (who.treatment == Place.IN)) | (who.stage == EARLY)
        return near & (who.group < 0) & (who.custody == 0)

    def deliver(self, city: Any, inside: Any, entered: Any, left: Any) -> None:
        linked = city.lived.linked.copy()
        linked[inside] = {"peer": self.peer, "doctor": self.doctor, "practitioner": self.practitioner}.get(self.by, 1.0)
        city.lived.linked = linked
