"""How fast? One figure a line, beside what it was, what it should reach and what it might. Asserts nothing.

    python experiments/bench.py [--quick] [--only PART ...]

One thread on one core; seconds of CPU, medians where a figure is cheap enough to repeat. Each figure stands beside a
yardstick measured in the same run (a NumPy and scipy.sparse loop of simple contagion, a plain Mesa model of it on the
same graph), so that machines can be compared: the figures to reach are for one on which the sparse loop takes about
0.95 s for 100,000 people and 520 weeks. experiments/bench_studies.py measures sweeps and comparisons.
"""

from __future__ import annotations

import argparse
import os
import time
from typing import NamedTuple

ONE_THREAD = ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Row(NamedTuple):
    """One line of the table: what is measured, what it was before, what to reach, what to aim at."""

    what: str
    unit: str
    was: float | None
    reach: float
    aim: float | None
    more_is_better: bool = False

    def verdict(self, figure: float) -> str:
        """Whether the figure is reached."""

        def met(goal: float) -> bool:
            return figure >= goal if self.more_is_better else figure <= goal

        if not met(self.reach):
            return "falls short"
        return "holds, aim too" if self.aim is not None and met(self.aim) else "holds"


ROWS = {
    "all_three": Row("100,000 people, 520 weeks, everything on", "s CPU", 4.1, 1.6, 1.0),
    "baseline": Row("100,000 people, 520 weeks, baseline", "s CPU", 4.1, 1.6, 1.0),
    "million": Row("1,000,000 people, 520 weeks", "s CPU", 47, 20, 12),
    "million_gb": Row("1,000,000 people, most memory", "GB", 2.8, 2.2, 1.6),
    "found": Row("found a city of 1,000,000", "s CPU", 14, 8, 5),
    "sis_sparse": Row("SIS, 100,000 on an own graph, 516 weeks: slower than the sparse loop", "times", 26, 3, 1),
    "sis_mesa": Row("the same: faster than the plain Mesa model", "times", 5, 45, 140, True),
    "csv": Row("found a city on that graph, read from CSV", "s CPU", 6.6, 2, 1),
    "agents": Row("2,000 people one by one, a week", "ms CPU", 45, 20, 10),
    "small": Row("1,000 people, 104 weeks, city founded anew", "ms CPU", 85, 40, 20),
    "small_shared": Row("1,000 people, 104 weeks, city founded before", "ms CPU", 85, 40, 20),
    "help": Row("contagion --help", "s", None, 0.5, None),
    "compile": Row("everything compiled for the first time", "s", None, 60, None),
    "cached": Row("from a cached start to the first week of 1,000 people", "s", None, 1.5, None),
}
PARTS = ("city", "great_city", "simple_contagion", "agents", "small_city", "starts")
"""The functions of bench_rows.py, in order."""


def told(row: Row, figure: float, against: str, quick: bool) -> str:
    """One line of the table."""
    was, aim = (f"{x:g}" if x is not None else "" for x in (row.was, row.aim))
    verdict = "(too small)" if quick else row.verdict(figure)
    return f"{row.what:<69}{figure:>8.3g} {row.unit:<7}{was:>6}{row.reach:>7g}{aim:>6}  {verdict:<15}{against}"


def on_one_core() -> str:
    """Keep to the last core that is allowed, and to one thread; says what was done."""
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    try:
        core = max(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {core})
    except (AttributeError, OSError):  # no such thing on this system
        return "one thread, on any core"
    return f"one thread, on core {core}"


def main() -> None:
    """Measure and print the rows, each as soon as it is known."""
    asked = argparse.ArgumentParser(description="How fast is the model, beside two yardsticks?")
    asked.add_argument("--quick", action="store_true", help="small sizes: shows that it runs, its figures mean nothing")
    asked.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="these parts alone")
    given = asked.parse_args()
    print(f"Benchmark: {on_one_core()}")

    import bench_rows  # NumPy and numba read the number of threads when they are loaded

    sizes, began = (bench_rows.QUICK if given.quick else bench_rows.Sizes()), time.perf_counter()
    bench_rows.warm()
    print(f"{'':<69}{'now':>8} {'':<7}{'was':>6}{'reach':>7}{'aim':>6}  {'':<15}against", flush=True)
    for part in (part for part in PARTS if part in given.only):
        for row, figure, against in getattr(bench_rows, part)(sizes):
            print(told(ROWS[row], figure, against, given.quick), flush=True)
    print(f"{time.perf_counter() - began:.0f} s in all")


if __name__ == "__main__":
    main()
