"""Conducting trials over seeds: each measure with its Monte-Carlo error, set beside what was published.

The error is the jackknife's over seeds (Efron 1982): each seed is left out in turn, so that it holds for ratios, medians
and regressions as well as for shares.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import BrokenExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from contagion.config.load import read
from contagion.config.study import Study
from contagion.core.errors import ConfigError, Fault, shown
from contagion.model.scenario import Scenario
from contagion.study.running.pool import affordable, cores, executor_of, local
from contagion.study.running.resuming import check_workers
from contagion.trials.findings import Findings, Measured
from contagion.trials.histories import live
from contagion.trials.trial import Data, Trial, chosen

SEEDS = 12
"""Seeds that each trial is lived under, where nobody says how many."""
Kept = dict[str, dict[str, np.ndarray]]
"""What the trials of one seed keep: arrays by name of the trial and of what is kept."""
FEW = 50_000
"""People of all seeds together up to which they are lived in one process, where nobody says in how many."""


def conduct(
    name: str,
    config: Study | Scenario | str | Path,
    seeds: int | None,
    overrides: Mapping[str, Any],
    told: Callable[[str], None] = lambda said: None,
    workers: int | None = None,
) -> Findings:
    """Live a trial (or "all") in the city of a config, without the changes of its study, under the seeds 1 to `seeds`.

    `overrides`: dotted settings; `told` is told how far it is; `workers`: processes that seeds are shared among, where
    it is not said all cores, or one for few people. Raises ConfigError for an unknown trial or setting, or fewer seeds or
    workers than 1.
    """
    check_workers(workers)
    wanted, seeds = chosen(name), SEEDS if seeds is None else seeds
    if isinstance(seeds, bool) or not isinstance(seeds, int) or seeds < 1:
        raise ConfigError(Fault("override", "--seeds", seeds, "a whole number, 1 or more"))
    scenario = read(config, overrides).base
    label = str(config) if isinstance(config, str | Path) else scenario.name
    changes = tuple(f"{key}={shown(value)}" for key, value in overrides.items() if key != "city.population")
    if workers is None:  # starting processes takes longer than to live through few people
        workers = cores() if scenario.city.population * seeds > FEW else 1
    lived = _shared_out(name, scenario, seeds, workers)
    return replace(conducted(wanted, scenario, seeds, told, lived), config=label, changes=changes)


def conducted(
    wanted: Mapping[str, Trial],
    scenario: Scenario,
    seeds: int,
    told: Callable[[str], None] = lambda said: None,
    lived: Iterable[Kept] | None = None,
) -> Findings:
    """Live these trials in the city of a scenario under the seeds 1 to `seeds`; `lived`: what each seed keeps, in order,
    where it is not to be lived here."""
    began, kept = time.perf_counter(), []
    for data in lived or (live(wanted, scenario, seed) for seed in range(1, seeds + 1)):
        kept.append(data)
        told(f"seed {len(kept)} of {seeds}: {time.perf_counter() - began:.0f} s")
    findings = [
        finding for name, trial in wanted.items() for finding in _findings(name, trial, [one[name] for one in kept])
    ]
    people = scenario.city.population
    return Findings(tuple(findings), dict(wanted), scenario.name, (), people, seeds, time.perf_counter() - began)


def _shared_out(name: str, scenario: Scenario, seeds: int, workers: int) -> Iterator[Kept] | None:
    """What each seed keeps of the trials of a name, in the order of seeds, lived in other processes; None: live it here."""
    workers = min(workers, seeds)
    if workers > 1:  # each holds a city and the fork of it that lives an arm
        workers = affordable(2 * workers, {scenario.name: scenario}) // 2
    return _elsewhere(partial(_one, name, scenario), seeds, workers) if workers > 1 else None


def _elsewhere(lives: Callable[[int], Kept], seeds: int, workers: int) -> Iterator[Kept]:
    done = 0
    try:
        with executor_of(local(workers)) as executor:
            for data in executor.map(lives, range(1, seeds + 1)):
                done += 1
                yield data
    except BrokenExecutor:  # a process was killed: what is missing is lived here, and comes to the same
        yield from map(lives, range(done + 1, seeds + 1))


def _one(name: str, scenario: Scenario, seed: int) -> Kept:
    return live(chosen(name), scenario, seed)


def _findings(name: str, trial: Trial, kept: list[dict[str, np.ndarray]]) -> list[Measured]:
    """Each measure of a trial over all its seeds."""
    whole, found = _together(kept), []
    without = [_together(kept[:k] + kept[k + 1 :]) for k in range(len(kept))] if len(kept) > 1 else []
    people = max((values.size for values in whole.values()), default=0)
    for measure in trial.measures:
        value = _value(measure.of, whole)
        error = jackknife([_value(measure.of, one) for one in without])
        found.append(
            Measured(
                trial=name,
                measure=measure.name,
                unit=measure.unit,
                published=measure.published,
                low=measure.low,
                high=measure.high,
                model=value,
                error=error,
                verdict=measure.judged(value),
                use=measure.use or trial.use,
                grade=measure.grade or trial.grade,
                people=people,
                why=measure.why,
            )
        )
    return found


def _together(kept: list[dict[str, np.ndarray]]) -> Data:
    return {name: np.concatenate([one[name] for one in kept]) for name in kept[0]}


def _value(of: Callable[[Data], float], data: Data) -> float:
    with np.errstate(all="ignore"):
        return float(of(data))


def jackknife(without: list[float]) -> float:
    """The standard error of a number, from what it is without each seed in turn (NaN for fewer than two)."""
    values = np.asarray(without)
    if values.size < 2 or not np.isfinite(values).all():
        return math.nan
    return float(math.sqrt((values.size - 1) / values.size * ((values - values.mean()) ** 2).sum()))
