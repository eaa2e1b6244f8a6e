"""Desistance from crime: a course of its own, beside recovery, up to being recognised by others.

desistance' = desistance + gain (1 - desistance) / 52 in a week at liberty without an offence;
an offence leaves (1 - setback) of it
Identity of people with a record drifts by tertiary (desistance - 1/2) (1 - attitude met) / 52: recognition by others
(tertiary desistance) carries over into identity, and its absence takes away from it.

Source: desistance as primary, secondary and tertiary, the last by recognition (review of what recovery and desistance have
in common); sizes are assumed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from contagion.core.compiling import rule
from contagion.core.process import process
from contagion.vocabulary import ACTIVE, has_lived_experience, recovering


@process("justice", off=("desist_gain", "desist_setback", "tertiary"))
def desist(who: Any, p: Any, chance: Any) -> None:
    """Come to see oneself as somebody who does not offend, and be recognised as such, or not."""
    if not has_lived_experience(who.stage):
        return
    if who.offences > 0:
        who.desistance = who.desistance * (1.0 - p.desist_setback)
    elif who.custody == 0:
        who.desistance = who.desistance + p.desist_gain / 52.0 * (1.0 - who.desistance)
    if who.record == 1:
        who.identity = recognised(who.identity, who.desistance, who.norm, p.tertiary)


@rule
def recognised(identity: float, desistance: float, norm: float, tertiary: float) -> float:
    """Identity after a week of being recognised, or not, as somebody who no longer offends."""
    drift = tertiary / 52.0 * (desistance - 0.5) * (1.0 - norm)
    return identity + drift * ((1.0 - identity) if drift > 0.0 else identity)


def first_desistance(people: np.ndarray, p: Any) -> np.ndarray:
    """Desistance on the first day (0..1 by person): by time in recovery, and where gain and setback balance before."""
    balance = 0.0
    if p.desist_gain > 0.0:
        balance = p.desist_gain / (p.desist_gain + p.desist_setback)
    spell = np.where(recovering(people["stage"]), people["spell"], 0)
    out = 1.0 - (1.0 - balance) * (1.0 - min(1.0, p.desist_gain / 52.0)) ** spell
    return np.where((people["stage"] == ACTIVE) | recovering(people["stage"]), out, 0.0)
