"""The first day of a city: people, ties, bonds, groups and places, for any scenario that shares it to live in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from contagion.city import graph_files, network, population
from contagion.city.circumstances import circumstances, empowerment
from contagion.city.columns import CITIZEN, COLUMNS, PERSON
from contagion.city.groups import Meetings, set_up
from contagion.city.persons import persons
from contagion.city.places import Attitudes, Town, deprivation
from contagion.core.chance import uniform
from contagion.core.graph import Ties, tie
from contagion.core.parameters import Parameters, choice, ratio
from contagion.core.people import empty
from contagion.processes.capital import count_barriers
from contagion.processes.community import community_capital
from contagion.processes.homes_and_jobs import stand_open
from contagion.vocabulary import ACTIVE, EARLY, NO_GROUP, STABLE, SUSTAINED, TO_COME, GroupKind, Layer, recovering


class City(Parameters):
    """The city: its people, its places, its graph."""

    population: int = choice(
        50_000,
        "adults in the city on the first day (a graph file brings its own)",
        unit="people",
        low=10,
        up_to=5_000_000,
    )
    neighbourhoods: int = choice(
        12, "neighbourhoods, from least to most deprived", unit="neighbourhoods", low=1, up_to=10_000
    )
    gradient: float = ratio(0.8, "how far lived experience concentrates in deprived neighbourhoods")
    graph: str = choice("city", "'city' (built in), a networkx generator's name, or a graph file", unit="name or file")
    graph_options: dict[str, float] = choice(
        {}, "options of a networkx generator (such as k and p of watts_strogatz)", unit="options"
    )
    nodes: str = choice("", "list of people (CSV with a column id) beside an edge-list CSV", unit="file")
    node_columns: dict[str, str] = choice({}, "which node attribute fills which column", unit="names")
    edge_layer: str = choice("layer", "edge attribute that names the layer of a tie")
    edge_weight: str = choice("weight", "edge attribute that holds the weight of a tie (1 is a close tie)")


@dataclass(frozen=True)
class Foundation:
    """A city on its first day. Never changed: runs copy what they change.

    `people`: the wide table (people with, or at risk of, lived experience, and those who will come), rows 0 to L - 1 of the
    network; `public`: the narrow table of everybody else, rows L on. `founding`: people present on the first day.
    """

    people: np.ndarray
    public: np.ndarray
    founding: int
    ties: Ties
    bonds: np.ndarray
    bond_layers: np.ndarray
    town: Town
    meetings: Meetings
    labels: list[str] = field(default_factory=list)  # node names of an imported graph
    check: str = ""  # what was read from a graph file

    @property
    def lived(self) -> int:
        """Rows of the wide table."""
        return self.people.size

    @property
    def columns(self) -> dict[str, np.ndarray]:
        """Copies of all columns by name: as long as the network where everybody has it, else as the wide table."""
        return columns_of(self.people, self.public)


def columns_of(people: np.ndarray, public: np.ndarray) -> dict[str, np.ndarray]:
    """Copies of all columns of two tables by name."""
    return {
        name: np.concatenate([people[name], public[name]]) if column.everyone else people[name].copy()
        for name, column in COLUMNS.items()
    }


def tables_of(columns: dict[str, np.ndarray], lived: int) -> tuple[np.ndarray, np.ndarray]:
    """The wide and the narrow table with these columns."""
    people = empty(lived, PERSON)
    public = np.zeros(columns["uid"].size - lived, CITIZEN)
    for name, values in columns.items():
        people[name] = values[:lived]
        if COLUMNS[name].everyone:
            public[name] = values[lived:]
    return people, public


def first_day(scenario: Any, seed: int) -> Foundation:
    """Set up the city of a scenario. Raises ConfigError for a graph file that cannot be read."""
    city: City = scenario.city
    given = None
    if graph_files.is_file(city.graph):
        given = graph_files.read(city.graph, city.nodes, city.node_columns, city.edge_layer, city.edge_weight)
    people = len(given.labels) if given else city.population
    stage, substance = population.stages(scenario.start, people)
    if given and "stage" in given.columns:
        stage = _stages_given(given.columns["stage"])
        substance = np.zeros(stage.size, np.int8)
    columns, first, lived = _rows(scenario, stage, substance, people, seed)
    total = columns["uid"].size
    persons(columns, scenario, lived, total, seed)
    row_of = _rows_of_nodes(given, first, lived, people, seed)
    if given:
        _take(columns, given, row_of)
    ties, given = _ties(scenario, given, columns, row_of, lived, total, people, seed)
    circumstances(columns, scenario, lived, seed)
    places = max(city.neighbourhoods, int(columns["neighbourhood"].max()) + 1)
    meetings = set_up(scenario.groups, people, places, seed)
    _first_groups(columns, scenario, meetings, lived, seed)
    bonds, layers = network.first_bonds(columns, scenario, lived, seed, city.graph == "city")
    columns["acquaintances"] = ties.degrees(1 << Layer.ACQUAINTANCE)[:lived]
    columns["norm"] = columns["attitude"]
    columns["stage_before"] = columns["stage"]
    if given:
        _take(columns, given, row_of)  # what the file says of people goes before what was drawn for them
    tables = tables_of(columns, lived)
    _derive(tables[0], scenario, seed)
    labels = [given.labels[i] for i in np.argsort(row_of)] if given and graph_files.is_file(city.graph) else []
    town = _town(tables, scenario, meetings, people, places)
    return Foundation(*tables, people, ties, bonds, layers, town, meetings, labels, given.check if given else "")


def _stages_given(stage: np.ndarray) -> np.ndarray:
    """Stages as a graph file gives them; people without one are the public."""
    return np.sort(stage[np.isfinite(stage) & (stage <= STABLE)].astype(np.int8))


def _rows(
    scenario: Any, stage: np.ndarray, substance: np.ndarray, people: int, seed: int
) -> tuple[dict[str, np.ndarray], int, int]:
    """Identity, stage, substance and arrival by row; people with lived experience, and all rows of the wide table."""
    week_rate = scenario.entry.rate_per_1000 * people / 1000.0 / 52.0
    coming = int(scenario.entry.rate_per_1000 * people / 1000.0 * scenario.time.years)
    first = stage.size
    lived = first + coming
    uid = np.concatenate([np.arange(first), people + np.arange(coming), np.arange(first, people)]).astype(np.uint64)
    own = uid[:lived]
    order = np.arange(coming) + uniform(seed, "arrival", 0, own[first:])
    columns = {
        "uid": uid,
        "stage": np.concatenate([stage, np.full(coming, TO_COME, np.int8)]),
        "substance": np.concatenate([substance, population.substances_to_come(scenario.start, own[first:], seed)]),
        "arrival": np.zeros(lived, np.int32),
    }
    columns["arrival"][first:] = np.floor(order / week_rate) if coming else 0
    return columns, first, lived


def _rows_of_nodes(given: Any, first: int, lived: int, people: int, seed: int) -> np.ndarray:
    """Row of each node: people whose stage a file gives by stage, else drawn by lot."""
    rows = np.concatenate([np.arange(first), np.arange(lived, lived + people - first)])
    if given is not None and "stage" in given.columns:
        code = given.columns["stage"]
        code = np.where(np.isfinite(code) & (code <= STABLE), code, 99)
        order = np.lexsort((np.arange(people), code))
    else:
        order = np.lexsort((np.arange(people), uniform(seed, "node", 0, np.arange(people, dtype=np.uint64))))
    row_of = np.empty(people, np.int64)
    row_of[order] = rows
    return row_of


def _take(columns: dict[str, np.ndarray], given: Any, row_of: np.ndarray) -> None:
    """Let a file's node attributes fill columns (stage decides the rows, so it is already there)."""
    for name, values in given.columns.items():
        if name == "stage":
            continue
        size = columns["uid"].size if COLUMNS[name].everyone else columns["stage"].size
        column = columns.setdefault(name, np.zeros(size, COLUMNS[name].dtype))
        known = np.isfinite(values) & (row_of < column.size)
        column[row_of[known]] = values[known]


