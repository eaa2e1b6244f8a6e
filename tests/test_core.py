"""The engine room: chance has known answers, rules are their plain functions, ties and lots keep their word."""

from __future__ import annotations

import ast
import math
import os
import subprocess
import sys
import zlib
from collections.abc import Iterator
from typing import Any

import networkx as nx
import numpy as np
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import contagion as ct
from contagion.core import chance as draws
from contagion.core import rules
from contagion.core.graph import tie, tie_parts
from contagion.core.lots import partners, serve
from contagion.core.rules import RULES, Rule, rule
from contagion.core.ties import exact_mean, exact_mean_among, exact_means

FULL = {"city.population": 1000, "time.years": 0.5}


@pytest.fixture(scope="module")
def everything() -> tuple[set[str], Any]:
    """The names of all streams drawn from in a short history with every intervention, and the city."""
    names: set[str] = set()
    plain = draws.key

    def noted(name: str) -> np.uint64:
        names.add(name)
        return plain(name)

    study = ct.load("first_comparison", **FULL)
    starts = {f"interventions.{name}.start": 0.0 for name in study.interventions}
    scenario = ct.variants(ct.load("first_comparison", **FULL, **starts))["all_three"]
    draws.key = noted  # type: ignore[assignment]
    try:
        city = ct.RecoveryCity(scenario, rng=3)
        city.run_for(scenario.weeks)
    finally:
        draws.key = plain
    return names, city


# Chance


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_gives_the_published_known_answers(counter: Any, key: Any, words: Any) -> None:
    """The vectors of Random123 (kat_vectors, philox4x32 with 10 rounds), plain, in columns and compiled."""
    k, c = [np.uint64(x) for x in key], [np.uint64(x) for x in counter]
    assert tuple(int(x) for x in draws.philox(*k, *c)) == words
    columns = draws.philox(*k, *(np.full(3, x) for x in c))
    assert all((column == word).all() for column, word in zip(columns, words, strict=True))
    if rules.numba:
        assert tuple(int(x) for x in draws._rounds(*k, *c)) == words


def test_a_number_is_what_its_key_says() -> None:
    """53 bits of the first two words of philox(seed and name; week, person, other, high half of the seed)."""
    seed, week, who, other = 2**40 + 7, 12, 345, 6
    words = draws.philox(
        np.uint64(seed % 2**32), np.uint64(zlib.crc32(b"relapse")),
        *(np.uint64(x) for x in (week, who, other, seed >> 32)),
    )  # fmt: skip
    expected = ((int(words[0]) >> 5) * 2**26 + (int(words[1]) >> 6)) / 2**53
    assert draws.uniform(seed, "relapse", week, np.uint64(who), other) == expected
    many = draws.uniform(seed, "relapse", week, np.arange(400, dtype=np.uint64), other)
    assert many[who] == expected and (many >= 0).all() and (many < 1).all()


def test_an_event_befalls_one_or_everyone_alike_and_never_at_rate_zero() -> None:
    people = np.arange(2000, dtype=np.uint64)
    rate = np.where(people % 3 == 0, 0.0, 0.4)
    found = draws.happens(rate, 5, "onset", 9, people)
    assert not found[people % 3 == 0].any()
    assert [bool(draws.happens(rate[i], 5, "onset", 9, people[i])) for i in range(60)] == found[:60].tolist()
    u = draws.uniform(5, "onset", 9, people)
    assert (found == (u < np.array([-math.expm1(-r) for r in rate]))).all()
    assert (draws.lot(rate > 0, 5, "onset", 9, people) == np.where(rate > 0, u, 2.0)).all()


def test_a_pair_has_no_order() -> None:
    one, two = np.arange(500, dtype=np.uint64), np.arange(500, 1000, dtype=np.uint64)
    there = draws.happens_to_pair(0.5, 1, "cut bond", 3, one, two)
    back = draws.happens_to_pair(0.5, 1, "cut bond", 3, two, one)
    assert (there == back).all() and 150 < there.sum() < 350


def _written_names() -> Iterator[str]:
    """Names of streams written in the code as plain texts."""
    takers = {"uniform", "happens", "happens_to_pair", "lot", "draw", "partners", "fold"}
    for path in (ROOT / "contagion").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in takers:
                    for value in node.args[:3]:
                        if isinstance(value, ast.Constant) and isinstance(value.value, str):
                            yield value.value


def test_no_two_streams_share_a_key(everything: tuple[set[str], Any]) -> None:
    names = sorted(everything[0] | set(_written_names()))
    assert len(names) > 60 and {"relapse", "starting", "champions: ask", "lot home"} <= set(names)
    keys = [int(draws.key(name)) for name in names]
    assert keys == [zlib.crc32(name.encode()) for name in names]
    assert len(set(keys)) == len(names), "two names have one crc32: name one of them otherwise"


