"""Factors: each factor of a study made whole (an axis), and what is wrong with factors, sweeps and their rows."""

from __future__ import annotations

import math
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Any

from contagion.city.graph_files import is_file
from contagion.config.allowed import number
from contagion.config.keys import dotted
from contagion.config.study import GRID_LEVELS, Study
from contagion.config.targets import Kind, Target, target_of
from contagion.config.varied.factor import NEEDS, Factor
from contagion.core.errors import Fault, Key, at_key, shown
from contagion.model.scenario import NULL_MODELS

DUMMY = "dummy"
"""The name of the factor that changes nothing but the luck."""
LEFT_OUT = 0.01
"""Probability that may lie outside low and high where a distribution is cut off."""
_RANGE = ("low", "high", "distribution", "mode", "mean", "sd", "a", "b", "levels")


@dataclass(frozen=True)
class Axis:
    """A factor made whole: equally probable `values`, or a `distribution` with its `shape` from low to high."""

    name: str
    kind: Kind
    values: tuple[Any, ...] = ()
    low: float = 0.0
    high: float = 1.0
    distribution: str = "uniform"
    shape: tuple[float, ...] = ()
    own: Any = None
    levels: int | None = None
    group: str = ""
    label: str = ""
    unit: str = ""
    reason: str = ""
    narrowed: bool = False  # whether a range or distribution was chosen, for which there should be a reason

    @property
    def count(self) -> int | None:
        """How many values it can take; None if they are beyond counting."""
        if self.values:
            return len(self.values)
        return int(self.high - self.low) + 1 if self.kind == "whole" else None

    def steps(self, otherwise: int = GRID_LEVELS) -> tuple[float, ...]:
        """Its levels as points of the unit interval: every value if they are few, or equal steps from 0 to 1."""
        wanted, count = self.levels or otherwise, self.count
        if count is not None and (self.values or count <= wanted):
            return tuple((i + 0.5) / count for i in range(count))
        return tuple(i / (wanted - 1) for i in range(wanted))


def axis_of(factor: Factor, target: Target) -> Axis:
    """A sound factor and its parameter as an axis."""
    values = tuple(factor.values or (() if target.kind in ("real", "whole") else target.choices))
    if target.kind == "real":
        values = tuple(float(v) for v in values)
    low = factor.low if factor.low is not None else target.low
    high = factor.high if factor.high is not None else target.high
    return Axis(
        target.name,
        target.kind,
        values,
        0.0 if low is None else float(low),
        1.0 if high is None else float(high),
        factor.distribution,
        tuple(float(getattr(factor, name) or 0.0) for name in NEEDS[factor.distribution]),
        target.own,
        factor.levels,
        factor.group or target.name,
        factor.label or target.meaning,
        target.unit,
        factor.reason,
        not values and ((low, high) != (target.low, target.high) or factor.distribution != "uniform"),
    )


def axes_of(study: Study, skip: Container[str] = (), table: str = "factors") -> tuple[list[Axis], list[Fault]]:
    """The factors of a study as axes, and all that is wrong with them; factors to skip are known to be faulty.

    `table`: which parameters that vary, those of a sweep (factors) or those that replicates draw (uncertainty).
    """
    axes: list[Axis] = []
    problems: list[Fault] = []
    varied: dict[str, Factor] = getattr(study, table)
    for name, factor in varied.items():
        if name in skip:
            continue
        at = (table, name)
        target = target_of(name, study.scenarios, at)
        if isinstance(target, Fault):
            problems.append(target)
            continue
        found = [*_wrong(factor, target, at), *idle(study, target, at, varied)]
        if factor.group and factor.group != name and factor.group in (*varied, DUMMY):
            rule = "groups must have a name that no factor has, and not be called dummy"
            found.append(at_key((*at, "group"), factor.group, rule))
        problems += found
        if not found:
            axes.append(axis_of(factor, target))
    return axes, problems


def _wrong(factor: Factor, target: Target, at: Key) -> Iterator[Fault]:
    """What is wrong with the values or the range of a factor."""
    given = [name for name in _RANGE if getattr(factor, name) != Factor.model_fields[name].default]
    if factor.values is not None:
        for name in given:
            rule = "factors have either values, equally probable, or a range with a distribution"
            yield at_key((*at, name), getattr(factor, name), rule, None, "cannot stand beside values")
        yield from _listed(factor.values, target, (*at, "values"))
    elif target.kind in ("switch", "choice"):
        for name in (n for n in given if n != "levels"):
            what = "switched on or off" if target.kind == "switch" else "chosen by name"
            rule = "low, high and a distribution need a number; give values, or nothing for all of them"
            yield at_key((*at, name), getattr(factor, name), rule, None, f"is for numbers, and this is {what}")
        if target.key == ("city", "graph"):
            yield at_key((*at, "values"), None, "list the graphs; " + target.rule, None, "is missing")
    else:
        yield from _ranged(factor, target, at)


def _listed(values: list[Any], target: Target, at: Key) -> Iterator[Fault]:
    if not values:
        yield at_key(at, None, target.rule, None, "is empty")
    for value in values:
        if target.wrong(value):
            yield at_key(at, value, target.rule, target.near(value), f"holds {shown(value)}")
    kinds = [(isinstance(v, bool), v) for v in values]
    twice = [v for i, (_, v) in enumerate(kinds) if kinds[i] in kinds[:i]]
    if twice:
        yield at_key(at, None, "each value may stand there once", None, f"lists {shown(twice[0])} twice")


