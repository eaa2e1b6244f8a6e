"""The store: a results directory is written beside its place and renamed, so that it is never half there."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from contagion.configuration import plain, to_toml
from contagion.faults import ConfigError, Fault
from contagion.layers import GRAPH_FILES
from contagion.scenario import Scenario
from contagion.study.provenance import provenance

SCHEMA = 1
TABLES = ("outcomes", "events", "groups", "ledger")
"""Tables of every results directory; a single history has `people` too."""


def slug(name: str) -> str:
    """A name as part of a file's name: letters, digits, dashes and underscores only."""
    return re.sub(r"[^A-Za-z0-9_]+", "-", name).strip("-")[:60].lower() or "study"


def default_directory(scenario: Scenario, key: str) -> Path:
    """results/NAME-HASH under the working directory."""
    return Path("results") / f"{slug(scenario.name)}-{key[:8]}"


def check_out(directory: Path, kind: str, key: str, force: bool = False) -> None:
    """Refuse to write over anything but results of the same study (or, when forced, other results)."""
    rule = "choose another --out, or take it away first"
    if directory.exists() and not directory.is_dir():
        raise ConfigError(Fault(str(directory), "--out", None, rule, problem="is a file, not a directory"))
    if not directory.is_dir() or not any(directory.iterdir()):
        return
    found = read_manifest(directory)
    if found is None:
        raise ConfigError(Fault(str(directory), "--out", None, rule, problem="holds something else than results"))
    if not force and (found.get("kind"), found.get("config_hash")) != (kind, key):
        problem = f"holds the results of another study ({found.get('name')})"
        raise ConfigError(Fault(str(directory), "--out", None, rule + ", or add --force", problem=problem))


def read_manifest(directory: Path) -> dict[str, Any] | None:
    """The manifest of a results directory, None if it holds none."""
    try:
        found = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and "content_hash" in found else None


def finished(directory: Path, kind: str, key: str, code: str, replicates: int) -> bool:
    """Whether the directory already holds just these results, whole."""
    found = read_manifest(directory)
    if found is None or found.get("schema") != SCHEMA:
        return False
    wanted = (kind, key, code, replicates)
    if (
        found.get("kind"),
        found.get("config_hash"),
        found.get("code_hash"),
        found.get("replicates"),
    ) != wanted:
        return False
    try:
        return all(
            pq.read_metadata(directory / f"{name}.parquet").num_rows == rows
            for name, rows in found.get("tables", {}).items()
        )
    except (OSError, pa.ArrowInvalid):
        return False


@contextlib.contextmanager
def locked(directory: Path) -> Iterator[Path]:
    """The directory's working folder `DIR.partial`, held by one process at a time."""
    partial = directory.with_name(directory.name + ".partial")
    made = [folder for folder in partial.parents if not folder.exists()]
    partial.mkdir(parents=True, exist_ok=True)
    with open(partial / "lock", "a+b") as lock:
        try:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:  # no such locks here
            pass
        except OSError as error:
            raise RuntimeError(
                f"another process is writing {directory}; wait for it or choose another --out"
            ) from error
        try:
            yield partial
        finally:
            if not any(partial.glob("replicate-*")):
                shutil.rmtree(partial, ignore_errors=True)
                with contextlib.suppress(OSError):
                    for folder in made:  # from the inside out, as far as they are empty
                        folder.rmdir()


def settle(directory: Path, fill: Callable[[Path], None]) -> None:
    """Fill a new directory beside the place and rename it there; whatever happens, nothing half is left."""
    beside = directory.with_name(directory.name + ".writing")
    old = directory.with_name(directory.name + ".old")
    directory.parent.mkdir(parents=True, exist_ok=True)
    if old.exists() and not directory.exists():  # a writer was killed between its two renames
        old.rename(directory)
    shutil.rmtree(beside, ignore_errors=True)
    try:
        beside.mkdir()
        fill(beside)
        if directory.exists():
            shutil.rmtree(old, ignore_errors=True)
            directory.rename(old)
        beside.rename(directory)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        if old.exists() and not directory.exists():
            old.rename(directory)
        shutil.rmtree(old, ignore_errors=True)


def write_table(table: pd.DataFrame | pa.Table, path: Path) -> None:
    """One Parquet file, whole when it appears."""
    beside = path.with_suffix(".writing")
    whole = table if isinstance(table, pa.Table) else pa.Table.from_pandas(table, preserve_index=False)
    pq.write_table(whole.replace_schema_metadata(None), beside, compression="zstd")
    os.replace(beside, path)


def gather(parts: Sequence[Path], path: Path) -> int:
    """Write the same table of all parts as one Parquet file, a row group each; the number of rows."""
    schemas = [pq.read_schema(part) for part in parts]
    whole = pa.unify_schemas(schemas, promote_options="permissive").remove_metadata()
    rows = 0
    with pq.ParquetWriter(path, whole, compression="zstd") as writer:
        for part in parts:
            table = pq.read_table(part).select(whole.names).cast(whole)
            writer.write_table(table)
            rows += table.num_rows
    return rows


def manifest(
    scenario: Scenario, scenarios: dict[str, Scenario], kind: str, key: str, seeds: Sequence[int], **more: Any
) -> dict[str, Any]:
    """What a results directory says of itself: what was asked, with what it was run, how to run it again."""
    return {
        "schema": SCHEMA,
        "kind": kind,
        "name": scenario.name,
        "title": scenario.title,
        "description": scenario.description,
        "question": scenario.study.question,
        "config": portable(plain(scenario)),
        "config_hash": key,
        "scenarios": [{"name": n, "title": s.title} for n, s in scenarios.items()],
        "baseline": next(iter(scenarios)),
        "replicates": len(seeds),
        "seeds": list(seeds),
        "coverage": "10th to 90th percentile of the replicates",
        **provenance(),
        **more,
    }


def portable(config: Any, base: Path | None = None) -> Any:
    """The config with graph files named without the machine's folders (relative to `base` if given)."""
    if isinstance(config, dict):
        return {k: portable(v, base) for k, v in config.items()}
    if isinstance(config, str) and config.lower().endswith(GRAPH_FILES) and os.path.isabs(config):
        return Path(os.path.relpath(config, base)).as_posix() if base else Path(config).name
    return config


def write_texts(directory: Path, scenario: Scenario, said: dict[str, Any], place: Path) -> None:
    """manifest.json and scenario.toml; `place` is where the directory will stand."""
    toml = to_toml(scenario)
    for value in _graphs(plain(scenario)):
        toml = toml.replace(json.dumps(value), json.dumps(portable(value, place.resolve())))
    (directory / "scenario.toml").write_text(toml, encoding="utf-8")
    text = json.dumps(said, indent=2, ensure_ascii=False, default=str)
    (directory / "manifest.json").write_text(text + "\n", encoding="utf-8")


def _graphs(config: Any) -> Iterator[str]:
    for value in config.values() if isinstance(config, dict) else ():
        if isinstance(value, dict):
            yield from _graphs(value)
        elif isinstance(value, str) and value.lower().endswith(GRAPH_FILES):
            yield value
