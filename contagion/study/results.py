"""Results read back: a directory that run or compare wrote, its tables loaded when first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from contagion.faults import ConfigError, Fault
from contagion.study.digest import content_hash, digests
from contagion.study.store import SCHEMA, TABLES, read_manifest


@dataclass(frozen=True)
class Results:
    """A results directory, its tables read when first asked for."""

    directory: Path
    manifest: dict[str, Any]

    @property
    def scenarios(self) -> list[str]:
        """Names of the scenarios in the order of the study."""
        return [s["name"] for s in self.manifest["scenarios"]]

    @property
    def titles(self) -> dict[str, str]:
        """Title of each scenario."""
        return {s["name"]: s["title"] for s in self.manifest["scenarios"]}

    @property
    def baseline(self) -> str:
        """The scenario that the others are compared with."""
        return str(self.manifest["baseline"])

    def _table(self, name: str) -> pd.DataFrame:
        path = self.directory / f"{name}.parquet"
        return pd.read_parquet(path) if path.exists() else pd.DataFrame()

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Weekly measures: scenario, replicate, week and a column each."""
        return self._table("outcomes")

    @cached_property
    def events(self) -> pd.DataFrame:
        """The event log of every history."""
        return self._table("events")

    @cached_property
    def groups(self) -> pd.DataFrame:
        """Measures by neighbourhood, substance, sex and age band."""
        return self._table("groups")

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """Places, people waiting and money of each intervention."""
        return self._table("ledger")

    @cached_property
    def people(self) -> pd.DataFrame:
        """Everyone at the end of a single history (empty for a comparison)."""
        return self._table("people")

    def intact(self) -> bool:
        """Whether the tables still hold what the manifest says they held."""
        found = [d for name in TABLES for d in digests(name, self._table(name))]
        return content_hash(found) == str(self.manifest["content_hash"])


def open_results(directory: str | Path) -> Results:
    """Open a results directory; ConfigError if it is none."""
    path = Path(directory)
    said = read_manifest(path)
    if said is None:
        problem = "holds no results" if path.is_dir() else "there is no such directory"
        raise ConfigError(Fault(str(directory), "", None, "give a directory that run or compare wrote", None, problem))
    if said.get("schema") != SCHEMA:
        problem = f"was written in form {said.get('schema')} of the store, and this version reads form {SCHEMA}"
        raise ConfigError(Fault(str(directory), "", None, "run the study again", None, problem))
    return Results(path, said)
