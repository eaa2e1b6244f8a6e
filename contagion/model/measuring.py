"""How outcomes are summed from people: all in one compiled pass, or, where nothing else changes, from who moved alone.

An outcome says how it is summed: `count` people, `mean` of a column, `share` of those counted, or it is a `level` of the
city or a `flow` of the week. Sums are whole numbers (fixed point), so they do not depend on the order of people.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from contagion.city.columns import COLUMNS, PERSON
from contagion.core.columns_used import columns_used
from contagion.core.compiling import Compiled, Inlined, filled
from contagion.core.people import LINE
from contagion.core.process import Process
from contagion.core.sums import FIXED, fixed
from contagion.vocabulary import DEAD

Person = Callable[[Any], Any]


class Of(NamedTuple):
    """How an outcome is found: from people (`among` whom, `what` is added up), from the city, or from the week's flows."""

    kind: str  # count, per 1,000, mean, share, level, flow
    among: Person | None = None
    what: Person | None = None
    level: Callable[[Any], float] | None = None

    @property
    def columns(self) -> frozenset[str]:
        """The columns of people that it reads."""
        names = {name for one in (self.among, self.what) if one for name in one.__code__.co_names}
        return frozenset(names & set(COLUMNS))


def counted(among: Person) -> Of:
    """The number of people for whom it is true."""
    return Of("count", among)


def per_1000(among: Person) -> Of:
    """The same per 1,000 people of the city."""
    return Of("per 1,000", among)


def mean_of(what: Person, among: Person) -> Of:
    """The mean of a column or a number over these people; 0 for nobody."""
    return Of("mean", among, what)


def share_of(what: Person, among: Person) -> Of:
    """The share of these people for whom `what` is true; 0 for nobody."""
    return Of("share", among, what)


def total_of(what: Person) -> Of:
    """The sum of a whole number over all people."""
    return Of("total", None, what)


def of_city(of_city: Callable[[Any], float]) -> Of:
    """A level of the city, asked once the week is settled."""
    return Of("level", level=of_city)


OF_WEEK = Of("flow")
"""What happened in the week, from the event log or the ledger, under the outcome's own name."""


def _nothing(who: Any, sums: Any) -> None:
    """Where there are fewer than eight."""


def _counted(who: Any, sums: Any) -> None:
    if among(who):  # type: ignore[name-defined]  # noqa: F821
        sums[AT, 1] += 1  # type: ignore[name-defined]  # noqa: F821


def _shared(who: Any, sums: Any) -> None:
    if among(who):  # type: ignore[name-defined]  # noqa: F821
        sums[AT, 1] += 1  # type: ignore[name-defined]  # noqa: F821
        if what(who):  # type: ignore[name-defined]  # noqa: F821
            sums[AT, 0] += 1  # type: ignore[name-defined]  # noqa: F821


def _averaged(who: Any, sums: Any) -> None:
    if among(who):  # type: ignore[name-defined]  # noqa: F821
        sums[AT, 1] += 1  # type: ignore[name-defined]  # noqa: F821
        sums[AT, 0] += fixed(what(who))  # type: ignore[name-defined]  # noqa: F821


def _added(who: Any, sums: Any) -> None:
    sums[AT, 0] += what(who)  # type: ignore[name-defined]  # noqa: F821


def _eight(who: Any, sums: Any) -> None:
    a(who, sums)  # type: ignore[name-defined]  # noqa: F821
    b(who, sums)  # type: ignore[name-defined]  # noqa: F821
    c(who, sums)  # type: ignore[name-defined]  # noqa: F821
    d(who, sums)  # type: ignore[name-defined]  # noqa: F821
    e(who, sums)  # type: ignore[name-defined]  # noqa: F821
    f(who, sums)  # type: ignore[name-defined]  # noqa: F821
    g(who, sums)  # type: ignore[name-defined]  # noqa: F821
    h(who, sums)  # type: ignore[name-defined]  # noqa: F821


_TEMPLATES = {"count": _counted, "per 1,000": _counted, "share": _shared, "mean": _averaged, "total": _added}


def _over_all(people: Any, sums: Any) -> None:
    for i in range(people.size):
        add(people[i], sums)  # type: ignore[name-defined]  # noqa: F821


def _over_moved(people: Any, rows: Any, sums: Any, minus: Any) -> None:
    for row in rows:
        who = people[row]
        after, attempts = who.stage, who.attempts
        add(who, sums)  # type: ignore[name-defined]  # noqa: F821
        who.stage, who.attempts = who.stage_before, who.attempts - who.started
        add(who, minus)  # type: ignore[name-defined]  # noqa: F821
        who.stage, who.attempts = after, attempts
    for k in range(sums.shape[0]):
        sums[k, 0] -= minus[k, 0]
        sums[k, 1] -= minus[k, 1]


MOVING = frozenset(("stage", "attempts", "started", "spell"))
"""Columns that change with the stage (or that no outcome reads): of these, who moved says enough."""


