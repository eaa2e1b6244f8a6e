"""A user's own graph, from a file: an edge list (CSV), GraphML or GEXF, read with a check in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from contagion.city.attributes import TAKEN, blank, coded, numbers
from contagion.city.generators import GENERATORS, generate
from contagion.city.given_graph import Given, check_in_words
from contagion.city.sheets import Sheet, Values, read_sheet
from contagion.core.errors import ConfigError, Fault
from contagion.core.graph import WEIGHT_ONE
from contagion.vocabulary import Layer

__all__ = ["GENERATORS", "SUFFIXES", "TAKEN", "Given", "generate", "is_file", "read"]

SUFFIXES = (".graphml", ".gexf", ".csv")


def is_file(graph: str) -> bool:
    """Whether `city.graph` names a file rather than a generator."""
    return graph.lower().endswith(SUFFIXES)


def _nowhere(row: int) -> int | None:
    return None


@dataclass(frozen=True)
class _Content:
    """What a file holds, before its words are understood."""

    labels: list[str]
    one: np.ndarray
    two: np.ndarray
    of_ties: Callable[[str], Values | None]  # an attribute by its name, a value for each tie
    of_people: Callable[[str], Values | None]
    people_file: str
    notes: list[str] = field(default_factory=list)
    line_of_tie: Callable[[int], int | None] = _nowhere
    line_of_person: Callable[[int], int | None] = _nowhere


def read(path: str, nodes: str, node_columns: dict[str, str], edge_layer: str, edge_weight: str) -> Given:
    """Read a user's own graph. Raises ConfigError naming the file and what is wrong with it."""
    import networkx as nx

    try:
        content = _edge_list(path, nodes) if Path(path).suffix.lower() == ".csv" else _networkx(path)
    except ConfigError:
        raise
    except (OSError, ValueError, KeyError, nx.NetworkXException, SyntaxError) as problem:
        _refuse(path, "city.graph", path, f"a readable graph file ({problem})")
    people, ties = len(content.labels), content.one.size
    if people < 2 or not ties:
        allowed = f"a graph of at least two people and one tie, not {people} people and {ties} ties"
        _refuse(path, "city.graph", path, allowed)
    notes = list(content.notes)
    layer = _layers(content, edge_layer, notes)
    weight = _weights(path, content, edge_weight)
    columns, taken = _columns(path, content, node_columns)
    check = check_in_words(path, people, content.one, content.two, taken, notes)
    return Given(content.labels, content.one, content.two, layer, weight, columns, check)


def _networkx(path: str) -> _Content:
    """A GraphML or GEXF file."""
    import networkx as nx

    made = nx.read_graphml(path) if path.lower().endswith(".graphml") else nx.read_gexf(path)
    people = [data for _, data in made.nodes(data=True)]
    ties = list(made.edges(data=True))
    at = {node: row for row, node in enumerate(made)}

    def attribute(rows: list[dict[str, Any]]) -> Callable[[str], Values | None]:
        def values(name: str) -> Values | None:
            words = [data.get(name) for data in rows]
            return Values(np.arange(len(words)), words) if any(word is not None for word in words) else None

        return values

    return _Content(
        [str(node) for node in made],
        np.array([at[a] for a, _, _ in ties], np.int32),
        np.array([at[b] for _, b, _ in ties], np.int32),
        attribute([data for _, _, data in ties]),
        attribute(people),
        path,
        ["directed ties are read as mutual"] if made.is_directed() else [],
    )


def _edge_list(path: str, nodes: str) -> _Content:
    """An edge list, and the list of people beside it, if there is one."""
    sheet = _sheet(path, "city.graph", "graph file")
    named = {name.strip().lower(): place for place, name in enumerate(sheet.names)}
    source = named.get("source", 1 if named.get("target") == 0 else 0)
    ends = source, named.get("target", 0 if source == 1 else 1)
    if max(ends) >= len(sheet.names):
        raise ValueError("an edge list needs two columns, source and target")
    code, linked = _ids(sheet, *ends)
    people = _sheet(nodes, "city.nodes", "list of people") if nodes else None
    notes: list[str] = []
    if people is None:
        labels, row_of = _naturally(linked), np.empty(0, np.int64)
    else:
        row_of_label = _people(people)
        labels, row_of = list(row_of_label), np.fromiter(row_of_label.values(), np.int64)
    at = {label: position for position, label in enumerate(labels)}
    position = np.fromiter((at.get(label, -1) for label in linked), np.int32, len(linked))
    one, two = position[code[: sheet.rows]], position[code[sheet.rows :]]
    kept = np.flatnonzero((one >= 0) & (two >= 0))
    if people is not None:
        unmatched = _naturally([label for label, where in zip(linked, position, strict=True) if where < 0])
        if unmatched:
            first = ", ".join(unmatched[:5]) + (" ..." if len(unmatched) > 5 else "")
            notes.append(
                f"{len(unmatched)} ids in ties are not in the list of people, their ties are left out: {first}"
            )
        alone = len(labels) - (len(linked) - len(unmatched))
        if alone:
            notes.append(f"{alone} people have no tie in the edge list")

    def of_ties(name: str) -> Values | None:
        place = sheet.place(name)
        if place is None or place in ends:
            return None
        code, words = sheet.values(place)
        return Values(code[kept], words)

    def of_people(name: str) -> Values | None:
        place = people.place(name) if people else None
        if people is None or place is None:
            return None
        code, words = people.values(place)
        return Values(code[row_of], words)

    return _Content(
        labels,
        one[kept],
        two[kept],
        of_ties,
        of_people,
        nodes or path,
        notes,
        lambda tie: sheet.line(int(kept[tie])),
        lambda person: people.line(int(row_of[person])) if people else None,
    )


