"""Living: what is finished is found, the rest is lived, again where finished parts are lost, until nothing is missing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from tqdm import tqdm

from contagion.study.keeping import seal
from contagion.study.running import store
from contagion.study.running.order import Order, StudyFailed
from contagion.study.running.parts import Source, failed_rows, read_parts
from contagion.study.running.pool import Engine
from contagion.study.running.runner import perform
from contagion.study.running.runs import CannotWrite, Run

ATTEMPTS = 4
"""How often runs are done again that are lost after they were finished, before it is given up."""


@dataclass
class Living:
    """Living through the runs of a study in a working folder: how, and how much was lived so far, on how many slots."""

    partial: Path
    engine: Callable[[int], Engine]
    force: bool = False
    progress: bool = True
    max_failures: int | None = None
    lived: int = 0
    slots: int = 0

    def through(self, order: Order) -> tuple[list[Source], dict[str, dict[str, Any]]]:
        """Live through what is missing until nothing is; where each run is to be found, and those that failed, by key.

        Raises StudyFailed where failures stop the study; CannotWrite if finished runs are lost again and again.
        """
        sources = found(order, self.partial, self.force, tell=True)
        for attempt in range(ATTEMPTS):
            had = {key for source in sources for key in source.keys}
            failed = self._failed(order, sources) if self.lived else {}
            todo = [run for key, run in order.job.distinct.items() if key not in had and key not in failed]
            if not todo:
                return sources, failed
            if attempt:
                print(
                    f"{len(todo):,} finished runs were lost from {self.partial}; they are done again.", file=sys.stderr
                )
            chosen = self.engine(len(todo))
            self._live(order, todo, chosen)
            self.lived, self.slots = self.lived + len(todo), chosen.slots
            sources = found(order, self.partial, self.force)
        problem = f"finished runs are lost from {self.partial} again and again"
        raise CannotWrite(f"{problem}: look after that disk, or choose another --out")

    def _live(self, order: Order, todo: list[Run], engine: Engine) -> None:
        """Live through these runs, with a bar that says how long it will take."""
        of, often = len(order.job.distinct), 0.5 if sys.stderr.isatty() else 30
        with tqdm(
            total=of,
            initial=of - len(todo),
            desc="runs",
            unit="",
            disable=not self.progress,
            mininterval=often,
            file=sys.stderr,
            smoothing=0.05,
        ) as bar:
            perform(order.job, todo, engine, self.partial, max_failures=self.max_failures, on_progress=bar.update)

    def _failed(self, order: Order, sources: list[Source]) -> dict[str, dict[str, Any]]:
        """Rows of the runs that failed, by key; StudyFailed where this kind of study cannot do without them."""
        distinct, had = order.job.distinct, {key for source in sources for key in source.keys}
        parts = [source for source in sources if not source.segment]
        failed = {key: row for key, row in failed_rows(parts).items() if key in distinct and key not in had}
        if failed and order.failures_stop:
            raise StudyFailed(list(failed.values()), len(distinct), self.partial)
        return failed


def found(order: Order, partial: Path | None, force: bool, tell: bool = False) -> list[Source]:
    """What is finished already: whole parts, and the directory if it holds the same study."""
    form = str(order.job.form)
    parts: list[Source] = []
    if partial is not None:
        parts, wrong = read_parts(partial, form, order.model)
        for name, problem in wrong.items() if tell else ():
            print(f"{partial / name} is not used, and its runs are done again: {problem}.", file=sys.stderr)
    return parts if force else [*parts, *kept(order, form, tell)]


OTHER_RUNS = "its runs are of another version of the model: choose another --out, or add --force to run all of it again"


def kept(order: Order, form: str, tell: bool = False) -> list[Source]:
    """The segments of the finished directory that are undamaged, if it is of the same study, form and model."""
    said = store.read_or_mend(order.directory, tell)
    if said is None:
        return []
    if "keys" in said:  # what the directory says of itself is damaged, and the runs in it are not
        if not set(said["keys"]) <= order.job.distinct.keys():
            raise seal.Damaged(seal.fault(order.directory, seal.MANIFEST, "is damaged", OTHER_RUNS))
        bad: dict[str, str] = {}
    elif said.get("schema") not in store.READ or (said.get("form"), said.get("model_hash")) != (form, order.model):
        return []
    else:
        bad = seal.wrong(order.directory)
    for name, problem in bad.items() if tell else ():
        print(f"{order.directory / name} {problem}; it is made again.", file=sys.stderr)
    if {"runs.parquet", "headlines.parquet"} & bad.keys():
        return []
    table = pq.read_table(order.directory / "headlines.parquet", columns=["run_id"])
    keys, at, sources = table["run_id"].to_pylist(), 0, []
    for number, n in enumerate(said["segments"]):
        segment = f"{number:05d}"
        if not any(f"{name}/{segment}.parquet" in bad for name in order.job.form.tables):
            tables = tuple(name for name in order.job.form.tables if (order.directory / name).is_dir())
            sources.append(Source(order.directory, tuple(keys[at : at + n]), segment, tables))
        at += n
    return sources
