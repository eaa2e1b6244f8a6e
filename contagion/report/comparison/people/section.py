"""The section on people: each part is shown only if the results hold what it is made of."""

from __future__ import annotations

from typing import NamedTuple

from contagion.core.errors import ConfigError
from contagion.report.comparison.people import lasting, reached, tables
from contagion.report.comparison.people.reached import Reached
from contagion.report.comparison.results import ComparisonResults
from contagion.report.figures.figure import Figure
from contagion.report.table import Table
from contagion.study.lives import Lives, lives
from contagion.study.running.provenance import model_hash
from contagion.study.running.runs import own_modules


class People(NamedTuple):
    """The parts of the section, each None or empty where it was not run or kept."""

    survival: Figure | None
    reached: Reached | None
    questions: Table | None
    cascades: tuple[Table, ...]
    trees: Figure | None


def people(results: ComparisonResults) -> People | None:
    """The section on people of a comparison; None where there is nothing for it."""
    found = _lives(results)
    parts = People(
        lasting.figure(results, found) if found else None,
        reached.reached(results, found) if found else None,
        tables.questions(results),
        tables.cascades(results, found) if found else (),
        tables.trees(results, found) if found else None,
    )
    return parts if any(parts) else None


def _lives(results: ComparisonResults) -> Lives | None:
    """One pass over the events of the options; None where this version cannot tell who the people of the runs are."""
    known = results.scenarios
    chosen = {option.name: known[option.name] for option in results.options if option.name in known}
    if len(chosen) < len(results.options):
        return None
    if results.manifest.get("model_hash") != model_hash(own_modules(chosen)):
        return None
    try:
        return lives(results.comparison.results, chosen, int(results.weeks[-1]))
    except (ConfigError, OSError):  # a graph file that is not there any more
        return None
