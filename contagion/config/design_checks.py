"""Checks of designs: whether the factors, the sweep and the sensitivity analysis of a study can be run, and their sizes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from contagion.config.factors import Axis, axes_of, idle
from contagion.config.keys import key_of
from contagion.config.study import GRID_LEVELS, Study
from contagion.config.targets import target_of
from contagion.config.varied.drawn import draw_faults
from contagion.core.errors import Fault, Key, at_key, plainly, shown

SIZED = {"latin": "points", "sobol": "points", "saltelli": "base rows", "morris": "trajectories"}
"""Designs whose size is chosen, and what they count."""

FEWEST = {"sobol": 8, "morris": 4, "delta": 64}
"""Base rows, trajectories or points of a sensitivity analysis below which its indices say nothing."""


def study_faults(study: Study, known: Iterable[Key] = ()) -> list[Fault]:
    """Faults of a study's factors, sweep and sensitivity analysis.

    `known`: keys of faults that are known already; what only follows from these is left out.
    """
    faulty = [key for key in known if key]
    tables = {key[0] for key in faulty}
    skip = _skipped(study.factors, "factors", faulty)
    found = [*axes_of(study, skip)[1], *draw_faults(study, _skipped(study.uncertainty, "uncertainty", faulty))]
    if "sweep" not in tables:
        found += [*sweep_faults(study), *_rows(study)]
    if "sensitivity" not in tables:
        found += sensitivity_faults(study, study.sensitivity.method)
    return found


def _skipped(varied: Iterable[str], table: str, faulty: Sequence[Key]) -> set[str]:
    """Parameters that vary and are faulty already, or of an intervention that is."""
    programmes = {
        key[i + 1] for key in faulty for i in (0, 3) if key[i : i + 1] == ("interventions",) and len(key) > i + 1
    }
    skip = {key[1] for key in faulty if key[0] == table and len(key) > 1}
    named = {name: key_of(name) for name in varied}
    return skip | {name for name, key in named.items() if key[0] == "interventions" and programmes & {*key[1:2]}}


def sweep_faults(study: Study) -> Iterator[Fault]:
    """What is wrong with the size of a sweep."""
    sweep, at = study.sweep, ("sweep", "points")
    if sweep.design in SIZED and not sweep.points:
        rule = f"the {sweep.design} design needs its number of {SIZED[sweep.design]}"
        yield at_key(at, None, rule, None, "is missing")
    elif sweep.design not in SIZED and sweep.points:
        where = "the rows" if sweep.design == "list" else "the levels of the factors"
        rule = f"the {sweep.design} design has as many points as {where} say"
        yield at_key(at, sweep.points, rule, None, f"is {sweep.points:,} and cannot be chosen here")
    if sweep.design in ("sobol", "saltelli"):
        yield from _power(sweep.points, at)
    if sweep.design == "list" and not sweep.rows:
        rule = 'lists need at least one row, for instance {"starting.friend" = 0.1}'
        yield at_key(("sweep", "rows"), None, rule, None, "is empty")
    if sweep.design != "list" and sweep.rows:
        rule = 'set design = "list", or take the rows out'
        yield at_key(("sweep", "rows"), None, rule, None, f"belongs to a list, and the design is {sweep.design}")


def sensitivity_faults(study: Study, method: str) -> Iterator[Fault]:
    """What is wrong with the size of a sensitivity analysis by a method."""
    asked, at = study.sensitivity.model_copy(update={"method": method}), ("sensitivity", "samples")
    fewest, counted = FEWEST.get(method, 0), SIZED.get(kind_of(study, method)[0], "")
    if asked.size < fewest:
        yield at_key(at, asked.samples, f"{method} needs at least {fewest} {counted}", str(fewest))
    elif method == "sobol":
        yield from _power(asked.size, at)
    if method == "morris" and (asked.levels < 4 or asked.levels % 2):
        rule = "morris needs an even number of levels, at least 4"
        yield at_key(("sensitivity", "levels"), asked.levels, rule)


def kind_of(study: Study, method: str | None) -> tuple[str, int]:
    """The kind of design, and its base rows, trajectories or points (0 where the factors say)."""
    if method is None:
        return study.sweep.design, study.sweep.points
    kinds = {"sobol": "saltelli", "morris": "morris", "delta": "latin", "ofat": "ofat"}
    return kinds[method], study.sensitivity.model_copy(update={"method": method}).size


def paired(study: Study, method: str | None) -> bool:
    """Whether a design measures pairs of factors."""
    return method == "sobol" and study.sensitivity.second_order


def steps(study: Study, axes: Sequence[Axis], method: str | None) -> dict[str, tuple[float, ...]]:
    """One at a time: the levels of each group; its members take those of the one that has most."""
    otherwise = GRID_LEVELS if method is None else study.sensitivity.levels
    found: dict[str, tuple[float, ...]] = {}
    for axis in axes:
        name, levels = (axis.name if method is None else axis.group), axis.steps(otherwise)
        if len(levels) > len(found.get(name, ())):
            found[name] = levels
    return found


def points_of(study: Study, axes: Sequence[Axis], method: str | None) -> int:
    """How many points a design has: that of the sweep (no method), or of a sensitivity analysis by a method."""
    kind, rows = kind_of(study, method)
    moving = len(axes) if method is None else 1 + len({axis.group for axis in axes})  # with the dummy
    if kind == "list":
        return len(study.sweep.rows)
    if kind == "grid":
        return math.prod(len(axis.steps()) for axis in axes)
    if kind == "ofat":
        return 1 + sum(map(len, steps(study, axes, method).values()))
    if kind == "saltelli":
        return rows * (2 * moving + 2 if paired(study, method) else moving + 2)
    return rows * (moving + 1) if kind == "morris" else rows


def _power(count: int, at: tuple[str, str]) -> Iterator[Fault]:
    """Sobol sequences are balanced at powers of two only."""
    if count and count & (count - 1):
        below = 1 << (count.bit_length() - 1)
        close = below if count - below <= 2 * below - count else 2 * below
        yield at_key(at, count, "it must be a power of two", str(close))


def _rows(study: Study) -> Iterator[Fault]:
    """What is wrong with the rows of a list of points."""
    at = ("sweep", "rows")
    varied = {name for row in study.sweep.rows for name in row}
    first: dict[Any, int] = {}
    for i, row in enumerate(study.sweep.rows, 1):
        sound = bool(row)
        if not row:
            yield at_key(at, None, "each row sets at least one parameter", None, f"has nothing in row {i}")
        for name, value in row.items():
            target = target_of(name, study.scenarios, at)
            if isinstance(target, Fault):
                sound = False
                inner = f'"{name}.{next(iter(value))}"' if isinstance(value, dict) and value else None
                told = f"sets {plainly(name, 60)} in row {i}, which {target.problem}"
                yield at_key(at, None, target.allowed, inner or target.nearest, told)
            elif target.wrong(value):
                sound = False
                yield at_key(at, value, target.rule, target.near(value), f"sets {name} to {shown(value)} in row {i}")
            else:
                yield from (
                    at_key(at, None, p.allowed, None, f"sets {name}, which {p.problem}")
                    for p in idle(study, target, at, varied)
                )
        if sound:
            same = tuple(sorted((name, *_comparable(value)) for name, value in row.items()))
            if same in first:
                told = f"has duplicate points: rows {first[same]} and {i}"
                yield at_key(at, None, "each point may stand there once", None, told)
            first.setdefault(same, i)


def _comparable(value: Any) -> tuple[str, Any]:
    """A value that equals others only of its kind: true is not 1, but 1 is 1.0."""
    return ("switch" if isinstance(value, bool) else "text" if isinstance(value, str) else "number", value)
