"""One history, kept as a results directory."""

from __future__ import annotations

from pathlib import Path

from contagion.config.load import run_digest
from contagion.model.scenario import Scenario
from contagion.study.running import pool
from contagion.study.running.conduct import Order, conduct, place
from contagion.study.running.provenance import model_hash
from contagion.study.running.runs import Form, Job, Run, key_of, own_modules

FORM = Form(("timeline", "events", "groups", "ledger", "people"))
"""What is kept of a single history."""


def record(scenario: Scenario, seed: int, out: str | Path | None = None, force: bool = False) -> tuple[Path, bool]:
    """Live through one history and keep it; where it is, and whether it was lived just now."""
    one = scenario.model_copy(update={"study": scenario.study.model_copy(update={"seed": seed, "replicates": 1})})
    bases = {one.name: one}
    key = key_of(run_digest(one), seed, model_hash(own_modules(bases)))
    job = Job(bases, [{}], (Run(key, 0, one.name, 0, seed),), FORM)
    order = Order("run", one, job, place(one, out), failures_stop=True)
    return order.directory, conduct(order, lambda runs: pool.here(), force=force, progress=False)
