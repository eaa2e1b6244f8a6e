"""Commands on results that are stored: build their report, check them, and run them again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from contagion.cli.options import Force, Out, Workers
from contagion.core.errors import ConfigError, Fault

Stored = Annotated[Path, typer.Argument(metavar="DIR", help="A directory that contagion wrote.")]


def report(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A directory of a comparison, sweep or analysis.")],
    formats: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="html, word, pdf, spreadsheet or all.")
    ] = "html",
    template: Annotated[
        Path | None, typer.Option("--template", metavar="FOLDER", help="A council's logo and wording [docs/report.md].")
    ] = None,
) -> None:
    """Build the report of a study again from what is stored; its path is the last line."""
    from contagion.study.results import open_results

    kind = open_results(directory).manifest.get("kind")
    if kind == "run":
        problem, rule = "holds one history, and a page needs a study", "give a directory that a study wrote"
        raise ConfigError(Fault(str(directory), "", None, rule, None, problem))
    from contagion.report.page import write_report

    for path in write_report(directory, formats, template=template):
        print(path)


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
