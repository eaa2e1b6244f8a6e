"""What every intervention says of itself: whom it serves, from when to when, how many at a time, who pays, what is known.

A kind says who can be served in one plain function of a person, `eligible(who, p)`, and who keeps a place in `stays`;
both are compiled. `deliver` acts on rows of the people table. A kind whose places are not taken by people with lived
experience (a course for the public) says `of_people = False` and acts in `work`. What it is doing in one city is kept in
programme.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from inspect import get_annotations
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import ConfigDict, model_validator

from contagion.core.errors import Fault, at_key, nearest, plainly, refuse
from contagion.core.parameters import Parameters, amount, choice, per_year, share, switch
from contagion.core.sums import CRUMB, whole

REGISTRY: dict[str, type[Intervention]] = {}
"""Every kind of intervention by name; defining a subclass with a `kind` of its own registers it."""

PAYERS: dict[str, str] = {
    "nhs": "NHS",
    "public_health": "council public health",
    "council_housing": "council housing",
    "justice": "justice",
    "employers": "employers",
    "voluntary": "voluntary",
}
"""Who can pay, with their names in words."""

UNTESTED = "No controlled evidence"
"""How the sentence of a kind begins that rests on no trial."""

NEVER = 100.0
"""The year by which nothing ends."""

StageName = Literal["at_risk", "active", "early", "sustained", "stable"]
SubstanceName = Literal["opioid", "alcohol", "other"]
Priority = Literal["kind", "waiting", "lot", "degree", "bridge", "friend_of_friend"]


def _told(schema: dict[str, Any], kind: type[Any]) -> None:
    """The JSON Schema of a kind tells what is known of it."""
    schema["evidence"] = kind.known()
    if kind.trial:
        schema["trial"] = kind.trial
    if kind.moves[0]:
        schema["moves"] = {"outcome": kind.moves[0], "up": kind.moves[1] > 0}


class Intervention(Parameters):
    """An intervention as data: who is served, from when to when, how many at a time, at whose cost."""

    model_config = ConfigDict(json_schema_extra=_told)

    kind_: ClassVar[str]
    summary: ClassVar[str] = ""
    label: ClassVar[str] = ""
    """Its name on pages, where the kind's own words would not tell."""
    whom: ClassVar[str] = "People with lived experience whom the rule of this kind of intervention admits"
    """Whom it serves, in words, before a file narrows it."""
    serves: ClassVar[tuple[str, ...]] = ()
    """Stages that this kind can serve at all; empty where it does not say."""
    trial: ClassVar[str] = ""
    """The trial (contagion trial NAME) that asks for the effect on a person that was published."""
    evidence: ClassVar[str] = ""
    """What was published of its effect on a person; begins with "No controlled evidence" where nothing was."""
    of_people: ClassVar[bool] = True
    """Whether its places are taken by people with lived experience; otherwise they are posts, filled while it is open."""
    by_offer: ClassVar[bool] = False
    """Whether its places are reached by an offer alone: then `fidelity` thins the offers, and what is taken up is whole."""
    moves: ClassVar[tuple[str, int]] = ("", 0)
    """The outcome that it is to move first, and 1 for up or -1 for down; ("", 0) where trials found that nothing moves."""

    kind: str = choice("", "kind of intervention")
    title: str = choice("", "name in reports", unit="text")
    enabled: bool = switch(True, "whether it takes place at all", off=False)
    start: float = choice(1.0, "year in which it starts", unit="years", low=0, up_to=100)
    stop: float = choice(NEVER, "year in which it is withdrawn", unit="years", low=0, up_to=NEVER)
    fails: float = choice(
        NEVER, "year in which it fails: it ends, and what it owned is lost", unit="years", low=0, up_to=NEVER
    )
    failing: float = per_year(0.0, "hazard of failing in any year in which it is open", up_to=52, off=0.0)
    ramp_up: float = choice(1.0, "time until all places are open", unit="years", low=0, up_to=50)
    places: float = choice(10.0, "places at a time", unit="places per 10,000 people", low=0, up_to=10_000, off=0.0)
    reach: float = per_year(2.0, "hazard of an eligible person asking, or being asked, for a place", up_to=520, off=0.0)
    duration: int = choice(52, "weeks in a place, at most", unit="weeks", low=1, up_to=5200)
    drop_out: float = per_year(0.3, "hazard of dropping out", up_to=520, off=0.0)
    give_up: float = per_year(1.0, "hazard of giving up while waiting", up_to=520, off=0.0)
    fidelity: float = share(
        1.0, "share of places delivered as in the trial; the others cost as much and do nothing", off=0.0
    )
    priority: Priority = choice(
        "kind",
        "who goes first of those who wait: by the kind's own rule of need, whoever has waited longest, by lot, who has most "
        "ties, most ties into other neighbourhoods, or is named most often as a friend by others with lived experience",
        unit="who",
    )
    stages: list[StageName] = choice([], "stages served; empty for the kind's own", unit="stages")
    substances: list[SubstanceName] = choice([], "substance profiles served; empty for all", unit="substances")
    neighbourhoods: list[int] = choice([], "neighbourhoods served; empty for all", unit="indices")
    cost_fixed: float = amount(0.0, "fixed cost while it is open", unit="GBP per year and 10,000 people", up_to=1e9)
    cost_place: float = amount(0.0, "cost of a place", unit="GBP per week and place in use", up_to=1e6)
    payers: dict[str, float] = choice(
        {"public_health": 1.0}, "who pays which share of the cost; empty for the kind's own", unit="shares, sum 1"
    )
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
            cls.kind_ = cls.model_fields["kind"].default
            REGISTRY[cls.kind_] = cls

    @classmethod
    def tested(cls) -> bool:
        """Whether a published effect on a person stands behind it, and a trial asks for it."""
        return bool(cls.trial)

    @classmethod
    def known(cls) -> str:
        """What is known of its effect on a person, as a sentence."""
        return cls.evidence or f"{UNTESTED} was named for this kind."

    @model_validator(mode="after")
    def _window(self) -> Intervention:
        refuse(type(self).__name__, list(self._wrong()))
        return self

    def _wrong(self) -> Iterator[Fault]:
        """What is wrong with values that are sound one by one."""
        for name, year in (("stop", self.stop), ("fails", self.fails)):
            if year < self.start:
                rule = f"it must be at least the start, {self.start:g}"
                yield at_key((name,), year, rule, None, f"is {year:g}, which lies before start")
        below = [place for place in self.neighbourhoods if place < 0]
        if below:
            rule = "neighbourhoods are counted from 0, the least deprived"
            yield at_key(("neighbourhoods",), below[0], rule, None, f"holds {below[0]}")
        if self.serves and self.stages and not set(self.stages) & set(self.serves):
            rule = f"{self.kind} serves people in these stages alone: {', '.join(self.serves)}"
            yield at_key(("stages",), self.stages, rule)
        yield from self._unpaid()

    def _unpaid(self) -> Iterator[Fault]:
        """What is wrong with the shares of those who pay: one thing at a time."""
        rule, shares = "payers are " + ", ".join(PAYERS), self.shares
        unknown = [name for name in shares if name not in PAYERS]
        beyond = [f"{name} is {part:g}" for name, part in shares.items() if not 0.0 <= part <= 1.0]
        total = math.fsum(shares.values())
        if unknown:
            near = nearest(unknown[0].lower(), PAYERS)
            yield at_key(("payers",), None, rule, near, f"names {plainly(unknown[0], 60)}, which is no payer")
        elif beyond:
            yield at_key(("payers",), None, "each must be a share from 0 to 1", None, f": {beyond[0]}")
        elif not abs(total - 1.0) <= ROUNDING:
            yield at_key(("payers",), None, "the shares must add up to 1", None, f"adds up to {total:g}")

    @property
    def shares(self) -> dict[str, float]:
        """Which share of the cost each payer pays; the kind's own where nobody says."""
        usual: dict[str, float] = type(self).model_fields["payers"].default
        return self.payers or usual

    @property
    def first_week(self) -> int:
        """The first week in which it is open, if it ever is."""
        return max(1, math.ceil(self.start * 52.0 - CRUMB))

    @property
    def last_week(self) -> int:
        """The last week in which it is open, if it ever is and does not fail by chance."""
        return math.ceil(min(self.stop, self.fails) * 52.0 - CRUMB) - 1

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

    def work(self, city: Any, posts: int) -> None:
        """What so many posts do in a week, where its places are not taken by people with lived experience."""
        raise NotImplementedError

    def fall(self, city: Any, left: np.ndarray) -> None:
        """What those who were inside lose when it fails (rows); by default nothing but their places."""

    def is_open(self, week: int) -> bool:
        """Whether it runs in this week, if it has not failed by chance."""
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

    def paid(self) -> str:
        """Who pays, in words: "NHS", or "NHS 60 %, council public health 40 %"."""
        shares = sorted(((part, name) for name, part in self.shares.items() if part > 0), reverse=True)
        if len(shares) == 1:
            return PAYERS[shares[0][1]]
        return ", ".join(f"{PAYERS[name]} {100 * part:.3g} %" for part, name in shares)


ROUNDING = 1e-6
"""How far shares written as decimals may miss their sum."""
