"""Forecast: what a study will take in runs, time and disk, before anything starts."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from contagion.study.running import pool
from contagion.study.running.conduct import Order, found


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
        runs = f"{self.points:,} points x {self.scenarios} {scenarios} x {self.replicates} replicates = {whole:,} runs"
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
    """What a study will take on this machine, from two of its histories; nothing is kept."""
    from contagion.study.running.parts import Part
    from contagion.study.running.worker import one

    job = order.job
    many = pool.affordable(workers or pool.cores(), job.bases)
    had = {
        key for s in found(order, order.directory.with_name(order.directory.name + ".partial"), False) for key in s.keys
    }
    todo = [key for key in job.distinct if key not in had]
    sample = [job.runs[0], job.runs[0], job.runs[-1]]
    with tempfile.TemporaryDirectory() as folder:
        part, spent = Part(Path(folder), str(job.form), order.model), []
        for run in sample:  # the first only warms up
            began = time.perf_counter()
            part.add(*one(run, job.bases[run.scenario], job.points[run.point], job.form))
            spent.append(time.perf_counter() - began)
        part.write()
        size = sum(f.stat().st_size for f in Path(folder).rglob("*.parquet")) / len(sample)
    replicates = order.study.replicates
    return Forecast(
        len(job.points), len(job.bases), replicates, len(job.distinct), len(todo), sum(spent[1:]) / 2, size, many
    )


def spell(seconds: float) -> str:
    """A length of time in words."""
    if seconds < 90:
        return f"{max(1, round(seconds))} seconds"
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
    what = (
        f"{len(job.points):,} points x {len(job.bases)} scenarios"
        if len(job.bases) > 1
        else f"{len(job.points):,} points"
    )
    return f"{what} x {replicates} replicates = {len(job.runs):,} runs"
