"""Columns: one state variable of a person, held for everyone in one array.

``who`` is one person or everyone: the same class of columns, read at different ``rows``. Assigning a column
for everyone replaces the array and never writes into it, so a value kept from before stays what it was.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from contagion.core.chance import happens, lot, uniform


class Column:
    """A declared column: dtype, unit, meaning, and whether it spans all people or those with lived experience."""

    def __init__(self, dtype: str, unit: str, meaning: str, everyone: bool = False) -> None:
        self.dtype, self.unit, self.meaning, self.everyone = np.dtype(dtype), unit, meaning, everyone

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, who: Any, owner: type | None = None) -> Any:
        if who is None:
            return self
        model = who.model
        if model.trace is not None:
            model.trace.reads.add(self.name)
        try:
            return model.columns[self.name][who.rows]
        except IndexError:
            raise AttributeError(f"{self.name} is a column of people with lived experience only") from None

    def __set__(self, who: Any, value: Any) -> None:
        model, rows = who.model, who.rows
        if model.trace is not None:
            model.trace.writes.add(self.name)
        old = model.columns[self.name]
        if not isinstance(rows, slice):
            old[rows] = value
            return
        some = rows.stop is not None and rows.stop < old.size
        new = old.copy() if some else np.empty(old.size, self.dtype)
        new[rows] = value
        model.columns[self.name] = new


class Who:
    """One person, or everyone: columns read and written at `rows`, and chance keyed by identity."""

    model: Any
    rows: Any
    uid: Any

    def draw(self, name: str, other: Any = 0) -> Any:
        """A uniform number for the named decision this week."""
        return uniform(self.model.seed_, name, self.model.week, self.uid, other)

    def happens(self, name: str, rate: Any) -> Any:
        """Whether the named event befalls them this week, at `rate` per week."""
        return happens(rate, self.model.seed_, name, self.model.week, self.uid)

    def lot(self, name: str, needed: Any) -> Any:
        """A uniform number for those who need it this week, 2.0 for the others."""
        return lot(needed, self.model.seed_, name, self.model.week, self.uid)


def columns_of(owner: type) -> dict[str, Column]:
    """All columns declared on a class and its bases, in order of declaration."""
    found: dict[str, Column] = {}
    for base in reversed(owner.__mro__):
        found.update({name: value for name, value in vars(base).items() if isinstance(value, Column)})
    return found
