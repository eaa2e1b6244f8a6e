"""People as one record table: a row is a person, a column one of their state variables.

A column is declared once, with its type, unit and meaning. A table is a NumPy record array; a process reads and writes
`who.hope` on one row. `Row` is the same row for plain Python, where attributes are Python numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

LINE = 64
"""Bytes of a cache line: rows begin on one, so that the columns declared first are read at once."""

BLOCK = 1024
"""Rows lived at a time: a block of people stays in the nearest cache while all processes go over it."""


class Column(NamedTuple):
    """A state variable: dtype, unit, meaning, and whether everybody has it or people with lived experience alone."""

    dtype: str
    unit: str
    meaning: str
    everyone: bool = False


def record_type(columns: Mapping[str, Column], lines: bool = True) -> np.dtype:
    """The dtype of a row with these columns, in order, padded to whole cache lines (or as short as it can be)."""
    plain = np.dtype([(name, column.dtype) for name, column in columns.items()], align=True)
    if not lines:
        return plain
    size = -(-plain.itemsize // LINE) * LINE
    fields: Any = plain.fields
    return np.dtype(
        {
            "names": list(columns),
            "formats": [fields[name][0] for name in columns],
            "offsets": [fields[name][1] for name in columns],
            "itemsize": size,
        },
        align=True,
    )


def empty(rows: int, kind: np.dtype) -> np.ndarray:
    """A table of zeros whose rows begin on cache lines."""
    room = np.zeros(rows * kind.itemsize + LINE, np.uint8)
    first = -room.ctypes.data % LINE
    return room[first : first + rows * kind.itemsize].view(kind)


def copied(table: np.ndarray) -> np.ndarray:
    """A copy whose rows begin on cache lines too, which those of `table.copy()` need not."""
    made = empty(table.size, table.dtype)
    made[:] = table
    return made


def parameter_record(values: Mapping[str, Any]) -> Any:
    """The numbers among these values as one record, as compiled processes read them."""
    kinds = {bool: "b1", int: "i8", float: "f8"}
    numbers = {name: value for name, value in values.items() if type(value) in kinds} or {"nothing": 0}
    plain = np.dtype([(name, kinds[type(value)]) for name, value in numbers.items()], align=True)
    made = np.zeros((), plain)
    for name, value in numbers.items():
        made[name] = value
    return made[()]


def joined(records: Mapping[str, Any]) -> Any:
    """Several records as a table of one row, by name: compiled code reads `table[0]["relapse"].scale`."""
    made = np.zeros(1, np.dtype([(name, record.dtype) for name, record in records.items()], align=True))
    for name, record in records.items():
        made[name] = record
    return made


class Row:
    """One row of a table for plain Python: attributes are Python numbers, and writing one writes the table."""

    __slots__ = ("_row",)

    def __init__(self, row: Any) -> None:
        object.__setattr__(self, "_row", row)

    def __getattr__(self, name: str) -> Any:
        try:
            value = self._row[name]
        except (ValueError, KeyError):
            raise AttributeError(f"{name} is a column of people with lived experience only") from None
        return value.item()

    def __getitem__(self, name: str) -> Row:
        return Row(self._row[name])

    def __setattr__(self, name: str, value: Any) -> None:
        self._row[name] = value


class PlainTable:
    """A table for plain Python: `table[i]` is a `Row`."""

    __slots__ = ("_table", "size")

    def __init__(self, table: np.ndarray) -> None:
        self._table, self.size = table, table.size

    def __getitem__(self, row: int) -> Row:
        return Row(self._table[row])


def for_python(value: Any) -> Any:
    """A table or a record as plain Python reads it; anything else as it is."""
    if isinstance(value, np.ndarray) and value.dtype.names:
        return PlainTable(value)
    return Row(value) if isinstance(value, np.void) else value
