"""Stored results: one bit anywhere is never believed, what is damaged is named and made again, and an edit is a sentence."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from conftest import SMALL
from sweeping import TINY, parts, tables

import contagion as ct
from contagion.report.page import write
from contagion.study.again import NotTheSame, verify
from contagion.study.compare import compare
from contagion.study.keeping import seal, working
from contagion.study.running import worker
from contagion.study.running.parts import read_parts

pytestmark = pytest.mark.usefixtures("undrawn")  # nothing here is about pictures

FLIPS = {"compare": 168, "sensitivity": 72}
"""Bits that are flipped in the files of a results directory, the files in turn."""
ASKED: dict[str, Callable[[Path], Any]] = {
    "compare": lambda folder: ct.compare(folder / "small.toml", 2, 1, folder / "out", progress=False),
    "sensitivity": lambda folder: ct.sensitivity(folder / "tiny.toml", workers=1, out=folder / "out", progress=False),
}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A comparison on a graph of its own, and a sensitivity analysis, each with the folder it was asked for in."""
    found = {}
    for kind, ask in ASKED.items():
        found[kind] = folder = tmp_path_factory.mktemp(kind)
        nx.write_graphml(nx.karate_club_graph(), folder / "karate.graphml")
        small = SMALL.replace("population = 400", 'population = 34\ngraph = "karate.graphml"')
        (folder / "small.toml").write_text(small.replace("years = 0.25", "years = 0.1"))
        tiny = TINY.replace("years = 0.25", "years = 0.1").replace("300", "150").split("[sweep]")
        asked = '[sensitivity]\nmethod = "morris"\nsamples = 4\nresamples = 100\n'
        text = tiny[0].replace("replicates = 3", "replicates = 1") + asked
        for name, low, high in (("starting.friend", 0.0, 0.5), ("relapse.scale", 0.5, 2.0)):
            text += f'[factors."{name}"]\nlow = {low}\nhigh = {high}\nreason = "any"\n'
        (folder / "tiny.toml").write_text(text)
        ask(folder)
    return found


def everything(out: Path) -> None:
    """Read all that results give."""
    found = ct.open(out)
    results = getattr(found, "results", found)
    for table in ("runs", "parameters", "headlines", "timeline", "events", "groups", "ledger", "people", "indices"):
        getattr(results, table)
    if results.manifest["kind"] == "sensitivity":
        assert found.verdict  # type: ignore[union-attr]


def flipped(file: Path, chance: random.Random) -> None:
    """One bit of a file turned over."""
    raw = bytearray(file.read_bytes())
    raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    file.write_bytes(raw)


READ_BY_TABLES = (".parquet", "manifest.json", "analysis.json", "SHA256SUMS")


