"""Curves of acceptability: in what share of draws each option leaves the most, by what one unit of its effect is worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from contagion.report.figures.buys.marks import LINE, MARKS, MOST, REST, WIDTH, OptionMark, names
from contagion.report.figures.figure import Panel
from contagion.report.figures.style import INK, POINTS, axes_in, short

Array = NDArray[np.float64]
BODY, EVERY = 232.0, 8
"""Height of the axes with their words; of the worths, every how many are marked."""

KEY = (
    "Each line: the share of runs in which an option leaves the most: what it does, at that worth, less what it costs. Pale "
    "band: the option that leaves the most on average (the frontier)."
)


def drawn_alone(shares: Array, best: Sequence[int]) -> list[int]:
    """Places of the options that get a line of their own: the first, those ever best on average, then the highest peaks."""
    peaks = shares.max(axis=0)
    order = sorted(range(shares.shape[1]), key=lambda k: (k != 0, k not in best, -peaks[k], k))
    if shares.shape[1] <= MOST:
        return list(range(shares.shape[1]))
    return sorted(order[:MOST])


def curves(
    labels: Sequence[str], worths: Array, shares: Array, best: Sequence[int], unit: str
) -> tuple[Panel, pd.DataFrame]:
    """One panel of lines and its tidy data (worth, option, share, whether best on average).

    shares: (worths, options); best: for each worth the place of the option that leaves the most on average; unit: what one
    unit of effect is called. At most four options have lines of their own, the others are drawn together.
    """
    alone = drawn_alone(shares, best)
    rest = [k for k in range(len(labels)) if k not in alone]
    lines: list[tuple[OptionMark, str, Array]] = [(m, labels[k], shares[:, k]) for m, k in zip(MARKS, alone)]
    if rest:
        others = f"The {len(rest)} others together" if len(rest) > 1 else labels[rest[0]]
        lines.append((REST, others, shares[:, rest].sum(axis=1)))
    height = BODY + LINE * len(lines)
    top = np.array([shares[i, k] if k in alone else np.nan for i, k in enumerate(best)])

    def draw(host: Any) -> None:
        names(host, height, [(mark, label) for mark, label, _ in lines], lines=True)
        axes = axes_in(host, (WIDTH, height), 48, LINE * len(lines) + 26, 22, 50)
        axes.set(xlim=(worths[0], worths[-1]), ylim=(-0.03, 1.03))
        axes.grid(visible=True)
        axes.plot(worths, top, color=INK, linewidth=11, alpha=0.16, solid_capstyle="butt", zorder=2)
        for place, (mark, _, values) in enumerate(lines):
            shape = mark.shape or None
            axes.plot(
                worths,
                values,
                color=mark.colour,
                linestyle=mark.dash,
                linewidth=2.2,
                marker=shape,
                markersize=7,
                markeredgecolor="white",
                markevery=(place * 2, EVERY),
                zorder=4,
            )
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
        axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"£{short(value)}"))
        axes.set_xlabel(f"A {unit} is worth", fontsize=POINTS - 1)
        axes.annotate(
            "Runs in which it leaves the most",
            (0, 1),
            xycoords="axes fraction",
            xytext=(-40, 8),
            textcoords="offset points",
            fontsize=POINTS - 1,
        )

    said = "; ".join(f"{label}: {_course(values)}" for _, label, values in lines)
    alt = f"From £{worths[0]:,.0f} to £{worths[-1]:,.0f} for a {unit}. {said}."
    data = pd.DataFrame(
        {
            "unit": unit,
            "worth": np.repeat(worths, len(labels)),
            "option": np.tile(list(labels), len(worths)),
            "share_of_runs": shares.ravel(),
            "best_on_average": [int(k == one) for one in best for k in range(len(labels))],
        }
    )
    return Panel(f"By what a {unit} is worth", alt, height, draw, WIDTH), data


def _course(values: Array) -> str:
    first, last = (f"{100 * one:.0f}%" for one in (values[0], values[-1]))
    return f"{first} of runs throughout" if np.ptp(values) == 0 else f"{first} of runs at first, {last} at the end"
