"""Designs: where in the space of its factors a study looks, as points that are each a full scenario.

Points that share a stream share their seeds, so that they differ by cause and not by luck. In the designs of a sensitivity
analysis luck itself is the last factor, the dummy: it changes nothing but the stream.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from contagion.config.asked import FEWEST, amiss, points_of, sensitivity_amiss
from contagion.config.factors import DUMMY, Axis, axes_of, axis_of
from contagion.config.layers import Layer
from contagion.config.load import variants
from contagion.config.problems import Problem
from contagion.config.protocol import MOST_POINTS, Factor, Sensitivity, Sweep
from contagion.config.targets import Target, key_of, scenario_at, target_of
from contagion.core.errors import ConfigError, nearest, shown
from contagion.model.scenario import Scenario
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


def scenarios_of(study: Scenario) -> dict[str, Scenario]:
    """The scenarios at which every point is lived through, by name: those of the study, or itself alone."""
    plainer = {"sweep": Sweep(), "sensitivity": Sensitivity(), "factors": {}}
    return {name: one.model_copy(update=plainer) for name, one in variants(study).items()}


def designed(study: Scenario, *, method: str | None = None) -> Design:
    """The design of a study's sweep, or of a sensitivity analysis by a method; ConfigError with all faults."""
    bases = scenarios_of(study)
    axes, problems = _axes(study, bases, method)
    _raise(study, problems)
    size = points_of(study, axes, method)
    if size > MOST_POINTS:
        _raise(study, [_too_many(study, method, size)])
    laid = layouts.laid_out(study, axes, method)
    columns = [_column(axis, laid, i) for i, axis in enumerate(axes)]
    names = [axis.name for axis in axes]
    points = tuple(dict(zip(names, row)) for row in zip(*columns))
    _raise(study, _invalid(study, bases, points, method))
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


def _column(axis: Axis, laid: layouts.Laid, i: int) -> list[Any]:
    """The values of a factor, one per point."""
    if laid.own is None:
        return values_at(axis, laid.unit[:, i])
    values = values_at(axis, np.where(laid.own[:, i], 0.0, laid.unit[:, i]))
    return [axis.own if own else value for own, value in zip(laid.own[:, i], values)]


def _axes(study: Scenario, bases: Mapping[str, Scenario], method: str | None) -> tuple[list[Axis], list[Problem]]:
    """The axes of a design, and everything that forbids it."""
    problems = [*amiss(study, bases), *_outcomes(study)]
    if method is not None and method != study.sensitivity.method:
        problems += sensitivity_amiss(study, method)
    if method is None and study.sweep.design == "list":
        return ([] if problems else _axes_of_rows(study, bases)), problems
    if not study.factors:
        rule = 'name at least one parameter that varies, for instance [factors."starting.friend"]'
        problems.append(Problem(("factors",), None, rule, None, "is empty"))
    axes = axes_of(study, bases)[0]
    if method in FEWEST and len({axis.group for axis in axes}) == 1:
        rule = f"{method} tells factors from each other: name another, or take --method ofat"
        problems.append(Problem(("factors", axes[0].name), None, rule, None, "stands alone"))
    if method is not None:
        rule = "say why these are its values: the indices are shares of the spread that they make"
        unsaid = [axis for axis in axes if axis.narrowed and not axis.reason.strip()]
        problems += [Problem(("factors", a.name, "reason"), None, rule, None, "is missing") for a in unsaid]
    return axes, problems


def _axes_of_rows(study: Scenario, bases: Mapping[str, Scenario]) -> list[Axis]:
    """Axes of a list: the values that its rows name, and the study's own where a row is silent."""
    axes = []
    for name in dict.fromkeys(name for row in study.sweep.rows for name in row):
        target = target_of(name, bases, ("sweep", "rows"))
        assert isinstance(target, Target), name
        told = [row.get(name, target.own) for row in study.sweep.rows]
        label = study.factors[name].label if name in study.factors else ""
        axes.append(axis_of(Factor(values=layouts.distinct(told), label=label), target))
    return axes


def _outcomes(study: Scenario) -> list[Problem]:
    at, known = ("study", "outcomes"), [h.name for h in HEADLINES]
    rule = "name at least one of " + ", ".join(known)
    if not study.study.outcomes:
        return [Problem(at, None, rule, None, "is empty")]
    unknown = [name for name in study.study.outcomes if name not in known]
    rule = rule.removeprefix("name at least ")
    return [Problem(at, name, rule, nearest(name, known), f"holds {shown(name)}") for name in unknown]


def _too_many(study: Scenario, method: str | None, size: int) -> Problem:
    rule = f"designs have at most {MOST_POINTS:,}"
    if method is not None or study.sweep.points:
        at = ("sweep", "points") if method is None else ("sensitivity", "samples")
        return Problem(at, None, rule, None, f"makes {size:,} points")
    first = ("factors", next(iter(study.factors)))
    return Problem(first, None, rule, None, f"and the others make {size:,} points")


def _invalid(
    study: Scenario, bases: Mapping[str, Scenario], points: tuple[dict[str, Any], ...], method: str | None
) -> list[Problem]:
    """Points whose values do not go together, the first of them by name."""
    wrong: list[tuple[int, str, str]] = []
    for i, point in enumerate(points):
        for name, base in bases.items():
            try:
                scenario_at(base, point)
            except ValidationError as error:
                wrong.append((i, name, error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")))
                break
    rows = method is None and study.sweep.design == "list"
    rule, told = "give values that all go together", []
    for i, name, why in islice(wrong, MOST_TOLD):
        values = ", ".join(f"{key} = {shown(value)}" for key, value in points[i].items())
        where = f" of scenario {name}" if len(bases) > 1 else ""
        to_blame = next((f for f in study.factors if key_of(f)[0] in why), next(iter(study.factors), ""))
        at = ("sweep", "rows") if rows else ("factors", to_blame)
        told.append(Problem(at, None, rule, None, f"leads to point {i + 1}{where} ({values}), where {why}"))
    if len(wrong) > MOST_TOLD:
        told.append(Problem(told[0].key, None, rule, None, f"leads to {len(wrong):,} such points of {len(points):,}"))
    return told


def _raise(study: Scenario, problems: list[Problem]) -> None:
    if problems:
        layers = study._origin.layers or [Layer(study.name, Path(), {})]
        faults = [problem.blamed(layers) for problem in problems]
        raise ConfigError({str(fault): fault for fault in faults}.values())  # each is told once
