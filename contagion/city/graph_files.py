"""Graphs of others: networkx's classic generators by name, and a user's own file (GraphML, GEXF, edge-list CSV).

What a file holds is read with a check in words: nodes, ties, duplicates, self-ties, components, degrees,
attributes taken, ids that do not match.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from contagion.core.chance import fold
from contagion.core.errors import ConfigError, Fault, nearest
from contagion.core.graph import WEIGHT_ONE
from contagion.vocabulary import STAGES, SUBSTANCES, Layer, Role

GENERATORS: dict[str, tuple[str, dict[str, float]]] = {
    "watts_strogatz": ("watts_strogatz_graph", {"k": 8, "p": 0.1}),
    "barabasi_albert": ("barabasi_albert_graph", {"m": 4}),
    "erdos_renyi": ("fast_gnp_random_graph", {"p": 0.0}),
    "random_regular": ("random_regular_graph", {"d": 8}),
    "powerlaw_cluster": ("powerlaw_cluster_graph", {"m": 4, "p": 0.3}),
    "stochastic_block_model": ("stochastic_block_model", {"blocks": 4, "p_in": 0.0, "p_out": 0.0}),
    "complete": ("complete_graph", {}),
    "cycle": ("cycle_graph", {}),
    "star": ("star_graph", {}),
}
"""networkx's generators by name, with the options each takes (0 stands for "about 8 ties each")."""

SUFFIXES = (".graphml", ".gexf", ".csv")

TAKEN = (
    "stage",
    "substance",
    "neighbourhood",
    "household",
    "role",
    "sex",
    "age",
    "attitude",
    "spell",
    "personal",
    "home",
    "job",
    "record",
    "visibility",
    "champion",
    "frailty",
)
"""Columns that a node attribute of the same name (or one mapped by city.node_columns) fills."""

_WORDS: dict[str, dict[str, int]] = {
    "stage": {name: code for code, name in enumerate(STAGES)},
    "substance": {name: code for code, name in enumerate(SUBSTANCES)},
    "role": {role.name.lower(): int(role) for role in Role},
    "sex": {"female": 0, "male": 1, "f": 0, "m": 1},
    "visibility": {"hidden": 0, "anonymous": 1, "visible": 2},
}


@dataclass(frozen=True)
class Given:
    """A graph as arrays: node labels, ties once each (node positions), and the columns that attributes fill."""

    labels: list[str]
    one: np.ndarray
    two: np.ndarray
    layer: np.ndarray
    weight: np.ndarray
    columns: dict[str, np.ndarray] = field(default_factory=dict)
    check: str = ""


def is_file(graph: str) -> bool:
    """Whether `city.graph` names a file rather than a generator."""
    return graph.lower().endswith(SUFFIXES)


def generate(graph: str, options: dict[str, float], people: int, seed: int) -> Given:
    """One of networkx's classic graphs; ties are friendships of weight 1."""
    import networkx as nx

    function, defaults = GENERATORS[graph]
    chosen = {**defaults, **options}
    chance = {"p", "p_in", "p_out"}
    arguments: dict[str, Any] = {k: float(v) if k in chance else int(v) for k, v in chosen.items()}
    if graph == "erdos_renyi" and not arguments["p"]:
        arguments["p"] = min(1.0, 8.0 / max(1, people - 1))
    if graph == "stochastic_block_model":
        blocks = arguments.pop("blocks")
        size = people // blocks
        inside = arguments.pop("p_in") or min(1.0, 7.0 / max(1, size - 1))
        outside = arguments.pop("p_out") or min(1.0, 1.0 / max(1, people - size))
        arguments["sizes"] = [size] * (blocks - 1) + [people - size * (blocks - 1)]
        arguments["p"] = [[inside if i == j else outside for j in range(blocks)] for i in range(blocks)]
    elif graph == "star":
        arguments["n"] = people - 1
    else:
        arguments["n"] = people
    if graph not in ("complete", "cycle", "star"):
        arguments["seed"] = fold(seed, "graph", graph) % 2**32
    try:
        made = getattr(nx, function)(**arguments)
    except (TypeError, ValueError, ArithmeticError, nx.NetworkXException) as problem:
        known = ", ".join(defaults) or "none"
        allowed = f"options of {graph} that fit {people} people (known: {known}); networkx says: {problem}"
        raise ConfigError([Fault(file="config", key="city.graph_options", value=options, allowed=allowed)]) from None
    edges = np.array(made.edges(), np.int64).reshape(-1, 2)
    size = edges.shape[0]
    return Given(
        [str(i) for i in range(people)],
        edges[:, 0],
        edges[:, 1],
        np.full(size, int(Layer.FRIEND), np.int8),
        np.full(size, WEIGHT_ONE, np.int16),
    )


def read(path: str, nodes: str, node_columns: dict[str, str], edge_layer: str, edge_weight: str) -> Given:
    """Read a user's own graph. Raises ConfigError naming the file and what is wrong with it."""
    import networkx as nx

    try:
        suffix = Path(path).suffix.lower()
        if suffix == ".csv":
            table, edges, notes = _read_csv(path, nodes)
        else:
            made = nx.read_graphml(path) if suffix == ".graphml" else nx.read_gexf(path)
            table = {str(n): dict(d) for n, d in made.nodes(data=True)}
            edges = [(str(a), str(b), dict(d)) for a, b, d in made.edges(data=True)]
            notes = ["directed ties are read as mutual"] if made.is_directed() else []
    except (OSError, ValueError, KeyError, nx.NetworkXException, SyntaxError) as problem:
        raise _fault(path, "city.graph", path, f"a readable graph file ({problem})") from None
    if len(table) < 2 or not edges:
        raise _fault(
            path,
            "city.graph",
            path,
            f"a graph of at least two people and one tie, not {len(table)} people and {len(edges)} ties",
        )
    return _arrays(path, table, edges, node_columns, edge_layer, edge_weight, notes)


