"""A scenario as it is lived: a graph file brings its own people, whatever number the config states."""

from __future__ import annotations

import functools
import os
from typing import Any, NamedTuple

from contagion.city.first_day import City
from contagion.city.graph_files import is_file, read
from contagion.model.scenario import Scenario


class GraphFile(NamedTuple):
    """What a graph file brings: how many people, and the check in words of what was read."""

    people: int
    check: str


def graph_of(city: City) -> GraphFile | None:
    """What the graph file of a city brings, None if it has none; ConfigError if it cannot be read.

    It is read once for each state that the files are in.
    """
    if not is_file(city.graph):
        return None
    return _graph_of(with_people(city, 10).model_dump_json(), _state(city.graph), _state(city.nodes))


@functools.lru_cache(maxsize=16)
def _graph_of(city: str, *states: Any) -> GraphFile:
    given = City.model_validate_json(city)
    found = read(given.graph, given.nodes, given.node_columns, given.edge_layer, given.edge_weight)
    return GraphFile(len(found.labels), found.check)


def _state(path: str) -> tuple[int, int] | None:
    try:
        state = os.stat(path)
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size


def with_people(city: City, people: int) -> City:
    """The city with so many people."""
    return city if city.population == people else city.model_copy(update={"population": people})


def as_lived(scenario: Scenario) -> Scenario:
    """The scenario with as many people as will live in it; ConfigError if its graph file cannot be read.

    >>> as_lived(Scenario()).city.population
    50000
    """
    found = graph_of(scenario.city)
    if found is None:
        return scenario
    city = with_people(scenario.city, found.people)
    return scenario if city is scenario.city else scenario.model_copy(update={"city": city})
