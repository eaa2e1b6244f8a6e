"""The command `contagion budget`: what mix of a study's options does most within a budget, and how sure that is."""

from __future__ import annotations

from typing import Annotated

import typer

from contagion.cli.options import Force, Out, Set, Study, Workers, settings
from contagion.core.errors import plainly


def budget(
    study: Study,
    budgets: Annotated[
        list[float], typer.Option("--budget", metavar="GBP", help="What may be spent a year; may be repeated.")
    ],
    payer: Annotated[
        list[str] | None,
        typer.Option("--payer", metavar="NAME=GBP", help="What one payer may spend a year; may be repeated."),
    ] = None,
    outcome: Annotated[str, typer.Option("--outcome", help="Headline outcome of which most is wanted.")] = "stable",
    option: Annotated[
        list[str] | None,
        typer.Option("--option", metavar="SCENARIO", help="Mix these scenarios only [all that change interventions]."),
    ] = None,
    size: Annotated[
        list[float] | None, typer.Option("--size", help="Sizes at which options are tried [0.5 and 1].")
    ] = None,
    screen: Annotated[int, typer.Option("--screen", help="Seeds of each option alone.")] = 6,
    each: Annotated[int, typer.Option("--each", help="Seeds of a round of mixes.")] = 10,
    most: Annotated[int, typer.Option("--most", help="Seeds of a mix at most.")] = 30,
    mixes: Annotated[int, typer.Option("--mixes", help="Mixes that are run for each budget.")] = 7,
    workers: Workers = None,
    out: Out = None,
    changes: Set = None,
    force: Force = False,
) -> None:
    """Find what mix of a study's options does most within a budget, and how sure that is; the page is the last line."""
    from contagion.cli.text import table
    from contagion.economics.budget.answer import amount
    from contagion.economics.budget.asking import SIZES
    from contagion.economics.budget.asking import budget as asked

    found = asked(
        study,
        budgets,
        settings(payer, "--payer"),
        outcome=outcome,
        options=option or (),
        sizes=size or SIZES,
        screen=screen,
        each=each,
        most=most,
        mixes=mixes,
        workers=workers,
        out=out,
        force=force,
        **settings(changes),
    )
    rows = []
    higher = found.outcome.better == "higher"
    for row in found.table().itertuples():
        more = amount(found.over_nothing(row.Index), higher) if row.Index else "–"
        rows.append((row.title, f"£{row.cost_a_year:,.0f}", more, str(row.seeds)))
    print(table(("Mix", "Cost a year", "More than nothing", "Seeds"), rows))
    for paragraph in found.in_words():
        print(f"\n{plainly(paragraph, 2000)}")
    print()
    print(found.page)
