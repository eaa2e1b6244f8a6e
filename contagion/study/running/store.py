"""The store: a results directory is written beside its place, sealed and renamed, so that it is never half there."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from contagion.config.inputs import inputs_of, with_inputs
from contagion.config.study import Study
from contagion.config.written import config_hash, plain
from contagion.core.errors import ConfigError, Fault
from contagion.model.scenario import Scenario
from contagion.study.keeping import mending, seal, working
from contagion.study.keeping.seal import sha256
from contagion.study.running import inputs
from contagion.study.running.provenance import provenance

SCHEMA = 3
"""Form of a results directory; raised when its tables are laid out differently."""

READ = (seal.FIRST, SCHEMA)
"""Forms of a results directory that can be read."""


def slug(name: str) -> str:
    """A name as part of a file's name: letters, digits, dashes and underscores only."""
    return re.sub(r"[^A-Za-z0-9_]+", "-", name).strip("-")[:60].lower() or "study"


def default_directory(study: Study, key: str) -> Path:
    """results/NAME-HASH under the working directory."""
    return Path("results") / f"{slug(study.name)}-{key[:8]}"


def check_out(directory: Path, kind: str, key: str, force: bool = False) -> None:
    """Refuse to write over anything but results of the same study (or, when forced, other results)."""
    rule = "choose another --out, or take it away first"

    def refuse(problem: str, rule: str = rule) -> ConfigError:
        return ConfigError(Fault(str(directory), "--out", None, rule, problem=problem))

    if directory.exists() and not directory.is_dir():
        raise refuse("is a file, not a directory")
    if directory.is_mount():
        raise refuse("is a mount point, which cannot be replaced by a finished directory", "name a folder inside it")
    standing = next(p for p in (directory, *directory.absolute().parents) if p.exists())
    for place in {standing, standing if standing != directory else directory.absolute().parent}:
        if not os.access(place, os.W_OK | os.X_OK):
            raise refuse(f"cannot be written: {place} is read-only", "choose another --out")
    working.refuse_another(working.found(directory), {"kind": kind, "identity": key}, force)
    if not directory.is_dir() or not any(directory.iterdir()):
        return
    if working.marked(directory) is not None:
        raise refuse("is the working folder of another directory")
    try:
        found = read_or_mend(directory)
    except seal.Damaged:
        if force:
            return
        raise
    if found is None:
        raise refuse("holds something else than results")
    if not force and (found.get("kind"), found.get("identity")) != (kind, key):
        raise refuse(f"holds the results of another study ({found.get('name')})", rule + ", or add --force")


def read_manifest(directory: Path) -> dict[str, Any] | None:
    """The manifest of a results directory, None if it holds none; Damaged if it is not what was written."""
    try:
        found = json.loads((directory / seal.MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        found = None
    ours = isinstance(found, dict) and "content_hash" in found
    sealed = seal.read(directory)
    vouched = sealed is not None and seal.MANIFEST in sealed.files
    if not vouched and (not ours or (sealed is None and found.get("schema", seal.FIRST) == seal.FIRST)):
        return found if ours else None
    # A seal that is damaged elsewhere still vouches for the manifest.
    name = seal.MANIFEST if vouched else seal.NAME
    told = seal.wrong(directory, [name])
    problem = told.get(name)
    if problem and seal.NAME in told:  # what vouches for the rest is damaged itself
        name, problem = seal.NAME, told[seal.NAME]
        problem = f"{problem.partition(':')[0].partition(',')[0]}, so nothing here can be checked"
    if problem:
        raise seal.Damaged(seal.fault(directory, name, problem))
    return found if ours else None


def read_or_mend(directory: Path, tell: bool = False) -> dict[str, Any] | None:
    """The manifest, or what the sound runs of a directory say in the place of one that is damaged (`keys` are then their
    keys); Damaged if they are not sound either."""
    try:
        return read_manifest(directory)
    except seal.Damaged as damaged:
        found = mending.held(directory, tell)
        if found is None:
            whole = "choose another --out, or add --force to run all of it again"
            raise seal.Damaged([replace(fault, allowed=whole) for fault in damaged.faults]) from None
        return found


def finished(directory: Path, kind: str, key: str, model: str) -> dict[str, Any] | None:
    """The manifest if the directory holds just these results, whole and without failed runs; None otherwise."""
    found = read_or_mend(directory)
    if found is None or found.get("schema") != SCHEMA or found.get("failed"):
        return None
    if (found.get("kind"), found.get("config_hash"), found.get("model_hash")) != (kind, key, model):
        return None
    return None if seal.wrong(directory) else found


def files_of(directory: Path) -> dict[str, dict[str, Any]]:
    """Size and digest of every table in a directory, as the manifest holds them."""
    tables = sorted(directory.rglob("*.parquet"))
    return {p.relative_to(directory).as_posix(): {"bytes": p.stat().st_size, "sha256": sha256(p)} for p in tables}


def settle(directory: Path, folder: Path, fill: Callable[[Path], None]) -> None:
    """Fill a new directory in the working folder, seal it and put it in its place; nothing half is ever there.

    What the user keeps in the directory that stood there is kept in the new one.
    """
    beside = folder / working.NEW
    shutil.rmtree(beside, ignore_errors=True)
    try:
        beside.mkdir(parents=True)
        fill(beside)
        seal.seal(beside)
        working.exchange(directory, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def manifest(
    study: Study, scenarios: Mapping[str, Scenario], kind: str, seeds: Sequence[int], **more: Any
) -> dict[str, Any]:
    """What a results directory says of itself: what was asked, with what it was run, how to run it again."""
    return {
        "schema": SCHEMA,
        "kind": kind,
        "name": study.name,
        "title": study.title,
        "description": study.base.description,
        "question": study.question,
        "funding": study.funding,
        "config": portable(study),
        "config_hash": config_hash(study),
        "scenarios": [{"name": n, "title": s.title} for n, s in scenarios.items()],
        "baseline": next(iter(scenarios)),
        "replicates": study.replicates,
        "seeds": list(seeds),
        "coverage": "10th to 90th percentile of the replicates",
        **provenance(),
        **more,
    }


def write_texts(directory: Path, study: Study, said: dict[str, Any]) -> None:
    """manifest.json, scenario.toml and the inputs, and the seal of all that stands there."""
    import tomli_w

    inputs.placed(study, directory)
    (directory / "scenario.toml").write_text(tomli_w.dumps(portable(study)), encoding="utf-8")
    text = json.dumps(said, indent=2, ensure_ascii=False, default=str)
    (directory / "manifest.json").write_text(text + "\n", encoding="utf-8")
    seal.seal(directory, {name: one["sha256"] for name, one in said.get("files", {}).items()})


def portable(study: Study) -> dict[str, Any]:
    """The config with its inputs named from the results directory, which holds them."""
    tables = plain(study)
    found: dict[str, Any] = with_inputs(tables, {path: inputs.portable(path) for path in inputs_of(tables)})
    return found
