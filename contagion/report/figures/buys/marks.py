"""Marks of options: at most four in one drawing, told apart by shape, dash and colour, and named in lines over the axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from contagion.report.figures.style import GREY, NAVY, ORANGE, PLUM, POINTS, TEAL, cut

MOST = 4
"""Options in one drawing: more cannot be told apart."""
WIDTH, LINE = 360.0, 19.0
LETTERS = 44


class OptionMark(NamedTuple):
    """How one option is drawn."""

    shape: str
    colour: str
    dash: Any


MARKS = (
    OptionMark("o", NAVY, "-"),
    OptionMark("s", ORANGE, (0, (6, 2))),
    OptionMark("^", TEAL, (0, (2, 1.5))),
    OptionMark("D", PLUM, (0, (8, 2, 2, 2))),
)
REST = OptionMark("", GREY, (0, (1, 1.5)))
"""What stands for all other options together."""


def names(host: Any, height: float, shown: Sequence[tuple[OptionMark, str]], lines: bool) -> None:
    """The key: each option's mark (or its line) and its name, one under another at the top of a drawing."""
    axes = host.add_axes((0, 1 - LINE * len(shown) / height, 1, LINE * len(shown) / height))
    axes.set(xlim=(0, WIDTH), ylim=(LINE * len(shown), 0))
    axes.axis("off")
    for row, (mark, label) in enumerate(shown):
        y = LINE * (row + 0.5)
        if lines:
            axes.plot([8, 24, 40], [y] * 3, color=mark.colour, linestyle=mark.dash, linewidth=2.2)
        axes.plot(24, y, mark.shape or "", color=mark.colour, markersize=8, markeredgecolor="white")
        axes.text(48, y, cut(label, LETTERS), va="center", fontsize=POINTS - 1)
