"""Resuming: which study is asked for, where its results go, and how it grows by what is stored there already."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contagion.config import load
from contagion.config.paths import place_for_results
from contagion.config.stated import warned
from contagion.config.study import Several, Study
from contagion.core.chance import is_whole
from contagion.core.errors import ConfigError, Fault
from contagion.model.scenario import Scenario
from contagion.study.keeping import working
from contagion.study.keeping.identity import NESTED, identity
from contagion.study.running import store

__all__ = ["check_workers", "identity", "place", "read", "with_stored"]


def read(study: Study | Scenario | Several | str | Path, replicates: int | None, overrides: Mapping[str, Any]) -> Study:
    """The study with its overrides, checked, as it is lived."""
    more = {"study.replicates": replicates} if replicates is not None else {}
    return warned(load.load_study(study, **dict(overrides) | more))


def check_workers(workers: int | None) -> None:
    """ConfigError unless it is a number of workers."""
    if workers is not None and (not is_whole(workers) or workers < 1):
        raise ConfigError(Fault("override", "--workers", workers, "it must be a whole number of at least 1"))


def place(study: Study, out: str | Path | None, kind: str = "compare") -> Path:
    """Where the results go: `out`, or results/NAME-HASH; ConfigError if they cannot stand there.

    What a process that was killed there left is put right first.
    """
    if out is None:
        of = identity(study) if kind == "compare" else hashlib.sha256(f"{kind}:{identity(study)}".encode()).hexdigest()
        out = store.default_directory(study, of)
    directory = place_for_results(out)
    working.recovered(directory)
    return directory


def with_stored(study: Study, directory: Path, force: bool = False) -> Study:
    """The study with as many replicates and base rows as its directory stores, if those are more: none is thrown away.

    What is run again on purpose (`force`) is run as it is asked for.
    """
    said = None if force else store.read_or_mend(directory)
    if said is None or said.get("identity") != identity(study):
        return study
    then, replicates = said["config"], max(study.replicates, said["replicates"])
    sweep, asked = study.sweep, study.sensitivity
    if said.get("kind") == "sweep" and sweep.design in NESTED:
        sweep = sweep.model_copy(update={"points": max(sweep.points, then["sweep"]["points"])})
    if said.get("kind") == "sensitivity" and asked.method in NESTED:
        held = asked.model_copy(update={"samples": then["sensitivity"]["samples"]})
        asked = held if held.size > asked.size else asked
    return study.model_copy(update={"replicates": replicates, "sweep": sweep, "sensitivity": asked})
