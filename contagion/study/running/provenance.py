"""Provenance: with which code, packages and machine results were made."""

from __future__ import annotations

import functools
import hashlib
import importlib
import importlib.metadata
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contagion import __version__
from contagion.core.package import source_digest

RNG = "Philox4x32-10 keyed by (seed, process, week, person, other)"
PACKAGES = ("mesa", "networkx", "numba", "numpy", "pandas", "pyarrow", "pydantic", "scipy")
KEPT = 1
"""Raised when something else is kept of the same history: another outcome among the headlines, one measured in another way,
another timeline (see `worker` and `headlines`, which stand above the model). A test holds the number to what is kept."""


def provenance() -> dict[str, Any]:
    """Versions, machine, commit and time, as the manifest holds them."""
    return {
        "rng": RNG,
        "versions": {"contagion": __version__, "python": platform.python_version(), **_packages()},
        "system": {"os": platform.platform(), "cpu": cpu(), "cores": os.cpu_count()},
        "git": git(),
        "model_hash": model_hash(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }


@functools.cache
def _packages() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


@functools.cache
def model_hash(own: tuple[str, ...] = ()) -> str:
    """sha256 of the source that one history depends on, with that of modules of the user's own.

    It is the version of the model in the key of a run, with the number of what is kept of each.
    """
    total = hashlib.sha256(f"{source_digest()}:{KEPT}".encode()).hexdigest()
    for name in own:
        file = getattr(importlib.import_module(name), "__file__", None)
        text = Path(file).read_bytes() if file and Path(file).is_file() else b""
        total = hashlib.sha256(f"{total}:{name}:".encode() + text).hexdigest()
    return total


@functools.cache
def git() -> dict[str, Any] | None:
    """Commit and dirty flag if the package runs from its own checkout, None otherwise."""
    root = Path(__file__).resolve().parents[3]
    if not (root / ".git").exists():
        return None

    def ask(*words: str) -> str:
        run = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, timeout=20, check=True)
        return run.stdout.strip()

    try:
        return {"commit": ask("rev-parse", "HEAD"), "dirty": bool(ask("status", "--porcelain"))}
    except (OSError, subprocess.SubprocessError):
        return None


def cpu() -> str:
    """The processor's model name."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
