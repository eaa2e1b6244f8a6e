"""What a Python user touches: outcomes that nothing changes, names in place of objects, NumPy's numbers, help in full."""

from __future__ import annotations

import ast
import copy
import dataclasses
import multiprocessing
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from conftest import ROOT

import contagion as ct
from contagion.core.errors import Advice

TINY = {"city.population": 300, "time.years": 0.25}
TABLES = ("timeline", "events", "people", "groups", "ledger")


@pytest.fixture(scope="module")
def lived() -> ct.Outcomes:
    early = {f"interventions.{name}.start": 0.0 for name in ct.load("first_comparison").interventions}
    return ct.simulate(ct.variants(ct.load("first_comparison", **early, **TINY))["all_three"], seed=3)


# Outcomes


def same_graph(one: nx.Graph, two: nx.Graph) -> bool:
    return dict(one.nodes(data=True)) == dict(two.nodes(data=True)) and nx.utils.edges_equal(
        one.edges(data=True), two.edges(data=True)
    )


@pytest.mark.parametrize("again", [lambda one: pickle.loads(pickle.dumps(one)), copy.copy, copy.deepcopy])
def test_outcomes_go_through_pickle_and_copy_whole(lived: ct.Outcomes, again: Callable[[Any], Any]) -> None:
    other = again(lived)
    assert other == lived and hash(other) == hash(lived) and other is not lived
    assert all(getattr(other, name).equals(getattr(lived, name)) for name in TABLES)
    assert same_graph(other.graph, lived.graph) and repr(other) == repr(lived)
    assert other.cascades().reproduction_number == lived.cascades().reproduction_number
    assert other.scenario == lived.scenario and other.scenario.foundation_key() == lived.scenario.foundation_key()


def _last(seed: int) -> ct.Outcomes:
    return ct.simulate("baseline", seed, **TINY)


@pytest.mark.parametrize("start", ["spawn", "forkserver"])
def test_outcomes_come_back_from_other_processes(start: str) -> None:
    with ProcessPoolExecutor(2, multiprocessing.get_context(start)) as pool:
        found = list(pool.map(_last, [1, 2]))
    assert found == [_last(1), _last(2)] and found[0] != found[1]


@pytest.mark.parametrize("name", [*TABLES, "seed", "scenario", "graph", "note"])
def test_no_attribute_of_outcomes_can_be_set(lived: ct.Outcomes, name: str) -> None:
    with pytest.raises((dataclasses.FrozenInstanceError, AttributeError)):
        setattr(lived, name, None)
    with pytest.raises((dataclasses.FrozenInstanceError, AttributeError)):
        delattr(lived, name)


@pytest.mark.parametrize("name", TABLES)
def test_what_is_done_to_a_table_is_not_done_to_the_outcomes(lived: ct.Outcomes, name: str) -> None:
    mine, before = getattr(lived, name), getattr(lived, name)
    assert len(mine)
    mine.iloc[0, mine.columns.get_loc(mine.select_dtypes("number").columns[0])] = 77
    mine["more"] = 1
    mine.loc[mine.index[0]] = mine.loc[mine.index[-1]]
    assert getattr(lived, name).equals(before) and "more" not in getattr(lived, name)


def test_the_graph_and_the_cascades_are_ones_own_too(lived: ct.Outcomes) -> None:
    nodes = lived.graph.number_of_nodes()
    lived.graph.remove_node(next(iter(lived.graph)))
    assert lived.graph.number_of_nodes() == nodes
    with pytest.raises(ValueError, match="read-only"):
        lived.cascades().sizes[...] = 3


def test_outcomes_stay_when_the_city_lives_on() -> None:
    city = ct.RecoveryCity("baseline", rng=2, **TINY)
    city.run_for(3)
    then = city.outcomes()
    kept = pickle.loads(pickle.dumps(then))
    graph = then.graph
    city.run_for(10)
    city.people["hope"] = 0.0
    assert then == kept and same_graph(then.graph, graph) and not same_graph(then.graph, city.graph)


def test_outcomes_are_equal_by_what_happened() -> None:
    assert _last(1) == _last(1) != _last(2) and _last(1) != "a history"


# Names in place of objects


def one_of_each(tmp_path: Path) -> dict[str, Any]:
    """A scenario as it may be given."""
    path = tmp_path / "city.toml"
    path.write_text('extends = "baseline"\n')
    return {
        "a scenario": ct.load("baseline"),
        "a study": ct.load_study("baseline"),
        "a name": "baseline",
        "a path": path,
        "a path as text": str(path),
    }


WAYS: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "simulate": lambda given, more: ct.simulate(given, **more).timeline["people"].iloc[0],
    "RecoveryCity": lambda given, more: ct.RecoveryCity(given, **more).timeline[0]["people"],
    "check": lambda given, more: ct.check(given, **more).count("300 people") * 300,
    "variants": lambda given, more: 300 * len(ct.variants(given)),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("given", range(5))
