"""The house, read from its source: where each file stands, and what breaks the order, the sizes or the habits of the code.

Each check is a function of a `House` and names what it finds.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

import networkx as nx

from contagion.city.columns import COLUMNS

ROOMS: tuple[tuple[str, ...], ...] = (
    ("core",),
    ("vocabulary",),
    ("processes.exposure",),
    ("processes",),
    ("city",),
    ("interventions",),
    ("model",),
    ("economics.terms", "place.terms"),
    ("place.conversion",),
    ("place.written_in",),
    ("config",),
    ("study.analysis",),
    ("study.keeping",),
    ("study.design",),
    ("study.running",),
    ("study",),
    ("economics",),
    ("place",),
    ("trials.trial",),
    ("trials.findings", "trials.counting", "trials.histories", "trials.enrolling"),
    ("trials.randomised", "trials.cohorts"),
    ("trials",),
    ("report.units", "report.table"),
    ("report.wording",),
    ("report.chances", "report.provenance", "report.letterhead"),
    ("report.figures",),
    ("report.html", "report.documents"),
    ("report.comparison", "report.studies"),
    ("report",),
    ("api",),
    ("exploring",),
    ("cli",),
    ("__main__",),
    ("__init__",),
)
"""From the ground up: files, and folders with what is in them. A file imports from its own room and from lower rows.

The words and tables that figures and pages share stand below the figures; what makes the pages stands above them.
"""

FROM_ABOVE = {"__version__"}
"""Names that anybody may import from the package itself."""

LONGEST, WIDEST, LONGEST_PROCESS = 300, 17, 90
MODEL = ("core", "processes", "city", "interventions", "model")

LIGHT = {"numpy", "pydantic", "pydantic_core"}
"""What core to config may import while they are imported; model.agents alone imports mesa."""

CODES = {name for name, column in COLUMNS.items() if column.unit == "code"}

DECLARES = {"rule", "process", "settlement", "selection"}

"""week.py is no mechanism: it is the order of all of them, so it has no equation and no source of its own."""


class House:
    """The Python files of a package, by their dotted names without the package's own ("model.agents")."""

    def __init__(self, package: Path) -> None:
        self.package = package
        self.files = {self.name_of(path): path for path in sorted(package.rglob("*.py"))}
        self.trees = {name: ast.parse(path.read_text()) for name, path in self.files.items()}

    def name_of(self, path: Path) -> str:
        return ".".join(path.relative_to(self.package).with_suffix("").parts)

    def lines(self, name: str) -> list[str]:
        return self.files[name].read_text().splitlines()

    def inside(self, *rooms: str) -> list[str]:
        return [name for name in self.files if any(is_in(name, room) for room in rooms)]

    def meant(self, dotted: str) -> str | None:
        """The file that a dotted name of this package means, or None if it is of another."""
        head, _, rest = dotted.partition(".")
        if head != self.package.name:
            return None
        while rest and rest not in self.files and f"{rest}.__init__" not in self.files:
            rest = rest.rpartition(".")[0]
        return rest if rest in self.files else f"{rest}.__init__".removeprefix(".")

    @cached_property
    def imports(self) -> dict[str, set[str]]:
        """Which files each file names where it imports, in functions and for type checkers too."""
        found: dict[str, set[str]] = {name: set() for name in self.files}
        for name, tree in self.trees.items():
            for dotted in imported(ast.walk(tree), name):
                if (other := self.meant(dotted)) and other != name and dotted not in self.free:
                    found[name].add(other)
        return found

    @cached_property
    def runs(self) -> dict[str, set[str]]:
        """The same, with the `__init__` of each folder that something is imported from, which runs first."""
        found = {name: set(others) for name, others in self.imports.items()}
        for name, tree in self.trees.items():
            folders = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module}
            found[name] |= {o for f in folders if "." in f and (o := self.meant(f)) and o.endswith("__init__")} - {name}
        return found

    @cached_property
    def free(self) -> set[str]:
        return {f"{self.package.name}.{name}" for name in FROM_ABOVE}


def is_in(name: str, room: str) -> bool:
    return name == room or name.startswith(f"{room}.")


def imported(nodes: Iterator[ast.AST], name: str) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"{name} imports by dots"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(name: str) -> tuple[int, str]:
    """The row and the room of a file: the longest name of a room that holds it."""
    found = [(len(room), row, room) for row, rooms in enumerate(ROOMS) for room in rooms if is_in(name, room)]
    assert found, f"contagion/{name}: say in ROOMS where it stands"
    return max(found)[1:]


def upward(house: House) -> list[str]:
    return [
        f"{name} imports {other}, which stands above it or beside it"
        for name, others in house.imports.items()
        for other in sorted(others)
        if room_of(other)[1] != room_of(name)[1] and room_of(other)[0] >= room_of(name)[0]
    ]


