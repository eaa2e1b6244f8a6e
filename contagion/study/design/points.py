"""Designs: where in the space of its factors a study looks, as points that are each a full scenario.

Points that share a stream share their seeds, so that they differ by cause and not by luck. In the designs of a sensitivity
analysis luck itself is the last factor, the dummy: it changes nothing but the stream.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from contagion.config.design_checks import FEWEST, points_of, sensitivity_faults, study_faults
from contagion.config.factors import DUMMY, Axis, axes_of, axis_of
from contagion.config.keys import key_of
from contagion.config.stated import refuse_study
from contagion.config.study import MOST_POINTS, Study
from contagion.config.targets import Target, scenario_at, target_of
from contagion.config.validation import faults_in
from contagion.config.varied.factor import Factor
from contagion.core.errors import Fault, at_key, nearest, shown
from contagion.study.analysis.headlines import HEADLINES
from contagion.study.design import layouts
from contagion.study.design.distributions import values_at

MOST_TOLD = 5
"""Points that are named when they are invalid; more are counted."""


@dataclass(frozen=True)
class Design:
    """The points of a study in order, as values by dotted name and in the unit cube."""

    kind: str
    factors: tuple[str, ...]  # dotted names, in the config's order
    labels: dict[str, str]
    analysed: tuple[str, ...]  # what the analysis speaks of: factors or groups; the dummy last where there is one
    groups: tuple[str, ...]  # for each column of unit, which of the analysed it belongs to
    unit: NDArray[np.float64]  # (points, factors [+ 1 for the dummy]), from 0 to 1
    points: tuple[dict[str, Any], ...]  # value by dotted name
    stream: NDArray[np.int64]  # (points,): points of one stream share their seeds; 0 is that of every other study
    moved: tuple[str, ...]  # one at a time: which of the analysed a point moves ("" for none); else empty
    base_rows: int  # base rows, trajectories or points
    second_order: bool
    levels: int  # of morris's grid
    seed: int  # for samplers and resamplers: never 0
    units: dict[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.points)

    @property
    def columns(self) -> tuple[int, ...]:
        """For each of the analysed its first column of unit."""
        return tuple(self.groups.index(name) for name in self.analysed)

    @cached_property
    def problem(self) -> dict[str, Any]:
        """The design as SALib describes it, over the unit cube; groups only where there are any."""
        names = list(self.factors) + [DUMMY] * (self.unit.shape[1] - len(self.factors))
        said: dict[str, Any] = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
        return said if names == list(self.groups) else {**said, "groups": list(self.groups)}


def designed(study: Study, *, method: str | None = None) -> Design:
    """The design of a study's sweep, or of a sensitivity analysis by a method; ConfigError with all faults."""
    axes, faults = _axes(study, method)
    refuse_study(study, faults)
    size = points_of(study, axes, method)
    if size > MOST_POINTS:
        refuse_study(study, [_too_many(study, method, size)])
    laid = layouts.lay_out(study, axes, method)
    columns = [_column(axis, laid, i) for i, axis in enumerate(axes)]
    names = [axis.name for axis in axes]
    points = tuple(dict(zip(names, row)) for row in zip(*columns))
    refuse_study(study, _invalid(study, points, method))
    return Design(
        laid.kind,
        tuple(names),
        {a.name: a.label for a in axes},
        tuple(dict.fromkeys(laid.groups)),
        laid.groups,
        laid.unit,
        points,
        laid.stream,
        laid.moved,
        laid.base_rows,
        laid.second_order,
        study.sensitivity.levels,
        layouts.seed_of(study),
        {a.name: a.unit for a in axes},
    )


def _column(axis: Axis, laid: layouts.Layout, i: int) -> list[Any]:
    """The values of a factor, one per point."""
    if laid.own is None:
        return values_at(axis, laid.unit[:, i])
    values = values_at(axis, np.where(laid.own[:, i], 0.0, laid.unit[:, i]))
    return [axis.own if own else value for own, value in zip(laid.own[:, i], values)]


