"""What the attributes of a graph's people mean: which columns they fill, and their words as numbers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from contagion.core.errors import nearest
from contagion.vocabulary import STAGES, SUBSTANCES, Role

TAKEN = (
    "stage",
    "substance",
    "neighbourhood",
    "household",
    "role",
    "sex",
    "age",
    "attitude",
    "spell",
    "personal",
    "home",
    "job",
    "record",
    "visibility",
    "champion",
    "frailty",
)
"""Columns that a node attribute of the same name (or one mapped by city.node_columns) fills."""

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
    """Whether nothing is given."""
    return value is None or (isinstance(value, str) and not value.strip())


def coded(column: str, values: list[Any]) -> tuple[np.ndarray, dict[int, Unreadable]]:
    """Values of a column as numbers (float64), with those that cannot be read by position (NaN there)."""
    words = _WORDS.get(column)
    if not words:
        return numbers(values)
    told = ["" if value is None else str(value).strip().lower() for value in values]
    number, unreadable = numbers([words.get(text, value) for text, value in zip(told, values, strict=True)])
    for k, text in enumerate(told):
        if text and text not in words and not text.replace(".", "", 1).isdigit():
            number[k] = np.nan
            unreadable[k] = Unreadable("one of " + ", ".join(words), nearest(text, words))
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
