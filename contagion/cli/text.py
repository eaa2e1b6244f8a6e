"""Short tables in plain text for the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from contagion.core.errors import counted, plainly
from contagion.study.analysis.headlines import HEADLINES, measured, reduced
from contagion.study.analysis.paired import round_half_up
from contagion.study.results import open_results

if TYPE_CHECKING:
    from contagion.study.compare import Comparison
    from contagion.study.results import Results
    from contagion.study.sensitivity import Sensitivity

WIDEST = 48


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
        f"{plainly(str(results.manifest['title']))}: {len(titles)} scenarios, {counted(n, 'paired replicate')} each\n"
        f"Differences from {plainly(titles[results.baseline], WIDEST)}: median (10th to 90th percentile)"
    )
    if drawn := results.manifest.get("uncertainty"):
        said += (
            f"\nEach replicate drew {counted(len(drawn), 'parameter')}, the same for every scenario: {', '.join(drawn)}"
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
    parts += [plainly(line, 500) for line in found.groups_in_words()]
    if "stopping" in made:
        parts.append(plainly(str(made["stopping"]["sentence"]), 2000))
    note = (
        "Variance saved: how many times smaller the variance of a difference is under common seeds "
        "than under separate ones.\n"
        f"{_spent(made)}; content hash {str(made['content_hash'])[:16]}."
    )
    return "\n\n".join((*parts, note))


def _spent(made: dict[str, Any]) -> str:
    """How long the runs took, or that none was left to do."""
    if made.get("workers") == 0:
        return "Put together from runs that were there"
    return f"Computed in {made.get('wall_seconds', 0):,.0f} s with {made.get('workers')} at a time"


def runs(results: Results) -> str:
    """What a sweep came to: how many runs, how long, and the range of each outcome over all points."""
    made, frame = results.manifest, results.outcomes
    title = plainly(str(made["title"]))
    said = (
        f"{title}: {made['points']:,} points of {len(results.scenarios)} scenarios, "
        f"{counted(made['replicates'], 'replicate')}, "
        f"{len(results.runs):,} runs, {len(results.failed):,} failed"
    ).replace(" of 1 scenarios", "")
    rows = []
    for outcome in (h for h in HEADLINES if h.name in made["config"]["study"]["outcomes"]):
        means = frame.groupby(["point", "scenario"])[outcome.name].mean()
        if len(means):
            places = 0 if outcome.whole else 3
            ends = (
                f"{round_half_up(float(x), places):,.{places}f}" for x in (means.min(), means.median(), means.max())
            )
            rows.append((outcome.label, outcome.unit, *ends))
    head = ("Mean of the replicates at a point", "unit", "lowest", "middle", "highest")
    note = f"{_spent(made)}; content hash "
    return "\n\n".join((said, table(head, rows), note + str(made["content_hash"])[:16] + "."))


def _of_what(row: dict[str, Any]) -> str:
    """What an index is about: a factor (at a level of it), two factors, or what no factor is the cause of."""
    factors = " x ".join(f for f in (row["factor"], row["factor2"]) if f)
    if "level" in row:
        level = row["level"]
        at = f"{level:g}" if isinstance(level, int | float) else str(level)
        return f"{factors} = {at}" if factors else "all at their defaults"
    return factors or "a single run's variance"


def analysis(found: Sensitivity) -> str:
    """What a sensitivity analysis came to, output by output: the verdict and the indices at the most base rows."""
    made, parts = found.results.manifest, []
    for name, said in found.said.items():
        here = found.indices[found.indices["output"] == name]
        here = here[here["base_rows"] == here["base_rows"].max()]
        here = here[here["value"].notna()]  # what could not be told is said in the sentences
        rows = [
            (
                _of_what(one),
                str(one["index"]),
                f"{one['value']:.3f}",
                f"{one['low']:.3f} to {one['high']:.3f}" if pd.notna(one["low"]) else "",
                str(one["verdict"]).split(":")[0],
            )
            for one in here.to_dict("records")
        ]
        head = ("Factor", "index", "value", "interval", "verdict")
        lines = [plainly(name), *said["sentences"], *said["notes"], *(["", table(head, rows)] if rows else [])]
        parts.append("\n".join(lines))
    n, runs = made["replicates"], len(found.runs)
    parts.append(
        f"{runs:,} runs ({made['points']:,} points, {counted(n, 'replicate')}), "
        f"{_spent(made)[:1].lower()}{_spent(made)[1:]}."
    )
    more = max((one["needed"] or 0 for one in found.said.values()), default=0)
    if more > made["base_rows"]:
        parts.append(f"The same command with --set sensitivity.samples={more} keeps these runs and adds the others.")
    return "\n\n".join(parts)
