"""The runner under every study: runs in, finished parts out; what fails is reported, what breaks is tried again.

At most a few batches for each worker are under way at a time, so that the parent's memory stays flat however many runs
there are. A worker that is killed takes its pool with it: what it had kept is found again, the rest goes to a new pool,
and a run that keeps killing its worker is set aside as failed.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from contagion.study.running.parts import Part, read_parts
from contagion.study.running.pool import Engine, executor_of
from contagion.study.running.runs import Batch, CannotWrite, Job, Run, RunStatus, batches

SECONDS_IN_A_BATCH, MOST_IN_A_BATCH = 1.5, 200
"""Work in a batch: enough that sending it costs next to nothing, little enough that a killed worker loses seconds."""
AHEAD = 2
"""Batches under way for each worker: one being worked on, one waiting for it."""
KILLS = 3
"""Pools that a run may break in company; then it is worked on alone, and if it breaks that too, it has failed."""
LOOK = 5.0
"""Seconds without anything finished after which it is asked whether the executor is still there."""
SHARED_SECONDS = 20
"""How long a shared file system may take to show what another machine has written."""
KILLED = "the worker process was killed, perhaps for want of memory; try fewer workers"


class ExecutorGone(RuntimeError):
    """Nobody works on the runs any more: a scheduler that does not answer, or one without workers."""


class TooManyFailures(RuntimeError):
    """More runs failed than were allowed; the rest was not begun."""


@dataclass
class Progress:
    """How far a study has come: runs done with, of them failed, seconds of those that went well."""

    done: int = 0
    failed: int = 0
    seconds: float = 0.0

    def add(self, reports: Iterable[RunStatus]) -> int:
        """Count these runs; how many they are."""
        reports = list(reports)
        for _, status, _, seconds in reports:
            self.done += 1
            if status == "ok":
                self.seconds += seconds
            else:
                self.failed += 1
        return len(reports)

    @property
    def batch(self) -> int:
        """Runs that make a good batch, from what they took so far."""
        well = self.done - self.failed
        pace = self.seconds / well if well else SECONDS_IN_A_BATCH
        return max(1, min(MOST_IN_A_BATCH, int(SECONDS_IN_A_BATCH / max(pace, 1e-6))))


def work_on(batch: Batch) -> list[RunStatus]:
    """What an executor is given: the worker is loaded where the work is done, not in the process that sends it."""
    from contagion.study.running.worker import live

    return live(batch)


def perform(
    job: Job,
    todo: Iterable[Run],
    engine: Engine,
    folder: Path,
    *,
    max_failures: int | None = None,
    on_progress: Callable[[int], Any] = lambda n: None,
) -> Progress:
    """Live through the runs and keep them as parts in `folder`; `on_progress` is called with how many were finished.

    Raises TooManyFailures, and what a worker raises when nothing can be kept (CannotWrite) or nothing should be
    (OtherVersion, ConfigError).
    """
    work = _Work(job, folder, on_progress, max_failures)
    work.fresh = batches(job, todo, str(folder.absolute()), lambda: work.progress.batch)
    while True:
        with executor_of(engine) as executor:
            lost = work.drive(executor, engine)
        if not lost:
            return work.progress
        work.pick_up(lost)
        if not engine.renewable and work.breaks > 10:
            raise RuntimeError("the executor that was given is broken; what was finished is kept")


@dataclass
class _Work:
    job: Job
    folder: Path
    on_progress: Callable[[int], Any]
    max_failures: int | None
    progress: Progress = field(default_factory=Progress)
    fresh: Iterator[Batch] = field(default_factory=lambda: iter(()))
    again: deque[Batch] = field(default_factory=deque)
    kills: Counter[str] = field(default_factory=Counter)
    breaks: int = 0

    def drive(self, executor: Executor, engine: Engine) -> list[Batch]:
        """Feed an executor until all is done or it loses something; the batches that were lost. Raises ExecutorGone."""
        under_way: dict[Future[list[RunStatus]], Batch] = {}
        lost: list[Batch] = []
        try:
            while True:
                while not lost and len(under_way) < self._window(engine.slots):
                    batch = self.again.popleft() if self.again else next(self.fresh, None)
                    if batch is None:
                        break
                    try:
                        under_way[executor.submit(work_on, batch)] = batch
                    except BrokenExecutor:
                        lost.append(batch)
                    except Exception as refused:  # a client whose scheduler is gone raises this and that
                        raise ExecutorGone(
                            f"the executor takes no more work ({refused}); what is finished is kept"
                        ) from None
                if not under_way:
                    return lost
                done = wait(under_way, timeout=LOOK, return_when=FIRST_COMPLETED).done
                problem = engine.problem() if not done or self.breaks else None
                if problem:
                    raise ExecutorGone(f"{problem}; what was finished is kept, and the same command goes on from it")
                for future in done:
                    batch = under_way.pop(future)
                    error = CancelledError() if future.cancelled() else future.exception()
                    if error is None:
                        if not self.progress.done:
                            self._must_appear()
                        self._report(future.result())
                    elif _of_the_pool(error):
                        lost.append(batch)
                    else:
                        raise error
        except ExecutorGone:  # nobody is left to be told; a client that is closed raises when it is asked to tell
            raise
        except BaseException:
            for future in under_way:
                future.cancel()
            raise

    def pick_up(self, lost: list[Batch]) -> None:
        """Find what lost workers had kept, and line up the rest again, suspects one by one."""
        self.breaks += 1
        kept = {key for part in read_parts(self.folder, str(self.job.form), lost[0].model)[0] for key in part.keys}
        for batch in lost:
            self._report([(run.key, "ok", "", 0.0) for run, _ in batch.runs if run.key in kept])
            left = tuple((run, values) for run, values in batch.runs if run.key not in kept)
            self.kills.update(run.key for run, _ in left)
            if len(left) == 1 and self.kills[left[0][0].key] > KILLS:
                self._give_up(batch, left[0][0])
            elif any(self.kills[run.key] >= KILLS for run, _ in left):
                self.again.extendleft(replace(batch, runs=(one,)) for one in left)
            elif left:
                self.again.append(replace(batch, runs=left))

    def _window(self, slots: int) -> int:
        """Batches to have under way: one while it compiles the rules for all, and one while suspects are tried."""
        suspects = bool(self.again) and self.kills[self.again[0].runs[0][0].key] >= KILLS
        return 1 if suspects or not self.progress.done else AHEAD * slots

    def _must_appear(self) -> None:
        """CannotWrite unless what the first batch has kept is seen here too: a worker elsewhere may write elsewhere."""
        for _ in range(SHARED_SECONDS * 10):
            if any(self.folder.glob("part-*")):
                return
            time.sleep(0.1)
        raise CannotWrite(
            f"what the workers finish does not appear in {self.folder}: the directory must be on a file system that they "
            "share with this process"
        )

    def _give_up(self, batch: Batch, run: Run) -> None:
        """Keep a run that kills its worker as a failed one."""
        part = Part(Path(batch.folder), str(batch.form), batch.model)
        row = run.row() | {"status": "failed", "message": KILLED}
        part.add(row, {})
        part.write()
        self._report([(run.key, "failed", KILLED, 0.0)])

    def _report(self, reports: list[RunStatus]) -> None:
        self.on_progress(self.progress.add(reports))
        most, failed = self.max_failures, self.progress.failed
        if most is not None and failed > most:
            raise TooManyFailures(f"{failed} runs failed, more than the {most} that may (--max-failures)")


def _of_the_pool(error: BaseException) -> bool:
    """Whether a worker or its pool is gone, rather than something wrong with the work."""
    return isinstance(error, BrokenExecutor | CancelledError) or type(error).__name__ == "KilledWorker"
