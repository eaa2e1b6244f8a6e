"""A user's own graph, from a file: an edge list, GraphML or GEXF, read with one meaning and a check in words.

How each form is read is said in docs/graphs.md.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from contagion.city.attributes import (
    TAKEN,
    blank,
    coded,
    contradiction,
    decimal_points,
    numbers,
    silence,
    without_effect,
)
from contagion.city.edge_lists import IDENTITY, Content, edge_list, markup, missing, refuse
from contagion.city.generators import GENERATORS, generate
from contagion.city.given_graph import Given, GivenBonds, check_in_words, doubtful, once, those_here
from contagion.city.sheets import Values, placed, plain
from contagion.core.errors import ConfigError, counted, nearest, plainly, shown
from contagion.core.graph import WEIGHT_ONE
from contagion.vocabulary import Layer

__all__ = ["GENERATORS", "SUFFIXES", "TAKEN", "Given", "generate", "is_file", "read"]

SUFFIXES = (".graphml", ".gexf", ".csv", ".tsv", ".txt")
LAYER, WEIGHT = "layer", "weight"
"""Attributes of ties that are read without being asked for."""
HEAVIEST = 100
"""The largest weight of a tie."""
GREATEST = 2**53
"""Identities are below this."""
BONDS = {layer.name.lower(): int(layer) for layer in (Layer.FRIEND, Layer.RECOVERY, Layer.USING, Layer.ACQUAINTANCE)}
"""Layers of bonds: ties that come and go."""


def is_file(graph: str) -> bool:
    """Whether `city.graph` names a file rather than a generator."""
    return graph.lower().endswith(SUFFIXES)


def read(
    path: str,
    nodes: str,
    node_columns: dict[str, str],
    edge_layer: str = LAYER,
    edge_weight: str = WEIGHT,
    neighbourhoods: int = 10_000,
) -> Given:
    """Read a user's own graph. Raises ConfigError naming the file and what is wrong with it."""
    for column in node_columns:
        if column not in TAKEN:
            rule = f"set one of {', '.join(TAKEN)}"
            raise refuse("config", "city.node_columns", column, rule, None, nearest(column, TAKEN))
    if nodes and path.lower().endswith((".graphml", ".gexf")):
        raise refuse(path, "city.nodes", nodes, "left out: a GraphML or GEXF file lists its people itself")
    try:
        content = (
            markup(path)
            if path.lower().endswith((".graphml", ".gexf"))
            else edge_list(path, nodes, edge_weight, edge_layer, node_columns)
        )
    except ConfigError:
        raise
    except (OSError, ValueError) as problem:
        said = problem.strerror if isinstance(problem, OSError) and problem.strerror else problem
        raise refuse(path, "city.graph", path, f"a readable graph file ({said})") from None
    content = those_here(content, node_columns)
    people, ties = len(content.labels), content.one.size
    if people < 2 or not ties:
        why = f" ({'; '.join(content.notes[-2:])})" if content.notes else ""
        found_ = f"{counted(people, 'person', 'people')} and {counted(ties, 'tie')}"
        allowed = f"a graph of at least two people and one tie, not {found_}{why}"
        raise refuse(path, "city.graph", path, allowed)
    notes, lines = list(content.notes), [f"form: {content.form}"]
    layer = _layers(path, content, edge_layer, lines, notes)
    weight = _weights(path, content, edge_weight, lines, notes)
    layer, weight, bonds, fixed = _bonds(content, layer, weight, notes)
    found = once(people, content.one[fixed], content.two[fixed], layer[fixed], weight[fixed])
    kept = fixed[found.kept]
    columns, told = _columns(content, node_columns, neighbourhoods)
    used = {edge_layer, edge_weight, *content.positional.values(), "type", "id", "label", "bond", "bond_weight"}
    lines += ["attributes taken: " + (", ".join(told) or "none"), *silence(columns, people)]
    lines += _unused(content, used, {*node_columns.values(), *TAKEN, IDENTITY, "label", "id", content.ids})
    _sound(content, columns, node_columns)
    notes += [*without_effect(columns), *doubtful(content.labels)]
    one, two, titles = content.one[kept], content.two[kept], _titles(content)
    by = "" if plain(content.ids) in ("", "id") else f" ({plainly(content.ids, 40)})"
    lines.append(f"people are named by their ids{by}{', and titled by their labels' if titles else ''}")
    check = check_in_words(path, people, one, two, found, lines, notes)
    weighted = bool(kept.size) and bool((weight[kept] != weight[kept[0]]).any())
    uid = _identities(content)
    return Given(
        content.labels, one, two, layer[kept], weight[kept], columns, check, titles, uid, bonds, weighted=weighted
    )


