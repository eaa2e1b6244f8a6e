"""The house: imports only go down, one thought per file, nothing heavy where it is not needed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGE = ROOT / "contagion"

FLOORS: tuple[tuple[str, ...], ...] = (
    ("core",),
    ("vocabulary", "faults", "keys", "cascades"),
    ("layers", "allowed"),
    ("problems", "protocol"),
    ("processes",),
    ("city",),
    ("interventions",),
    ("scenario",),
    ("targets",),
    ("factors",),
    ("asked",),
    ("configuration", "validation"),
    ("outcomes", "explain"),
    ("attribution",),
    ("living", "model"),
    ("study",),
    ("report", "tables"),
    ("front",),
    ("exits", "options"),
    ("cli",),
    ("__main__", "__init__"),
)
"""From the ground up. A file imports from floors below its own, and from its own package or its own couple."""

COUPLES = [{"configuration", "validation"}, {"living", "model"}]
"""Files of one floor that may import each other (one of the two inside a function)."""

PARAMETERS_OF_OTHERS = {
    "processes.community": {"processes.capital", "processes.groups", "processes.stigma", "processes.treatment"},
    "city.foundation": {"processes.community"},
    "city.groups": {"processes.groups"},
    "city.population": {"processes.relapse"},
}
"""Who settles or founds what a process declares reads its parameter class; processes import nobody else's."""

BUILDS_ON_THE_CITY = {"interventions.housing": {"city.groups"}}
"""Interventions that need to know where something is in the city."""

LONGEST = 400


def modules() -> dict[str, Path]:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)] = path
    return found


MODULES = modules()


def imported(name: str, top_only: bool = False) -> Iterator[str]:
    """Files of this package that a file imports, by dotted name without the package's own."""
    tree = ast.parse(MODULES[name].read_text())
    nodes = list(_run_on_import(tree)) if top_only else list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.Import):
            whole = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{name} imports by dots"
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            known = [one for one in inner if one.removeprefix("contagion.") in MODULES]
            whole = known or [node.module]
        else:
            continue
        for one in whole:
            if one.startswith("contagion."):
                yield one.removeprefix("contagion.")


def _run_on_import(tree: ast.Module) -> Iterator[ast.stmt]:
    """Statements that run when a file is imported (not in functions, not for type checkers alone)."""
    for node in tree.body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.If | ast.Try | ast.With):
            yield from (n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom))
        yield node


def floor(name: str) -> int:
    head = name.split(".")[0]
    found = [number for number, names in enumerate(FLOORS) if head in names]
    assert found, f"contagion/{head}: say in FLOORS where it stands"
    return found[0]


@pytest.mark.parametrize("name", MODULES)
def test_imports_only_go_down(name: str) -> None:
    for other in imported(name):
        here, there = name.split(".")[0], other.split(".")[0]
        allowed = floor(other) < floor(name) or here == there or {here, there} in COUPLES
        assert allowed, f"contagion.{name} imports contagion.{other}, which stands above it"


@pytest.mark.parametrize("name", [n for n in MODULES if n.split(".")[0] in ("processes", "city", "interventions")])
def test_processes_and_places_know_little_of_each_other(name: str) -> None:
    """Processes speak of `who` and `p`; week.py alone knows them all. Exceptions are listed by name."""
    if name == "processes.week":
        return
    here = name.split(".")[0]
    found = {other for other in imported(name) if other.startswith("processes.")} - {name}
    assert found == PARAMETERS_OF_OTHERS.get(name, set()), f"{name} imports {found}"
    if here == "interventions":
        places = {other for other in imported(name) if other.startswith("city.")}
        assert places == BUILDS_ON_THE_CITY.get(name, set())


def test_processes_read_only_parameter_classes_of_each_other() -> None:
    for name in (n for n in PARAMETERS_OF_OTHERS if n.startswith("processes.")):
        for node in ast.walk(ast.parse(MODULES[name].read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("contagion.processes."):
                assert all(alias.name[0].isupper() for alias in node.names), f"{name} from {node.module}"


def test_the_engine_room_knows_nothing_of_recovery() -> None:
    for name in (n for n in MODULES if n.startswith("core")):
        assert all(other.startswith("core") for other in imported(name)), name
        words = MODULES[name].read_text().lower()
        assert not any(word in words for word in ("relapse_rate", "stigma", "champion", "addiction")), name


def test_no_file_imports_itself_through_others() -> None:
    """What runs on import has no circles."""
    near = {name: {o for o in imported(name, top_only=True) if o in MODULES and o != name} for name in MODULES}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, f"a circle: {' -> '.join([*path, name])}"
        if name not in done:
            for other in sorted(near[name]):
                visit(other, (*path, name))
            done.add(name)

    for name in MODULES:
        visit(name, ())


@pytest.mark.parametrize("name", MODULES)
def test_one_thought_per_file(name: str) -> None:
    text = MODULES[name].read_text()
    lines = len(text.splitlines())
    assert lines <= LONGEST, f"contagion/{name} has {lines} lines: it is two files"
    assert ast.get_docstring(ast.parse(text)), f"contagion/{name} does not say what it is"


def test_mesa_is_known_to_two_files_alone() -> None:
    knowing = {name for name, path in MODULES.items() if "import mesa" in path.read_text()}
    assert knowing == {"city.people", "model"}
