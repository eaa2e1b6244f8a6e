"""CSV files as columns of text: pyarrow reads them, and Python's csv module those in which rows differ in length.

Every cell is text, an empty or a missing one is "": no word of a file ("NA", "nan", "None") stands for nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np


class Values(NamedTuple):
    """A column as codes: row k holds ``words[code[k]]``."""

    code: np.ndarray
    words: list[Any]


@dataclass(frozen=True)
class Sheet:
    """A CSV file with a header."""

    path: str
    names: list[str]
    data: bytes
    cells: Any  # pyarrow Table, a column of text for each name

    @property
    def rows(self) -> int:
        return int(self.cells.num_rows)

    def place(self, name: str) -> int | None:
        """Which column has this name, as written or else without the spaces around it; the last of several."""
        for names in (self.names, [name.strip() for name in self.names]):
            if name in names:
                return len(names) - 1 - names[::-1].index(name)
        return None

    def values(self, *places: int) -> Values:
        """Columns one after the other, as codes of the words in them (in order of first occurrence)."""
        import pyarrow as pa

        chunks = [chunk for place in places for chunk in self.cells.column(place).chunks]
        coded = pa.chunked_array(chunks, pa.large_string()).combine_chunks().dictionary_encode()
        return Values(coded.indices.to_numpy(), coded.dictionary.to_pylist())

    def line(self, row: int) -> int:
        """The line of the file on which a row begins (the header is not a row)."""
        return next(islice(_rows(self.data), row + 1, None))[0]


def read_sheet(path: str) -> Sheet:
    """Read a CSV file in UTF-8 (a byte-order mark is passed over, blank lines are left out).

    Raises OSError if it cannot be opened, ValueError if it is no CSV file in UTF-8.
    """
    data = Path(path).read_bytes()
    try:
        _, names = next(_rows(data), (1, []))
        return Sheet(path, names, data, _quickly(data, len(names)) or _leniently(data, len(names)))
    except UnicodeDecodeError:
        raise ValueError(_not_utf8(data)) from None
    except csv.Error as problem:
        raise ValueError(str(problem)) from None


def _rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, the header first, with the line on which it begins."""
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline=""))
    line = 1
    for row in reader:
        if len(row) > 1 or (row and row[0].strip()):
            yield line, row
        line = reader.line_num + 1


def _quickly(data: bytes, width: int) -> Any:
    """The cells as pyarrow reads them; None if it cannot, or if there are none."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    if not width:
        return None
    try:
        cells = arrow.read_csv(
            pa.BufferReader(data),
            arrow.ReadOptions(use_threads=False, autogenerate_column_names=True),
            arrow.ParseOptions(newlines_in_values=True),
            arrow.ConvertOptions(column_types={f"f{k}": pa.large_string() for k in range(width)}),
        )
    except pa.ArrowInvalid:
        return None
    return cells.slice(1) if cells.num_columns == width else None


def _leniently(data: bytes, width: int) -> Any:
    """The cells as Python reads them: short rows are filled up with "", cells beyond the header are left out."""
    import pyarrow as pa

    rows = [row[:width] + [""] * (width - len(row)) for _, row in islice(_rows(data), 1, None)]
    columns = list(zip(*rows, strict=True)) or [()] * width
    return pa.table([pa.array(column, pa.large_string()) for column in columns], [f"f{k}" for k in range(width)])


def _not_utf8(data: bytes) -> str:
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        return f"line {line} is not UTF-8 text: byte {data[problem.start]:#04x}; save the file as UTF-8"
    return "it is not UTF-8 text"