def test_a_hundred_streams_are_uniform_and_unrelated() -> None:
    """Streams that differ by seed, name, week or the other person only: neighbours in every sense."""
    n = 20_000
    people = np.arange(n, dtype=np.uint64)
    names = ("starting", "relapse", "death", "offend", "job")
    keys = [(s, name, w, o) for name in names for s in (1, 2) for w in (1, 2) for o in range(5)]
    assert len(keys) == 100
    numbers = np.array([draws.uniform(s, name, w, people, o) for s, name, w, o in keys])
    p = np.array([stats.kstest(stream, "uniform").pvalue for stream in numbers])
    assert p.min() > 1e-5 and stats.kstest(p, "uniform").pvalue > 1e-4
    r = np.corrcoef(numbers)[np.triu_indices(100, 1)]
    assert np.abs(r).max() < 5.5 / math.sqrt(n), "two streams run together"
    assert 0.9 < (r**2).mean() * n < 1.1
    serial = [np.corrcoef(stream[:-1], stream[1:])[0, 1] for stream in numbers]
    assert np.abs(serial).max() < 5 / math.sqrt(n), "the next person's number can be told from this one's"
    low = np.floor(numbers[:, :5000] * 2**20).astype(np.int64) % 2
    assert abs(low.mean() - 0.5) < 5 * 0.5 / math.sqrt(low.size)


def test_derived_seeds_differ() -> None:
    seeds = {draws.fold(seed, "replicate", k) for seed in range(20) for k in range(200)}
    assert len(seeds) == 4000 and all(0 <= s < 2**63 for s in seeds)


# Rules

CODES: dict[str, list[int]] = {
    "stage": list(range(7)), "kind": [0, 1, 2], "visibility": [0, 1, 2], "treatment": [0, 1, 2],
    "group": [-1, 0, 1, 20], "due": [-1, 0, 1, 95],
    **{name: [0, 1] for name in ("has", "record", "committed", "champion", "giving", "takes", "leaves", "arrested")},
}  # fmt: skip
WEEKS = [0, 1, 2, 3, 4, 5, 12, 13, 14, 25, 26, 27, 51, 52, 53, 155, 156, 157, 259, 260, 261, 2000]
POSITIVE = ("half", "threshold", "steps", "prior", "k", "steepness")
SIGNED = ("lift", "load", "helps", "readiness", "stigma", "target")
WITHIN = ("norm", "lot", "attitude", "now", "prison", "probation", "personal", "energy", "supported")


def _values(name: str, code: str, n: int, rng: np.random.Generator) -> np.ndarray:
    """Arguments of the right type for a parameter of this name, edges among them."""
    if code == "?":
        return rng.integers(0, 2, n).astype(bool)
    if code in "bhilqBHILQ":
        return rng.choice(CODES.get(name, WEEKS), n).astype(np.dtype(code))
    if name in CODES:
        return rng.choice(CODES[name], n).astype(float)
    low, high = (0.01, 6.0) if name in POSITIVE else ((-3.0, 3.0) if name in SIGNED else (0.0, 4.0))
    if name in WITHIN:
        high = 1.0
    if name in ("age",):
        high = 120.0
    values = rng.uniform(low, high, n)
    edges = [max(low, 0.0), min(high, 1.0), min(high, 2.0), 0.5, math.nextafter(1.0, 0.0), 1.0 / 3.0]
    where = rng.random(n) < 0.3
    values[where] = rng.choice(edges, int(where.sum()))
    if name in ("steps",):
        values = np.full(n, 32.0)
    return values


def test_every_rule_is_its_plain_function(everything: tuple[set[str], Any]) -> None:
    """Bit for bit, for the types that the rule meets in a real week, one by one and all at once."""
    assert len(RULES) > 40
    mine = [one for name, one in RULES.items() if name.startswith("contagion.")]
    for number, one in enumerate(mine):
        assert len(one.arguments) <= 6
        types = [kind.split("->")[0] for kind in getattr(one._ufunc, "types", [])]
        assert types or not rules.numba, f"{one.plain.__name__} is used by nobody in a week with everything on"
        for kind in types or ["d" * len(one.arguments)]:
            rng = np.random.default_rng(number)
            columns = [_values(a, c, 1500, rng) for a, c in zip(one.arguments, kind, strict=True)]
            _same(one, columns, kind)


def _same(one: Rule, columns: list[np.ndarray], kind: str) -> None:
    together = np.asarray(one(*columns))
    plain = [one.plain(*row) for row in zip(*(c.tolist() for c in columns), strict=True)]
    for i, row in enumerate(zip(*columns, strict=True)):
        assert _bits(together[i]) == _bits(plain[i]), f"{one.plain.__name__}{tuple(row)} for {kind}"
        if i < 40:
            assert _bits(one(*row)) == _bits(plain[i]), f"{one.plain.__name__} alone, {tuple(row)}"
            assert _bits(one.plain(*row)) == _bits(plain[i])


def _bits(value: Any) -> bytes:
    return np.float64(value).tobytes()


def test_a_rule_has_at_most_six_arguments() -> None:
    with pytest.raises(TypeError, match="two rules"):
        rule(lambda a, b, c, d, e, f, g: a)


