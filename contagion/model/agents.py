"""RecoveryCity: the living city as a Mesa model, lived all at once or one by one."""

from __future__ import annotations

from typing import Any

import mesa

from contagion.city.first_day import Foundation
from contagion.model.person import Person
from contagion.model.scenario import Scenario
from contagion.model.simulation import LivingCity, simulate
from contagion.processes.week import LIVE, Process

__all__ = ["RecoveryCity", "simulate"]


def _behaviour(process: Process) -> Any:
    def behave(self: Person) -> None:
        process.act(self, self.model.parameters[process.section])

    behave.__name__ = process.name
    behave.__doc__ = process.act.__doc__
    return behave


for _process in LIVE:
    if hasattr(Person, _process.name):
        raise TypeError(f"a person already has {_process.name}: name the process otherwise")
    setattr(Person, _process.name, _behaviour(_process))


class RecoveryCity(LivingCity, mesa.Model):
    """A city of people, some in active addiction, some in recovery, and everybody else.

    `how="columns"` lives the week for everyone at once; `how="agents"` lets each Mesa agent live it in turn. Both give
    the same history, to the bit. `person` may be a subclass of Person with behaviours of its own (agents way).
    """

    def __init__(
        self,
        scenario: Scenario | None = None,
        rng: int = 0,
        *,
        how: str = "columns",
        foundation: Foundation | None = None,
        person: type[Person] | None = None,
    ) -> None:
        mesa.Model.__init__(self, rng=int(rng))
        if how not in ("columns", "agents"):
            raise ValueError(f'how is "{how}"; it must be "columns" or "agents"')
        self.how, self.person, self._peopled = how, person or Person, False
        LivingCity.__init__(self, scenario, rng, foundation=foundation)

    @property
    def agents(self) -> Any:
        """All people as Mesa agents (views on rows), made on first touch."""
        if not self._peopled:
            self._peopled = True
            for row in range(self.foundation.ties.people):
                self.person(self, row)
        return super().agents

    def live(self) -> None:
        """Everyone lives the week, all at once or one by one (in whatever order)."""
        if self.how == "agents":
            self.agents.do("live")
        else:
            super().live()
