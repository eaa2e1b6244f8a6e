"""Units: how each declared unit is shown, and how small a difference is too small to call better or worse."""

from __future__ import annotations

from typing import NamedTuple


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


POINT = 0.5
"""Half a point out of 100: smaller differences in shares and scores are called very small."""


def unit(name: str) -> Unit:
    """How to show a declared unit."""
    lowered = name.lower()
    if lowered in {"share", "fraction", "proportion"}:
        return Unit(100.0, "", "%", " percentage points", "higher", "lower", smallest=POINT, said="per cent")
    if lowered.startswith(("gbp", "£", "pounds")):
        return Unit(1.0, "£", "", "", "more", "less")
    if "score" in lowered or lowered in {"0 to 1", "index"}:
        return Unit(100.0, "", "", " points", "higher", "lower", smallest=POINT, said="score 0 to 100")
    if "per 1" in lowered:
        return Unit(up="higher", down="lower", said=name)
    return Unit(whole=True)
