"""Planned cost: what the interventions of a scenario would cost if every place that is open were in use."""

from __future__ import annotations

from contagion.interventions.base import Intervention
from contagion.model.scenario import Scenario


def planned_cost(scenario: Scenario) -> float:
    """GBP over the whole run, in the prices that each intervention says, places counted in fractions.

    What is spent in a run is less where places stand empty, and where an Inclusive Recovery City opens its parts later.
    """
    return sum(_of_one(one, scenario) for one in scenario.interventions.values())


def _of_one(one: Intervention, scenario: Scenario) -> float:
    weeks = [week for week in range(1, scenario.weeks + 1) if one.is_open(week)]
    tens = scenario.city.population / 10_000.0
    places = one.places * tens * sum(one._ramp(week) for week in weeks)
    return one.cost_fixed * tens * len(weeks) / 52.0 + one.cost_place * places
