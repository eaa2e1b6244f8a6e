"""Who benefits, group by group, and what was spent on whom."""

from __future__ import annotations

from typing import Any

from contagion.report import options, wording
from contagion.report.content import Cell, Range, Table
from contagion.report.results import Results
from contagion.report.tables import plain_range
from contagion.study.paired import interval

SMALL = 10
"""Groups with fewer people than this are not shown."""
GROUPS_NOTE = (
    f"Groups with fewer than {SMALL} people in the first option are not shown. Ranges hold 8 in 10 runs. "
    "Groups differ in size, so read each difference beside the level of its own group."
)


DIMENSIONS = {
    "neighbourhood": "neighbourhood",
    "substance": "main substance",
    "sex": "sex",
    "age_band": "age",
}


def groups(results: Results) -> tuple[Table, ...]:
    """Who benefits: people in stable recovery at the end and deaths over all years, group by group."""
    if results.groups.empty or len(results.options) < 2:
        return ()
    tables = []
    for dimension in results.groups["dimension"].unique():
        part = results.groups[results.groups["dimension"] == dimension]
        for column, what in (
            ("stable", "people in stable recovery at the end"),
            ("deaths", "deaths over all years"),
        ):
            tables.append(_group_table(results, part, str(dimension), column, what))
    return tuple(tables)


def _group_table(results: Results, part: Any, dimension: str, column: str, what: str) -> Table:
    if column == "deaths":
        whole = part.groupby(["scenario", "replicate", "group"], observed=True)[column].sum()
    else:
        whole = (
            part[part["week"] == part["week"].max()]
            .groupby(["scenario", "replicate", "group"], observed=True)[column]
            .sum()
        )
    wide = whole.unstack("scenario").fillna(0.0)
    base = results.options[0]
    rows: list[tuple[Cell, ...]] = []
    for group in dict.fromkeys(part["group"]):
        runs = wide.xs(group, level="group")
        now = interval(runs[base.name])
        name = wording.sentence(str(group).replace("_", " "))
        if now.middle < SMALL:
            rows.append((name, f"Fewer than {SMALL}", *("Not shown" for _ in results.options[1:])))
            continue
        gaps = [interval(runs[o.name] - runs[base.name]) for o in results.options[1:]]
        rows.append(
            (name, Range(now, wording.level(now, "people")), *(plain_range(g, "people") for g in gaps))
        )
    by = DIMENSIONS.get(dimension, dimension.replace("_", " "))
    head = (
        wording.sentence(by),
        f"{base.label}: level",
        *(f"{o.label}: difference" for o in results.options[1:]),
    )
    return Table(wording.sentence(f"{what}, by {by}"), head, tuple(rows))


def spending(results: Results) -> tuple[Table, ...]:
    """What was spent: per option and intervention, places, use, waiting, leaving and the assumed cost."""
    if results.ledger.empty:
        return ()
    resolved = options.scenarios(results.manifest)
    rows: list[tuple[Cell, ...]] = []
    for option in results.options:
        part = results.ledger[results.ledger["scenario"].astype(str) == option.name]
        known = resolved[option.name].interventions if option.name in resolved else {}
        for name in dict.fromkeys(part["intervention"].astype(str)):
            runs = part[part["intervention"] == name].groupby("replicate")
            totals = {c: interval(runs[c].sum()) for c in ("joined", "entered", "dropped", "cost")}
            if not totals["joined"].high and not totals["cost"].high:
                continue
            open_ = interval(runs["places"].max())
            week = {c: interval(runs[c].mean()) for c in ("used", "waiting")}
            people = (
                open_,
                totals["joined"],
                totals["entered"],
                week["used"],
                week["waiting"],
                totals["dropped"],
            )
            rows.append(
                (
                    f"{option.label}: {options.called(name, known.get(name))}",
                    *(Range(i, wording.level(i, "people")) for i in people),
                    Range(totals["cost"], wording.level(totals["cost"], "GBP")),
                )
            )
    if not rows:
        return ()
    head = ("Option and intervention", "Most places open", "People who asked", "People who got a place",
            "In a place, average week", "Waiting, average week", "Dropped out", "Cost (assumed)")  # fmt: skip
    note = "Ranges hold 8 in 10 runs. Costs follow from assumed unit costs in the study file."
    return (Table(f"Places, people and cost over {results.years:g} years", head, tuple(rows), note),)
