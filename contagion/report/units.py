"""Units: how each declared unit is shown, how finely, and when a difference is called better, worse or neither."""

from __future__ import annotations

from typing import NamedTuple

from contagion.study.analysis.paired import Interval


class Unit(NamedTuple):
    """How a unit is shown: factor, sign before, unit after a level or difference, words for up and down."""

    factor: float = 1.0
    before: str = ""
    after: str = ""
    after_difference: str = ""
    up: str = "more"
    down: str = "fewer"
    whole: bool = False
    smallest: float = 0.0
    """In shown units: a range that lies wholly nearer to zero than this is very small."""
    said: str = ""
    """The unit in brackets after a label, where the label does not say it."""
    finest: float = 0.0
    """In shown units: numbers are rounded no finer than this, however close the runs lie together."""


POINT = 0.5
"""Half a point out of 100: smaller differences in shares and scores are called very small."""
HALF = 0.5
"""Half a person or event: smaller differences of things that come in wholes are called very small."""
TENTH = 0.1
"""A tenth of a point out of 100: no share or score is known more finely, however close the runs lie together."""


def unit(name: str) -> Unit:
    """How to show a declared unit."""
    lowered = name.lower()
    if lowered in {"share", "fraction", "proportion"}:
        return Unit(
            100.0, "", "%", " percentage points", "higher", "lower", smallest=POINT, said="per cent", finest=TENTH
        )
    if lowered.startswith(("gbp", "£", "pounds")):
        return Unit(1.0, "£", "", "", "more", "less", finest=1.0)
    if "score" in lowered or lowered in {"0 to 1", "index"}:
        return Unit(100.0, "", "", " points", "higher", "lower", smallest=POINT, said="score 0 to 100", finest=TENTH)
    if "per 1" in lowered:
        return Unit(up="higher", down="lower", said=name)
    return Unit(whole=True, finest=1.0, smallest=HALF)


def verdict(difference: Interval, unit_name: str, better: str | None) -> str:
    """'better', 'worse', 'different', 'small' or 'unclear': on which side of no difference the whole range lies.

    This is the one rule by which pages, tables and pictures call a difference clear.
    """
    if difference.low <= 0.0 <= difference.high:
        return "unclear"
    shown = unit(unit_name)
    if max(abs(difference.low), abs(difference.high)) * shown.factor < shown.smallest:
        return "small"
    if better is None:
        return "different"
    return "better" if (difference.low > 0) == (better == "higher") else "worse"


CLEAR = frozenset({"better", "worse", "different"})
"""Verdicts of a difference that is clear."""
