"""Two tables about people: the five questions that a recovery city is asked, and cascades of recovery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from contagion.model.outcome_list import OUTCOMES
from contagion.report import wording
from contagion.report.comparison.results import ComparisonResults
from contagion.report.figures.figure import Figure
from contagion.report.figures.lives.trees import cascade_trees
from contagion.report.table import Cell, Range, Table
from contagion.study.analysis.cascades import Cascades
from contagion.study.analysis.paired import interval
from contagion.study.analysis.questions import QUESTIONS
from contagion.study.lives import FEW, Lives

Array = NDArray[np.float64]
LAST = 52
NAMED, PANEL = 10, (320.0, 190.0)
"""Cascades that are named and drawn, and the size of each drawing in pixels."""


def questions(results: ComparisonResults) -> Table | None:
    """The five baseline questions: first day and end of the first option, and each other option's difference at the end."""
    options, rows, domains = results.options, list[tuple[Cell, ...]](), []
    for asked, names in QUESTIONS.items():
        for name in names:
            if name not in results.outcomes.columns:
                continue
            outcome, values = OUTCOMES[name], results.weekly(name)
            unit = "score 0 to 1" if outcome.unit == "0..1" else outcome.unit
            today, end = values[0, :, 0], values[:, :, max(1, values.shape[2] - LAST) :].mean(axis=2)
            cells: list[Cell] = [wording.sentence(outcome.noun)]
            cells += [Range(one, wording.level(one, unit)) for one in (interval(today), interval(end[0]))]
            gaps = [interval(end[k] - end[0]) for k in range(1, len(options))]
            rows.append((*cells, *(Range(gap, wording.difference(gap, unit)) for gap in gaps)))
            domains.append(asked)
    if not rows or results.weeks.size < 2:
        return None
    first = options[0].label
    head = ("Question", f"{first}: first day", f"{first}: end", *(f"{o.label}: difference" for o in options[1:]))
    note = (
        "The five questions that a recovery city is asked before it begins. End: mean of the last year. Scores and shares "
        "count out of 100. Ranges hold 8 in 10 runs."
    )
    return Table("Five questions, today and at the end", head, tuple(rows), note, tuple(domains))


MEASURED: tuple[tuple[str, str, Callable[[Cascades], float]], ...] = (
    ("Starts with a person as their source, per 100 spells", "starts", lambda one: 100 * one.reproduction_number),
    ("Cascades", "cascades", lambda one: float(one.sizes.size)),
    ("Starts in the largest cascade", "starts", lambda one: float(one.sizes.max(initial=0))),
    ("Generations of the deepest cascade", "generations", lambda one: float(one.depths.max(initial=0))),
    ("Of starts over weak ties: from another neighbourhood", "share", lambda one: one.crossed),
)
"""What is told of the cascades of a run: words, unit, number."""


def cascades(results: ComparisonResults, found: Lives) -> tuple[Table, ...]:
    """Cascades of each option, and the largest ones of the last option's first run by who began them."""
    rows: list[tuple[Cell, ...]] = []
    for words, unit, number in MEASURED:
        ranges = [interval([number(run.cascades) for run in found.of(option.name)]) for option in results.options]
        rows.append((words, *(Range(one, wording.level(one, unit)) for one in ranges)))
    note = (
        "A start hangs on the person drawn as its source; a cascade is all that followed from one person. This is how the "
        "model works inside. What share of all starts came over weak ties (acquaintances) is under “How recovery started in "
        "the model”. Ranges hold 8 in 10 runs."
    )
    head = ("In the whole run", *(option.label for option in results.options))
    tables = [Table("Cascades: who inspired whom", head, tuple(rows), note)]
    last = results.options[-1]
    largest = found.of(last.name)[0].cascades
    named: list[tuple[Cell, ...]] = []
    for tree, size, depth, virality in zip(largest.trees, largest.sizes, largest.depths, largest.virality):
        if size > FEW and len(named) < NAMED:
            who = f"Person {int(tree['uid'].iloc[0])}"
            named.append((who, int(size), int(depth), f"{virality:.2f}"))
    if named:
        caption = f"The largest cascades of one run: {last.label}"
        columns = ("From", "Starts that followed", "Generations", "Mean distance of two people in it")
        told = "The first run. People are the model's, and numbered; one run shows what can happen, not what is likely."
        tables.append(Table(caption, columns, tuple(named), told))
    return tuple(tables)


def trees(results: ComparisonResults, found: Lives) -> Figure | None:
    """The largest cascades of the last option's first run, drawn; None where none is large enough to be shown."""
    last = results.options[-1]
    shown = [tree for tree in found.of(last.name)[0].cascades.trees[:NAMED] if len(tree) - 1 > FEW]
    if not shown:
        return None
    drawn = cascade_trees(shown, PANEL)
    return replace(drawn, title=f"{drawn.title}: {last.label}, first run")
