"""Allies who differ: each walks people to what is there, in their own way; knowing that it is there changes nothing.

Hazard of being walked to treatment in active use = family x family allies; to a group = (practitioner x practitioners +
citizen x other allies) x mapped: a map helps those who walk, and nobody else.

Source: Best 2023 (recovery allies: an active human bridge, awareness of assets is not enough); families trained by CRAFT
bring about two thirds of refusing people into treatment (Roozen 2010), others far fewer. Sizes are assumed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from contagion.core.chance import happens
from contagion.core.lots import partners
from contagion.core.parameters import Parameters, per_year
from contagion.core.process import process
from contagion.vocabulary import ACTIVE, NO_GROUP, OUTSIDE, WAITING, Layer, has_lived_experience, recovering


@process("allies", off=("family", "practitioner", "citizen"))
def be_walked(who: Any, p: Any, chance: Any) -> None:
    """Be walked to treatment or to a group by an ally."""
    if who.allies == 0 or not has_lived_experience(who.stage) or who.custody > 0:
        return
    to_treatment = p.family * who.family_allies / 52.0 if who.stage == ACTIVE and who.treatment == OUTSIDE else 0.0
    if happens(to_treatment, "walked by family", who, chance):
        who.treatment, who.in_care = WAITING, 0
    if who.group == NO_GROUP:
        citizens = who.allies - who.family_allies - who.practitioner_allies
        walks = p.practitioner * who.practitioner_allies + p.citizen * max(0, citizens)
        if happens(walks * who.mapped / 52.0, "walked by an ally", who, chance):
            who.joining = 1


def introduce(city: Any, rows: np.ndarray) -> None:
    """Whoever comes by assertive linkage is introduced to a member in recovery: the human bridge is a tie."""
    if rows.size == 0:
        return
    people = city.people
    members = city.attending
    members = members[recovering(people["stage"][members])]
    pairs = partners(city.seed_, "introduced to", city.week, people["uid"], rows, members, people["group"])
    city.bond(pairs, Layer.RECOVERY)


class Allies(Parameters):
    """What active allies do, by who they are."""

    family: float = per_year(
        0.1,
        "walks to treatment by each family ally",
        of="and family ally",
        up_to=26,
        off=0.0,
        source="families untrained bring few (Roozen 2010: trained ones two thirds): sign",
    )
    practitioner: float = per_year(
        0.03, "walks to a group by each practitioner", of="and practitioner", up_to=26, off=0.0
    )
    citizen: float = per_year(0.001, "walks to a group by each citizen", of="and citizen", up_to=26, off=0.0)
