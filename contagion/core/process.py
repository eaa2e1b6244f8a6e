"""A process is one plain function of one person; compiled, it is lived by one person or by everyone.

    @process("relapse", off=("scale", "rate"))
    def relapse(who, p, chance):
        if in_recovery(who.stage) and happens(relapse_rate(who, p), "relapse", who, chance):
            who.stage, who.spell = ACTIVE, 0

`who` is a row of the people table, `p` the process's table of parameters, `chance` the seed and the week. `plain` is the
function as written, to read and to override; `one` is compiled, for one row; `everyone` is a loop of it over a table.
The three give the same numbers to the bit. Where all parameters named in `off` have their off values, the process has
no effect and is left out of the week.
"""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
from collections import namedtuple
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from contagion.core.chance import Chance
from contagion.core.compiling import Compiled, Rule, before_compiling, compiled, filled, numba
from contagion.core.parameters import Parameters, off_values
from contagion.core.people import BLOCK, Row


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
        return lambda p: unpacked(p)


def _alone(who: Any, p: Any, seed: Any, week: Any) -> None:
    act(who, p, Chance(seed, week))  # type: ignore[name-defined]  # noqa: F821  put into the globals of each copy


def _over(people: Any, p: Any, seed: Any, week: Any) -> None:
    q, chance = values(p), Chance(seed, week)
    for i in range(people.size):
        act(people[i], q, chance)  # type: ignore[name-defined]  # noqa: F821


def _which(people: Any, p: Any, out: Any) -> int:
    q, n = values(p), 0
    for i in range(people.size):
        if asks(people[i], q):  # type: ignore[name-defined]  # noqa: F821
            out[n] = i
            n += 1
    return n


def _which_by_chance(people: Any, p: Any, out: Any, seed: Any, week: Any) -> int:
    q, chance, n = values(p), Chance(seed, week), 0
    for i in range(people.size):
        if asks(people[i], q, chance):  # type: ignore[name-defined]  # noqa: F821
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
    table = getattr(scenario, section)
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
        numbers, chance = Row(p), Chance(seed, week)
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


def _end(people: Any, ps: Any, seed: Any, week: Any, due: Any) -> None:
    """The end of the chain."""


def _then(people: Any, ps: Any, seed: Any, week: Any, due: Any) -> None:
    if due[AT]:  # type: ignore[name-defined]  # noqa: F821  put into the globals of each copy
        act(people, ps[AT], seed, week)  # type: ignore[name-defined]  # noqa: F821
    rest(people, ps, seed, week, due)  # type: ignore[name-defined]  # noqa: F821


def _by_blocks(people: Any, ps: Any, seed: Any, week: Any, due: Any) -> None:
    for first in range(0, people.size, BLOCK):
        chain(people[first : first + BLOCK], ps, seed, week, due)  # type: ignore[name-defined]  # noqa: F821


@functools.cache
def week_of(living: tuple[Process, ...]) -> Callable[..., None]:
    """All processes over a table, in order, a block of people at a time: `(table, parameters, seed, week, due)`.

    `parameters`: a record for each process; `due`: which take place (bool). What is not due costs nothing.
    """
    if not numba:
        return functools.partial(_plain_week, living)
    rest = Compiled(filled(_end, "week_end", _end))
    for k, one in reversed(list(enumerate(living))):
        loop = _Made(one)
        rest = Compiled(filled(_then, f"week_{k}_{one.name}", _end, act=loop, rest=rest, AT=k))
    made: Callable[..., None] = compiled(filled(_by_blocks, f"week_of_{len(living)}", _end, chain=rest))
    return made


class _Made(Compiled):
    """The loop of a process, to be called by another."""

    def __init__(self, one: Process) -> None:
        super().__init__(one.plain)
        self.of = one

    @property
    def fast(self) -> Any:
        return self.of.everyone


def _plain_week(living: tuple[Process, ...], people: np.ndarray, ps: Any, seed: Any, week: Any, due: Any) -> None:
    for one, p, is_due in zip(living, ps, due, strict=True):
        if is_due:
            one.everyone(people, p, seed, week)


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
    def _rows(self) -> Callable[..., int]:
        if not numba:
            return self._each
        template = _which_by_chance if self.plain.__code__.co_argcount > 2 else _which
        loop: Callable[..., int] = compiled(filled(template, f"{self.plain.__name__}_rows", self.plain, asks=self))
        return loop

    def _each(self, people: np.ndarray, p: Any, out: np.ndarray, *chance: Any) -> int:
        numbers, more = Row(p), [Chance(*chance)] if chance else []
        found = [i for i in range(people.size) if self.plain(Row(people[i]), numbers, *more)]
        out[: len(found)] = found
        return len(found)

    def rows(self, people: np.ndarray, p: Parameters, chance: Chance | tuple[()] = ()) -> np.ndarray:
        """Rows (int64, ascending) of the people who are meant."""
        out = np.empty(people.size, np.int64)
        return out[: self._rows(people, p.numbers, out, *chance)]


def selection(plain: Callable[..., Any]) -> Selection:
    """Declare a question about one person: `who` and `p` in (and `chance`, if it is one), yes or no out."""
    return Selection(plain)


def columns_used(what: Compiled) -> tuple[set[str], set[str]]:
    """(columns read, columns written) of `who` in a process or rule, with the rules it hands `who` to."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(what.plain)))
    reads: set[str] = set()
    writes: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "who":
            (writes if isinstance(node.ctx, ast.Store) else reads).add(node.attr)
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Attribute):
            reads.add(node.target.attr)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            called = what.plain.__globals__.get(node.func.id)
            if isinstance(called, Rule) and any(isinstance(a, ast.Name) and a.id == "who" for a in node.args):
                more = columns_used(called)
                reads |= more[0]
                writes |= more[1]
    return reads - {"uid"}, writes
