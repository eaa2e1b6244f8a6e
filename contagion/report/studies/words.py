"""The words of a study's page: what was done, what was found, what to know first, and what it does not say."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from contagion.report.figures.paths import FEWEST_FOR_MODES, worded
from contagion.report.figures.study_data import StudyData, StudyOutput
from contagion.report.figures.style import ranged
from contagion.report.figures.swept import MOST_FOR_MODES, Swept, extremes
from contagion.report.studies.stress import DESIGNS, METHODS
from contagion.report.wording import counted, listed, shorten

UNDRAWN = "A figure could not be drawn; its numbers are in the tables"

NEVER_RANKS = (
    "One factor at a time shows the shape of each response and never ranks factors: what acts only together with another "
    "factor does not show."
)
MOST_GROUPS = 8


def moved(facts: StudyData, out: StudyOutput, indices: pd.DataFrame) -> tuple[str, ...]:
    """One factor at a time: how far the paired difference from the default goes, factor by factor, in no ranking."""
    there = indices[indices["index"] == "difference"]
    lines = []
    for name in dict.fromkeys(there["factor"]):
        rows = there[there["factor"] == name]
        ends = [rows.iloc[k] for k in ((0, -1) if len(rows) > 1 else (0,))]
        said = [
            ranged(r["low"], r["value"], r["high"], out.outcome.whole)
            + ("" if r["level"] is None else f" at {worded(r['level'])}")
            for r in ends
        ]
        lines.append(f"{facts.label(str(name))}: difference from the default {listed(said)}.")
    return tuple(lines)


def meta(facts: StudyData) -> str:
    """When it was made and of how many runs."""
    runs, points = counted(len(facts.runs), "run"), counted(facts.points, "point")
    return f"Made {_day(facts.manifest.get('created'))}. {runs} at {points} in a modelled city of {facts.people}."


def _day(created: Any) -> str:
    try:
        date = datetime.datetime.fromisoformat(str(created).replace("Z", "+00:00")).date()
    except ValueError:
        return "on a day that is not recorded"
    return f"{date.day} {date:%B %Y}"


def verdict(facts: StudyData, parts: Sequence[tuple[str, Sequence[str]]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What may be said, output by output; failures first."""
    found: list[tuple[str, tuple[str, ...]]] = []
    if len(facts.failed):
        found.append(("Not complete", (failed(facts),)))
    ofat = facts.manifest.get("method") == "ofat"
    if ofat:
        found.append(
            (
                "How to read it",
                (
                    NEVER_RANKS,
                    "Below, factor by factor in the order of the study file: the paired difference from the default at the "
                    "first and the last level, median with the range of eight in ten replicates.",
                ),
            )
        )
    found += [(title, tuple(said)) for title, said in parts if said]
    if not found:
        found.append(("Nothing to report", ("No outcome was stored, so nothing can be said.",)))
    return tuple(found)


def of_sweep(facts: StudyData, output: Swept) -> tuple[str, ...]:
    """What a sweep found of one output."""
    said = tuple(extremes(output))
    known = output.bands[1][np.isfinite(output.bands[1])]
    if len(known) > 1 and np.ptp(known) == 0:
        return ("The same at every point: nothing that was varied moved the median.", *said)
    return said


def two_groups(output: Swept) -> tuple[str, ...]:
    """Points at which replicates fall into two groups, with the chance of each."""
    lines = []
    if output.two:
        lines.append(
            "Two kinds of history: a median between two groups describes neither, so read each group by itself. Of "
            "points with one group, about one in a hundred is flagged by chance."
        )
    for row, words in list(output.two.items())[:MOST_GROUPS]:
        values = [
            f"{output.facts.label(n)} {worded(output.facts.column(n).iloc[row])}" for n in output.facts.factors[:4]
        ]
        lines.append(
            f"Point {int(output.facts.column('point').iloc[row])}{f' ({listed(values)})' if values else ''}: {words}"
        )
    if len(output.two) > MOST_GROUPS:
        lines.append(f"{len(output.two) - MOST_GROUPS:,} more such points are marked in the data table.")
    if output.facts.replicates < FEWEST_FOR_MODES:
        lines.append(
            f"Fewer than {FEWEST_FOR_MODES} replicates: whether histories fall into two groups cannot be told."
        )
    elif len(output.values) > MOST_FOR_MODES:
        lines.append(
            f"Two groups were looked for at {MOST_FOR_MODES:,} of {len(output.values):,} points, evenly taken."
        )
    return tuple(lines)


