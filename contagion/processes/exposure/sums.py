"""The signals that people send along their ties, the sums of them that are kept, and who makes use of each.

sum of a person = sum over their ties of the layers named, of tie weight (or 1) x signal of whoever is at the other end

Source: HMIP Academic Insights 2024/06 (visible recovery champions); no published sizes.
"""

from __future__ import annotations

from contagion.core.web import NeighbourSum
from contagion.vocabulary import LAYERS_ALL, LAYERS_CLOSE, LAYERS_FRIEND, Layer

SHOWN_ONE = 16
"""Fixed-point unit of a signal: 16 is one visible person in sustained recovery."""

ATTITUDE_STEPS = 32
"""Attitudes are expressed in steps of 1/32, so that only what others would notice travels along ties."""

SIGNALS = ("close", "open", "using", "recovering", "affected", "fallen", "ally", "practitioner", "present", "attitude")

CLOSE, OPEN, USING, RECOVERING, AFFECTED, FALLEN, ALLY, PRACTITIONER_ALLY, PRESENT, ATTITUDE = range(len(SIGNALS))

_HOPE = ("chime.pace", "chime.hope_seen")

_NORM = (
    ("stigma.pace", "stigma.conformity"),
    ("chime.pace", "chime.recognition"),
    ("justice.tertiary",),
    ("visibility.disclose", "visibility.stigma"),
    ("visibility.conceal", "visibility.stigma"),
    ("stigma.internalise_pace", "stigma.internalise_public"),
)

_WALK = (("allies.family",), ("allies.practitioner",), ("allies.citizen",))

_CLOSE_TIES = (("chime.pace", "chime.near_counts"), ("chime.pace", "chime.support_counts"))

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
    NeighbourSum("close_near", "present", LAYERS_CLOSE, False, False, (("chime.pace", "chime.support_counts"),)),
    NeighbourSum("recovering_any", "recovering", LAYERS_ALL, False, False, (("starting.tie_rate",),)),
    NeighbourSum("fallen_near", "fallen", LAYERS_CLOSE, False, False, (("chime.pace", "chime.hope_fallen"),)),
    NeighbourSum(
        "allies", "ally", LAYERS_ALL, False, False, (("chime.pace", "chime.ally_counts"), ("starting.ally",), *_WALK)
    ),
    NeighbourSum("family_allies", "ally", 1 << Layer.HOUSEHOLD, False, False, _WALK),
    NeighbourSum("practitioner_allies", "practitioner", LAYERS_ALL, False, False, _WALK),
)
"""The neighbour sums of the week, and which parameters make use of each."""

GROUP_USED = (("exposure.group_tie", "starting.group"), ("exposure.group_tie", "chime.pace", "chime.hope_seen"))
"""Parameters that make use of the recovery seen in groups, as those of a neighbour sum."""

_EVENT = (("exposure.events_per_year",), ("community.stages",))

CLOSELY: dict[str, str | tuple[tuple[str, ...], ...]] = {
    "structural": "",
    "justice_capital": "",
    "community": "",
    "family": "family_shown",
    "friend": "friend_shown",
    "weak": "weak_shown",
    "using_near": "using_near",
    "recovering_near": "recovering_near",
    "close_near": "close_near",
    "fallen_near": "fallen_near",
    "allies": "allies",
    "family_allies": "family_allies",
    "practitioner_allies": "practitioner_allies",
    "in_group": GROUP_USED,
    "event": _EVENT,
    "at_event": _EVENT,
}
"""Columns that a closer look fills, and from which sum, or with which parameters in use (as those of a sum); else always.

The closer look is left out where no process reads a column that it fills."""