def test_whatever_names_a_scenario_is_taken_everywhere(way: str, given: int, tmp_path: Path) -> None:
    kinds = list(one_of_each(tmp_path).values())
    assert WAYS[way](kinds[given], TINY) == 300


@pytest.mark.parametrize("wrong", [3, None, ["baseline"], {"city": {}}, b"baseline"])
def test_what_names_no_scenario_is_refused_in_a_sentence(wrong: Any) -> None:
    for way in (ct.simulate, ct.check, ct.variants, ct.compare, ct.sweep, ct.sensitivity):
        with pytest.raises(
            ct.ConfigError, match=r"^scenario is .*; give a scenario, a study, the path of a .toml file"
        ):
            way(wrong)  # type: ignore[operator]


def test_a_name_misspelt_is_told_the_nearest() -> None:
    for way in (ct.simulate, ct.RecoveryCity, ct.check, ct.load):
        with pytest.raises(ct.ConfigError, match="did you mean baseline"):
            way("basline")  # type: ignore[operator]


# NumPy's numbers


@pytest.mark.parametrize("kind", [int, np.int8, np.int64, np.uint32, np.uint64])
def test_a_seed_is_a_whole_number_of_any_kind(kind: type) -> None:
    assert ct.simulate("baseline", kind(3), **TINY) == ct.simulate("baseline", 3, **TINY)


@pytest.mark.parametrize("seed", [2**53 + 1, 2**62 + 1, 2**63 - 1])
def test_a_seed_beyond_the_floats_is_kept_to_its_last_digit(seed: int) -> None:
    out = ct.simulate("baseline", np.int64(seed), **TINY)
    assert out.seed == seed and out != ct.simulate("baseline", seed - 1, **TINY)


@pytest.mark.parametrize("seed", [-1, 2**63, 1.0, 1.5, "1", None, True, np.float64(1), np.array([1, 2])])
def test_what_is_no_seed_is_refused_in_a_sentence(seed: Any) -> None:
    with pytest.raises(ct.ConfigError, match=r"^seed .*it must be a whole number from 0 to 2\*\*63 - 1\.$"):
        ct.simulate("baseline", seed, **TINY)


def test_numbers_of_numpy_in_a_scenario_are_pythons() -> None:
    made = ct.Scenario.model_validate(
        {
            "city": {"population": np.int64(300), "graph": "watts_strogatz", "graph_options": {"k": np.int32(4)}},
            "time": {"years": np.float32(0.25)},
        }
    )
    assert made == ct.Scenario.model_validate(
        {"city": {"population": 300, "graph": "watts_strogatz", "graph_options": {"k": 4.0}}, "time": {"years": 0.25}}
    )
    longer = made.model_copy(update={"time": made.time.model_copy(update={"years": np.float64(0.5)})})
    assert type(longer.time.years) is float and type(made.city.population) is int
    assert longer.tables() == ct.Scenario.model_validate(longer.tables()).tables()
    relapse = made.relapse.model_copy(update={"scale": np.float64(0.5)})
    assert relapse.numbers["scale"] == 0.5, "a record of numbers holds it"


def test_numbers_of_numpy_say_how_many(tmp_path: Path) -> None:
    quiet: dict[str, Any] = {"workers": np.int64(1), "progress": False, **TINY}
    found = ct.compare("first_comparison", replicates=np.int64(2), out=tmp_path / "one", **quiet)
    assert found.results.manifest["replicates"] == 2
    swept = ct.sweep("sweep_example", replicates=np.int32(1), max_failures=np.int64(2), out=tmp_path / "two", **quiet)
    assert len(swept.runs) == 20
    city = ct.RecoveryCity("baseline", rng=np.uint8(1), **TINY)
    city.run_for(np.int64(3))
    assert city.week == 3
    for wrong in (2.5, -1, "3", None, True):
        with pytest.raises(ct.ConfigError, match=r"weeks .*a whole number of weeks"):
            city.run_for(wrong)  # type: ignore[arg-type]


# Help


COMMANDS = ("", "run", "compare", "sweep", "sensitivity", "report", "check", "schema")


