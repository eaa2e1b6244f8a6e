"""The command `contagion trial`: published trials lived inside the city."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from contagion.cli.options import Set, Workers, settings


def trial(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A trial, or all of them: all.")],
    config: Annotated[
        str, typer.Option("--config", metavar="CONFIG", help="The city: a TOML file, or a shipped config.")
    ] = "baseline",
    seeds: Annotated[int | None, typer.Option("--seeds", help="Seeds that each trial is lived under [12].")] = None,
    population: Annotated[
        int | None, typer.Option("--population", help="People in the city [city.population].")
    ] = None,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="FILE", help="Also write the findings, as Markdown.")
    ] = None,
    workers: Workers = None,
    changes: Set = None,
) -> None:
    """Live published trials inside the city and say where the model agrees: misses first."""
    from contagion.config.paths import expanded
    from contagion.trials.conduct import conduct
    from contagion.trials.written import place
    from contagion.trials.written import write as written

    if write is not None:
        write = expanded(write)
        place(write)
    more = {} if population is None else {"city.population": population}
    found = conduct(name, config, seeds, settings(changes) | more, lambda said: print(said, file=sys.stderr), workers)
    print(found)
    if write is not None:
        print(written(found, write))
