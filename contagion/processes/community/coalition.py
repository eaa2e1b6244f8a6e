"""The coalition for an inclusive recovery city: it comes from within, stage by stage, where its conditions are met.

champions needed = stage x champions_needed; from the second on a council: stakeholders_needed employers, landlords
and practitioners with an attitude below inclusive_below, or brought together by an intervention; at the third a charter is
signed (stigma.charter); the fourth needs events_needed events a year. It moves by one stage, at most every stage_weeks.

Source: an active council of stakeholders led by lived experience, a charter, at least four events a year
(doubleimpact.org.uk, starrecovery.co.uk); thresholds are assumed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from contagion.core.process import settlement
from contagion.core.sums import whole
from contagion.vocabulary import EMPLOYER, LANDLORD, PRACTITIONER


@settlement("community", off=("stages",))
def settle_coalition(city: Any, p: Any) -> None:
    """The coalition moves by one stage at a time, and stays at each for a while."""
    town = city.town
    if city.week - town.coalition_since < p.stage_weeks:
        return
    champions = int(np.count_nonzero(city.people["champion"] == 1))
    reached = min(int(p.stages), whole(champions * 10000.0 / city.founding_people / p.champions_needed))
    if reached >= 2 and stakeholders(city, p) < p.stakeholders_needed:
        reached = 1
    if reached >= 4 and int(city.town.held_lately.sum()) < p.events_needed:
        reached = 3
    if reached != town.coalition:
        town.coalition += 1 if reached > town.coalition else -1
        town.coalition_since = city.week


def stakeholders(city: Any, p: Any) -> float:
    """Employers, landlords and practitioners who would sit on a council, per 10,000 people."""
    public = city.public_people
    role = public["role"]
    holds = (role == EMPLOYER) | (role == LANDLORD) | (role == PRACTITIONER)
    willing = np.count_nonzero(holds & (public["attitude"] < p.inclusive_below))
    return float(willing * 10_000.0 / city.founding_people + city.town.council)
