"""What every intervention has: a window, places, a target group, a waiting list, drop-out and a cost ledger.

Each week all levers are first put back to their off values; then each intervention that is open sets them for the
people in its places. So withdrawn means withdrawn, and an intervention that reaches nobody changes nothing.
"""

from __future__ import annotations

from inspect import get_annotations
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import model_validator

from contagion.core.chance import happens, uniform
from contagion.core.lots import serve
from contagion.core.parameters import Parameters, amount, choice, per_year, switch
from contagion.vocabulary import STAGES, SUBSTANCES, Place

REGISTRY: dict[str, type[Intervention]] = {}
"""Every kind of intervention by name; defining a subclass with a `kind` of its own registers it."""

LEVERS: dict[str, float] = {"supported": 0.0, "linked": 1.0, "housed": 0}
"""Columns that interventions set, with their off values."""

StageName = Literal["at_risk", "active", "early", "sustained", "stable"]
SubstanceName = Literal["opioid", "alcohol", "other"]


class Intervention(Parameters):
    """An intervention as data: who is served, from when to when, how many at a time, at what cost."""

    kind_: ClassVar[str]
    summary: ClassVar[str] = ""

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
        if self.stop < self.start:
            raise ValueError(f"stop ({self.stop}) lies before start ({self.start})")
        return self

    def eligible(self, who: Any) -> Any:
        """Mask over people with lived experience: who can be served (the kind's own rule)."""
        raise NotImplementedError

    def stays(self, who: Any) -> Any:
        """Mask: who can keep a place; by default who is eligible."""
        return self.eligible(who)

    def deliver(self, city: Any, inside: np.ndarray, entered: np.ndarray, left: np.ndarray) -> None:
        """Set levers for the rows `inside`; act once on who `entered` or `left` this week (rows)."""
        raise NotImplementedError

    def is_open(self, week: int) -> bool:
        """Whether it runs in this week."""
        return self.enabled and self.start * 52.0 <= week < self.stop * 52.0

    def capacity(self, week: int, people: int) -> int:
        """Places open in this week."""
        if not self.is_open(week):
            return 0
        ramp = min(1.0, (week + 1 - self.start * 52.0) / (self.ramp_up * 52.0)) if self.ramp_up > 0 else 1.0
        return int(self.places * people / 10_000.0 * ramp)

    def _targeted(self, who: Any) -> Any:
        mask = self.eligible(who)
        if self.stages:
            mask = mask & np.isin(who.stage, [STAGES.index(s) for s in self.stages])
        if self.substances:
            mask = mask & np.isin(who.substance, [SUBSTANCES.index(s) for s in self.substances])
        if self.neighbourhoods:
            mask = mask & np.isin(who.neighbourhood, self.neighbourhoods)
        return mask


class Programme:
    """An intervention at work in one city: who waits, who is inside, what it has cost."""

    def __init__(self, name: str, what: Intervention, lived: int) -> None:
        self.name, self.what = name, what
        self.place = np.zeros(lived, np.int8)
        self.since = np.zeros(lived, np.int32)
        self.ledger: list[tuple[Any, ...]] = []

    def act(self, city: Any) -> None:
        """One week: people leave, ask, are admitted by length of wait and lot, and are served."""
        what, who, week, people = self.what, city.lived, city.week, city.founding_people
        if not what.enabled:
            return
        uid, seed = who.uid, city.seed_
        is_open = what.is_open(week)
        capacity = what.capacity(week, people)
        inside, waiting = self.place == Place.IN, self.place == Place.WAITING
        self.since = self.since + 1
        if is_open:
            targeted = what._targeted(who)
            dropped = happens(inside * (what.drop_out / 52.0), seed, f"{self.name}: drop out", week, uid)
            done = inside & (self.since >= what.duration)
            left = done | dropped | (inside & ~what.stays(who))
            tired = happens(waiting * (what.give_up / 52.0), seed, f"{self.name}: give up", week, uid)
            gave_up = waiting & (tired | ~targeted)
            asks = happens(
                (targeted & (self.place == Place.NONE)) * (what.reach / 52.0), seed, f"{self.name}: ask", week, uid
            ) & (what.places > 0)
        else:
            dropped = asks = np.zeros(inside.size, bool)
            left, gave_up = inside, waiting
        place, since = self.place.copy(), self.since
        place[left | gave_up] = Place.NONE
        place[asks], since[asks] = Place.WAITING, 0
        queue = np.flatnonzero(place == Place.WAITING)
        free = max(0, capacity - int((place == Place.IN).sum()))
        tickets = uniform(seed, f"{self.name}: place", week, uid[queue]) - since[queue]
        entered = queue[serve(np.zeros(queue.size, np.int64), np.array([free]), tickets, uid[queue])]
        place[entered], since[entered] = Place.IN, 0
        self.place, self.since = place, since
        rows = np.flatnonzero(place == Place.IN)
        what.deliver(city, rows, entered, np.flatnonzero(left))
        cost = 0.0
        if is_open:
            cost = what.cost_fixed * people / 10_000.0 / 52.0 + what.cost_place * rows.size
        self.ledger.append(
            (
                week,
                self.name,
                capacity,
                rows.size,
                int((place == Place.WAITING).sum()),
                int(asks.sum()),
                entered.size,
                int(left.sum()),
                int((dropped & left).sum()),
                int(gave_up.sum()),
                cost,
            )
        )


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
        setattr(city.lived, name, off)
    city.town.structural_lever = 0.0
