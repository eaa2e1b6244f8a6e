"""A process is one plain function of one person; compiled, it is lived by one person or by everyone.

    @process("onset", off=("rate",))
    def onset(who, p, chance):
        if who.stage == AT_RISK and happens(p.rate / 52.0, "onset", who, chance):
            who.stage, who.spell = ACTIVE, 0

`who` is a row of the people table, `p` the process's table of parameters, `chance` the seed and the week. `plain` is the
function as written, to read and to override; `one` is compiled, for one row; `everyone` is a loop of it over a table.
The three give the same numbers to the bit. Where all parameters named in `off` have their off values, the process has
no effect and is left out of the week.
"""

from __future__ import annotations

import functools
from collections import namedtuple
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from contagion.core.chance import Chance
from contagion.core.compiling import Compiled, before_compiling, compiled, filled, numba
from contagion.core.parameters import Parameters, off_values
from contagion.core.people import Row


def values(p: Any) -> Any:
    """The parameters of a record; compiled, they are read once for a whole table instead of once a person."""
    return p


@before_compiling
def _read_once() -> None:
    from numba import types
    from numba.extending import intrinsic, overload

    @intrinsic  # type: ignore[misc]
    def unpacked(typing: Any, p: Any) -> Any:
        names = list(p.fields)
        made = types.NamedTuple([p.typeof(name) for name in names], namedtuple("values", names))

        def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            kind, record = signature.args[0], arguments[0]
            read = (context.get_getattr(kind, name)(context, builder, kind, record, name) for name in names)
            return context.make_tuple(builder, signature.return_type, list(read))

        return made(p), build

    @overload(values)
    def _values(p):  # type: ignore[no-untyped-def]
        if isinstance(p, types.Array):  # a table of one row, which is handed over faster than the row itself
            return lambda p: unpacked(p[0])  # type: ignore[call-arg]
        return lambda p: unpacked(p)  # type: ignore[call-arg]


def _which_among(people: Any, among: Any, p: Any, out: Any, seed: Any, week: Any) -> int:
    q, chance, n = values(p), Chance(seed, week), 0
    for i in among:
        if asks(people[i], q, chance):  # type: ignore[name-defined]  # noqa: F821
            out[n] = i
            n += 1
    return n


def _alone(who: Any, p: Any, seed: Any, week: Any) -> None:
    act(who, p, Chance(seed, week))  # type: ignore[name-defined]  # noqa: F821  put into the globals of each copy


def _over(people: Any, p: Any, seed: Any, week: Any) -> None:
    q, chance = values(p), Chance(seed, week)
    for i in range(people.size):
        act(people[i], q, chance)  # type: ignore[name-defined]  # noqa: F821


def _which_of(people: Any, among: Any, p: Any, out: Any) -> int:
    q, n = values(p), 0
    for i in among:
        if asks(people[i], q):  # type: ignore[name-defined]  # noqa: F821
            out[n] = i
            n += 1
    return n


def _which(people: Any, p: Any, out: Any) -> int:
    q, n = values(p), 0
    for i in range(people.size):
        if asks(people[i], q):  # type: ignore[name-defined]  # noqa: F821
            out[n] = i
            n += 1
    return n


class Switch(NamedTuple):
    """When a part of the week is left out: where all these parameters have their off values, and nobody is concerned."""

    section: str
    off: tuple[str, ...] = ()
    unless: Callable[[Any], bool] | None = None

    def is_off(self, scenario: Any) -> bool:
        """Whether all of the parameters have their off values."""
        names = [name if "." in name else f"{self.section}.{name}" for name in self.off]
        return bool(names) and not any(in_use(scenario, name) for name in names)

    def is_on(self, scenario: Any, concerned: Any) -> bool:
        """Whether it has an effect: by its parameters, or because somebody is concerned all the same."""
        return not self.is_off(scenario) or (self.unless is not None and self.unless(concerned))

    @property
    def may_concern(self) -> bool:
        """Whether the state of people can make it necessary, whatever its parameters."""
        return self.unless is not None


def in_use(scenario: Any, name: str) -> bool:
    """Whether the parameter "section.name" differs from its off value, and so has an effect."""
    section, _, own = name.partition(".")
    table: Parameters = getattr(scenario, section)
    return bool(getattr(table, own) != off_values(type(table))[own])