def helped(command: str, columns: int) -> str:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": str(columns), "TERMINAL_WIDTH": str(columns)}
    words = [sys.executable, "-m", "contagion", *([command] if command else []), "--help"]
    return subprocess.run(words, env=env, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_never_cut(command: str) -> None:
    """The words are the same at every width, and nothing ends in dots."""
    said = {columns: helped(command, columns) for columns in (30, 80, 250)}
    assert not [text for text in said.values() if re.search(r"\w(\.\.\.|…)(?!\w)", text.replace("[ARGS]...", ""))]
    assert len({"".join(text.split()) for text in said.values()}) == 1
    assert all(len(line) <= 80 for line in said[80].splitlines())


def test_the_list_of_commands_says_of_each_what_its_own_help_says() -> None:
    listed = " ".join(helped("", 80).split())
    for command in COMMANDS[1:]:
        own = " ".join(helped(command, 80).split("\n\n")[1].split())
        assert own.endswith(".") and f" {command} {own}" in listed


# Logs


@pytest.mark.usefixtures("undrawn")
def test_no_table_that_is_printed_or_shown_holds_a_nan(
    tmp_path: Path, call: Callable[..., tuple[int, str, str]], recwarn: pytest.WarningsRecorder
) -> None:
    """Where nothing can be told apart (a tiny city, few base rows) that is said in words, not as numbers that are none."""
    few = ("--workers", 1, "--set", "city.population=30", "--set", "time.years=0.25", "--set", "study.replicates=2")
    sized = ("--set", "sensitivity.samples=8", "--set", 'study.outcomes=["starts","active","stigma","deaths"]')
    ran = {
        "run": call("run", "first_comparison", "--out", "run", *few[2:]),
        "compare": call("compare", "first_comparison", "--out", "compare", *few),
        "sweep": call("sweep", "sweep_example", "--out", "sweep", *few),
        **{
            f"sensitivity {method}": call(
                "sensitivity", "sensitivity_example", "--method", method, "--out", method, *few, *sized
            )
            for method in ("sobol", "morris", "ofat")
        },
    }
    for name, (code, said, err) in ran.items():
        assert code == 0, (name, err)
        assert not re.search(r"\bnan\b", said + err, re.IGNORECASE), (name, said)
        assert "Warning" not in err, (name, err)
    assert not [str(one.message) for one in recwarn if not issubclass(one.category, Advice)]
    assert "there are no indices" in ran["sensitivity sobol"][1]
    assert "all at their defaults" in ran["sensitivity ofat"][1]
    assert re.search(r"starting\.spontaneous = 0\.\d+ ", ran["sensitivity ofat"][1])
    for page in tmp_path.rglob("report.html"):
        text = re.sub(r"(?s)<(script|style)\b.*?</\1>|data:[^\"']+", "", page.read_text(encoding="utf-8"))
        assert not re.search(r">\s*nan\b|\bnan\s*(to|\()", text, re.IGNORECASE), page


# Elsewhere than on Linux


ONLY_POSIX = {"fcntl", "resource", "pwd", "grp", "termios", "pty", "posix"}


def test_nothing_that_windows_lacks_is_imported_at_the_top() -> None:
    found = []
    for path in sorted((ROOT / "contagion").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                found += [f"{path.name}: {name}" for name in names if name.partition(".")[0] in ONLY_POSIX]
    assert found == []


def test_every_file_is_read_and_written_as_utf8() -> None:
    """On Windows the usual encoding is another."""
    found = []
    for path in sorted((ROOT / "contagion").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("read_text", "write_text"):
                told = {one.arg for one in node.keywords}
                found += [f"{path.name}:{node.lineno}"] if "encoding" not in told else []
    assert found == []


def test_results_and_config_on_two_drives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, where there is no way from D: to C:."""

    def apart(path: Any, start: Any = None) -> str:
        raise ValueError("path is on mount 'C:', start on mount 'D:'")

    monkeypatch.setattr(os.path, "relpath", apart)
    path = tmp_path / "mine.toml"
    (tmp_path / "ring.csv").write_text("source,target\n" + "".join(f"p{k},p{(k + 1) % 60}\n" for k in range(60)))
    path.write_text('extends = "first_comparison"\n[city]\ngraph = "ring.csv"\n')
    found = ct.compare(path, replicates=2, workers=1, progress=False, out=tmp_path / "out", **TINY)
    assert found.report.exists()


def test_the_package_is_light_to_import() -> None:
    heavy = ("pandas", "mesa", "matplotlib", "numba", "networkx", "pyarrow", "xarray", "scipy", "typer")
    code = f"import sys, contagion; assert not [one for one in {heavy!r} if one in sys.modules]; assert dir(contagion)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_widths_are_many() -> None:
    """The words of a help do wrap otherwise at each width, so that the comparison above compares something."""
    assert len({helped("compare", columns) for columns in (50, 80)}) == 2


# What a new user tries


def test_a_frozen_table_says_how_to_change_a_copy() -> None:
    scenario = ct.load("baseline", **TINY)
    with pytest.raises(
        ValueError, match=r"friend is frozen and cannot be set; make another, for instance contagion\.load"
    ):
        scenario.starting.friend = 0.5
    changed = ct.load(scenario, **{"starting.friend": 0.5})
    assert changed.starting.friend == 0.5 and changed.city == scenario.city and scenario.starting.friend != 0.5
    assert ct.load_study(ct.load_study("first_comparison"), **{"study.replicates": 3}).replicates == 3


def test_one_scenario_alone_has_no_difference_to_draw(tmp_path: Path) -> None:
    found = ct.compare("baseline", replicates=2, workers=1, progress=False, out=tmp_path / "alone", **TINY)
    with pytest.raises(ValueError, match="there is one scenario, so no difference to draw"):
        found.plot()
    assert repr(found).splitlines()[1] == "  1 scenario (An English city today)"


def test_the_names_that_are_offered_are_those_to_use() -> None:
    assert {name for name in dir(ct) if not name.startswith("__")} == set(ct._HOMES)
    assert set(ct.__all__) - {"__version__"} <= set(ct._HOMES)
