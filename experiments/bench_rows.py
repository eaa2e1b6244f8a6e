"""The rows of the benchmark: each measures one thing through the public interface, beside a yardstick.

CPU seconds of one thread, after compilation, medians where a row is repeated; wall seconds for new processes.
Started as a script it measures one city of a million people, so that the memory is that of this alone.
"""

from __future__ import annotations

import functools
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import bench_yardsticks as yardsticks
import numpy as np
import pandas as pd

import contagion as ct

WEEKS = 516
"""Weeks of simple contagion that are timed, after four that warm up."""


class Sizes(NamedTuple):
    """How large each row is."""

    city: int = 100_000
    great_city: int = 1_000_000
    weeks: int = 520
    graph: int = 100_000
    graph_weeks: int = WEEKS
    mesa_weeks: int = 24
    times: int = 3
    compile: bool = True


QUICK = Sizes(city=2_000, great_city=5_000, weeks=26, graph=2_000, graph_weeks=52, mesa_weeks=4, times=1, compile=False)
"""Small sizes: a smoke test, whose figures mean nothing."""


class Measured(NamedTuple):
    """One figure of the table: which row, the figure, and what it is against the yardstick, in words."""

    row: str
    figure: float
    against: str


def cpu(act: Callable[[], object]) -> float:
    """CPU seconds that it takes."""
    began = time.process_time()
    act()
    return time.process_time() - began


def against(spent: float, yardstick: float, name: str) -> str:
    """A time as a multiple of a yardstick's."""
    return f"{spent / yardstick:.2f} x {name} ({yardstick:.3g} s)"


def everything(people: int, weeks: int, **more: object) -> ct.Scenario:
    """The three interventions together."""
    over = {"city.population": people, "time.years": weeks / 52, **more}
    return ct.variants(ct.load("first_comparison", **over))["all_three"]


def warm() -> None:
    """Compile what the rows use, in both ways of living."""
    for how in ("columns", "agents"):
        ct.RecoveryCity(everything(1000, 60, **EARLY), rng=1, how=how).run_for(60 if how == "columns" else 5)


EARLY = {f"interventions.{name}.start": 0.0 for name in ("champions", "linkage", "housing")}
"""All interventions from the first week."""


def city(sizes: Sizes) -> Iterator[Measured]:
    """Ten years of a city: everything on, and nothing but what there is today."""
    base = statistics.median(yardsticks.sparse_city(sizes.city, sizes.weeks) for _ in range(sizes.times))
    over = {"city.population": sizes.city, "time.years": sizes.weeks / 52}
    for row, scenario in (
        ("all_three", everything(sizes.city, sizes.weeks)),
        ("baseline", ct.load("baseline", **over)),
    ):
        spent = []
        for seed in range(1, sizes.times + 1):
            lived = ct.RecoveryCity(scenario, rng=seed)
            spent.append(cpu(lambda c=lived: c.run_for(sizes.weeks)))
        yield Measured(row, statistics.median(spent), against(statistics.median(spent), base, "the sparse loop"))


