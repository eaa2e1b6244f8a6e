"""Old keys: what a key or a section of a config was called before. It is still read, with a sentence of advice."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from contagion.config.keys import dotted, key_of, line_of
from contagion.config.layers import VARYING, ConfigLayer, Table, fresh
from contagion.core.errors import Advice, Fault, Key, at_key


class OldKey(Advice):
    """A config writes a key by a name that it had before."""


class Renamed(NamedTuple):
    """The new name of a section or key, and in a few words why it has another."""

    new: str
    why: str


RENAMED: dict[str, Renamed] = {
    "births": Renamed("entry", "people enter the risk pool at any age, nobody is born into it")
}
"""By old dotted name. Old names are read in tables, in study scenarios, as factors and in the rows of a sweep."""

_NAMES: dict[Key, Key] = {key_of(old): key_of(one.new) for old, one in RENAMED.items()}
_PACKAGE = str(Path(__file__).resolve().parents[1])


def renewed(layer: ConfigLayer, faults: list[Fault]) -> ConfigLayer:
    """The layer with new names in place of old ones; both at once is a fault."""
    table, renamed = fresh(layer.table), []
    for above, tables, names in _places(table):
        for old, new in list(names(tables)):
            value = _taken(tables, old)
            if _has(tables, new):
                rule, name = "take one of the two out", dotted((*above, *new))
                fault = at_key((*above, *old), None, rule, None, f"stands beside {name}, which is its new name")
                faults.append(replace(fault, file=layer.label, line=line_of(layer.text, (*above, *old))))
            else:
                _put(tables, new, value)
                renamed.append(((*above, *new), (*above, *old)))
    return replace(layer, table=table, renamed=tuple(renamed))


def advise(layer: ConfigLayer) -> None:
    """Warn (OldKey) of the old names in a layer, once for each name however often it is written."""
    told: dict[str, str] = {}
    for new, old in layer.renamed:
        told.setdefault(_entry(old), advice(layer, new, old))
    for text in told.values():
        warnings.warn(text, OldKey, skip_file_prefixes=(_PACKAGE,))


def advice(layer: ConfigLayer, new: Key, old: Key) -> str:
    """What is told of an old key: where it stands, what it is called now, why."""
    line = line_of(layer.text, old)
    where = f"{layer.label}, line {line}" if line else layer.label
    why = RENAMED[_entry(old)].why
    return f"{where}: {dotted(old)} is called {dotted(new)} now ({why}); the old name is read as well."


def _entry(old: Key) -> str:
    """The entry of the table of names that an old key is of."""
    return next(name for name in RENAMED if _starts(old, key_of(name)))


def first_named(table: Table) -> Table:
    """A config's table with the names that its keys had first, so that a hash of it outlives another name."""
    table = fresh(table)
    for above, tables, _ in _places(table):
        listed = above[:1] in (("factors",), ("uncertainty",), ("sweep",))
        for old, new in _NAMES.items():
            for name in [n for n in tables if key_of(n)[: len(new)] == new] if listed else []:
                tables[dotted((*old, *key_of(name)[len(new) :]))] = tables.pop(name)
            if not listed and _has(tables, new):
                _put(tables, old, _taken(tables, new))
    return table


Names = Callable[[Table], Iterator[tuple[Key, Key]]]


def _places(table: Table) -> Iterator[tuple[Key, Table, Names]]:
    """Every table that may hold old names: key above it, the table, and which it holds with their new ones."""
    yield (), table, _held
    scenarios = _table(_table(table).get("study")).get("scenarios")
    for name, one in _table(scenarios).items():
        yield ("study", "scenarios", name), _table(one), _held
    for name in VARYING:
        yield (name,), _table(table.get(name)), _listed
    rows = _table(table.get("sweep")).get("rows")
    for row in rows if isinstance(rows, list) else []:
        yield ("sweep", "rows"), _table(row), _listed


def _held(table: Table) -> Iterator[tuple[Key, Key]]:
    """Old keys of nested tables, with their new ones."""
    yield from ((old, new) for old, new in _NAMES.items() if _has(table, old))


def _listed(table: Table) -> Iterator[tuple[Key, Key]]:
    """Dotted old names that are keys themselves, with their new ones."""
    for name in table:
        for old, new in _NAMES.items():
            if _starts(key := key_of(name), old):
                yield (name,), (dotted((*new, *key[len(old) :])),)


def _starts(key: Key, first: Key) -> bool:
    """Whether a key, or the dotted name that is its last part, lies under another."""
    inner = key_of(key[-1]) if key else ()
    here = key[3:] if key[:2] == ("study", "scenarios") else key
    return here[: len(first)] == first or inner[: len(first)] == first


def _table(value: Any) -> Table:
    return value if isinstance(value, dict) else {}


def _has(table: Table, key: Key) -> bool:
    value: Any = table
    for part in key:
        if not isinstance(value, dict) or part not in value:
            return False
        value = value[part]
    return True


def _taken(table: Table, key: Key) -> Any:
    for part in key[:-1]:
        table = table[part]
    return table.pop(key[-1])


def _put(table: Table, key: Key, value: Any) -> None:
    for part in key[:-1]:
        table = table.setdefault(part, {})
    table[key[-1]] = value