def _ranged(factor: Factor, target: Target, at: Key) -> Iterator[Fault]:
    low = factor.low if factor.low is not None else target.low
    high = factor.high if factor.high is not None else target.high
    sound = True
    for name, value in (("low", low), ("high", high)):
        said = getattr(factor, name)
        if value is None:
            sound = False
            rule = (
                f"the parameter itself has no {'least' if name == 'low' else 'greatest'} value, so the factor needs one"
            )
            yield at_key((*at, name), None, rule, None, "is missing")
        elif said is not None:
            said = int(said) if target.kind == "whole" and said == int(said) else said
            if target.wrong(said):
                sound = False
                yield at_key((*at, name), said, target.rule)
    if not sound or low is None or high is None:
        return
    if low >= high:
        name, rule = (
            ("low", "low must lie below high") if factor.low is not None else ("high", "high must lie above low")
        )
        other = f"high is {number(high)}" if name == "low" else f"low is {number(low)}"
        yield at_key((*at, name), getattr(factor, name), rule, None, f"is {number(getattr(factor, name))} and {other}")
        return
    yield from _shaped(factor, low, high, at)


def _shaped(factor: Factor, low: float, high: float, at: Key) -> Iterator[Fault]:
    """What is wrong with the distribution of a factor over a sound range."""
    kind, needs = factor.distribution, NEEDS[factor.distribution]
    wants = f"the {kind} distribution needs {' and '.join(needs) or 'low and high only'}"
    missing = [name for name in needs if getattr(factor, name) is None]
    yield from (at_key((*at, name), None, wants, None, "is missing") for name in missing)
    for name in ("mode", "mean", "sd", "a", "b"):
        if getattr(factor, name) is not None and name not in needs:
            yield at_key((*at, name), getattr(factor, name), wants, None, "belongs to another distribution")
    if kind != "uniform" and not factor.reason.strip():
        yield at_key((*at, "reason"), None, f"say why the distribution is {kind}", None, "is missing")
    if kind == "loguniform" and low <= 0:
        yield at_key((*at, "low"), low, "the loguniform distribution needs a low above 0")
    positive = {"normal": ("sd",), "lognormal": ("mean", "sd"), "beta": ("a", "b")}.get(kind, ())
    bad = [name for name in positive if name not in missing and getattr(factor, name) <= 0]
    yield from (at_key((*at, name), getattr(factor, name), "it must be a number above 0") for name in bad)
    if missing or bad:
        return
    if kind == "triangular" and not low <= float(factor.mode or 0.0) <= high:
        yield at_key((*at, "mode"), factor.mode, f"it must lie from low to high, {number(low)} to {number(high)}")
    out = outside(kind, low, high, float(factor.mean or 0.0), float(factor.sd or 0.0))
    if out > LEFT_OUT:
        rule = f"at most {100 * LEFT_OUT:g} % may, so give another mean or sd, or a wider low and high"
        told = f"has {100 * out:.1f} % of its probability outside {number(low)} to {number(high)}"
        yield at_key((*at, "distribution"), kind, rule, None, told)


def outside(kind: str, low: float, high: float, mean: float, sd: float) -> float:
    """Probability of a normal or lognormal outside low and high (0 for kinds that have ends of their own)."""
    if kind not in ("normal", "lognormal"):
        return 0.0
    if kind == "lognormal":
        mean, sd = logs_of(mean, sd)
        low = math.log(low) if low > 0 else -math.inf
        high = math.log(high) if high > 0 else -math.inf
    below, above = (low - mean) / sd, (high - mean) / sd
    return 0.5 * math.erfc(-below / math.sqrt(2.0)) + 0.5 * math.erfc(above / math.sqrt(2.0))


def logs_of(mean: float, sd: float) -> tuple[float, float]:
    """Mean and standard deviation of the logarithm of a lognormal with this mean and standard deviation."""
    spread = math.log1p((sd / mean) ** 2)
    return math.log(mean) - spread / 2.0, math.sqrt(spread)


def idle(study: Study, target: Target, at: Key, varied: Container[str]) -> Iterator[Fault]:
    """A factor that a scenario of the study overrules, or that would change nothing beside what else is varied."""
    bases = study.scenarios
    for name, table in study.changes.items():
        inner: Any = table
        for part in target.key:
            inner = inner.get(part) if isinstance(inner, dict) else None
        if inner is not None:
            rule = "take it out of one of the two"
            yield at_key(at, None, rule, None, f"is set by study scenario {name} too")
    key = target.key
    if (
        key == ("city", "population")
        and "city.graph" not in varied
        and all(is_file(s.city.graph) for s in bases.values())
    ):
        told = "would change nothing: the graph file brings its own people"
        yield at_key(at, None, "take the factor out, or the graph", None, told)
    if key[0] == "interventions" and key[2] != "enabled" and dotted((*key[:2], "enabled")) not in varied:
        having = [s.interventions[key[1]] for s in bases.values() if key[1] in s.interventions]
        if not any(one.enabled for one in having):
            rule = "enable it, or make its enabled a factor too"
            yield at_key(
                at, None, rule, None, "would change nothing: the intervention is switched off in every scenario"
            )
    nulls = {s.null_model for s in bases.values()}
    if "null_model" not in varied and all(target.name in NULL_MODELS[null] for null in nulls):
        rule = "take the factor out, or the null model"
        yield at_key(at, None, rule, None, f"would change nothing: null_model {sorted(nulls)[0]} switches it off")
