"""Assertive linkage: somebody walks a person to a group, instead of handing over a leaflet.

Attendance at a meeting 2-3 months after discharge was 64 % when a peer introduced it, 48 % when a doctor did, 33 %
without (Manning 2012, 151 UK inpatients); weekly attendance 70 against 61 % with intensive referral (Timko 2007).
As hazard ratios on joining: ln(1 - 0.64) / ln(1 - 0.33) = 2.55 for a peer, 1.63 for a doctor. Attendance half a year after
the linking has ended tells less of it: 2.4 for a practitioner brings about Timko's difference inside the model.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from contagion.core.parameters import amount, choice, per_year, ratio
from contagion.interventions.base import Intervention
from contagion.vocabulary import ACTIVE, EARLY, INSIDE, NO_GROUP

By = Literal["peer", "practitioner", "doctor", "leaflet"]


class Linkage(Intervention):
    """Link people in treatment or early recovery to groups, by a human bridge."""

    kind: Literal["linkage"] = choice("linkage", "kind of intervention")
    summary: ClassVar[str] = "walks people in treatment or early recovery to a recovery group"
    label: ClassVar[str] = "Assertive linkage to recovery groups"
    whom: ClassVar[str] = "People in early recovery, or in treatment while in active addiction, who attend no group"
    serves: ClassVar[tuple[str, ...]] = ("active", "early")
    trial: ClassVar[str] = "manning"
    evidence: ClassVar[str] = "64 (a peer) and 48 % (a doctor) against 33 % attend a meeting (randomised, n = 151)"
    moves: ClassVar[tuple[str, int]] = ("attendance_share", 1)

    by: By = choice(
        "peer",
        "who makes the introduction (a leaflet is passive signposting and changes nothing)",
        unit="who",
        off="leaflet",
    )
    peer: float = ratio(
        2.55,
        "how much more often people join when a peer introduces them",
        of="hazard ratio",
        low=1,
        up_to=20,
        off=1.0,
        source="Manning 2012: 64 against 33 %",
        grade="D",
    )
    doctor: float = ratio(
        1.63,
        "the same when a doctor does",
        of="hazard ratio",
        low=1,
        up_to=20,
        off=1.0,
        source="Manning 2012: 48 against 33 %",
        grade="D",
    )
    practitioner: float = ratio(
        2.4,
        "the same when a practitioner does",
        of="hazard ratio",
        low=1,
        up_to=20,
        off=1.0,
        source="Timko & DeBenedetti 2007: 70 against 61 % weekly, months after the referral (fitted)",
        grade="D",
    )
    places: float = choice(
        15.0, "people being linked at a time", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0
    )
    reach: float = per_year(4.0, "hazard of an eligible person being offered a link", up_to=520, off=0.0)
    duration: int = amount(
        12,
        "weeks of linking, at most",
        unit="weeks",
        low=1,
        up_to=5200,
        source="Manning 2012: followed for 2-3 months",
        grade="C",
    )
    drop_out: float = per_year(0.5, "hazard of dropping out", up_to=520, off=0.0)
    cost_fixed: float = amount(5_000.0, "coordination", unit="GBP per year and 10,000 people", up_to=1e9)
    cost_place: float = amount(
        60.0, "a link worker's hours and expenses", unit="GBP per week and place in use", up_to=1e6
    )

    @staticmethod
    def eligible(who: Any, p: Any) -> bool:
        near = (who.stage == ACTIVE and who.treatment == INSIDE) or who.stage == EARLY
        return near and who.group == NO_GROUP and who.custody == 0

    @staticmethod
    def stays(who: Any, p: Any) -> bool:
        return ((who.stage == ACTIVE and who.treatment == INSIDE) or who.stage == EARLY) and who.custody == 0

    def deliver(self, city: Any, inside: Any, entered: Any, left: Any) -> None:
        ratios = {"peer": self.peer, "doctor": self.doctor, "practitioner": self.practitioner}
        city.people["linked"][inside] = ratios.get(self.by, 1.0)
