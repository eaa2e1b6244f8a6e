"""RecoveryCity: the living city as a Mesa model; a Person is a Mesa agent that is a view on one row."""

from __future__ import annotations

import time
from typing import Any

import mesa
import numpy as np

from contagion.city.attitudes import Attitudes
from contagion.city.columns import COLUMNS
from contagion.city.first_day import Foundation
from contagion.core.chance import draw, happens
from contagion.core.process import Process
from contagion.model import simulation
from contagion.model.outcomes import Outcomes
from contagion.model.scenario import Scenario
from contagion.model.simulation import LivingCity
from contagion.processes.exposure import look, look_public
from contagion.processes.stigma import think
from contagion.processes.week import LIVE, note
from contagion.vocabulary import Stage


class Person(mesa.Agent):
    """One person: columns are attributes (Python numbers), the processes of the week are methods to override."""

    model: Any

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row
        self.is_public = row >= model.lived_rows
        whole, at = (model.public_people, row - model.lived_rows) if self.is_public else (model.people, row)
        self.table, self.view = whole[at : at + 1], whole[at]

    def live(self) -> None:
        """Live one week: each behaviour of the week in order."""
        for name in self.model.due_in_public if self.is_public else self.model.due:
            getattr(self, name)()

    def draw(self, name: str) -> float:
        """A uniform number for the named decision this week."""
        return draw(name, self, self.model.chance)

    def happens(self, name: str, rate: float) -> bool:
        """Whether the named event befalls them this week, at `rate` per week."""
        return happens(rate, name, self, self.model.chance)

    def __repr__(self) -> str:
        return f"Person(uid={self.uid}, {'citizen' if self.is_public else Stage(self.stage).name.lower()})"


def _column(name: str, meaning: str) -> property:
    def read(self: Person) -> Any:
        try:
            return self.view[name].item()
        except (ValueError, KeyError):
            raise AttributeError(f"{name} is a column of people with lived experience only") from None

    def write(self: Person, value: Any) -> None:
        self.view[name] = value

    return property(read, write, doc=meaning)


def _behaviour(process: Process) -> Any:
    def behave(self: Person) -> None:
        model = self.model
        process.everyone(self.table, model.tables[section], *model.now)

    section = process.section
    behave.__name__, behave.__doc__ = process.name, process.__doc__
    return behave


for _name, _declared in COLUMNS.items():
    setattr(Person, _name, _column(_name, _declared.meaning))
for _process in LIVE:
    if hasattr(Person, _process.name):
        raise TypeError(f"a person already has {_process.name}: name the process otherwise")
    setattr(Person, _process.name, _behaviour(_process))


class RecoveryCity(LivingCity, mesa.Model):
    """A city of people, some in active addiction, some in recovery, and everybody else.

    `how="columns"` lives the week for everyone at once; `how="agents"` lets each Mesa agent live it in turn. Both give the
    same history, to the bit. `person` may be a subclass of Person with behaviours of its own (agents way).
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
        self.now: Any = ()  # seed and week, as the agents of this week take them
        self.due: list[str] = []
        self.due_in_public: list[str] = []
        self.of_its_own = person is not None and person is not Person
        LivingCity.__init__(self, scenario, rng, foundation=foundation)

    @property
    def agents(self) -> Any:
        """All people as Mesa agents (views on rows), made on first touch."""
        if not self._peopled:
            self._peopled = True
            for row in range(self.foundation.ties.people):
                self.person(self, row)
        return super().agents

    def live(self, seen: Any) -> Any:
        """Everyone looks and lives the week, all at once or one by one (in whatever order)."""
        if self.how != "agents":
            return super().live(seen)
        wiring, counts = self.web.wiring, np.zeros(5, np.int64)
        look(self.people, wiring.sums, wiring.sent, seen, self.records["exposure"], self.chance)
        if seen.reviewed:
            look_public(self.public_people, wiring.public_sums, self._at)
        self.now, due = self.chance, [one for one in self.alive if one.is_due(self.week)]
        self.due, self.due_in_public = [one.name for one in due], [one.name for one in due if one.public]
        self.agents_live()
        if seen.reviewed and think in self.alive:
            self._note_attitudes(Attitudes(self.town.attitudes.size).add(self.people, self.public_people))
        note(self.people, 0, *self._room, counts)
        return self._noted(counts)

    def agents_live(self) -> None:
        """Each agent lives the week; override it to let them live in another order."""
        self.agents.do("live")


def simulate(
    scenario: Scenario,
    seed: int = 0,
    how: str = "columns",
    foundation: Foundation | None = None,
    person: type[Person] | None = None,
) -> Outcomes:
    """Live a scenario over its horizon. The same seed gives the same history, whichever way it is run."""
    if how == "columns" and person is None:
        return simulation.simulate(scenario, seed, foundation)
    began = time.perf_counter()
    city = RecoveryCity(scenario, seed, how=how, foundation=foundation, person=person)
    city.run_for(scenario.weeks)
    return city.outcomes(time.perf_counter() - began)


__all__ = ["Person", "RecoveryCity", "simulate"]
