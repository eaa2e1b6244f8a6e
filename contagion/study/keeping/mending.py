"""Mending: what a results directory says of itself is told anew by what it holds, where the runs themselves are sound.

The manifest and the seal vouch for each other: where one of them is damaged or gone, the digests in the other say whether
the tables and the config are what was written. The next command of the same study then puts all of it together again.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from contagion.config.load import load_study
from contagion.config.study import Study
from contagion.config.written import config_hash, plain
from contagion.core.errors import ConfigError, counted
from contagion.study.keeping import seal
from contagion.study.keeping.identity import identity

CONFIG, NEEDED = "scenario.toml", {"runs.parquet", "headlines.parquet", "parameters.parquet"}


def held(directory: Path, tell: bool = False) -> dict[str, Any] | None:
    """What is known of the finished runs in a directory whose manifest or seal is damaged; None if they are not sound.

    It has what resuming asks of a manifest, but for the version of the model: runs are known by their keys alone.
    """
    try:
        digests, study = _vouched(directory)
        tables = sorted(name for name in digests if name.endswith(".parquet"))
        if not set(tables) >= NEEDED or any(seal.sha256(directory / name) != digests[name] for name in tables):
            return None
        ids = pq.read_table(directory / "headlines.parquet", columns=["run_id"])["run_id"].to_pylist()
        status = pq.read_table(directory / "runs.parquet", columns=["status"])["status"]
        sizes = _segments(directory, tables, len(ids))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError, ConfigError, pa.ArrowException):
        return None
    if sum(sizes) != len(ids):
        return None
    for name in seal.wrong(directory, [seal.MANIFEST]) if tell else ():
        sound = counted(len(ids), "finished run") + (" is" if len(ids) == 1 else " are")
        print(
            f"{directory / name} is damaged or missing; the {sound} sound, and it is made again from what is held.",
            file=sys.stderr,
        )
    return {
        "kind": _kind(directory, tables),
        "name": study.name,
        "title": study.title,
        "identity": identity(study),
        "config": plain(study),
        "replicates": study.replicates,
        "segments": sizes,
        "keys": ids,
        "failed": int(pc.sum(pc.not_equal(status, "ok")).as_py() or 0),
    }


def _vouched(directory: Path) -> tuple[Mapping[str, str], Study]:
    """Digests of the tables, from the seal or else from the manifest, and the study, when it is what was written."""
    sealed = seal.read(directory)
    if sealed is not None and sealed.whole:
        if seal.sha256(directory / CONFIG) != sealed.files[CONFIG]:
            raise ValueError("the config is damaged too")
        return sealed.files, load_study(directory / CONFIG)
    said = json.loads((directory / seal.MANIFEST).read_text(encoding="utf-8"))
    study = load_study(directory / CONFIG)
    if (config_hash(study), identity(study)) != (said["config_hash"], said["identity"]):
        raise ValueError("the config, or what is said of it, is damaged too")
    return {str(name): str(one["sha256"]) for name, one in said["files"].items()}, study


def _segments(directory: Path, tables: list[str], runs: int) -> list[int]:
    """How many runs stand in each file of the tables of histories, which all have the same runs."""
    files = [name for name in tables if name.startswith("timeline/")]
    if not files:
        others = {Path(name).name for name in tables if "/" in name}
        return [runs] if len(others) < 2 else []
    of = (pq.read_table(directory / name, columns=["run_id"])["run_id"] for name in files)
    return [len(pc.unique(ids)) for ids in of]


def _kind(directory: Path, tables: list[str]) -> str:
    """The kind of study, by what only this kind has."""
    if "indices.parquet" in tables:
        return "sensitivity"
    if any(name.startswith("people/") for name in tables):
        return "run"
    return "compare" if pq.read_schema(directory / "parameters.parquet").names == ["point"] else "sweep"
