"""Graphs made by networkx's classic generators, by name."""

from __future__ import annotations

from typing import Any

import numpy as np

from contagion.city.given_graph import Given
from contagion.core.chance import fold
from contagion.core.errors import ConfigError, Fault
from contagion.core.graph import WEIGHT_ONE
from contagion.vocabulary import Layer

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
