"""Graphs made by networkx's classic generators, by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from contagion.city.given_graph import Given
from contagion.core.chance import fold
from contagion.core.errors import ConfigError, Fault, at_key, nearest
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

WHOLE_OPTIONS = {
    "k": "ties of each person before they are rewired",
    "m": "ties of each person who joins",
    "d": "ties of each person",
    "blocks": "blocks of people",
}
"""Options that are whole numbers, and what they count; the others are probabilities."""
MOST_BLOCKS, MOST_TIES = 1_000, 25_000_000
"""What networkx builds in a few gigabytes and minutes."""


def option_faults(graph: str, options: dict[str, float], people: int) -> Iterator[Fault]:
    """What is wrong with the options of a generator (or of a graph that has none) for so many people."""
    defaults = GENERATORS[graph][1] if graph in GENERATORS else {}
    wrong = False
    for name, value in options.items():
        at = ("city", "graph_options", name)
        if name not in defaults:
            rule = f"{graph} knows {', '.join(defaults)}" if defaults else "leave it out"
            what = f"is no option of {graph}" if graph in GENERATORS else "is for networkx's generators alone"
            yield at_key(at, None, rule, nearest(name, defaults), what)
        elif rule := _broken(name, value, people):
            yield at_key(at, value, rule)
        else:
            continue
        wrong = True
    chosen = {**defaults, **options}
    if not wrong and graph == "random_regular" and chosen["d"] * people % 2:
        rule = "d or the number of people must be even, as every tie has two ends"
        yield at_key(
            ("city", "graph_options", "d"), chosen["d"], rule, None, f"is {chosen['d']:g}, of {people:,} people"
        )
    elif not wrong and graph in GENERATORS and (ties := _ties(graph, chosen, people)) > MOST_TIES:
        told = f"makes about {ties:,.0f} ties among {people:,} people"
        rule = f"networkx's generators build at most {MOST_TIES:,} here; take fewer people or another graph"
        yield at_key(("city", "graph"), graph, rule, None, told)


def _broken(name: str, value: float, people: int) -> str:
    """The rule that the value of an option breaks, if it breaks one."""
    if name not in WHOLE_OPTIONS:
        return "" if 0.0 <= value <= 1.0 else "it must be a probability from 0 to 1"
    low, high = {"k": (0, people - 1), "m": (1, people - 1), "d": (0, people - 1)}.get(
        name, (1, min(people, MOST_BLOCKS))
    )
    even = name == "k"
    if value == int(value) and low <= value <= high and not (even and value % 2):
        return ""
    what = "an even whole number, as each person has half of them on either side," if even else "a whole number"
    return f"it must be {what} from {low} to {high:,} ({WHOLE_OPTIONS[name]})"


def _ties(graph: str, chosen: dict[str, float], people: int) -> float:
    """About how many ties a generator makes."""
    pairs = people * (people - 1) / 2
    if graph == "erdos_renyi":
        return chosen["p"] * pairs if chosen["p"] else 4.0 * people
    if graph == "stochastic_block_model":
        inside = people * (people / chosen["blocks"] - 1) / 2
        own = chosen["p_in"] * inside if chosen["p_in"] else 3.5 * people
        return own + (chosen["p_out"] * (pairs - inside) if chosen["p_out"] else 0.5 * people)
    if graph == "complete":
        return pairs
    half = chosen.get("k", chosen.get("d", 2.0)) / 2
    return people * chosen.get("m", half)


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
