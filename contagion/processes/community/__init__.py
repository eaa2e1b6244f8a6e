"""Community: collective efficacy and community capital, the coalition for an inclusive recovery city, and events.

efficacy' = efficacy + upkeep / 52 (aim - efficacy); see the files for each equation

Source: Best & Laudet 2010 (community recovery capital), HMIP 2024/06 (inclusive recovery cities).
"""

from contagion.processes.community.coalition import settle_coalition, stakeholders
from contagion.processes.community.efficacy import Community, community_capital, settle_community
from contagion.processes.community.events import Events, bridge, settle_events

__all__ = [
    "Community",
    "Events",
    "bridge",
    "community_capital",
    "settle_coalition",
    "settle_community",
    "settle_events",
    "stakeholders",
]
