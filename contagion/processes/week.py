"""The order of the week: the only file that knows all processes.

programme (interventions, levers, events) -> LOOK (others as they were last week) -> LIVE (each changes only
themself) -> SETTLE (what nobody decides alone) -> measure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from contagion.core.ties import WEIGHT_ONE
from contagion.processes import (
    bonds,
    capital,
    chime,
    community,
    deaths,
    groups,
    justice,
    pathway,
    relapse,
    starting,
    stigma,
    treatment,
    visibility,
)
from contagion.processes.exposure import SHINE_ONE


class Process(NamedTuple):
    """One line of the week: its name, the scenario's section it reads, what it does, for whom and how often."""

    name: str
    section: str
    act: Callable[[Any, Any], None]
    everyone: bool = False
    every: int = 1

    def due(self, week: int) -> bool:
        """Whether it takes place in this week."""
        return week % self.every == 0


LIVE = (
    Process("count_weeks", "onset", pathway.age),
    Process("chime", "chime", chime.chime),
    Process("die", "deaths", deaths.death),
    Process("starting", "starting", starting.starting),
    Process("relapse", "relapse", relapse.relapse),
    Process("progress", "onset", pathway.progress),
    Process("onset", "onset", pathway.onset),
    Process("arrive", "entry", pathway.arrive),
    Process("build_capital", "capital", capital.capital),
    Process("keep_home", "homes", capital.homes),
    Process("keep_job", "jobs", capital.jobs),
    Process("count_barriers", "capital", capital.barriers),
    Process("disclose", "visibility", visibility.visibility),
    Process("give_back", "visibility", visibility.give_back),
    Process("internalise", "stigma", stigma.internalise),
    Process("attend", "groups", groups.groups),
    Process("face_justice", "justice", justice.justice),
    Process("seek_treatment", "treatment", treatment.treatment),
    Process("think", "stigma", stigma.attitude, everyone=True, every=stigma.REVIEWED),
)
"""What each person does, in order. A person changes stage at most once a week."""

SETTLE = (
    Process("settle_homes", "homes", community.settle_homes),
    Process("settle_jobs", "jobs", community.settle_jobs),
    Process("settle_treatment", "treatment", community.settle_treatment),
    Process("settle_groups", "groups", community.settle_groups),
    Process("settle_bonds", "bonds", bonds.settle_bonds),
    Process("settle_stigma", "stigma", community.settle_stigma),
    Process("settle_community", "community", community.settle_community),
)
"""What nobody decides alone, settled once for the city."""


def look(city: Any, p: Any) -> None:
    """Everyone sees their neighbours as they were last week (`p`: the exposure table)."""
    import numpy as np

    sums, lived, who, everyone = city.web.sums, city.lived_rows, city.lived, city.everyone
    unit = float(SHINE_ONE * WEIGHT_ONE)
    who.family = sums["family_shine"][:lived] / unit
    who.friend = sums["friend_shine"][:lived] / unit
    who.weak = sums["weak_shine"][:lived] / unit
    for name in ("using_near", "recovering_near", "recovering_any", "fallen_near", "allies"):
        setattr(who, name, sums[name][:lived])
    group, close = who.group, city.web.signals["close"][:lived]
    inside = group >= 0
    shine = np.bincount(group[inside], weights=close[inside], minlength=city.meetings.count)
    seen = np.zeros(lived)
    seen[inside] = (shine[group[inside]] - close[inside]) * (p.group_tie / SHINE_ONE)
    who.in_group = seen
    who.treated = who.treatment == 2
    who.community = city.town.community[who.neighbourhood]
    if city.week % stigma.REVIEWED == 0:
        steps = float(city.attitude_steps)
        everyone.norm = stigma.met(sums["attitude"], sums["tie_weight"], steps, everyone.attitude)
        everyone.contact = sums["contact"] / unit
        everyone.use_seen = sums["use_seen"] / float(WEIGHT_ONE)
    who.event = _events(city, p)


def _events(city: Any, p: Any) -> Any:
    """What those who are at an event see there: the visible recovery of the neighbourhood."""
    import numpy as np

    who, size = city.lived, city.town.event.size
    if not city.town.event.any():
        return 0.0
    place = who.neighbourhood
    shine = np.bincount(place, weights=city.web.signals["open"][: city.lived_rows], minlength=size) / SHINE_ONE
    inside = np.bincount(place, weights=city.web.signals["recovering"][: city.lived_rows], minlength=size)
    open_share = shine / np.maximum(1.0, inside)
    there = who.lot("event", city.town.event[place] == 1) < p.event_reach
    return np.where(there, p.event_size * open_share[place], 0.0)
