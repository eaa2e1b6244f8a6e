"""The commands `contagion place new`, `list` and `check`: a council's own place."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from contagion.cli.exits import guarded
from contagion.cli.options import Set, settings

MEANT = "A council's own place: begin one, check one."

place = typer.Typer(
    name="place", help=MEANT, short_help=MEANT,
    no_args_is_help=True, rich_markup_mode=None,
)  # fmt: skip


@place.command()
@guarded
def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The TOML file to begin; it must not be there.")],
) -> None:
    """Write a commented file to begin with."""
    from contagion.place.starter import begin

    print(begin(file))


@place.command("list")
@guarded
def shipped() -> None:
    """The places that come with the package, each a config by its name."""
    from contagion.place.starter import shipped_places

    for name in shipped_places():
        print(name)


@place.command()
@guarded
def check(
    study: Annotated[str, typer.Argument(metavar="STUDY", help="A TOML file with a [place], or a shipped one's name.")],
    seeds: Annotated[int, typer.Option("--seeds", min=2, max=1000, help="Cities to live ten years of.")] = 4,
    changes: Set = None,
) -> None:
    """What the model makes of a place, and what the city holds of it after one and ten years without intervention."""
    from contagion.config.load import load_study
    from contagion.place.held import held, in_words
    from contagion.place.written_in import in_words as conversions

    read = load_study(study, **settings(changes))
    found = held(read, seeds, lambda said: print(said, file=sys.stderr))
    print(conversions(read.place) + "\n\n" + in_words(found, read.place))