def _ties(
    scenario: Any,
    given: Any,
    columns: dict[str, np.ndarray],
    row_of: np.ndarray,
    lived: int,
    total: int,
    people: int,
    seed: int,
) -> tuple[Ties, Any]:
    if given is None and scenario.city.graph == "city":
        place, household, uid = columns["neighbourhood"], columns["household"], columns["uid"]
        return network.lay_ties(scenario.network, place, household, uid, lived, seed), None
    if given is None:
        given = graph_files.generate(scenario.city.graph, scenario.city.graph_options, people, seed)
    ties = tie(total, row_of[given.one], row_of[given.two], given.layer, given.weight)
    columns["household"] = np.arange(total, dtype=np.int32)
    return ties, given


def _first_groups(columns: dict[str, np.ndarray], scenario: Any, meetings: Meetings, lived: int, seed: int) -> None:
    """Who attends a group on the first day: people in recovery, fewer the longer it has lasted."""
    stage, spell, place = columns["stage"], columns["spell"], columns["neighbourhood"][:lived]
    uid, p = columns["uid"][:lived], scenario.circumstances
    attending = [p.attending_early, p.attending_sustained, p.attending_stable]
    chance = scenario.start.attending * np.select([stage == EARLY, stage == SUSTAINED, stage == STABLE], attending, 0.0)
    count = meetings.open_start[place + 1] - meetings.open_start[place]
    goes = (uniform(seed, "first group", 0, uid) < chance) & (count > 0)
    u = uniform(seed, "first group which", 0, uid)
    pick = meetings.open_start[place] + np.floor(u * count).astype(np.int64)
    group = columns["group"]
    if goes.any():
        group[goes] = meetings.open_groups[pick[goes]]
        order = np.lexsort((uid, group))
        rank = np.arange(lived) - np.searchsorted(group[order], group[order], side="left")
        attends = group[order] != NO_GROUP
        full = rank >= scenario.groups.places
        full[attends] &= meetings.kind[group[order][attends]] != GroupKind.MUTUAL_AID
        group[order[attends & full]] = NO_GROUP
    since = np.minimum(spell, p.attending_weeks)
    columns["since_joined"] = np.where(group != NO_GROUP, since, 0).astype(np.int32)


