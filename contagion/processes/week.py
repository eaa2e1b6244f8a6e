"""The order of the week: the only file that knows all processes.

programme (interventions, levers) -> LOOK (others as they were last week) -> LIVE (each changes only themself)
-> SETTLE (what nobody decides alone) -> show -> measure
"""

from __future__ import annotations

from typing import Any

import numpy as np

from contagion.core.columns_used import columns_used
from contagion.core.process import Process, Settlement, in_use
from contagion.core.web import NeighbourSum
from contagion.processes.bonds import settle_bonds
from contagion.processes.capital import build_capital, count_barriers
from contagion.processes.chime import chime
from contagion.processes.community import settle_coalition, settle_community, settle_events
from contagion.processes.deaths import die
from contagion.processes.exposure import SUMS
from contagion.processes.friendships import settle_friendships
from contagion.processes.groups import attend, be_walked, belong, settle_gatherings, settle_groups
from contagion.processes.homes_and_jobs import keep_home, keep_job, settle_homes, settle_jobs
from contagion.processes.justice import desist, face_justice, feel_shocks, settle_justice, supervise
from contagion.processes.pathway import arrive, count_weeks, onset, progress
from contagion.processes.relapse import relapse
from contagion.processes.starting import starting
from contagion.processes.stigma import internalise, settle_stigma, think
from contagion.processes.treatment import seek_treatment, settle_treatment
from contagion.processes.visibility import disclose, give_back

LIVE: tuple[Process, ...] = (
    count_weeks,
    chime,
    die,
    starting,
    relapse,
    progress,
    onset,
    arrive,
    build_capital,
    keep_home,
    keep_job,
    count_barriers,
    disclose,
    give_back,
    internalise,
    attend,
    belong,
    be_walked,
    face_justice,
    feel_shocks,
    supervise,
    desist,
    seek_treatment,
    think,
)
"""What each person does, in order. A person changes stage at most once a week."""

SETTLE: tuple[Settlement, ...] = (
    settle_homes,
    settle_jobs,
    settle_treatment,
    settle_groups,
    settle_gatherings,
    settle_bonds,
    settle_friendships,
    settle_stigma,
    settle_justice,
    settle_events,
    settle_coalition,
    settle_community,
)
"""What nobody decides alone, settled once for the city."""


def live_in(scenario: Any, people: np.ndarray, living: tuple[Process, ...] = LIVE) -> tuple[Process, ...]:
    """The processes that have an effect in this city; with an intervention at work, nobody is taken to be unconcerned."""
    helped = any(one.enabled for one in scenario.interventions.values())
    on = [one for one in living if one.switch.is_on(scenario, people) or (helped and one.switch.may_concern)]
    changed = {name for one in on for name in columns_used(one)[1]}
    return tuple(one for one in on if not one.derived or helped or changed & columns_used(one)[0])


def settle_in(
    scenario: Any, city: Any, living: tuple[Process, ...], settling: tuple[Settlement, ...] = SETTLE
) -> tuple[Settlement, ...]:
    """The settlements that have an effect in this city, given the processes that do."""
    helped = any(one.enabled for one in scenario.interventions.values())
    return tuple(
        one
        for one in settling
        if (one.after is None or one.after in living)
        and (one.switch.is_on(scenario, city) or (helped and one.switch.may_concern))
    )


def sums_for(scenario: Any) -> tuple[NeighbourSum, ...]:
    """The neighbour sums that some process makes use of."""

    def read(one: NeighbourSum) -> bool:
        return not one.needed or any(all(in_use(scenario, name) for name in group) for group in one.needed)

    return tuple(filter(read, SUMS))


def left_out(scenario: Any) -> list[str]:
    """Names of the processes that a scenario switches off (people of the first day may still need some of them)."""
    return [one.name for one in LIVE if one.switch.is_off(scenario)]
