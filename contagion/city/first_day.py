"""The foundation: a city on its first day, ready to be lived in by any scenario that shares it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from contagion.city import graph_files as graphs
from contagion.city import network, population
from contagion.city.columns import empty_columns
from contagion.city.groups import Meetings, set_up
from contagion.city.places import Town, deprivation
from contagion.core.chance import uniform
from contagion.core.parameters import Parameters, choice, ratio
from contagion.core.ties import Ties, exact_mean_among, exact_means, tie
from contagion.processes.community import community_capital
from contagion.vocabulary import ACTIVE, EARLY, STABLE, SUSTAINED, TO_COME, Layer, Role, recovering

SLOTS = 16
"""Bonds (recovery and using ties) that one person can have at a time."""


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
    """A city on its first day: columns, ties, bonds, town and groups. Never changed; runs copy what they change."""

    columns: dict[str, np.ndarray]
    lived: int
    people: int  # people present on the first day
    ties: Ties
    bonds: np.ndarray
    bond_layers: np.ndarray
    town: Town
    meetings: Meetings
    labels: list[str] = field(default_factory=list)  # node names of an imported graph
    check: str = ""  # what was read from a graph file


def found(scenario: Any, seed: int) -> Foundation:
    """Found the city of a scenario. Raises ConfigError for a graph file that cannot be read."""
    city: City = scenario.city
    given = None
    if graphs.is_file(city.graph):
        given = graphs.read(city.graph, city.nodes, city.node_columns, city.edge_layer, city.edge_weight)
    people = len(given.labels) if given else city.population
    stage, substance = population.stages(scenario.start, people)
    if given and "stage" in given.columns:
        stage, substance = _stages_given(given.columns, stage, substance, people, seed)
    coming = int(scenario.entry.rate_per_1000 * people / 1000.0 * scenario.time.years)
    first = stage.size
    lived, total = first + coming, people + coming
    uid = np.concatenate([np.arange(first), people + np.arange(coming), np.arange(first, people)]).astype(np.uint64)
    stage = np.concatenate([stage, np.full(coming, TO_COME, np.int8)])
    columns = empty_columns(total, lived)
    columns.update(uid=uid, stage=stage)
    own = uid[:lived]
    columns["substance"] = np.concatenate([substance, population.substances_to_come(scenario.start, own[first:], seed)])
    week_rate = scenario.entry.rate_per_1000 * people / 1000.0 / 52.0
    order = np.arange(coming) + uniform(seed, "arrival", 0, own[first:])
    columns["arrival"][first:] = np.floor(order / week_rate) if coming else 0
    _persons(columns, scenario, lived, total, seed)
    row_of = _rows_of_nodes(given, columns, first, lived, people, seed)
    if given:
        _take(columns, given, row_of, lived)
    ties, given = _ties(scenario, given, columns, row_of, lived, total, people, seed)
    _circumstances(columns, scenario, lived, seed)
    neighbourhoods = max(city.neighbourhoods, int(columns["neighbourhood"].max()) + 1)
    meetings = set_up(scenario.groups, people, neighbourhoods, seed)
    _first_groups(columns, scenario, meetings, lived, seed)
    bonds, layers = _first_bonds(columns, scenario, lived, seed)
    town = _town(columns, scenario, meetings, people, lived)
    labels = [given.labels[i] for i in np.argsort(row_of)] if given and graphs.is_file(city.graph) else []
    return Foundation(columns, lived, people, ties, bonds, layers, town, meetings, labels, given.check if given else "")


def _stages_given(columns, stage, substance, people, seed):  # type: ignore[no-untyped-def]
    """Stages as a graph file gives them; people without one are the public."""
    known = columns["stage"][np.isfinite(columns["stage"]) & (columns["stage"] <= STABLE)].astype(np.int8)
    return np.sort(known), np.zeros(known.size, np.int8)


def _persons(columns: dict[str, np.ndarray], scenario: Any, lived: int, total: int, seed: int) -> None:
    """What people are like, before ties: place, household, age, sex, role, attitude, spells, frailty."""
    uid, start, city = columns["uid"], scenario.start, scenario.city
    own = uid[:lived]
    b = city.neighbourhoods
    poor = deprivation(b)
    share = (1.0 + city.gradient * (2.0 * poor - 1.0)) / b
    u = uniform(seed, "neighbourhood", 0, uid)
    place = np.minimum(np.floor(u * b), b - 1).astype(np.int32)
    place[:lived] = np.minimum(np.searchsorted(np.cumsum(share), u[:lived], side="right"), b - 1)
    columns["neighbourhood"] = place
    columns["household"] = network.households(place, uid, scenario.network.household_size, seed)
    stage = columns["stage"]
    spell = population.spells(start, scenario.relapse, stage, own, seed)
    columns["spell"] = spell
    columns["frailty"] = population.frailties(start, scenario.relapse, stage, spell, own, seed)
    columns["age"] = population.ages(stage, spell, uid, lived, seed)
    columns["age"][:lived] -= np.where(stage == TO_COME, columns["arrival"] / 52.0, 0.0)
    columns["sex"] = population.sexes(uid, lived, seed)
    p = scenario.stigma
    spread = (2.0 * uniform(seed, "disposition", 0, uid) - 1.0) * p.disposition_spread
    columns["disposition"] = np.clip(p.disposition_mean + spread, 0.0, 1.0)
    committed = uniform(seed, "committed", 0, uid) < p.committed
    columns["committed"] = committed.astype(np.int8)
    first = np.clip(p.attitude_mean + (1.0 - p.conformity) * spread, 0.0, 1.0)
    columns["attitude"] = np.where(committed, 0.0, first)
    v = uniform(seed, "role", 0, uid)
    shares = np.cumsum([start.employers, start.landlords, start.practitioners])
    roles = [Role.EMPLOYER, Role.LANDLORD, Role.PRACTITIONER]
    role = np.select([v < share for share in shares], roles, Role.CITIZEN)
    with_lived = np.isin(columns["household"], columns["household"][:lived])
    columns["role"] = np.where((role == Role.CITIZEN) & with_lived, Role.FAMILY, role).astype(np.int8)
    columns["role"][:lived] = Role.CITIZEN
    ally = uniform(seed, "ally", 0, uid) * np.where(columns["role"] == Role.CITIZEN, 1.0, 0.2) < start.active_allies
    ally[:lived] = False
    columns["ally"] = ally.astype(np.int8)


def _rows_of_nodes(given, columns, first, lived, people, seed):  # type: ignore[no-untyped-def]
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


def _take(columns: dict[str, np.ndarray], given: graphs.Given, row_of: np.ndarray, lived: int) -> None:
    """Let a file's node attributes fill columns (stage decides the rows, so it is already there)."""
    for name, values in given.columns.items():
        if name == "stage":
            continue
        known = np.isfinite(values) & (row_of < columns[name].size)
        columns[name][row_of[known]] = values[known]


