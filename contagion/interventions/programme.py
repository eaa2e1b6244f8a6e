"""An intervention at work in one city: who asks, waits, is inside and leaves, what it costs whom, and when it ends.

Each week all levers are first put back to their off values; then each intervention that is open sets them for the people
in its places. So withdrawn means withdrawn, and an intervention that reaches nobody changes nothing.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from contagion.core.chance import befalls, key, uniform
from contagion.core.compiling import Compiled, compiled, filled, numba
from contagion.core.lots import serve
from contagion.core.people import for_python
from contagion.interventions.base import PAYERS, Intervention
from contagion.vocabulary import INSIDE, OUTSIDE, STAGES, SUBSTANCES, WAITING

LEVERS: dict[str, float] = {
    "supported": 0.0,
    "linked": 1.0,
    "housed": 0,
    "invited": 0.0,
    "coached": 0.0,
    "job_help": 1.0,
    "job_security": 1.0,
    "record_waived": 0.0,
    "met": 0.0,
    "diverted": 0.0,
    "mapped": 1.0,
}
"""Columns that interventions set, with their off values."""


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
        self.given = np.zeros(lived, bool)  # whether a place is delivered as in the trial
        self.failed, self.posts = False, 0
        self.ledger: list[tuple[Any, ...]] = []
        self.record = what.numbers
        self.keys = np.array([key(f"{name}: {act}") for act in ("drop out", "give up", "ask")], np.uint64)
        stages = sum(1 << STAGES.index(one) for one in what.stages) or -1
        substances = sum(1 << SUBSTANCES.index(one) for one in what.substances) or -1
        self.masks = np.array([stages, substances], np.int64)
        self.served = np.zeros(max(*what.neighbourhoods, 0) + 1 if what.neighbourhoods else 0, bool)
        self.served[[place for place in what.neighbourhoods if place >= 0]] = True
        self.doing = np.zeros(lived, np.int8)
        self.shares = np.array([what.shares.get(payer, 0.0) for payer in PAYERS])

    def is_open(self, city: Any) -> bool:
        """Whether it runs this week; the first week of a failure is that in which it no longer does."""
        what, week = self.what, city.week
        if what.failing > 0 and not self.failed and what.is_open(week):
            chance = city.chance
            self.failed = befalls(
                what.failing / 52.0, chance.seed, key(f"{self.name}: fail"), chance.week, np.uint64(0)
            )
        return what.is_open(week) and not self.failed and self.name not in city.held_back

    def act(self, city: Any) -> None:
        """One week: people leave, ask, are admitted by need and lot, and are served."""
        what = self.what
        is_open = self.is_open(city)
        capacity = what.capacity(city.week, city.founding_people) if is_open else 0
        if not what.of_people:
            self._work(city, is_open, capacity)
            return
        self._turn(city, is_open)
        rows = np.flatnonzero(self.doing)
        acts = self.doing[rows]
        asks, dropped, gave_up = rows[acts == ASKS], rows[acts == DROPS], rows[acts == GIVES_UP]
        left = rows[(acts == LEAVES) | (acts == DROPS)]
        self.place[left] = self.place[gave_up] = OUTSIDE
        self.place[asks], self.since[asks] = WAITING, 0
        queue, inside = np.flatnonzero(self.place == WAITING), np.flatnonzero(self.place == INSIDE)
        entered = self._admit(city, queue, capacity - inside.size)
        if entered.size:
            inside = np.flatnonzero(self.place == INSIDE)
            self.given[entered] = self._as_in_the_trial(city, entered)
        given = self.given
        what.deliver(city, inside[given[inside]], entered[given[entered]], left[given[left]])
        if left.size and not is_open and self.has_failed(city.week):
            what.fall(city, left[given[left]])
        waiting = queue.size - entered.size
        counts = (waiting, asks.size, entered.size, left.size, dropped.size, gave_up.size)
        self._note(city, is_open, capacity, inside.size, counts)

    def has_failed(self, week: int) -> bool:
        """Whether it has ended by failing, and not by being withdrawn."""
        what = self.what
        return self.failed or (what.fails < what.stop and week > what.last_week)

    def _turn(self, city: Any, is_open: bool) -> None:
        """What everybody does about it this week, in `doing`."""
        if is_open:
            numbers = (self.record, city.chance, self.keys, self.masks, self.served)
            _turn_of(type(self.what))(city.people, *numbers, self.place, self.since, self.doing)
        elif self.place.any():  # it has closed: everybody goes
            self.doing = np.select([self.place == INSIDE, self.place == WAITING], [LEAVES, GIVES_UP], 0).astype(np.int8)
            self.since += 1
        else:
            self.doing[:] = 0

    def _work(self, city: Any, is_open: bool, capacity: int) -> None:
        """A week of posts that nobody with lived experience takes."""
        more, fewer = max(0, capacity - self.posts), max(0, self.posts - capacity)
        self.posts = capacity
        if filled := self._filled(city, capacity):
            self.what.work(city, filled)
        self._note(city, is_open, capacity, capacity, (0, more, more, fewer, 0, 0))

    def _filled(self, city: Any, posts: int) -> int:
        """How many posts are filled as in the trial; what is left of a whole number is settled by lot."""
        fidelity = self.what.fidelity
        if fidelity >= 1.0 or not posts:
            return posts
        lot = uniform(city.seed_, f"{self.name}: fidelity", city.week, np.zeros(1, np.uint64))[0]
        return int(np.floor(posts * fidelity + lot))

    def _note(self, city: Any, is_open: bool, capacity: int, used: int, counts: tuple[int, ...]) -> None:
        """Write the week into the ledger, with what each payer pays."""
        what, paid = self.what, self.shares * 0.0
        if is_open:
            paid = self.shares * (what.cost_fixed * city.founding_people / 10_000.0 / 52.0 + what.cost_place * used)
        parts = paid.tolist()
        self.ledger.append((city.week, self.name, capacity, used, *counts, sum(parts), *parts))

    def cost(self, week: int) -> float:
        """What it cost in this week, the last that it lived."""
        return float(self.ledger[-1][COST]) if self.ledger and self.ledger[-1][0] == week else 0.0

    def _as_in_the_trial(self, city: Any, entered: np.ndarray) -> Any:
        """Whose place is delivered as in the trial, by lot."""
        if self.what.fidelity >= 1.0 or self.what.by_offer:
            return True
        lot = uniform(city.seed_, f"{self.name}: fidelity", city.week, city.people["uid"][entered])
        return lot < self.what.fidelity

    def _admit(self, city: Any, queue: np.ndarray, free: int) -> np.ndarray:
        """Rows of those in the queue who get a place: in the order of priority, by lot among equals."""
        if not queue.size or free <= 0:
            return queue[:0]
        uid = city.people["uid"][queue]
        lot = uniform(city.seed_, f"{self.name}: place", city.week, uid)
        first = self._first(city, queue) if free < queue.size else np.zeros(queue.size)
        entered = queue[serve(np.zeros(queue.size, np.int64), np.array([free]), lot - first, uid)]
        self.place[entered], self.since[entered] = INSIDE, 0
        return entered

    def _first(self, city: Any, queue: np.ndarray) -> np.ndarray:
        """Who goes first of the queue: largest first, whole steps apart where lots are to decide among equals."""
        priority, waited = self.what.priority, self.since[queue]
        if priority == "kind":
            return self.what.need(city.people, queue, waited)
        if priority == "waiting":
            return waited.astype(float)
        if priority == "lot":
            return np.zeros(queue.size)
        return POSITIONS[priority](city, queue, self.name)


def degree(city: Any, rows: np.ndarray, name: str) -> np.ndarray:
    """Ties of each row, of all layers."""
    web = city.web
    return np.diff(web.ties.start)[rows].astype(float) + (web.bonds[rows] >= 0).sum(axis=1)


def bridging(city: Any, rows: np.ndarray, name: str) -> np.ndarray:
    """Ties of each row to people who live in another neighbourhood."""
    place, found = np.concatenate([city.people["neighbourhood"], city.public_people["neighbourhood"]]), []
    for row in rows.tolist():
        found.append(np.count_nonzero(place[city.web.neighbours(row)[0]] != place[row]))
    return np.array(found, float)


def named(city: Any, rows: np.ndarray, name: str) -> np.ndarray:
    """How often each row is named, where everybody with lived experience names one of their friends with it by lot.

    So whoever has many such friends is named often: a friend of somebody drawn by lot has more friends than they have.
    """
    bonds = city.web.bonds
    theirs = bonds >= 0
    count = theirs.sum(axis=1)
    lot = uniform(city.seed_, f"{name}: whom they name", city.week, city.people["uid"])
    asked = np.flatnonzero(count > 0)
    rank = np.floor(lot[asked] * count[asked]).astype(np.int64)
    which = (np.cumsum(theirs[asked], axis=1) > rank[:, None]).argmax(axis=1)
    return np.bincount(bonds[asked, which], minlength=count.size)[rows].astype(float)


POSITIONS = {"degree": degree, "bridge": bridging, "friend_of_friend": named}
"""What puts people first by their position in the network."""

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
    *(f"paid_{payer}" for payer in PAYERS),
)
"""Columns of the ledger: waiting = joined - entered - gave_up, summed up to any week; cost = the sum of what is paid."""

COST = LEDGER.index("cost")


def reset_levers(city: Any) -> None:
    """Put every lever back to its off value."""
    public = city.public_people.dtype.names or ()
    for name, off in LEVERS.items():
        city.people[name] = off
        if name in public:
            city.public_people[name] = off
    town = city.town
    town.council = town.council_lever
    town.structural_lever = town.treatment_lever = town.justice_lever = town.council_lever = 0.0
    town.calendar = np.zeros_like(town.calendar)
    city.held_back = {part for one in city.programmes for part in one.what.parts()}
    city.more_allies = np.zeros(0, np.int64)
