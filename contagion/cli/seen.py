"""The command `contagion app`: Mesa's own page over a city, served on this machine alone."""

from __future__ import annotations

from typing import Annotated

import typer


def seen(
    config: Annotated[str, typer.Argument(metavar="CONFIG", help="A TOML file, or a shipped config.")] = "demo",
    seed: Annotated[int, typer.Option("--seed", min=0, max=2**63 - 1, help="Seed of the history.")] = 1,
    port: Annotated[int, typer.Option("--port", min=1024, max=65535, help="Port on this machine.")] = 8765,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open it in a browser.")] = True,
) -> None:
    """Show a city in Mesa's own page, with sliders, until it is stopped; nobody else can reach it."""
    from contagion.exploring.page import serve

    raise SystemExit(serve(config, seed, port, browser))
