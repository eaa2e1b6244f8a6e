"""Forecast: what a study will take in runs, time and disk, before anything starts."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from contagion.config.targets import scenario_at
from contagion.core import errors
from contagion.study.keeping import working
from contagion.study.running import pool
from contagion.study.running.living import found
from contagion.study.running.order import Order
from contagion.study.running.runs import Job, Run


@dataclass(frozen=True)
class Forecast:
    """What a study will take: runs in all, runs to be done, seconds and bytes of one run, workers."""

    points: int
    scenarios: int
    replicates: int
    runs: int
    todo: int
    seconds: float
    size: float
    workers: int

    def __str__(self) -> str:
        whole = self.points * self.scenarios * self.replicates
        scenarios = "scenario" if self.scenarios == 1 else "scenarios"
        each = errors.counted(self.replicates, "replicate")
        points = errors.counted(self.points, "point")
        runs = f"{points} x {self.scenarios} {scenarios} x {each} = {errors.counted(whole, 'run')}"
        shared = whole - self.runs
        lines = [runs + (f", {shared:,} of them the same as another" if shared else "")]
        done = self.runs - self.todo
        lines += [f"{done:,} are done already, {self.todo:,} are to be done"] if done else []
        total, many = self.todo * self.seconds, f"{self.workers} at a time" if self.workers > 1 else "one at a time"
        lines.append(f"{self.todo:,} runs x {self.seconds:.2g} s, {many}: about {spell(total / self.workers)}")
        lines.append(
            f"About {bytes_in_words(self.runs * self.size)} of disk, and as much again while it is put together"
        )
        return "\n".join(lines)


def forecast(order: Order, workers: int | None) -> Forecast:
    """What a study will take on this machine, from histories of its smallest and of its middling city; nothing is kept.

    The time and the disk of the others follow from how many people they follow for how many weeks.
    """
    job = order.job
    many = pool.affordable(workers or pool.cores(), job.bases, job.settings)
    had = {key for source in found(order, working.found(order.directory), False) for key in source.keys}
    distinct = job.distinct
    todo = [run for key, run in distinct.items() if key not in had]
    work = works(job)
    of = [work[run.scenario, run.point] for run in todo or distinct.values()]
    by_work = sorted(job.runs, key=lambda run: work[run.scenario, run.point])
    small, middle = _tried(order, by_work[0]), _tried(order, by_work[len(by_work) // 2])
    ends = work[by_work[0].scenario, by_work[0].point], work[by_work[-1].scenario, by_work[-1].point]
    at = ends[0], work[by_work[len(by_work) // 2].scenario, by_work[len(by_work) // 2].point]

    def mean(first: float, second: float) -> float:
        if ends[0] == ends[1] or at[0] == at[1]:
            return (first + second) / 2 * (sum(of) / len(of)) / at[1]
        slope = max(0.0, (second - first) / (at[1] - at[0]))
        return sum(max(first, first + slope * (one - at[0])) for one in of) / len(of)

    seconds, size = (mean(first, second) for first, second in zip(small, middle))
    replicates = order.study.replicates
    return Forecast(len(job.points), len(job.bases), replicates, len(distinct), len(todo), seconds, size, many)


def works(job: Job) -> dict[tuple[str, int], float]:
    """People times weeks of each scenario at each point."""
    found_, known = {}, {}
    for point, values in enumerate(job.points):
        sized = {name: v for name, v in values.items() if name.partition(".")[0].strip('"') in ("city", "time")}
        for name, base in job.bases.items():
            what = (name, *(f"{key}={v}" for key, v in sorted(sized.items())))
            if what not in known:
                one = scenario_at(base, sized) if sized else base
                known[what] = float(one.city.population * max(1, one.weeks))
            found_[name, point] = known[what]
    return found_


def _tried(order: Order, run: Run) -> tuple[float, float]:
    """Seconds and bytes of one history, lived through twice: the first time only warms up."""
    from contagion.study.running.parts import Part
    from contagion.study.running.worker import one

    job = order.job
    with tempfile.TemporaryDirectory() as folder:
        part = Part(Path(folder), str(job.form), order.model)
        one(run, job.bases[run.scenario], job.values(run), job.form)
        began = time.perf_counter()
        part.add(*one(run, job.bases[run.scenario], job.values(run), job.form))
        spent = time.perf_counter() - began
        part.write()
        return spent, float(sum(f.stat().st_size for f in Path(folder).rglob("*.parquet")))


def spell(seconds: float) -> str:
    """A length of time in words."""
    if seconds < 90:
        return errors.counted(max(1, round(seconds)), "second")
    if seconds < 5400:
        return f"{round(seconds / 60)} minutes"
    return f"{seconds / 3600:.1f} hours"


def bytes_in_words(size: float) -> str:
    """An amount of storage in words."""
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 1000 or unit == "GB":
            return f"{size:.2g} {unit}" if size < 10 else f"{size:,.0f} {unit}"
    raise AssertionError


def counted(order: Order) -> str:
    """How many runs a study has, in words."""
    job, replicates = order.job, order.study.replicates
    what = errors.counted(len(job.points), "point")
    what += f" x {len(job.bases)} scenarios" if len(job.bases) > 1 else ""
    return f"{what} x {errors.counted(replicates, 'replicate')} = {errors.counted(len(job.runs), 'run')}"
