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
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from contagion.core.chance import Chance
from contagion.core.compiling import Compiled, Rule, compiled, filled, numba
from contagion.core.parameters import off_values
from contagion.core.people import Row


def _over(people: Any, p: Any, chance: Any) -> None:
    for i in range(people.size):
        act(people[i], p, chance)  # type: ignore[name-defined]  # noqa: F821  put into the globals of each copy


def _which(people: Any, p: Any, out: Any) -> int:
    n = 0
    for i in range(people.size):
        if asks(people[i], p):  # type: ignore[name-defined]  # noqa: F821
            out[n] = i
            n += 1
    return n


def _which_by_chance(people: Any, p: Any, out: Any, chance: Any) -> int:
    n = 0
    for i in range(people.size):
        if asks(people[i], p, chance):  # type: ignore[name-defined]  # noqa: F821
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

    @property
    def one(self) -> Callable[[Any, Any, Chance], None]:
        """The compiled function of one row."""
        return self.fast

    @functools.cached_property
    def everyone(self) -> Callable[[np.ndarray, Any, Chance], None]:
        """Live it for every row of a table."""
        if not numba:
            return self._each
        loop: Callable[[np.ndarray, Any, Chance], None] = compiled(
            filled(_over, f"{self.name}_everyone", self.plain, act=self)
        )
        return loop

    def _each(self, people: np.ndarray, p: Any, chance: Chance) -> None:
        numbers = Row(p)
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

    @functools.cached_property
    def _rows(self) -> Callable[..., int]:
        by_chance = self.plain.__code__.co_argcount > 2
        if not numba:
            return self._each
        loop: Callable[..., int] = compiled(
            filled(_which_by_chance if by_chance else _which, f"{self.plain.__name__}_rows", self.plain, asks=self)
        )
        return loop

    def _each(self, people: np.ndarray, p: Any, out: np.ndarray, *chance: Chance) -> int:
        numbers = Row(p)
        found = [i for i in range(people.size) if self.plain(Row(people[i]), numbers, *chance)]
        out[: len(found)] = found
        return len(found)

    def rows(self, people: np.ndarray, p: Any, *chance: Chance) -> np.ndarray:
        """Rows (int64, ascending) of the people who are meant."""
        out = np.empty(people.size, np.int64)
        return out[: self._rows(people, p, out, *chance)]


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