def great_city(sizes: Sizes) -> Iterator[Measured]:
    """The same for a million people, in a process of its own: founding, CPU and memory."""
    command = [sys.executable, __file__, str(sizes.great_city), str(sizes.weeks)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    found = json.loads(told.splitlines()[-1])
    weeks = max(1, sizes.weeks // 10)
    base = yardsticks.sparse_city(sizes.great_city, weeks) * sizes.weeks / weeks
    pairs = yardsticks.random_pairs(sizes.great_city)
    laid = cpu(lambda: yardsticks.matrix(sizes.great_city, *pairs))
    yield Measured("million", found["weeks"], against(found["weeks"], base, f"the sparse loop, {weeks} weeks scaled"))
    yield Measured("million_gb", found["gb"], f"of which {found['loaded_gb']:.2f} GB before founding")
    yield Measured("found", found["founding"], against(found["founding"], laid, "a sparse matrix of ten ties each"))


def _great_city(people: int, weeks: int) -> dict[str, float]:
    """Found a city, live in it, and say what it took."""
    warm()
    loaded, scenario, made = _peak_gb(), everything(people, weeks), []
    founding = cpu(lambda: made.append(ct.RecoveryCity(scenario, rng=1)))
    lived = cpu(lambda: made[0].run_for(weeks))
    return {"founding": founding, "weeks": lived, "gb": _peak_gb(), "loaded_gb": loaded}


def _peak_gb() -> float:
    """Most memory that this process has held, in GB (10^9 bytes).

    Linux hands the figure of getrusage on to children that hold less, so it is read where the kernel starts anew.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(text for text in status.read_text().splitlines() if text.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e9
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most * (1 if sys.platform == "darwin" else 1024) / 1e9


def _edges(people: int) -> pd.DataFrame:
    """A random graph of about ten neighbours each, no tie twice in the same direction."""
    luck = np.random.default_rng(1)
    ends = pd.DataFrame(luck.integers(0, people, (people * 5, 2)), columns=["source", "target"])
    return ends.query("source != target").drop_duplicates()


def _simple(graph: Path) -> ct.Scenario:
    """configs/oracle_sis.toml on a graph of one's own, with the yardsticks' hazards."""
    hazards = {"starting.tie_rate": yardsticks.START * 52, "relapse.rate": yardsticks.LOSE * 52}
    return ct.load("oracle_sis", **{"city.graph": str(graph), "time.years": 10, **hazards})


def simple_contagion(sizes: Sizes) -> Iterator[Measured]:
    """The plain SIS on an own graph: founding it from CSV, and its weeks against both yardsticks."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small.csv", Path(folder) / "graph.csv"
        _edges(min(1000, sizes.graph)).to_csv(small, index=False)
        ct.RecoveryCity(_simple(small), rng=1).run_for(8)
        edges = _edges(sizes.graph)
        edges.to_csv(large, index=False)
        scenario, lived, founding, spent = _simple(large), None, [], []
        for seed in range(1, sizes.times + 1):
            began = time.process_time()
            lived = ct.RecoveryCity(scenario, rng=seed)
            founding.append(time.process_time() - began)
            lived.run_for(4)
            spent.append(cpu(lambda c=lived: c.run_for(sizes.graph_weeks)))
        read = statistics.median(cpu(lambda: _read(large, sizes.graph)) for _ in range(sizes.times))
    line = lived.outcomes().timeline
    share = float((line["in_recovery"] / line["people"]).iloc[-max(1, sizes.graph_weeks // 4) :].mean())
    one, two = edges["source"].to_numpy(), edges["target"].to_numpy()
    neighbours = yardsticks.matrix(sizes.graph, one, two)
    loops = [yardsticks.sparse_loop(neighbours, sizes.graph_weeks) for _ in range(sizes.times)]
    loop, ours = statistics.median(spent_ for spent_, _ in loops), statistics.median(spent)
    mesa, their_share = yardsticks.mesa_loop(sizes.graph, one, two, sizes.mesa_weeks, loops[0][1])
    mesa *= sizes.graph_weeks / sizes.mesa_weeks
    shares = f"in recovery: {share:.3f}, loop {loops[0][1]:.3f}, Mesa {their_share:.3f}"
    yield Measured("sis_sparse", ours / loop, f"{ours:.3g} s against {loop:.3g} s; {shares}")
    yield Measured("sis_mesa", mesa / ours, f"{ours:.3g} s against {mesa:.3g} s, from {sizes.mesa_weeks} weeks")
    yield Measured("csv", statistics.median(founding), against(statistics.median(founding), read, "pandas and scipy"))


def _read(graph: Path, people: int) -> None:
    """Read the same file into a sparse matrix."""
    read = pd.read_csv(graph)
    yardsticks.matrix(people, read["source"].to_numpy(), read["target"].to_numpy())


def agents(sizes: Sizes) -> Iterator[Measured]:
    """A week of 2,000 Mesa agents that live one by one, and of as many plain ones."""
    people, weeks = (2_000, 24) if sizes.compile else (200, 4)
    lived = ct.RecoveryCity(everything(people, 104, **EARLY), rng=1, how="agents")
    lived.run_for(4)
    ours = statistics.median(cpu(lambda: lived.run_for(4)) / 4 for _ in range(weeks // 4))
    plain = yardsticks.mesa_loop(people, *yardsticks.random_pairs(people), weeks)[0] / weeks
    yield Measured("agents", ours * 1000, f"{ours / plain:.1f} x the plain Mesa model ({plain * 1000:.2g} ms a week)")


def small_city(sizes: Sizes) -> Iterator[Measured]:
    """One run of a sweep: 1,000 people over two years, with the founding of their city and without."""
    weeks, times = (104, 15) if sizes.compile else (8, 2)
    scenario = everything(1000, weeks, **EARLY)
    base = statistics.median(yardsticks.sparse_city(1000, weeks) for _ in range(times))
    whole = statistics.median(cpu(lambda s=seed: ct.simulate(scenario, s)) for seed in range(times))
    cities = [ct.RecoveryCity(scenario, rng=seed) for seed in range(times)]
    shared = statistics.median(cpu(lambda c=lived: c.run_for(weeks)) for lived in cities)
    yield Measured("small", whole * 1000, against(whole, base, "the sparse loop"))
    yield Measured("small_shared", shared * 1000, against(shared, base, "the sparse loop"))


FIRST_WEEK = """
import contagion as ct
ct.RecoveryCity(ct.load("baseline", **{"city.population": 1000}), rng=1).run_for(1)
"""
EVERYTHING = "import bench_rows\nbench_rows.warm()\nbench_rows.warm_simple()\n"


def warm_simple() -> None:
    """Compile what simple contagion on an own graph needs beyond the rest."""
    with tempfile.TemporaryDirectory() as folder:
        graph = Path(folder) / "graph.csv"
        _edges(1000).to_csv(graph, index=False)
        ct.RecoveryCity(_simple(graph), rng=1).run_for(8)


def starts(sizes: Sizes) -> Iterator[Measured]:
    """Wall seconds of new processes: the help, everything compiled for the first time, and a start after that."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = {"CONTAGION_CACHE_DIR": folder, "NUMBA_CACHE_DIR": folder}

        @functools.cache
        def bare() -> float:
            return _median(sizes, "-c", "import numpy, scipy.sparse, pandas, mesa")

        shown = _median(sizes, "-m", "contagion", "--help")
        yield Measured("help", shown, against(shown, bare(), "importing numpy, scipy, pandas, mesa"))
        if sizes.compile:
            first = _wall("-c", EVERYTHING, **fresh)
            kept = sum(len(files) for _, _, files in os.walk(folder))
            yield Measured("compile", first, f"{kept} files kept")
            _wall("-c", FIRST_WEEK, **fresh)  # what only it needs
            week = _median(sizes, "-c", FIRST_WEEK, **fresh)
            yield Measured("cached", week, against(week, bare(), "importing numpy, scipy, pandas, mesa"))


def _wall(*words: str, **more: str) -> float:
    """Wall seconds of a new Python with these words; compiled Python files are kept, as they usually are."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    path = os.pathsep.join([str(Path(__file__).parent), kept.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, *words], check=True, stdout=subprocess.DEVNULL, env={**kept, "PYTHONPATH": path, **more}
    )
    return time.perf_counter() - began


def _median(sizes: Sizes, *words: str, **more: str) -> float:
    """The median of some starts, after one that nobody counts."""
    _wall(*words, **more)
    return statistics.median(_wall(*words, **more) for _ in range(max(1, sizes.times)))


if __name__ == "__main__":
    print(json.dumps(_great_city(int(sys.argv[1]), int(sys.argv[2]))))
