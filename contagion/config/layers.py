"""Layers: what a config file, what it extends and the overrides each say, and the faults of reading them."""

from __future__ import annotations

import functools
import os
import re
import tomllib
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from contagion.config.keys import dotted, line_of
from contagion.config.paths import expanded
from contagion.core.errors import Advice, Fault, Key, nearest, plainly, shown

Table = dict[str, Any]

BIGGEST = 1_000_000
"""Bytes a config file may have."""
_PACKAGE = str(Path(__file__).resolve().parents[1])
DEEPEST = 12
"""Tables inside tables, and files that extend files, that a config may have."""
GRAPH_FILES = (".graphml", ".gexf", ".csv", ".tsv", ".txt")
"""Endings of the graph files that can be read."""
LABELS = ("title", "description")
"""What a study scenario may say of itself beside its overrides."""
VARYING = ("factors", "uncertainty")
"""Tables of parameters that vary, by dotted name."""
ASKING = ("sweep", "sensitivity", "money", "place", *VARYING)
"""Tables that ask for many runs."""
STUDY = ("study", *ASKING)
"""Tables that are of a study, and not of one of its scenarios."""
OVERRIDE = "override"
"""The file that faults of overrides name."""


@dataclass(frozen=True)
class ConfigLayer:
    """One file's say, or that of the overrides: what it sets, and its text for finding lines.

    `renamed` holds the new and the old name of each key that it writes by its old name; the table has the new one.
    """

    label: str
    folder: Path
    table: Table
    text: str = ""
    renamed: tuple[tuple[Key, Key], ...] = ()

    def says(self, key: Key) -> bool:
        """Whether this layer sets the key or a table of that name."""
        value: Any = self.table
        for part in key:
            if not isinstance(value, dict) or part not in value:
                return False
            value = value[part]
        return True

    def written(self, key: Key) -> Key:
        """The key as this layer writes it."""
        for new, old in self.renamed:
            if key[: len(new)] == new:
                return (*old, *key[len(new) :])
        return key


def located(fault: Fault, layers: Sequence[ConfigLayer], above: Key = ()) -> Fault:
    """The fault with its file and line: the last layer that says the key; if none does, its table, rather in a file.

    `above` is the table in which the key of the fault stands. A key is named as that file writes it (see `renamed`).
    """
    key = (*above, *fault.at)
    files = [layer for layer in layers if layer.text]
    for length in range(len(key), -1, -1):
        for layer in reversed(layers if length == len(key) else [*(la for la in layers if not la.text), *files]):
            if layer.says(key[:length]) and (length or layer.text):
                line = line_of(layer.text, layer.written(key[:length])) if length else None
                return replace(fault, file=layer.label, key=dotted(layer.written(key)), line=line, at=key)
    return replace(fault, file=layers[0].label, key=dotted(key), at=key)


class Origin:
    """The layers that a study was read from. Where it was read is no part of what it is: all are equal."""

    def __init__(self, layers: Iterable[ConfigLayer] = ()) -> None:
        self.layers = list(layers)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Origin)

    __hash__ = None  # type: ignore[assignment]


def shipped() -> Path:
    """The folder of the configs that come with the package: in an installed wheel, or in a checkout."""
    here = Path(__file__).resolve().parents[1]
    return here / "_configs" if (here / "_configs").is_dir() else here.parent / "configs"


def shipped_names() -> list[str]:
    """Bare names of the configs that come with the package."""
    return sorted(p.stem for p in shipped().glob("*.toml"))


def find(path: str | Path) -> Path:
    """The file meant: the path itself, or a shipped config of that bare name."""
    given = expanded(path)
    return (None if given.suffix or len(given.parts) != 1 or os.path.isfile(given) else _shipped(given.name)) or given


def _nearest_config(name: str, path: Path) -> str | None:
    """What is most like a name: a file beside this one (and not this one), a shipped config, or a place."""
    beside = [p.name for p in path.parent.glob("*.toml") if p != path] if path.parent.is_dir() else []
    return nearest(name, sorted(beside) + shipped_names() + [p.stem for p in shipped().glob("places/*.toml")])


def _shipped(name: str) -> Path | None:
    """The shipped config, or place, of this name."""
    return next(
        (p for p in (shipped() / f"{name}.toml", shipped() / "places" / f"{name}.toml") if os.path.isfile(p)), None
    )


def read_layers(path: str | Path, faults: list[Fault]) -> list[ConfigLayer]:
    """The layers of a file and of those it extends, deepest first."""
    if "\0" in str(path):
        faults.append(Fault(str(path), "", problem="is not a name that a file can have"))
        return []
    found = find(path)
    return _chain(found, faults, [], label_of(found) if os.path.exists(found) else str(path))


