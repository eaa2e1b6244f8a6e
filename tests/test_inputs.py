"""Inputs are kept with the results: runs live what was digested, and a results directory alone can be run again."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from conftest import SMALL
from sweeping import TINY, tables

import contagion as ct
from contagion.study.again import verify
from contagion.study.running import inputs, worker
from contagion.study.running.inputs import InputChanged

pytestmark = pytest.mark.usefixtures("undrawn")  # nothing here is about pictures


def edges(path: Path, seed: int) -> None:
    """An edge list of sixty people, and the people beside it."""
    nx.write_edgelist(nx.watts_strogatz_graph(60, 4, 0.2, seed=seed), path, delimiter=",", data=False)
    path.write_text("source,target\n" + path.read_text())
    path.with_name("people.csv").write_text("id,age\n" + "".join(f"{n},{20 + n}\n" for n in range(60)))


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A sweep over two graph files and one number, of a city with a list of people."""
    folder = tmp_path / "from"
    folder.mkdir()
    edges(folder / "a.csv", 1)
    nx.write_graphml(nx.karate_club_graph(), folder / "b.graphml")
    nx.write_graphml(nx.watts_strogatz_graph(60, 6, 0.2, seed=2), folder / "c.graphml")  # as many people as in a.csv
    text = TINY.replace("population = 300", 'population = 60\ngraph = "a.csv"\nnodes = "people.csv"')
    text = text.replace("years = 0.25", "years = 0.1").replace("values = [0.0, 0.1, 0.2]", "values = [0.0, 0.1]")
    (folder / "tiny.toml").write_text(text)
    (folder / "small.toml").write_text(
        SMALL.replace("population = 400", "population = 60").replace("years = 0.25", "years = 0.1")
        + '[study.scenarios.other.city]\ngraph = "c.graphml"\n'
        + '[study.scenarios.mine.city]\ngraph = "a.csv"\nnodes = "people.csv"\n'
    )
    graphs = '[sweep]\ndesign = "list"\nrows = [{"city.graph" = "a.csv"}, {"city.graph" = "b.graphml"}]\n'
    (folder / "graphs.toml").write_text(text.split("[sweep]")[0].replace('nodes = "people.csv"', "") + graphs)
    return folder


KINDS: dict[str, Callable[[Path, Path], Any]] = {
    "run": lambda folder, out: _run(folder / "tiny.toml", out),
    "compare": lambda folder, out: ct.compare(folder / "small.toml", 2, 1, out, progress=False),
    "sweep": lambda folder, out: ct.sweep(folder / "tiny.toml", workers=1, out=out, progress=False),
    "a sweep of graphs": lambda folder, out: ct.sweep(folder / "graphs.toml", workers=1, out=out, progress=False),
}


def _run(path: Path, out: Path) -> None:
    from contagion.study.run import record

    record(ct.load_study(path), 4, out)


@pytest.mark.parametrize("kind", KINDS)
def test_a_results_directory_alone_is_run_again_elsewhere(
    kind: str, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    KINDS[kind](study, study / "out")
    text = (study / "out" / "scenario.toml").read_text() + (study / "out" / "manifest.json").read_text()
    assert str(tmp_path) not in text, "no place of this machine stands in the results"
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    shutil.move(study / "out", moved / "results")
    shutil.rmtree(study)
    monkeypatch.chdir(moved)
    again, same = ct.rerun("results", progress=False) if kind != "run" else ct.rerun("results")
    assert same and again.name == "results-again" and tables(again) == tables(moved / "results")
    assert verify(again, 2).runs and verify("results", 2).runs


@pytest.mark.parametrize("workers", [1, 2])
def test_a_graph_that_changes_under_a_sweep_changes_nothing_in_it(workers: int, study: Path, tmp_path: Path) -> None:
    whole = ct.sweep(study / "tiny.toml", workers=1, out=tmp_path / "whole", progress=False)
    before, seen = (study / "a.csv").read_bytes(), []

    true = worker.live

    def live(batch: Any) -> Any:
        edges(study / "a.csv", 2 + len(seen))
        (study / "people.csv").unlink(missing_ok=True)
        seen.append(1)
        return true(batch)

    worker.live = live  # type: ignore[assignment]
    try:
        with ThreadPoolExecutor(workers) as threads:
            found = ct.sweep(study / "tiny.toml", executor=threads, out=tmp_path / "out", progress=False)
    finally:
        worker.live = true
    assert seen and (study / "a.csv").read_bytes() != before
    assert tables(found.directory) == tables(whole.directory)
    assert found.manifest["config_hash"] == whole.manifest["config_hash"]
    (kept,) = (found.directory / "inputs").glob("*/a.csv")
    assert kept.read_bytes() == before


def test_a_graph_that_changes_before_it_is_copied_is_refused(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = inputs.copied

    def late(paths: Any, folder: Path) -> Any:
        edges(study / "a.csv", 9)
        return true(paths, folder)

    monkeypatch.setattr(inputs, "copied", late)
    with pytest.raises(InputChanged, match=r"a\.csv: was changed while the study was read"):
        ct.sweep(study / "tiny.toml", workers=1, out=tmp_path / "out", progress=False)
    assert not (tmp_path / "out").exists() and not list(tmp_path.glob("out*"))


def test_a_copy_that_was_changed_is_not_lived_on(study: Path, tmp_path: Path) -> None:
    swap = inputs.copied([str(study / "a.csv")], tmp_path)
    (copy,) = swap.values()
    inputs.as_copied([{"city": {"graph": copy}}])
    inputs._check.cache_clear()
    edges(Path(copy), 3)
    with pytest.raises(InputChanged, match="it is not what was copied"):
        inputs.as_copied([{"city": {"graph": copy}}])


def test_the_same_graph_from_elsewhere_goes_on_from_what_is_stored(study: Path, tmp_path: Path) -> None:
    first = ct.sweep(study / "tiny.toml", workers=1, replicates=1, out=tmp_path / "out", progress=False)
    other = shutil.copytree(study, tmp_path / "copy")
    shutil.rmtree(study)
    more = ct.sweep(other / "tiny.toml", workers=1, replicates=2, out=tmp_path / "out", progress=False)
    assert more.manifest["resumed"] == first.manifest["runs"]
    stored = tmp_path / "out" / "scenario.toml"
    assert ct.sweep(stored, workers=1, replicates=2, out=tmp_path / "out", progress=False).manifest == more.manifest


def test_the_command_says_whether_the_numbers_are_the_same(
    study: Path, tmp_path: Path, call: Callable[..., tuple[int, str, str]]
) -> None:
    asked = ("compare", study / "small.toml", "--replicates", "2", "--out", "out", "--workers", "1")
    assert call(*asked)[0] == 0
    code, said, _ = call("verify", "out", "--sample", "2")
    assert code == 0 and "2 of 8 runs, drawn by chance, were recomputed and came out the same" in said
    code, said, err = call("rerun", "out", "--workers", "1")
    assert code == 0 and said.startswith("The same numbers: content hash"), err
    assert Path(said.splitlines()[-1]).name == "out-again"
    manifest = tmp_path / "out" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"content_hash": "0" * 64}))
    code, _, err = call("verify", "out")
    assert code == 2 and len(err.splitlines()) == 1 and "manifest.json: is damaged" in err
    from contagion.study.keeping import seal

    seal.seal(tmp_path / "out")
    code, said, _ = call("rerun", "out", "--workers", "1", "--out", "third")
    assert code == 1 and "Other numbers than those stored" in said
    assert os.path.isdir(tmp_path / "third")
