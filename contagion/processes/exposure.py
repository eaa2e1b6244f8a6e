"""Exposure: what people show of themselves, and what each saw around them last week.

shown = 16 x stage weight x visibility x champion boost, in whole sixteenths; exposure = sum over ties of weight x shown
What a close tie sees is more than what a passer-by sees: family and friends notice even hidden recovery, weak ties only
the visible.

Source: HMIP Academic Insights 2024/06 (visible recovery champions); no published sizes.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from contagion.core.chance import draw
from contagion.core.compiling import inlined, kernel, rule
from contagion.core.graph import WEIGHT_ONE
from contagion.core.parameters import Parameters, amount, probability, ratio
from contagion.core.web import NeighbourSum, Web, pass_on
from contagion.vocabulary import (
    ACTIVE,
    ANONYMOUS,
    EARLY,
    HIDDEN,
    LAYERS_ALL,
    LAYERS_CLOSE,
    LAYERS_FRIEND,
    NO_GROUP,
    VISIBLE,
    Layer,
    in_recovery,
    is_here,
)

SHOWN_ONE = 16
"""Fixed-point unit of a signal: 16 is one visible person in sustained recovery."""
ATTITUDE_STEPS = 32
"""Attitudes are expressed in steps of 1/32, so that only what others would notice travels along ties."""

SIGNALS = ("close", "open", "using", "recovering", "affected", "fallen", "ally", "present", "attitude")
CLOSE, OPEN, USING, RECOVERING, AFFECTED, FALLEN, ALLY, PRESENT, ATTITUDE = range(len(SIGNALS))

_HOPE = ("chime.pace", "chime.hope_seen")
_NORM = (
    ("stigma.pace", "stigma.conformity"),
    ("chime.pace", "chime.recognition"),
    ("visibility.stigma",),
    ("stigma.internalise_pace", "stigma.internalise_public"),
)
_CLOSE_TIES = (("chime.pace", "chime.near_counts"),)

SUMS = (
    NeighbourSum("affected_near", "affected", LAYERS_CLOSE, False, True),
    NeighbourSum("contact", "open", LAYERS_ALL, True, True, (("stigma.pace", "stigma.contact"),)),
    NeighbourSum("use_seen", "using", LAYERS_ALL, True, True, (("stigma.pace", "stigma.use_seen"),)),
    NeighbourSum("attitude", "attitude", LAYERS_ALL, True, True, _NORM),
    NeighbourSum("tie_weight", "present", LAYERS_ALL, True, True, _NORM),
    NeighbourSum("family_shown", "close", 1 << Layer.HOUSEHOLD, True, False, (_HOPE, ("starting.family",))),
    NeighbourSum("friend_shown", "close", LAYERS_FRIEND, True, False, (_HOPE, ("starting.friend",))),
    NeighbourSum("weak_shown", "open", 1 << Layer.ACQUAINTANCE, True, False, (_HOPE, ("starting.weak",))),
    NeighbourSum(
        "using_near", "using", LAYERS_CLOSE, False, False, (*_CLOSE_TIES, ("relapse.scale", "relapse.using_ties"))
    ),
    NeighbourSum(
        "recovering_near",
        "recovering",
        LAYERS_CLOSE,
        False,
        False,
        (*_CLOSE_TIES, ("relapse.scale", "relapse.recovering_ties")),
    ),
    NeighbourSum("recovering_any", "recovering", LAYERS_ALL, False, False, (("starting.tie_rate",),)),
    NeighbourSum("fallen_near", "fallen", LAYERS_CLOSE, False, False, (("chime.pace", "chime.hope_fallen"),)),
    NeighbourSum("allies", "ally", LAYERS_ALL, False, False, (("chime.pace", "chime.ally_counts"), ("starting.ally",))),
)
"""The neighbour sums of the week, and which parameters make use of each."""

_PLACES = {one.name: k for k, one in enumerate(SUMS)}
_CONTACT, _USE_SEEN, _ATTITUDE, _WEIGHT = (_PLACES[name] for name in ("contact", "use_seen", "attitude", "tie_weight"))
_FAMILY, _FRIEND, _WEAK = (_PLACES[name] for name in ("family_shown", "friend_shown", "weak_shown"))
_USING, _NEAR, _ANY = (_PLACES[name] for name in ("using_near", "recovering_near", "recovering_any"))
_FALLEN, _ALLIES = _PLACES["fallen_near"], _PLACES["allies"]


class Seen(NamedTuple):
    """What the week's look needs beside a person's row: places of the sums, and what the city is like."""

    at: np.ndarray  # int64, place of each of SUMS among those kept, -1 if it is not
    structural: float
    justice_capital: float
    community: np.ndarray  # by neighbourhood
    held: np.ndarray  # whether an event is held, by neighbourhood
    open_share: np.ndarray  # visible share of those in recovery, by neighbourhood
    in_groups: np.ndarray  # recovery shown in each group, in sixteenths; empty where nobody makes use of it
    reviewed: bool  # whether attitudes are reviewed this week


@kernel
def look(people: Any, sums: Any, sent: Any, seen: Any, p: Any, chance: Any) -> None:
    """Each person sees others, and the city, as they were last week."""
    unit = float(SHOWN_ONE * WEIGHT_ONE)
    for i in range(people.size):
        who = people[i]
        who.stage_before = who.stage
        who.treated = 1 * (who.treatment == 2)
        who.structural, who.justice_capital = seen.structural, seen.justice_capital
        who.community = seen.community[who.neighbourhood]
        if seen.at[_FAMILY] >= 0:
            who.family = sums[i, seen.at[_FAMILY]] / unit
        if seen.at[_FRIEND] >= 0:
            who.friend = sums[i, seen.at[_FRIEND]] / unit
        if seen.at[_WEAK] >= 0:
            who.weak = sums[i, seen.at[_WEAK]] / unit
        if seen.at[_USING] >= 0:
            who.using_near = sums[i, seen.at[_USING]]
        if seen.at[_NEAR] >= 0:
            who.recovering_near = sums[i, seen.at[_NEAR]]
        if seen.at[_ANY] >= 0:
            who.recovering_any = sums[i, seen.at[_ANY]]
        if seen.at[_FALLEN] >= 0:
            who.fallen_near = sums[i, seen.at[_FALLEN]]
        if seen.at[_ALLIES] >= 0:
            who.allies = sums[i, seen.at[_ALLIES]]
        if seen.in_groups.size:
            who.in_group = 0.0
            if who.group != NO_GROUP:
                who.in_group = (seen.in_groups[who.group] - sent[i, CLOSE]) * (p.group_tie / SHOWN_ONE)
        who.event = 0.0
        if seen.held[who.neighbourhood] == 1 and draw("event", who, chance) < p.event_reach:
            who.event = p.event_size * seen.open_share[who.neighbourhood]
        if seen.reviewed:
            look_around(who, i, sums, seen.at)


@inlined
def look_around(who: Any, i: Any, sums: Any, at: Any) -> None:
    """What attitudes are formed by: the norm of one's ties (one's own attitude where there are none), contact, use seen."""
    if at[_CONTACT] >= 0:
        who.contact = sums[i, at[_CONTACT]] / float(SHOWN_ONE * WEIGHT_ONE)
    if at[_USE_SEEN] >= 0:
        who.use_seen = sums[i, at[_USE_SEEN]] / float(WEIGHT_ONE)
    if at[_ATTITUDE] >= 0:
        weight = sums[i, at[_WEIGHT]]
        who.norm = sums[i, at[_ATTITUDE]] / (ATTITUDE_STEPS * 1.0 * weight) if weight > 0 else who.attitude


@kernel
def look_public(table: Any, sums: Any, at: Any) -> None:
    """The public looks around when attitudes are reviewed."""
    for i in range(table.size):
        look_around(table[i], i, sums, at)


@kernel
def shown_in_groups(people: Any, sent: Any, out: Any) -> None:
    """Add up the recovery that members of each group show."""
    for i in range(people.size):
        group = people[i].group
        if group != NO_GROUP:
            out[group] += sent[i, CLOSE]


@kernel
def shown_in_places(people: Any, sent: Any, shown: Any, recovering: Any) -> None:
    """Add up, by neighbourhood, the recovery that can be seen and the people in recovery."""
    for i in range(people.size):
        place = people[i].neighbourhood
        shown[place] += sent[i, OPEN]
        recovering[place] += sent[i, RECOVERING]


@kernel
def show(people: Any, p: Any, reviewed: Any, wiring: Any, change: Any) -> None:
    """Let what each person shows travel along their ties, where it changed."""
    sent = wiring.sent
    for i in range(people.size):
        who = people[i]
        here = 1 * is_here(who.stage)
        well, active = 1 * in_recovery(who.stage), 1 * (who.stage == ACTIVE)
        close = (shown_close(who, p) if well == 1 else 0) - sent[i, CLOSE]
        open_ = (shown_open(who, p) if well == 1 else 0) - sent[i, OPEN]
        using, recovers = active - sent[i, USING], well - sent[i, RECOVERING]
        fallen = active * (who.attempts > 0 and who.spell < p.fallen_weeks) - sent[i, FALLEN]
        ally, present = who.ally * here - sent[i, ALLY], here - sent[i, PRESENT]
        attitude = (expressed(who.attitude) if reviewed else sent[i, ATTITUDE]) * here - sent[i, ATTITUDE]
        same = close == 0 and open_ == 0 and using == 0 and recovers == 0 and fallen == 0 and ally == 0
        if same and present == 0 and attitude == 0:
            continue
        change[CLOSE], change[OPEN], change[USING], change[RECOVERING] = close, open_, using, recovers
        change[AFFECTED], change[FALLEN], change[ALLY] = using + recovers, fallen, ally
        change[PRESENT], change[ATTITUDE] = present, attitude
        for s in range(change.size):
            sent[i, s] += change[s]
        pass_on(wiring, i, change)


@kernel
def show_public(table: Any, first: Any, wiring: Any, change: Any) -> None:
    """The same for everybody else, whose rows of the network begin at `first`: allies, presence, attitudes."""
    change[:] = 0
    for i in range(table.size):
        who, row = table[i], first + i
        steps = expressed(who.attitude)
        if steps == wiring.sent[row, ATTITUDE] and wiring.sent[row, PRESENT] == 1:
            continue
        change[ALLY] = who.ally - wiring.sent[row, ALLY]
        change[PRESENT] = 1 - wiring.sent[row, PRESENT]
        change[ATTITUDE] = steps - wiring.sent[row, ATTITUDE]
        wiring.sent[row, ALLY], wiring.sent[row, PRESENT], wiring.sent[row, ATTITUDE] = who.ally, 1, steps
        pass_on(wiring, row, change)


@rule
def expressed(attitude: float) -> int:
    """The attitude that others notice, in whole steps."""
    return math.floor(attitude * ATTITUDE_STEPS + 0.5)


@rule
def shown_close(who: Any, p: Any) -> int:
    """Recovery that close ties notice, in sixteenths."""
    seen = 1.0
    if who.visibility == HIDDEN:
        seen = p.hidden_close
    elif who.visibility == ANONYMOUS:
        seen = p.anonymous_close
    return math.floor(SHOWN_ONE * weight_of(who, p) * seen * boost_of(who, p) + 0.5)


@rule
def shown_open(who: Any, p: Any) -> int:
    """Recovery that all can see, in sixteenths."""
    return math.floor(SHOWN_ONE * weight_of(who, p) * boost_of(who, p) + 0.5) if who.visibility == VISIBLE else 0


@rule
def weight_of(who: Any, p: Any) -> float:
    """How much a stage of recovery shows."""
    return p.early_weight if who.stage == EARLY else 1.0


@rule
def boost_of(who: Any, p: Any) -> float:
    """How much more a champion shows, supported or not."""
    return p.champion_boost + p.trained_boost * who.supported if who.champion == 1 else 1.0


@kernel
def _know(people: Any, sums: Any, which: Any) -> int:
    n = 0
    for i in range(people.size):
        if is_here(people[i].stage) and sums[i, which] > 0:
            n += 1
    return n


def know_somebody(web: Web, people: np.ndarray) -> int:
    """People with a close tie to somebody in active addiction or recovery, the public included."""
    wiring = web.wiring
    return int(_know(people, wiring.sums, wiring.watched) + wiring.above[0])


def in_groups(web: Web, people: np.ndarray, groups: int) -> np.ndarray:
    """Recovery shown in each group, in sixteenths (int64)."""
    out = np.zeros(groups, np.int64)
    shown_in_groups(people, web.wiring.sent, out)
    return out


def open_shares(web: Web, people: np.ndarray, places: int) -> np.ndarray:
    """Visible recovery by neighbourhood, as a share of the people in recovery there."""
    shown, recovers = np.zeros(places, np.int64), np.zeros(places, np.int64)
    shown_in_places(people, web.wiring.sent, shown, recovers)
    return np.asarray(shown / SHOWN_ONE / np.maximum(1.0, recovers))


class Exposure(Parameters):
    """How much recovery can be seen, by whom."""

    early_weight: float = ratio(0.5, "how much early recovery shows against sustained recovery", up_to=4, off=None)
    hidden_close: float = ratio(0.25, "how much of a hidden recovery close ties notice against a visible one")
    anonymous_close: float = ratio(0.5, "how much of an anonymous recovery close ties notice against a visible one")
    champion_boost: float = ratio(
        2.0,
        "how much more a champion shows than others who are visible",
        low=1,
        up_to=4,
        off=1.0,
        source="Gossop-type sponsors and champions are the seeds' primary carriers; no published size",
    )
    trained_boost: float = ratio(0.5, "further boost by the support of a champions programme", up_to=4)
    group_tie: float = amount(
        0.25, "what each member of one's group counts for, against a close tie", unit="ties", up_to=4, off=0.0
    )
    events_per_year: int = amount(
        2, "visible recovery events held in any case", unit="events per year", up_to=52, off=0
    )
    event_reach: float = probability(0.08, "chance that a person with lived experience is at an event")
    event_size: float = amount(
        3.0,
        "exposure at an event if everybody in recovery in the neighbourhood were visible",
        unit="ties",
        up_to=50,
        off=0.0,
    )
    fallen_weeks: int = amount(26, "weeks during which a relapse of somebody close is felt", unit="weeks", up_to=520)
