"""An order: a study to be conducted, with its runs, the place of its results, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from contagion.config.study import Study
from contagion.study.running.provenance import model_hash
from contagion.study.running.runs import Job, own_modules


class StudyFailed(RuntimeError):
    """Some runs failed; the others are kept and a rerun goes on from them."""

    def __init__(self, failures: list[dict[str, Any]], of: int, partial: Path):
        self.failures = failures
        first = failures[0]
        where = f"{first['scenario']}, replicate {first['replicate']}"
        super().__init__(
            f"{len(failures)} of {of} runs failed ({where}: {first['message']}); "
            f"the others are kept in {partial}, and the same command runs only what is missing"
        )


@dataclass(frozen=True)
class Order:
    """A study to be conducted: what it is, its runs, where its results go, and what is said of it.

    `analyse` may write further tables from the run rows, and says something for the manifest. `grow` looks at the run
    rows (by key) when all runs are done, and gives the order back, with more runs (and True) if these are not enough.
    """

    kind: str
    study: Study
    job: Job
    directory: Path
    parameters: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"point": [0]}))
    said: Mapping[str, Any] = field(default_factory=dict)
    failures_stop: bool = False
    analyse: Callable[[Job, pd.DataFrame, Path], Mapping[str, Any]] = lambda job, rows, beside: {}
    grow: Callable[[Order, pd.DataFrame], tuple[Order, bool]] = lambda order, rows: (order, False)

    @property
    def model(self) -> str:
        """The version of the model, with what the user defines."""
        return model_hash(own_modules(self.job.bases))


def stored_in_words(asked: Study, order: Order) -> str:
    """What is stored beyond what was asked for, in a sentence; empty if nothing is."""

    def sizes(study: Study) -> tuple[tuple[int, str], ...]:
        rows = study.sweep.points if order.kind == "sweep" else study.sensitivity.size
        return (study.replicates, "replicates"), (rows, "points" if order.kind == "sweep" else "base rows")

    more = [f"{held:,} {of}" for (held, of), (now, _) in zip(sizes(order.study), sizes(asked)) if held != now]
    return f"{order.directory} holds {' and '.join(more)} already; none is thrown away." if more else ""
