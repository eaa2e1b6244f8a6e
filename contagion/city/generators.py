"""Graphs made by networkx's classic generators, by name: what each takes, what fits, and how many ties it makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from contagion.city.given_graph import Given
from contagion.core.chance import fold
from contagion.core.errors import ConfigError, Fault, nearest
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

CHANCES = ("p", "p_in", "p_out")
"""Options that are chances; the others are whole numbers."""
MOST_TIES = 10_000_000
"""Ties of a graph that a generator is asked to make, at most: networkx needs some 400 bytes for each."""
MOST_BLOCKS = 500
"""Blocks of a block model, at most: networkx goes through every two of them."""


class Unfit(NamedTuple):
    """An option of a generator that does not fit: its name ("" for the graph itself), its value, what would be right."""

    option: str
    value: Any
    allowed: str
    near: str | None = None
    problem: str = ""


def unfit(graph: str, options: Mapping[str, float], people: int) -> Iterator[Unfit]:
    """What is wrong with the options of a generator in a city of so many people."""
    defaults = GENERATORS[graph][1]
    known = ", ".join(defaults) or "none"
    sound = dict(defaults)
    for name, value in options.items():
        if name not in defaults:
            rule = f"{graph} takes {known}"
            yield Unfit(name, value, rule, nearest(name, defaults), "is no option of this graph")
            continue
        low, high = _limits(graph, name, people)
        whole = name not in CHANCES
        if not low <= value <= high or (whole and value != int(value)):
            kind = "a whole number" if whole else "a number"
            yield Unfit(name, value, f"{kind} from {low:,} to {high:,} (in a city of {people:,} people)")
        else:
            sound[name] = value
    if graph == "random_regular" and sound["d"] * people % 2:
        yield Unfit("d", sound["d"], "even in a city with an odd number of people")
    ties = expected_ties(graph, sound, people)
    if ties > MOST_TIES:
        rule = f"lower city.population or its options: at most {MOST_TIES:,} are made"
        yield Unfit(
            "", None, rule, None, f"would make a {graph} graph of about {ties:,.0f} ties among {people:,} people"
        )


def _limits(graph: str, option: str, people: int) -> tuple[int, int]:
    if option in CHANCES:
        return 0, 1
    if option == "blocks":
        return 1, min(people, MOST_BLOCKS)
    return (2 if option == "k" else 1), people - 1


def expected_ties(graph: str, options: Mapping[str, float], people: int) -> float:
    """About how many ties a generator makes with these options."""
    o = {**GENERATORS[graph][1], **options}
    pairs = people * (people - 1) / 2
    if graph == "watts_strogatz":
        return people * int(o["k"] // 2)
    if graph == "random_regular":
        return people * o["d"] / 2
    if graph in ("barabasi_albert", "powerlaw_cluster"):
        return people * o["m"]
    if graph == "erdos_renyi":
        return pairs * (o["p"] or min(1.0, 8.0 / max(1, people - 1)))
    if graph == "stochastic_block_model":
        size, inside, outside = _blocks(o, people)
        within = people * (size - 1) / 2
        return within * inside + (pairs - within) * outside
    return pairs if graph == "complete" else people


def _blocks(options: Mapping[str, float], people: int) -> tuple[int, float, float]:
    """Size of a block of a block model, and the chances of ties inside it and out of it."""
    size = people // int(options["blocks"])
    inside = options["p_in"] or min(1.0, 7.0 / max(1, size - 1))
    return size, inside, options["p_out"] or min(1.0, 1.0 / max(1, people - size))


def generate(graph: str, options: Mapping[str, float], people: int, seed: int) -> Given:
    """One of networkx's classic graphs; ties are friendships of weight 1. ConfigError for options that do not fit."""
    import networkx as nx

    wrong = [
        Fault("config", f"city.graph_options.{u.option}", u.value, u.allowed, u.near, u.problem)
        for u in unfit(graph, options, people)
    ]
    if wrong:
        raise ConfigError(wrong)
    function, defaults = GENERATORS[graph]
    chosen = {**defaults, **options}
    arguments: dict[str, Any] = {k: float(v) if k in CHANCES else int(v) for k, v in chosen.items()}
    if graph == "erdos_renyi" and not arguments["p"]:
        arguments["p"] = min(1.0, 8.0 / max(1, people - 1))
    if graph == "stochastic_block_model":
        size, inside, outside = _blocks(chosen, people)
        blocks = int(chosen["blocks"])
        arguments = {
            "sizes": [size] * (blocks - 1) + [people - size * (blocks - 1)],
            "p": [[inside if i == j else outside for j in range(blocks)] for i in range(blocks)],
        }
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
