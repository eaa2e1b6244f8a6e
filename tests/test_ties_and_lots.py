"""Ties, lots and means keep their word: known answers, and no order in which people stand."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contagion.core.graph import tie, tie_parts
from contagion.core.lots import partners, serve
from contagion.core.sums import exact_mean, exact_mean_among, exact_means


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_ties_are_those_of_a_networkx_graph(data: st.DataObject) -> None:
    """Both ways, no self-ties, and of several ties between two people the closest layer alone."""
    people = data.draw(st.integers(1, 12))
    end = st.integers(0, people - 1)
    pairs = data.draw(st.lists(st.tuples(end, end, st.integers(0, 4), st.integers(1, 64)), max_size=60))
    one, two, layer, weight = (np.array(x, np.int64) for x in zip(*pairs)) if pairs else (np.zeros(0, int),) * 4
    made = tie(people, one, two, layer, weight)
    graph = nx.Graph()
    graph.add_nodes_from(range(people))
    for a, b, kind, w in pairs:
        if a != b and (not graph.has_edge(a, b) or kind < graph[a][b]["layer"]):
            graph.add_edge(a, b, layer=kind, weight=w)
    assert made.people == people and made.other.size == 2 * graph.number_of_edges()
    for i in range(people):
        span = slice(made.start[i], made.start[i + 1])
        found = {
            int(j): (int(k), int(w))
            for j, k, w in zip(made.other[span], made.layer[span], made.weight[span], strict=True)
        }
        assert len(found) == span.stop - span.start
        assert found == {j: (d["layer"], d["weight"]) for j, d in graph[i].items()}
    assert made.degrees().tolist() == [d for _, d in graph.degree()]
    a, b, kind, w = made.pairs()
    once = set(zip(a.tolist(), b.tolist(), kind.tolist(), w.tolist()))
    assert once == {(min(i, j), max(i, j), d["layer"], d["weight"]) for i, j, d in graph.edges(data=True)}


@pytest.mark.parametrize("people", [3, 40, 2000])
def test_rows_stand_by_layer_whatever_their_length(people: int) -> None:
    """Within a layer those in later rows come first; of equals the first given is kept; lists may come in parts."""
    rng = np.random.default_rng(people)
    one, two = rng.integers(0, people, (2, 3000)) // rng.integers(1, 9, 3000)  # some have many ties
    layer, weight = rng.integers(0, 5, 3000), rng.integers(1, 6400, 3000)
    rows: list[dict[int, tuple[int, bool, int, int]]] = [{} for _ in range(people)]
    for a, b, kind, w in zip(one.tolist(), two.tolist(), layer.tolist(), weight.tolist(), strict=True):
        for i, j in ((a, b), (b, a)):
            if i != j and (j not in rows[i] or kind < rows[i][j][0]):
                rows[i][j] = (kind, j < i, j, w)
    made = tie(people, one, two, layer, weight)
    expected = [entry for row in rows for entry in sorted(row.values())]
    assert made.start.tolist() == np.cumsum([0, *map(len, rows)]).tolist()
    got = zip(made.layer.tolist(), made.other.tolist(), made.weight.tolist(), strict=True)
    assert list(got) == [(kind, j, w) for kind, _, j, w in expected]
    halves = (slice(1000), slice(1000, None))
    parts = tie_parts(people, ((one[h], two[h], layer[h], weight[h]) for h in halves))
    whole = tie_parts(people, [(one, two, 1, 64)]), tie(people, one, two, np.full(3000, 1), np.full(3000, 64))
    for a_, b_ in ((made, parts), whole):
        for name in ("start", "other", "layer", "weight"):
            assert getattr(a_, name).tobytes() == getattr(b_, name).tobytes()


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.floats(0, 1)), max_size=60),
    st.lists(st.integers(0, 6), min_size=5, max_size=5),
)
def test_lots_never_serve_more_than_there_is(asks: list[tuple[int, float]], free: list[int]) -> None:
    choice = np.array([c for c, _ in asks], np.int64)
    tickets, uid = np.array([t for _, t in asks]), np.arange(len(asks), dtype=np.uint64)
    places = np.array(free)
    served = serve(choice, places, tickets, uid)
    for option in range(5):
        here = choice == option
        assert served[here].sum() == min(here.sum(), places[option])
        if served[here].any() and not served[here].all():
            assert tickets[here & served].max() <= tickets[here & ~served].min()
    turn = np.random.default_rng(len(asks)).permutation(len(asks))
    assert (serve(choice[turn], places, tickets[turn], uid[turn]) == served[turn]).all()


def test_partners_are_found_at_the_same_place_and_in_no_order() -> None:
    rng = np.random.default_rng(1)
    uid, place = rng.permutation(200).astype(np.uint64), rng.integers(0, 9, 200)
    rows, pool = np.arange(0, 200, 3), np.arange(0, 200, 2)
    one, two = partners(4, "befriend whom", 6, uid, rows, pool, place)
    assert one.size > 40 and (place[one] == place[two]).all() and (one != two).all() and set(two) <= set(pool)
    turn = rng.permutation(200)
    back = np.argsort(turn)
    again = partners(4, "befriend whom", 6, uid[turn], back[rows], back[pool], place[turn])
    assert (turn[again[0]] == one).all() and (turn[again[1]] == two).all()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=80), st.randoms())
def test_exact_means_do_not_depend_on_order(values: list[float], random: Any) -> None:
    mixed = values.copy()
    random.shuffle(mixed)
    mean = exact_mean(np.array(values))
    assert mean == exact_mean(np.array(mixed)) and mean == pytest.approx(np.mean(values), abs=1e-9)
    group = np.arange(len(values)) % 3
    by_group = exact_means(np.array(values), group, 4)
    order = np.random.default_rng(1).permutation(len(values))
    assert (exact_means(np.array(values)[order], group[order], 4) == by_group).all() and by_group[3] == 0


def test_the_mean_of_nobody_is_zero() -> None:
    assert exact_mean(np.zeros(0)) == 0.0 and exact_mean_among(np.ones(3), np.zeros(3, bool)) == 0.0


def test_the_mean_among_some_is_that_of_the_selection() -> None:
    rng = np.random.default_rng(2)
    for values in (rng.random(200), rng.integers(0, 9, 200).astype(np.int32)):
        for among in (rng.random(200) < 0.3, np.ones(200, bool)):
            assert exact_mean_among(values, among) == exact_mean(values[among])
