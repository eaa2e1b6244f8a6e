"""The first day of a city: people, ties, bonds, groups and places, for any scenario that shares it to live in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from contagion.city import given_graph as graphs
from contagion.city import graph_files, network, population
from contagion.city.circumstances import circumstances, empowerment
from contagion.city.columns import CITIZEN, COLUMNS, PERSON
from contagion.city.given_graph import Given, Told
from contagion.city.groups import Meetings, set_up
from contagion.city.persons import persons
from contagion.city.places import Attitudes, City, Town, deprivation, shares
from contagion.core.chance import uniform
from contagion.core.graph import Ties, tie_parts
from contagion.core.people import empty
from contagion.core.sums import whole
from contagion.processes.capital import count_barriers
from contagion.processes.community import community_capital
from contagion.processes.homes_and_jobs import stand_open
from contagion.processes.justice import first_desistance
from contagion.vocabulary import (
    ACTIVE,
    EARLY,
    NO_GROUP,
    STABLE,
    STAGES,
    SUSTAINED,
    TO_COME,
    EventKind,
    GroupKind,
    Layer,
    recovering,
)


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
    names: list[str] = field(default_factory=list)  # names of a graph file's people, by row of the network
    titles: list[str] = field(default_factory=list)  # what else they are called, by row
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
        given = graph_files.read(
            city.graph, city.nodes, city.node_columns, city.edge_layer, city.edge_weight, city.neighbourhoods
        )
    elif city.graph != "city":
        given = graph_files.generate(city.graph, city.graph_options, city.population, seed)
    people = len(given.labels) if given else city.population
    order, stage, substance = _who(scenario, given, people, seed)
    first, coming = stage.size, whole(scenario.entry.rate_per_1000 * people / 1000.0 * scenario.time.years)
    lived, total = first + coming, people + coming
    row_of = np.empty(people, np.int64)
    row_of[order] = np.concatenate([np.arange(first), np.arange(lived, total)])
    columns = Told(given, row_of)
    for name, values in _rows(scenario, given, order, stage, substance, coming, seed).items():
        columns[name] = values
    shared = graphs.households(given, row_of, total) if given else None
    persons(columns, scenario, lived, total, seed, shared)
    ties = _ties(scenario, given, columns, row_of, lived, seed)
    circumstances(columns, scenario, lived, seed)
    places = city.neighbourhoods
    meetings = set_up(scenario.groups, people, shares(city), seed)
    _first_groups(columns, scenario, meetings, lived, seed)
    if given is not None and given.bonds is not None:
        bonds, layers = graphs.bonds(given.bonds, row_of, lived, network.SLOTS)
    else:
        bonds, layers = network.first_bonds(columns, scenario, lived, seed, given is None)
    columns["acquaintances"] = ties.degrees(1 << Layer.ACQUAINTANCE)[:lived]
    columns["norm"] = columns["attitude"]
    columns["stage_before"] = columns["stage"]
    tables = tables_of(columns, lived)
    _derive(tables[0], scenario, seed)
    town = _town(tables, scenario, meetings, people, places)
    named = graphs.names(given, row_of, total) if given and graph_files.is_file(city.graph) else ([], [])
    return Foundation(*tables, people, ties, bonds, layers, town, meetings, *named, given.check if given else "")


def _who(scenario: Any, given: Given | None, people: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Nodes in the order of their rows, those with, or at risk of, lived experience first; their stages and substances."""
    told = given.columns.get("stage") if given else None
    if given is None or told is None:
        nodes = np.arange(people)
        order = np.argsort(uniform(seed, "node", 0, nodes.astype(np.uint64)), kind="stable") if given else nodes
        return order, *population.stages(scenario.start, people)
    code = np.where(np.isfinite(told), told, len(STAGES)).astype(np.int8)
    first = int(np.count_nonzero(code < len(STAGES)))
    order = np.argsort(code, kind="stable")
    if given.uid is not None:  # as they stood in the city that was exported
        order = np.lexsort((given.uid, code == len(STAGES)))
    stage = code[order[:first]]
    own = order[:first] if given.uid is None else given.uid[order[:first]]
    return order, stage, population.substances(scenario.start, stage, own.astype(np.uint64), seed)