def _axes(study: Study, method: str | None) -> tuple[list[Axis], list[Fault]]:
    """The axes of a design, and everything that forbids it."""
    faults = [*study_faults(study), *_outcomes(study)]
    if method is not None and method != study.sensitivity.method:
        faults += sensitivity_faults(study, method)
    if method is None and study.sweep.design == "list":
        return ([] if faults else _axes_of_rows(study)), faults
    if not study.factors:
        rule = 'name at least one parameter that varies, for instance [factors."starting.friend"]'
        faults.append(at_key(("factors",), None, rule, None, "is empty"))
    axes = axes_of(study)[0]
    if method in FEWEST and len({axis.group for axis in axes}) == 1:
        rule = f"{method} tells factors from each other: name another, or take --method ofat"
        faults.append(at_key(("factors", axes[0].name), None, rule, None, "stands alone"))
    if method is not None:
        rule = "say why these are its values: the indices are shares of the spread that they make"
        unsaid = [axis for axis in axes if axis.narrowed and not axis.reason.strip()]
        faults += [at_key(("factors", a.name, "reason"), None, rule, None, "is missing") for a in unsaid]
    return axes, faults


def _axes_of_rows(study: Study) -> list[Axis]:
    """Axes of a list: the values that its rows name, and the study's own where a row is silent."""
    axes = []
    for name in dict.fromkeys(name for row in study.sweep.rows for name in row):
        target = target_of(name, study.scenarios, ("sweep", "rows"))
        assert isinstance(target, Target), name
        told = [row.get(name, target.own) for row in study.sweep.rows]
        label = study.factors[name].label if name in study.factors else ""
        axes.append(axis_of(Factor(values=layouts.distinct(told), label=label), target))
    return axes


def _outcomes(study: Study) -> list[Fault]:
    at, known = ("study", "outcomes"), [h.name for h in HEADLINES]
    rule = "one of " + ", ".join(known)
    if not study.outcomes:
        return [at_key(at, None, "name at least " + rule, None, "is empty")]
    unknown = [name for name in study.outcomes if name not in known]
    return [at_key(at, name, rule, nearest(name, known), f"holds {shown(name)}") for name in unknown]


def _too_many(study: Study, method: str | None, size: int) -> Fault:
    rule = f"designs have at most {MOST_POINTS:,}"
    if method is not None or study.sweep.points:
        at = ("sweep", "points") if method is None else ("sensitivity", "samples")
        return at_key(at, None, rule, None, f"makes {size:,} points")
    first = ("factors", next(iter(study.factors)))
    return at_key(first, None, rule, None, f"and the others make {size:,} points")


def _invalid(study: Study, points: tuple[dict[str, Any], ...], method: str | None) -> list[Fault]:
    """Points whose values do not go together, the first of them by name."""
    wrong: list[tuple[int, str, Fault]] = []
    for i, point in enumerate(points):
        for name, base in study.scenarios.items():
            try:
                scenario_at(base, point)
            except ValidationError as error:
                wrong.append((i, name, faults_in(error, {})[0]))
                break
    rows = method is None and study.sweep.design == "list"
    rule, told = "give values that all go together", []
    for i, name, why in islice(wrong, MOST_TOLD):
        values = ", ".join(f"{key} = {shown(value)}" for key, value in points[i].items())
        where = f" of scenario {name}" if len(study.scenarios) > 1 else ""
        to_blame = next((f for f in study.factors if key_of(f)[0] == why.at[0]), next(iter(study.factors), ""))
        at = ("sweep", "rows") if rows else ("factors", to_blame)
        told.append(at_key(at, None, rule, None, f"leads to point {i + 1}{where} ({values}), where {why.said}"))
    if len(wrong) > MOST_TOLD:
        told.append(at_key(told[0].at, None, rule, None, f"leads to {len(wrong):,} such points of {len(points):,}"))
    return told
