"""Through-the-gate links: somebody meets people before they leave prison and walks with them to treatment and a group.

Two thirds of people who leave prison in treatment do not continue it (HMIP/CQC 2021). No trial of a link by size was found:
an appointment waits at the gate, and joining a group is as much likelier as in Manning 2012 when a peer introduces it.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from contagion.core.parameters import amount, choice, per_year, ratio, switch
from contagion.interventions.base import Intervention
from contagion.vocabulary import ACTIVE, OUTSIDE, has_lived_experience


class ThroughTheGate(Intervention):
    """Link people in their last weeks of custody to treatment and a group."""

    kind: Literal["through_the_gate"] = choice("through_the_gate", "kind of intervention")
    summary: ClassVar[str] = "walks people out of prison to treatment and a recovery group"
    label: ClassVar[str] = "Through-the-gate links"
    whom: ClassVar[str] = "People with lived experience who are about to leave prison"
    evidence: ClassVar[str] = (
        "No controlled evidence of such a link was found; two thirds do not continue treatment after prison (HMIP/CQC 2021)"
    )
    serves: ClassVar[tuple[str, ...]] = ("active", "early", "sustained", "stable")
    moves: ClassVar[tuple[str, int]] = ("in_treatment", 1)

    before: int = choice(6, "weeks before release from which on people are met", unit="weeks", low=1, up_to=5200)
    appointment: bool = switch(True, "whether an appointment for treatment waits at the gate", off=False)
    walked: float = ratio(
        2.55,
        "how much more often people join a group when a peer walks with them",
        of="hazard ratio",
        low=1,
        up_to=20,
        off=1.0,
        source="Manning 2012: 64 against 33 %, from hospital rather than prison",
        grade="D",
    )
    places: float = choice(
        5.0, "people linked at a time", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0
    )
    reach: float = per_year(26.0, "hazard of somebody about to be released being met", up_to=520, off=0.0)
    duration: int = choice(26, "weeks of linking, at most", unit="weeks", low=1, up_to=5200)
    cost_fixed: float = amount(4_000.0, "coordination", unit="GBP per year and 10,000 people", up_to=1e9)
    cost_place: float = amount(60.0, "a link worker's hours", unit="GBP per week and place in use", up_to=1e6)
    payers: dict[str, float] = choice({"justice": 0.7, "voluntary": 0.3}, "who pays", unit="shares, sum 1")

    @staticmethod
    def eligible(who: Any, p: Any) -> bool:
        return has_lived_experience(who.stage) and 0 < who.custody <= p.before

    @staticmethod
    def stays(who: Any, p: Any) -> bool:
        return has_lived_experience(who.stage) and who.custody <= p.before

    def deliver(self, city: Any, inside: Any, entered: Any, left: Any) -> None:
        people = city.people
        people["linked"][inside] = self.walked
        if self.appointment:
            free = (people["custody"][inside] == 0) & (people["treatment"][inside] == OUTSIDE)
            people["court"][inside[free & (people["stage"][inside] == ACTIVE)]] = 0