def _rows(
    scenario: Any,
    given: Given | None,
    order: np.ndarray,
    stage: np.ndarray,
    substance: np.ndarray,
    coming: int,
    seed: int,
) -> dict[str, np.ndarray]:
    """Identity, stage, substance and arrival by row. Who comes later has identities above those of everybody else."""
    people, first = order.size, stage.size
    uid, after = np.arange(people), people
    if given and given.uid is not None:
        uid = given.uid[order]
        after = max(people, int(uid.max()) + 1)
    uid = np.concatenate([uid[:first], after + np.arange(coming), uid[first:]]).astype(np.uint64)
    own = uid[first : first + coming]
    week_rate = scenario.entry.rate_per_1000 * people / 1000.0 / 52.0
    turn = np.arange(coming) + uniform(seed, "arrival", 0, own)
    columns = {
        "uid": uid,
        "stage": np.concatenate([stage, np.full(coming, TO_COME, np.int8)]),
        "substance": np.concatenate([substance, population.substances_to_come(scenario.start, own, seed)]),
        "arrival": np.zeros(first + coming, np.int32),
    }
    columns["arrival"][first:] = np.floor(turn / week_rate) if coming else 0
    return columns


def _ties(
    scenario: Any, given: Given | None, columns: dict[str, np.ndarray], row_of: np.ndarray, lived: int, seed: int
) -> Ties:
    """Ties of the first day: those of the built-in city, or those given, and of whoever comes later as is chosen."""
    uid, place, household = columns["uid"], columns["neighbourhood"], columns["household"]
    if given is None:
        return network.lay_ties(scenario.network, place, household, uid, lived, seed)
    parts = [(row_of[given.one], row_of[given.two], given.layer, given.weight)]
    if scenario.city.arrival_ties == "like_others":
        parts.append(graphs.like_others(given, row_of, np.flatnonzero(columns["stage"] == TO_COME), uid, seed))
    return tie_parts(uid.size, parts)


def _first_groups(columns: dict[str, np.ndarray], scenario: Any, meetings: Meetings, lived: int, seed: int) -> None:
    """Who attends a group on the first day: people in recovery, fewer the longer it has lasted."""
    stage, spell, place = columns["stage"], columns["spell"], columns["neighbourhood"][:lived]
    uid, p = columns["uid"][:lived], scenario.circumstances
    attending = [p.attending_early, p.attending_sustained, p.attending_stable]
    chance = scenario.start.attending * np.select([stage == EARLY, stage == SUSTAINED, stage == STABLE], attending, 0.0)
    chance = np.where(columns["mild"] == 1, scenario.groups.mild, 1.0) * chance
    goes = (uniform(seed, "first group", 0, uid) < chance) & bool(meetings.open_groups.size)
    group = columns["group"]
    if goes.any():
        group[goes] = meetings.choose(place[goes], uniform(seed, "first group which", 0, uid[goes]))
        order = np.lexsort((uid, group))
        rank = np.arange(lived) - np.searchsorted(group[order], group[order], side="left")
        attends = group[order] != NO_GROUP
        full = np.zeros(lived, bool)
        full[attends] = rank[attends] >= meetings.places[group[order][attends]]
        full[attends] &= meetings.kind[group[order][attends]] != GroupKind.MUTUAL_AID
        group[order[attends & full]] = NO_GROUP
    since = np.minimum(spell, p.attending_weeks)
    columns["since_joined"] = np.where(group != NO_GROUP, since, 0).astype(np.int32)


def _derive(people: np.ndarray, scenario: Any, seed: int) -> None:
    """Columns that follow from others, by the rules that keep them up to date."""
    count_barriers.everyone(people, scenario.capital.numbers, np.uint64(seed), np.uint64(0))
    people["desistance"] = first_desistance(people, scenario.justice)
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
        homes_free=float(whole(stand_open(scenario.homes, people))),
        jobs_free=float(whole(stand_open(scenario.jobs, people))),
        coalition=0,
        coalition_since=0,
        gatekeepers_start=keyholders,
        gatekeepers=keyholders,
        structural_lever=0.0,
        justice_lever=0.0,
        council=0.0,
        council_lever=0.0,
        calendar=np.zeros(len(EventKind), np.int64),
        events_held=np.zeros(len(EventKind), bool),
        event_reach=0.0,
        held_lately=np.zeros(52, np.int64),
        recovery_city=0,
        recovery_city_since=0,
        treatment_lever=0.0,
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
