"""Layouts: the points of each kind of design in the unit cube, and the stream of luck that each point lives under.

The samplers are SALib's and scipy's, seeded from the study. Saltelli's design treats luck as its last factor exactly as any
other: rows that take the dummy from matrix A live under one stream, rows that take it from matrix B under another, so that
the dummy's indices are luck's share of the spread and the other indices are free of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contagion.config.design_checks import kind_of, paired, steps
from contagion.config.factors import DUMMY, Axis
from contagion.config.study import Study
from contagion.study.design.distributions import unit_at


@dataclass(frozen=True)
class Layout:
    """Points in the unit cube: (points, axes [+ 1 for the dummy]), with their groups and streams."""

    kind: str
    unit: NDArray[np.float64]
    groups: tuple[str, ...]  # for each column
    stream: NDArray[np.int64]  # (points,)
    base_rows: int
    second_order: bool = False
    moved: tuple[str, ...] = ()
    own: NDArray[np.bool_] | None = None  # one at a time: which entries are the study's own values, whatever the unit


def seed_of(study: Study) -> int:
    """The seed of samplers, from that of the study; never 0, which SALib takes for none."""
    said = hashlib.sha256(f"design {study.seed}".encode()).digest()
    return 1 + int.from_bytes(said[:8], "big") % (2**31 - 1)


def distinct(values: Iterable[Any]) -> list[Any]:
    """Values once each, in order; true is another value than 1."""
    found: dict[tuple[bool, Any], Any] = {}
    for value in values:
        found.setdefault((isinstance(value, bool), value), value)
    return list(found.values())


def lay_out(study: Study, axes: Sequence[Axis], method: str | None) -> Layout:
    """The points of a sweep's design (no method), or of a sensitivity analysis by a method."""
    kind, rows = kind_of(study, method)
    names = tuple(axis.name for axis in axes)
    groups = names if method is None else tuple(axis.group for axis in axes)
    if kind == "ofat":
        return _one_at_a_time(study, axes, method, groups)
    if kind in ("saltelli", "morris"):
        dummy = () if method is None else (DUMMY,)
        return _by_rows(study, kind, rows, (*groups, *dummy), bool(dummy), paired(study, method))
    if kind == "list":
        columns = [unit_at(a, [row.get(a.name, a.own) for row in study.sweep.rows]) for a in axes]
        unit = np.stack(columns, axis=1)
    elif kind == "grid":
        unit = np.stack([m.ravel() for m in np.meshgrid(*(axis.steps() for axis in axes), indexing="ij")], axis=1)
    elif kind == "sobol":
        from scipy.stats import qmc

        unit = qmc.Sobol(len(axes), scramble=True, rng=np.random.default_rng(seed_of(study))).random(rows)
    else:
        from SALib.sample import latin

        groups = (*groups, DUMMY) if method else groups
        unit = latin.sample(_problem(groups), rows, seed=seed_of(study))
    return Layout(kind, unit, groups, np.zeros(len(unit), np.int64), len(unit))


def _problem(groups: Sequence[str]) -> dict[str, Any]:
    """Columns as SALib asks for them, over the unit cube."""
    names = [f"column {i}" for i in range(len(groups))]
    said = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    return {**said, "groups": list(groups)} if len(set(groups)) < len(groups) else said


def _by_rows(study: Study, kind: str, rows: int, groups: tuple[str, ...], dummy: bool, second: bool) -> Layout:
    """Saltelli's and Morris's designs: blocks of rows, each with luck of its own."""
    seed, moves = seed_of(study), len(set(groups))
    if kind == "saltelli":
        from SALib.sample import sobol

        unit = sobol.sample(_problem(groups), rows, calc_second_order=second, seed=seed)
    else:
        from SALib.sample.morris import sample

        levels = study.sensitivity.levels
        unit = sample(_problem(groups), rows, num_levels=levels, seed=seed)
        unit = np.rint(unit * (levels - 1)) / (levels - 1)  # equal points to the last bit, so that they are run once
    block = len(unit) // rows
    if not dummy:
        return Layout(kind, unit, groups, np.zeros(len(unit), np.int64), rows, second)
    if kind == "saltelli":  # A, AB of each, [BA of each,] B: which matrix the dummy is taken from
        from_b = np.zeros(block, bool)
        from_b[[moves, block - 1]] = True
        if second:
            from_b[1 + moves : 2 * moves] = True
        other = np.tile(from_b, (rows, 1))
    else:
        luck = unit[:, -1].reshape(rows, block)
        other = luck != luck[:, :1]
    stream = 1 + 2 * np.arange(rows)[:, None] + other
    return Layout(kind, unit, groups, stream.astype(np.int64).ravel(), rows, second)


def _one_at_a_time(study: Study, axes: Sequence[Axis], method: str | None, groups: tuple[str, ...]) -> Layout:
    """The study's own values, and then each group at each of its levels with the others at their own."""
    own = np.array([unit_at(axis, [axis.own])[0] for axis in axes])
    taken = [("", 0.0), *((name, u) for name, levels in steps(study, axes, method).items() for u in levels)]
    moves = np.array([[group == name for group in groups] for name, _ in taken])
    unit = np.where(moves, np.array([[u] for _, u in taken]), own)
    streams = np.zeros(len(unit), np.int64)
    return Layout("ofat", unit, groups, streams, len(unit), moved=tuple(name for name, _ in taken), own=~moves)
