"""Precision: replicates are added until each paired difference is known as well as was asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from contagion.config.stated import refuse_study
from contagion.config.study import Study
from contagion.core.errors import at_key, nearest, shown
from contagion.study.analysis.headlines import HEADLINES
from contagion.study.analysis.stopping import Decision, Stopping, look
from contagion.study.design.draws import drawn
from contagion.study.running.order import Order
from contagion.study.running.runs import Job, job_of

FIRST = 20
"""Replicates before the first look."""


def check_precision(study: Study) -> None:
    """ConfigError unless what is asked to be known is an outcome, by a positive amount, of scenarios that differ."""
    faults, known = [], [h.name for h in HEADLINES]
    for name, asked in study.precision.items():
        key = ("study", "precision", name)
        if name not in known:
            rule = "one of " + ", ".join(known)
            faults.append(at_key(key, None, rule, nearest(name, known), f"speaks of {shown(name)}"))
        elif not asked > 0:
            faults.append(at_key(key, asked, "a number above 0: the smallest difference that would matter"))
    if study.precision and len(study.changes) < 2:
        rule = "add a second scenario to compare with, or leave precision out"
        faults.append(at_key(("study", "precision"), None, rule, None, "speaks of differences, and there are none"))
    refuse_study(study, faults)


def growing(study: Study) -> Callable[[Order, pd.DataFrame], tuple[Order, bool]]:
    """Looks at the differences when the runs are done, and asks for more replicates until they are known well enough."""
    rule = Stopping(start=min(FIRST, study.most), most=study.most)

    def grow(order: Order, rows: pd.DataFrame) -> tuple[Order, bool]:
        decision = look(differences(order.job, rows, list(study.precision)), study.precision, rule)
        if decision.stop:
            return replace(order, said={**order.said, "stopping": words(decision, order.job)}), False
        more = order.study.model_copy(update={"replicates": decision.until})
        old = order.job
        job = job_of(old.bases, old.points, decision.until, more.seed, old.form, draws=drawn(more) if old.draws else ())
        return replace(order, study=more, job=job), True

    return grow


def words(decision: Decision, job: Job) -> dict[str, Any]:
    """The decision for the manifest, with the sentence for reports."""
    labels = {h.name: h.label for h in HEADLINES} | {name: one.title or name for name, one in job.bases.items()}
    return {**decision.as_dict(), "sentence": decision.sentence(labels)}


def differences(job: Job, rows: pd.DataFrame, outcomes: Sequence[str]) -> dict[tuple[str, str], NDArray[np.float64]]:
    """Paired differences from the first scenario, at every point, in the order of the replicates."""
    first, *others = job.bases
    keys: dict[tuple[int, str], list[str]] = {}
    for run in job.runs:  # in the order of replicates
        keys.setdefault((run.point, run.scenario), []).append(run.key)
    found = {}
    for outcome in outcomes:
        for (point, scenario), mine in keys.items():
            if scenario in others:
                gap = rows[outcome].loc[mine].to_numpy(np.float64) - rows[outcome].loc[keys[point, first]].to_numpy(
                    np.float64
                )
                found[outcome, scenario if len(job.points) == 1 else f"{scenario} at point {point}"] = gap
    return found
