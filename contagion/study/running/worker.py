"""The worker: lives through a batch of runs, one after the other, and keeps what is finished as parts.

It runs wherever an executor puts it: it gets configs and values, and gives back a row for each run.
"""

from __future__ import annotations

import errno
import importlib
import threading
import time
import traceback
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from contagion.city.first_day import Foundation, first_day
from contagion.config.targets import scenario_at
from contagion.core.errors import ConfigError
from contagion.model.outcomes import MEASURES, Outcomes
from contagion.model.scenario import Scenario
from contagion.model.simulation import simulate
from contagion.study.analysis.headlines import HEADLINES, of_timeline
from contagion.study.running.inputs import as_copied
from contagion.study.running.parts import Part
from contagion.study.running.provenance import model_hash
from contagion.study.running.runs import Batch, CannotWrite, Form, OtherVersion, Run, RunStatus

OFTEN = 4.0
"""Seconds of work after which a worker keeps what it has."""
CITIES, PEOPLE = 8, 50_000
"""Founded cities that a worker remembers, and people in them in all (one city where it is bigger)."""
FLOWS = tuple(name for name, measure in MEASURES.items() if measure.unit.endswith("per week"))
"""Measures that count what happened in the week; the others say how things stand."""


def city_of(scenario: Scenario, seed: int) -> Foundation:
    """The founded city that a scenario begins in; scenarios and points with the same city and seed share it."""
    as_lived = scenario.effective()  # a null model may change the first day too
    key = (as_lived.foundation_key(), seed)
    kept: OrderedDict[tuple[str, int], Foundation] = _here.__dict__.setdefault("cities", OrderedDict())
    if key not in kept:
        people = as_lived.city.population
        while kept and (len(kept) >= CITIES or people + sum(c.founding for c in kept.values()) > PEOPLE):
            kept.popitem(last=False)
        kept[key] = first_day(as_lived, seed)
    kept.move_to_end(key)
    return kept[key]


_here = threading.local()  # an executor may work in threads


def live(batch: Batch) -> list[RunStatus]:
    """Live through the runs of a batch. A run that fails is a row of its own; the rest goes on.

    Raises CannotWrite and OtherVersion; bad input that shows only here is a ConfigError.
    """
    for module in batch.modules:
        importlib.import_module(module)
    if batch.model != model_hash(batch.modules):
        raise OtherVersion("a worker has another version of contagion than the process that sends the work")
    as_copied([*batch.bases.values(), *(values for _, values in batch.runs)])
    bases = {name: Scenario.model_validate(dict(table)) for name, table in batch.bases.items()}
    reports: list[RunStatus] = []
    part, began = _part(batch), time.perf_counter()
    for run, values in batch.runs:
        row, tables = one(run, bases[run.scenario], values, batch.form)
        part.add(row, tables)
        reports.append((run.key, str(row["status"]), str(row["message"]), float(row["seconds"])))
        if time.perf_counter() - began > OFTEN:
            _keep(part)
            part, began = _part(batch), time.perf_counter()
    if part.rows:
        _keep(part)
    return reports


def _part(batch: Batch) -> Part:
    return Part(Path(batch.folder), str(batch.form), batch.model)


def _keep(part: Part) -> None:
    try:
        part.write()
    except OSError as error:
        why = "no space is left there" if error.errno == errno.ENOSPC else (error.strerror or type(error).__name__)
        raise CannotWrite(f"cannot write in {part.folder.parent}: {why}") from None


def one(run: Run, base: Scenario, values: Mapping[str, Any], form: Form) -> tuple[dict[str, Any], dict[str, pa.Table]]:
    """One run: its row of the run table and its tables (none if it failed)."""
    row = run.row() | {"status": "ok"}
    began, tables = time.perf_counter(), {}
    try:
        scenario = scenario_at(base, values)
        outcomes = simulate(scenario, run.seed, foundation=city_of(scenario, run.seed))
        row |= {h.name: of_timeline(outcomes.timeline, h) for h in HEADLINES}
        tables = tables_of(outcomes, form)
    except ConfigError:
        raise
    except Exception as error:  # a failing run must not lose the others
        text = str(error).strip().splitlines()
        row |= {"status": "failed", "message": f"{type(error).__name__}: {text[0] if text else ''}".rstrip(": ")}
        row["traceback"], tables = traceback.format_exc(), {}
    row["seconds"] = time.perf_counter() - began
    return row, tables


def tables_of(outcomes: Outcomes, form: Form) -> dict[str, pa.Table]:
    """The tables that are kept of one history."""
    found_ = {}
    for name in form.tables:
        if name == "timeline":
            found_[name] = timeline_of(outcomes.timeline, form.every)
        else:
            frame = getattr(outcomes, name)
            frame = frame.rename_axis("uid").reset_index() if name == "people" else frame
            found_[name] = pa.Table.from_pandas(frame, preserve_index=False)
        found_[name] = found_[name].replace_schema_metadata(None)
    return found_


def timeline_of(timeline: pd.DataFrame, every: int) -> pa.Table:
    """Every so many weeks and the last: levels as they stand, flows added up since the row before."""
    weeks, values = timeline.index.to_numpy(np.int64), timeline.to_numpy(np.float64)
    if every > 1:
        rows = np.union1d(np.arange(0, weeks.size, every), [weeks.size - 1])
        flows = np.flatnonzero(timeline.columns.isin(FLOWS))
        kept = values[rows]
        kept[:, flows] = np.add.reduceat(values[:, flows], np.concatenate([[0], rows[:-1] + 1]), axis=0)
        weeks, values = weeks[rows], kept
    columns = np.ascontiguousarray(values.T)
    return pa.table([weeks, *columns], names=["week", *timeline.columns])
