"""RecoveryCity: the living city as a Mesa model; a Person is a Mesa agent that is a view on one row."""

from __future__ import annotations

import functools
import inspect
import warnings
from typing import Any

import numpy as np

from contagion.city.columns import COLUMNS, misfit
from contagion.city.first_day import Foundation
from contagion.city.places import Attitudes
from contagion.core.chance import draw, happens, seed_of
from contagion.core.errors import Advice, ConfigError, Fault, nearest, plainly, shown
from contagion.core.people import Column
from contagion.core.process import Process
from contagion.model.outcomes import HOW
from contagion.model.reading import way_of
from contagion.model.scenario import Scenario, scenario_of
from contagion.model.simulation import LivingCity
from contagion.processes.exposure import look, look_public
from contagion.processes.noting import note
from contagion.processes.stigma import think
from contagion.processes.week import LIVE
from contagion.vocabulary import Role, Stage, Substance

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message="IProgress not found")  # of a progress bar that nothing here shows
    import mesa

TINY = 'ct.RecoveryCity("baseline", **{"city.population": 300})'
"""The city of the examples."""


class Person(mesa.Agent):
    """One person: columns are attributes (Python numbers), the processes of the week are methods to override.

    A behaviour that is overridden is plain Python and takes nothing but self: it reads and writes the person's own
    columns, and draws with `self.draw` and `self.happens`. Such people live one by one (`how="agents"`). TypeError for a
    class that overrides a column, or a behaviour with other arguments; ValueError for a value that a column cannot hold.

    >>> class Steady(ct.Person):
    ...     def relapse(self):
    ...         pass  # nobody returns to active addiction
    >>> tiny = {"city.population": 300, "time.years": 0.1}
    >>> int(ct.simulate("baseline", person=Steady, **tiny).timeline["relapses"].sum())
    0
    """

    model: Any

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        _check_person(cls)

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row
        self.is_public = row >= model.lived_rows
        whole, at = (model.public_people, row - model.lived_rows) if self.is_public else (model.people, row)
        self.table, self.view = whole[at : at + 1], whole[at]

    def live(self) -> None:
        """Live one week: each behaviour of the week in order.

        >>> somebody = ct.RecoveryCity("baseline", how="agents", **{"city.population": 300}).agents[0]
        >>> somebody.live()
        """
        for name in self.model.due_in_public if self.is_public else self.model.due:
            getattr(self, name)()

    def draw(self, name: str) -> float:
        """A uniform number from 0 to 1 for the named decision this week: the same one whenever it is asked for.

        >>> somebody = ct.RecoveryCity("baseline", **{"city.population": 300}).agents[0]
        >>> somebody.draw("whether to call") == somebody.draw("whether to call")
        True
        """
        return draw(name, self, self.model.chance)

    def happens(self, name: str, rate: float) -> bool:
        """Whether the named event befalls them this week, at `rate` per week.

        >>> somebody = ct.RecoveryCity("baseline", **{"city.population": 300}).agents[0]
        >>> somebody.happens("a windfall", rate=0.0)
        False
        """
        return happens(rate, name, self, self.model.chance)

    def __repr__(self) -> str:
        if self.is_public:
            said = ", ".join(dict.fromkeys(("citizen", Role(self.role).name.lower())))
        else:
            said = f"{Stage(self.stage).name.lower()}, {Substance(self.substance).name.lower()}, hope {self.hope:.2f}"
        return f"{type(self).__name__}(uid={self.uid}, {said})"


def _check_person(kind: type[Person]) -> None:
    """TypeError for a class whose people could not live; advice where a method looks like a behaviour misspelt."""
    behaviours = [one.name for one in LIVE]
    for name, column in COLUMNS.items():
        if getattr(kind, name) is not getattr(Person, name):
            raise TypeError(
                f"{kind.__name__} overrides {name}, which is a column of people ({column.meaning}): give it another name. "
                f"Behaviours that can be overridden: {', '.join(behaviours)}"
            )
    for name in ("live", *behaviours):
        try:
            inspect.signature(getattr(kind, name)).bind(kind)
        except (TypeError, ValueError):
            raise TypeError(
                f"{kind.__name__}.{name} must be a method that takes nothing but self; parameters are in "
                'self.model.scenario, chance is in self.draw("name") and self.happens("name", rate)'
            ) from None
    for name, own in vars(kind).items():
        close = nearest(name, behaviours, 0.85)
        if inspect.isfunction(own) and close and not name.startswith("_") and not hasattr(Person, name):
            warnings.warn(
                f"{kind.__name__}.{name} is no behaviour of the week, so nobody calls it; did you mean {close}?",
                Advice,
                stacklevel=3,
            )


def _column(name: str, column: Column) -> property:
    def read(self: Person) -> Any:
        try:
            return self.view[name].item()
        except (ValueError, KeyError):
            raise AttributeError(f"{name} is a column of people with lived experience only (not is_public)") from None

    def write(self: Person, value: Any) -> None:
        if problem := misfit(name, value):
            raise ValueError(f"{name} is {shown(value)}; {problem}")
        self.view[name] = value

    kind = "float" if column.dtype == "f8" else "int"
    example = f">>> type({TINY}.agents[0].{name})\n    <class '{kind}'>"
    meant = f"{column.meaning[:1].upper()}{column.meaning[1:]} ({column.unit})."
    return property(read, write, doc=f"{meant}\n\n    {example}\n    ")


