"""What the tests of sweeps share: a tiny study, its tables, and what is kept of one that goes on."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

TINY = """
name = "tiny"
title = "A tiny sweep"

[city]
population = 300

[time]
years = 0.25

[study]
question = "Do friends matter?"
replicates = 3
seed = 5
outcomes = ["stable", "starts"]

[sweep]
design = "grid"
keep = ["timeline", "events"]

[factors."starting.friend"]
values = [0.0, 0.1, 0.2]

[factors."stigma.contact"]
values = [0.0, 0.05]
"""


def tables(directory: Path) -> dict[str, bytes]:
    """Every table's bytes; of the run table all but the seconds, which no two runs share."""
    found = {p.relative_to(directory).as_posix(): p.read_bytes() for p in sorted(directory.rglob("*.parquet"))}
    runs = pd.read_parquet(directory / "runs.parquet").drop(columns="seconds")
    found["runs.parquet"] = runs.to_csv(index=False).encode()
    return found


def parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.partial/part-*"))


def until(true: Callable[[], bool], seconds: float = 90) -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, "it did not come to that"
        time.sleep(0.005)


def recorded(folder: Path) -> dict[str, list[str]]:
    """Keys of the finished runs in each part."""
    found = {}
    for part in parts(folder):
        try:
            found[part.name] = pd.read_parquet(part / "runs.parquet")["run_id"].tolist()
        except OSError:
            continue
    return found
