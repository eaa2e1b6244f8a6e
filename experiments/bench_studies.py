"""What do the runner and the store of a sweep cost, and what do common seeds save? Prints ratios; asserts nothing.

    python experiments/bench_studies.py [RUNS]        # 10,000 runs of a 1,000-person city unless said otherwise

Wall times after compilation. Run it on an idle machine; numbers differ between machines, ratios less so.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import mesa
import networkx as nx
import numpy as np

import contagion as ct
from contagion.study.running import pool
from contagion.study.sweep import sweep

POINTS = 20
"""Points of the shipped sweep (configs/sweep_example.toml)."""


def startup() -> None:
    """From the command to the first run: the parent, and then its workers, load what they need (second of two starts)."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for _ in range(2):
        with tempfile.TemporaryDirectory() as folder:
            words = [
                sys.executable,
                "-m",
                "contagion",
                "sweep",
                "sweep_example",
                "--out",
                f"{folder}/out",
                "--workers",
                "2",
            ]
            began = time.perf_counter()
            child = subprocess.Popen(
                words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environment
            )
            assert child.stderr is not None
            child.stderr.readline()
            ready = time.perf_counter() - began
            while not list(Path(folder).glob("*.partial/part-*")):
                time.sleep(0.002)
            first = time.perf_counter() - began
            child.kill()
            child.wait()
    print(f"Start-up: checked and laid out after {ready:.1f} s, first run lived and stored after {first:.1f} s")


