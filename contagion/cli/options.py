"""Options that several commands share, and settings as they are written on the command line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from contagion.core.errors import ConfigError, Fault

Config = Annotated[str, typer.Argument(metavar="CONFIG", help="A TOML file, or the name of a shipped config.")]
Out = Annotated[Path | None, typer.Option("--out", help="Directory for the results [results/NAME-HASH].")]
Set = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Override a setting; may be repeated.")
]
Study = Annotated[str, typer.Argument(metavar="STUDY", help="A TOML file, or the name of a shipped config.")]
Replicates = Annotated[
    int | None, typer.Option("--replicates", help="Seeds that everything is lived through with [study.replicates].")
]
Workers = Annotated[int | None, typer.Option("--workers", help="Processes [all cores].")]
Cluster = Annotated[
    str | None, typer.Option("--cluster", metavar="ADDRESS", help="A dask scheduler, for instance tcp://HOST:8786.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say how many runs, how long and how much disk.")]
MaxFailures = Annotated[
    int | None, typer.Option("--max-failures", min=0, help="Stop when more runs than this have failed [never].")
]
Force = Annotated[bool, typer.Option("--force", help="Run again, and replace other results in --out.")]


def settings(changes: list[str] | None, flag: str = "--set") -> dict[str, Any]:
    """`key=value` settings as overrides; values in TOML, bare words as texts."""
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    for change in changes or []:
        key, equals, written = change.partition("=")
        key, written = key.strip(), written.strip()
        try:
            table = tomllib.loads(f"value = {written}")
            if not equals or not key or len(table) != 1:
                raise ValueError
            found[key] = table["value"]
        except (ValueError, RecursionError):
            if equals and key and re.fullmatch(r"[A-Za-z_~./\\][\w ./\\~:-]*", written):
                found[key] = written
            else:
                example = "stable=20" if flag == "--precision" else "city.population=2000"
                rule = f"write {flag} key=value, texts in quotes, for instance {example}"
                faults.append(Fault("override", flag, change, rule))
    if faults:
        raise ConfigError(faults)
    return found