def _derive(people: np.ndarray, scenario: Any, seed: int) -> None:
    """Columns that follow from others, by the rules that keep them up to date."""
    count_barriers.everyone(people, scenario.capital.numbers, np.uint64(seed), np.uint64(0))
    people["empowerment"] = empowerment({name: people[name] for name in ("personal", "barriers")})


def _town(tables: tuple[np.ndarray, np.ndarray], scenario: Any, meetings: Meetings, people: int, b: int) -> Town:
    """The levels of the city and its neighbourhoods."""
    lived, public = tables
    residents = np.bincount(lived["neighbourhood"], minlength=b) + np.bincount(public["neighbourhood"], minlength=b)
    residents = np.maximum(1.0, residents.astype(float))
    gives = recovering(lived["stage"]) & (lived["giving_back"] == 1)
    giving = np.bincount(lived["neighbourhood"][gives], minlength=b).astype(float)
    open_groups = meetings.open_groups
    places = np.bincount(meetings.neighbourhood[open_groups], meetings.places[open_groups], minlength=b)
    attitudes = Attitudes(b).add(*tables)
    keyholders = attitudes.gatekeepers
    p = scenario.community
    efficacy = np.full(b, p.efficacy_start) + p.efficacy_gradient * (0.5 - deprivation(b))
    groups_share = np.minimum(1.0, places / np.maximum(1.0, p.groups_needed / 10_000.0 * residents))
    town = Town(
        structural=scenario.stigma.structural_start,
        justice_capital=scenario.justice.capital,
        homes_free=float(int(stand_open(scenario.homes, people) + 1e-9)),
        jobs_free=float(int(stand_open(scenario.jobs, people) + 1e-9)),
        coalition=0,
        coalition_since=0,
        gatekeepers_start=keyholders,
        gatekeepers=keyholders,
        structural_lever=0.0,
        deprivation=deprivation(b),
        residents=residents,
        giving_start=giving,
        groups_share=groups_share,
        public_stigma=attitudes.mean,
        efficacy_start=efficacy,
        efficacy=efficacy,
        attitudes=attitudes.by_place,
        community=efficacy,
        event=np.zeros(b, np.int8),
    )
    town.community = community_capital(p, town, 0, int(np.count_nonzero(lived["stage"] == ACTIVE)))
    return town
