"""Figures of sweeps, sensitivity analyses, comparisons and single histories.

A figure function takes tables (data frames and a manifest) and gives a Figure: drawings, tidy data, text alternative and a
caption that says of how many people, points and replicates it is made. Users reach them by `.plot()` on results:

    >>> found.plot("stable", "convergence").save("settling.png")  # doctest: +SKIP

`output` is a name of an output in the tables, the first by default. NoFigure is raised where the tables do not hold what a
figure needs, KeyError for an output that there is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from contagion.report.figures import paths, points, ranked, screen, shares
from contagion.report.figures.differences import effects
from contagion.report.figures.figure import Figure, NoFigure, Panel
from contagion.report.figures.history import cascades, history
from contagion.report.figures.study_data import StudyData, StudyOutput
from contagion.report.figures.swept import Swept

__all__ = [
    "Figure",
    "NoFigure",
    "Panel",
    "cascades",
    "convergence",
    "delta",
    "effects",
    "history",
    "interactions",
    "morris",
    "ofat",
    "sensitivity",
    "sobol",
    "sweep",
    "variance",
]

Resolved = Mapping[str, bool]
"""Of each output that was analysed, whether the sizes of its indices are known well enough to put them in order."""


def sweep(output: str | None = None, **tables: Any) -> Figure:
    """An output over the points of a sweep: a line, lines or contours, or clouds, as the number of factors asks."""
    facts = StudyData(**tables)
    if not facts.outputs:
        raise NoFigure("the results hold no outcome to draw")
    return points.sweep(Swept(facts, facts.output(output) if output else facts.outputs[0]))


def sensitivity(output: str | None = None, *, indices: pd.DataFrame, resolved: Resolved, **tables: Any) -> Figure:
    """The figure that belongs to the method of an analysis, of one output."""
    facts, out, chosen = _of(output, "", indices, resolved, tables)
    return main(facts, out, chosen, resolved.get(out.name, False))


def main(facts: StudyData, out: StudyOutput, indices: pd.DataFrame, resolved: bool) -> Figure:
    """The main figure of one output's indices."""
    method = str(indices["method"].iloc[0])
    if method == "sobol":
        return ranked.sobol(facts, out, indices, resolved)
    if method == "morris":
        return screen.morris(facts, out, indices)
    if method == "delta":
        return ranked.delta(facts, out, indices)
    return paths.ofat(facts, out, indices)


def sobol(output: str | None = None, *, indices: pd.DataFrame, resolved: Resolved, **tables: Any) -> Figure:
    """Total and first-order indices with intervals, and the dummy's; by size only where every size is known."""
    facts, out, chosen = _of(output, "sobol", indices, resolved, tables)
    return ranked.sobol(facts, out, chosen, resolved.get(out.name, False))


def convergence(output: str | None = None, *, indices: pd.DataFrame, resolved: Resolved, **tables: Any) -> Figure:
    """Total indices over a quarter, half and all of the base rows, with the target half-width."""
    return ranked.convergence(*_of(output, "sobol", indices, resolved, tables))


def variance(output: str | None = None, *, indices: pd.DataFrame, resolved: Resolved, **tables: Any) -> Figure:
    """What the variance of a single run comes from, a bar for each output (or for the one that is named)."""
    facts, first, _ = _of(output, "sobol", indices, resolved, tables)
    chosen = [first] if output else [out for out in facts.outputs if out.name in resolved]
    return shares.variance(facts, [(out, indices[indices["output"] == out.name]) for out in chosen])


def interactions(output: str | None = None, *, indices: pd.DataFrame, resolved: Resolved, **tables: Any) -> Figure:
    """A heat map of second-order indices, for researchers."""
    return shares.interactions(*_of(output, "sobol", indices, resolved, tables))


def morris(output: str | None = None, *, indices: pd.DataFrame, resolved: Resolved, **tables: Any) -> Figure:
    """mu* against sigma with intervals, and the dummy's."""
    return screen.morris(*_of(output, "morris", indices, resolved, tables))


def delta(output: str | None = None, *, indices: pd.DataFrame, resolved: Resolved, **tables: Any) -> Figure:
    """Borgonovo's delta with intervals, and the dummy's."""
    return ranked.delta(*_of(output, "delta", indices, resolved, tables))


def ofat(
    output: str | None = None, *, indices: pd.DataFrame, resolved: Resolved, difference: bool = False, **tables: Any
) -> Figure:
    """A panel for each factor in the order of the study file: level, or paired difference from the default."""
    facts, out, chosen = _of(output, "ofat", indices, resolved, tables)
    return paths.ofat(facts, out, chosen, difference=difference)


def _of(
    output: str | None, method: str, indices: pd.DataFrame, resolved: Resolved, tables: Mapping[str, Any]
) -> tuple[StudyData, StudyOutput, pd.DataFrame]:
    """The facts, the output and its indices; NoFigure if the indices are of another method than the one that is named."""
    facts = StudyData(**tables)
    out = facts.output(output or next(iter(resolved)))
    chosen = indices[indices["output"] == out.name]
    made = str(chosen["method"].iloc[0]) if len(chosen) else "none"
    if method and made != method:
        raise NoFigure(f"this analysis is of method {made}, and the figure needs {method}")
    return facts, out, chosen
