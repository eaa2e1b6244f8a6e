"""Commands on results that are stored: check them, and run them again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from contagion.cli.options import Force, Out, Workers

Stored = Annotated[Path, typer.Argument(metavar="DIR", help="A directory that contagion wrote.")]


def verify(
    directory: Stored,
    sample: Annotated[int, typer.Option("--sample", min=0, help="Runs to recompute, drawn by chance.")] = 3,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Draw the same runs again [by chance].")] = None,
) -> None:
    """Check the digest of every stored file and recompute some of the runs."""
    from contagion.api import verify as checked

    print(checked(directory, sample, seed))


def rerun(directory: Stored, workers: Workers = None, out: Out = None, force: Force = False) -> None:
    """Run stored results again from their directory alone; the new directory is the last line."""
    from contagion.api import rerun as again
    from contagion.study.results import open_results

    made = open_results(directory).manifest
    alone = made["kind"] == "run"
    found, same = again(directory, out, force=force, **({} if alone else {"workers": workers}))
    if same:
        print(f"The same numbers: content hash {made['content_hash'][:16]}.")
        print(found)
        return
    print("Other numbers than those stored: " + why(made), flush=True)
    print(found)
    raise SystemExit(1)


def why(made: dict[str, object]) -> str:
    """What may have changed since results were made, in a sentence."""
    from contagion.study.running.provenance import provenance

    now = provenance()
    if made.get("model_hash") != now["model_hash"]:
        return "they were made by another version of the model, which the manifest names."
    held = made.get("versions")
    changed = [k for k, v in now["versions"].items() if isinstance(held, dict) and held.get(k) != v]
    return (
        f"they were made with other versions of {', '.join(changed)}."
        if changed
        else "on another kind of machine, perhaps."
    )
