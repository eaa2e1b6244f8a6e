"""The front door for Python: one history, and studies with their pages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from contagion.city.first_day import Foundation
    from contagion.config.study import Several, Study
    from contagion.model.agents import Person
    from contagion.model.outcomes import Outcomes
    from contagion.model.scenario import Scenario
    from contagion.study.again import Verified
    from contagion.study.compare import Comparison
    from contagion.study.results import Results
    from contagion.study.sensitivity import Sensitivity
    from contagion.trials.findings import Findings


def simulate(
    scenario: Study | Scenario | str | Path,
    seed: int = 0,
    how: str | None = None,
    *,
    person: type[Person] | None = None,
    foundation: Foundation | None = None,
    **overrides: Any,
) -> Outcomes:
    """Live a scenario over its horizon. The same seed gives the same history, whichever way it is run.

    scenario: a Scenario, a Study (its base), a path or the name of a shipped config; dotted overrides change it. how:
    "columns", everyone at once (the usual way), or "agents", one Mesa agent after the other. person: a subclass of Person,
    whose people live as agents. foundation: a first day that other runs share. Raises ConfigError for bad input.

    >>> out = ct.simulate("baseline", seed=1, **{"city.population": 300, "time.years": 0.5})
    >>> out.timeline["people"].iloc[0]
    np.float64(300.0)
    """
    from contagion.core.chance import seed_of
    from contagion.model.scenario import scenario_of

    meant, number = scenario_of(scenario, overrides), seed_of(seed)
    if how in (None, "columns") and person is None:
        from contagion.model import simulation  # without Mesa, which costs a second to load

        return simulation.simulate(meant, number, foundation)
    from contagion.model.agents import RecoveryCity

    began = time.perf_counter()
    city = RecoveryCity(meant, number, how=how, foundation=foundation, person=person)
    city.run_for(meant.weeks)
    return city.outcomes(time.perf_counter() - began)


def compare(
    study: Study | Scenario | Several | str | Path,
    replicates: int | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    *,
    executor: Executor | None = None,
    progress: bool = True,
    force: bool = False,
    **overrides: Any,
) -> Comparison:
    """Compare the scenarios of a study under common seeds; tables and report.html are kept in a directory.

    study: a Study, a Scenario, a path or the name of a shipped config, or several scenarios by name, as
    {"today": one, "more": other}, the first the one to compare with; dotted overrides change it. replicates: seeds,
    the same in every scenario. workers: processes (all cores), or an `executor` shaped like those of concurrent.futures.
    Without `out` the directory is results/NAME-HASH. An interrupted study goes on; a finished one is read; `force` runs it
    again. Raises ConfigError for bad input.

    >>> tiny = {"city.population": 300, "time.years": 0.1}
    >>> found = ct.compare("first_comparison", replicates=2, workers=1, out="trial", progress=False, **tiny)
    >>> found.differences("stable").shape, found.report.name
    ((2, 6), 'report.html')
    """
    from contagion.report.page import write
    from contagion.study.compare import compare as run

    return run(
        study, replicates, workers, out, executor=executor, progress=progress, force=force, finish=write, **overrides
    )


def sweep(
    study: Study | Scenario | Several | str | Path,
    *,
    replicates: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    cluster: str | None = None,
    out: str | Path | None = None,
    max_failures: int | None = None,
    progress: bool = True,
    force: bool = False,
    **overrides: Any,
) -> Results:
    """Live through every point of a study's sweep; tables and a page are kept in a directory.

    Takes what `compare` takes; `cluster` is the address of a dask scheduler, `max_failures` how many runs may fail. Runs
    that fail are rows of `.failed`. Raises ConfigError for bad input, TooManyFailures.

    >>> tiny = {"study.replicates": 1, "city.population": 300, "time.years": 0.1}
    >>> found = ct.sweep("sweep_example", workers=1, out="swept", progress=False, **tiny)
    >>> len(found.parameters), len(found.failed)
    (20, 0)
    """
    from contagion.study.sweep import sweep as run

    with executor_at(cluster, executor, workers) as more:
        return run(
            study,
            replicates=replicates,
            out=out,
            max_failures=max_failures,
            progress=progress,
            force=force,
            fill=_page,
            **more,
            **overrides,
        )


def sensitivity(
    study: Study | Scenario | Several | str | Path,
    *,
    method: str | None = None,
    replicates: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    cluster: str | None = None,
    out: str | Path | None = None,
    max_failures: int | None = None,
    progress: bool = True,
    force: bool = False,
    **overrides: Any,
) -> Sensitivity:
    """Measure which factors of a study drive its outcomes; indices and a page are kept in a directory.

    method: morris (screen), sobol (rank), delta (second opinion) or ofat (shape of each response). Takes what `sweep`
    takes. Raises ConfigError for bad input; StudyFailed if runs failed; Unusable if no outcome varies.

    >>> tiny = {"city.population": 300, "time.years": 0.5, "sensitivity.samples": 4, "study.outcomes": ["starts"]}
    >>> found = ct.sensitivity(
    ...     "sensitivity_example", method="morris", replicates=1, workers=1, out="screened", progress=False, **tiny
    ... )
    >>> found.verdict.startswith("starts: ")
    True
    """
    from contagion.study.sensitivity import sensitivity as run

    with executor_at(cluster, executor, workers) as more:
        return run(
            study,
            method=method,
            replicates=replicates,
            out=out,
            max_failures=max_failures,
            progress=progress,
            force=force,
            fill=_page,
            **more,
            **overrides,
        )


def _page(directory: Path) -> None:
    """The page of a study, when there is something to draw: it costs a second to load."""
    from contagion.report.page import write

    write(directory)


def trial(
    name: str = "all",
    config: Study | Scenario | str | Path = "baseline",
    /,
    seeds: int | None = None,
    population: int | None = None,
    workers: int | None = None,
    **overrides: Any,
) -> Findings:
    """Live a published trial, or "all", inside the city of a config, and set the model beside what was published.

    `seeds`: how many, from 1 on (12 where it is not said); `population`: people in the city, instead of the config's;
    `workers`: processes, as many as cores where it is not said; `overrides`: dotted settings. The findings have `.table` (a
    DataFrame, misses first) and `.verdicts`.

    >>> found = ct.trial("lasting", seeds=1, population=500)
    >>> set(found.verdicts.values()) <= {"hit", "miss", "-"}
    True
    """
    from contagion.trials.conduct import conduct

    people = {} if population is None else {"city.population": population}
    return conduct(name, config, seeds, overrides | people, workers=workers)


def open(directory: str | Path) -> Results | Comparison | Sensitivity:
    """Open stored results: a Comparison, a Sensitivity, or the Results of a single history or of a sweep.

    Raises ConfigError if the directory holds none, and if what it says of itself is not what was written; tables are held
    to their digests when they are first read.

    >>> tiny = {"study.replicates": 1, "city.population": 300, "time.years": 0.1}
    >>> made = ct.sweep("sweep_example", workers=1, out="swept", progress=False, **tiny)
    >>> ct.open("swept").headlines.shape == made.headlines.shape
    True
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

    >>> tiny = {"study.replicates": 1, "city.population": 300, "time.years": 0.1}
    >>> made = ct.sweep("sweep_example", workers=1, out="swept", progress=False, **tiny)
    >>> again, same = ct.rerun("swept", workers=1, progress=False)
    >>> again.name, same
    ('swept-again', True)
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

    >>> tiny = {"study.replicates": 1, "city.population": 300, "time.years": 0.1}
    >>> made = ct.sweep("sweep_example", workers=1, out="swept", progress=False, **tiny)
    >>> len(ct.verify("swept", sample=2).runs)
    2
    """
    from contagion.study.again import verify as checked

    return checked(directory, sample, seed)


@contextmanager
def executor_at(
    cluster: str | None, executor: Executor | None = None, workers: int | None = None
) -> Iterator[dict[str, Any]]:
    """The executor of a dask scheduler and how many tasks it works on; without an address what was given."""
    if cluster is None:
        yield {"executor": executor, "workers": workers}
        return
    from contagion.core.errors import ConfigError, Fault

    for name, given in (("executor", executor), ("workers", workers)):
        if given is not None:
            rule = "the workers of a cluster are started there; leave one of the two out"
            raise ConfigError(Fault("", name, None, rule, problem="stands beside cluster"))
    from contagion.study.running.cluster import connected

    with connected(cluster) as (connection, slots):
        yield {"executor": connection, "workers": slots}
