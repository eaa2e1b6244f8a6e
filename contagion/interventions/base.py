"""What every intervention has: a window, places, a target group, a waiting list, drop-out and a cost ledger.

Each week all levers are first put back to their off values; then each intervention that is open sets them for the people
in its places. So withdrawn means withdrawn, and an intervention that reaches nobody changes nothing.

A kind says who can be served in one plain function of a person, `eligible(who, p)`, and who keeps a place in `stays`;
both are compiled. `deliver` acts on rows of the people table.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from inspect import get_annotations
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import model_validator

from contagion.core.chance import befalls, key, uniform
from contagion.core.compiling import Compiled, compiled, filled, numba
from contagion.core.errors import Fault, at_key, refuse
from contagion.core.lots import serve
from contagion.core.parameters import Parameters, amount, choice, per_year, switch
from contagion.core.people import for_python
from contagion.core.sums import CRUMB, whole
from contagion.vocabulary import INSIDE, OUTSIDE, STAGES, SUBSTANCES, WAITING

REGISTRY: dict[str, type[Intervention]] = {}
"""Every kind of intervention by name; defining a subclass with a `kind` of its own registers it."""

LEVERS: dict[str, float] = {"supported": 0.0, "linked": 1.0, "housed": 0, "diverted": 0.0, "mapped": 1.0}
"""Columns that interventions set, with their off values."""

StageName = Literal["at_risk", "active", "early", "sustained", "stable"]
SubstanceName = Literal["opioid", "alcohol", "other"]


class Intervention(Parameters):
    """An intervention as data: who is served, from when to when, how many at a time, at what cost."""

    kind_: ClassVar[str]
    summary: ClassVar[str] = ""
    serves: ClassVar[tuple[str, ...]] = ()
    """Stages that this kind can serve at all; empty where it does not say."""

    kind: str = choice("", "kind of intervention")
    title: str = choice("", "name in reports", unit="text")
    enabled: bool = switch(True, "whether it takes place at all", off=False)
    start: float = choice(1.0, "year in which it starts", unit="years", low=0, up_to=100)
    stop: float = choice(100.0, "year in which it is withdrawn", unit="years", low=0, up_to=100)
    ramp_up: float = choice(1.0, "time until all places are open", unit="years", low=0, up_to=50)
    places: float = choice(10.0, "places at a time", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0)
    reach: float = per_year(2.0, "hazard of an eligible person asking, or being asked, for a place", up_to=520, off=0.0)
    duration: int = choice(52, "weeks in a place, at most", unit="weeks", low=1, up_to=5200)
    drop_out: float = per_year(0.3, "hazard of dropping out", up_to=520, off=0.0)
    give_up: float = per_year(1.0, "hazard of giving up while waiting", up_to=520, off=0.0)
    stages: list[StageName] = choice([], "stages served; empty for the kind's own", unit="stages")
    substances: list[SubstanceName] = choice([], "substance profiles served; empty for all", unit="substances")
    neighbourhoods: list[int] = choice([], "neighbourhoods served; empty for all", unit="indices")
    cost_fixed: float = amount(0.0, "fixed cost while it is open", unit="GBP per year and 10,000 people", up_to=1e9)
    cost_place: float = amount(0.0, "cost of a place", unit="GBP per week and place in use", up_to=1e6)
    price_year: int = choice(2024, "year of the prices", unit="year", low=1990, up_to=2100)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """A class that says `kind_ = "mine"`, as was the way before, gets its field `kind`."""
        if "kind_" in cls.__dict__:
            cls.kind = cls.kind_
            cls.__annotations__["kind"] = Literal[cls.kind_]
        super().__init_subclass__(**kwargs)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        if "kind" in get_annotations(cls):
            REGISTRY[cls.model_fields["kind"].default] = cls

    @model_validator(mode="after")
    def _window(self) -> Intervention:
        refuse(type(self).__name__, list(self._wrong()))
        return self

    def _wrong(self) -> Iterator[Fault]:
        """What is wrong with values that are sound one by one."""
        if self.stop < self.start:
            rule = f"it must be at least the start, {self.start:g}"
            yield at_key(("stop",), self.stop, rule, None, f"is {self.stop:g}, which lies before start")
        below = [place for place in self.neighbourhoods if place < 0]
        if below:
            rule = "neighbourhoods are counted from 0, the least deprived"
            yield at_key(("neighbourhoods",), below[0], rule, None, f"holds {below[0]}")
        if self.serves and self.stages and not set(self.stages) & set(self.serves):
            rule = f"{self.kind} serves people in these stages alone: {', '.join(self.serves)}"
            yield at_key(("stages",), self.stages, rule)

    @property
    def first_week(self) -> int:
        """The first week in which it is open, if it ever is."""
        return max(1, math.ceil(self.start * 52.0 - CRUMB))

    @property
    def last_week(self) -> int:
        """The last week in which it is open, if it ever is."""
        return math.ceil(self.stop * 52.0 - CRUMB) - 1

    @staticmethod
    def eligible(who: Any, p: Any) -> bool:
        """Whether a person with lived experience can be served (the kind's own rule)."""
        raise NotImplementedError

    @staticmethod
    def stays(who: Any, p: Any) -> bool:
        """Whether a person can keep a place; by default whoever is eligible."""
        raise NotImplementedError

    def need(self, people: np.ndarray, rows: np.ndarray, waited: np.ndarray) -> np.ndarray:
        """Who goes first of those who wait: largest first, equals by lot. By default whoever has waited longest (weeks)."""
        return waited.astype(float)

    def deliver(self, city: Any, inside: np.ndarray, entered: np.ndarray, left: np.ndarray) -> None:
        """Set levers for the rows `inside`; act once on who `entered` or `left` this week (rows)."""
        raise NotImplementedError

    def parts(self) -> list[str]:
        """Names of the interventions that this one opens, and that stay closed until it does."""
        return []

    def is_open(self, week: int) -> bool:
        """Whether it runs in this week."""
        return self.enabled and self.first_week <= week <= self.last_week

    def capacity(self, week: int, people: int) -> int:
        """Places open in this week."""
        if not self.is_open(week):
            return 0
        return self.all_places(people, self._ramp(week))

    def all_places(self, people: int, share: float = 1.0) -> int:
        """Places in a city of so many people, once all are open (or a share of them)."""
        return whole(self.places * people / 10_000.0 * share)

    def _ramp(self, week: int) -> float:
        """Share of the places that are open in this week."""
        if self.ramp_up <= 0:
            return 1.0
        return min(1.0, (week + 1 - self.start * 52.0) / (self.ramp_up * 52.0))


ASKS, LEAVES, DROPS, GIVES_UP = 1, 2, 3, 4


def _turn(
    people: Any, p: Any, chance: Any, keys: Any, masks: Any, served: Any, place: Any, since: Any, out: Any
) -> None:
    """What each person does about a programme this week: asks, leaves, drops out, gives up waiting, or nothing.

    `keys`: of the names of its draws; `masks`: stages and substances served, as bits; `served`: neighbourhoods, or none.
    """
    for i in range(people.size):
        who, out[i] = people[i], 0
        since[i] += 1
        if place[i] == INSIDE:
            dropped = befalls(p.drop_out / 52.0, chance.seed, keys[0], chance.week, who.uid)
            if since[i] >= p.duration or dropped or not stays(who, p):  # type: ignore[name-defined]  # noqa: F821
                out[i] = DROPS if dropped else LEAVES
            continue
        targeted = (
            (masks[0] >> who.stage) & 1 == 1
            and (masks[1] >> who.substance) & 1 == 1
            and (served.size == 0 or (who.neighbourhood < served.size and served[who.neighbourhood]))
            and eligible(who, p)  # type: ignore[name-defined]  # noqa: F821
        )
        if place[i] == WAITING:
            tired = befalls(p.give_up / 52.0, chance.seed, keys[1], chance.week, who.uid)
            if tired or not targeted:
                out[i] = GIVES_UP
        elif targeted and p.places > 0 and befalls(p.reach / 52.0, chance.seed, keys[2], chance.week, who.uid):
            out[i] = ASKS


@functools.cache
def _turn_of(kind: type[Intervention]) -> Any:
    """The week's turn for a kind of intervention, compiled with its own rules."""
    eligible = kind.eligible
    stays = eligible if kind.stays is Intervention.stays else kind.stays
    names = {"eligible": Compiled(eligible), "stays": Compiled(stays)}
    turn = filled(_turn, f"{kind.__name__}_turn", eligible, **names)
    if numba:
        return compiled(turn)
    return lambda *arguments: turn(*map(for_python, arguments))


class Programme:
    """An intervention at work in one city: who waits, who is inside, what it has cost."""

    def __init__(self, name: str, what: Intervention, lived: int) -> None:
        self.name, self.what = name, what
        self.place = np.zeros(lived, np.int8)
        self.since = np.zeros(lived, np.int32)
        self.ledger: list[tuple[Any, ...]] = []
        self.record = what.numbers
        self.keys = np.array([key(f"{name}: {act}") for act in ("drop out", "give up", "ask")], np.uint64)
        stages = sum(1 << STAGES.index(one) for one in what.stages) or -1
        substances = sum(1 << SUBSTANCES.index(one) for one in what.substances) or -1
        self.masks = np.array([stages, substances], np.int64)
        self.served = np.zeros(max(*what.neighbourhoods, 0) + 1 if what.neighbourhoods else 0, bool)
        self.served[[place for place in what.neighbourhoods if place >= 0]] = True
        self.doing = np.zeros(lived, np.int8)

    def act(self, city: Any) -> None:
        """One week: people leave, ask, are admitted by need and lot, and are served."""
        what, week, people = self.what, city.week, city.founding_people
        is_open = what.is_open(week) and self.name not in city.held_back
        if is_open:
            _turn_of(type(what))(
                city.people,
                self.record,
                city.chance,
                self.keys,
                self.masks,
                self.served,
                self.place,
                self.since,
                self.doing,
            )
        elif self.place.any():  # it has closed: everybody goes
            self.doing = np.select([self.place == INSIDE, self.place == WAITING], [LEAVES, GIVES_UP], 0).astype(np.int8)
            self.since += 1
        else:
            self.doing[:] = 0
        rows = np.flatnonzero(self.doing)
        acts = self.doing[rows]
        asks, dropped, gave_up = rows[acts == ASKS], rows[acts == DROPS], rows[acts == GIVES_UP]
        left = rows[(acts == LEAVES) | (acts == DROPS)]
        self.place[left] = self.place[gave_up] = OUTSIDE
        self.place[asks], self.since[asks] = WAITING, 0
        capacity = what.capacity(week, people) if is_open else 0
        queue, inside = np.flatnonzero(self.place == WAITING), np.flatnonzero(self.place == INSIDE)
        entered = self._admit(city, queue, capacity - inside.size)
        if entered.size:
            inside = np.flatnonzero(self.place == INSIDE)
        if is_open or left.size:
            what.deliver(city, inside, entered, left)
        cost = 0.0
        if is_open:
            cost = what.cost_fixed * people / 10_000.0 / 52.0 + what.cost_place * inside.size
        waiting = queue.size - entered.size
        counts = (asks.size, entered.size, left.size, dropped.size, gave_up.size)
        self.ledger.append((week, self.name, capacity, inside.size, waiting, *counts, cost))

    def _admit(self, city: Any, queue: np.ndarray, free: int) -> np.ndarray:
        """Rows of those in the queue who get a place: by need, by lot among equals."""
        if not queue.size or free <= 0:
            return queue[:0]
        uid = city.people["uid"][queue]
        lot = uniform(city.seed_, f"{self.name}: place", city.week, uid)
        tickets = lot - self.what.need(city.people, queue, self.since[queue])
        entered = queue[serve(np.zeros(queue.size, np.int64), np.array([free]), tickets, uid)]
        self.place[entered], self.since[entered] = INSIDE, 0
        return entered


LEDGER = (
    "week",
    "intervention",
    "places",
    "used",
    "waiting",
    "joined",
    "entered",
    "left",
    "dropped",
    "gave_up",
    "cost",
)
"""Columns of the ledger: waiting = joined - entered - gave_up, summed up to any week."""


def reset_levers(city: Any) -> None:
    """Put every lever back to its off value."""
    for name, off in LEVERS.items():
        city.people[name] = off
    town = city.town
    town.structural_lever = town.justice_lever = town.council_lever = 0.0
    town.calendar = np.zeros_like(town.calendar)
    city.held_back = {part for one in city.programmes for part in one.what.parts()}
    city.more_allies = np.zeros(0, np.int64)