def _read_csv(path: str, nodes: str) -> tuple[dict[str, dict[str, Any]], list[Any], list[str]]:
    with open(path, newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    names = list(rows[0]) if rows else []
    lower = {name.strip().lower(): name for name in names}
    ends = [lower.get("source", names[0] if names else ""), lower.get("target", names[1] if len(names) > 1 else "")]
    if not all(ends):
        raise ValueError("an edge list needs two columns, source and target")
    edges = [(r[ends[0]].strip(), r[ends[1]].strip(), {k: v for k, v in r.items() if k not in ends}) for r in rows]
    linked = {end for a, b, _ in edges for end in (a, b)}
    if not nodes:
        return {name: {} for name in sorted(linked, key=_natural)}, edges, []
    with open(nodes, newline="", encoding="utf-8-sig") as file:
        table = {(r.get("id") or next(iter(r.values()))).strip(): dict(r) for r in csv.DictReader(file)}
    unmatched = sorted(linked - set(table), key=_natural)
    notes = []
    if unmatched:
        notes.append(
            f"{len(unmatched)} ids in ties are not in the list of people, their ties are left out: "
            + ", ".join(unmatched[:5])
            + (" ..." if len(unmatched) > 5 else "")
        )
        edges = [e for e in edges if e[0] in table and e[1] in table]
    alone = len(set(table) - linked)
    if alone:
        notes.append(f"{alone} people have no tie in the edge list")
    return table, edges, notes


def _natural(name: str) -> tuple[int, float, str]:
    return (0, float(name), name) if name.lstrip("-").isdigit() else (1, 0.0, name)


def _arrays(path, table, edges, node_columns, edge_layer, edge_weight, notes):  # type: ignore[no-untyped-def]
    labels = list(table)
    at = {label: i for i, label in enumerate(labels)}
    one = np.array([at[a] for a, _, _ in edges], np.int64)
    two = np.array([at[b] for _, b, _ in edges], np.int64)
    layers = {layer.name.lower(): int(layer) for layer in Layer}
    layer, weight = np.full(one.size, int(Layer.FRIEND), np.int8), np.full(one.size, WEIGHT_ONE, np.int16)
    strange: Counter[str] = Counter()
    for k, (_, _, data) in enumerate(edges):
        word = str(data.get(edge_layer, "friend") or "friend").lower()
        if word not in layers:
            strange[word] += 1
        layer[k] = layers.get(word, int(Layer.FRIEND))
        value = _number(path, edge_weight, data.get(edge_weight) or 1.0)
        if not 0 < value <= 100:
            raise _fault(path, edge_weight, value, "a tie weight above 0 and up to 100")
        weight[k] = max(1, round(value * WEIGHT_ONE))
    notes += [f"{n} ties with the unknown layer {word!r} are read as friend" for word, n in strange.items()]
    columns, taken = {}, []
    for column in TAKEN:
        attribute = node_columns.get(column, column)
        having = [i for i, label in enumerate(labels) if table[label].get(attribute) not in (None, "")]
        if not having:
            if column in node_columns:
                raise _fault(path, f"city.node_columns.{column}", attribute, "an attribute that the file's people have")
            continue
        values = np.full(len(labels), np.nan)
        for i in having:
            values[i] = _coded(path, column, table[labels[i]][attribute])
        columns[column] = values
        taken.append(f"{column} ({len(having)} people)")
    text = _check_text(path, labels, one, two, taken, notes)
    return Given(labels, one, two, layer, weight, columns, text)


def _coded(path: str, column: str, value: Any) -> float:
    words = _WORDS.get(column, {})
    text = str(value).strip().lower()
    if text in words:
        return float(words[text])
    if words and not text.replace(".", "", 1).isdigit():
        raise _fault(path, column, value, "one of " + ", ".join(words), nearest(text, words))
    return _number(path, column, value)


def _number(path: str, key: str, value: Any) -> float:
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return float(value.strip().lower() == "true")
    try:
        return float(value)
    except (TypeError, ValueError):
        raise _fault(path, key, value, "a number") from None


def _fault(path: str, key: str, value: Any, allowed: str, near: str | None = None) -> ConfigError:
    return ConfigError([Fault(file=str(path), key=key, value=value, allowed=allowed, nearest=near)])


def _check_text(path, labels, one, two, taken, notes):  # type: ignore[no-untyped-def]
    """The check in words of what was read."""
    import networkx as nx

    low, high = np.minimum(one, two), np.maximum(one, two)
    selfs = int((low == high).sum())
    pairs = np.unique(low[low != high] * len(labels) + high[low != high])
    duplicates = one.size - selfs - pairs.size
    degree = np.bincount(np.concatenate([pairs // len(labels), pairs % len(labels)]), minlength=len(labels))
    graph = nx.Graph()
    graph.add_nodes_from(range(len(labels)))
    graph.add_edges_from(zip((pairs // len(labels)).tolist(), (pairs % len(labels)).tolist(), strict=True))
    parts = sorted((len(c) for c in nx.connected_components(graph)), reverse=True)
    lines = [
        f"Read {Path(path).name}: {len(labels)} people, {pairs.size} ties.",
        f"  duplicate ties merged: {duplicates}; self-ties dropped: {selfs}",
        f"  components: {len(parts)} (largest {parts[0]} people); people without ties: {int((degree == 0).sum())}",
        f"  ties per person: mean {degree.mean():.1f}, median {int(np.median(degree))}, most {int(degree.max())}",
        "  attributes taken: " + (", ".join(taken) or "none (stages are drawn from the start table)"),
    ]
    return "\n".join(lines + [f"  note: {note}" for note in notes])
