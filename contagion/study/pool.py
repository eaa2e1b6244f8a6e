"""The pool: replicates spread over the cores, as many at a time as fit into memory."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import sys
import threading
import types
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path

from contagion.faults import ConfigError, Fault
from contagion.scenario import Scenario
from contagion.study.run import Failure, Plan, attempt, read_part

THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "ARROW_NUM_THREADS",
)
"""Each worker is one process with one thread."""
PROCESS_BYTES, PERSON_BYTES = 300 * 2**20, 3000
"""Memory of a worker: what is loaded, and what a person with their ties and a share of the outcomes takes."""

_plan: Plan | None = None


def _enter(plan: Plan) -> None:
    """A worker begins: leave Ctrl-C to the parent, and end if the parent is gone."""
    global _plan
    _plan = plan
    for module in plan.modules:
        importlib.import_module(module)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def _task(replicate: int) -> Failure | None:
    assert _plan is not None
    return attempt(_plan, replicate)


def run_all(plan: Plan, replicates: list[int], workers: int, done: Callable[[int], None]) -> list[Failure]:
    """Run replicates in this process (one worker) or in a pool; the failures. `done` is called after each.

    What the caller's own script defines (an intervention, say) is known to this process only, so it runs there.
    """
    if workers <= 1 or len(replicates) <= 1 or "__main__" in plan.modules:
        failed = []
        for replicate in replicates:
            failed.append(attempt(plan, replicate))
            done(replicate)
        return [f for f in failed if f]
    left = list(replicates)
    failures: list[Failure] = []
    for _ in range(2):  # a worker that was killed takes the pool with it: once more with a new one
        more, left = _pool(plan, left, min(workers, len(left)), done)
        failures += more
        if not left:
            break
    broken = "a worker process was killed, perhaps for want of memory; try fewer workers"
    return [*failures, *(Failure(r, broken) for r in left)]


def _pool(
    plan: Plan, replicates: list[int], workers: int, done: Callable[[int], None]
) -> tuple[list[Failure], list[int]]:
    """Run replicates in spawned processes; the failures, and what a broken pool left undone."""
    left, failures = dict.fromkeys(replicates), []
    with _one_thread_each():
        before = set(multiprocessing.active_children())
        pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _enter, (plan,))
        try:
            with _without_main():
                tasks = {pool.submit(_task, r): r for r in replicates}
            for task in as_completed(tasks):
                failure = task.result()
                del left[tasks[task]]
                done(tasks[task])
                failures += [failure] if failure else []
        except BrokenProcessPool:
            pass
        except BaseException:
            for child in set(multiprocessing.active_children()) - before:
                child.kill()  # what they had finished is renamed into place; waiting for the rest can hang
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        pool.shutdown(wait=True, cancel_futures=True)
    return failures, [r for r in left if read_part(plan, r) is None]


@contextmanager
def _without_main() -> Iterator[None]:
    """Workers do not run the caller's script again: it need not guard itself, and may come from standard input."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _one_thread_each() -> Iterator[None]:
    kept = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def affordable(workers: int, scenarios: Mapping[str, Scenario]) -> int:
    """As many workers as fit into memory; ConfigError if not even one city does."""
    biggest = max(scenarios.values(), key=lambda s: s.city.population)
    need, free = memory_of(biggest.city.population), free_memory()
    if free is None or workers * need <= free:
        return workers
    if need > free:
        most = int(max(0, free - PROCESS_BYTES) / PERSON_BYTES)
        rule = f"the {free / 2**30:.1f} GiB of memory free here hold at most about {most:,} people"
        raise ConfigError(Fault(biggest.name, "city.population", biggest.city.population, rule))
    return max(1, int(free / need))


def memory_of(population: int) -> int:
    """Bytes a worker needs for a city of this size, roughly and rather too much."""
    return PROCESS_BYTES + PERSON_BYTES * population


def free_memory() -> int | None:
    """Bytes of memory free for new work, None where the system does not tell."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    return None