def _ties(scenario, given, columns, row_of, lived, total, people, seed):  # type: ignore[no-untyped-def]
    if given is None and scenario.city.graph == "city":
        place, household, uid = columns["neighbourhood"], columns["household"], columns["uid"]
        return network.lay_ties(scenario.network, place, household, uid, lived, seed), None
    if given is None:
        given = graphs.generate(scenario.city.graph, scenario.city.graph_options, people, seed)
    ties = tie(total, row_of[given.one], row_of[given.two], given.layer, given.weight)
    columns["household"] = np.arange(total, dtype=np.int32)
    return ties, given


def _circumstances(columns: dict[str, np.ndarray], scenario: Any, lived: int, seed: int) -> None:
    """Capital, barriers, CHIME and visibility as the stage and its duration imply."""
    uid, stage, spell, substance = columns["uid"][:lived], columns["stage"], columns["spell"], columns["substance"]

    def draw(name: str) -> np.ndarray:
        return np.asarray(uniform(seed, f"first {name}", 0, uid))

    well, active, opioid = recovering(stage), stage == ACTIVE, substance == 0
    years = np.where(well, spell, 0) / 52.0
    c, h, j = scenario.capital, scenario.homes, scenario.jobs
    tended = np.select([active, well], [c.floor + 0.05, c.ceiling - (c.ceiling - c.floor) * np.exp(-0.3 * years)], 0.5)
    columns["personal"] = np.clip(tended + 0.1 * (draw("personal") - 0.5), 0.0, 1.0)
    columns["attempts"] = np.where(active | well, np.floor(6.0 * draw("attempts") ** 1.5), 0).astype(np.int32) + well
    homeless = np.where(
        active, np.where(opioid, h.without_opioid, h.without_active), np.where(well, h.without_well, 0.01)
    )
    columns["home"] = (draw("home") >= homeless).astype(np.int8)
    columns["job"] = (draw("job") < np.where(active, j.with_active, np.where(well, j.with_well, 0.7))).astype(np.int8)
    record = np.where(opioid, scenario.justice.record_at_start, scenario.justice.record_at_start_other)
    columns["record"] = (draw("record") < np.where(active | well, record, 0.03)).astype(np.int8)
    faded = np.exp(-c.debt_pace * years)
    columns["debt"] = np.select([active, well], [c.debt_active * 0.9, 0.15 + (c.debt_active - 0.15) * faded], 0.15)
    columns["need"] = np.select([active, well], [c.need_active * 0.9, c.need_well + 0.2 * faded], 0.2)
    sheltered, job, rec = columns["home"], columns["job"], columns["record"]
    columns["barriers"] = ((1.0 - sheltered) + (1.0 - job) + rec + columns["debt"] + columns["need"]) / 5.0
    social = draw("sociability")
    unsociable = scenario.bonds.unsociable
    columns["sociability"] = np.where(
        social < unsociable, 0.0, 0.2 + 0.8 * (social - unsociable) / max(1e-9, 1 - unsociable)
    )
    columns["internalised"] = np.select([active, well], [0.42, 0.28 + 0.12 * faded], 0.2)
    columns["hope"] = np.select([active, well], [0.45, 0.68], 0.5)
    columns["connectedness"] = np.select([active, well], [0.3, 0.6], 0.4)
    columns["identity"] = np.select([active, well], [0.2, 0.5], 0.3)
    columns["meaning"] = np.select([active, well], [0.22, 0.5], 0.4)
    columns["empowerment"] = 0.5 + 0.5 * (columns["personal"] - columns["barriers"])
    columns["social"] = np.select([active, well], [0.35, 0.65], 0.5)
    settled = (stage == SUSTAINED) | (stage == STABLE)
    seen = draw("visibility")
    visible = well & (seen < np.where(settled, scenario.start.visible, 0.4 * scenario.start.visible))
    columns["visibility"] = np.where(visible, 2, (well & (seen > 0.8)).astype(np.int8)).astype(np.int8)
    columns["champion"] = (visible & settled & (draw("champion") < scenario.start.champions)).astype(np.int8)
    columns["energy"] = np.full(lived, 0.8)
    giving = np.select([stage == STABLE, stage == SUSTAINED, active | (stage == EARLY)], [0.79, 0.66, 0.27], 0.3)
    columns["giving_back"] = (draw("giving back") < giving).astype(np.int8)
    columns["linked"] = np.ones(lived)
    columns["court"] = np.full(lived, -1, np.int32)
    t = scenario.treatment
    cover = np.where(opioid, t.start_coverage_opioid, t.start_coverage_alcohol)
    in_care = (active & (draw("treatment") < cover)) | ((stage == EARLY) & (draw("treatment") < 0.5 * cover))
    columns["treatment"] = np.where(in_care, 2, 0).astype(np.int8)
    columns["group"] = np.full(lived, -1, np.int32)


