"""The social graph of a living city, as a networkx graph; exported, it can be read again as a graph file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from contagion.city.attributes import PUBLIC, TAKEN, in_words
from contagion.city.columns import COLUMNS
from contagion.city.edge_lists import IDENTITY
from contagion.core.graph import Ties
from contagion.vocabulary import STAGES, Layer

if TYPE_CHECKING:
    import pandas as pd


class Names(NamedTuple):
    """What people are called in the graph file that they came from, by uid (in order)."""

    uid: np.ndarray
    name: list[str]
    title: list[str]  # empty if they have no other name

    @classmethod
    def of(cls, city: Any) -> Names | None:
        """Those of a city; None if no file named its people."""
        base = city.foundation
        if not base.names:
            return None
        order = np.argsort(city.uid)
        title = [base.titles[row] for row in order.tolist()] if base.titles else []
        return cls(city.uid[order], [base.names[row] for row in order.tolist()], title)

    def called(self, uid: Any, title: bool = False) -> list[str]:
        """Their names (or titles), "" for nobody (-1)."""
        uid = np.asarray(uid).astype(np.int64)
        known = self.title if title else self.name
        rows = np.searchsorted(self.uid.astype(np.int64), np.maximum(uid, 0))
        return [known[row] if one >= 0 else "" for row, one in zip(rows.tolist(), uid.tolist(), strict=True)]


class Snapshot(NamedTuple):
    """What a social graph is drawn from, copied out of a city: it stays as it was when the city lives on."""

    columns: dict[str, np.ndarray]
    uid: np.ndarray
    lived_rows: int
    names: list[str]  # by row; empty if no file named people
    titles: list[str]
    ties: Ties
    bonds: tuple[np.ndarray, np.ndarray, np.ndarray]  # each once: (one, two, layer)
    strength: np.ndarray  # weight of a bond by layer, in 64ths


def snapshot(city: Any) -> Snapshot:
    """A city as it is now."""
    columns = {name: city.columns[name].copy() for name in TAKEN}
    base, web = city.foundation, city.web
    return Snapshot(columns, city.uid, city.lived_rows, base.names, base.titles, base.ties, web.bonded(), web.strength)


def social_graph(city: Snapshot) -> Any:
    """Everybody by their name in the graph file they came from (else by uid), with what is known of them.

    Nodes have `contagion_uid`, `stage` ("public" for whoever has none) and the columns that a graph file can tell; edges
    have `layer` and `weight`. Where two people have a bond as well as a tie of the first day, it is one edge with both
    layers' names and summed weight; `bond` and `bond_weight` are on every edge with a bond. People who have died or are
    still to come are among them. `networkx.write_graphml` makes a file of it that founds the city again, without them.
    """
    import networkx as nx

    graph = nx.Graph()
    names: list[Any] = city.names or city.uid.tolist()
    columns = {name: values.tolist() for name, values in city.columns.items()}
    stages = columns["stage"]
    for row, (name, uid) in enumerate(zip(names, city.uid.tolist(), strict=True)):
        lived = row < city.lived_rows
        told = {"label": city.titles[row]} if city.titles else {}
        told |= {IDENTITY: uid, "stage": STAGES[stages[row]] if lived else PUBLIC}
        for column, values in columns.items():
            if column != "stage" and (lived or COLUMNS[column].everyone):
                told[column] = in_words(column, values[row])
        graph.add_node(name, **told)
    one, two, layer, weight = city.ties.pairs()
    a, b, kind = city.bonds
    words = [layer.name.lower() for layer in Layer]
    for i, j, k, w in zip(one.tolist(), two.tolist(), layer.tolist(), weight.tolist(), strict=True):
        graph.add_edge(names[i], names[j], layer=words[k], weight=w / 64.0)
    for i, j, k in zip(a.tolist(), b.tolist(), kind.tolist(), strict=True):
        known = graph.get_edge_data(names[i], names[j], {"layer": "", "weight": 0.0})
        much = city.strength[k].item() / 64.0
        both = {"layer": f"{known['layer']}+{words[k]}".lstrip("+"), "weight": known["weight"] + much}
        graph.add_edge(names[i], names[j], **both, bond=words[k], bond_weight=much)
    return graph


def tie_table(city: Snapshot) -> pd.DataFrame:
    """Ties of the first day and bonds, each once: uid `one` and `two`, `layer`, `weight` and `bond`."""
    import pandas as pd

    words = np.array([layer.name.lower() for layer in Layer], object)
    one, two, layer, weight = city.ties.pairs()
    a, b, kind = city.bonds
    laid = {"one": city.uid[one], "two": city.uid[two], "layer": words[layer], "weight": weight / 64.0, "bond": False}
    made = {
        "one": city.uid[a],
        "two": city.uid[b],
        "layer": words[kind],
        "weight": city.strength[kind] / 64.0,
        "bond": True,
    }
    return pd.concat([pd.DataFrame(laid), pd.DataFrame(made)], ignore_index=True)
