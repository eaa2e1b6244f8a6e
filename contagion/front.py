"""The front door for Python: a comparison with its report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contagion.scenario import Scenario
    from contagion.study.compare import Comparison


def compare(
    study: Scenario | str | Path,
    replicates: int | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    *,
    progress: bool = True,
    force: bool = False,
    **overrides: Any,
) -> Comparison:
    """Compare the scenarios of a study under common seeds; tables and report.html are kept in a directory.

    Without `out` that is results/NAME-HASH. An interrupted study goes on; a finished one is read.
    """
    from contagion.report import write
    from contagion.study.compare import compare as run

    return run(study, replicates, workers, out, progress=progress, force=force, finish=write, **overrides)
