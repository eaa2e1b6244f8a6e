"""Pictures of a sweep or a sensitivity analysis: each function gives a figure, its tidy data and a text alternative.

    >>> figure, data, alt = sobol(found, "stable")  # doctest: +SKIP

The caption (`.caption`) says how many people, points and replicates a picture is made of, and what its intervals are. In a
notebook a picture shows itself with both. Without an output, the first is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from contagion.report.figures import paths, points, ranked, screen, seen, shares
from contagion.report.figures.facts import Facts, Out
from contagion.report.figures.style import Picture, Plan

if TYPE_CHECKING:
    from contagion.study.results import Results
    from contagion.study.sensitivity import Sensitivity

__all__ = [
    "Picture",
    "convergence",
    "delta",
    "interactions",
    "main_figure",
    "morris",
    "ofat",
    "sobol",
    "sweep",
    "variance",
]


class NoPicture(ValueError):
    """The results do not hold what a picture needs."""


def main_figure(found: Sensitivity, output: str | None = None) -> Picture:
    """The picture that belongs to the method of an analysis, of one output."""
    facts, out, indices = _of(found, output)
    return main_plan(facts, out, indices, bool(found.said[out.name].get("resolved"))).picture


def main_plan(facts: Facts, out: Out, indices: pd.DataFrame, resolved: bool) -> Plan:
    """The plan of the main picture of one output's indices."""
    method = str(indices["method"].iloc[0])
    if method == "sobol":
        return ranked.sobol(facts, out, indices, resolved)
    if method == "morris":
        return screen.morris(facts, out, indices)
    if method == "delta":
        return ranked.delta(facts, out, indices)
    return paths.ofat(facts, out, indices)


def sobol(found: Sensitivity, output: str | None = None) -> Picture:
    """Total and first-order indices with intervals, and the dummy's; by size only where every size is known."""
    facts, out, indices = _of(found, output, "sobol")
    return ranked.sobol(facts, out, indices, bool(found.said[out.name].get("resolved"))).picture


def convergence(found: Sensitivity, output: str | None = None) -> Picture:
    """Total indices over a quarter, half and all of the base rows, with the target half-width."""
    facts, out, indices = _of(found, output, "sobol")
    target = float(facts.set_to("sensitivity", "target", 0.1))
    return _picture(ranked.convergence(facts, out, indices, target), "there were too few base rows to halve")


def variance(found: Sensitivity) -> Picture:
    """What the variance of a single run comes from, a bar for each output."""
    facts = Facts(found.results)
    every = [(out, _indices(found, out, "sobol")) for out in facts.outputs if out.name in found.said]
    return _picture(shares.variance(facts, every), "luck can be told from parameters only with two replicates or more")


def interactions(found: Sensitivity, output: str | None = None) -> Picture:
    """A heat map of second-order indices, for researchers."""
    facts, out, indices = _of(found, output, "sobol")
    return _picture(shares.interactions(facts, out, indices), "set sensitivity.second_order = true and run it again")


def morris(found: Sensitivity, output: str | None = None) -> Picture:
    """mu* against sigma with intervals, and the dummy's."""
    return screen.morris(*_of(found, output, "morris")).picture


def delta(found: Sensitivity, output: str | None = None) -> Picture:
    """Borgonovo's delta with intervals, and the dummy's."""
    return ranked.delta(*_of(found, output, "delta")).picture


def ofat(found: Sensitivity, output: str | None = None, *, difference: bool = False) -> Picture:
    """A panel for each factor in the order of the study file: level, or paired difference from the default."""
    facts, out, indices = _of(found, output, "ofat")
    return paths.ofat(facts, out, indices, difference=difference).picture


def sweep(results: Results, output: str | None = None) -> Picture:
    """An output over the points of a sweep: a line, lines or contours, or clouds, as the number of factors asks."""
    facts = Facts(results)
    if not facts.outputs:
        raise NoPicture("the results hold no outcome to draw")
    return points.sweep(seen.Seen(facts, facts.output(output) if output else facts.outputs[0])).picture


def _of(found: Sensitivity, output: str | None, method: str = "") -> tuple[Facts, Out, pd.DataFrame]:
    facts = Facts(found.results)
    out = facts.output(output or next(iter(found.said)))
    return facts, out, _indices(found, out, method)


def _indices(found: Sensitivity, out: Out, method: str = "") -> pd.DataFrame:
    indices = found.indices[found.indices["output"] == out.name]
    made = str(indices["method"].iloc[0]) if len(indices) else "none"
    if method and made != method:
        raise NoPicture(f"this analysis is of method {made}, and the picture needs {method}")
    return indices


def _picture(plan: Plan | None, why: str) -> Picture:
    if plan is None:
        raise NoPicture(f"there is nothing to draw: {why}")
    return plan.picture
