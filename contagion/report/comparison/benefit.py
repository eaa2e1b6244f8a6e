"""Who benefits, group by group, and what was spent on whom."""

from __future__ import annotations

from typing import Any

from contagion.interventions.base import PAYERS
from contagion.model.outcome_list import OUTCOMES, Outcome
from contagion.report import wording
from contagion.report.comparison import caveats, options
from contagion.report.comparison.content import Option
from contagion.report.comparison.results import ComparisonResults
from contagion.report.comparison.tables import plain_range
from contagion.report.table import Cell, Range, Table
from contagion.report.units import verdict
from contagion.study.analysis.paired import interval

SHOWN = ("stable", "deaths")
"""Outcomes that are shown group by group."""
SMALL = 10
"""Groups with fewer people than this are not shown."""
GROUPS_NOTE = (
    f"Groups with fewer than {SMALL} people in the first option are not shown. Ranges hold 8 in 10 runs. "
    "Groups differ in size, so read each difference beside the level of its own group. People are counted in one week here "
    "and averaged over the last year elsewhere, so groups do not add up to the balance sheet."
)


DIMENSIONS = {"neighbourhood": "neighbourhood", "substance": "main substance", "sex": "sex", "age_band": "age"}


def groups(results: ComparisonResults) -> tuple[Table, ...]:
    """Who benefits: people in stable recovery at the end and deaths over all years, group by group."""
    if results.groups.empty or len(results.options) < 2:
        return ()
    tables = []
    for dimension in results.groups["dimension"].unique():
        part = results.groups[results.groups["dimension"] == dimension]
        tables += [_group_table(results, part, str(dimension), OUTCOMES[column]) for column in SHOWN]
    return tuple(tables)


def _group_table(results: ComparisonResults, part: Any, dimension: str, outcome: Outcome) -> Table:
    flow = outcome.shown == "flow"
    counted = part if flow else part[part["week"] == part["week"].max()]
    whole = counted.groupby(["scenario", "replicate", "group"], observed=True)[outcome.name].sum()
    last = int(part["week"].max())
    what = f"{outcome.noun} {f'over {wording.years(last / 52)}' if flow else f'in week {last:,}'}"
    wide = whole.unstack("scenario").fillna(0.0)
    base = results.options[0]
    rows: list[tuple[Cell, ...]] = []
    held = list(dict.fromkeys(part["group"].astype(str)))
    by_place = dimension == "neighbourhood" and len(held) > 1
    ends = {held[0]: " (least deprived)", held[-1]: " (most deprived)"} if by_place else {}
    for group in held:
        runs = wide.xs(group, level="group")
        now = interval(runs[base.name])
        name = _name(dimension, group) + ends.get(group, "")
        if now.middle < SMALL:
            rows.append((name, f"Fewer than {SMALL}", *("Not shown" for _ in results.options[1:])))
            continue
        gaps = [interval(runs[o.name] - runs[base.name]) for o in results.options[1:]]
        rows.append((name, Range(now, wording.level(now, "people")), *(plain_range(g, "people") for g in gaps)))
    by = DIMENSIONS.get(dimension, dimension.replace("_", " "))
    head = (wording.sentence(by), f"{base.label}: level", *(f"{o.label}: difference" for o in results.options[1:]))
    return Table(wording.sentence(f"{what}, by {by}"), head, tuple(rows))


WHO = {
    "female": "women",
    "male": "men",
    "opioid": "opioid users",
    "alcohol": "drinkers",
    "other": "users of other drugs",
}
"""Groups inside a sentence; bands of age are named as such."""


def by_verdict(results: ComparisonResults, option: Option) -> tuple[list[str], list[str], int]:
    """Groups (substance, sex, age) in which fewer people, or not clearly more, are in stable recovery than under the first.

    Returns the names of those that do worse, of those without a clear gain, and how many groups are large enough to be told.
    """
    worse, unclear, shown, last = [], [], 0, results.groups["week"].max()
    told = results.groups[
        (results.groups["week"] == last) & results.groups["dimension"].isin(["substance", "sex", "age_band"])
    ]
    whole = (
        told.groupby(["dimension", "group", "replicate", "scenario"], observed=True)["stable"].sum().unstack("scenario")
    )
    for (dimension, group), runs in whole.fillna(0.0).groupby(level=["dimension", "group"], sort=False, observed=True):
        if interval(runs[results.options[0].name]).middle < SMALL:
            continue
        shown += 1
        found = verdict(interval(runs[option.name] - runs[results.options[0].name]), "people", "higher")
        name = f"ages {group}" if dimension == "age_band" else WHO.get(str(group), str(group).replace("_", " "))
        if found == "worse":
            worse.append(name)
        elif found != "better":
            unclear.append(name)
    return worse, unclear, shown


def _name(dimension: str, group: str) -> str:
    """A group's name in words; a bare number is named after what it numbers, neighbourhoods from 1."""
    words = group.replace("_", " ")
    if words.isdigit():
        number = int(words) + 1 if dimension == "neighbourhood" else int(words)
        return wording.sentence(f"{DIMENSIONS.get(dimension, dimension)} {number}")
    return wording.sentence(words)


def spending(results: ComparisonResults) -> tuple[Table, ...]:
    """What was spent: per option and intervention, places, use, waiting, leaving and the assumed cost."""
    if results.ledger.empty:
        return ()
    resolved = results.scenarios
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
            people = (open_, totals["joined"], totals["entered"], week["used"], week["waiting"], totals["dropped"])
            rows.append(
                (
                    f"{option.label}: {options.called(name, known.get(name))}",
                    *(Range(i, wording.level(i, "people")) for i in people),
                    Range(totals["cost"], wording.level(totals["cost"], "GBP")),
                )
            )
    if not rows:
        return ()
    head = (
        "Option and intervention",
        "Most places open",
        "Requests for a place",
        "Times a place was taken",
        "In a place, average week",
        "Waiting, average week",
        "Dropped out",
        "Cost",
    )
    note = f"Ranges hold 8 in 10 runs. {caveats.prices(results)}"
    spent = Table(f"Places, people and cost over {wording.years(results.years)}", head, tuple(rows), note)
    return (spent, *_by_payer(results))


def _by_payer(results: ComparisonResults) -> tuple[Table, ...]:
    """What each payer pays in each option, over the whole run."""
    ledger = results.ledger
    rows: list[tuple[Cell, ...]] = []
    paying = {f"paid_{payer}": name for payer, name in PAYERS.items() if f"paid_{payer}" in ledger}
    for option in results.options:
        part = ledger[ledger["scenario"].astype(str) == option.name]
        if part.empty:
            continue
        runs = part.groupby("replicate")
        totals = {name: interval(runs[column].sum()) for column, name in paying.items()}
        if any(one.high for one in totals.values()):
            rows.append((option.label, *(Range(one, wording.level(one, "GBP")) for one in totals.values())))
    if not rows:
        return ()
    head = ("Option", *(wording.sentence(name) for name in paying.values()))
    note = f"Shares as set up, not as agreed with anybody. {caveats.prices(results)}"
    return (Table(f"Cost of the options by payer over {wording.years(results.years)}", head, tuple(rows), note),)
