"""Conducting a study: what has been lived is found, the rest is lived, and all of it is put in its place.

The same way for one history, a comparison, a sweep and a sensitivity analysis. While it goes on, finished parts
stand in `DIR.partial`; the whole directory appears at the end, by one rename.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
from tqdm import tqdm

from contagion.config.study import Study
from contagion.config.written import config_hash
from contagion.model.scenario import Scenario
from contagion.study.running import gather, pool, store
from contagion.study.running.parts import Source, failed_rows, read_parts
from contagion.study.running.pool import Engine
from contagion.study.running.provenance import model_hash
from contagion.study.running.resuming import identity
from contagion.study.running.runner import perform
from contagion.study.running.runs import Job, Run, own_modules

Fill = Callable[[Path], Any]


class StudyFailed(RuntimeError):
    """Some runs failed; the others are kept and a rerun goes on from them."""

    def __init__(self, failures: list[dict[str, Any]], of: int, partial: Path):
        self.failures = failures
        first = failures[0]
        where = f"{first['scenario']}, replicate {first['replicate']}"
        super().__init__(
            f"{len(failures)} of {of} runs failed ({where}: {first['message']}); "
            f"the others are kept in {partial}, and the same command runs only what is missing"
        )


@dataclass(frozen=True)
class Order:
    """A study to be conducted: what it is, its runs, where its results go, and what is said of it.

    `analyse` may write further tables from the run rows, and says something for the manifest. `grow` looks at the run
    rows (by key) when all runs are done, and gives the order back, with more runs (and True) if these are not enough.
    """

    kind: str
    study: Study
    job: Job
    directory: Path
    parameters: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"point": [0]}))
    said: Mapping[str, Any] = field(default_factory=dict)
    failures_stop: bool = False
    analyse: Callable[[Job, pd.DataFrame, Path], Mapping[str, Any]] = lambda job, rows, beside: {}
    grow: Callable[[Order, pd.DataFrame], tuple[Order, bool]] = lambda order, rows: (order, False)

    @property
    def model(self) -> str:
        """The version of the model, with what the user defines."""
        return model_hash(own_modules(self.job.bases))


def stored_in_words(asked: Study, order: Order) -> str:
    """What is stored beyond what was asked for, in a sentence; empty if nothing is."""

    def sizes(study: Study) -> tuple[tuple[int, str], ...]:
        rows = study.sweep.points if order.kind == "sweep" else study.sensitivity.size
        return (study.replicates, "replicates"), (rows, "points" if order.kind == "sweep" else "base rows")

    more = [f"{held:,} {of}" for (held, of), (now, _) in zip(sizes(order.study), sizes(asked)) if held != now]
    return f"{order.directory} holds {' and '.join(more)} already; none is thrown away." if more else ""


def engine_for(
    bases: Mapping[str, Scenario], workers: int | None, executor: Executor | None = None
) -> Callable[[int], Engine]:
    """Which engine works on so many runs: the executor given, or as many processes as there are cores and memory.

    What the caller's own script defines (an intervention, say) is known to this process only, so it runs here.
    """
    if executor is not None:
        return lambda runs: pool.given(executor, workers)
    many = pool.affordable(workers or pool.cores(), bases)
    alone = many == 1 or "__main__" in own_modules(bases)
    return lambda runs: pool.here() if alone or runs <= 1 else pool.local(min(many, runs))


def conduct(
    order: Order,
    engine: Callable[[int], Engine],
    *,
    force: bool = False,
    progress: bool = True,
    max_failures: int | None = None,
    fill: Fill = lambda beside: None,
) -> bool:
    """Do what is missing of a study; whether anything was done. `engine` is asked with the number of runs to do.

    `fill` is called with the directory before it is put in its place: pages and further tables are written there.
    Raises StudyFailed if runs failed and failures stop this kind of study; TooManyFailures; CannotWrite.
    """
    directory, key = order.directory, identity(order.study)
    store.check_out(directory, order.kind, key, force)
    if not force and store.finished(directory, order.kind, config_hash(order.study), order.model):
        return False
    began = time.perf_counter()
    with store.locked(directory) as partial:
        workers, lived, more = 0, 0, True
        while more:
            sources = found(order, partial, force, tell=not lived)
            had = {key for source in sources for key in source.keys}
            todo = [run for key, run in order.job.distinct.items() if key not in had]
            if todo:
                chosen = engine(len(todo))
                _live(order, todo, chosen, partial, progress, max_failures)
                sources, workers, lived = found(order, partial, force), chosen.slots, lived + len(todo)
            failed = _failed(order, sources, partial)
            order, more = (order, False) if failed else order.grow(order, gather.Shelf(sources).rows())

        def whole(beside: Path) -> None:
            held = put_together(order, sources, failed, beside)
            seconds = round(time.perf_counter() - began, 2)
            said = store.manifest(
                order.study,
                order.job.bases,
                order.kind,
                _seeds(order.job),
                **held,
                **order.said,
                identity=key,
                model_hash=order.model,
                workers=workers,
                wall_seconds=seconds,
                resumed=len(order.job.distinct) - lived,
            )
            store.write_texts(beside, order.study, said, directory)
            fill(beside)

        store.settle(directory, whole)
        _clear(order, partial)
    return True


def found(order: Order, partial: Path, force: bool, tell: bool = False) -> list[Source]:
    """What is finished already: whole parts, and the directory if it holds the same study."""
    form = str(order.job.form)
    parts, wrong = read_parts(partial, form, order.model)
    for name, problem in wrong.items() if tell else ():
        print(f"{partial / name} is not used, and its runs are done again: {problem}.", file=sys.stderr)
    return parts if force else [*parts, *kept(order, form)]


def kept(order: Order, form: str) -> list[Source]:
    """The segments of the finished directory, if it is of the same study, form and model, and undamaged."""
    said = store.read_manifest(order.directory)
    if said is None or said.get("schema") != store.SCHEMA or said.get("form") != form:
        return []
    if said.get("model_hash") != order.model:
        return []
    if bad := store.damaged(order.directory, said):
        print(f"{order.directory / bad} is damaged: the runs of this directory are done again.", file=sys.stderr)
        return []
    table = pq.read_table(order.directory / "headlines.parquet", columns=["run_id"])
    keys, at, sources = table["run_id"].to_pylist(), 0, []
    for number, n in enumerate(said["segments"]):
        sources.append(Source(order.directory, tuple(keys[at : at + n]), f"{number:05d}"))
        at += n
    return sources


def _live(
    order: Order, todo: list[Run], engine: Engine, partial: Path, progress: bool, max_failures: int | None
) -> None:
    """Live through the runs that are missing, with a bar that says how long it will take."""
    of, often = len(order.job.distinct), 0.5 if sys.stderr.isatty() else 30
    with tqdm(
        total=of,
        initial=of - len(todo),
        desc="runs",
        unit="",
        disable=not progress,
        mininterval=often,
        file=sys.stderr,
        smoothing=0.05,
    ) as bar:
        perform(order.job, todo, engine, partial, max_failures=max_failures, on_progress=bar.update)


def _clear(order: Order, partial: Path) -> None:
    """Take away the parts that were put together; runs that nobody asked for this time are kept where they are."""
    parts = read_parts(partial, str(order.job.form), order.model)[0]
    beyond = {key for part in parts for key in part.keys} - order.job.distinct.keys()
    if beyond:
        print(f"{len(beyond):,} finished runs that are not of this study stay in {partial}.", file=sys.stderr)
    else:
        shutil.rmtree(partial, ignore_errors=True)


def _failed(order: Order, sources: list[Source], partial: Path) -> dict[str, dict[str, Any]]:
    """Rows of the runs that failed, by key; StudyFailed where this kind of study cannot do without them."""
    distinct, had = order.job.distinct, {key for source in sources for key in source.keys}
    failed = {key: row for key, row in failed_rows(partial).items() if key in distinct and key not in had}
    if failed and order.failures_stop:
        raise StudyFailed(list(failed.values()), len(distinct), partial)
    return failed


def put_together(
    order: Order, sources: list[Source], failed: Mapping[str, Mapping[str, Any]], beside: Path
) -> dict[str, Any]:
    """Write the final tables; what the manifest says of them."""
    shelf, job = gather.Shelf(sources), order.job
    rows, contents, counts = shelf.rows(), gather.Contents(), dict.fromkeys(job.form.tables, 0)
    keys = [key for key in job.distinct if key in shelf.where]
    sizes = []
    for number, (some, tables) in enumerate(gather.segments(shelf, keys, job.form.tables)):
        sizes.append(len(some))
        for name, table in tables.items():
            gather.write(table, beside / name / f"{number:05d}.parquet")
            contents.add(name, table.drop_columns(["run_id"]))  # ids change with every version of the code
            counts[name] += table.num_rows
    runs = gather.run_table(job, rows, failed)
    headlines = rows.loc[keys, gather.headline_names(rows)].reset_index()
    for name, frame in (
        ("runs", runs),
        ("parameters", gather.from_frame(order.parameters)),
        ("headlines", gather.from_frame(headlines)),
    ):
        gather.write(frame, beside / f"{name}.parquet")
        left_out = [column for column in ("run_id", "seconds", "traceback") if column in frame.column_names]
        contents.add(name, frame.drop_columns(left_out))
    more = order.analyse(job, rows, beside)
    return {
        **more,
        "form": str(job.form),
        "segments": sizes,
        "content_hash": contents.hash,
        "runs": len(job.runs),
        "failed": len(failed),
        "tables": counts | {"runs": runs.num_rows, "headlines": len(headlines)},
        "compute_seconds": round(float(rows.loc[keys, "seconds"].sum()), 2),
        "files": store.files_of(beside),
    }


def _seeds(job: Job) -> list[int]:
    """Seeds of the replicates that every scenario shares (the first stream's)."""
    return list(dict.fromkeys(run.seed for run in job.runs if run.point == job.runs[0].point))