def _chain(path: Path, faults: list[Fault], below: list[Path], label: str) -> list[ConfigLayer]:
    table, text = _read(path, label, faults)
    if table is None:
        return []
    layer = ConfigLayer(label, path.parent, table, text)
    if "extends" not in table:
        return [layer]
    extends, line = table["extends"], line_of(text, ("extends",))
    rule = "it must be the path of a .toml file, from the folder of this one, or the name of a shipped config"

    def refuse(problem: str = "", close: str | None = None, allowed: str = rule) -> list[ConfigLayer]:
        faults.append(Fault(label, "extends", extends, allowed, close, problem, line))
        return [layer]

    if not isinstance(extends, str) or not extends.strip() or "\0" in extends:
        return refuse()
    parent = path.parent / expanded(extends)
    if not os.path.exists(parent) and "/" not in extends:
        known = _shipped(extends.removesuffix(".toml"))
        if known and extends.endswith(".toml"):
            told = f"extends the shipped {known.name}, as there is no {plainly(extends, 80)} beside this file"
            at = f", line {line}" if line else ""
            warnings.warn(f"{label}{at}: {told}.", Advice, skip_file_prefixes=(_PACKAGE,))
        parent = known or parent
    if parent.suffix != ".toml" or not os.path.isfile(parent):
        close = _nearest_config(extends, path)
        return refuse("" if os.path.exists(parent) else f"is {shown(extends)}, which is no file", close)
    below, real = [*below, path.resolve()], parent.resolve()
    if real in below:
        ring = [*below[below.index(real) :], real]
        circle = " extends ".join(label_of(p) for p in ring)
        return refuse(f"goes round in a circle ({circle})", allowed="a file may not extend itself")
    if len(below) > DEEPEST:
        return refuse(allowed=f"at most {DEEPEST} files may extend one another")
    return [*_chain(parent, faults, below, label_of(parent)), layer]


def _read(path: Path, label: str, faults: list[Fault]) -> tuple[Table | None, str]:
    """The table in a TOML file and its text; None and a fault if it cannot be read."""

    def refuse(problem: str, allowed: str = "", close: str | None = None, line: int | None = None) -> None:
        faults.append(Fault(label, "", None, allowed, close, problem, line))

    too_deep = ("nests tables too deeply", f"at most {DEEPEST} may stand inside one another")
    try:
        if not os.path.exists(path):
            close = _nearest_config(path.name, path)
            close = str(path.with_name(close)) if close and os.path.exists(path.with_name(close)) else close
            refuse("there is no such file", "give the path of a .toml file or the name of a shipped config", close)
        elif not os.path.isfile(path):
            refuse("is not a file", "give the path of a .toml file")
        elif path.stat().st_size > BIGGEST:
            refuse(f"has {path.stat().st_size:,} bytes", f"at most {BIGGEST:,} are read")
        else:
            text = path.read_bytes().decode("utf-8-sig")
            table = fresh(_parsed(text))
            if not beyond(table, DEEPEST):
                return table, text
            refuse(*too_deep)
    except UnicodeDecodeError as error:
        refuse(f"is not UTF-8 text (byte {error.start:,})", "save the file as UTF-8")
    except tomllib.TOMLDecodeError as error:
        at = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
        reason = str(error)[: at.start()] if at else str(error)
        refuse(f"is not valid TOML ({reason})", line=int(at[1]) if at and at[1] else None)
    except RecursionError:
        refuse(*too_deep)
    except OSError as error:
        refuse(f"cannot be read ({error.strerror})")
    except ValueError:
        refuse("holds a number with too many digits to read")
    return None, ""


@functools.lru_cache(maxsize=8)
def _parsed(text: str) -> Table:
    """What a text holds; the shipped baseline is read again and again, and is long."""
    return tomllib.loads(text)


def fresh(value: Any) -> Any:
    """A copy of what TOML holds: its tables and lists anew, all else cannot be changed."""
    if isinstance(value, dict):
        return {key: fresh(one) for key, one in value.items()}
    return [fresh(one) for one in value] if isinstance(value, list) else value


def beyond(value: Any, left: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return left < 0 or any(beyond(v, left - 1) for v in inner)


def label_of(path: Path) -> str:
    """A file as messages name it: from the working directory if it lies inside."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return str(path)


def merge(base: Table, over: Table, afresh: bool = True) -> Table:
    """Tables merged at every depth; what belongs to another kind of intervention, graph or method starts afresh."""
    merged = dict(base)
    if afresh and "graph" in base and over.get("graph", base["graph"]) != base["graph"]:
        merged.pop("graph_options", None)
    if afresh and "samples" in base and over.get("method", base.get("method", "sobol")) != base.get("method", "sobol"):
        merged.pop("samples")
    for key, value in over.items():
        old = merged.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            other = afresh and "kind" in old and "kind" in value and old["kind"] != value["kind"]
            merged[key] = fresh(value) if other else merge(old, value, afresh)
        else:
            merged[key] = fresh(value)
    return merged


def variant(base: Table, name: str, table: Table) -> Table:
    """A study scenario as tables: the base without what asks for runs, its overrides, its name and title."""
    base = {k: v for k, v in base.items() if k not in STUDY}
    overrides = {k: v for k, v in table.items() if k not in LABELS}
    labels = {"name": name, "title": table.get("title", name), "description": table.get("description", "")}
    return {**merge(base, overrides), **labels}
