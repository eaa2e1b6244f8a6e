"""Gathering: parts put together as final tables, in the order of the study, a segment of runs at a time.

The order is that of the job's runs (stream, replicate, point, scenario), whoever worked on them and whenever, so the same
study gives the same bytes. Only one segment is in memory at a time.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from contagion.study.running.parts import RUNS, Source, spans
from contagion.study.running.runs import Job

ROWS = 100_000
"""Rows of its longest table after which a segment is written."""
OPEN = 12
"""Files of parts that are held open."""


Span = tuple[Path, int, int]


@dataclass
class Shelf:
    """Finished runs on disk: which source has each, and its slice of a table."""

    sources: Sequence[Source]
    where: dict[str, Source] = field(default_factory=dict)
    _open: OrderedDict[Path, tuple[pa.Table | None, dict[str, tuple[int, int]]]] = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        for source in self.sources:
            for key in source.keys:
                self.where.setdefault(key, source)

    def span(self, key: str, name: str) -> Span | None:
        """Where the rows of a run in a table stand: file, first row, number of rows; None if it has none."""
        path = self.where[key].file(name)
        if path not in self._open:
            self.where[key].has(name)
        found = self._opened(path)[1]
        return (path, *found[key]) if key in found else None

    def read(self, span: Span) -> pa.Table:
        """The rows of one or of several runs that follow one another in a file."""
        path, first, n = span
        table = self._opened(path)[0]
        assert table is not None
        return table.slice(first, n)

    def _opened(self, path: Path) -> tuple[pa.Table | None, dict[str, tuple[int, int]]]:
        if path not in self._open:
            while len(self._open) >= OPEN:
                self._open.popitem(last=False)
            table = pq.read_table(path) if path.exists() else None
            self._open[path] = (table, spans(table["run_id"]) if table is not None else {})
        self._open.move_to_end(path)
        return self._open[path]

    def schema(self, name: str) -> pa.Schema | None:
        """The schema of a table over all sources, words as words; None if no source has the table."""
        paths = dict.fromkeys(source.file(name) for source in self.sources if source.has(name))
        found = [pq.read_schema(path).remove_metadata() for path in paths]
        if not found:
            return None
        plain = [pa.schema([(f.name, _worded(f.type)) for f in schema]) for schema in found]
        return pa.unify_schemas(plain, promote_options="permissive")

    def rows(self) -> pd.DataFrame:
        """The run rows of all finished runs, by key."""
        tables = []
        for folder in dict.fromkeys(source.folder for source in self.sources):
            table = pq.read_table(folder / "runs.parquet")
            table = table.filter(pc.equal(table["status"], "ok"))
            if (folder / "headlines.parquet").exists():
                table = table.join(pq.read_table(folder / "headlines.parquet"), "run_id", join_type="inner")
            tables.append(table)
        whole = pa.concat_tables(tables, promote_options="permissive") if tables else RUNS.empty_table()
        return whole.to_pandas().drop_duplicates("run_id").set_index("run_id")


def _worded(kind: pa.DataType) -> pa.DataType:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return pa.string() if pa.types.is_large_string(kind) else kind


def segments(
    shelf: Shelf, keys: Iterable[str], names: Sequence[str]
) -> Iterator[tuple[list[str], dict[str, pa.Table]]]:
    """The runs in order, some at a time: their keys, and their rows in each table that any source has."""
    schemas = {name: schema for name in names if (schema := shelf.schema(name)) is not None}
    held: dict[str, list[Span]] = {name: [] for name in schemas}
    sizes, some = dict.fromkeys(schemas, 0), []

    def segment() -> dict[str, pa.Table]:
        return {n: _whole(shelf, held[n], schema) for n, schema in schemas.items()}

    for key in keys:
        some.append(key)
        for name in schemas:
            span = shelf.span(key, name)
            if span is not None:
                _append(held[name], span)
                sizes[name] += span[2]
        if max(sizes.values(), default=len(some)) >= ROWS:
            yield some, segment()
            held, some = {name: [] for name in schemas}, []
            sizes = dict.fromkeys(schemas, 0)
    if some:
        yield some, segment()


def _append(spans: list[Span], span: Span) -> None:
    """Add a span; one that goes on where the last ends makes it longer: many small pieces are slow to put together."""
    path, first, n = span
    if spans and spans[-1][0] == path and spans[-1][1] + spans[-1][2] == first:
        spans[-1] = (path, spans[-1][1], spans[-1][2] + n)
    else:
        spans.append(span)


def _whole(shelf: Shelf, spans: list[Span], schema: pa.Schema) -> pa.Table:
    """The rows of these spans, in the schema that all sources agree on."""
    same = []
    for piece in map(shelf.read, spans):
        columns = {f.name: piece[f.name].cast(f.type) for f in schema if f.name in piece.column_names}
        same.append(pa.table(columns, schema=pa.schema([f for f in schema if f.name in columns])))
    if not same:
        return schema.empty_table()
    return pa.concat_tables(same, promote_options="default").select(schema.names).combine_chunks().cast(schema)


def from_frame(frame: pd.DataFrame) -> pa.Table:
    """A frame as a table, words as words."""
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    return table.cast(pa.schema([(f.name, _worded(f.type)) for f in table.schema]))


def write(table: pa.Table, path: Path) -> None:
    """One Parquet file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table.replace_schema_metadata(None), path, compression="zstd")


class Contents:
    """A hash over what tables hold: types, numbers and words, in order; not over how a file stores them."""

    def __init__(self) -> None:
        self._total = hashlib.sha256()

    def add(self, name: str, table: pa.Table) -> None:
        """Another table, or the next rows of one."""
        self._total.update(f"{name}\0{table.num_rows}\0".encode())
        for label in table.column_names:
            column = table[label].combine_chunks()
            if isinstance(column, pa.ChunkedArray):
                column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
            self._total.update(f"{label}\0{column.type}\0".encode())
            if pa.types.is_string(column.type):
                coded = column.dictionary_encode()
                self._total.update("\0".join(map(str, coded.dictionary.to_pylist())).encode())
                column = coded.indices
            values = column.to_numpy(zero_copy_only=False)
            self._total.update(np.ascontiguousarray(values).tobytes())

    @property
    def hash(self) -> str:
        """The hash of all that was added."""
        return self._total.hexdigest()


def headline_names(rows: pd.DataFrame) -> list[str]:
    """The outcomes that are kept as one number of each run."""
    return [name for name in rows.columns if name not in RUNS.names]


def run_table(job: Job, rows: pd.DataFrame, failed: Mapping[str, Mapping[str, Any]]) -> pa.Table:
    """One row for each run of the study, in its order; equal points share the history and so the id."""
    columns: dict[str, list[Any]] = {name: [] for name in RUNS.names}
    seconds = rows["seconds"].to_dict() if len(rows) else {}
    for run in job.runs:
        row = run.row()
        if run.key in seconds:
            row |= {"status": "ok", "seconds": seconds[run.key]}
        else:
            row |= {name: failed[run.key][name] for name in ("status", "message", "seconds", "traceback")}
        for name, value in row.items():
            columns[name].append(value)
    return pa.table(columns, schema=RUNS)