def _sheet(path: str, key: str, what: str) -> Sheet:
    try:
        sheet = read_sheet(path)
    except (OSError, ValueError) as problem:
        _refuse(path, key, path, f"a readable {what} ({problem})")
    if not sheet.names:
        _refuse(path, key, path, f"a readable {what} (it is empty)")
    return sheet


def _ids(sheet: Sheet, *places: int) -> tuple[np.ndarray, list[str]]:
    """Columns of ids one after the other, as codes; and the ids, without the spaces around them."""
    code, words = sheet.values(*places)
    ids: dict[str, int] = {}
    code = np.fromiter((ids.setdefault(word.strip(), len(ids)) for word in words), np.int32, len(words))[code]
    if "" in ids:
        column, row = divmod(int(np.argmax(code == ids[""])), sheet.rows)
        key = sheet.names[places[column]].strip() or f"column {places[column] + 1}"
        _refuse(sheet.path, key, "", "a name or number", sheet.line(row))
    return code, list(ids)


def _people(sheet: Sheet) -> dict[str, int]:
    """The row of each id in a list of people, in the order of first mention (of two rows with one id, the last)."""
    code, ids = _ids(sheet, sheet.place("id") or 0)
    return {ids[k]: row for row, k in enumerate(code.tolist())}


def _naturally(names: list[str]) -> list[str]:
    """Names in natural order: whole numbers by size, then words."""
    whole = [name for name in names if name.removeprefix("-").isdecimal()]
    whole.sort()
    whole.sort(key=float)
    return whole + sorted(name for name in names if not name.removeprefix("-").isdecimal())


def _layers(content: _Content, name: str, notes: list[str]) -> np.ndarray:
    values = content.of_ties(name)
    if values is None:
        return np.full(content.one.size, int(Layer.FRIEND), np.int8)
    known = {layer.name.lower(): int(layer) for layer in Layer}
    words = [str(word or "friend").strip().lower() or "friend" for word in values.words]
    code = np.array([known.get(word, -1) for word in words], np.int8)[values.code]
    strange = Counter(words[k] for k in values.code[code < 0].tolist())
    notes += [f"{n} ties with the unknown layer {word!r} are read as friend" for word, n in strange.items()]
    return np.where(code < 0, np.int8(Layer.FRIEND), code)


def _weights(path: str, content: _Content, name: str) -> np.ndarray:
    values = content.of_ties(name)
    if values is None:
        return np.full(content.one.size, WEIGHT_ONE, np.int16)
    number, unreadable = numbers([1.0 if blank(word) else word or 1.0 for word in values.words])
    bad = ~((number > 0) & (number <= 100))
    row = _first(values, bad)
    if row is not None:
        word = int(values.code[row])
        value = values.words[word] if word in unreadable else number[word]
        allowed = "a number" if word in unreadable else "a tie weight above 0 and up to 100"
        _refuse(path, name, value, allowed, content.line_of_tie(row))
    return np.maximum(1, np.rint(number * WEIGHT_ONE)).astype(np.int16)[values.code]


def _columns(path: str, content: _Content, names: dict[str, str]) -> tuple[dict[str, np.ndarray], list[str]]:
    """The columns of people that attributes fill, and a word about each."""
    columns, taken = {}, []
    for column in TAKEN:
        attribute = names.get(column, column)
        values = content.of_people(attribute)
        empty = np.array([blank(word) for word in values.words], bool) if values else np.ones(0, bool)
        having = 0 if values is None else int((~empty)[values.code].sum())
        if values is None or not having:
            if column in names:
                allowed = "an attribute that the file's people have"
                _refuse(path, f"city.node_columns.{column}", attribute, allowed)
            continue
        number, unreadable = coded(column, values.words)
        bad = np.zeros(len(values.words), bool)
        bad[list(unreadable)] = True
        row = _first(values, bad & ~empty)
        if row is not None:
            word = int(values.code[row])
            why = unreadable[word]
            line = content.line_of_person(row)
            _refuse(content.people_file, column, values.words[word], why.allowed, line, why.nearest)
        columns[column] = np.where(empty, np.nan, number)[values.code]
        taken.append(f"{column} ({having} people)")
    return columns, taken


def _first(values: Values, bad: np.ndarray) -> int | None:
    """The first row with one of the bad words."""
    if not bad.any():
        return None
    rows = np.flatnonzero(bad[values.code])
    return int(rows[0]) if rows.size else None


def _refuse(
    path: str, key: str, value: Any, allowed: str, line: int | None = None, near: str | None = None
) -> NoReturn:
    raise ConfigError(Fault(file=str(path), key=key, value=value, allowed=allowed, nearest=near, line=line)) from None