def _behaviour(process: Process) -> Any:
    def behave(self: Person) -> None:
        model = self.model
        process.everyone(self.table, model.tables[section], *model.now)

    section = process.section
    behave.__name__, behave.__qualname__ = process.name, f"Person.{process.name}"
    behave.__doc__ = f"{process.__doc__}\n\n    >>> {TINY}.agents[0].{process.name}()\n    "
    return behave


for _name, _declared in COLUMNS.items():
    setattr(Person, _name, _column(_name, _declared))
for _process in LIVE:
    if hasattr(Person, _process.name):
        raise TypeError(f"a person already has {_process.name}: name the process otherwise")
    setattr(Person, _process.name, _behaviour(_process))


class Weekly(mesa.DataCollector):
    """Mesa's data collector, asked once a week however often it is told to collect."""

    def collect(self, model: Any) -> None:
        """Note what is reported of the week, unless it is noted already."""
        if self._collection_steps[-1:] != [model.time]:
            super().collect(model)


def _of_week(city: LivingCity, place: int) -> float:
    return float(city.weeks[-1][place])


class RecoveryCity(LivingCity, mesa.Model):
    """A city of people, some in active addiction, some in recovery, and everybody else; a step is a week.

    scenario: a Scenario, a Study (its base), a path or the name of a shipped config; dotted settings change it. rng: the
    seed; None draws one. how: "columns" lives the week for everyone at once, "agents" lets each Mesa agent live it in turn;
    both give the same history, to the bit. person: a subclass of Person with behaviours of its own, who live as agents.
    `running` is False from the last week of the scenario on; `datacollector` holds every outcome of every week.

    >>> city = ct.RecoveryCity("baseline", rng=1, **{"city.population": 300, "time.years": 0.25})
    >>> city.run_model()
    >>> city.week, city.running, len(city.datacollector.get_model_vars_dataframe())
    (13, False, 14)
    """

    def __init__(
        self,
        scenario: Any = None,
        rng: int | None = 0,
        *,
        how: str | None = None,
        foundation: Foundation | None = None,
        person: type[Person] | None = None,
        **settings: Any,
    ) -> None:
        if "seed" in settings:
            raise ConfigError(Fault("", "seed", settings["seed"], "write rng in place of seed, as in Mesa"))
        meant = scenario_of(Scenario() if scenario is None else scenario, settings)
        seed = seed_of(rng, drawn=True)
        if person is not None and not (isinstance(person, type) and issubclass(person, Person)):
            raise ConfigError(Fault("", "person", plainly(repr(person)), "give a subclass of contagion.Person"))
        self.of_its_own = person is not None and person is not Person
        self.how = way_of(how, person.__name__ if person and self.of_its_own else "")
        mesa.Model.__init__(self, rng=seed)
        self.person, self._peopled = person or Person, False
        self.due, self.due_in_public = list[str](), list[str]()
        LivingCity.__init__(self, meant, seed, foundation=foundation)
        self.now: Any = self.chance  # seed and week, as the agents of this week take them
        reporters = {name: functools.partial(_of_week, place=place) for place, name in enumerate(HOW)}
        self.datacollector = self._collector = Weekly(model_reporters=reporters)
        self._collected()

    @property
    def scenario(self) -> Any:
        """The scenario that was given, with every parameter.

        >>> ct.RecoveryCity("baseline", **{"city.population": 300}).scenario.city.population
        300
        """
        return self.given_scenario

    @scenario.setter
    def scenario(self, own: Any) -> None:
        self._scenario = own  # Mesa's, which holds nothing but the seed

    @property
    def agents(self) -> Any:
        """All people as Mesa agents (views on rows), made on first touch.

        >>> city = ct.RecoveryCity("baseline", **{"city.population": 300})
        >>> lived = city.agents.select(lambda person: not person.is_public)
        >>> 0 < len(lived) < len(city.agents)
        True
        """
        if not self._peopled:
            self._peopled = True
            for row in range(self.foundation.ties.people):
                self.person(self, row)
        return super().agents

    def step(self) -> None:
        """One week: programme, look, live, settle, show, measure, collect.

        >>> city = ct.RecoveryCity("baseline", **{"city.population": 300})
        >>> city.step()
        >>> city.week
        1
        """
        super().step()
        self._collected()

    def _collected(self) -> None:
        self.running = self.week < self.scenario_.weeks
        if self.datacollector is self._collector:  # one of somebody's own is theirs to fill
            self.datacollector.collect(self)

    def live(self, seen: Any) -> Any:
        """Everyone looks and lives the week, all at once or one by one (in whatever order); rows of who changed stage.

        >>> class Noted(ct.RecoveryCity):
        ...     def live(self, seen):
        ...         self.moved = super().live(seen)
        ...         return self.moved
        >>> Noted("baseline", **{"city.population": 300}).step()
        """
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
        """Each agent lives the week; override it to let them live in another order.

        >>> class Shuffled(ct.RecoveryCity):
        ...     def agents_live(self):
        ...         self.agents.shuffle_do("live")
        >>> Shuffled("baseline", how="agents", **{"city.population": 300}).step()
        """
        self.agents.do("live")

    def _ways(self) -> dict[str, Any]:
        return {"person": self.person} if self.of_its_own else {}

    def __repr__(self) -> str:
        lived = f"lived as {self.how}" + (f" by {self.person.__name__}" if self.of_its_own else "")
        return f"RecoveryCity: {self._in_words()}, {lived}"
