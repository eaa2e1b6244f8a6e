"""Looking: what each person saw around them, and of the city, last week.

exposure = sum over ties of tie weight x recovery shown; the norm = mean attitude expressed on one's ties

Source: HMIP Academic Insights 2024/06 (visible recovery champions); no published sizes.
"""

from __future__ import annotations

from typing import Any

from contagion.core.chance import draw
from contagion.core.compiling import kernel, rule
from contagion.core.graph import WEIGHT_ONE
from contagion.processes.exposure.sums import ATTITUDE_STEPS, CLOSE, SHOWN_ONE, SUMS
from contagion.vocabulary import INSIDE, NO_GROUP

_PLACES = {one.name: k for k, one in enumerate(SUMS)}

_CONTACT, _USE_SEEN, _ATTITUDE, _WEIGHT = (_PLACES[name] for name in ("contact", "use_seen", "attitude", "tie_weight"))

_FAMILY, _FRIEND, _WEAK = (_PLACES[name] for name in ("family_shown", "friend_shown", "weak_shown"))

_USING, _NEAR, _ANY = (_PLACES[name] for name in ("using_near", "recovering_near", "recovering_any"))

_FALLEN, _ALLIES, _CLOSE = _PLACES["fallen_near"], _PLACES["allies"], _PLACES["close_near"]

_FAMILY_ALLIES, _PRACTITIONERS = _PLACES["family_allies"], _PLACES["practitioner_allies"]


@kernel
def look(people: Any, sums: Any, sent: Any, seen: Any, p: Any, chance: Any) -> None:
    """Each person sees others, and the city, as they were last week."""
    unit, at = float(SHOWN_ONE * WEIGHT_ONE), seen.at
    community, held, open_share, in_groups = seen.community, seen.held, seen.open_share, seen.in_groups
    for i in range(people.size):
        who = people[i]
        who.stage_before, who.group_before = who.stage, who.group
        who.group_kind = seen.kinds[who.group] if who.group != NO_GROUP else NO_GROUP
        who.treated = 1 * (who.treatment == INSIDE)
        if at[_ANY] >= 0:
            who.recovering_any = sums[i, at[_ANY]]
        if seen.reviewed:
            if at[_CONTACT] >= 0:
                who.contact = sums[i, at[_CONTACT]] / unit
            if at[_USE_SEEN] >= 0:
                who.use_seen = sums[i, at[_USE_SEEN]] / float(WEIGHT_ONE)
            if at[_ATTITUDE] >= 0:
                who.norm = met(sums[i, at[_ATTITUDE]], sums[i, at[_WEIGHT]], who.attitude)
        if not seen.more:
            continue
        who.structural, who.justice_capital = seen.structural, seen.justice_capital
        who.community = community[who.neighbourhood]
        if at[_FAMILY] >= 0:
            who.family = sums[i, at[_FAMILY]] / unit
        if at[_FRIEND] >= 0:
            who.friend = sums[i, at[_FRIEND]] / unit
        if at[_WEAK] >= 0:
            who.weak = sums[i, at[_WEAK]] / unit
        if at[_USING] >= 0:
            who.using_near = sums[i, at[_USING]]
        if at[_NEAR] >= 0:
            who.recovering_near = sums[i, at[_NEAR]]
        if at[_CLOSE] >= 0:
            who.close_near = sums[i, at[_CLOSE]]
        if at[_FALLEN] >= 0:
            who.fallen_near = sums[i, at[_FALLEN]]
        if at[_ALLIES] >= 0:
            who.allies = sums[i, at[_ALLIES]]
        if at[_FAMILY_ALLIES] >= 0:
            who.family_allies = sums[i, at[_FAMILY_ALLIES]]
        if at[_PRACTITIONERS] >= 0:
            who.practitioner_allies = sums[i, at[_PRACTITIONERS]]
        if in_groups.size:
            who.in_group = 0.0
            if who.group != NO_GROUP:
                who.in_group = (in_groups[who.group] - sent[i, CLOSE]) * (p.group_tie / SHOWN_ONE)
                who.in_group = who.in_group * seen.often[who.group]
        who.event = 0.0
        who.at_event = 1 * (held[who.neighbourhood] == 1 and draw("event", who, chance) < p.event_reach * seen.reach)
        if who.at_event == 1:
            who.event = p.event_size * open_share[who.neighbourhood]


@kernel
def look_public(table: Any, sums: Any, at: Any) -> None:
    """The public looks around when attitudes are reviewed."""
    for i in range(table.size):
        who = table[i]
        if at[_CONTACT] >= 0:
            who.contact = sums[i, at[_CONTACT]] / float(SHOWN_ONE * WEIGHT_ONE)
        if at[_USE_SEEN] >= 0:
            who.use_seen = sums[i, at[_USE_SEEN]] / float(WEIGHT_ONE)
        if at[_ATTITUDE] >= 0:
            who.norm = met(sums[i, at[_ATTITUDE]], sums[i, at[_WEIGHT]], who.attitude)


@rule
def met(attitudes: int, weight: int, own: float) -> float:
    """The norm of one's ties: the mean attitude they express; one's own attitude where there are none."""
    return attitudes / (ATTITUDE_STEPS * 1.0 * weight) if weight > 0 else own
