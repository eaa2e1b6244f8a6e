"""Killed at every act on the disk, in a run, a comparison, a sweep and while one grows: nothing is lost, nobody is touched.

Each act (a file opened for writing, a rename, a folder made, something taken away) is a kill point of its own. After each
the same command, or one that asks for less, ends as if nothing had happened.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from conftest import SMALL
from killing import KILLED, in_a_child
from sweeping import TINY, tables

from contagion.study.compare import compare
from contagion.study.keeping import working
from contagion.study.results import open_results
from contagion.study.run import record
from contagion.study.running import worker
from contagion.study.sweep import sweep

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")

YEARS = {"time.years": 0.06, "city.population": 120}
NEIGHBOURS = ("out.old", "out.writing", "out.partial", "out.new", "out.partial-2")
"""Folders of the user's beside the results, some of which an earlier version took for its own."""
ONE_FACTOR = TINY[: TINY.index('[factors."stigma')].replace("values = [0.0, 0.1, 0.2]", "values = [0.0, 0.1]")
TESTED: dict[str, int] = {}


def lived(kind: str, folder: Path, replicates: int = 2) -> None:
    """The study of a kind, in this process, with a part for every run."""
    worker.OFTEN = 0.0  # type: ignore[misc]
    if kind == "run":
        from contagion.config.load import load_study

        record(load_study(folder / "small.toml", **YEARS), 3, folder / "out")
    elif kind == "compare":
        compare(folder / "small.toml", replicates, 1, folder / "out", progress=False, finish=_page, **YEARS)
    else:
        sweep(folder / "tiny.toml", replicates=replicates, workers=1, out=folder / "out", progress=False, **YEARS)


def _page(directory: Path) -> None:
    (directory / "report.html").write_text("page")


def laid(folder: Path) -> Path:
    """A folder with study files, and with neighbours that hold something of the user's."""
    folder.mkdir()
    (folder / "small.toml").write_text(SMALL)
    (folder / "tiny.toml").write_text(ONE_FACTOR)
    for name in NEIGHBOURS:
        (folder / name).mkdir()
        (folder / name / "thesis").write_text("mine")
    (folder / "out.lock").write_text("mine")
    return folder


def noted(out: Path) -> None:
    """What a user keeps among the results: a note, a folder, a file among the tables, a link."""
    (out / "notes.txt").write_text("mine")
    (out / "figures" / "deep").mkdir(parents=True)
    (out / "figures" / "deep" / "one.png").write_text("mine")
    (out / "timeline" / "mine.csv").write_text("mine")
    (out / "00link").symlink_to("notes.txt")


def untouched(folder: Path, notes: bool) -> None:
    for name in NEIGHBOURS:
        assert [p.name for p in (folder / name).iterdir()] == ["thesis"], name
        assert (folder / name / "thesis").read_text() == "mine"
    assert (folder / "out.lock").read_text() == "mine"
    if notes:
        held = [p.name for p in folder.rglob("*") if p.is_file() or p.is_symlink()]
        assert {"notes.txt", "one.png", "mine.csv", "00link"} <= set(held), (
            "what is the user's is somewhere at any moment"
        )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, int], dict[str, bytes]]]:
    """Tables of a study that nobody killed."""
    often, known = worker.OFTEN, {}

    def found(kind: str, replicates: int) -> dict[str, bytes]:
        if (kind, replicates) not in known:
            folder = laid(tmp_path_factory.mktemp(f"{kind}{replicates}") / "w")
            lived(kind, folder, replicates)
            known[kind, replicates] = tables(folder / "out")
        return known[kind, replicates]

    yield found
    worker.OFTEN = often  # type: ignore[misc]


def held(folder: Path) -> set[str]:
    """Keys of all runs that are finished and kept, wherever they stand."""
    out: Path = folder / "out"
    keys: set[str] = set()
    for place in (out, *folder.glob("out.partial*/old")):
        if (place / "manifest.json").exists():
            keys |= set(recorded_in(place))
    return keys.union(*(recorded_in(part, "runs") for part in whole_parts(folder)))


def whole_parts(folder: Path) -> list[Path]:
    """Parts that are not half cleared away."""
    found = folder.glob("out.partial*/part-*/part.json")
    return [one.parent for one in found if len(list(one.parent.iterdir())) > len(json.loads(one.read_text())["files"])]


def recorded_in(directory: Path, table: str = "headlines") -> list[str]:
    found: list[str] = pd.read_parquet(directory / f"{table}.parquet")["run_id"].tolist()
    return found


def every_point(
    kind: str, tmp_path: Path, whole: Callable[[str, int], dict[str, bytes]], before: int, now: int, then: int
) -> int:
    """Kill a study at every act on the disk; `before` replicates are held, `now` are asked for, and `then` afterwards."""
    whole(kind, max(before, now, then)), whole(kind, max(before, then)), whole(kind, max(now, then))
    start = laid(tmp_path / "start")
    if before:
        lived(kind, start, before)
        noted(start / "out")
    folder = tmp_path / "case"
    point = 0
    while True:
        shutil.copytree(start, folder, symlinks=True)
        code, _ = in_a_child(lambda: lived(kind, folder, now), point)
        if code != KILLED:
            assert code == 0
            break
        untouched(folder, notes=bool(before))
        kept = held(folder)
        exchanged = (folder / "out").exists() and open_results(folder / "out").manifest["replicates"] == now
        lived(kind, folder, then)
        untouched(folder, notes=bool(before))
        made = open_results(folder / "out")
        most = max(before, then, now if exchanged else 0)
        assert made.manifest["replicates"] == (1 if kind == "run" else most)
        assert tables_of_ours(folder / "out") == whole(kind, most), f"killed before act {point}"
        assert made.intact()
        left = {p.name for p in folder.iterdir()} - {"out", "out.lock", "small.toml", "tiny.toml", *NEIGHBOURS}
        asked = set(made.runs["run_id"])
        if kept <= asked:
            assert not left, f"litter after act {point}: {left}"
        else:  # runs beyond what was asked for wait for whoever asks for them
            assert left == {working.found(folder / "out").name}  # type: ignore[union-attr]
        if most == max(now, then) and not exchanged:
            assert made.manifest["resumed"] >= len(kept & asked), "what was recorded is not lived again"
        if before:
            assert (folder / "out" / "figures" / "deep" / "one.png").read_text() == "mine"
            assert (folder / "out" / "timeline" / "mine.csv").exists() and (folder / "out" / "00link").is_symlink()
        shutil.rmtree(folder)
        point += 1
    shutil.rmtree(folder)
    TESTED[f"{kind} {before} {now} {then}"] = point
    return point


def tables_of_ours(out: Path) -> dict[str, bytes]:
    return {name: data for name, data in tables(out).items() if not name.startswith("figures")}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "before", "now", "then"),
    [("run", 0, 1, 1), ("compare", 0, 2, 2), ("sweep", 0, 2, 2), ("compare", 2, 3, 1), ("sweep", 1, 2, 2)],
)
def test_nothing_is_lost_wherever_it_is_killed(
    kind: str, before: int, now: int, then: int, tmp_path: Path, whole: Callable[[str, int], dict[str, bytes]]
) -> None:
    assert every_point(kind, tmp_path, whole, before, now, then) >= 30


@pytest.mark.slow
def test_the_kill_points_are_many() -> None:
    if len(TESTED) == 5:
        assert sum(TESTED.values()) >= 300, TESTED
