"""Sweeps: every point is lived through, nothing is lost or done twice, and the tables are the same however it was run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT
from sweeping import TINY, parts, tables

import contagion as ct
from contagion.core.errors import ConfigError
from contagion.study.results import Replaced, Results
from contagion.study.running import runner, worker
from contagion.study.running.conduct import StudyFailed
from contagion.study.running.runs import OtherVersion, seed_of
from contagion.study.sweep import RunsFailed, sweep

pytestmark = pytest.mark.usefixtures("undrawn")  # nothing here is about pictures


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text(TINY)
    return path


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The tiny sweep, by two workers."""
    folder = tmp_path_factory.mktemp("sweep")
    (folder / "tiny.toml").write_text(TINY)
    return sweep(folder / "tiny.toml", workers=2, out=folder / "out", progress=False)


def test_every_point_is_lived_with_every_seed(done: Results) -> None:
    assert list(done.runs.columns) == [
        "run_id", "point", "scenario", "replicate", "seed", "status", "message", "seconds", "traceback",
    ]  # fmt: skip
    assert len(done.runs) == 18 and (done.runs["status"] == "ok").all() and done.failed.empty
    assert done.runs["run_id"].is_unique and done.runs[["point", "replicate"]].drop_duplicates().shape[0] == 18
    assert done.runs.groupby("replicate")["seed"].nunique().tolist() == [1, 1, 1]
    assert done.runs["seed"].nunique() == 3, "replicates differ in their seeds"
    assert done.runs["seed"].iloc[0] == seed_of(5, 0)
    assert done.parameters["starting.friend"].tolist() == [0.0, 0.0, 0.1, 0.1, 0.2, 0.2]
    assert (done.directory / "manifest.json").exists() and done.manifest["design"] == "grid"
    names = {p.name for p in done.directory.iterdir()}
    assert names >= {"timeline", "events", "headlines.parquet", "scenario.toml"} and "groups" not in names


def test_the_tables_hold_what_each_history_was(done: Results) -> None:
    study = ct.load_study(done.directory / "scenario.toml")
    for run in done.runs.iloc[[0, 9, 17]].itertuples():
        values = done.parameters.set_index("point").loc[run.point].to_dict()
        lived = ct.simulate(ct.load(done.directory / "scenario.toml", **values), int(run.seed))
        kept = done.timeline[done.timeline["run_id"] == run.run_id].set_index("week")
        weeks = [0, 4, 8, 12, 13]
        assert kept.index.tolist() == weeks, "every fourth week, and the last"
        assert kept["active"].tolist() == lived.timeline["active"].loc[weeks].tolist()
        assert kept["starts"].sum() == lived.timeline["starts"].sum(), "flows are added up, not dropped"
        events = done.events[done.events["run_id"] == run.run_id]
        assert events["uid"].tolist() == lived.events["uid"].tolist()
        one = done.headlines.set_index("run_id").loc[run.run_id]
        assert one["starts"] == lived.timeline["starts"].sum()
        assert one["stable"] == lived.timeline["stable"].mean()
    assert study.replicates == 3


def test_any_executor_and_any_number_of_workers_give_the_same_bytes(done: Results, tiny: Path, tmp_path: Path) -> None:
    expected = tables(done.directory)
    assert tables(sweep(tiny, workers=1, out=tmp_path / "one", progress=False).directory) == expected
    with ThreadPoolExecutor(2) as threads:
        assert tables(sweep(tiny, executor=threads, out=tmp_path / "t", progress=False).directory) == expected
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        assert tables(sweep(tiny, executor=processes, out=tmp_path / "p", progress=False).directory) == expected


