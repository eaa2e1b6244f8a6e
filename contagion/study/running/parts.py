"""Parts: what a worker has finished, written beside and renamed, with the digest of every file.

A part is a directory: runs.parquet, a file for each kept table, and part.json, which says of which form and of which
version of the model it is. What is torn, changed or foreign is named and not used.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from contagion.study.keeping.seal import sha256

FORMAT = 1
"""Raised when parts are written differently."""
RUNS = pa.schema(
    [
        ("run_id", pa.string()),
        ("point", pa.int64()),
        ("scenario", pa.string()),
        ("replicate", pa.int64()),
        ("seed", pa.int64()),
        ("status", pa.string()),
        ("message", pa.string()),
        ("seconds", pa.float64()),
        ("traceback", pa.string()),
    ]
)
"""The run table; seeds have 63 bits."""


@dataclass
class Part:
    """A part that is being filled."""

    folder: Path
    form: str
    model: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    tables: dict[str, list[pa.Table]] = field(default_factory=dict)

    def add(self, row: dict[str, Any], tables: Mapping[str, pa.Table]) -> None:
        """One history: its row of the run table, and its tables."""
        for name, table in tables.items():
            self.tables.setdefault(name, []).append(labelled(table, str(row["run_id"])))
        self.rows.append(row)

    def write(self) -> None:
        """Write the part beside its place and rename it; OSError if the disk does not take it."""
        final = self.folder / f"part-{self.rows[0]['run_id']}-{len(self.rows)}"
        beside = self.folder / f"writing-{final.name}-{os.getpid()}"
        try:
            beside.mkdir(parents=True)
            files = {"runs.parquet": pa.Table.from_pylist(self.rows, run_schema(self.rows))}
            files |= {f"{name}.parquet": joined(tables) for name, tables in self.tables.items()}
            for name, table in files.items():  # parts live for minutes: written fast rather than small
                words = [f.name for f in table.schema if not pa.types.is_floating(f.type)]
                pq.write_table(table, beside / name, compression="lz4", use_dictionary=words, write_statistics=False)
            said = {
                "format": FORMAT,
                "form": self.form,
                "model": self.model,
                "files": {name: sha256(beside / name) for name in files},
            }
            (beside / "part.json").write_text(json.dumps(said), encoding="utf-8")
            shutil.rmtree(final, ignore_errors=True)
            beside.rename(final)
        finally:
            shutil.rmtree(beside, ignore_errors=True)


def run_schema(rows: Sequence[Mapping[str, Any]]) -> pa.Schema:
    """The run table's schema, with a column for each outcome that the rows have."""
    schema = RUNS
    for name in dict.fromkeys(key for row in rows for key in row):
        if name not in RUNS.names:
            schema = schema.append(pa.field(name, pa.float64()))
    return schema


def labelled(table: pa.Table, key: str) -> pa.Table:
    """The table with the key of its run in front."""
    label = pa.DictionaryArray.from_arrays(np.zeros(table.num_rows, np.int32), pa.array([key]))
    return table.add_column(0, "run_id", label)


def joined(tables: Sequence[pa.Table]) -> pa.Table:
    """Tables one below the other."""
    return pa.concat_tables(tables, promote_options="permissive").unify_dictionaries()


@dataclass(frozen=True)
class Source:
    """Finished runs that can be read: a part, or a segment of a directory of final tables; which tables it has."""

    folder: Path
    keys: tuple[str, ...]
    segment: str = ""
    tables: tuple[str, ...] = ()

    def file(self, table: str) -> Path:
        """Where a table of these runs stands."""
        inside = self.segment and table != "runs"
        return self.folder / table / f"{self.segment}.parquet" if inside else self.folder / f"{table}.parquet"

    def has(self, table: str) -> bool:
        """Whether there are rows of a table; FileNotFoundError if there were, and they were lost meanwhile."""
        there = self.file(table).exists()
        if not there and table in self.tables:
            raise FileNotFoundError(f"{self.file(table)} was lost")
        return there


def read_parts(folder: Path, form: str, model: str) -> tuple[list[Source], dict[str, str]]:
    """The whole parts of this form and model in a folder, and what is wrong with each of the others, by name."""
    whole, wrong = [], {}
    for place in sorted(folder.glob("part-*")):
        try:
            rows, tables = checked(place, form, model)
        except ValueError as problem:
            wrong[place.name] = str(problem)
        else:
            whole.append(Source(place, tuple(rows), tables=tables))
    return whole, wrong


def checked(place: Path, form: str, model: str) -> tuple[list[str], tuple[str, ...]]:
    """The keys of the finished runs in a part, and the tables it has; ValueError says what is wrong with it."""
    try:
        said = json.loads((place / "part.json").read_text(encoding="utf-8"))
        if said["format"] != FORMAT:
            raise ValueError(f"it is of format {said['format']}, not {FORMAT}")
        if said["model"] != model:
            raise ValueError("it was made by another version of the model")
        if said["form"] != form:
            raise ValueError(f"it keeps something else ({said['form']}, not {form})")
        for name, digest in said["files"].items():
            if not (place / name).is_file():
                raise ValueError(f"{name} is missing")
            if sha256(place / name) != digest:
                raise ValueError(f"{name} is torn or was changed")
        rows = pq.read_table(place / "runs.parquet", columns=["run_id", "status"])
    except (OSError, KeyError, TypeError, AttributeError, pa.ArrowInvalid, json.JSONDecodeError) as error:
        raise ValueError(f"it cannot be read ({type(error).__name__})") from error
    keys = [k for k, s in zip(rows["run_id"].to_pylist(), rows["status"].to_pylist()) if s == "ok"]
    return keys, tuple(str(name).removesuffix(".parquet") for name in said["files"])


def failed_rows(parts: Sequence[Source]) -> dict[str, dict[str, Any]]:
    """The run rows of failed runs in parts that are whole, the latest of each, by key."""
    found: dict[str, dict[str, Any]] = {}
    for table in [table for _, table in sorted(_rows_in(parts), key=lambda one: one[0])]:
        for row in table.filter(pc.not_equal(table["status"], "ok")).to_pylist():
            found[row["run_id"]] = row
    return found


def _rows_in(parts: Sequence[Source]) -> Iterator[tuple[int, pa.Table]]:
    """The run rows of each part, with the time at which it was written."""
    for part in parts:
        with contextlib.suppress(OSError, pa.ArrowInvalid):  # it was lost after it was looked at
            yield part.folder.stat().st_mtime_ns, pq.read_table(part.folder / "runs.parquet")


def spans(ids: pa.ChunkedArray) -> dict[str, tuple[int, int]]:
    """First row and number of rows of each run in a table whose runs stand together."""
    plain = pc.cast(ids, pa.string()) if pa.types.is_dictionary(ids.type) else ids
    found: dict[str, tuple[int, int]] = {}
    at = 0
    for chunk in plain.chunks:
        runs = pc.run_end_encode(chunk)
        begin = 0
        for key, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist()):
            first, n = found.get(key, (at + begin, 0))
            found[key] = (first, n + end - begin)
            begin = end
        at += len(chunk)
    return found
