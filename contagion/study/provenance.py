"""Provenance: with which code, packages and machine results were made."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import contagion

RNG = "Philox4x32-10 keyed by (seed, process, week, person, other)"
PACKAGES = ("mesa", "networkx", "numba", "numpy", "pandas", "pyarrow", "pydantic", "scipy")
NO_PART = ("report", "cli.py", "explain.py", "front.py")
"""Parts of the package that results do not depend on."""


def provenance() -> dict[str, Any]:
    """Versions, machine, commit and time, as the manifest holds them."""
    return {
        "rng": RNG,
        "versions": {"contagion": contagion.__version__, "python": platform.python_version(), **_packages()},
        "system": {"os": platform.platform(), "cpu": cpu(), "cores": os.cpu_count()},
        "git": git(),
        "code_hash": code_hash(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _packages() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


@functools.cache
def code_hash() -> str:
    """sha256 of the package's source that results depend on."""
    here, total = Path(__file__).resolve().parents[1], hashlib.sha256()
    for file in sorted(here.rglob("*.py")):
        place = file.relative_to(here)
        if place.parts[0] not in NO_PART:
            total.update(f"{place.as_posix()}\0".encode() + file.read_bytes())
    return total.hexdigest()


@functools.cache
def git() -> dict[str, Any] | None:
    """Commit and dirty flag if the package runs from its own checkout, None otherwise."""
    root = Path(__file__).resolve().parents[2]
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
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
