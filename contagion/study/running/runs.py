"""Runs: a history to be lived is a scenario and a seed, and its key says whether it has been lived already."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from contagion.config.targets import scenario_at
from contagion.config.written import plain, run_digest
from contagion.core.chance import fold
from contagion.model.scenario import Scenario
from contagion.study.running.provenance import model_hash

RunStatus = tuple[str, str, str, float]
"""What a worker says of a run: key, status, message, seconds."""


class CannotWrite(RuntimeError):
    """The place for the results does not take them; runs that are finished and kept stay kept."""


class OtherVersion(RuntimeError):
    """A worker has another version of the model than the process that sends the work."""


class Run(NamedTuple):
    """One history: its place in the study, its seed, and the key of all that it depends on."""

    key: str
    point: int
    scenario: str
    replicate: int
    seed: int

    def row(self) -> dict[str, Any]:
        """The run's row in the run table, before it is lived."""
        return {
            "run_id": self.key,
            "point": self.point,
            "scenario": self.scenario,
            "replicate": self.replicate,
            "seed": self.seed,
            "status": "",
            "message": "",
            "seconds": 0.0,
            "traceback": "",
        }


@dataclass(frozen=True)
class Form:
    """What is kept of each history: tables, weeks between the rows of the timeline."""

    tables: tuple[str, ...]
    every: int = 1

    def __str__(self) -> str:
        return f"{', '.join(self.tables) or 'no tables'}; every {self.every}"


@dataclass(frozen=True)
class Job:
    """A study as runs: full scenarios by name, the values that each point changes in them, what is kept of each run.

    `runs` stand in the order of the final tables: by stream, replicate, point and scenario. `draws` are the values that
    each replicate draws, by replicate; empty where none are drawn.
    """

    bases: Mapping[str, Scenario]
    points: Sequence[Mapping[str, Any]]
    runs: tuple[Run, ...]
    form: Form
    draws: Sequence[Mapping[str, Any]] = ()

    def values(self, run: Run) -> Mapping[str, Any]:
        """What a run changes in its scenario: what its replicate draws and its point sets."""
        point = self.points[run.point]
        return {**self.draws[run.replicate], **point} if self.draws else point

    @property
    def settings(self) -> Sequence[Mapping[str, Any]]:
        """Every set of values that any run changes in its scenario."""
        return [{**draw, **point} for draw in self.draws for point in self.points] if self.draws else self.points

    @property
    def distinct(self) -> dict[str, Run]:
        """Each history once, by key; equal points share theirs."""
        found: dict[str, Run] = {}
        for run in self.runs:
            found.setdefault(run.key, run)
        return found


@dataclass(frozen=True)
class Batch:
    """Work for one worker: configs travel, not objects; `modules` define interventions of the user's own."""

    bases: Mapping[str, Mapping[str, Any]]
    runs: tuple[tuple[Run, Mapping[str, Any]], ...]
    form: Form
    folder: str
    model: str
    modules: tuple[str, ...]


def seed_of(seed: int, replicate: int, stream: int = 0) -> int:
    """The seed of a replicate, shared by every scenario and by every point of one stream."""
    return fold(seed, "replicate", replicate, *(("stream", stream) if stream else ()))


def key_of(digest: str, seed: int, model: str) -> str:
    """The key of a history: what was lived, with which seed, by which version of the model."""
    return hashlib.sha256(f"{digest}:{seed}:{model}".encode()).hexdigest()[:20]


def job_of(
    bases: Mapping[str, Scenario],
    points: Sequence[Mapping[str, Any]],
    replicates: int,
    seed: int,
    form: Form,
    streams: Sequence[int] | None = None,
    draws: Sequence[Mapping[str, Any]] = (),
) -> Job:
    """All runs of a study: every scenario at every point, under as many seeds as there are replicates.

    `draws`: what each replicate draws, shared by all scenarios; none where it is empty.
    """
    model = model_hash(own_modules(bases))
    empty: Job = Job(bases, points, (), form, draws)
    digests = [{name: run_digest(scenario_at(base, one)) for name, base in bases.items()} for one in empty.settings]
    members: dict[int, list[int]] = {}
    for point, stream in enumerate(streams if streams is not None else [0] * len(points)):
        members.setdefault(int(stream), []).append(point)
    runs = []
    for stream in sorted(members):
        for replicate in range(replicates):
            one, first = seed_of(seed, replicate, stream), replicate * len(points) if draws else 0
            runs += [
                Run(key_of(digests[point + first][name], one, model), point, name, replicate, one)
                for point in members[stream]
                for name in bases
            ]
    return replace(empty, runs=tuple(runs))


def batches(job: Job, todo: Iterable[Run], folder: str, size: Callable[[], int]) -> Iterator[Batch]:
    """Runs in batches, in order: those of one seed follow one another, so that they share their city."""
    held: list[Run] = []
    tables, own = {name: plain(base) for name, base in job.bases.items()}, own_modules(job.bases)

    def batch() -> Batch:
        names = {run.scenario for run in held}
        some = {name: table for name, table in tables.items() if name in names}
        return Batch(some, tuple((r, job.values(r)) for r in held), job.form, folder, model_hash(own), own)

    for run in todo:
        if len(held) >= size():
            yield batch()
            held = []
        held.append(run)
    if held:
        yield batch()


def own_modules(bases: Mapping[str, Scenario]) -> tuple[str, ...]:
    """Modules outside the package that define kinds of intervention."""
    kinds = {type(one) for s in bases.values() for one in s.interventions.values()}
    return tuple(sorted({k.__module__ for k in kinds if not k.__module__.startswith("contagion.")}))


def own_kinds(bases: Mapping[str, Scenario]) -> dict[str, dict[str, Any]]:
    """Those modules by name: the file of each and the kinds that it defines."""
    found: dict[str, dict[str, Any]] = {}
    for one in (one for s in bases.values() for one in s.interventions.values()):
        module = type(one).__module__
        if module in own_modules(bases):
            file = getattr(sys.modules.get(module), "__file__", None)
            said = found.setdefault(module, {"file": Path(file).name if file else "", "kinds": []})
            said["kinds"] = sorted({*said["kinds"], one.kind})
    return found
