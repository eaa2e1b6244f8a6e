"""The two passes over people that make up most of a week, a block of people at a time.

First each looks and lives, and it is noted who moved and who asks for something; then the city settles; then each shows
what has changed and is counted. A block stays in the nearest cache throughout a pass.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from contagion.city.columns import PERSON
from contagion.city.places import Attitudes, add_attitudes
from contagion.core.chance import Chance
from contagion.core.columns_used import columns_used
from contagion.core.compiling import Compiled, compiled, filled, kernel, numba, share_in
from contagion.core.people import BLOCK, empty, joined
from contagion.core.process import Process, in_use, loop_of
from contagion.model.scenario import Scenario
from contagion.processes.exposure import ATTITUDE, CLOSELY, expressed, look, look_public, show
from contagion.processes.noting import note
from contagion.processes.stigma import think
from contagion.processes.week import LIVE, sums_for

thought = loop_of(think)


def _first(
    people: Any,
    sums: Any,
    sent: Any,
    seen: Any,
    ps: Any,
    seed: Any,
    week: Any,
    due: Any,
    moved: Any,
    asking: Any,
    attending: Any,
    out_using: Any,
    counts: Any,
) -> None:
    sections = ps[0]
    for first in range(0, people.size, BLOCK):
        last = first + BLOCK
        look(people[first:last], sums[first:last], sent[first:last], seen, sections["exposure"], Chance(seed, week))
        live(people[first:last], sections, seed, week, due)  # type: ignore[name-defined]  # noqa: F821
        note(people[first:last], first, moved, asking, attending, out_using, counts)


def _second(
    people: Any, rows: Any, exposure: Any, reviewed: Any, shines: Any, wiring: Any, change: Any, counts: Any, sums: Any
) -> None:
    for first in range(0, people.size, BLOCK):
        show(people, rows[first : first + BLOCK], exposure, reviewed, shines, wiring, change)
        if counts:
            count(people[first : first + BLOCK], sums)  # type: ignore[name-defined]  # noqa: F821


@kernel
def differs(table: Any, first: Any, last: Any, sent: Any, rows: Any, n: Any) -> int:
    """Note in `rows`, after the `n` there, which of the public from `first` up to `last` have a new attitude to show.

    `sent` is what they showed before, by the same rows; returns how many there are then.
    """
    for i in range(first, last):
        rows[n] = i
        n += 1 * (expressed(table[i].attitude) != sent[i, ATTITUDE])
    return int(n)


@kernel
def _public(
    table: Any,
    sums: Any,
    sent: Any,
    at: Any,
    p: Any,
    seed: Any,
    week: Any,
    totals: Any,
    places: Any,
    counts: Any,
    rows: Any,
) -> int:
    n = 0
    for first in range(0, table.size, BLOCK):
        last = min(table.size, first + BLOCK)
        look_public(table[first:last], sums[first:last], at)
        thought(table[first:last], p, seed, week)
        add_attitudes(table[first:last], totals, places, counts)
        n = differs(table, first, last, sent, rows, n)
    return n


def public_pass(
    table: np.ndarray,
    sums: np.ndarray,
    sent: np.ndarray,
    at: np.ndarray,
    p: Any,
    chance: Chance,
    added: Attitudes,
    rows: np.ndarray,
) -> np.ndarray:
    """When attitudes are reviewed the public looks around and thinks, and its attitudes are added up.

    `rows`: room (int64) for the rows, returned, of those who have something else to show than before.
    """
    totals = (added.totals, added.sums, added.counts)
    if numba:
        return rows[: _public(table, sums, sent, at, p, *chance, *totals, rows)]
    look_public(table, sums, at)
    think.everyone(table, p, *chance)
    add_attitudes(table, *totals)
    return rows[: differs(table, 0, table.size, sent, rows, 0)]


def _nothing(*rest: Any) -> None:
    """What fills up a group."""


def _six(people: Any, ps: Any, seed: Any, week: Any, due: Any) -> None:
    if due[AT_A]:  # type: ignore[name-defined]  # noqa: F821  put into the globals of each copy
        a(people, ps[OF_A], seed, week)  # type: ignore[name-defined]  # noqa: F821
    if due[AT_B]:  # type: ignore[name-defined]  # noqa: F821
        b(people, ps[OF_B], seed, week)  # type: ignore[name-defined]  # noqa: F821
    if due[AT_C]:  # type: ignore[name-defined]  # noqa: F821
        c(people, ps[OF_C], seed, week)  # type: ignore[name-defined]  # noqa: F821
    if due[AT_D]:  # type: ignore[name-defined]  # noqa: F821
        d(people, ps[OF_D], seed, week)  # type: ignore[name-defined]  # noqa: F821
    if due[AT_E]:  # type: ignore[name-defined]  # noqa: F821
        e(people, ps[OF_E], seed, week)  # type: ignore[name-defined]  # noqa: F821
    if due[AT_F]:  # type: ignore[name-defined]  # noqa: F821
        f(people, ps[OF_F], seed, week)  # type: ignore[name-defined]  # noqa: F821


def _groups(people: Any, ps: Any, seed: Any, week: Any, due: Any) -> None:
    a(people, ps, seed, week, due)  # type: ignore[name-defined]  # noqa: F821
    b(people, ps, seed, week, due)  # type: ignore[name-defined]  # noqa: F821
    c(people, ps, seed, week, due)  # type: ignore[name-defined]  # noqa: F821
    d(people, ps, seed, week, due)  # type: ignore[name-defined]  # noqa: F821
    e(people, ps, seed, week, due)  # type: ignore[name-defined]  # noqa: F821
    f(people, ps, seed, week, due)  # type: ignore[name-defined]  # noqa: F821


def _chain_of(living: tuple[Process, ...]) -> Compiled:
    """All processes over a block of people, in order: `(block, parameters, seed, week, due)`.

    `parameters`: a record of all sections; `due`: which take place (bool). What is not due costs nothing. They stand in
    groups of six, and groups of those: compiled one within the other, each would hold the code of all that follow.
    """
    nothing = Compiled(filled(_nothing, "week_nothing", _nothing))
    parts = [] if living else [nothing]
    for k in range(0, len(living), 6):
        names: dict[str, Any] = {}
        for n, letter in enumerate("ABCDEF"):
            one = living[k + n] if k + n < len(living) else None
            names |= {letter.lower(): loop_of(one) if one else nothing, f"AT_{letter}": k + n if one else k}
            names[f"OF_{letter}"] = one.section if one else names["OF_A"]
        parts.append(Compiled(filled(_six, f"week_{k}_{len(living)}", _nothing, **names)))
    while len(parts) > 1:
        held = [[*parts[k : k + 6], *[nothing] * 6][:6] for k in range(0, len(parts), 6)]
        parts = [
            Compiled(filled(_groups, f"week_{k}_of_{len(held)}", _nothing, **dict(zip("abcdef", six, strict=True))))
            for k, six in enumerate(held)
        ]
    return parts[0]


@functools.cache
def first_pass(living: tuple[Process, ...]) -> Callable[..., None]:
    """Everybody looks and lives; see `_first` for what it takes."""
    if numba:
        share_in(lambda: compile_week(backwards=True))
        made: Callable[..., None] = compiled(
            filled(_first, f"first_pass_{len(living)}", _first, live=_chain_of(living))
        )
        return made

    def plain(people: Any, sums: Any, sent: Any, seen: Any, ps: Any, *rest: Any) -> None:
        seed, week, due, *noted = rest
        look(people, sums, sent, seen, ps[0]["exposure"], Chance(seed, week))
        for one, is_due in zip(living, due, strict=True):
            if is_due:
                one.everyone(people, ps[0][one.section], seed, week)
        note(people, 0, *noted)

    return plain


@functools.cache
def second_pass(counting: Compiled) -> Callable[..., None]:
    """Everybody shows what has changed and, where `counts` says so, is counted by `counting(block, sums)`."""
    if numba:
        made: Callable[..., None] = compiled(filled(_second, "second_pass", _second, count=counting))
        return made

    def plain(people: Any, *rest: Any) -> None:
        show(people, *rest[:-2])
        if rest[-2]:
            counting(people, rest[-1])

    return plain


COMPILE = "from contagion.model.passes import compile_week; compile_week()"
"""What a second process does while the first city of all is founded."""


def compile_week(backwards: bool = False) -> None:
    """Compile, or fetch from disk, the loops of all that people live each week."""
    nobody, scenario = empty(0, PERSON), Scenario()
    ps = joined({name: getattr(scenario, name).numbers for name in {one.section for one in LIVE}})[0]
    for one in reversed(LIVE) if backwards else LIVE:
        one.everyone(nobody, ps[one.section], np.uint64(0), np.uint64(0))


def looks_closely(scenario: Any, living: tuple[Process, ...]) -> bool:
    """Whether one of these processes reads a column that a closer look fills."""
    kept = {one.name for one in sums_for(scenario)}
    read = {name for one in living for name in columns_used(one)[0]}
    for column, source in CLOSELY.items():
        if isinstance(source, str):
            fills = not source or source in kept
        else:
            fills = any(all(in_use(scenario, name) for name in group) for group in source)
        if fills and column in read:
            return True
    return False
