"""What the attributes of a graph's people mean: which columns they fill, and their words as numbers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from contagion.core.errors import nearest
from contagion.vocabulary import STAGES, SUBSTANCES, Role

_RANGES: dict[str, tuple[int, int]] = {
    "stage": (0, len(STAGES) - 1),
    "substance": (0, len(SUBSTANCES) - 1),
    "neighbourhood": (0, 9_999),
    "household": (0, 2_147_483_647),
    "role": (0, len(Role) - 1),
    "sex": (0, 1),
    "age": (0, 120),
    "attitude": (0, 1),
    "spell": (0, 5_200),
    "personal": (0, 1),
    "home": (0, 1),
    "job": (0, 1),
    "record": (0, 1),
    "visibility": (0, 2),
    "champion": (0, 1),
    "frailty": (0, 1_000),
}
TAKEN = tuple(_RANGES)
"""Columns that a node attribute of the same name (or one mapped by city.node_columns) fills."""

_MEASURED = ("age", "attitude", "spell", "personal", "frailty")
"""Those that need not be whole numbers."""

_WORDS: dict[str, dict[str, int]] = {
    "stage": {name: code for code, name in enumerate(STAGES)},
    "substance": {name: code for code, name in enumerate(SUBSTANCES)},
    "role": {role.name.lower(): int(role) for role in Role},
    "sex": {"female": 0, "male": 1, "f": 0, "m": 1},
    "visibility": {"hidden": 0, "anonymous": 1, "visible": 2},
}


class Unreadable(NamedTuple):
    """Why a word is no value: what would be, and which known word is nearest."""

    allowed: str
    nearest: str | None = None


def blank(value: Any) -> bool:
    """Whether nothing is given: no value, blank text or, among numbers, NaN."""
    return value is None or (isinstance(value, str) and not value.strip()) or value != value


def coded(column: str, values: list[Any]) -> tuple[np.ndarray, dict[int, Unreadable]]:
    """Values of a column as numbers (float64), with those that cannot be taken by position."""
    words = _WORDS.get(column, {})
    told = ["" if blank(value) else str(value).strip().lower() for value in values] if words else []
    number, unreadable = numbers(
        [words.get(text, value) for text, value in zip(told, values, strict=True)] if words else values
    )
    for k, text in enumerate(told):
        if text and text not in words and not text.replace(".", "", 1).isdigit():
            unreadable[k] = Unreadable("one of " + ", ".join(words), nearest(text, words))
    low, high = _RANGES[column]
    bad = ~((number >= low) & (number <= high))
    if column not in _MEASURED:
        bad |= number != np.floor(number)
    allowed = f"{'a number' if column in _MEASURED else 'a whole number'} from {low} to {high:,}"
    for k in np.flatnonzero(bad).tolist():
        if k not in unreadable and not blank(values[k]):
            unreadable[k] = Unreadable(allowed)
    return number, unreadable


def numbers(values: list[Any]) -> tuple[np.ndarray, dict[int, Unreadable]]:
    """Values as numbers (float64; true and false are 1 and 0), with those that are none by position (NaN there).

    Where nothing is given (None or blank text) stands NaN too.
    """
    cells = np.empty(len(values), object)
    cells[:] = [np.nan if blank(value) else value for value in values]
    try:
        return cells.astype(np.float64), {}
    except (TypeError, ValueError):
        pass
    number, unreadable = np.full(len(values), np.nan), {}
    for k, value in enumerate(cells):
        text = str(value).strip().lower()
        try:
            number[k] = text == "true" if text in ("true", "false") else float(value)
        except (TypeError, ValueError):
            unreadable[k] = Unreadable("a number")
    return number, unreadable