def overhead(runs: int = 400) -> None:
    """The runner and the store in one process, beside the histories themselves as each run timed its own."""
    replicates = max(1, runs // POINTS)
    extra, each = [], []
    with tempfile.TemporaryDirectory() as folder:
        for k in range(3):  # the first compiles and loads
            began = time.perf_counter()
            found = ct.sweep("sweep_example", workers=1, replicates=replicates, out=f"{folder}/{k}", progress=False)
            wall, lived = time.perf_counter() - began, float(found.runs["seconds"].sum())
            extra.append((wall - lived) / len(found.runs))
            each.append(lived / len(found.runs))
    more, bare = float(np.median(extra[1:])), float(np.median(each[1:]))
    print(f"Runner, store and page, {len(found.runs)} runs: {1000 * more:.1f} ms a run beside {1000 * bare:.0f} ms of "
          f"history: {100 * more / bare:.1f} % ({100 * more / 0.1:.1f} % at 0.1 s a run)")  # fmt: skip


def throughput(runs: int) -> None:
    """Many runs by two workers and some by one; the parent's memory."""
    few, many = max(1, runs // POINTS // 10), max(1, runs // POINTS)
    with tempfile.TemporaryDirectory() as folder:
        taken = {}
        for workers in (1, 2):
            engine = pool.local(workers)
            executor = engine.start()
            for name, replicates in (("warm", 2), ("timed", few)):
                began = time.perf_counter()
                sweep("sweep_example", executor=executor, workers=workers, replicates=replicates, progress=False,
                      out=f"{folder}/{name}{workers}")  # fmt: skip
                taken[workers] = time.perf_counter() - began
            engine.end(executor, True)
        print(f"Two workers against one, {few * POINTS} runs, pool started: {taken[1]:.1f} s and {taken[2]:.1f} s: "
              f"{taken[1] / taken[2]:.2f} to 1")  # fmt: skip
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        found = sweep("sweep_example", workers=2, replicates=many, out=f"{folder}/many", progress=False)
        wall = time.perf_counter() - began
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        lived = float(found.runs["seconds"].sum())
        disk = sum(f.stat().st_size for f in found.directory.rglob("*.parquet")) / 1e6
        print(f"{len(found.runs):,} runs by 2 workers: {wall:.0f} s, {len(found.runs) / wall:.1f} runs a second; histories "
              f"{lived / 2:.0f} s, so {100 * (2 * wall / lived - 1):.1f} % beside them; the parent grew by {grown:.0f} MB; "
              f"{disk:.0f} MB on disk")  # fmt: skip


def shared_cities(replicates: int = 20) -> None:
    """What founding each city once would save at most in the shipped comparison."""
    arms = ct.variants(ct.load("first_comparison", **{"city.population": 5000, "time.years": 1.0}))
    founding, living = [], []
    for seed in range(replicates + 1):
        for scenario in arms.values():
            began = time.perf_counter()
            city = ct.RecoveryCity(scenario, rng=seed)
            founded = time.perf_counter()
            city.run_for(scenario.weeks)
            if seed:  # the first compiles
                founding.append(founded - began)
                living.append(time.perf_counter() - founded)
    apart = sum(founding) + sum(living)
    shared = sum(founding) / len(arms) + sum(living)
    print(f"Cities of {len(arms)} scenarios, 5,000 people over a year: {1000 * np.median(founding):.0f} ms to found, "
          f"{1000 * np.median(living):.0f} ms to live; founded once for all: {apart / shared:.2f} to 1")  # fmt: skip


def paired(people: int = 10_000, years: float = 5.0, replicates: int = 12) -> None:
    """Variance of a difference under common and under separate seeds."""
    names = list(ct.load("first_comparison").interventions)
    early = {f"interventions.{name}.start": 0.0 for name in names}
    arms = ct.variants(ct.load("first_comparison", **{"city.population": people, "time.years": years, **early}))
    found = {
        name: np.array([ct.simulate(what, seed).timeline["in_recovery"].iloc[-1] for seed in range(replicates)])
        for name, what in arms.items()
    }
    today = found.pop("today")
    print(f"Pairing, people in recovery after {years:g} years ({people:,} people, {replicates} replicates):")
    for name, values in found.items():
        apart, together = np.var(today) + np.var(values), np.var(values - today)
        saved = apart / together if together else float("inf")
        mean = float(np.mean(values - today))
        print(f"    {name}: {mean:+.1f} people; the difference has {saved:.0f} times less variance with common seeds")


class Patient(mesa.Agent):
    """Somebody in active addiction or in recovery, as Mesa models are usually written."""

    def __init__(self, model: PlainCity, well: bool) -> None:
        super().__init__(model)
        self.well = self.next = well

    def decide(self) -> None:
        """Read the neighbours as they are now."""
        if self.well:
            self.next = self.random.random() >= self.model.lose
        else:
            near = sum(other.well for other in self.neighbours)
            self.next = near > 0 and self.random.random() >= (1 - self.model.start) ** near

    def change(self) -> None:
        """Become what was decided."""
        self.well = self.next


class PlainCity(mesa.Model):
    """The simple contagion of configs/oracle_sis.toml, written the way Mesa's tutorials do."""

    def __init__(self, people: int = 1000, tie_rate: float = 0.1, rate: float = 0.5, rng: int | None = None) -> None:
        super().__init__(rng=rng)
        self.start, self.lose = 1 - np.exp(-tie_rate / 52), 1 - np.exp(-rate / 52)
        graph = nx.watts_strogatz_graph(people, 8, 0.1, seed=self.random.randrange(2**31))
        patients = [Patient(self, self.random.random() < 0.2) for _ in graph]
        for i, patient in enumerate(patients):
            patient.neighbours = [patients[j] for j in graph[i]]
        self.datacollector = mesa.DataCollector({"well": lambda m: sum(a.well for a in m.agents)})
        self.datacollector.collect(self)

    def step(self) -> None:
        """One week, everybody at the same time."""
        self.agents.do("decide")
        self.agents.do("change")
        self.datacollector.collect(self)


def against_mesa(people: int, replicates: int) -> None:
    """The same sweep of the same simple contagion: mesa.batch_run and this package, two processes each."""
    ties, losses = [0.05, 0.1, 0.2], [0.3, 0.6]
    began = time.perf_counter()
    asked = {"people": people, "tie_rate": ties, "rate": losses}
    rows = mesa.batch_run(PlainCity, asked, rng=list(range(replicates)), max_steps=208, number_processes=2,
                          display_progress=False)  # fmt: skip
    theirs = time.perf_counter() - began
    factors = {"starting.tie_rate": {"values": ties}, "relapse.rate": {"values": losses}}
    same = {
        "city.population": people,
        "factors": factors,
        "study.outcomes": ["in_recovery"],
        "sweep.keep": ["timeline"],
    }
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        found = sweep("oracle_sis", workers=2, out=f"{folder}/out", progress=False, replicates=replicates, **same)
        ours = time.perf_counter() - began
        ends = found.timeline[found.timeline["week"] == 208]["in_recovery"].mean()
    their_ends = float(np.mean([row["well"] for row in rows]))
    print(
        f"Simple contagion, {people:,} people, 208 weeks, {len(rows)} runs, 2 processes: mesa.batch_run {theirs:.1f} s "
        f"(mean of {their_ends:.0f} in recovery at the end), contagion sweep {ours:.1f} s ({ends:.0f}): "
        f"{theirs / ours:.1f} to 1"
    )


if __name__ == "__main__":
    startup()
    overhead()
    shared_cities()
    paired()
    against_mesa(1000, 20)
    against_mesa(10_000, 3)
    throughput(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
