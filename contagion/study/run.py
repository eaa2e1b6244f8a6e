"""One history, kept as a results directory."""

from __future__ import annotations

from pathlib import Path

from contagion.config.stated import sizes
from contagion.config.study import Study, study_of
from contagion.config.written import run_digest
from contagion.model.scenario import Scenario
from contagion.study.running import pool
from contagion.study.running.conduct import Order, conduct
from contagion.study.running.provenance import model_hash
from contagion.study.running.resuming import place
from contagion.study.running.runs import Form, Job, Run, key_of, own_modules

FORM = Form(("timeline", "events", "groups", "ledger", "people"))
"""What is kept of a single history."""


def record(given: Study | Scenario, seed: int, out: str | Path | None = None, force: bool = False) -> tuple[Path, bool]:
    """Live through one history of a scenario, or of a study's base, and keep it; where it is, and whether it is new.

    It has the study's own values, also of parameters that a comparison draws.
    """
    study = study_of(given).model_copy(update={"seed": seed, "replicates": 1, "uncertainty": {}})
    job = job_of_one(study)
    order = Order("run", study, job, place(study, out, "run"), said=sizes(job.bases.values(), [{}]), failures_stop=True)
    return order.directory, conduct(order, lambda runs: pool.here(), force=force, progress=False)


def job_of_one(study: Study) -> Job:
    """The one history of a study's base, under the study's own seed."""
    bases = {study.name: study.base}
    key = key_of(run_digest(study.base), study.seed, model_hash(own_modules(bases)))
    return Job(bases, [{}], (Run(key, 0, study.name, 0, study.seed),), FORM)
