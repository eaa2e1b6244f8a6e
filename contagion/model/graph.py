"""The social graph of a living city, as a networkx graph."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from contagion.core.graph import Ties
from contagion.vocabulary import STAGES, Layer


class Snapshot(NamedTuple):
    """What a social graph is drawn from, copied out of a city: it stays as it was when the city lives on."""

    columns: dict[str, np.ndarray]
    uid: np.ndarray
    lived_rows: int
    labels: list[str]
    ties: Ties
    bonds: tuple[np.ndarray, np.ndarray, np.ndarray]  # each once: (one, two, layer)
    strength: np.ndarray  # weight of a bond by layer, in 64ths


def snapshot(city: Any) -> Snapshot:
    """A city as it is now."""
    columns = {name: city.columns[name].copy() for name in ("stage", "neighbourhood", "attitude")}
    base = city.foundation
    return Snapshot(columns, city.uid, city.lived_rows, base.labels, base.ties, city.web.bonded(), city.web.strength)


def social_graph(city: Snapshot) -> Any:
    """Nodes by uid (or the label of an imported graph) with stage, neighbourhood and attitude; edges with layer and weight.

    Where two people share a tie of the first day and a bond, it is one edge with both layers' names and summed weight.
    """
    import networkx as nx

    graph = nx.Graph()
    columns, labels, uid = city.columns, city.labels, city.uid
    stage, place, attitude = columns["stage"], columns["neighbourhood"], columns["attitude"]
    names = [labels[int(u)] if labels and u < len(labels) else int(u) for u in uid]
    for row, name in enumerate(names):
        lived = row < city.lived_rows
        graph.add_node(
            name,
            stage=STAGES[stage[row]] if lived else "public",
            neighbourhood=int(place[row]),
            attitude=float(attitude[row]),
        )
    one, two, layer, weight = city.ties.pairs()
    a, b, kind = city.bonds
    words = [layer.name.lower() for layer in Layer]
    for i, j, k, w in zip(one.tolist(), two.tolist(), layer.tolist(), weight.tolist(), strict=True):
        graph.add_edge(names[i], names[j], layer=words[k], weight=w / 64.0)
    for i, j, k in zip(a.tolist(), b.tolist(), kind.tolist(), strict=True):
        known = graph.get_edge_data(names[i], names[j], {"layer": "", "weight": 0.0})
        label = f"{known['layer']}+{words[k]}".lstrip("+")
        graph.add_edge(names[i], names[j], layer=label, weight=known["weight"] + city.strength[k] / 64.0)
    return graph
