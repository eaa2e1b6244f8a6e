"""The outcomes of the model: every weekly measure, declared once with its words, its unit and which way is better.

The timeline, the headline outcomes, text tables, pages and docs/ODD.md read this list. To add an outcome, declare it in
one of its two parts.
"""

from __future__ import annotations

import warnings

from contagion.core.errors import Advice
from contagion.model.outcome_kinds import DOMAINS, Outcome
from contagion.model.outcomes_of_recovery import OF_RECOVERY
from contagion.model.outcomes_of_the_city import CHANNEL_NOUNS, OF_THE_CITY

__all__ = ["CHANNEL_NOUNS", "DOMAINS", "OUTCOMES", "Outcome", "by_new_name"]

OUTCOMES: dict[str, Outcome] = {one.name: one for one in (*OF_RECOVERY, *OF_THE_CITY)}
"""Every outcome by its name, in the order of the timeline's columns."""

FORMER: dict[str, tuple[str, str]] = {
    "opioid_deaths": ("deaths_active_opioid", "it counts deaths of any cause; drug_poisoning_deaths are told apart")
}
"""Outcomes by the name that they had before: the name they have now, and why."""


def by_new_name(name: str) -> str:
    """An outcome's name of today; for a former one with a sentence of Advice, any other as it is.

    >>> by_new_name("stable")
    'stable'
    """
    if name not in FORMER:
        return name
    new, why = FORMER[name]
    warnings.warn(f"{name} is called {new} now ({why}); the old name is read as well.", Advice, stacklevel=3)
    return new
