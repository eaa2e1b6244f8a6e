"""Oracles: where the answer is known from elsewhere, the model gives it.

Contagion off is a set of independent waiting times; plain contagion alone is the synchronous SIS model on a network and
tends to the continuous-time one; sums over neighbours are what a loop over a networkx graph says.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import replace
from typing import Any

import networkx as nx
import numpy as np
import pytest
from scipy import stats

import contagion as ct
from contagion.city.first_day import tables_of
from contagion.core.chance import happens_to_each
from contagion.model.agents import RecoveryCity
from contagion.processes.exposure import SUMS
from contagion.vocabulary import ACTIVE, EARLY, Layer, recovering

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import EoN  # on import it uses names that SciPy will drop

ALONE = {"starting.tie_rate": 0.0, "relapse.rate": 0.0}


def oracle(people: int, years: float, early: float, graph: str, options: dict[str, float], **rates: float) -> Any:
    """The SIS reduction on a graph, with a share `early` in recovery on the first day."""
    settings = {
        "city.population": people, "time.years": years,
        "start.alcohol_active_per_1000": 1000.0 * (1.0 - early), "start.early_per_1000": 1000.0 * early,
    }  # fmt: skip
    what = ct.load("oracle_sis", **settings, **rates)
    city = what.city.model_copy(update={"graph": graph, "graph_options": options})
    return what.model_copy(update={"city": city})


# Contagion off


def _waits(city: RecoveryCity, event: str, weeks: int) -> np.ndarray:
    """How many people waited 1, 2, ... weeks for their first event, and how many waited longer."""
    city.run_for(weeks)
    events = city.outcomes().events
    first = events[(events["event"] == event) & events["chosen"]].groupby("uid")["week"].min()
    counts = np.bincount(first, minlength=weeks + 1)[1:]
    return np.append(counts, city.founding_people - counts.sum())


@pytest.mark.parametrize(
    ("event", "early", "rates"),
    [
        ("start", 0.0, {"starting.spontaneous": 1.3}),
        ("relapse", 1.0, {"relapse.rate": 2.6}),
        ("relapse", 1.0, {"relapse.rate": 1.0, "starting.spontaneous": 5.0}),
    ],
    ids=["starting", "relapse", "relapse, and starting again"],
)
def test_without_contagion_people_wait_independently(event: str, early: float, rates: dict[str, float]) -> None:
    """Waiting times are geometric with p = 1 - exp(-rate / 52), by an exact chi-square test over all weeks."""
    people, weeks = 10_000, 52
    city = RecoveryCity(oracle(people, 1.0, early, "erdos_renyi", {}, **(ALONE | rates)), rng=21)
    found = _waits(city, event, weeks)
    yearly = rates["starting.spontaneous" if event == "start" else "relapse.rate"]
    p = -math.expm1(-yearly / 52.0)
    week = np.arange(1, weeks + 1)
    expected = people * np.append(p * (1 - p) ** (week - 1), (1 - p) ** weeks)
    assert expected.min() > 5
    result = stats.chisquare(found, expected)
    assert 0.001 < result.pvalue < 0.999


def test_without_contagion_it_is_exactly_the_two_state_process() -> None:
    """A few lines that know nothing of the model live the same lives, person by person and week by week."""
    people, weeks, up, down = 3000, 60, 1.3, 2.0
    rates = ALONE | {"starting.spontaneous": up, "relapse.rate": down}
    city = RecoveryCity(oracle(people, weeks / 52, 0.2, "erdos_renyi", {}, **rates), rng=4)
    well, uid = recovering(city.columns["stage"]), city.columns["uid"]
    share = [well.mean()]
    for week in range(1, weeks + 1):
        starts = happens_to_each(up / 52.0, 4, "starting", week, uid) & ~well
        relapses = happens_to_each(down / 52.0, 4, "relapse", week, uid) & well
        well = (well | starts) & ~relapses
        share.append(well.mean())
        city.step()
        assert (recovering(city.columns["stage"]) == well).all(), f"week {week}"
    a, b = -math.expm1(-up / 52.0), -math.expm1(-down / 52.0)
    rest = a / (a + b)
    known = rest + (0.2 - rest) * (1 - a - b) ** np.arange(weeks + 1)
    z = (np.array(share) - known) / np.sqrt(known * (1 - known) / people)
    assert np.abs(z).max() < 3.5
    one, two, _, _ = city.foundation.ties.pairs()
    both, p = (well[one] & well[two]).mean(), well.mean()
    assert abs(both - p * p) < 4 * math.sqrt(p * p * (1 - p * p) / one.size), "friends are alike by chance alone"


# Plain contagion: synchronous SIS

GRAPHS = {"watts_strogatz": {"k": 8, "p": 0.1}, "barabasi_albert": {"m": 4}, "erdos_renyi": {"p": 0.02}}


def plain_sis(graph: nx.Graph, first: np.ndarray, tie_rate: float, loss: float, weeks: int, seed: int) -> np.ndarray:
    """Share infected by week: a synchronous SIS in NumPy that shares nothing with the model but its equations."""
    rng = np.random.default_rng(seed)
    near = nx.to_numpy_array(graph, nodelist=sorted(graph), weight=None)
    infected, share = first.copy(), [first.mean()]
    for _ in range(weeks):
        caught = rng.random(first.size) < 1.0 - np.exp(-tie_rate / 52.0 * (near @ infected))
        lost = rng.random(first.size) < 1.0 - np.exp(-loss / 52.0)
        infected = np.where(infected, ~lost, caught)
        share.append(infected.mean())
    return np.array(share)


@pytest.mark.parametrize("graph", GRAPHS)
def test_plain_contagion_is_sis_on_a_network(graph: str) -> None:
    """Prevalence within three standard errors in every week; 40 replicates, each on one graph for both."""
    people, weeks, tie_rate, loss = 400, 52, 0.6, 2.0
    gap = []
    for replicate in range(40):
        rates = {"starting.tie_rate": tie_rate, "relapse.rate": loss}
        what = oracle(people, 1.0, 0.1, graph, GRAPHS[graph], **rates)
        city = RecoveryCity(what, rng=replicate)
        first, social = recovering(city.columns["stage"]), city.graph
        assert (city.columns["uid"] == np.arange(people)).all()
        assert social.number_of_edges() * 2 == city.foundation.ties.other.size
        city.run_for(weeks)
        other = plain_sis(social, first, tie_rate, loss, weeks, 1000 + replicate)
        gap.append(city.outcomes().timeline["in_recovery"].to_numpy() / people - other)
    differences = np.array(gap)
    assert (differences[:, 0] == 0).all()
    mean = differences[:, 1:].mean(axis=0)
    error = differences[:, 1:].std(axis=0, ddof=1) / math.sqrt(len(gap))
    assert np.abs(mean / error).max() < 3.0
    assert error.max() < 0.03, "the comparison is sharp enough to fail"


def test_plain_contagion_tends_to_continuous_time_as_rates_are_halved() -> None:
    """Against EoN's fast_SIS on the same graphs: the gap shrinks each time both rates are halved."""
    people, replicates, grid = 2000, 20, 8
    tie_rate, loss, weeks = 4.0, 13.0, 16
    gaps = np.zeros((3, replicates))
    for replicate in range(replicates):
        for level in range(3):
            slower = 2**level
            rates = {"starting.tie_rate": tie_rate / slower, "relapse.rate": loss / slower}
            what = oracle(people, weeks * slower / 52, 0.2, "erdos_renyi", {"p": 10 / people}, **rates)
            city = RecoveryCity(what, rng=replicate)
            if level == 0:
                known = _continuous(city, tie_rate / 52, loss / 52, np.linspace(0, weeks, grid + 1)[1:], replicate)
            city.run_for(weeks * slower)
            found = city.outcomes().timeline["in_recovery"].to_numpy() / people
            gaps[level, replicate] = (known - found[:: weeks * slower // grid][1:]).mean()
    gap = gaps.mean(axis=1)
    error = gaps.std(axis=1, ddof=1) / math.sqrt(replicates)
    assert gap[0] > 5 * error[0], "a week is a coarse step at these rates: the difference can be seen"
    steps = gaps[:-1] - gaps[1:]
    sure = steps.mean(axis=1) / (steps.std(axis=1, ddof=1) / math.sqrt(replicates))
    assert (sure > 2.5).all(), f"{gap} +- {error}: each halving brings it nearer"
    assert abs(gap[1] / gap[0] - 0.5) < 0.2 and abs(gap[2] / gap[0] - 0.25) < 0.2, "and about as much nearer"


def _continuous(city: RecoveryCity, tie_rate: float, loss: float, times: np.ndarray, seed: int) -> np.ndarray:
    """Share infected at these times: EoN's event-driven SIS, from the same people on the same graph."""
    import random

    state = random.getstate()
    random.seed(seed)
    try:
        first = np.flatnonzero(recovering(city.columns["stage"])).tolist()
        t, _, infected = EoN.fast_SIS(city.graph, tie_rate, loss, initial_infecteds=first, tmax=float(times[-1]))
    finally:
        random.setstate(state)
    return np.asarray(infected)[np.searchsorted(t, times, side="right") - 1] / city.founding_people


def test_one_tie_passes_recovery_on_at_its_rate() -> None:
    """A star whose middle alone is in recovery for good: its friends wait independently at the tie's rate."""
    people, weeks, rate = 4000, 40, 1.5
    rates = {"starting.tie_rate": rate, "relapse.rate": 0.0}
    what = oracle(people, weeks / 52, 1 / people, "star", {}, **rates)
    base = RecoveryCity(what, rng=1).foundation
    columns = base.columns
    columns["stage"] = np.where(base.ties.degrees() > 1, EARLY, ACTIVE).astype(np.int8)
    city = RecoveryCity(what, rng=1, foundation=replace(base, people=tables_of(columns, base.lived)[0]))
    city.run_for(weeks)
    events = city.outcomes().events
    starts = events[events["event"] == "start"]
    p = -math.expm1(-rate / 52)
    leaves = people - 1
    # whoever starts has one tie, to the middle: no leaf has two neighbours in recovery
    counts = np.bincount(starts["week"], minlength=weeks + 1)[1:]
    week = np.arange(1, weeks + 1)
    expected = leaves * np.append(p * (1 - p) ** (week - 1), (1 - p) ** weeks)
    assert stats.chisquare(np.append(counts, leaves - counts.sum()), expected).pvalue > 0.001
    middle = int(base.columns["uid"][base.ties.degrees() > 1][0])
    assert (starts["channel"] == "tie").all() and (starts["source"] == middle).all()
    assert (starts["credit"] == 1.0).all() and starts["chosen"].all()


# Sums over neighbours


@pytest.fixture(scope="module")
def busy() -> RecoveryCity:
    """60 weeks of a city with all interventions at work, and plain contagion besides, so that every sum is kept."""
    names = ct.load("first_comparison").interventions
    early = {f"interventions.{name}.start": 0.0 for name in names}
    study = ct.load(
        "first_comparison", **{"city.population": 3000, "time.years": 2.0, "starting.tie_rate": 0.01, **early}
    )
    city = RecoveryCity(ct.variants(study)["all_three"], rng=5)
    city.run_for(60)
    return city


def _graph(city: RecoveryCity) -> nx.MultiGraph:
    """Ties and bonds by row; a bond beside a tie counts besides."""
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(city.foundation.ties.people))
    ties = zip(*(x.tolist() for x in city.foundation.ties.pairs()), strict=True)
    graph.add_edges_from((i, j, {"layer": k, "weight": w}) for i, j, k, w in ties)
    bonds = zip(*(x.tolist() for x in city.web.bonded()), strict=True)
    graph.add_edges_from((i, j, {"layer": k, "weight": int(city.web.strength[k])}) for i, j, k in bonds)
    return graph


def _loop(graph: nx.MultiGraph, spec: Any, signal: list[int]) -> np.ndarray:
    out = np.zeros(len(graph), np.int64)
    for i, j, tie in graph.edges(data=True):
        if (spec.layers >> tie["layer"]) & 1:
            w = tie["weight"] if spec.weighted else 1
            out[i] += w * signal[j]
            out[j] += w * signal[i]
    return out


def test_sums_over_neighbours_are_those_of_a_networkx_loop(busy: RecoveryCity) -> None:
    first = RecoveryCity(busy.given_scenario, rng=5, foundation=busy.foundation)
    for city in (first, busy):
        graph = _graph(city)
        assert city.web.kept == SUMS
        for spec in SUMS:
            sums = _loop(graph, spec, city.web.signals[spec.signal].tolist())
            kept = city.web.sums[spec.name]
            assert kept.size == (sums.size if spec.public else city.lived_rows)
            assert (kept == sums[: kept.size]).all(), (spec.name, city.week)
    assert busy.web.sums["using_near"].max() > 3 and busy.web.sums["contact"].max() > 64


def test_kept_sums_are_those_from_scratch(busy: RecoveryCity) -> None:
    assert busy.outcomes().ledger["entered"].sum() > 20 and len(busy.web.bonded()[0]) > 20
    for spec in SUMS:
        assert busy.web.sums[spec.name].any(), f"{spec.name} is zero for all: nothing is shown"
        assert (busy.web.sums[spec.name] == busy.web.from_scratch(spec)).all(), spec.name


def test_signals_are_what_people_are(busy: RecoveryCity) -> None:
    stage, lived = busy.columns["stage"], busy.lived_rows
    sent = busy.web.signals
    assert (sent["using"][:lived] == (stage == ACTIVE)).all() and not sent["using"][lived:].any()
    assert (sent["recovering"][:lived] == recovering(stage)).all()
    assert (sent["present"][lived:] == 1).all() and (sent["open"][:lived] <= sent["close"][:lived]).all()
    assert not sent["close"][:lived][~recovering(stage)].any()


def test_the_networkx_graph_is_the_social_graph(busy: RecoveryCity) -> None:
    graph, uid, stage = busy.graph, busy.columns["uid"].tolist(), busy.columns["stage"]
    assert set(graph) == set(uid)
    one, two, _, _ = busy.foundation.ties.pairs()
    a, b, kind = busy.web.bonded()
    pairs = {frozenset((uid[i], uid[j])) for i, j in zip(np.append(one, a), np.append(two, b), strict=True)}
    assert {frozenset(edge) for edge in graph.edges} == pairs
    for i, j, k in zip(a.tolist(), b.tolist(), kind.tolist(), strict=True):
        assert graph[uid[i]][uid[j]]["layer"].split("+")[-1] == Layer(k).name.lower()
    _, _, _, foundation = busy.foundation.ties.pairs()
    weights = sum(d["weight"] for _, _, d in graph.edges(data=True))
    assert weights == pytest.approx((foundation.sum() + busy.web.strength[kind].sum()) / 64.0)
    assert sum(d["stage"] == "active" for _, d in graph.nodes(data=True)) == int((stage == ACTIVE).sum())
