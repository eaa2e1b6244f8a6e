"""The front doors: exit codes, sentences instead of tracebacks, last lines, and nothing heavy before it is used."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, SMALL

import contagion as ct
from contagion.cli import options
from contagion.study.running import store

Command = Callable[..., subprocess.CompletedProcess[str]]
Called = tuple[int, str, str]


def listing(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = (
        "import sys, contagion as ct\n"
        "heavy = {'numpy', 'mesa', 'pandas', 'numba', 'pydantic', 'pyarrow', 'networkx', 'matplotlib', 'typer'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "assert {'load', 'simulate', 'compare', 'ConfigError', 'RecoveryCity', 'Person', 'Scenario', 'Outcomes',"
        " 'check', 'schema', '__version__'} <= set(dir(ct))\n"
        "assert ct.ConfigError.__mro__[1] is ValueError and 'numpy' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_check_and_help_load_nothing_heavy(small: Path) -> None:
    code = (
        "import sys\n"
        "from contagion.cli import commands\n"
        "try:\n"
        "    commands.run_command()\n"
        "except SystemExit as left:\n"
        "    assert not left.code, left.code\n"
        "heavy = {'numba', 'scipy', 'pandas', 'mesa', 'matplotlib', 'pyarrow', 'networkx', 'rich', 'SALib'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "assert sys.argv[1] == 'check' or not {'numpy', 'pydantic'} & set(sys.modules)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for words in (["check", str(small)], ["--help"], ["check", "--help"]):
        done = subprocess.run([sys.executable, "-c", code, *words], env=environment, capture_output=True, text=True)
        assert done.returncode == 0 and done.stdout, done.stderr


def test_all_public_names_are_there() -> None:
    for name in ct.__all__:
        assert getattr(ct, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'lod'"):
        ct.lod  # noqa: B018


def test_help_is_quick_and_version_is_told(command: Command) -> None:
    times = []
    for _ in range(3):
        began = time.perf_counter()
        said = command("--help")
        times.append(time.perf_counter() - began)
        assert said.returncode == 0
        for name in ("run", "compare", "report", "verify", "rerun", "check", "schema"):
            assert name in said.stdout
    assert min(times) < 0.5
    assert command("--version").stdout.strip() == f"contagion {ct.__version__}"


def test_bad_input_as_people_meet_it(command: Command, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("[city]\npopulaton = 5\npopulation = -1\n")
    before = listing(tmp_path)
    said = command("compare", "bad.toml")
    assert said.returncode == 2 and said.stdout == ""
    assert said.stderr.splitlines() == [
        "bad.toml, line 2: city.populaton is not a known name; known here: population, neighbourhoods, "
        "neighbourhood_sizes, gradient, graph, graph_options, nodes, node_columns, "
        "edge_layer, edge_weight, arrival_ties; did you mean population?",
        "bad.toml, line 3: city.population is -1; it must be a whole number from 10 to 5,000,000 (people).",
    ]
    assert listing(tmp_path) == before


@pytest.mark.parametrize(
    "words",
    [
        ("check", "no.toml"), ("run", "no.toml"), ("compare", "no.toml"), ("report", "no"), ("report", "."),
        ("report", "small.toml"), ("check", "small.toml", "--set", "city.populaton=5"),
        ("check", "small.toml", "--set", "city.population=many"), ("check", "small.toml", "--set", "city.population"),
        ("check", "small.toml", "--set", "city.population=1\nx=2"), ("check", "small.toml", "--set", "=5"),
        ("check", "small.toml", "--set", "city.population="), ("compare", "small.toml", "--replicates", "0"),
        ("compare", "small.toml", "--replicates", "-3"), ("compare", "small.toml", "--workers", "0"),
        ("compare", "small.toml", "--replicates", "two"), ("compare", "small.toml", "--out", "small.toml"),
        ("run", "small.toml", "--seed", "-1"), ("run", "small.toml", "--out", "small.toml"), ("nonsense",),
        ("run", "small.toml", "--out", "/proc/nobody/here"), ("compare", "small.toml", "--out", "/proc/nobody"),
        ("run",), ("check", "small.toml", "--sett", "x=1"), ("check", ""), ("check", "a\0b"),
    ],
)  # fmt: skip
def test_bad_input_exits_2_and_writes_nothing(words: tuple[str, ...], call: Callable[..., Called], small: Path) -> None:
    before = listing(small.parent)
    code, out, err = call(*words)
    assert code == 2, err
    assert out == "" and err.strip() and "Traceback" not in err
    assert listing(small.parent) == before


def test_settings_are_toml_values_or_bare_words() -> None:
    changes = ["a.b=1", "c= 2.5", "d=true", "e=[1, 2]", 'f="x"', "g=star", "h=../my graphs/x.csv"]
    assert options.settings(changes) == {
        "a.b": 1, "c": 2.5, "d": True, "e": [1, 2], "f": "x", "g": "star", "h": "../my graphs/x.csv",
    }  # fmt: skip
    with pytest.raises(ct.ConfigError) as caught:
        options.settings(["a", "b=1 2", "c=1\nd=2", "i=a=b"])
    assert len(caught.value.faults) == 4


def test_many_faults_are_told_and_the_rest_counted(call: Callable[..., Called], tmp_path: Path) -> None:
    (tmp_path / "many.toml").write_text("".join(f"k{i} = 1\n" for i in range(200)))
    code, _, err = call("check", "many.toml")
    assert code == 2 and len(err.splitlines()) == 51 and err.endswith("and 150 more faults.\n")


def test_check_and_schema(call: Callable[..., Called], small: Path) -> None:
    code, out, err = call("check", "small.toml", "--set", "city.population=300")
    assert code == 0 and "300 people" in out and err == ""
    code, out, _ = call("schema")
    assert code == 0 and json.loads(out)["properties"]["extends"]


def test_run_ends_with_its_directory(call: Callable[..., Called], small: Path) -> None:
    code, out, _ = call("run", "small.toml", "--seed", "3")
    place = small.parent / out.splitlines()[-1]
    assert code == 0 and place.parent.name == "results" and place.name.startswith("small-")
    assert {p.name for p in place.iterdir()} == {
        "SHA256SUMS",
        "manifest.json", "scenario.toml", "runs.parquet", "parameters.parquet", "headlines.parquet", "timeline", "events",
        "groups", "ledger", "people",
    }  # fmt: skip
    assert "seed 3" in out and "People in stable recovery" in out
    code, out, _ = call("run", "small.toml", "--seed", "3")
    assert code == 0 and "already there" in out
    assert call("report", place)[0] == 2


def test_compare_ends_with_its_report_and_report_builds_the_same(
    call: Callable[..., Called], command: Command, small: Path, tmp_path: Path
) -> None:
    hostile = 'title="<b>\\u001b[31m"'
    said = command("compare", "small.toml", "--workers", "2", "--set", hostile)
    assert said.returncode == 0, said.stderr
    page = tmp_path / said.stdout.splitlines()[-1]
    assert page.name == "report.html" and page.parent.parent == tmp_path / "results"
    assert "Variance saved" in said.stdout and "better in" in said.stdout and "\x1b" not in said.stdout
    first = page.read_bytes()
    code, out, err = call("report", page.parent)
    assert code == 0, err
    assert Path(out.splitlines()[-1]) == page and page.read_bytes() == first
    code, out, err = call("compare", "small.toml", "--set", hostile)
    assert code == 0 and "already there" in out, err
    assert tmp_path / out.splitlines()[-1] == page


def test_what_is_nobody_s_fault_exits_1_with_a_hint(
    call: Callable[..., Called], small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise OSError("the disk went away")

    monkeypatch.setattr(store, "settle", gone)
    code, _, err = call("run", "small.toml", "--out", "out")
    assert code == 1 and err.splitlines()[-2] == "contagion: the disk went away" and "Traceback" not in err
    assert "CONTAGION_DEBUG=1" in err.splitlines()[-1]
    monkeypatch.setenv("CONTAGION_DEBUG", "1")
    with pytest.raises(OSError, match="went away"):
        call("run", "small.toml", "--out", "out")


def test_ctrl_c_leaves_what_is_done_and_no_half_directory(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SMALL.replace("replicates = 3", "replicates = 5000"))
    words = [sys.executable, "-m", "contagion", "compare", "small.toml", "--out", "out", "--workers", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(
        words,
        cwd=tmp_path,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # shells ignore it in the background
    )
    until = time.monotonic() + 60
    while not list(tmp_path.glob("out.partial/part-*")) and time.monotonic() < until:
        time.sleep(0.05)
    os.killpg(child.pid, signal.SIGINT)
    _, err = child.communicate(timeout=30)
    assert child.returncode == 1, err
    assert "Traceback" not in err and "the same command goes on from there" in err
    assert not (tmp_path / "out").exists() and list(tmp_path.glob("out.partial/part-*"))