def circles(house: House) -> list[list[str]]:
    graph = nx.DiGraph((name, other) for name, others in house.runs.items() for other in others)
    return [sorted(one) for one in nx.strongly_connected_components(graph) if len(one) > 1]


def too_large(house: House) -> list[str]:
    long = [f"{name}: {len(house.lines(name))} lines" for name in house.files if len(house.lines(name)) > LONGEST]
    folders = Counter(path.parent for path in house.files.values())
    return long + [f"{folder.name}/: {files} files" for folder, files in folders.items() if files > WIDEST]


def mechanism(house: House, name: str) -> int:
    """Lines of a process's file without docstring, imports, parameter tables and the words that only these use.

    A gap counts for at most the two blank lines between functions.
    """
    tree, lines = house.trees[name], house.lines(name)
    left_out: set[int] = set()

    def leave_out(*nodes: ast.stmt) -> None:
        for node in nodes:
            left_out.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))

    body = tree.body[1:] if ast.get_docstring(tree) else tree.body
    leave_out(
        *tree.body[: len(tree.body) - len(body)], *(n for n in body if isinstance(n, ast.Import | ast.ImportFrom))
    )
    tables = [n for n in body if isinstance(n, ast.ClassDef) and any(ast.unparse(b) == "Parameters" for b in n.bases)]
    leave_out(*tables)
    for table in tables:
        for node in reversed(body[: body.index(table)]):
            if isinstance(node, ast.Assign):
                words = {n.id for target in node.targets for n in ast.walk(target) if isinstance(n, ast.Name)}
                users = {one for one in body for n in ast.walk(one) if isinstance(n, ast.Name) and n.id in words}
                if not users - {node} <= set(tables):
                    break
                leave_out(node)
            elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                leave_out(node)  # what an assignment says of itself
            else:
                break
    text = "\n".join("" if n in left_out else line for n, line in enumerate(lines, 1)).strip("\n")
    while "\n\n\n\n" in text:
        text = text.replace("\n\n\n\n", "\n\n\n")
    return len(text.splitlines())


def integer_codes(house: House, names: set[str] = CODES) -> list[str]:
    """Comparisons of a code (`who.stage`, `stage`, `people["stage"]`) with a number instead of vocabulary's name."""

    def is_code(node: ast.expr) -> bool:
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str(name))):
                return name in names
            case ast.Subscript(value=inner):
                return is_code(inner)
        return False

    def is_number(node: ast.expr) -> bool:
        match node:
            case ast.Constant(value=value):
                return type(value) is int
            case ast.UnaryOp(operand=inner):
                return is_number(inner)
            case ast.Tuple(elts=inner) | ast.List(elts=inner) | ast.Set(elts=inner):
                return any(map(is_number, inner))
        return False

    found = []
    for name in house.inside("processes", "city", "interventions", "model"):
        for node in ast.walk(house.trees[name]):
            if isinstance(node, ast.Compare):
                sides = [node.left, *node.comparators]
                if any(map(is_code, sides)) and any(map(is_number, sides)):
                    found.append(f"{name}:{node.lineno}: {ast.unparse(node)}")
    return found


def twice(house: House) -> list[str]:
    names = Counter(n.name for tree in house.trees.values() for n in ast.walk(tree) if isinstance(n, ast.ClassDef))
    return [name for name, times in names.items() if times > 1]


def undescribed(house: House) -> list[str]:
    """Files without a docstring, and rules, processes, settlements and selections without one."""
    found = [name for name, tree in house.trees.items() if not ast.get_docstring(tree)]
    for name, tree in house.trees.items():
        for node in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)):
            marks = {ast.unparse(mark.func if isinstance(mark, ast.Call) else mark) for mark in node.decorator_list}
            if marks & DECLARES and not ast.get_docstring(node):
                found.append(f"{name}.{node.name}")
    return found


def unsourced(house: House) -> list[str]:
    """Files of processes that do not say their equation and their source."""
    texts = {name: ast.get_docstring(house.trees[name]) or "" for name in house.inside("processes")}
    return [name for name, text in texts.items() if not ("Source:" in text and " = " in text.partition("Source:")[0])]


def _test_of(node: ast.AST) -> str:
    return ast.unparse(node.test) if isinstance(node, ast.If) else ""


def heavy(house: House) -> list[str]:
    """What files from core to config import, while they are imported, that is neither Python's own nor light."""

    def run(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
        for node in body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield node
            elif not isinstance(node, ast.FunctionDef) and "TYPE_CHECKING" not in _test_of(node):
                yield from run(ast.iter_child_nodes(node))

    packages = LIGHT | {house.package.name} | sys.stdlib_module_names
    return [
        f"{name} imports {head}"
        for name in house.inside("vocabulary", "config", *MODEL)
        for head in sorted({one.partition(".")[0] for one in imported(run(house.trees[name].body), name)} - packages)
        if (name, head) != ("model.agents", "mesa")
    ]
