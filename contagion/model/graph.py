"""The social graph of a living city, as a networkx graph; exported, it can be read again as a graph file."""

from __future__ import annotations

from typing import Any

from contagion.city.attributes import PUBLIC, TAKEN, in_words
from contagion.city.columns import COLUMNS
from contagion.city.edge_lists import IDENTITY
from contagion.vocabulary import STAGES, Layer


def social_graph(city: Any) -> Any:
    """Everybody by their name in the graph file they came from (else by uid), with what is known of them.

    Nodes have `contagion_uid`, `stage` ("public" for whoever has none) and the columns that a graph file can tell; edges
    have `layer` and `weight`. Where two people have a bond as well as a tie of the first day, it is one edge with both
    layers' names and summed weight; `bond` and `bond_weight` are on every edge with a bond. People who have died or are
    still to come are among them. `networkx.write_graphml` makes a file of it that founds the city again, without them.
    """
    import networkx as nx

    graph = nx.Graph()
    names = names_of(city)
    columns = {name: city.columns[name].tolist() for name in TAKEN}
    stages, titles = columns["stage"], city.foundation.titles
    for row, (name, uid) in enumerate(zip(names, city.uid.tolist(), strict=True)):
        lived = row < len(stages)
        told = {"label": titles[row]} if titles else {}
        told |= {IDENTITY: uid, "stage": STAGES[stages[row]] if lived else PUBLIC}
        for column, values in columns.items():
            if column != "stage" and (lived or COLUMNS[column].everyone):
                told[column] = in_words(column, values[row])
        graph.add_node(name, **told)
    one, two, layer, weight = city.foundation.ties.pairs()
    a, b, kind = city.web.bonded()
    words = [layer.name.lower() for layer in Layer]
    for i, j, k, w in zip(one.tolist(), two.tolist(), layer.tolist(), weight.tolist(), strict=True):
        graph.add_edge(names[i], names[j], layer=words[k], weight=w / 64.0)
    for i, j, k in zip(a.tolist(), b.tolist(), kind.tolist(), strict=True):
        known = graph.get_edge_data(names[i], names[j], {"layer": "", "weight": 0.0})
        much = city.web.strength[k].item() / 64.0
        both = {"layer": f"{known['layer']}+{words[k]}".lstrip("+"), "weight": known["weight"] + much}
        graph.add_edge(names[i], names[j], **both, bond=words[k], bond_weight=much)
    return graph


def names_of(city: Any) -> list[Any]:
    """What everybody is called, by row: by their name in a graph file, else by uid."""
    return list(city.foundation.names) or city.uid.tolist()
