"""Tables of a study's page: its factors, the data behind a figure, and the runs that failed."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from contagion.core.parameters import declared
from contagion.interventions.base import REGISTRY
from contagion.model.scenario import sections
from contagion.report.figures.paths import is_number, worded
from contagion.report.figures.study_data import StudyData
from contagion.report.table import Cell, Table
from contagion.report.wording import shorten

MOST_ROWS, MOST_FAILED, MOST_CELLS = 200, 50, 24_000

HEADS = {
    "point": "Point",
    "factor": "Factor",
    "label": "Factor",
    "factor2": "With",
    "index": "Index",
    "value": "Value",
    "low": "Low",
    "high": "High",
    "base_rows": "Base rows",
    "replicates": "Replicates",
    "verdict": "Verdict",
    "half": "Half-width",
    "output": "Output",
    "share": "From",
    "p10": "10th percentile",
    "p50": "Median",
    "p90": "90th percentile",
    "two_groups": "Two groups",
    "level": "Level",
    "replicate": "Replicate",
}

INDICES = {"S1": "first-order (S1)", "ST": "total (ST)", "mu_star": "mu*"}


def of_frame(facts: StudyData, frame: pd.DataFrame, caption: str, most: int = MOST_ROWS) -> Table:
    """A data frame as a table with words for heads, cut at so many rows; factors are named by their labels."""
    shown = frame.drop(columns=["label"]) if {"label", "factor"} <= set(frame.columns) else frame
    shown = shown.drop(columns=[c for c in ("output",) if c in shown and shown[c].nunique() == 1])
    whole = len(shown)
    shown = shown.head(max(40, min(most, MOST_CELLS // (max(1, len(shown.columns)) * max(1, len(facts.outputs))))))
    head = tuple(_head(facts, str(c)) for c in shown.columns)
    rows = tuple(
        tuple(_cell(facts, str(c), v) for c, v in zip(shown.columns, row, strict=True))
        for row in shown.itertuples(index=False)
    )
    note = (
        f"The first {len(shown):,} of {whole:,} rows; all are in the parquet tables beside this page."
        if whole > len(shown)
        else ""
    )
    return Table(caption, head, rows, note)


def _head(facts: StudyData, column: str) -> str:
    if column in facts.factors:
        return facts.label(column)
    return (
        HEADS.get(column)
        or next((o.outcome.label for o in facts.outputs if o.outcome.name == column), column)
        or "Column"
    )


def _cell(facts: StudyData, column: str, value: Any) -> Cell:
    if column in ("factor", "factor2"):
        return facts.label(str(value)) if value else "default"
    if column == "index":
        return INDICES.get(str(value), str(value))
    if column == "verdict":
        return facts.worded(str(value)) or "\N{EN DASH}"
    if column == "two_groups":
        return "yes" if value else "no"
    if column in ("point", "replicate", "base_rows", "replicates") and is_number(value):
        return f"{int(value):,}"
    if isinstance(value, float) and not math.isfinite(value):
        return "no value"
    return worded(value) or "\N{EN DASH}"


def factors(facts: StudyData) -> Table | None:
    """What varied: range or values, distribution and reason, in the order of the study file."""
    if not facts.factors:
        return None
    asked = facts.config.get("factors") or {}
    rows: list[tuple[Cell, ...]] = []
    for name in facts.factors:
        one = asked.get(name) or {}
        lived, spread = _range(facts, name, one)
        group = f" Moves with group {one['group']}." if one.get("group") else ""
        reason = str(one.get("reason") or "").strip()
        rows.append((facts.label(name), name, lived, f"{spread}{group}", reason or "not stated in the config"))
    head = ("Factor", "Parameter", "Range", "Distribution", "Reason")
    return Table("What varied, in the order of the study file", head, tuple(rows))


def _range(facts: StudyData, name: str, one: dict[str, Any]) -> tuple[str, str]:
    """Range and distribution of a factor in words."""
    values = one.get("values")
    if values is None and not one.get("low") and not one.get("high") and not _declared(name):
        values = list(dict.fromkeys(facts.column(name)))
    if values is None and (facts.manifest.get("design") == "list" or not is_number(facts.column(name).iloc[0])):
        values = list(dict.fromkeys(facts.column(name)))
    if values is not None:
        said = ", ".join(worded(v) for v in values[:12]) + (
            f" and {len(values) - 12:,} more" if len(values) > 12 else ""
        )
        listed = facts.manifest.get("design") == "list"
        return said, "as the list gives them" if listed else "listed values, equally probable"
    ends = _declared(name) or (None, None)
    low, high = (one[k] if one.get(k) is not None else end for k, end in zip(("low", "high"), ends, strict=True))
    own = "" if one.get("low") is not None or one.get("high") is not None else " (the declared range)"
    kind = str(one.get("distribution") or "uniform")
    shape = ", ".join(f"{k} {one[k]:g}" for k in ("mode", "mean", "sd", "a", "b") if one.get(k) is not None)
    levels = f", {one['levels']} levels" if one.get("levels") else ""
    ends_said = " to ".join(worded(x) if x is not None else "no end" for x in (low, high))
    return f"{ends_said}{own}", f"{kind}{f' ({shape})' if shape else ''}{levels}"


def _declared(name: str) -> tuple[float | None, float | None] | None:
    """The declared range of a parameter; None if it is none of a plain table."""
    section, _, rest = name.partition(".")
    tables: list[Any] = list(REGISTRY.values()) if section == "interventions" else []
    if section in sections():
        tables = [sections()[section]]
    for table in tables:
        for one in declared(table):
            if one.name == rest.rpartition(".")[2] and (one.low is not None or one.high is not None):
                return one.low, one.high
    return None


def failed(facts: StudyData) -> Table | None:
    """The runs that failed, with their ids and messages; None if all finished."""
    runs = facts.failed
    if runs.empty:
        return None
    rows = tuple(
        (
            str(r.run_id),
            f"{int(r.point):,}",
            str(r.scenario),
            f"{int(r.replicate):,}",
            str(r.seed),
            shorten(str(r.message), 200),
        )
        for r in runs.head(MOST_FAILED).itertuples()
    )
    note = f"The first {MOST_FAILED} of {len(runs):,}; all are in runs.parquet." if len(runs) > MOST_FAILED else ""
    head = ("Run", "Point", "Scenario", "Replicate", "Seed", "Message")
    return Table("Failed runs, with the message of each", head, rows, note)
