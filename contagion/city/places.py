"""Neighbourhoods and the levels of the whole city: what is shared rather than personal, attitudes added up among it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from contagion.core.compiling import kernel
from contagion.core.parameters import Parameters, choice, ratio
from contagion.core.sums import FIXED, fixed
from contagion.vocabulary import EMPLOYER, LANDLORD


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
    neighbourhood_sizes: list[float] = choice(
        [],
        "people of each neighbourhood, in that order, in any unit; empty for neighbourhoods of one size",
        unit="people or shares",
    )
    gradient: float = ratio(0.8, "how far lived experience concentrates in deprived neighbourhoods")
    graph: str = choice("city", "'city' (built in), a networkx generator's name, or a graph file", unit="name or file")
    graph_options: dict[str, float] = choice(
        {}, "options of a networkx generator (such as k and p of watts_strogatz)", unit="options"
    )
    nodes: str = choice("", "list of people (CSV with a column id) beside an edge-list CSV", unit="file")
    node_columns: dict[str, str] = choice({}, "which node attribute fills which column", unit="names")
    edge_layer: str = choice("layer", 'edge attribute that names the layer of a tie ("" for none)')
    edge_weight: str = choice("weight", 'edge attribute that holds the weight of a tie (1 is a close tie; "" for none)')
    arrival_ties: Literal["none", "like_others"] = choice(
        "none",
        "ties of people who come later to a graph from a file or a generator: none, or as many as others have, each a "
        "copy of a tie drawn by lot",
    )


@dataclass
class Town:
    """State of the place: city-wide levels, and arrays by neighbourhood (length B)."""

    structural: float  # structural stigma, 0..1
    justice_capital: float  # 0..1
    homes_free: float  # homes open to people with lived experience
    jobs_free: float  # jobs open to people with lived experience
    coalition: int  # stage of the coalition for an inclusive recovery city
    coalition_since: int  # week of its last change
    gatekeepers_start: float  # mean attitude of employers and landlords at the start
    gatekeepers: float  # the same, when attitudes were last reviewed
    public_stigma: float  # mean attitude of everybody, when attitudes were last reviewed
    structural_lever: float  # what interventions add to or take off structural stigma's policy level
    justice_lever: float  # what interventions add to justice capital
    treatment_lever: float  # treatment places that interventions add
    deprivation: np.ndarray  # 0..1 by neighbourhood
    residents: np.ndarray  # residents at the start, by neighbourhood
    giving_start: np.ndarray  # people in recovery giving back at the start, by neighbourhood
    groups_share: np.ndarray  # group places against need, 0..1, by neighbourhood
    efficacy_start: np.ndarray  # collective efficacy where upkeep and decay balance, by neighbourhood
    efficacy: np.ndarray  # collective efficacy, 0..1, by neighbourhood
    attitudes: np.ndarray  # mean public stigma, by neighbourhood
    community: np.ndarray  # community recovery capital, 0..1, by neighbourhood
    calendar: np.ndarray  # int64, events a year that interventions hold, by EventKind
    events_held: np.ndarray  # bool, kinds of event that take place this week, by EventKind
    event_reach: float  # reach of this week's events together, against exposure.event_reach
    held_lately: np.ndarray  # int64, events in each of the last 52 weeks
    recovery_city: int  # stage of becoming an inclusive recovery city, as an intervention counts it
    recovery_city_since: int  # week of its last change
    council: float  # stakeholders brought together last week, per 10,000 people
    council_lever: float  # stakeholders that an intervention brings together, per 10,000 people
    event: np.ndarray  # whether a visible event takes place this week, by neighbourhood

    def copy(self) -> Town:
        """An independent copy: arrays are replaced, never written into, so they can be shared."""
        return replace(self)


def deprivation(neighbourhoods: int) -> np.ndarray:
    """Deprivation by neighbourhood: evenly spread from 0 to 1."""
    return np.linspace(0.0, 1.0, neighbourhoods) if neighbourhoods > 1 else np.full(1, 0.5)


def shares(city: City) -> np.ndarray:
    """Share of the people by neighbourhood (float64, adds up to 1)."""
    sizes = np.asarray(city.neighbourhood_sizes or np.ones(city.neighbourhoods), float)
    share: np.ndarray = sizes / sizes.sum()
    return share


PLACE_FIXED = 2.0**24
"""Fixed-point unit of the mean attitude by neighbourhood."""


@kernel
def add_attitudes(table: Any, totals: Any, sums: Any, counts: Any) -> None:
    """Add up the attitudes of a table: of all, of employers and landlords, and by neighbourhood (fixed point)."""
    for i in range(table.size):
        who = table[i]
        value = fixed(who.attitude)
        totals[0] += value
        totals[1] += 1
        if who.role == EMPLOYER or who.role == LANDLORD:
            totals[2] += value
            totals[3] += 1
        sums[who.neighbourhood] += round(who.attitude * PLACE_FIXED)
        counts[who.neighbourhood] += 1


class Attitudes:
    """Attitudes added up: their exact means, 0 for nobody."""

    def __init__(self, places: int) -> None:
        self.totals = np.zeros(4, np.int64)
        self.sums, self.counts = np.zeros(places, np.int64), np.zeros(places, np.int64)

    def add(self, *tables: np.ndarray) -> Attitudes:
        """Add the people of these tables."""
        for table in tables:
            add_attitudes(table, self.totals, self.sums, self.counts)
        return self

    @property
    def mean(self) -> float:
        """Of all."""
        return self._mean(0)

    @property
    def gatekeepers(self) -> float:
        """Of employers and landlords."""
        return self._mean(2)

    @property
    def by_place(self) -> np.ndarray:
        """By neighbourhood."""
        return self.sums / PLACE_FIXED / np.maximum(1, self.counts)

    def _mean(self, k: int) -> float:
        return float(self.totals[k] / FIXED / self.totals[k + 1]) if self.totals[k + 1] else 0.0
