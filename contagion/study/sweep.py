"""Sweep: many points of a space of factors, each lived through by every scenario under the same seeds."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pandas as pd

from contagion.config.stated import sizes
from contagion.config.study import Several, Study, TableName
from contagion.model.scenario import Scenario
from contagion.study.design.points import Design, designed
from contagion.study.results import Results, open_results
from contagion.study.running.conduct import Order, conduct, engine_for
from contagion.study.running.precision import check_precision, growing
from contagion.study.running.resuming import check_workers, place, read, with_stored
from contagion.study.running.runs import Form, job_of


class RunsFailed(UserWarning):
    """Some runs of a study failed; the results hold the others."""


def sweep(
    study: Study | Scenario | Several | str | Path,
    *,
    replicates: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    out: str | Path | None = None,
    max_failures: int | None = None,
    progress: bool = True,
    force: bool = False,
    fill: Callable[[Path], Any] = lambda beside: None,
    **overrides: Any,
) -> Results:
    """Live through every point of a study's sweep and keep it; what is kept already is not done again.

    Runs on all cores, on `workers` processes, or on any `executor` of the shape of concurrent.futures. Runs that fail are
    rows of `results.runs` and warned of (RunsFailed). Raises ConfigError for bad input, TooManyFailures.
    """
    check_workers(workers)
    asked = read(study, replicates, overrides)
    check_precision(asked)
    order, _ = ordered(asked, out, force=force)
    if asked.precision:
        order = replace(order, grow=growing(asked))
    engine = engine_for(order.job, workers, executor)
    conduct(order, engine, force=force, progress=progress, max_failures=max_failures, fill=fill)
    return warned_of_failures(open_results(order.directory))


def ordered(
    study: Study, out: str | Path | None, method: str | None = None, force: bool = False
) -> tuple[Order, Design]:
    """A sweep, or the runs of a sensitivity analysis by a method, ready to be conducted; ConfigError if it cannot be."""
    study = study.model_copy(update={"uncertainty": {}})  # a comparison's alone, so it is no part of where they stand
    return ordered_at(study, place(study, out, "sensitivity" if method else "sweep"), method, force)


def ordered_at(study: Study, directory: Path, method: str | None = None, force: bool = False) -> tuple[Order, Design]:
    """As `ordered`, for a directory that is known; nothing need be able to be written there.

    Points have the study's own values of parameters that a comparison draws.
    """
    kind = "sensitivity" if method else "sweep"
    study = with_stored(study.model_copy(update={"uncertainty": {}}), directory, force)
    design = designed(study, method=method)
    form, streams = form_of(study), design.stream.tolist()
    job = job_of(study.scenarios, design.points, study.replicates, study.seed, form, streams)
    said = design_record(design) | sizes(study.scenarios.values(), design.points)
    return Order(kind, study, job, directory, parameters_of(design), said), design


def form_of(study: Study) -> Form:
    """What the study keeps of each history, in the order in which tables are declared."""
    return Form(tuple(name for name in get_args(TableName) if name in study.sweep.keep), study.sweep.every)


def parameters_of(design: Design) -> pd.DataFrame:
    """The values of the factors at each point; which stream of seeds it has, where that is not the common one."""
    frame = pd.DataFrame(list(design.points), columns=list(design.factors))
    frame.insert(0, "point", range(len(frame)))
    return frame.assign(stream=design.stream) if design.stream.any() else frame


def design_record(design: Design) -> dict[str, Any]:
    """What the manifest says of a design."""
    return {"design": design.kind, "points": len(design), "factors": design.labels, "base_rows": design.base_rows}


def warned_of_failures(results: Results) -> Results:
    """The results, with a warning if some of the runs failed."""
    failed = results.failed
    if len(failed):
        first = failed.iloc[0]
        warnings.warn(
            f"{len(failed)} of {len(results.runs)} runs failed (run {first['run_id']}, point {first['point']}, replicate "
            f"{first['replicate']}: {first['message']}); they are missing from all tables but .runs and .failed",
            RunsFailed,
            stacklevel=3,
        )
    return results
