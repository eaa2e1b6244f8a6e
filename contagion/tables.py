"""Short tables in plain text for the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from contagion.faults import plainly
from contagion.study.headlines import measured, reduced
from contagion.study.paired import round_half_up
from contagion.study.results import open_results

if TYPE_CHECKING:
    from contagion.study.compare import Comparison

WIDEST = 40


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows in columns: the first to the left, the others to the right."""
    cells = [[plainly(cell, WIDEST) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    lines = [
        "  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths))) for row in cells
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def history(directory: Path) -> str:
    """What one history came to."""
    results = open_results(directory)
    weeks = int(results.outcomes["week"].max())
    rows = []
    for outcome in measured(results.outcomes):
        value = float(reduced(results.outcomes, outcome).iloc[0])
        places = 0 if outcome.whole else 3
        rows.append((outcome.label, f"{round_half_up(value, places):,.{places}f}", outcome.unit, outcome.period))
    title, seed = plainly(str(results.manifest["title"])), results.manifest["seeds"][0]
    said = f"{title}: one history of {weeks} weeks, seed {seed}"
    advice = "One history shows what can happen, not what is likely: use compare for ranges."
    return "\n\n".join((said, table(("Outcome", "Value", "Unit", "Measured"), rows), advice))


def comparison(found: Comparison) -> str:
    """Paired differences from the first scenario, outcome by outcome, with what pairing saved."""
    from contagion.study.compare import times

    results = found.results
    titles = results.titles
    n = results.manifest["replicates"]
    said = (
        f"{plainly(str(results.manifest['title']))}: {len(titles)} scenarios, {n} paired replicates each\n"
        f"Differences from {plainly(titles[results.baseline], WIDEST)}: median (10th to 90th percentile)"
    )
    parts = [said]
    for outcome in measured(results.outcomes):
        rows = []
        for e in (e for e in found.effects if e.outcome == outcome):
            level = e.level.text(outcome.whole)
            if e.difference is None:
                rows.append((titles[e.scenario], level, "", "", ""))
            else:
                difference = e.difference.text(outcome.whole, signed=True)
                better = "" if e.p_better is None else f"{round(e.p_better * n)} of {n}"
                rows.append((titles[e.scenario], level, difference, better, times(e.reduction)))
        head = (f"{outcome.label} ({outcome.unit})", "level", "difference", "better in", "variance saved")
        parts.append(table(head, rows))
    made = results.manifest
    note = (
        "Variance saved: how many times smaller the variance of a difference is under common seeds "
        "than under separate ones.\n"
        f"Computed in {made.get('wall_seconds', 0):,.0f} s with {made.get('workers')} at a time; "
        f"content hash {str(made['content_hash'])[:16]}."
    )
    return "\n\n".join((*parts, note))
