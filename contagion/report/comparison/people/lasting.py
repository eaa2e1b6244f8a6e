"""How long recovery lasts under each option: Kaplan-Meier curves of staying in recovery, with the spells still at risk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from contagion.report import wording
from contagion.report.comparison.results import ComparisonResults
from contagion.report.figures.figure import Figure, Panel
from contagion.report.figures.style import GREY, NAVY, POINTS, axes_in
from contagion.report.table import Cell, Range, Table
from contagion.study.analysis.paired import interval
from contagion.study.lives import Lives

Array = NDArray[np.float64]
YEARS = (1, 2, 3, 5)
"""Years after a start at which the table reads the curves."""
MOST, SIZE = 7, (320.0, 216.0)
"""Options that are drawn, the first ones; and the size of a panel."""
CAPTION = (
    "{} runs of each option. A Kaplan-Meier curve is made of each run's own starts; deaths and the end of the run cut a "
    "spell off, and several spells of one person count as independent. Lines: the middle run. Bands: 8 in 10 runs. Grey "
    "and dashed: the first option."
)


def figure(results: ComparisonResults, found: Lives) -> Figure | None:
    """Share still in recovery over the years since a start, a panel for each option; None if no run reaches a year."""
    options = results.options
    curves = [np.array([run.survival for run in found.of(option.name)]) for option in options]
    at_risk = [np.array([run.at_risk for run in found.of(option.name)]) for option in options]
    years = [year for year in YEARS if 52 * year <= found.marks[-1] and _known(curves, _at(found, year))]
    if not years:
        return None
    known = np.array([all(np.isfinite(one[:, k]).all() for one in curves) for k in range(found.marks.size)])
    marks = found.marks[known]
    panels, lines = [], []
    for k, option in enumerate(options):
        cells = [_level(curves[k][:, _at(found, year)]) for year in years]
        said = ", ".join(f"{cell.text} after {wording.years(year)}" for cell, year in zip(cells, years))
        line = f"{option.label}: still in recovery {said}."
        lines.append(line)
        if k < MOST:
            shown = (marks, curves[k][:, known], np.median(curves[0][:, known], axis=0))
            risk = [int(np.median(at_risk[k][:, _at(found, year)])) for year in (0, *years)]
            panels.append(Panel(option.label, line, SIZE[1], _drawn(*shown, (0, *years), risk), SIZE[0]))
    more = f" The first {MOST} options are drawn; the table has all." if len(options) > MOST else ""
    rows = [_row(o.label, curves[k], at_risk[k], curves[0], found, years) for k, o in enumerate(options)]
    head = (
        "Option",
        *(f"After {wording.years(year)}" for year in years),
        f"Difference after {wording.years(years[0])}",
    )
    note = "Share of starts that have not ended in a relapse; under each, the spells still at risk in the middle run."
    return Figure(
        name="staying-in-recovery",
        kind="curve",
        title="How long recovery lasts, option by option",
        subtitle="Share of recovery starts without a relapse since, by years since the start",
        alt=f"Curves of the share still in recovery, a panel for each option. {' '.join(lines)}",
        description=tuple(lines),
        caption=CAPTION.format(results.replicates) + more,
        data=_data(options, curves, at_risk, found.marks, known),
        panels=tuple(panels),
        table=Table("Staying in recovery", head, tuple(rows), note),
    )


def _at(found: Lives, year: int) -> int:
    """The place of the mark nearest to a year."""
    return int(np.abs(found.marks - 52 * year).argmin())


def _known(curves: Sequence[Array], place: int) -> bool:
    return all(np.isfinite(one[:, place]).all() for one in curves)


def _level(values: Array) -> Range:
    found = interval(values)
    return Range(found, wording.level(found, "share"))


def _row(
    label: str, curve: Array, at_risk: NDArray[np.int64], first: Array, found: Lives, years: Sequence[int]
) -> tuple[Cell, ...]:
    cells: list[Cell] = [label]
    for year in years:
        place = _at(found, year)
        one = interval(curve[:, place])
        left = wording.counted(int(np.median(at_risk[:, place])), "spell")
        cells.append(Range(one, wording.level(one, "share"), f"{left} at risk"))
    place = _at(found, years[0])
    gap = interval(curve[:, place] - first[:, place])
    cells.append("Compared with" if curve is first else Range(gap, wording.difference(gap, "share")))
    return tuple(cells)


def _data(
    options: Sequence[Any],
    curves: Sequence[Array],
    at_risk: Sequence[NDArray[np.int64]],
    marks: NDArray[np.int64],
    known: NDArray[np.bool_],
) -> pd.DataFrame:
    """A row for each option and mark."""
    frames = []
    for option, curve, risk in zip(options, curves, at_risk, strict=True):
        low, middle, high = np.quantile(curve[:, known], [0.1, 0.5, 0.9], axis=0)
        left = np.median(risk[:, known], axis=0)
        columns = {"option": option.title, "week": marks[known], "p10": low, "p50": middle, "p90": high}
        frames.append(pd.DataFrame(columns | {"at_risk": left}))
    return pd.concat(frames, ignore_index=True)


def _drawn(marks: NDArray[np.int64], curve: Array, first: Array, years: Sequence[int], at_risk: Sequence[int]) -> Any:
    low, middle, high = np.quantile(curve, [0.1, 0.5, 0.9], axis=0)

    def draw(host: Any) -> None:
        axes = axes_in(host, SIZE, 48, 10, 22, 70)
        at = marks / 52
        axes.fill_between(at, low, high, step="post", color=NAVY, alpha=0.25, linewidth=0)
        axes.step(at, first, where="post", color=GREY, linewidth=1.6, linestyle=(0, (4, 3)))
        axes.step(at, middle, where="post", color=NAVY, linewidth=2.2)
        axes.set(xlim=(0, max(years) * 1.04), ylim=(0, 1.02))
        axes.set_xticks(list(years), [f"{year}" for year in years])
        axes.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
        words: dict[str, Any] = {"textcoords": "offset points", "fontsize": POINTS - 2, "color": "black"}
        axes.annotate("years; at risk:", (0, 0), xytext=(-6, -34), xycoords="axes fraction", ha="left", **words)
        for year, many in zip(years, at_risk, strict=True):
            axes.annotate(f"{many:,}", (year, 0), xytext=(0, -52), ha="center", annotation_clip=False, **words)

    return draw
