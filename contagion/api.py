"""The front door for Python: studies with their pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contagion.config.study import Study
    from contagion.model.outcomes import Outcomes
    from contagion.model.scenario import Scenario
    from contagion.study.again import Verified
    from contagion.study.compare import Comparison
    from contagion.study.results import Results
    from contagion.study.sensitivity import Sensitivity


def simulate(scenario: Scenario, seed: int = 0, how: str = "columns", **more: Any) -> Outcomes:
    """Live a scenario over its horizon. The same seed gives the same history, whichever way it is run.

    `how`: "columns", everyone at once, or "agents", one Mesa agent after the other; `person`: a subclass of Person for the
    agents; `foundation`: a first day that other runs share.
    """
    if how == "columns" and more.get("person") is None:
        from contagion.model import simulation  # without Mesa, which costs a second to load

        return simulation.simulate(scenario, seed, more.get("foundation"))
    from contagion.model import agents

    return agents.simulate(scenario, seed, how, **more)


def compare(study: Study | Scenario | str | Path, *arguments: Any, **settings: Any) -> Comparison:
    """Compare the scenarios of a study under common seeds; tables and report.html are kept in a directory.

    Takes what `contagion.study.compare.compare` takes. Without `out` the directory is results/NAME-HASH. An interrupted
    study goes on; a finished one is read.
    """
    from contagion.report.page import write
    from contagion.study.compare import compare as run

    return run(study, *arguments, finish=write, **settings)


def sweep(study: Study | Scenario | str | Path, *, cluster: str | None = None, **settings: Any) -> Results:
    """Live through every point of a study's sweep; tables and a page are kept in a directory.

    Takes what `contagion.study.sweep.sweep` takes; `cluster` is the address of a dask scheduler.
    """
    from contagion.study.sweep import sweep as run

    def page(directory: Path) -> None:
        from contagion.report.page import write  # when there is something to draw: it costs a second to load

        write(directory)

    with executor_at(cluster) as more:
        return run(study, fill=page, **(settings | more))


def sensitivity(study: Study | Scenario | str | Path, *, cluster: str | None = None, **settings: Any) -> Sensitivity:
    """Measure which factors of a study drive its outcomes; indices and a page are kept in a directory.

    Takes what `contagion.study.sensitivity.sensitivity` takes; `cluster` is the address of a dask scheduler.
    """
    from contagion.study.sensitivity import sensitivity as run

    def page(directory: Path) -> None:
        from contagion.report.page import write

        write(directory)

    with executor_at(cluster) as more:
        return run(study, fill=page, **(settings | more))


def open(directory: str | Path) -> Results | Comparison | Sensitivity:
    """Open stored results: a Comparison, a Sensitivity, or the Results of a single history or of a sweep.

    Raises ConfigError if the directory holds none, and if what it says of itself is not what was written; tables are held
    to their digests when they are first read.

        found = ct.open("results/my-study-1a2b3c4d")
    """
    from contagion.study.compare import Comparison
    from contagion.study.results import open_results
    from contagion.study.sensitivity import Sensitivity

    results = open_results(directory)
    kind = results.manifest["kind"]
    if kind == "compare":
        return Comparison(results.directory, fresh=False)
    return Sensitivity(results) if kind == "sensitivity" else results


def rerun(
    directory: str | Path, out: str | Path | None = None, *, force: bool = False, **settings: Any
) -> tuple[Path, bool]:
    """Run stored results again from their directory alone; where the new ones are, and whether the numbers are the same.

    Without `out` they are put beside it, as DIR-again. `settings` are those of the study's own kind (workers, progress,
    executor). Raises ConfigError if files of the directory are not what was written.
    """
    from contagion.study.again import same_numbers, stored
    from contagion.study.results import open_results
    from contagion.study.run import record

    results, study = stored(directory)
    kind, place = results.manifest["kind"], results.directory.absolute()
    out = place.with_name(f"{place.name}-again") if out is None else out
    if kind == "run":
        found, _ = record(study, study.seed, out, force)
    else:
        ways: dict[str, Callable[..., Any]] = {"compare": compare, "sweep": sweep, "sensitivity": sensitivity}
        asked = ways[kind]
        found = asked(study, out=out, force=force, **settings).directory
    return found, same_numbers(results.manifest, open_results(found).manifest)


def verify(directory: str | Path, sample: int = 3, seed: int | None = None) -> Verified:
    """Hold every file of a results directory to its digest, and recompute a random sample of its runs.

    Raises ConfigError naming each file that is not what was written, NotTheSame naming a run that comes out otherwise.
    """
    from contagion.study.again import verify as checked

    return checked(directory, sample, seed)


@contextmanager
def executor_at(cluster: str | None) -> Iterator[dict[str, Any]]:
    """The executor of a dask scheduler and how many tasks it works on, or nothing."""
    if cluster is None:
        yield {}
        return
    from contagion.study.running.cluster import connected

    with connected(cluster) as (executor, slots):
        yield {"executor": executor, "workers": slots}
