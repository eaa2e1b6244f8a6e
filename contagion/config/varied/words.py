"""Parameters that vary, in words: values in figures, a factor in a line, and what the replicates of a comparison draw."""

from __future__ import annotations

from typing import Any

from contagion.config.allowed import NO_UNITS, number
from contagion.config.factors import Axis, axes_of
from contagion.config.study import Study
from contagion.config.varied.factor import NEEDS
from contagion.core.errors import counted, plainly, shown


def in_figures(value: Any) -> str:
    """A value as `contagion check` shows it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{plainly(str(k), 40)} = {in_figures(v)}" for k, v in value.items()) + "}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return shown(value)
    return number(value)


def span(axis: Axis) -> str:
    """Which values a factor takes, and how probable they are.

    >>> from contagion.config.factors import Axis
    >>> span(Axis("relapse.scale", "real", low=0.5, high=2.0, unit="ratio", distribution="triangular", shape=(1.0,)))
    'from 0.5 to 2 ratio, triangular (mode 1)'
    """
    if axis.values:
        return f"one of {', '.join(in_figures(v) for v in axis.values)}"
    unit = f" {axis.unit}" if axis.unit not in NO_UNITS else ""
    shape = ", ".join(f"{name} {number(v)}" for name, v in zip(NEEDS[axis.distribution], axis.shape))
    return f"from {number(axis.low)} to {number(axis.high)}{unit}, {axis.distribution}{f' ({shape})' if shape else ''}"


def varies(axis: Axis) -> str:
    """A factor in words: which values, how probable, of what, why."""
    group = f", in group {plainly(axis.group, 60)}" if axis.group != axis.name else ""
    why = f" Why: {plainly(axis.reason, 300)}" if axis.reason else ""
    return f"{plainly(axis.name, 120)} {span(axis)}{group}: {plainly(axis.label, 200)}.{why}"


def draws_in_words(study: Study) -> str:
    """What each replicate of a comparison of this study draws, and how many histories that makes; empty if nothing."""
    axes, many = axes_of(study, table="uncertainty")[0], len(study.scenarios)
    if not axes:
        return ""
    runs = f"{study.replicates:,} draws x {counted(many, 'scenario')} = {study.replicates * many:,} histories"
    if study.precision:
        runs += f", and further draws up to {study.most:,} where the precision asks for more"
    head = (
        f"Drawn anew in each replicate of a comparison, the same for every scenario ({counted(len(axes), 'parameter')}): "
        f"{runs}. Each parameter is drawn by itself, by the study's seed, {study.seed}; single runs, sweeps, analyses, "
        "trials and budgets have the study's own value."
    )
    return "\n".join([head, *(f"  {varies(axis)} Own value: {in_figures(axis.own)}." for axis in axes)])
