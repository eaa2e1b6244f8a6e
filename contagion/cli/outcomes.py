"""The command `contagion outcomes`: cascades, survival, the five questions and equity of a history that is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from contagion.core.errors import ConfigError, Fault
from contagion.model.derived import Derived


class Kept(Derived):
    """A history as its directory keeps it, with the tables that an Outcomes has."""

    def __init__(self, found: Any) -> None:
        self.timeline = found.timeline.set_index("week")
        self.events, self.groups, self.people = found.events, found.groups, found.people.set_index("uid")


def outcomes(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A directory that `contagion run` wrote.")],
    write: Annotated[
        Path | None, typer.Option("--write", metavar="FOLDER", help="Also write tables and figures into a new folder.")
    ] = None,
) -> None:
    """Say what became of people in one history: the five questions, survival, cascades, and equity."""
    from contagion.cli.text import table
    from contagion.config.paths import place_for_results
    from contagion.report.figures import NoFigure, lives
    from contagion.study.analysis.equity import FEWEST
    from contagion.study.results import open_results

    found = open_results(directory)
    if found.manifest.get("kind") != "run":
        rule = "give a directory that `contagion run` wrote"
        raise ConfigError(Fault(str(directory), "", None, rule, None, "holds no single history"))
    write = None if write is None else place_for_results(write, "--write")
    if write is not None and write.exists():
        raise ConfigError(Fault("", "--write", str(write), "a folder that is not there yet", None, "exists already"))
    history = Kept(found)
    asked = history.five_questions()
    rows = [(one.noun, f"{one.today:,.3g}", f"{one.end:,.3g}", one.unit) for one in asked.itertuples()]
    print(table(("The five questions", "today", "at the end", "unit"), rows))
    print(f"\n{history.cascades()}\n")
    tables = {"five_questions": asked, "equity": history.equity(FEWEST)}
    figures = {}
    for until in ("relapse", "stable"):
        try:
            curve = history.survival(until=until)
        except ValueError as none:
            print(none)
            break
        print(f"{curve}\n")
        tables[f"survival_{until}"], figures[f"survival_{until}"] = curve.curves, curve.plot()
    print(f"Values of fewer than {FEWEST} people are withheld in the table of equity.")
    try:
        figures["cascades"] = history.cascades().draw()
        tables["cascades"] = figures["cascades"].data
    except NoFigure as none:
        print(none)
    if write is not None:
        figures["equity"] = lives.equity_panels(tables["equity"], ["active", "stable", "hope", "homes_share", "deaths"])
        write.mkdir(parents=True)
        for name, frame in tables.items():
            frame.to_csv(write / f"{name}.csv", index=False, float_format="%.6g")
        for name, figure in figures.items():
            figure.save(write / f"{name}.svg")
        print(write)
