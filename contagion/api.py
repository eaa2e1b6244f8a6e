"""The front door for Python: studies with their pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contagion.config.study import Study
    from contagion.model.outcomes import Outcomes
    from contagion.model.scenario import Scenario
    from contagion.study.compare import Comparison
    from contagion.study.results import Results
    from contagion.study.sensitivity import Sensitivity
    from contagion.trials.findings import Findings


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


def trial(
    name: str = "all",
    config: Study | Scenario | str | Path = "baseline",
    /,
    seeds: int | None = None,
    population: int | None = None,
    **overrides: Any,
) -> Findings:
    """Live a published trial, or "all", inside the city of a config, and set the model beside what was published.

    `seeds`: how many, from 1 on (12 where it is not said); `population`: people in the city, instead of the config's;
    `overrides`: dotted settings. The findings have `.table` (a DataFrame, misses first) and `.verdicts`.
    """
    from contagion.trials.conduct import conduct

    people = {} if population is None else {"city.population": population}
    return conduct(name, config, seeds, overrides | people)


@contextmanager
def executor_at(cluster: str | None) -> Iterator[dict[str, Any]]:
    """The executor of a dask scheduler and how many tasks it works on, or nothing."""
    if cluster is None:
        yield {}
        return
    from contagion.study.running.cluster import connected

    with connected(cluster) as (executor, slots):
        yield {"executor": executor, "workers": slots}