def _layers(path: str, content: Content, name: str, lines: list[str], notes: list[str]) -> np.ndarray:
    own = content.positional.get(LAYER, name) if name == LAYER else name
    values = content.of_ties(own) if own else None
    if values is None:
        if name not in ("", LAYER):
            raise missing(path, "city.edge_layer", name, content.tie_names, "ties")
        lines.append("layer: none, so every tie is one between friends")
        return np.full(content.one.size, int(Layer.FRIEND), np.int8)
    known = {layer.name.lower(): int(layer) for layer in Layer}
    words = [str(word or "friend").strip().lower() or "friend" for word in values.words]
    code = np.array([known.get(word.split("+")[0], -1) for word in words], np.int8)[values.code]
    strange = Counter(words[k] for k in values.code[code < 0].tolist())
    some = [
        f"{counted(n, 'tie')} with the unknown layer {shown(word)} {'is' if n == 1 else 'are'} read as friend"
        for word, n in strange.most_common(5)
    ]
    more = sum(strange.values()) - sum(n for _, n in strange.most_common(5))
    notes += some + ([f"{more} ties with further unknown layers are read as friend"] if more else [])
    layer = np.where(code < 0, np.int8(Layer.FRIEND), code)
    lines.append(f"layer: {_written(own, content)} ({_counted(layer)})")
    return layer


def _counted(layer: np.ndarray) -> str:
    return ", ".join(f"{n} {one.name.lower()}" for one in Layer if (n := int((layer == one).sum())))


def _written(name: str, content: Content) -> str:
    """The name of an attribute of ties as the file has it."""
    place = placed(name, content.tie_names)
    return plainly(content.tie_names[place] if place is not None else name, 40)


def _weights(path: str, content: Content, name: str, lines: list[str], notes: list[str]) -> np.ndarray:
    own = content.positional.get(WEIGHT, name) if name == WEIGHT else name
    values = content.of_ties(own) if own else None
    if values is None:
        if name not in ("", WEIGHT):
            raise missing(path, "city.edge_weight", name, content.tie_names, "ties")
        lines.append("weight: none, so every tie has 1")
        return np.full(content.one.size, WEIGHT_ONE, np.int16)
    words = values.words
    if content.decimal_commas and any(isinstance(word, str) and "," in word for word in words):
        words = decimal_points(words)
        notes.append("commas in weights are read as decimal commas")
    empty = np.array([blank(word) for word in words], bool)
    number, unreadable = numbers([1.0 if none else word for none, word in zip(empty, words, strict=True)])
    bad = ~((number > 0) & (number <= HEAVIEST))
    row = _first(values, bad)
    if row is not None:
        word = int(values.code[row])
        value = values.words[word] if word in unreadable else number[word]
        allowed = "a number" if word in unreadable else f"a tie weight above 0 and up to {HEAVIEST}"
        more = "" if name == own else ' (the third column of a file without a header; city.edge_weight = "" takes none)'
        raise refuse(path, own, value, allowed + more, content.line_of_tie(row))
    lacking = int(empty[values.code].sum())
    here = number[np.unique(values.code[~empty[values.code]])] if lacking < values.code.size else np.ones(1)
    without = f", {lacking:,} of {values.code.size:,} ties have none and count as 1" if lacking else ""
    lines.append(f"weight: {_written(own, content)}, from {here.min():g} to {here.max():g}{without}")
    in_64ths = np.rint(number * WEIGHT_ONE)
    small = int((in_64ths < 1)[values.code].sum())
    notes += [f"{counted(small, 'weight is', 'weights are')} below 1/{WEIGHT_ONE} and count as that"] if small else []
    return np.maximum(1, in_64ths).astype(np.int16)[values.code]


