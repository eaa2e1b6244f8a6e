"""Paths as people write them, from the command line and from Python: they work, or it is said before anything runs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from conftest import SMALL
from sweeping import TINY

import contagion as ct
from contagion.study.compare import compare
from contagion.study.running import worker

pytestmark = pytest.mark.usefixtures("undrawn")  # nothing here is about pictures

Call = Callable[..., tuple[int, str, str]]

RING = "source,target\n" + "".join(f"{i},{(i + 1) % 120}\n" for i in range(120))
PEOPLE = "id,stage\n" + "".join(f"{i},{'stable' if i % 9 == 0 else 'public'}\n" for i in range(120))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with a graph and a list of people, and studies in the folder where one works."""
    home = tmp_path / "home of Zoë"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    (home / "ring.csv").write_text(RING)
    (home / "people.csv").write_text(PEOPLE)
    (tmp_path / "small.toml").write_text(SMALL.replace("400", "120").replace("0.25", "1.25"))
    (tmp_path / "tiny.toml").write_text(TINY.replace("300", "120").replace("0.25", "0.06"))
    return home


@pytest.fixture
def no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may be lived."""

    def refuse(*given: Any) -> None:
        raise AssertionError("a run was lived before the path was looked at")

    monkeypatch.setattr(worker, "one", refuse)


def listing(folder: Path) -> list[str]:
    return sorted(os.fsdecode(p.relative_to(folder)) for p in folder.rglob("*") if not p.name.startswith("__"))


def test_home_is_understood_in_out_in_extends_and_in_graphs(home: Path, call: Call, tmp_path: Path) -> None:
    (home / "town.toml").write_text('[city]\ngraph = "~/ring.csv"\nnodes = "~/people.csv"\n[time]\nyears = 0.06\n')
    (tmp_path / "mine.toml").write_text('extends = "~/town.toml"\ntitle = "Mine"\n')
    code, out, err = call("run", "~/town.toml", "--out", "~/results one")
    assert code == 0, err
    assert (home / "results one" / "manifest.json").exists() and not (tmp_path / "~").exists()
    assert Path(out.strip().splitlines()[-1]) == home / "results one"
    code, out, err = call("check", "mine.toml")
    assert code == 0 and "120 people" in out and "Mine" in out
    code, out, _ = call("verify", "~/results one")
    assert code == 0 and "came out the same" in out
    opened: Any = ct.open("~/results one")
    assert len(opened.runs) == 1
    found = ct.simulate("mine.toml", seed=1)
    assert found.timeline["people"].iloc[0] == 120
    swept = ct.sweep("tiny.toml", workers=1, out="~/swept", replicates=1, progress=False)
    assert swept.directory == home / "swept" and len(swept.runs) == 6


def test_spaces_and_letters_of_every_script_are_names(home: Path, call: Call, tmp_path: Path) -> None:
    place = tmp_path / "Bericht für Łódź 2026" / "результаты 結果"
    source = tmp_path / "Ma ville – été.toml"
    shutil.copy(home / "ring.csv", tmp_path / "amis à moi.csv")
    source.write_text('[city]\ngraph = "amis à moi.csv"\n[time]\nyears = 0.06\n', encoding="utf-8")
    code, _, err = call("run", source, "--out", place)
    assert code == 0, err
    assert call("verify", place)[0] == 0 and call("rerun", place)[0] == 0
    assert (place.parent / "результаты 結果-again" / "manifest.json").exists()


def test_a_link_to_a_folder_is_followed_and_stays(home: Path, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "disk", target_is_directory=True)
    made = compare(tmp_path / "small.toml", 1, 1, tmp_path / "out", progress=False)
    assert (tmp_path / "out").is_symlink() and made.directory == tmp_path / "disk"
    assert ct.open(tmp_path / "out").results.scenarios == ["today", "champions"]  # type: ignore[union-attr]


REFUSED: dict[str, tuple[str, str]] = {
    ".": (".", "is the folder you are working in"),
    "above": ("..", "is the folder you are working in, or one around it"),
    "dangling": ("dangling", "is a link to nowhere, which is not there"),
    "circle": ("circle", "is a link that goes round in a circle"),
    "a file": ("letter.txt", "is a file, not a directory"),
    "below a file": ("letter.txt/out", "lies below .*letter.txt, which is no folder"),
    "somebody's home": ("~nobody-of-this-name/out", "names the home folder of nobody-of-this-name"),
    "no name": ("", "is empty|is the folder"),
    "too long": ("x" * 300, "has a name of more than 220 bytes|cannot be used"),
}


@pytest.mark.usefixtures("no_run", "home")
@pytest.mark.parametrize("name", REFUSED)
def test_what_can_be_no_place_is_said_before_anything_runs(name: str, call: Call, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "circle").symlink_to("circle")
    out, said = REFUSED[name]
    before = listing(tmp_path)
    for words in (("run", "small.toml"), ("compare", "small.toml"), ("sweep", "tiny.toml")):
        code, stdout, err = call(*words, "--out", out)
        assert code == 2 and stdout == "" and len(err.splitlines()) == 1, err
    assert listing(tmp_path) == before
    for ask in (
        lambda: ct.compare("small.toml", 1, 1, out, progress=False),
        lambda: ct.sweep("tiny.toml", workers=1, out=out, progress=False),
        lambda: ct.sensitivity("tiny.toml", method="morris", workers=1, out=out, progress=False),
    ):
        with pytest.raises(ct.ConfigError, match=said):
            ask()
    assert listing(tmp_path) == before and (tmp_path / "letter.txt").read_text() == "dear"


@pytest.mark.usefixtures("no_run", "home")
def test_names_that_are_not_utf_8_are_refused(call: Call, tmp_path: Path) -> None:
    odd = os.fsdecode(b"r\xe9sultats")
    before = listing(tmp_path)
    code, _, err = call("run", "small.toml", "--out", odd)
    assert code == 2 and "has a name that is not UTF-8" in err and len(err.splitlines()) == 1
    with pytest.raises(ct.ConfigError, match="has a name that is not UTF-8"):
        ct.compare("small.toml", 1, 1, os.fsencode(odd), progress=False)  # type: ignore[arg-type]
    assert listing(tmp_path) == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.usefixtures("no_run", "home")
def test_a_folder_that_may_not_be_written_in_is_said(call: Call, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir(mode=0o555)
    code, _, err = call("run", "small.toml", "--out", "theirs/out")
    assert code == 2 and "theirs is read-only" in err and len(err.splitlines()) == 1


@pytest.mark.usefixtures("no_run", "home")
def test_a_folder_that_may_not_be_written_in_is_said_to_root_too(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "theirs").mkdir()
    true = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: "theirs" not in str(path) and true(path, mode))
    code, _, err = call("run", "small.toml", "--out", "theirs/out")
    assert code == 2 and "theirs is read-only; choose another --out." in err and len(err.splitlines()) == 1
    with pytest.raises(ct.ConfigError, match="theirs is read-only"):
        ct.sweep("tiny.toml", workers=1, out="theirs/out", progress=False)
    assert not list((tmp_path / "theirs").iterdir())


NO_CONFIG = {"a folder": "home of Zoë", "nothing": "~/nothing.toml", "not UTF-8": os.fsdecode(b"caf\xe9.toml")}


@pytest.mark.usefixtures("no_run", "home")
@pytest.mark.parametrize("name", NO_CONFIG)
def test_a_config_that_is_no_file_is_said(name: str, call: Call, tmp_path: Path) -> None:
    for command in ("run", "compare", "sweep", "check"):
        code, out, err = call(command, NO_CONFIG[name])
        assert code == 2 and out == "" and len(err.splitlines()) == 1 and "Traceback" not in err
    with pytest.raises(ct.ConfigError):
        ct.load(NO_CONFIG[name])


PACKED = {"ring.csv.gz": "is packed", "ring.net": "nx.read_pajek", "ring.gml": "nx.read_gml"}


@pytest.mark.usefixtures("no_run")
@pytest.mark.parametrize("name", PACKED)
def test_graphs_of_another_form_are_told_the_forms_that_are_read(name: str, home: Path, call: Call) -> None:
    (home / name).write_bytes(b'*Vertices 2\n1 "a"\n2 "b"\n*Edges\n1 2 1\n')
    (home / "town.toml").write_text(f'[city]\ngraph = "{name}"\n')
    code, _, err = call("check", home / "town.toml")
    assert code == 2 and ".graphml, .gexf, .csv, .tsv, .txt" in err and len(err.splitlines()) == 1
    with pytest.raises(ct.ConfigError, match=PACKED[name]):
        ct.load(home / "town.toml")


def test_what_is_said_of_pajek_is_true(home: Path) -> None:
    """The same city, by the way that is told."""
    nx.write_pajek(nx.relabel_nodes(nx.karate_club_graph(), str), home / "karate.net")
    nx.write_graphml(nx.Graph(nx.read_pajek(home / "karate.net")), home / "karate.graphml")
    nx.write_graphml(nx.relabel_nodes(nx.karate_club_graph(), str), home / "straight.graphml")
    one, other = (
        ct.simulate("baseline", seed=3, **{"city.graph": home / name, "time.years": 0.1})
        for name in ("karate.graphml", "straight.graphml")
    )
    assert one.timeline["people"].iloc[0] == 34 and one.timeline.equals(other.timeline)
