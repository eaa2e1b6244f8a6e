"""How a page came about, from the manifest: the footer of every page, and how to get the same results again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contagion.report.wording import counted, listed

MOST_SEEDS = 12

UNKNOWN = "not recorded"


def footer(manifest: Mapping[str, Any], sizes: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Name and text of each item; `sizes` are the items that say how much was run."""
    hashes = {"Config hash": "config_hash", "Content hash of results": "content_hash", "Model hash": "model_hash"}
    seconds, workers = float(manifest.get("wall_seconds") or 0), int(manifest.get("workers") or 1)
    rows = {
        "Model version": str((manifest.get("versions") or {}).get("contagion") or manifest.get("version") or UNKNOWN),
        "Code": commit(manifest),
        **{name: str(manifest.get(key, UNKNOWN)) for name, key in hashes.items()},
        "Seeds": seeds(manifest),
        **sizes,
        "Created (UTC)": str(manifest.get("created", UNKNOWN)),
        "Running time": f"{seconds / 60:.1f} minutes with {counted(workers, 'worker')}",
        "Random numbers": str(manifest.get("rng", UNKNOWN)),
        "Software": software(manifest),
        "Machine": machine(manifest),
        "Funding and interests": str(manifest.get("funding") or "none stated in the study file"),
    }
    return tuple(rows.items())


def reproduce(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Steps that give the same results again."""
    git = manifest.get("git") or {}
    changed = " (the results came from files changed since then, so they may differ)" if git.get("dirty") else ""
    commit = git.get("commit")
    return (
        f"Check out commit {commit}{changed}." if commit else "Install the model version named above.",
        f"Run: contagion {manifest['kind']} scenario.toml, with the file stored beside this page.",
        "The content hash of the new results should match the one above.",
        "To build only this page again from stored results, run: contagion report DIRECTORY.",
    )


def seeds(manifest: Mapping[str, Any]) -> str:
    """Seeds of the replicates: a range where they follow each other; many are cut."""
    each = list(manifest.get("seeds") or [])
    if not each:
        return UNKNOWN
    if len(each) > 2 and each == list(range(int(each[0]), int(each[0]) + len(each))):
        return f"{each[0]} to {each[-1]}"
    if len(each) > MOST_SEEDS:
        return f"{', '.join(map(str, each[:MOST_SEEDS]))} and {len(each) - MOST_SEEDS:,} more in manifest.json"
    return listed([str(seed) for seed in each])


def commit(manifest: Mapping[str, Any]) -> str:
    """The version of the code."""
    git = manifest.get("git")
    if not git:
        return "Git commit not recorded."
    dirty = ", with uncommitted changes" if git.get("dirty") else ""
    return f"Git commit {git.get('commit', 'unknown')}{dirty}."


def software(manifest: Mapping[str, Any]) -> str:
    """Names and versions of the software that was used."""
    return ", ".join(f"{name} {version}" for name, version in (manifest.get("versions") or {}).items()) or UNKNOWN


def machine(manifest: Mapping[str, Any]) -> str:
    """The machine that the runs were made on."""
    system = manifest.get("system") or {}
    cores = f", {system['cores']} cores" if system.get("cores") else ""
    return f"{system.get('os', 'Not recorded')}; {system.get('cpu', 'processor not recorded')}{cores}."