def test_more_replicates_add_only_the_new_ones(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lived: list[str] = []
    true = worker.one
    monkeypatch.setattr(worker, "one", lambda run, *a: lived.append(run.key) or true(run, *a))
    first = sweep(tiny, workers=1, out=tmp_path / "out", progress=False, replicates=2)
    assert len(lived) == 12 and len(first.runs) == 12
    again = sweep(tiny, workers=1, out=tmp_path / "out", progress=False, replicates=2)
    assert len(lived) == 12 and again.manifest["created"] == first.manifest["created"]
    more = sweep(tiny, workers=1, out=tmp_path / "out", progress=False, replicates=4)
    assert len(lived) == 24 == len(set(lived)) and len(more.runs) == 24
    fewer = sweep(tiny, workers=1, out=tmp_path / "out", progress=False, replicates=2)
    assert len(lived) == 24 and len(fewer.runs) == 24, "what was computed is not thrown away"
    whole = sweep(tiny, workers=1, out=tmp_path / "whole", progress=False, replicates=4)
    assert tables(whole.directory) == tables(more.directory)
    assert whole.manifest["content_hash"] == more.manifest["content_hash"]


def test_a_longer_sequence_adds_only_its_new_points(tiny: Path, tmp_path: Path) -> None:
    of = {"sweep.design": "sobol", "study.replicates": 1}
    first = sweep(tiny, workers=1, out=tmp_path / "out", progress=False, **of, **{"sweep.points": 4})
    points, runs = first.parameters, first.runs
    more = sweep(tiny, workers=1, out=tmp_path / "out", progress=False, **of, **{"sweep.points": 8})
    assert len(runs) == 4 and more.manifest["resumed"] == runs["run_id"].nunique()
    assert more.parameters.head(4).equals(points)
    fewer = sweep(tiny, workers=1, out=tmp_path / "out", progress=False, **of, **{"sweep.points": 4})
    assert len(fewer.runs) == len(more.runs) == 8, "what was computed is not thrown away"
    other = of | {"sweep.design": "latin", "sweep.points": 4}
    with pytest.raises(ConfigError, match="holds the results of another study"):
        sweep(tiny, workers=1, out=tmp_path / "out", progress=False, **other)


def test_results_that_were_replaced_are_not_mixed_with_those_that_were_read(tiny: Path, tmp_path: Path) -> None:
    first = sweep(tiny, workers=1, out=tmp_path / "out", progress=False, replicates=1)
    assert len(first.runs) == 6
    sweep(tiny, workers=1, out=tmp_path / "out", progress=False, replicates=2)
    for table in ("headlines", "timeline", "indices", "parameters"):
        with pytest.raises(Replaced, match="out was written again after it was opened; open it again"):
            getattr(first, table)
    assert len(first.runs) == 6, "what was read stays what it was"


def test_finished_runs_beyond_what_is_asked_for_are_not_taken_away(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    out, true, lived = tmp_path / "out", worker.one, []

    def until_it_stops(run: Any, *a: Any) -> Any:
        lived.append(run.key)
        if len(lived) == 13:
            raise OtherVersion("by hand")
        return true(run, *a)

    monkeypatch.setattr(worker, "one", until_it_stops)
    monkeypatch.setattr(worker, "OFTEN", 0.0)
    monkeypatch.setattr(runner, "MOST_IN_A_BATCH", 1)  # else their size follows from how fast the machine is
    with pytest.raises(OtherVersion):
        sweep(tiny, workers=1, out=out, progress=False, replicates=4)
    few = sweep(tiny, workers=1, out=out, progress=False, replicates=1)
    assert len(few.runs) == 6 and few.manifest["resumed"] == 6
    assert "6 finished runs that are not of this study stay in" in capfd.readouterr().err
    more = sweep(tiny, workers=1, out=out, progress=False, replicates=4)
    assert more.manifest["resumed"] == 12 and not out.with_name("out.partial").exists()


def test_points_of_equal_values_share_their_histories(tiny: Path, tmp_path: Path) -> None:
    changed = {
        "study.scenarios": {"today": {}, "same": {"title": "The same"}, "other": {"relapse": {"scale": 2.0}}},
        "study.replicates": 1,
    }
    found = sweep(tiny, workers=1, out=tmp_path / "out", progress=False, **changed)
    assert len(found.runs) == 18 and found.runs["run_id"].nunique() == 12
    by = found.outcomes.set_index(["point", "scenario"])["starts"].unstack("scenario")
    assert (by["today"] == by["same"]).all()
    assert len(found.headlines) == 12, "a history is stored once"


def test_a_run_that_fails_is_a_row_and_the_others_go_on(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    true, broken = worker.simulate, [0.1]

    def sometimes(scenario: ct.Scenario, seed: int, **more: object) -> object:
        if scenario.starting.friend in broken:
            raise ZeroDivisionError("by hand")
        return true(scenario, seed, **more)

    monkeypatch.setattr(worker, "simulate", sometimes)
    with pytest.warns(RunsFailed, match=r"6 of 18 runs failed \(run .*ZeroDivisionError: by hand"):
        found = sweep(tiny, workers=1, out=tmp_path / "out", progress=False)
    assert len(found.failed) == 6 and set(found.failed["message"]) == {"ZeroDivisionError: by hand"}
    assert found.failed["traceback"].str.contains("ZeroDivisionError").all()
    assert len(found.headlines) == 12 and found.timeline["run_id"].nunique() == 12
    assert "Runs that failed: 6" in repr(found)
    assert found.manifest["failed"] == 6
    array = found.to_xarray()
    assert int(np.isnan(array["stable"]).sum()) == 6 and array.attrs["failed"] == 6
    broken.clear()
    lived: list[str] = []
    one = worker.one
    monkeypatch.setattr(worker, "one", lambda run, *a: lived.append(run.key) or one(run, *a))
    mended = sweep(tiny, workers=1, out=tmp_path / "out", progress=False)
    assert len(lived) == 6 and mended.failed.empty, "only the failed ones are done again"


def test_too_many_failures_stop_the_sweep(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lived = []

    def never(*_: object, **__: object) -> None:
        lived.append(1)
        raise ZeroDivisionError

    monkeypatch.setattr(worker, "simulate", never)
    with pytest.raises(runner.TooManyFailures, match=r"3 runs failed, more than the 2 that may"):
        sweep(tiny, workers=1, out=tmp_path / "out", progress=False, max_failures=2)
    assert len(lived) < 18 and not (tmp_path / "out").exists()


def test_a_comparison_with_a_failed_run_is_not_finished(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    true, broken = worker.simulate, ["champions"]

    def sometimes(scenario: ct.Scenario, seed: int, **more: object) -> object:
        if scenario.name in broken:
            raise ZeroDivisionError("by hand")
        return true(scenario, seed, **more)

    monkeypatch.setattr(worker, "simulate", sometimes)
    with pytest.raises(StudyFailed, match=r"3 of 6 runs failed \(champions, replicate 0: ZeroDivisionError: by hand\)"):
        ct.compare(small, workers=1, out=tmp_path / "out", progress=False)
    assert not (tmp_path / "out").exists() and parts(tmp_path)
    broken.clear()
    ended = ct.compare(small, 4, workers=1, out=tmp_path / "out", progress=False)
    whole = ct.compare(small, 4, workers=1, out=tmp_path / "whole", progress=False)
    assert ended.results.manifest["content_hash"] == whole.results.manifest["content_hash"]


@pytest.mark.parametrize("what", ["torn", "changed", "missing", "no json", "another version", "another form"])
def test_parts_that_are_not_whole_are_named_and_done_again(
    what: str, done: Results, tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    stop_after(tiny, out, 7)
    part = parts(tmp_path)[-1]
    table, said = part / "timeline.parquet", part / "part.json"
    if what == "torn":
        table.write_bytes(table.read_bytes()[:-9])
    elif what == "changed":
        raw = bytearray(table.read_bytes())
        raw[len(raw) // 2] ^= 1
        table.write_bytes(raw)
    elif what == "missing":
        table.unlink()
    elif what == "no json":
        said.write_text("{")
    else:
        key = "model" if what == "another version" else "form"
        said.write_text(json.dumps(json.loads(said.read_text()) | {key: "x"}))
    (tmp_path / "out.partial" / "part-foreign-1").mkdir()
    found = sweep(tiny, workers=1, out=out, progress=False)
    err = capsys.readouterr().err
    assert f"{part.name} is not used, and its runs are done again: " in err and "part-foreign-1" in err
    assert tables(found.directory) == tables(done.directory)
    assert not (tmp_path / "out.partial").exists()


def stop_after(study: Path, out: Path, runs: int) -> None:
    """Begin a sweep and interrupt it when so many of its runs are kept."""
    seen = 0

    def interrupt(run: object, *more: object) -> object:
        nonlocal seen
        seen += 1
        if seen > runs:
            raise KeyboardInterrupt
        return true(run, *more)

    true, often = worker.one, worker.OFTEN
    worker.one, worker.OFTEN = interrupt, 0.0  # type: ignore[assignment]
    try:
        with pytest.raises(KeyboardInterrupt):
            sweep(study, workers=1, out=out, progress=False)
    finally:
        worker.one, worker.OFTEN = true, often
    assert not out.exists() and len(parts(out.parent)) == runs


def test_a_damaged_directory_is_named_and_done_again(
    done: Results, tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sweep(tiny, workers=1, out=tmp_path / "out", progress=False, replicates=2)
    path = tmp_path / "out" / "events" / "00000.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    found = sweep(tiny, workers=1, out=tmp_path / "out", progress=False)
    assert "events/00000.parquet is damaged" in capsys.readouterr().err
    assert tables(found.directory) == tables(done.directory)


NOTEBOOK = """
import contagion as ct
from contagion.interventions.ties.champions import Champions

class Mine(Champions):
    "An intervention that only this cell knows."
    kind_ = "mine"

plain = ct.sweep("tiny.toml", workers=2, out="plain", progress=False)
mine = ct.sweep("tiny.toml", workers=2, out="mine", progress=False, **{"interventions.m": {"kind": "mine", "start": 0.0}})
print(len(plain.runs), len(plain.failed), len(mine.runs), len(mine.failed))
"""


def test_it_works_from_a_cell_without_a_guard(tiny: Path, tmp_path: Path) -> None:
    """As in a notebook: no file to run again, and what a cell defines is not known to other processes."""
    said = subprocess.run(
        [sys.executable, "-"], input=NOTEBOOK, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=200,
    )  # fmt: skip
    assert said.stdout.strip() == "18 0 18 0", said.stderr


def test_a_sweep_in_which_everything_fails_can_be_read(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by hand")

    monkeypatch.setattr(worker, "simulate", never)
    with pytest.warns(RunsFailed, match="18 of 18 runs failed"):
        found = sweep(tiny, workers=1, out=tmp_path / "out", progress=False)
    assert len(found.failed) == 18 and found.outcomes.empty and found.timeline.empty
    assert found.headlines.empty and len(found.parameters) == 6
