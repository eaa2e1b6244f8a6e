"""The store: a results directory is written beside its place and renamed, so that it is never half there."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from contagion.config.layers import GRAPH_FILES
from contagion.config.study import Study
from contagion.config.written import config_hash, plain, to_toml
from contagion.core.errors import ConfigError, Fault
from contagion.model.scenario import Scenario
from contagion.study.running.parts import sha256
from contagion.study.running.provenance import provenance

SCHEMA = 2
"""Form of a results directory; raised when its tables are laid out differently."""


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
    if not directory.is_dir() or not any(directory.iterdir()):
        return
    found = read_manifest(directory)
    if found is None:
        raise refuse("holds something else than results")
    if not force and (found.get("kind"), found.get("identity")) != (kind, key):
        raise refuse(f"holds the results of another study ({found.get('name')})", rule + ", or add --force")


def read_manifest(directory: Path) -> dict[str, Any] | None:
    """The manifest of a results directory, None if it holds none."""
    try:
        found = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and "content_hash" in found else None


def finished(directory: Path, kind: str, key: str, model: str) -> dict[str, Any] | None:
    """The manifest if the directory holds just these results, whole and without failed runs; None otherwise."""
    found = read_manifest(directory)
    if found is None or found.get("schema") != SCHEMA or found.get("failed"):
        return None
    if (found.get("kind"), found.get("config_hash"), found.get("model_hash")) != (kind, key, model):
        return None
    whole = all((directory / n).is_file() and (directory / n).stat().st_size == f["bytes"] for n, f in _files(found))
    return found if whole else None


def damaged(directory: Path, manifest: dict[str, Any]) -> str | None:
    """The first table of a results directory that is no longer what was written, None if all are."""
    for name, said in _files(manifest):
        if not (directory / name).is_file() or sha256(directory / name) != said["sha256"]:
            return name
    return None


def _files(manifest: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return list(manifest.get("files", {}).items())


def files_of(directory: Path) -> dict[str, dict[str, Any]]:
    """Size and digest of every table in a directory, as the manifest holds them."""
    tables = sorted(directory.rglob("*.parquet"))
    return {p.relative_to(directory).as_posix(): {"bytes": p.stat().st_size, "sha256": sha256(p)} for p in tables}


@contextlib.contextmanager
def locked(directory: Path) -> Iterator[Path]:
    """The directory's working folder `DIR.partial`, held by one process at a time."""
    partial = directory.with_name(directory.name + ".partial")
    made = [folder for folder in partial.parents if not folder.exists()]
    try:
        partial.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        problem = f"cannot be made ({error.strerror or type(error).__name__})"
        raise ConfigError(Fault(str(directory), "--out", None, "choose another --out", problem=problem)) from None
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
            if not any(partial.glob("*part-*")):
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
        "config": portable(plain(study)),
        "config_hash": config_hash(study),
        "scenarios": [{"name": n, "title": s.title} for n, s in scenarios.items()],
        "baseline": next(iter(scenarios)),
        "replicates": study.replicates,
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
        try:
            return Path(os.path.relpath(config, base)).as_posix() if base else Path(config).name
        except ValueError:  # there is no way from one drive to another
            return Path(config).as_posix()
    return config


def write_texts(directory: Path, study: Study, said: dict[str, Any], place: Path) -> None:
    """manifest.json and scenario.toml; `place` is where the directory will stand."""
    toml = to_toml(study)
    for value in _graphs(plain(study)):
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