def _bonds(
    content: Content, layer: np.ndarray, weight: np.ndarray, notes: list[str]
) -> tuple[np.ndarray, np.ndarray, GivenBonds | None, np.ndarray]:
    """Bonds of a city that was exported: ties of the first day without them, the bonds, and which ties are left."""
    everything = np.arange(layer.size)
    kind, much = content.of_ties("bond"), content.of_ties("bond_weight")
    if kind is None or much is None:
        return layer, weight, None, everything
    words = [str(word or "").strip().lower() for word in kind.words]
    own, unreadable = numbers(much.words)
    if unreadable or not {*words} <= {"", *BONDS}:
        return layer, weight, None, everything
    which = np.array([BONDS.get(word, -1) for word in words], np.int8)[kind.code]
    take = np.where(which >= 0, np.nan_to_num(own)[much.code], 0.0)
    left = weight - np.rint(take * WEIGHT_ONE)
    bonded = np.flatnonzero((which >= 0) & (content.one != content.two))
    notes.append(
        f"{counted(bonded.size, 'bond')} (friendships, recovery and using ties that come and go) of the file, and none drawn"
    )
    bonds = GivenBonds(content.one[bonded], content.two[bonded], which[bonded])
    return layer, np.maximum(left, 1).astype(np.int16), bonds, np.flatnonzero((which < 0) | (left > 0))


def _columns(content: Content, names: dict[str, str], places: int) -> tuple[dict[str, np.ndarray], list[str]]:
    """The columns of people that attributes fill, and a word about each."""
    columns, told = {}, []
    for column in TAKEN:
        attribute = names.get(column, column)
        values = content.of_people(attribute) if attribute else None
        if values is None:
            if attribute and column in names:
                raise missing(
                    content.people_file, f"city.node_columns.{column}", attribute, content.person_names, "people"
                )
            continue
        empty = np.array([blank(word) for word in values.words], bool)
        words = decimal_points(values.words) if content.people_commas else values.words
        number, unreadable = coded(column, words, places)
        bad = np.zeros(len(values.words), bool)
        bad[list(unreadable)] = True
        row = _first(values, bad & ~empty)
        if row is not None:
            word = int(values.code[row])
            why = unreadable[word]
            whose = f" of {shown(content.labels[row])}" if content.named else ""
            line = content.line_of_person(row)
            raise refuse(content.people_file, attribute + whose, values.words[word], why.allowed, line, why.nearest)
        having = int((~np.isnan(number))[values.code].sum())
        if having or column == "stage":
            columns[column] = number[values.code]
            source = "" if attribute == column else f" from {plainly(attribute, 40)}"
            told.append(f"{column}{source} ({counted(having, 'person', 'people')})")
    return columns, told


def _sound(content: Content, columns: dict[str, np.ndarray], names: dict[str, str]) -> None:
    """Refuse what cannot stand side by side."""
    wrong = contradiction(columns)
    if wrong is not None:
        column, row, allowed = wrong
        whose = f" of {shown(content.labels[row])}" if content.named else ""
        key = names.get(column, column) + whose
        raise refuse(content.people_file, key, int(columns[column][row]), allowed, content.line_of_person(row))


def _unused(content: Content, of_ties: set[str], of_people: set[str]) -> list[str]:
    """A word about the attributes that nothing reads."""
    lines = []
    for names, used, whose in ((content.tie_names, of_ties, "ties"), (content.person_names, of_people, "people")):
        left = [plainly(name, 30) for name in names if plain(name) not in {plain(one) for one in used}]
        lines += [f"not used, of {whose}: {', '.join(left[:12])}{' ...' if len(left) > 12 else ''}"] if left else []
    return lines


def _titles(content: Content) -> list[str]:
    """What people are called beside their ids, if anything."""
    values = content.of_people("label")
    if values is None:
        return []
    words = [values.words[k] for k in values.code.tolist()]
    titles = [label if blank(word) else str(word) for label, word in zip(content.labels, words, strict=True)]
    return titles if titles != content.labels else []


def _identities(content: Content) -> np.ndarray | None:
    """Identities of people in the city that the graph was exported from."""
    values = content.of_people(IDENTITY)
    if values is None:
        return None
    number, _ = numbers(values.words)
    bad = ~((number >= 0) & (number < GREATEST) & (number == np.floor(number)))
    row = _first(values, bad)
    uid = number[values.code]
    if row is None:
        order = np.argsort(uid, kind="stable")
        again = np.flatnonzero(uid[order[1:]] == uid[order[:-1]])
        row = int(order[again[0] + 1]) if again.size else None
    if row is not None:
        allowed = "a whole number of its own for each person, as the exported graph has it"
        value = values.words[int(values.code[row])]
        raise refuse(content.people_file, IDENTITY, value, allowed, content.line_of_person(row))
    return uid.astype(np.int64)


def _first(values: Values, bad: np.ndarray) -> int | None:
    """The first row with one of the bad words."""
    if not bad.any():
        return None
    rows = np.flatnonzero(bad[values.code])
    return int(rows[0]) if rows.size else None
