"""The pool: where runs are worked on. This machine's cores by default, or any executor of the usual shape."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contagion.config.targets import as_lived, graph_of, scenario_at
from contagion.core.errors import ConfigError, Fault
from contagion.model.scenario import STAGE_SHARES, Scenario
from contagion.study.running.cluster import Watch

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "ARROW_NUM_THREADS")
"""Each worker is one process with one thread."""
PROCESS_BYTES, PERSON_BYTES, TIE_BYTES, TIES = 300 * 2**20, 3000, 32, 30.0
"""Memory of a worker: what is loaded, what a person with so many ties and a share of the outcomes takes, and what each tie
more takes."""


@dataclass(frozen=True)
class Engine:
    """A way to get an executor, as often as one breaks, and how many tasks it works on at a time.

    `end` is called with the executor and with whether what it is doing may be dropped, `problem` when nothing has come
    from it for a while: it says in words what is wrong with it, if anything is.
    """

    slots: int
    start: Callable[[], Executor]
    end: Callable[[Executor, bool], None]
    renewable: bool = True
    problem: Callable[[], str | None] = lambda: None


def here() -> Engine:
    """This process itself: one run after the other, nothing to start."""
    return Engine(1, Serial, lambda executor, drop: None)


def local(workers: int) -> Engine:
    """Processes on this machine (loky): configs travel and not objects, so it works from a notebook cell."""

    def start() -> Executor:
        from loky.process_executor import ProcessPoolExecutor

        # Founded cities and the tables of a batch fill that much: renewing a worker then costs a second and loses nothing.
        warnings.filterwarnings("ignore", "A worker was restarted while some jobs were given")
        made: Executor = ProcessPoolExecutor(
            workers, timeout=300, initializer=_enter, initargs=(os.getpid(),), env=dict.fromkeys(THREADS, "1")
        )
        return made

    def end(executor: Any, drop: bool) -> None:
        executor.shutdown(wait=not drop, kill_workers=drop)

    return Engine(workers, start, end)


def given(executor: Executor, slots: int | None = None) -> Engine:
    """An executor of the caller's own (concurrent.futures, mpi4py.futures, a dask client's): it is not shut down."""
    known = slots or getattr(executor, "_max_workers", None) or cores()
    watch = Watch(executor)
    return Engine(int(known), lambda: executor, lambda executor, drop: None, renewable=False, problem=watch.problem)


class Serial(Executor):
    """An executor that works at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call, and hand back a future that is done."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def _enter(parent: int) -> None:
    """A worker begins: load what it needs, leave Ctrl-C to the parent, and end if the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def follow() -> None:
        while os.getppid() == parent:
            time.sleep(0.2)
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
    importlib.import_module("contagion.study.running.worker")


@contextlib.contextmanager
def executor_of(engine: Engine) -> Iterator[Executor]:
    """An executor for a while; what it still does is dropped if something goes wrong."""
    executor, drop = engine.start(), True
    try:
        yield executor
        drop = False
    finally:
        engine.end(executor, drop)


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def affordable(workers: int, scenarios: Mapping[str, Scenario], points: Sequence[Mapping[str, Any]] = ({},)) -> int:
    """As many workers as fit into memory, whatever cities the points make of the scenarios; ConfigError if not one does."""
    biggest = max(cities(scenarios, points), key=memory_of)
    need, free = memory_of(biggest), free_memory()
    if free is None or workers * need <= free:
        return workers
    if need > free:
        people = biggest.city.population
        most = int(max(0, free - PROCESS_BYTES) / ((need - PROCESS_BYTES) / people))
        rule = f"the {free / 2**30:.1f} GiB of memory free here hold at most about {most:,} people"
        if graph_of(biggest.city) is not None:
            told = f"brings {people:,} people, whose city takes about {need / 2**30:.1f} GiB"
            raise ConfigError(Fault(biggest.name, "city.graph", None, rule, problem=told))
        raise ConfigError(Fault(biggest.name, "city.population", people, rule))
    return max(1, int(free / need))


def cities(scenarios: Mapping[str, Scenario], points: Sequence[Mapping[str, Any]]) -> Iterator[Scenario]:
    """Each scenario as each point makes it, as far as its size goes: points of equal cities once."""
    seen = set()
    for values in points:
        sized = {name: value for name, value in values.items() if name.partition(".")[0].strip('"') in SIZING}
        for name, base in scenarios.items():
            what = (name, *(f"{key}={value}" for key, value in sorted(sized.items())))
            if what not in seen:
                seen.add(what)
                yield as_lived(scenario_at(base, sized) if sized else base)


SIZING = ("city", "network", "start")
"""Tables that say how much memory a city takes."""


def memory_of(scenario: Scenario) -> int:
    """Bytes a worker needs for a city, roughly and rather too much."""
    net, start = scenario.network, scenario.start
    lived = sum(getattr(start, name) for name in STAGE_SHARES) / 1000
    given = graph_of(scenario.city)
    if given is not None:
        ties = 2 * given.ties / max(1, given.people)
    else:
        ties = net.friends + net.acquaintances + lived * (net.friends_lived + net.acquaintances_lived)
    return int(PROCESS_BYTES + (PERSON_BYTES + TIE_BYTES * max(0.0, ties - TIES)) * scenario.city.population)


def free_memory() -> int | None:
    """Bytes of memory free for new work, also within a container's limit; None where the system does not tell."""
    free = []
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/meminfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("MemAvailable:"):
                free.append(int(line.split()[1]) * 1024)
    with contextlib.suppress(OSError, ValueError):  # a limit that is none says "max"
        most = int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="utf-8"))
        free.append(max(0, most - int(Path("/sys/fs/cgroup/memory.current").read_text(encoding="utf-8"))))
    return min(free, default=None)