def _first_groups(columns, scenario, meetings, lived, seed):  # type: ignore[no-untyped-def]
    """Who attends a group on the first day: people in recovery, fewer the longer it has lasted."""
    stage, spell, place = columns["stage"], columns["spell"], columns["neighbourhood"][:lived]
    uid = columns["uid"][:lived]
    chance = scenario.start.attending * np.select(
        [stage == EARLY, stage == SUSTAINED, stage == STABLE], [1.6, 1.2, 0.8], 0.0
    )
    count = meetings.open_start[place + 1] - meetings.open_start[place]
    goes = (uniform(seed, "first group", 0, uid) < chance) & (count > 0)
    u = uniform(seed, "first group which", 0, uid)
    pick = meetings.open_start[place] + np.floor(u * count).astype(np.int64)
    if goes.any():
        columns["group"][goes] = meetings.open_groups[pick[goes]]
        order = np.lexsort((uid, columns["group"]))
        rank = np.arange(lived) - np.searchsorted(columns["group"][order], columns["group"][order], side="left")
        over = order[(rank >= scenario.groups.places) & (columns["group"][order] >= 0)]
        columns["group"][over] = -1
    columns["since_joined"] = np.where(columns["group"] >= 0, np.minimum(spell, 60), 0).astype(np.int32)