def test_without_the_compiler_a_rule_still_works_on_columns_and_scalars() -> None:
    looped = rules._looped(lambda stage, x: 0 if stage == 1 else x)
    assert looped(1, 5.0) == 0 and looped(np.int8(2), 5.0) == 5.0
    assert looped(np.array([1, 2], np.int8), 5.0).tolist() == [0, 5.0]
    assert looped(np.zeros(0, np.int8), 5.0).size == 0


@pytest.mark.skipif(not rules.numba, reason="nothing is compiled")
def test_the_loop_of_a_rule_is_kept_for_the_next_process(everything: tuple[set[str], Any]) -> None:
    """The scalar function and the loop around it; compiling loops anew would cost every process two seconds."""
    from contagion.core.compiled import KeptLoops

    for one in (rule_ for name, rule_ in RULES.items() if name.startswith("contagion.")):
        for signature, scalar in one._ufunc._dispatcher.overloads.items():
            kept = KeptLoops(one.plain).load_overload(signature, scalar.target_context)
            assert kept is not None and kept.get_pointer_to_function(f"__ufunc__.{scalar.fndesc.llvm_func_name}"), one


def test_declarations_need_nothing_heavy() -> None:
    """A command that only reads a config, and a worker that only lives histories, start without what they do not use."""
    heavy = "{'numba', 'scipy', 'networkx', 'pandas', 'mesa', 'matplotlib'} & set(sys.modules)"
    lives = "simulation.simulate(contagion.model.scenario.Scenario(city={'population': 50}, time={'years': 0.02}))"
    for code in (
        f"import sys, contagion.model.scenario; assert not {heavy}, {heavy}",
        f"import sys, contagion.model.simulation; assert not {heavy}, {heavy}",
        f"import sys, contagion.model.scenario; from contagion.model import simulation; {lives}; "
        f"assert not {heavy} - {{'numba', 'scipy'}}, {heavy}",
    ):
        run = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)},
                             capture_output=True, text=True, timeout=300, check=False)  # fmt: skip
        assert run.returncode == 0, run.stderr[-2000:]


def test_outcomes_stay_what_they_were_when_the_city_lives_on() -> None:
    """Tables are made when they are asked for, of what was there when the outcomes were taken."""
    scenario = ct.load("baseline", **{"city.population": 300, "time.years": 0.5})
    for how in ("columns", "agents"):
        city = ct.RecoveryCity(scenario, rng=4, how=how)
        city.run_for(3)
        early, same = city.outcomes(), city.outcomes()
        tables = {name: getattr(same, name) for name in ("timeline", "events", "people", "groups", "ledger")}
        city.run_for(6)
        assert all(getattr(early, name).equals(table) for name, table in tables.items())
        assert len(early.timeline) == 4 and len(city.outcomes().timeline) == 10


def test_setting_a_column_for_everyone_replaces_it(everything: tuple[set[str], Any]) -> None:
    """What was kept from before stays what it was; and what was given is not shared."""
    city = everything[1]
    was, kept = city.columns["hope"], city.columns["hope"].copy()
    given_ = kept + 0.1
    city.lived.hope = given_
    assert city.columns["hope"] is not was and city.columns["hope"] is not given_ and (was == kept).all()
    attitude = city.columns["attitude"]
    first = attitude[0]
    city.lived.attitude = 0.25
    assert city.columns["attitude"] is not attitude and attitude[0] == first
    assert (city.columns["attitude"][city.lived_rows :] == attitude[city.lived_rows :]).all()
    city.lived.hope, city.everyone.attitude = kept, attitude


# Ties, lots, means


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


# Without the compiler

ALONE = """
import sys
if {blocked}:
    sys.modules["numba"] = None
import hashlib
import contagion as ct
from contagion.core import rules
assert bool(rules.numba) is not {blocked}
study = ct.load("first_comparison", **{{"city.population": 400, "time.years": 0.2,
                "interventions.champions.start": 0.0, "interventions.linkage.start": 0.0,
                "interventions.housing.start": 0.0}})
city = ct.RecoveryCity(ct.variants(study)["all_three"], rng=5, how="{how}")
city.run_for(8)
out = city.outcomes()
total = hashlib.sha256()
for name in sorted(city.columns):
    total.update(name.encode() + city.columns[name].tobytes())
total.update(city.web.bonds.tobytes() + out.timeline.to_numpy().tobytes())
total.update(out.events.to_csv(index=False, float_format="%.17g").encode())
total.update(out.ledger.to_csv(index=False, float_format="%.17g").encode())
print(len(out.events), total.hexdigest())
"""


def test_without_numba_the_same_history() -> None:
    """The compiler is an accelerator, not a wall: blocked, everything is slower and the same to the bit."""
    said = [
        subprocess.run(
            [sys.executable, "-c", ALONE.format(blocked=blocked, how=how)],
            env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=300, check=False,
        )
        for blocked, how in ((False, "columns"), (True, "columns"), (True, "agents"))
    ]  # fmt: skip
    assert not any(run.returncode for run in said), "\n".join(run.stderr[-2000:] for run in said)
    assert len({run.stdout for run in said}) == 1 and int(said[0].stdout.split()[0]) > 0
