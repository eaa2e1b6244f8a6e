"""One outcome by neighbourhood, in the order of deprivation, as bars with the people behind them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from contagion.report.figures.figure import Figure, NoFigure, Panel
from contagion.report.figures.style import NAVY, POINTS, WIDE, across, axes_in, ticks
from contagion.study.analysis.equity import FEWEST

MOST = 12
"""Panels at most: more cannot be compared by eye."""

ROW, WITHHELD = 34.0, "withheld"
CAPTION = (
    "{} Values of fewer than {} people are withheld. In brackets: the people each value is of. One history shows what can "
    "happen, and small groups differ by chance."
)


def equity_panels(table: pd.DataFrame, outcomes: list[str], by: str = "deprivation") -> Figure:
    """A panel for each of these outcomes, a bar for each group; `table` as Outcomes.equity() gives it.

    NoFigure for no outcome or more than 12, KeyError for one that the table does not hold.
    """
    if not 0 < len(outcomes) <= MOST:
        raise NoFigure(f"{len(outcomes)} panels cannot be drawn: from 1 to {MOST} outcomes")
    mine = table[table["dimension"] == by]
    absent = [name for name in outcomes if name not in set(mine["outcome"])]
    if absent:
        raise KeyError(f"the table holds no {', '.join(absent)} by {by}")
    panels, lines, parts = [], [], []
    for name in outcomes:
        rows = mine[mine["outcome"] == name].reset_index(drop=True)
        rows = rows.assign(value=rows["value"].where(rows["of"] >= FEWEST))
        noun, unit = rows["noun"].iloc[0], rows["unit"].iloc[0]
        told = "; ".join(
            f"{group}: {_told(value)}" for group, value in rows[["group", "value"]].itertuples(index=False)
        )
        line = f"{noun} ({unit}). {told}."
        panels.append(Panel(noun, line, 34 + ROW * len(rows), _drawn(rows), WIDE))
        lines.append(line)
        parts.append(rows)
    said = "Neighbourhoods stand from the least to the most deprived." if by in ("neighbourhood", "deprivation") else ""
    title, below = "Who gains, and who does not", f"Outcomes at the end of the history, by {by.replace('_', ' ')}"
    alt, caption = f"Bars by {by}. {' '.join(lines)}", CAPTION.format(said, FEWEST).strip()
    data = pd.concat(parts, ignore_index=True)
    return Figure("equity", "bars", title, below, alt, tuple(lines), caption, data, tuple(panels))


def _told(value: float) -> str:
    return WITHHELD if pd.isna(value) else f"{value:.3g}"


def _drawn(rows: pd.DataFrame) -> Any:
    def draw(host: Any) -> None:
        axes = axes_in(host, (WIDE, 34 + ROW * len(rows)), 128, 4, 12, 26)
        most = float(rows["value"].max()) if rows["value"].notna().any() else 1.0
        for row, (value, of) in enumerate(rows[["value", "of"]].itertuples(index=False)):
            known = not pd.isna(value)
            axes.barh(row, value if known else 0.0, height=0.5, color=NAVY)
            text = f"{_told(value)} ({of:,})" if known else f"{WITHHELD} (< {FEWEST})"
            words: dict[str, Any] = {"textcoords": "offset points", "fontsize": POINTS - 2, "color": "black"}
            axes.annotate(text, (value if known else 0.0, row), xytext=(5, 0), va="center", **words)
        axes.set(xlim=(0, (most or 1.0) * 1.75), ylim=(len(rows) - 0.5, -0.6))
        across(axes)
        axes.set_yticks(range(len(rows)), [str(group) for group in rows["group"]])
        ticks(axes.xaxis, 3)

    return draw
