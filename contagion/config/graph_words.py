"""What `contagion check` says of a city's graph: how it is made or what was read, who comes later, what weights do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from contagion.city.generators import GENERATORS, expected_ties
from contagion.city.given_graph import Given
from contagion.city.graph_files import is_file, read
from contagion.config.allowed import number
from contagion.config.study import Study
from contagion.core.errors import ConfigError, Fault, plainly
from contagion.core.sums import whole
from contagion.model.scenario import Scenario
from contagion.vocabulary import Layer


def graph_in_words(scenario: Scenario) -> str:
    """What the ties of a city are, in a few words."""
    city = scenario.city
    if city.graph == "city":
        return "households, friends and acquaintances by the built-in generator"
    if is_file(city.graph):
        return f"on the graph {plainly(Path(city.graph).name)}, which brings its own people"
    chosen = {**GENERATORS[city.graph][1], **city.graph_options}
    options = ", ".join(f"{name} = {number(value)}" for name, value in chosen.items())
    ties = expected_ties(city.graph, chosen, city.population)
    return (
        f"on a graph of the kind {plainly(city.graph)}{f' with {options}' if options else ''}: about {ties:,.0f} ties, "
        f"each between friends; {arrivals(scenario, city.population, 2.0 * ties / city.population)}"
    )


def arrivals(scenario: Scenario, people: int, mean: float) -> str:
    """Who comes later to a graph of one's own, and which ties they have; `mean`: ties of a person."""
    coming = whole(scenario.entry.rate_per_1000 * people / 1000.0 * scenario.time.years)
    if not coming:
        return "nobody comes later"
    said = f"{coming:,} people come later (entry.rate_per_1000) and have "
    if scenario.city.arrival_ties == "none":
        return said + 'no ties in it (city.arrival_ties = "none"; "like_others" gives them ties)'
    return said + f'{mean:.1f} ties each on average, copies of ties drawn by lot (city.arrival_ties = "like_others")'


def idle(scenario: Scenario) -> str:
    """What is said of a graph that the city does not have."""
    city = scenario.city
    of_files = [] if is_file(city.graph) else ["nodes", "node_columns", "edge_layer", "edge_weight"]
    own = ["arrival_ties"] if city.graph == "city" else []
    usual = type(city)()
    idle = [f"city.{n}" for n in (*of_files, *own) if getattr(city, n) != getattr(usual, n)]
    return f"Without effect, as city.graph is {plainly(Path(city.graph).name)}: {', '.join(idle)}." if idle else ""


def read_graphs(study: Study) -> list[str]:
    """What was read from each graph file of a study; ConfigError with the faults of them all."""
    scenarios = {s.city.model_dump_json(): s for s in _everywhere(study) if is_file(s.city.graph)}
    told: list[str] = []
    faults: list[Fault] = []
    for scenario in scenarios.values():
        city = scenario.city
        try:
            given = read(
                city.graph, city.nodes, city.node_columns, city.edge_layer, city.edge_weight, city.neighbourhoods
            )
            told.append("\n".join([f"Graph {plainly(Path(city.graph).name)}:", given.check, *_in_use(scenario, given)]))
        except ConfigError as error:
            faults += error.faults
    if faults:
        raise ConfigError({str(fault): fault for fault in faults}.values())
    return list(dict.fromkeys(told))


def _everywhere(study: Study) -> Iterator[Scenario]:
    """The scenarios of a study, and their first one on each graph that it varies."""
    yield from study.scenarios.values()
    factor = study.factors.get("city.graph")
    values = [*((factor.values or []) if factor else []), *(row.get("city.graph") for row in study.sweep.rows)]
    first = next(iter(study.scenarios.values()))
    for value in values:
        if isinstance(value, str) and is_file(value):
            yield first.model_copy(update={"city": first.city.model_copy(update={"graph": value, "graph_options": {}})})


def _in_use(scenario: Scenario, given: Given) -> Iterator[str]:
    """What this scenario makes of a graph: of arrivals, of weights and of layers."""
    people = len(given.labels)
    yield f"  arrivals: {arrivals(scenario, people, 2.0 * given.one.size / people)}"
    rate = scenario.effective().starting.tie_rate
    if given.weighted:
        rule = "close ties and allies are counted, whatever the weight of their ties"
        if rate:
            rule = f"starting.tie_rate ({number(rate)} here) counts ties, whatever their weight"
        yield f"  weights: they count where attitudes and recovery are seen; {rule}"
    absent = [one for one in (Layer.HOUSEHOLD, Layer.ACQUAINTANCE) if not (given.layer == one).any()]
    channels = {Layer.HOUSEHOLD: "family", Layer.ACQUAINTANCE: "weak"}
    open_ = [one for one in absent if getattr(scenario.effective().starting, channels[one]) > 0.0]
    for layer in open_:
        yield f"  note: no tie is of the layer {layer.name.lower()}, so starting.{channels[layer]} moves nobody"