class Process(Compiled):
    """A mechanism lived by each person: the section of the scenario it reads, when it is left out, for whom, how often.

    A `derived` process only recomputes what follows from other columns: it is on where any of them can change.
    """

    def __init__(self, plain: Callable[..., Any], switch: Switch, public: bool, every: int, derived: bool) -> None:
        super().__init__(plain)
        self.switch, self.public, self.every, self.derived = switch, public, every, derived
        self.name, self.section = plain.__name__, switch.section

    within = True

    @functools.cached_property
    def one(self) -> Callable[[Any, Any, Any, Any], None]:
        """Live it for one row of a table: `one(row, parameters, seed, week)`, compiled."""
        if not numba:
            return lambda row, p, seed, week: self.plain(Row(row), Row(p), Chance(seed, week))
        alone: Callable[[Any, Any, Any, Any], None] = compiled(
            filled(_alone, f"{self.name}_alone", self.plain, act=self)
        )
        return alone

    @functools.cached_property
    def everyone(self) -> Callable[[np.ndarray, Any, Any, Any], None]:
        """Live it for every row of a table: `everyone(table, parameters, seed, week)`."""
        if not numba:
            return self._each
        loop: Callable[[np.ndarray, Any, Any, Any], None] = compiled(
            filled(_over, f"{self.name}_everyone", self.plain, act=self)
        )
        return loop

    def _each(self, people: np.ndarray, p: Any, seed: Any, week: Any) -> None:
        numbers, chance = Row(p[0] if isinstance(p, np.ndarray) else p), Chance(seed, week)
        for i in range(people.size):
            self.plain(Row(people[i]), numbers, chance)

    def is_due(self, week: int) -> bool:
        """Whether it takes place in this week."""
        return week % self.every == 0


def process(
    section: str,
    *,
    off: tuple[str, ...] = (),
    unless: Callable[[Any], bool] | None = None,
    public: bool = False,
    every: int = 1,
    derived: bool = False,
) -> Callable[[Callable[..., Any]], Process]:
    """Declare a process of one person: it is left out where all parameters in `off` have their off values, unless
    `unless(people)` says that somebody is concerned on the first day. `public`: everybody lives it, `every` so many weeks.
    """
    return lambda plain: Process(plain, Switch(section, off, unless), public, every, derived)


def loop_of(one: Process) -> Compiled:
    """The loop of a process over a table, to be called by another: `(table, record, seed, week)`."""
    return _Made(one)


class _Made(Compiled):
    """The loop of a process, to be called by another."""

    def __init__(self, one: Process) -> None:
        super().__init__(one.plain)
        self.of = one

    @property
    def fast(self) -> Any:
        return self.of.everyone


class Settlement:
    """What nobody decides alone, settled once for the city; left out like a process, or where the process `after` is."""

    def __init__(self, act: Callable[[Any, Any], None], switch: Switch, after: Process | None) -> None:
        functools.update_wrapper(self, act)
        self.act, self.switch, self.after = act, switch, after
        self.name, self.section = act.__name__, switch.section

    def __call__(self, city: Any, p: Any) -> None:
        self.act(city, p)


def settlement(
    section: str,
    *,
    off: tuple[str, ...] = (),
    unless: Callable[[Any], bool] | None = None,
    after: Process | None = None,
) -> Callable[[Callable[[Any, Any], None]], Settlement]:
    """Declare a settlement: `act(city, p)`; `unless(city)` says that somebody is concerned on the first day."""
    return lambda act: Settlement(act, Switch(section, off, unless), after)


class Selection(Compiled):
    """A question about one person, and the rows of all for whom the answer is yes."""

    within = True

    @functools.cached_property
    def by_chance(self) -> bool:
        """Whether the answer is a matter of chance."""
        return self.plain.__code__.co_argcount > 2

    @functools.cached_property
    def _rows(self) -> Callable[..., int]:
        return self._loop(_which, "rows")

    @functools.cached_property
    def _among(self) -> Callable[..., int]:
        return self._loop(_which_among if self.by_chance else _which_of, "among")

    def _loop(self, template: Callable[..., int], name: str) -> Callable[..., int]:
        if not numba:
            return self._each
        loop: Callable[..., int] = compiled(filled(template, f"{self.plain.__name__}_{name}", self.plain, asks=self))
        return loop

    def _each(self, people: np.ndarray, *arguments: Any) -> int:
        among: Any = range(people.size)
        if isinstance(arguments[0], np.ndarray):
            among, *arguments = arguments  # type: ignore[assignment]
        p, out, *when = arguments
        more = [Chance(*when)] if when else []
        found = [i for i in among if self.plain(Row(people[i]), Row(p), *more)]
        out[: len(found)] = found
        return len(found)

    def rows(self, people: np.ndarray, p: Parameters, among: np.ndarray | None = None) -> np.ndarray:
        """Rows (int64, ascending) of all the people who are meant, or of those who are `among` these rows."""
        out = np.empty(people.size if among is None else among.size, np.int64)
        if among is None:
            return out[: self._rows(people, p.numbers, out)]
        return out[: self._among(people, among, p.numbers, out)]

    def among(self, people: np.ndarray, rows: np.ndarray, p: Parameters, chance: Chance) -> np.ndarray:
        """Which of these rows are meant, where it is a matter of chance."""
        out = np.empty(rows.size, np.int64)
        return out[: self._among(people, rows, p.numbers, out, *chance)]


def selection(plain: Callable[..., Any]) -> Selection:
    """Declare a question about one person: `who` and `p` in (and `chance`, if it is one), yes or no out."""
    return Selection(plain)
