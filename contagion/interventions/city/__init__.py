"""Interventions that act on the whole city: attitudes, events, places to meet, those who decide."""

from __future__ import annotations

from typing import Any

from contagion.core.chance import uniform
from contagion.processes.stigma import REVIEWED


def meet_public(city: Any, stream: str, people_a_week: float, counts: float) -> None:
    """So many members of the public a week, drawn by lot, have met somebody in visible recovery when attitudes are reviewed.

    `stream`: name of the draw; `counts`: as how many such people a meeting counts.
    """
    public = city.public_people
    if city.week % REVIEWED:
        return
    met = uniform(city.seed_, stream, city.week, public["uid"]) < people_a_week * REVIEWED / city.founding_people
    public["met"][met] += counts