def _first_bonds(columns, scenario, lived, seed):  # type: ignore[no-untyped-def]
    """Using ties among people in active addiction and recovery ties among people in recovery, near each other."""
    bonds, layers = np.full((lived, SLOTS), -1, np.int32), np.zeros((lived, SLOTS), np.int8)
    uid, place, stage = columns["uid"][:lived], columns["neighbourhood"][:lived], columns["stage"]
    ticket = uniform(seed, "bond circle", 0, uid)
    slot = np.zeros(lived, np.int64)
    for pool, ties, layer in (
        (stage == ACTIVE, scenario.bonds.using_at_start, Layer.USING),
        (recovering(stage) & (columns["sociability"] > 0.0), scenario.bonds.recovery_at_start, Layer.RECOVERY),
    ):
        rows = np.flatnonzero(pool)
        order = rows[np.lexsort((uid[rows], ticket[rows], place[rows]))]
        for step in range(1, (ties + 1) // 2 + 1):
            one, two = order[:-step], order[step:]
            keep = place[one] == place[two]
            if step == (ties + 1) // 2 and ties % 2:
                keep &= uniform(seed, "bond odd", step, uid[one]) < 0.5
            one, two = one[keep], two[keep]
            bonds[one, slot[one]], layers[one, slot[one]] = two, layer
            slot[one] += 1
            bonds[two, slot[two]], layers[two, slot[two]] = one, layer
            slot[two] += 1
    return bonds, layers


def _town(columns, scenario, meetings, people, lived):  # type: ignore[no-untyped-def]
    b = max(scenario.city.neighbourhoods, int(columns["neighbourhood"].max()) + 1)
    place, stage = columns["neighbourhood"], columns["stage"]
    keys = np.isin(columns["role"], [Role.EMPLOYER, Role.LANDLORD])
    residents = np.maximum(1.0, np.bincount(place, minlength=b).astype(float))
    giving = np.bincount(place[:lived][recovering(stage) & (columns["giving_back"] == 1)], minlength=b).astype(float)
    open_groups = meetings.open_groups
    places = np.bincount(meetings.neighbourhood[open_groups], meetings.places[open_groups], minlength=b)
    attitudes = exact_means(columns["attitude"], place, b)
    efficacy = np.full(b, scenario.community.efficacy_start) + 0.2 * (0.5 - deprivation(b))
    groups_share = np.minimum(1.0, places / np.maximum(1.0, 0.02 * residents))
    keyholders = exact_mean_among(columns["attitude"], keys)
    town = Town(
        structural=scenario.stigma.structural_start,
        justice_capital=scenario.justice.capital,
        homes_free=float(int(scenario.homes.vacancies * people / 1000.0 / 4.0)),
        jobs_free=float(int(scenario.jobs.vacancies * people / 1000.0 / 4.0)),
        coalition=0,
        coalition_since=0,
        gatekeepers_start=keyholders,
        gatekeepers=keyholders,
        structural_lever=0.0,
        deprivation=deprivation(b),
        residents=residents,
        giving_start=giving,
        groups_share=groups_share,
        efficacy_start=efficacy,
        efficacy=efficacy,
        attitudes=attitudes,
        community=efficacy,
        event=np.zeros(b, np.int8),
    )
    town.community = community_capital(scenario.community, town, 1.0, 1.0)
    return town
