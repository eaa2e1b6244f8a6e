"""The words of the field as codes: stages, substances, roles, layers of ties, channels, events.

Rules compare plain integers, so each code also stands here as one, by its name.
"""

from __future__ import annotations

import enum
from typing import Any

from contagion.core.compiling import rule


class Stage(enum.IntEnum):
    """The pathway of recovery (stages of the Betty Ford Institute, 2007) and its ends."""

    AT_RISK = 0
    ACTIVE = 1
    EARLY = 2
    SUSTAINED = 3
    STABLE = 4
    DEAD = 5
    TO_COME = 6


class Substance(enum.IntEnum):
    """Substance profile: opioid (or crack), alcohol, other."""

    OPIOID = 0
    ALCOHOL = 1
    OTHER = 2


class Role(enum.IntEnum):
    """What somebody else is to the recovery of others."""

    CITIZEN = 0
    FAMILY = 1
    PRACTITIONER = 2
    EMPLOYER = 3
    LANDLORD = 4


class Visibility(enum.IntEnum):
    """Whether recovery can be seen: by nobody, inside groups, by all."""

    HIDDEN = 0
    ANONYMOUS = 1
    VISIBLE = 2


class Layer(enum.IntEnum):
    """Layers of ties, closest first."""

    HOUSEHOLD = 0
    FRIEND = 1
    RECOVERY = 2
    USING = 3
    ACQUAINTANCE = 4


class Place(enum.IntEnum):
    """Where somebody stands with a service: nowhere, waiting, in it."""

    NONE = 0
    WAITING = 1
    IN = 2


class GroupKind(enum.IntEnum):
    """Kinds of recovery groups."""

    MUTUAL_AID = 0
    RECOVERY_CAFE = 1
    SPORTS_GROUP = 2
    LIVED_EXPERIENCE_ORGANISATION = 3
    RECOVERY_HOME = 4
    RECOVERY_FRIENDLY_WORKPLACE = 5
    THERAPEUTIC_COMMUNITY = 6
    COLLEGIATE_PROGRAMME = 7


class EventKind(enum.IntEnum):
    """Kinds of visible recovery events."""

    RECOVERY_WEEK = 0
    WALK = 1
    GAMES = 2
    BIKE_RIDE = 3
    CELEBRATION = 4


AT_RISK, ACTIVE, EARLY, SUSTAINED, STABLE, DEAD, TO_COME = (int(stage) for stage in Stage)
OPIOID, ALCOHOL, OTHER = (int(substance) for substance in Substance)
CITIZEN, FAMILY, PRACTITIONER, EMPLOYER, LANDLORD = (int(role) for role in Role)
HIDDEN, ANONYMOUS, VISIBLE = (int(visibility) for visibility in Visibility)
MUTUAL_AID, CAFE, SPORTS, LERO, RECOVERY_HOME, WORKPLACE, COMMUNITY, COLLEGIATE = (int(kind) for kind in GroupKind)
OUTSIDE, WAITING, INSIDE = (int(place) for place in Place)
NO_GROUP = -1
"""Group of somebody who attends none."""
NO_ORDER = -1
"""Weeks until a court's order, for somebody under none."""
FEMALE, MALE = 0, 1
FRIENDS, USING, ACQUAINTANCE = int(Layer.FRIEND), int(Layer.USING), int(Layer.ACQUAINTANCE)
STAGES = tuple(stage.name.lower() for stage in Stage)
SUBSTANCES = tuple(substance.name.lower() for substance in Substance)

CHANNELS = ("spontaneous", "treatment", "family", "friend", "weak", "group", "event", "ally", "tie")
"""Where a start of recovery can come from; "tie" is the plain per-tie contagion of the SIS reduction."""

EVENTS = ("onset", "start", "relapse", "progress", "death", "arrival")
"""Kinds of transitions in the event log."""

LAYERS_ALL = sum(1 << layer for layer in Layer)
LAYERS_CLOSE = LAYERS_ALL & ~(1 << Layer.ACQUAINTANCE)
LAYERS_FRIEND = 1 << Layer.FRIEND | 1 << Layer.RECOVERY | 1 << Layer.USING


def recovering(stage: Any) -> Any:
    """Whether each of these stages is one of the three stages of recovery (arrays)."""
    return (stage >= EARLY) & (stage <= STABLE)


@rule
def in_recovery(stage: int) -> bool:
    """Whether a stage is one of the three stages of recovery."""
    return EARLY <= stage <= STABLE


@rule
def is_here(stage: int) -> bool:
    """Whether somebody at this stage is alive and has come."""
    return stage < DEAD


@rule
def has_lived_experience(stage: int) -> bool:
    """Whether somebody at this stage is in active addiction or in recovery."""
    return ACTIVE <= stage <= STABLE