@pytest.mark.slow
@pytest.mark.parametrize("kind", FLIPS)
def test_no_flipped_bit_is_believed(
    kind: str,
    done: dict[str, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole, folder, chance, believed = done[kind], tmp_path / "case", random.Random(kind), []
    drawn: set[tuple[str, str]] = set()
    files = sorted(p.relative_to(whole / "out") for p in (whole / "out").rglob("*") if p.is_file())
    expected = tables(whole / "out")
    for number in range(FLIPS[kind]):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(whole, folder)
        name = files[number % len(files)]
        out = folder / "out"
        flipped(out / name, chance)
        with pytest.raises(seal.Damaged, match=str(name)) as told:
            verify(out)
        assert len(told.value.faults) == 1 and "\n" not in str(told.value)
        if name.name.endswith(READ_BY_TABLES):
            with pytest.raises(seal.Damaged, match=str(name)):
                everything(out)
        if name.name == "report.html":
            assert write(out).read_bytes() == (whole / "out" / name).read_bytes() and verify(out, 0).files == len(files)
            continue
        with pytest.raises(seal.Damaged, match=str(name)):
            write(out)
        capsys.readouterr()
        # The page is drawn once for each kind of file; else what stands there is that of the undamaged results.
        of_kind = (name.parts[0], name.suffix)
        page = write if of_kind not in drawn else lambda beside: shutil.copy(whole / "out" / "report.html", beside)
        drawn.add(of_kind)
        monkeypatch.setattr("contagion.report.page.write", page)
        ASKED[kind](folder)
        if f"{name} is damaged" not in capsys.readouterr().err or tables(out) != expected or not ct.open(out):
            believed.append(str(name))
        assert verify(out, 1).runs
    assert believed == []


@pytest.mark.parametrize(
    "name", ["timeline/00000.parquet", "runs.parquet", "report.html", "scenario.toml", "SHA256SUMS", "manifest.json"]
)
def test_a_file_that_is_gone_or_empty_is_named_and_made_again(name: str, done: dict[str, Path], tmp_path: Path) -> None:
    for how in ("gone", "empty"):
        folder = tmp_path / how
        shutil.copytree(done["compare"], folder)
        file = folder / "out" / name
        file.unlink() if how == "gone" else file.write_bytes(b"")
        with pytest.raises(seal.Damaged, match=name):
            verify(folder / "out")
        if name == "report.html":
            ASKED["compare"](folder)
        else:
            _alone(folder / "out")
        assert tables(folder / "out") == tables(done["compare"] / "out") and verify(folder / "out").runs


def edits(said: dict[str, Any]) -> dict[str, Any]:
    """Manifests as somebody may have edited them."""
    found: dict[str, Any] = {"nothing": "", "no JSON": "{", "a list": "[]", "a number": "3", "deep": "[" * 100_000}
    for key in said:
        found[f"without {key}"] = {k: v for k, v in said.items() if k != key}
        for value in (None, -1, "x", [], {}):
            if said[key] != value:
                found[f"{key} = {value!r}"] = {**said, key: value}
    return found


def test_every_edit_of_a_manifest_ends_in_one_sentence(done: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / "case"
    shutil.copytree(done["compare"], folder)
    manifest = folder / "out" / "manifest.json"
    before = manifest.read_text()
    cases = edits(json.loads(before))
    assert len(cases) > 150
    for name, edited in cases.items():
        manifest.write_text(edited if isinstance(edited, str) else json.dumps(edited, indent=2))
        for ask in (ct.open, write, verify):
            with pytest.raises(ct.ConfigError, match=r"manifest\.json") as told:
                ask(folder / "out")  # type: ignore[operator]
            assert len(told.value.faults) == 1 and "\n" not in str(told.value), name
    manifest.write_text(before)
    assert verify(folder / "out", 1).runs


def _alone(out: Path) -> None:
    """A comparison of two replicates with no page, which costs more than all the rest."""
    compare(out.parent / "small.toml", 2, 1, out, progress=False)


@pytest.fixture
def no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: Any) -> None:
        raise AssertionError("a run was lived again")

    monkeypatch.setattr(worker, "one", refuse)


@pytest.mark.usefixtures("no_run")
@pytest.mark.parametrize("kind", FLIPS)
@pytest.mark.parametrize("name", ["manifest.json", "SHA256SUMS"])
def test_what_a_directory_says_of_itself_is_made_again_from_sound_runs(
    name: str, kind: str, done: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is lived again, nothing that is held is lost, and it is said in one sentence."""
    folder = tmp_path / "case"
    shutil.copytree(done[kind], folder)
    out = folder / "out"
    (out / "notes.txt").write_text("mine")
    whole, page = json.loads((out / "manifest.json").read_text()), (out / "report.html").read_bytes()
    (out / name).write_text("{}" if name == "manifest.json" else "")
    if kind == "compare":
        compare(folder / "small.toml", 1, 1, out, progress=False)  # fewer are asked for than there are
    else:
        ASKED[kind](folder)
    said = [line for line in capsys.readouterr().err.splitlines() if "made again" in line]
    assert len(said) == 1 and f"{name} is damaged or missing; the {whole['runs']} finished runs are sound" in said[0]
    made = json.loads((out / "manifest.json").read_text())
    for key in (
        "content_hash",
        "config_hash",
        "identity",
        "model_hash",
        "kind",
        "replicates",
        "seeds",
        "segments",
        "runs",
    ):
        assert made[key] == whole[key], key
    assert made["resumed"] == whole["runs"] and tables(out) == tables(done[kind] / "out")
    assert (out / "notes.txt").read_text() == "mine" and page
    assert sorted(p.name for p in folder.iterdir()) == sorted(p.name for p in done[kind].iterdir())


def test_where_a_table_is_damaged_too_it_is_refused_with_a_way_out(done: dict[str, Path], tmp_path: Path) -> None:
    for name in ("timeline/00000.parquet", "headlines.parquet", "scenario.toml"):
        folder = tmp_path / name.replace("/", "-")
        shutil.copytree(done["compare"], folder)
        out = folder / "out"
        before = (out / "runs.parquet").read_bytes()
        (out / "manifest.json").write_text("{")
        flipped(out / name, random.Random(name))
        with pytest.raises(seal.Damaged, match=r"manifest\.json: is damaged.*choose another --out, or add --force"):
            _alone(out)
        assert (out / "runs.parquet").read_bytes() == before and not (folder / "out.partial").exists()


def test_another_study_is_not_taken_for_the_one_that_is_damaged(done: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / "case"
    shutil.copytree(done["compare"], folder)
    (folder / "out" / "manifest.json").unlink()
    with pytest.raises(ct.ConfigError, match="holds the results of another study"):
        compare(folder / "small.toml", 2, 1, folder / "out", progress=False, **{"study.seed": 99})


def test_a_run_that_comes_out_otherwise_is_named(done: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / "case"
    shutil.copytree(done["compare"], folder)
    for name in ("timeline", "headlines"):
        out = shutil.copytree(folder / "out", tmp_path / name)
        path = out / ("timeline/00000.parquet" if name == "timeline" else "headlines.parquet")
        import pandas as pd

        frame = pd.read_parquet(path)
        frame[frame.columns[-1]] += 1.0
        frame.to_parquet(path, index=False)
        seal.seal(out)  # as if it had been written so
        with pytest.raises(NotTheSame, match=r"run [0-9a-f]{20} \(.*gives another .* when it is recomputed"):
            verify(out, 1)


def test_the_digests_are_checked_by_coreutils_too(done: dict[str, Path]) -> None:
    import subprocess

    if shutil.which("sha256sum"):
        words = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
        said = subprocess.run(words, cwd=done["compare"] / "out", capture_output=True, text=True, check=False)
        assert said.returncode == 0, said.stderr


@pytest.mark.parametrize("how", ["taken away", "torn", "everything"])
def test_parts_that_are_lost_while_it_runs_are_done_again(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tiny.toml").write_text(TINY)
    whole = ct.sweep(tmp_path / "tiny.toml", workers=1, out=tmp_path / "whole", progress=False)
    true, seen = worker.one, []

    def spoil(run: Any, *more: Any) -> Any:
        seen.append(run)
        if len(seen) == 9:
            there = parts(tmp_path)
            assert there
            if how == "taken away":
                shutil.rmtree(there[0])
            elif how == "torn":
                (there[0] / "timeline.parquet").write_bytes(b"PAR1")
            else:
                shutil.rmtree(tmp_path / "out.partial")
        return true(run, *more)

    monkeypatch.setattr(worker, "one", spoil)
    monkeypatch.setattr(worker, "OFTEN", 0.0)
    found = ct.sweep(tmp_path / "tiny.toml", workers=1, out=tmp_path / "out", progress=False)
    assert "finished runs were lost from" in capsys.readouterr().err and len(seen) > 18
    assert tables(found.directory) == tables(whole.directory)
    assert {p.name for p in tmp_path.iterdir()} == {"tiny.toml", "out", "whole"}


def test_parts_that_are_torn_while_they_are_put_together_are_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from contagion.study.running import gather

    (tmp_path / "tiny.toml").write_text(TINY)
    whole = ct.sweep(tmp_path / "tiny.toml", workers=1, out=tmp_path / "whole", progress=False)
    true, times = gather.segments, []

    def torn(*arguments: Any) -> Any:
        times.append(1)
        if len(times) == 1:
            shutil.rmtree(parts(tmp_path)[0])
        return true(*arguments)

    monkeypatch.setattr(gather, "segments", torn)
    found = ct.sweep(tmp_path / "tiny.toml", workers=1, out=tmp_path / "out", progress=False)
    assert len(times) == 2 and tables(found.directory) == tables(whole.directory)


@pytest.mark.slow
def test_no_flipped_bit_in_a_part_is_believed(tmp_path: Path) -> None:
    (tmp_path / "tiny.toml").write_text(TINY)
    whole = tables(ct.sweep(tmp_path / "tiny.toml", workers=1, out=tmp_path / "whole", progress=False).directory)
    from test_sweep import stop_after

    stop_after(tmp_path / "tiny.toml", tmp_path / "out", 3)
    start, chance = shutil.copytree(tmp_path / "out.partial", tmp_path / "start"), random.Random(1)
    files = sorted(p.relative_to(start) for p in start.glob("part-*/*"))
    for number in range(60):
        shutil.rmtree(tmp_path / "out.partial")
        shutil.copytree(start, tmp_path / "out.partial")
        name = files[number % len(files)]
        flipped(tmp_path / "out.partial" / name, chance)
        said = json.loads((start / name.parent / "part.json").read_text())
        _, wrong = read_parts(tmp_path / "out.partial", said["form"], said["model"])
        assert list(wrong) == [name.parent.name], name
    found = ct.sweep(tmp_path / "tiny.toml", workers=1, out=tmp_path / "out", progress=False)
    assert tables(found.directory) == whole


def test_another_study_does_not_take_the_runs_of_one_that_waits(tmp_path: Path) -> None:
    from test_sweep import stop_after

    (tmp_path / "tiny.toml").write_text(TINY)
    stop_after(tmp_path / "tiny.toml", tmp_path / "out", 7)
    for ask in (
        lambda: ct.sweep(tmp_path / "tiny.toml", out=tmp_path / "out", progress=False, **{"time.years": 0.3}),
        lambda: ct.compare("first_comparison", out=tmp_path / "out", progress=False, **{"city.population": 300}),
    ):
        with pytest.raises(ct.ConfigError, match=r"finished runs of another study, A tiny sweep \(sweep\), waiting in"):
            ask()
        assert len(parts(tmp_path)) == 7
    more = {"time.years": 0.1, "study.replicates": 1}
    forced = ct.sweep(tmp_path / "tiny.toml", workers=1, out=tmp_path / "out", progress=False, force=True, **more)
    assert len(forced.runs) == 6 and {p.name for p in tmp_path.iterdir()} == {"tiny.toml", "out"}


def test_what_stands_in_the_way_of_an_exchange_is_told(tmp_path: Path) -> None:
    """Killed between two renames, and then somebody puts something else in the place: both are kept."""
    out = tmp_path / "out"
    with working.locked(out) as folder:
        (folder / "part-x").mkdir()
        (folder / "old").mkdir()
        (folder / "old" / "manifest.json").write_text("{}")
        out.mkdir()
        (out / "letter").write_text("dear")
    with (
        pytest.raises(ct.ConfigError, match="is not what was being written; what stood there before is in"),
        working.locked(out),
    ):
        pass
    assert (out / "letter").read_text() == "dear" and (folder / "old" / "manifest.json").exists()
    shutil.rmtree(out)
    with working.locked(out):
        assert (out / "manifest.json").read_text() == "{}"


def test_a_working_folder_that_the_user_keeps_things_in_stays(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with working.locked(out) as folder:
        (folder / "notes.txt").write_text("mine")
    assert {p.name for p in folder.iterdir()} == {"notes.txt"}
    with working.locked(out) as other:
        assert other.name == "out.partial-2"
    assert {p.name for p in tmp_path.iterdir()} == {"out.partial"}