def before(facts: StudyData, notes: Sequence[Sequence[str]], left_out: int = 0) -> tuple[str, ...]:
    """What to know before reading: what all outputs have in common, and what holds for every study."""
    shared = [n for n in (notes[0] if notes else ()) if len(notes) > 1 and all(n in some for some in notes)]
    found = [facts.worded(n) for n in shared]
    if left_out:
        found.append(
            f"{counted(left_out, 'further output')} would make this page too long; the tables beside it hold all."
        )
    if facts.replicates == 1:
        found.append("One replicate: luck cannot be told from what the factors do. Run two or more.")
    if facts.several:
        found.append(
            "A difference is taken between scenarios under the same seed, so luck that both share is taken out."
        )
    return tuple(dict.fromkeys(found))


def done(facts: StudyData) -> tuple[str, ...]:
    """What was done, in plain words."""
    return tuple(_done(facts))


def _done(facts: StudyData) -> Iterator[str]:
    m, method = facts.manifest, facts.manifest.get("method")
    many = counted(facts.points, "point") + (" of the factors’ space" if facts.factors else "")
    layout = DESIGNS.get(str(m.get("design")), "a design that is not recorded")
    yield (
        f"A modelled city of {facts.people} was lived through for {facts.horizon}, week by week, at {many}, laid out "
        f"as {layout}."
    )
    times = {1: "once", 2: "twice"}.get(facts.replicates, f"{facts.replicates:,} times")
    again = times if facts.replicates == 1 else f"{times}, each time with another seed"
    common = (
        ""
        if facts.replicates == 1
        else " The same seeds were used at all points, so that points differ by cause and not by luck."
    )
    if method in ("sobol", "morris"):
        common = (
            " Points that are compared with each other share their seeds, so that they differ by cause and not by luck."
        )
    yield f"Every point was lived through {again}.{common if facts.points > 1 else ''}"
    titles = [shorten(t, 80) for t in facts.titles.values()]
    if len(titles) > 1:
        yield f"Each time under {len(titles)} scenarios: {listed(titles)}. The others are compared with {titles[0]}."
    if method:
        yield f"Method: {METHODS.get(str(method), str(method))}."
        if method != "ofat":
            yield "One more factor, the dummy, changes nothing but the luck: it shows what luck alone looks like."
    description = str(m.get("description") or "").strip()
    if description:
        yield description


def failed(facts: StudyData) -> str:
    """How many runs failed."""
    lost, runs = len(facts.failed), len(facts.runs)
    if not lost:
        return ""
    return (
        f"{lost:,} of {counted(runs, 'run')} failed and are missing from all figures and tables but their own; the same "
        "command runs them again."
    )


def not_said(facts: StudyData) -> tuple[str, ...]:
    """What must not be read into the page."""
    method = facts.manifest.get("method")
    found = [
        "It does not say that the model is right: it says how the model behaves when its assumptions move.",
        "It does not forecast a real place and says nothing about any person.",
    ]
    if method in ("sobol", "delta"):
        found.append("The indices hold for these ranges and distributions. A wider range makes a factor matter more.")
    if method == "sobol":
        found.append(
            "A total index says how much of the spread a factor has part in, not whether more of it is better."
        )
    if method == "morris":
        found.append(
            "A screen finds what matters little. It gives no shares of the spread; rank the others with Sobol’ indices."
        )
    if method == "ofat":
        found.append(NEVER_RANKS)
    if not method:
        found.append("Between the points nothing was run: lines join what was run and are no results.")
        found.append(
            "A sweep shows what happened where it looked. It does not say which factor matters most; a sensitivity "
            "analysis does."
        )
    if method and method != "ofat":
        found.append("“Not distinguishable from noise” is not “no effect”: more runs may tell them apart.")
    else:
        found.append("A range holds eight in ten runs and shows luck only, not doubt about the model.")
    return tuple(found)
