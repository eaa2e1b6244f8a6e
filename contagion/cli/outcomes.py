"""The command `contagion outcomes`: cascades, survival, the five questions and equity of a history that is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from contagion.core.errors import ConfigError, Fault, counted
from contagion.model.derived import Derived

if TYPE_CHECKING:
    import pandas as pd

    from contagion.study.analysis.cascades import Cascades

MOST = 5
"""Bridging people who are named."""


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
    cascades = history.cascades()
    print(f"\n{cascades}\n{_people_in(cascades, history.people)}\n")
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
        figures["cascades"] = cascades.draw()
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


def _people_in(cascades: Cascades, people: pd.DataFrame) -> str:
    """The weak ties' share of all credit, who inspired most starts elsewhere, and what followed from champions."""
    lines = [f"  over weak ties: {cascades.by_channel.get('weak', 0.0):.0%} of all credit"]
    most = ", ".join(f"person {uid} ({counted(many, 'start')})" for uid, many in cascades.bridges[:MOST])
    lines.append(f"  bridges, by starts inspired in other neighbourhoods: {most or 'none'}")
    champions = people.index[people["champion"] == 1].to_numpy()
    mean, low, high = cascades.following(champions)
    said = f"{mean:.2f} starts (95 % interval {low:.2f} to {high:.2f})" if champions.size else "there are none"
    lines.append(f"  followed from each of the {champions.size:,} champions at the end: {said}")
    return "\n".join(lines)