class Pass:
    """One compiled pass over people for several outcomes: `sums[k]` is (added up, counted) of the k-th."""

    def __init__(self, name: str, outcomes: Mapping[str, Of]) -> None:
        self.name, self.outcomes, self.names = name, outcomes, list(outcomes)
        self.columns = frozenset(name for of in outcomes.values() for name in of.columns)
        kinds = np.array([of.kind for of in outcomes.values()])
        self._divided, self._totals = np.isin(kinds, ("mean", "share")), kinds == "total"
        self._per_1000, self._unit = kinds == "per 1,000", np.where(kinds == "mean", FIXED, 1.0)

    def _all(self) -> Compiled:
        """One function that adds a person to every outcome: eight at a time, and eight of those."""
        parts: list[Compiled] = []
        for k, name in enumerate(self.names):
            of = self.outcomes[name]
            own = {
                key: Inlined(filled(asked, f"{self.name}_{name}_{key}", asked))  # a name of its own on disk
                for key, asked in (("among", of.among), ("what", of.what))
                if asked
            }
            parts.append(Inlined(filled(_TEMPLATES[of.kind], f"{self.name}_{name}", _nothing, AT=k, **own)))
        nothing = Inlined(filled(_nothing, f"{self.name}_nothing", _nothing))
        while len(parts) > 1:
            groups = [[*parts[k : k + 8], *[nothing] * 8][:8] for k in range(0, len(parts), 8)]
            parts = [
                Inlined(
                    filled(
                        _eight, f"{self.name}_{len(groups)}_{k}", _nothing, **dict(zip("abcdefgh", group, strict=True))
                    )
                )
                for k, group in enumerate(groups)
            ]
        return parts[0]

    @functools.cached_property
    def over(self) -> Compiled:
        """Add all people of a table: `over(people, sums)`."""
        return Compiled(filled(_over_all, f"{self.name}_over_all", _nothing, add=self._all()))

    @functools.cached_property
    def over_moved(self) -> Compiled:
        """Bring sums up to date where nothing has changed but for those who moved: `(people, rows, sums, scratch)`."""
        return Compiled(filled(_over_moved, f"{self.name}_over_moved", _nothing, add=self._all()))

    def values(self, sums: np.ndarray, people: int) -> dict[str, float]:
        """The outcomes that these sums give in a city of so many people."""
        added, counted = sums[:, 0], sums[:, 1]
        shares = added / self._unit / np.maximum(counted, 1)
        found = np.where(self._divided, shares, np.where(self._totals, added, counted * self._per(people)))
        return dict(zip(self.names, found.tolist(), strict=True))

    def _per(self, people: int) -> np.ndarray:
        return np.where(self._per_1000, 1000.0 / people if people else 0.0, 1.0)

    def none(self) -> np.ndarray:
        """The sums over nobody (int64, outcomes x 2: added up, counted)."""
        return np.zeros((len(self.names), 2), np.int64)


class Measuring:
    """The weekly outcomes of one city: which are summed anew each week, and which only from who moved."""

    def __init__(self, outcomes: Mapping[str, Of], living: tuple[Process, ...], anything: bool) -> None:
        """`living`: the processes at work; `anything`: whether something else (an intervention, a behaviour of somebody's
        own) may change any column."""
        self.outcomes = outcomes
        self.near, self.far = passes(tuple(outcomes.items()))
        written = {name for one in living for name in columns_used(one)[1]} - MOVING
        self.near_still = not anything and not written & self.near.columns
        self.far_still = not anything and not written & self.far.columns
        self.near_sums, self.far_sums = self.near.none(), self.far.none()
        self.begun = False
        self._others = [(name, of) for name, of in outcomes.items() if of.kind in ("level", "flow")]

    def week(self, city: Any, rows: np.ndarray, flows: Mapping[str, float]) -> list[float]:
        """This week's outcomes in order; `rows`: who changed stage. `near_sums` are made by whoever passes over people,
        unless they stand still."""
        if self.begun and self.near_still:
            self.near.over_moved(city.people, rows, self.near_sums, self.near.none())
        if self.begun and self.far_still:
            self.far.over_moved(city.people, rows, self.far_sums, self.far.none())
        else:
            self.far_sums = self.far.none()
            self.far.over(city.people, self.far_sums)
        self.begun, near = True, self.near_sums
        city.here = int(near[self.near.names.index("here"), 1]) + city.public
        values = self.near.values(near, city.here) | self.far.values(self.far_sums, city.here)
        for name, of in self._others:
            values[name] = flows.get(name, 0.0) if of.level is None else of.level(city)
        return [values[name] for name in self.outcomes]


@functools.cache
def _near() -> frozenset[str]:
    """The columns that stand in the first cache line of a row."""
    fields: Any = PERSON.fields
    return frozenset(name for name in COLUMNS if fields[name][1] + fields[name][0].itemsize <= LINE)


@functools.cache
def passes(outcomes: tuple[tuple[str, Of], ...]) -> tuple[Pass, Pass]:
    """The outcomes that read the first cache line alone, and the others, which may read `stage` of it."""
    people = {name: of for name, of in outcomes if of.kind not in ("level", "flow")}
    people["here"] = counted(lambda who: who.stage < DEAD)
    near = {name: of for name, of in people.items() if of.columns <= _near()}
    far = {name: of for name, of in people.items() if name not in near}
    odd = {name for name, of in far.items() if of.columns & _near() - {"stage"}}
    if odd:
        raise TypeError(f"outcomes that read other columns must take of the first ones `stage` alone: {sorted(odd)}")
    return Pass("near", near), Pass("far", far)
