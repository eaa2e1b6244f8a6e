"""Graphs as tables: a list of ties, and the list of people beside it; and what any kind of graph file holds, as columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from contagion.city.attributes import TAKEN
from contagion.city.markup import Element, read_markup
from contagion.city.sheets import SEPARATORS, Sheet, Values, is_number, placed, plain, read_sheet
from contagion.core.errors import ConfigError, Fault, counted, nearest, plainly, shown
from contagion.vocabulary import Layer

ENDS = (
    *(("source", "target"), ("from", "to"), ("src", "dst"), ("fromnodeid", "tonodeid"), ("from_node", "to_node")),
    *(
        (f"{word}{one}", f"{word}{two}")
        for word in ("node", "id", "person", "name", "actor", "user", "vertex")
        for one, two in (("1", "2"), ("_1", "_2"), ("_a", "_b"), ("a", "b"))
    ),
    *(("source_id", "target_id"), ("from_id", "to_id"), ("ego", "alter"), ("sender", "receiver"), ("person", "friend")),
    *(("origin", "destination"), ("head", "tail"), ("u", "v"), ("i", "j"), ("a", "b"), ("x", "y")),
)
"""Names of the two columns of ends, as programs write them; else these are the first two."""
IDS = ("id", "name", "node", "label", "person")
"""Names of the column that names people."""
IDENTITY = "contagion_uid"
"""Attribute that holds the identity of a person in the city that the graph was exported from."""


@dataclass(frozen=True)
class Content:
    """What a graph file holds, before its words are understood. Ties lead from `one` to `two`, positions in `labels`."""

    labels: list[str]
    one: np.ndarray
    two: np.ndarray
    tie_names: list[str]  # attributes that ties have
    person_names: list[str]
    of_ties: Callable[[str], Values | None]  # an attribute by its name, a value for each tie
    of_people: Callable[[str], Values | None]
    people_file: str
    form: str  # how the file is laid out, in words
    notes: list[str] = field(default_factory=list)
    line_of_tie: Callable[[int], int | None] = lambda tie: None
    line_of_person: Callable[[int], int | None] = lambda person: None
    named: bool = False  # whether a person is found by name rather than by line
    decimal_commas: bool = False  # of ties, and of people
    people_commas: bool = False
    positional: dict[str, str] = field(default_factory=dict)  # what columns without names are taken for
    ids: str = ""  # the column that names people, if there is a list of them


def refuse(
    path: str, key: str, value: Any, allowed: str, line: int | None = None, near: str | None = None
) -> ConfigError:
    """The error that names file, line, key, value and what would be right."""
    return ConfigError(Fault(file=str(path), key=key, value=value, allowed=allowed, nearest=near, line=line))


def edge_list(path: str, nodes: str, weight: str, layer: str, columns: dict[str, str]) -> Content:
    """A list of ties, and the list of people beside it, if there is one."""
    sure = {"source", "target", plain(weight), plain(layer)} - {""}
    sheet = _sheet(path, "city.graph", "graph file", sure, {name for pair in ENDS for name in pair})
    if sheet.form.remarks and {"bip", "bipartite"} & set(sheet.form.remarks[0].lower().split()):
        allowed = (
            "a graph of people alone: this one says that it is bipartite (bip), so equal ids need not be one person"
        )
        raise refuse(path, "city.graph", path, allowed)
    ends = _ends(sheet.names) if sheet.named else (0, 1)
    if max(ends) >= len(sheet.names):
        raise ValueError("an edge list needs two columns, source and target")
    code, linked = _ids(sheet, *ends)
    people = None
    if nodes:
        likely = {*IDS, *TAKEN, IDENTITY, *map(plain, columns.values())}
        people = _sheet(
            nodes, "city.nodes", "list of people", {"id", *(plain(one) for one in columns.values())}, likely
        )
    notes = list(sheet.notes)
    if people is None:
        labels, row_of = naturally(linked), np.empty(0, np.int64)
    else:
        row_of_label = _people(people)
        labels = naturally(list(row_of_label))
        row_of = np.fromiter((row_of_label[label] for label in labels), np.int64, len(labels))
        notes += [f"list of people: {note}" for note in people.notes]
    at = {label: position for position, label in enumerate(labels)}
    position = np.fromiter((at.get(label, -1) for label in linked), np.int32, len(linked))
    one, two = position[code[: sheet.rows]], position[code[sheet.rows :]]
    kept = np.flatnonzero((one >= 0) & (two >= 0))
    if people is not None:
        lost = [label for label, where in zip(linked, position, strict=True) if where < 0]
        notes += unmatched(lost, "not in the list of people", one.size - kept.size)
        alone = len(labels) - np.unique(np.concatenate([one[kept], two[kept]])).size
        notes += [f"{counted(alone, 'person has', 'people have')} no tie in the edge list"] if alone else []
    tie_names = [name for k, name in enumerate(sheet.names) if k not in ends and name]
    of_ties = _column(sheet, kept, exclude=ends)
    kinds = of_ties("type")
    if kinds is not None:
        directed = [str(word).strip().lower() == "directed" for word in kinds.words]
        count = int(np.array(directed, bool)[kinds.code].sum()) if directed else 0
        notes += [f"{counted(count, 'directed tie is', 'directed ties are')} read as mutual"] if count else []
    return Content(
        labels,
        one[kept],
        two[kept],
        tie_names,
        [name for name in people.names if name] if people else [],
        of_ties,
        _column(people, row_of) if people else lambda name: None,
        nodes or path,
        _form(sheet, ends) + (f"; list of people: {_layout(people)}" if people else ""),
        notes,
        lambda tie: sheet.line(int(kept[tie])),
        lambda person: people.line(int(row_of[person])) if people else None,
        decimal_commas=sheet.form.separator != ",",
        positional={} if sheet.named else _by_position(sheet),
        people_commas=people is not None and people.form.separator != ",",
        ids=people.names[_place_of_ids(people)] if people else "",
    )


def markup(path: str) -> Content:
    """A GraphML or GEXF file."""
    found = read_markup(path)
    by_name: dict[str, Element] = {}
    for one in found.people:
        if one.name in by_name:
            allowed = f"a name that stands once (line {by_name[one.name].line} has it too)"
            raise refuse(path, "id", one.name, allowed, one.line)
        by_name[one.name] = one
    labels = naturally(list(by_name))
    people = [by_name[label] for label in labels]
    at = {label: position for position, label in enumerate(labels)}
    ties = [tie for tie in found.ties if tie.ends[0] in at and tie.ends[1] in at]
    lost = [end for tie in found.ties for end in tie.ends if end not in at]
    notes = [counted(n, *words.split("|")) for words, n in found.counted.items()]
    notes += unmatched(list(dict.fromkeys(lost)), "not declared as people", len(found.ties) - len(ties))
    return Content(
        labels,
        np.array([at[tie.ends[0]] for tie in ties], np.int32),
        np.array([at[tie.ends[1]] for tie in ties], np.int32),
        list(dict.fromkeys(name for tie in ties for name in tie.values)),
        list(dict.fromkeys(name for one in people for name in one.values)),
        _attribute(ties, found.also),
        _attribute(people, found.also),
        path,
        f"{found.kind}; ties from its edges",
        notes,
        lambda tie: ties[tie].line,
        lambda person: people[person].line,
        named=True,
    )


def naturally(names: list[str]) -> list[str]:
    """Names in natural order: whole numbers by size, then words."""
    whole = [name for name in names if name.removeprefix("-").isdecimal()]
    whole.sort()
    whole.sort(key=float)
    return whole + sorted(name for name in names if not name.removeprefix("-").isdecimal())


def unmatched(names: list[str], why: str, ties: int) -> list[str]:
    """A word about ends of ties that are nobody."""
    if not names:
        return []
    first = ", ".join(plainly(name, 40) for name in naturally(names)[:5]) + (" ..." if len(names) > 5 else "")
    verb = "are" if len(names) > 1 else "is"
    return [f"{counted(len(names), 'id')} in ties {verb} {why}, and so {counted(ties, 'tie')} left out: {first}"]


def _sheet(path: str, key: str, what: str, sure: set[str], likely: set[str]) -> Sheet:
    try:
        sheet = read_sheet(path, sure, likely)
    except (OSError, ValueError) as problem:
        raise refuse(path, key, path, f"a readable {what} ({problem})") from None
    if not sheet.names:
        raise refuse(path, key, path, f"a readable {what} (it is empty)")
    return sheet


def _ends(names: list[str]) -> tuple[int, int]:
    """Which two columns are the ends of ties."""
    for first, second in ENDS:
        source, target = placed(first, names), placed(second, names)
        if first == "source" and (source is not None or target is not None):  # the other may have another name
            source = source if source is not None else int(target == 0)
            return source, target if target is not None else int(source == 0)
        if source is not None and target is not None:
            return source, target
    return 0, 1


def _by_position(sheet: Sheet) -> dict[str, str]:
    """What the third and the fourth column are without a header: weight of ties if of numbers, layer if of its words.

    A fourth column of numbers is no weight: programs put the time of a tie there.
    """
    found: dict[str, str] = {}
    for place in range(2, min(4, len(sheet.names))):
        words = [word for word in sheet.values(place).words if word.strip()]
        if words and {plain(word) for word in words} <= {layer.name.lower() for layer in Layer}:
            found.setdefault("layer", sheet.names[place])
        elif (
            words and 2 * sum(map(is_number, words)) > len(words) and place == 2 + len(found) and "weight" not in found
        ):
            found["weight"] = sheet.names[place]
    return found


def _form(sheet: Sheet, ends: tuple[int, int]) -> str:
    """How an edge list is laid out."""
    columns = " and ".join(plainly(sheet.names[end], 40) or f"column {end + 1}" for end in ends)
    return f"{_layout(sheet)}; ties from {columns}"


def _layout(sheet: Sheet) -> str:
    parted = f"parted by {SEPARATORS[sheet.form.separator]}"
    first = ", ".join(plainly(str(column[0]), 30) for column in sheet.cells.columns[:4]) if sheet.rows else ""
    if sheet.header:
        head = "the first line names the columns"
    elif sheet.named:
        head = "the comment above names the columns"
    else:
        head = f"no header, so the first line ({first}) is one of the rows"
    comments = f", {counted(len(sheet.form.remarks), 'comment line')} above" if sheet.form.remarks else ""
    return f"{parted}, {head}{comments}"


def _ids(sheet: Sheet, *places: int) -> tuple[np.ndarray, list[str]]:
    """Columns of ids one after the other, as codes; and the ids, without the spaces around them."""
    code, words = sheet.values(*places)
    ids: dict[str, int] = {}
    code = np.fromiter((ids.setdefault(word.strip(), len(ids)) for word in words), np.int32, len(words))[code]
    if "" in ids:
        column, row = divmod(int(np.argmax(code == ids[""])), sheet.rows)
        key = sheet.names[places[column]] or f"column {places[column] + 1}"
        raise refuse(sheet.path, key, "", "a name or number", sheet.line(row))
    return code, list(ids)


def _people(sheet: Sheet) -> dict[str, int]:
    """The row of each id in a list of people."""
    place = _place_of_ids(sheet)
    code, ids = _ids(sheet, place)
    first, rows = np.unique(code, return_index=True)
    if first.size < code.size:
        again = int(np.setdiff1d(np.arange(code.size), rows)[0])
        before = sheet.line(int(rows[code[again]]))
        allowed = f"a name that stands once (line {before} has it too)"
        raise refuse(sheet.path, sheet.names[place] or "id", ids[code[again]], allowed, sheet.line(again))
    return {ids[k]: row for row, k in enumerate(code.tolist())}


def _place_of_ids(sheet: Sheet) -> int:
    """Which column of a list of people names them."""
    found = [place for name in IDS if (place := sheet.place(name)) is not None] if sheet.named else []
    return found[0] if found else 0


def _column(sheet: Sheet, rows: np.ndarray, exclude: tuple[int, ...] = ()) -> Callable[[str], Values | None]:
    def values(name: str) -> Values | None:
        place = sheet.place(name)
        if place is None or place in exclude:
            return None
        code, words = sheet.values(place)
        return Values(code[rows], words)

    return values


def _attribute(elements: list[Element], also: dict[str, str]) -> Callable[[str], Values | None]:
    def values(name: str) -> Values | None:
        known = list(dict.fromkeys(key for one in elements for key in one.values))
        place = placed(name, known)
        if place is None:  # Gephi calls the weight of GraphML "Edge Weight" and gives it the id "weight"
            place = placed(also.get(name, ""), known)
        if place is None:
            return None
        words = [one.values.get(known[place]) for one in elements]
        return Values(np.arange(len(words)), words)

    return values


def missing(path: str, key: str, name: str, known: list[str], whose: str) -> ConfigError:
    """The error of an attribute that was asked for and that the file does not have."""
    plainest = {plain(one): one for one in known}
    close = nearest(plain(name), plainest)
    there = ", ".join(shown(one) for one in known[:12]) or "none"
    allowed = f"an attribute that the file's {whose} have ({there})"
    return refuse(path, key, name, allowed, None, plainest[close] if close else None)
