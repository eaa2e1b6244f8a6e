"""The outcomes of the model: every weekly measure, declared once with its words, its unit and which way is better.

The timeline, the headline outcomes, text tables, pages and docs/ODD.md read this list. To add an outcome, declare it in
one of its two parts.
"""

from __future__ import annotations

from contagion.model.outcome_kinds import DOMAINS, Outcome
from contagion.model.outcomes_of_recovery import OF_RECOVERY
from contagion.model.outcomes_of_the_city import CHANNEL_NOUNS, OF_THE_CITY

__all__ = ["CHANNEL_NOUNS", "DOMAINS", "OUTCOMES", "Outcome"]

OUTCOMES: dict[str, Outcome] = {one.name: one for one in (*OF_RECOVERY, *OF_THE_CITY)}
"""Every outcome by its name, in the order of the timeline's columns."""
