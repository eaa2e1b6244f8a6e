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
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from contagion.config.written import config_hash
from contagion.study.keeping import working
from contagion.study.running import gather, pool, store
from contagion.study.running.inputs import localized
from contagion.study.running.living import Living
from contagion.study.running.order import Order, StudyFailed
from contagion.study.running.parts import Source, read_parts
from contagion.study.running.pool import Engine
from contagion.study.running.resuming import identity, with_stored
from contagion.study.running.runs import Job, own_kinds, own_modules

__all__ = ["Fill", "Order", "StudyFailed", "conduct"]

Fill = Callable[[Path], Any]


def engine_for(job: Job, workers: int | None, executor: Executor | None = None) -> Callable[[int], Engine]:
    """Which engine works on so many runs: the executor given, or as many processes as there are cores and memory.

    What the caller's own script defines (an intervention, say) is known to this process only, so it runs here.
    """
    if executor is not None:
        return lambda runs: pool.given(executor, workers)
    many = pool.affordable(workers or pool.cores(), job.bases, job.settings)
    alone = many == 1 or "__main__" in own_modules(job.bases)
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
    model, asked = order.model, config_hash(order.study)
    store.check_out(directory, order.kind, key, force)
    if not force and working.found(directory) is None and store.finished(directory, order.kind, asked, model):
        return False
    began = time.perf_counter()
    with working.locked(directory) as partial:
        store.check_out(directory, order.kind, key, force)
        if with_stored(order.study, directory, force) != order.study:
            raise RuntimeError(f"another process has added runs to {directory} meanwhile; give the same command again")
        mine = {"kind": order.kind, "identity": key, "title": order.study.title}
        working.claim(partial, mine, force)
        if not force and store.finished(directory, order.kind, asked, model):
            _clear(order, partial)
            return False
        order = localized(order, partial)
        living = Living(partial, engine, force, progress, max_failures)

        def whole(beside: Path) -> None:
            held = put_together(order, sources, failed, beside)
            said = store.manifest(
                order.study,
                order.job.bases,
                order.kind,
                _seeds(order.job),
                **held,
                **order.said,
                identity=key,
                model_hash=order.model,
                workers=living.slots,
                wall_seconds=round(time.perf_counter() - began, 2),
                **({"modules": own} if (own := own_kinds(order.job.bases)) else {}),
                resumed=max(0, len(order.job.distinct) - living.lived),
            )
            store.write_texts(beside, order.study, said)
            fill(beside)

        more = True
        while more:
            sources, failed = living.through(order)
            working.claim(partial, mine, force)  # its mark may have been taken away meanwhile
            before = living.lived
            try:
                order, more = (order, False) if failed else order.grow(order, gather.Shelf(sources).rows())
                if not more:
                    store.settle(directory, partial, whole)
            except (KeyError, OSError, pa.ArrowException):
                living.through(order)  # were parts lost or torn while they were read?
                if living.lived == before:
                    raise
                more = True
        _clear(order, partial)
    return True


def _clear(order: Order, partial: Path) -> None:
    """Take away the parts that were put together; runs that nobody asked for this time are kept where they are."""
    parts = read_parts(partial, str(order.job.form), order.model)[0]
    beyond = {key for part in parts for key in part.keys} - order.job.distinct.keys()
    if beyond:
        print(f"{len(beyond):,} finished runs that are not of this study stay in {partial}.", file=sys.stderr)
    else:
        for part in partial.glob("part-*"):
            shutil.rmtree(part, ignore_errors=True)


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
    frames = {"runs": runs, "parameters": gather.from_frame(order.parameters)}
    if job.draws:
        frames["draws"] = gather.from_frame(pd.DataFrame(job.draws).rename_axis("replicate").reset_index())
    for name, frame in (frames | {"headlines": gather.from_frame(headlines)}).items():
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
