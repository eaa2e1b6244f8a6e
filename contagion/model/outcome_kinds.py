"""What an outcome declares, and a short maker for each kind: people, score, rate, share, level, flow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from contagion.model.measuring import OF_WEEK, Of

RECOVERY, HEALTH, CAPITAL = "Recovery", "Health", "Capital and wellbeing"
JUSTICE, HOUSING, WORK = "Crime and justice", "Housing", "Work"
COMMUNITY, POPULATION, COST = "Family and community", "Population", "Cost"

DOMAINS = (RECOVERY, HEALTH, CAPITAL, JUSTICE, HOUSING, WORK, COMMUNITY, POPULATION, COST)
"""Headings under which pages list outcomes, in their order."""

Better = Literal["higher", "lower"] | None
HIGHER: Better = "higher"
LOWER: Better = "lower"

PER_WEEK = " per week"


@dataclass(frozen=True)
class Outcome:
    """One weekly measure of a city.

    Raises ValueError for a domain that is not in DOMAINS, and for a flow whose unit is not per week.
    """

    name: str
    """Column of the timeline."""
    noun: str
    """What pages and tables call it: "People in stable recovery"."""
    unit: str
    """Unit of the weekly value; a flow's ends in "per week"."""
    meaning: str
    domain: str
    better: Better = None
    """Which way is better; None where neither is, as for cost."""
    shown: Literal["level", "flow", "share"] = "level"
    """A flow is added up over the period; a level or a share is averaged over the last year."""
    headline: str = ""
    """Short public name if it is a headline outcome: a name for study.outcomes and a column of headlines.parquet."""
    place: int = 0
    """Its place among the headline outcomes, from 1."""
    brief: str = ""
    """A few words for the middle of a title: "stable recovery"; the noun if not given."""
    of: Of = OF_WEEK
    """How it is summed: from people, as a level of the city, or (of its own accord) from what happened in the week."""

    def __post_init__(self) -> None:
        if self.domain not in DOMAINS:
            raise ValueError(f"outcome {self.name}: the domain {self.domain!r} is none of {', '.join(DOMAINS)}")
        if (self.shown == "flow") != self.unit.endswith(PER_WEEK):
            raise ValueError(f"outcome {self.name}: a flow, and only a flow, has a unit per week, unlike {self.unit!r}")

    @property
    def total_unit(self) -> str:
        """Unit of the total over a period (flows), or of the level."""
        return self.unit.removesuffix(PER_WEEK)


def _maker(shown: Literal["level", "flow", "share"], unit: str) -> Callable[..., Outcome]:
    """A maker of outcomes of one kind, which takes what is left to say in the order of a line of the list below."""

    def make(
        name: str,
        noun: str,
        meaning: str,
        domain: str,
        better: Better = None,
        place: int = 0,
        brief: str = "",
        headline: str = "",
        of: Of = OF_WEEK,
    ) -> Outcome:
        public = headline or (name if place else "")
        return Outcome(name, noun, unit, meaning, domain, better, shown, public, place, brief, of)

    return make


people = _maker("level", "people")
score = _maker("level", "0..1")
rate = _maker("level", "per 1,000 people")
share = _maker("share", "share")


def level(name: str, noun: str, unit: str, *rest: Any, **more: Any) -> Outcome:
    """A level in a unit of its own."""
    return _maker("level", unit)(name, noun, *rest, **more)


def flow(name: str, noun: str, unit: str, *rest: Any, **more: Any) -> Outcome:
    """Events or money of the present week; `unit` leaves out "per week"."""
    return _maker("flow", unit + PER_WEEK)(name, noun, *rest, **more)
