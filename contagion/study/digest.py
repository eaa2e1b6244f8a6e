"""Digests of what tables hold: the same for any order of rows and columns and any number of workers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

NAMES = ("scenario", "replicate")

Digest = tuple[str, str, int, str]
"""Table, scenario, replicate and sha256 of the rows."""


def digests(table: str, rows: pd.DataFrame) -> Iterator[Digest]:
    """The digest of each history in a table that has columns scenario and replicate."""
    if rows.empty:
        return
    for (scenario, replicate), one in rows.groupby(list(NAMES), sort=True, observed=True):
        yield table, str(scenario), int(replicate), digest(one.drop(columns=list(NAMES)))


def digest(rows: pd.DataFrame) -> str:
    """sha256 over the columns by name, of rows in a canonical order that week and uid lead."""
    columns = {name: _canonical(rows[name]) for name in sorted(rows.columns)}
    order = _order([columns[n][0] for n in sorted(columns, key=lambda n: (n != "week", n != "uid", n))])
    total = hashlib.sha256()
    for name, (values, words) in columns.items():
        total.update(f"{name}\0{values.dtype.str}\0{len(values)}\0".encode())
        total.update("\0".join(words).encode())
        total.update(np.ascontiguousarray(values[order]).tobytes())
    return total.hexdigest()


def content_hash(found: Iterable[Digest]) -> str:
    """One hash for all histories of all tables."""
    lines = sorted(f"{table}\t{scenario}\t{replicate}\t{value}" for table, scenario, replicate, value in found)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _order(keys: list[NDArray[Any]]) -> NDArray[np.int64]:
    return np.lexsort(keys[::-1]) if keys else np.zeros(0, np.int64)


def _canonical(column: pd.Series[Any]) -> tuple[NDArray[Any], list[str]]:
    """Values as float64 (numbers, switches) or as codes into sorted words (texts)."""
    if pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
        if pd.api.types.is_integer_dtype(column.dtype) and not column.isna().any():
            exact = column.to_numpy(np.int64 if column.dtype.kind == "i" else np.uint64)
            if len(exact) == 0 or abs(int(exact.max())) < 2**53 > abs(int(exact.min())):
                return exact.astype("<f8"), []
            return exact.astype("<i8" if exact.dtype.kind == "i" else "<u8"), []
        values = column.to_numpy(np.float64, na_value=np.nan) + 0.0  # one zero
        values[np.isnan(values)] = np.nan  # one not-a-number
        return values.astype("<f8"), []
    codes, found = pd.factorize(column, use_na_sentinel=True)
    words, place = np.unique([*(str(word) for word in found), ""], return_inverse=True)
    return place[codes].astype("<i8"), [str(w) for w in words[np.unique(place[codes])]] if len(codes) else []
