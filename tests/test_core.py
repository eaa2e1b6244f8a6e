"""The engine room: chance has known answers, rules are their plain functions, ties and lots keep their word."""

from __future__ import annotations

import ast
import inspect
import math
import os
import re
import subprocess
import sys
import textwrap
import zlib
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import networkx as nx
import numpy as np
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import contagion as ct
from contagion.city.columns import COLUMNS
from contagion.core import chance as draws
from contagion.core import compiling
from contagion.core.chance import Chance
from contagion.core.compiling import RULES, Rule, rule
from contagion.core.graph import tie, tie_parts
from contagion.core.lots import partners, serve
from contagion.core.parameters import declared
from contagion.core.people import Row, parameter_record
from contagion.core.sums import exact_mean, exact_mean_among, exact_means
from contagion.interventions import programme
from contagion.model.scenario import sections
from contagion.vocabulary import GroupKind

FULL = {"city.population": 1000, "time.years": 0.5}


@pytest.fixture(scope="module")
def everything() -> tuple[set[str], Any]:
    """The names of all streams drawn from in a short history with every intervention, and the city.

    Compiled code has keys and no names: so each process is lived once more in plain Python by those who are there.
    """
    names: set[str] = set()
    plain = draws.key

    def noted(name: str) -> np.uint64:
        names.add(name)
        return plain(name)

    study = ct.load("first_comparison", **FULL)
    starts: dict[str, Any] = {f"interventions.{name}.start": 0.0 for name in study.interventions}
    starts |= {f"interventions.{name}.priority": "friend_of_friend" for name in study.interventions}
    starts |= {f"interventions.{name}.places": 20.0 for name in study.interventions}  # two, so that some wait for them
    starts |= {f"interventions.{name}.reach": 50.0 for name in study.interventions}
    starts |= {f"interventions.{name}.fidelity": 0.8 for name in study.interventions}
    starts |= {f"interventions.{name}.failing": 0.01 for name in study.interventions}
    scenario = ct.variants(ct.load("first_comparison", **FULL, **starts))["all_three"]
    draws.key = programme.key = noted  # type: ignore[assignment,attr-defined]
    try:
        city = ct.RecoveryCity(scenario, rng=3)
        city.run_for(scenario.weeks)
        for process in city.living:
            people, p = city.people.copy(), Row(city.records[process.section])
            for i in range(people.size):
                process.plain(Row(people[i]), p, city.chance)
    finally:
        draws.key = programme.key = plain  # type: ignore[attr-defined]
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
    columns = draws.philox.plain(*k, *(np.full(3, x) for x in c))
    assert all((column == word).all() for column, word in zip(columns, words, strict=True))
    assert tuple(int(x) for x in draws.philox.fast(*k, *c)) == words


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
    assert draws.uniform(seed, "relapse", week, np.arange(400, dtype=np.uint64), np.full(400, other))[who] == expected
    somebody = SimpleNamespace(uid=who)
    alone = draws.draw("relapse", somebody, Chance(np.uint64(seed), np.uint64(week)))
    assert alone == draws.uniform(seed, "relapse", week, who) != expected


def test_an_event_befalls_one_or_everyone_alike_and_never_at_rate_zero() -> None:
    people = np.arange(2000, dtype=np.uint64)
    rate = np.where(people % 3 == 0, 0.0, 0.4)
    found = draws.happens_to_each(rate, 5, "onset", 9, people)
    assert not found[people % 3 == 0].any()
    assert [draws.happens_to_each(rate[i], 5, "onset", 9, people[i]) for i in range(60)] == found[:60].tolist()
    chance = Chance(np.uint64(5), np.uint64(9))
    one_by_one = [draws.happens(float(rate[i]), "onset", SimpleNamespace(uid=i), chance) for i in range(2000)]
    assert one_by_one == found.tolist() and 100 < found.sum() < 1200
    u = draws.uniform(5, "onset", 9, people)
    assert (found == (u < np.array([-math.expm1(-r) for r in rate]))).all()
    once = draws.happens_to_each(0.4, 5, "onset", 9, people)
    assert (once == (u < -math.expm1(-0.4))).all()


def test_a_pair_has_no_order() -> None:
    one, two = np.arange(500, dtype=np.uint64), np.arange(500, 1000, dtype=np.uint64)
    there = draws.happens_to_pair(0.5, 1, "cut bond", 3, one, two)
    back = draws.happens_to_pair(0.5, 1, "cut bond", 3, two, one)
    assert (there == back).all() and 150 < there.sum() < 350


def _written_names() -> Iterator[ast.Constant | ast.JoinedStr]:
    """Names of streams written in the code, as plain texts and as texts with gaps (f-strings)."""
    takers = {"uniform", "happens", "happens_to_each", "happens_to_pair", "draw", "key", "partners", "fold"}
    for path in (ROOT / "contagion").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in takers:
                    for value in node.args[:3]:
                        if (isinstance(value, ast.Constant) and isinstance(value.value, str)) or isinstance(
                            value, ast.JoinedStr
                        ):
                            yield value


def test_no_two_streams_share_a_key(everything: tuple[set[str], Any]) -> None:
    written = list(_written_names())
    plain = {one.value for one in written if isinstance(one, ast.Constant)}
    names = sorted(everything[0] | plain)
    assert len(names) > 60 and {"relapse", "starting", "champions: ask", "lot home"} <= set(names)
    assert {"leave group", "cut bond", "source", "first home", "event", "housing: drop out"} <= set(names)
    for one in written:
        if isinstance(one, ast.JoinedStr):
            form = "".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in one.values)
            met = [name for name in everything[0] if re.fullmatch(form, name)]
            assert met, f"{ast.unparse(one)} was not met in a week with everything on: its names cannot be checked"
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

EDGES: dict[str, list[int]] = {
    "stage": list(range(7)), "stage_before": list(range(7)), "kind": [0, 1, 2], "substance": [0, 1, 2],
    "visibility": [0, 1, 2], "treatment": [0, 1, 2], "group": [-1, 0, 1, 20], "group_before": [-1, 0, 1, 20],
    "custody": [0, 0, 1, 16], "group_kind": [-1, *GroupKind],
}  # fmt: skip
WEEKS = [0, 1, 2, 3, 4, 5, 12, 13, 14, 25, 26, 27, 51, 52, 53, 155, 156, 157, 259, 260, 261, 2000]
POSITIVE = ("half", "threshold", "prior", "k", "steepness")
SIGNED = ("readiness", "target")
WHOLE = ("spell", "attitudes", "weight")
ROWS = 600


def _floats(low: float, high: float, n: int, rng: np.random.Generator) -> np.ndarray:
    """Numbers of a range, edges among them."""
    values = rng.uniform(low, high, n)
    edges = [low, high, max(low, 0.0), min(high, 1.0), min(high, 0.5), min(high, math.nextafter(1.0, 0.0)), low + 1e-9]
    where = rng.random(n) < 0.3
    values[where] = rng.choice(edges, int(where.sum()))
    return values


def _numbers(name: str, n: int, rng: np.random.Generator) -> list[Any]:
    """Arguments of the right type for a parameter of this name."""
    if name in EDGES:
        return rng.choice(EDGES[name], n).tolist()
    if name in WHOLE:
        return rng.choice(WEEKS, n).tolist()
    low, high = (0.01, 6.0) if name in POSITIVE else ((-3.0, 3.0) if name in SIGNED else (0.0, 4.0))
    return _floats(low, 1.0 if name == "norm" else high, n, rng).tolist()


@pytest.fixture(scope="module")
def anybody(everything: tuple[set[str], Any]) -> np.ndarray:
    """People in whatever circumstances: any stage, any edge of a range."""
    rng, people = np.random.default_rng(5), everything[1].people
    made = people[rng.integers(0, people.size, ROWS)]
    for name, column in COLUMNS.items():
        if name in EDGES:
            made[name] = rng.choice(EDGES[name], ROWS)
        elif column.unit == "0/1":
            made[name] = rng.integers(0, 2, ROWS)
        elif column.unit == "0..1":
            made[name] = _floats(0.0, 1.0, ROWS, rng)
        elif column.dtype == "i4":
            made[name] = rng.choice(WEEKS, ROWS)
        elif column.dtype == "f8":
            made[name] = _floats(0.0, 90.0 if name == "age" else 4.0, ROWS, rng)
    made["uid"] = np.arange(ROWS)
    return made


def _parameters(one: Rule, city: Any, rng: np.random.Generator) -> list[Any]:
    """Records of parameters for a rule: of each section that has all it reads, as they are and anywhere in their ranges."""
    read, found = _reads(one), []
    for section, table in sections().items():
        numbers = getattr(city.scenario_, section).numbers
        if read <= set(numbers.dtype.names or ()):
            found.append(numbers)
            values = {name: numbers[name].item() for name in numbers.dtype.names}
            ranges = {d.name: (d.low, d.high) for d in declared(table) if type(d.default) is float}
            for name, (low, high) in ranges.items():
                if low is not None and high is not None:
                    values[name] = float(rng.uniform(low, min(high, low + 5.0)))
            found.append(parameter_record(values))
    assert found, f"{one.plain.__name__} reads parameters that no one section has: {sorted(read)}"
    return found


def _reads(one: Rule) -> set[str]:
    """The parameters that a rule reads, with those of the rules it calls."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(one.plain)))
    found = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute) and ast.unparse(n.value) == "p"}
    for name in compiling.globals_of(one.plain.__code__):
        called = one.plain.__globals__.get(name)
        if isinstance(called, Rule) and "p" in called.arguments:
            found |= _reads(called)
    return found


MINE = sorted(name for name in RULES if name.startswith("contagion."))


@pytest.mark.parametrize("name", MINE)
def test_every_rule_is_its_plain_function(name: str, everything: tuple[set[str], Any], anybody: np.ndarray) -> None:
    """Bit for bit: compiled, as processes call it, and plain, as Python does; numbers one by one and all at once."""
    one, city, rng = RULES[name], everything[1], np.random.default_rng(zlib.crc32(name.encode()))
    assert len(one.arguments) <= 6
    records = _parameters(one, city, rng) if "p" in one.arguments else [None]
    chance = Chance(np.uint64(3), np.uint64(77))
    given: dict[str, list[Any]] = {}
    for argument in one.arguments:
        if name.startswith("contagion.core.chance.") and argument != "rate":  # words of 32 bits
            given[argument] = list(rng.integers(0, 2**32, ROWS, dtype=np.uint64))
        elif argument in ("who", "a", "b"):
            given[argument] = list(rng.permutation(anybody) if argument == "b" else anybody)
        elif argument == "chance":
            given[argument] = [chance] * ROWS
        elif argument == "using":
            given[argument] = rng.integers(0, 2, ROWS).astype(bool).tolist()
        elif argument != "p":
            given[argument] = _numbers(argument, ROWS, rng)
    for record in records:
        answers = []
        for k in range(ROWS):
            arguments = [record if argument == "p" else given[argument][k] for argument in one.arguments]
            plain = _said_and_done(lambda *given: one.plain(*map(_row, given)), arguments)
            answers.append(plain)
            assert _said_and_done(one.fast, arguments) == plain, f"{name}{tuple(arguments)}"
            if k < 40:
                from_python = _said_and_done(lambda *given: one(*map(_row, given)), arguments)
                assert from_python == plain, f"{name} from Python, {tuple(arguments)}"
        assert len(set(answers)) > 1, f"{name} says the same of everybody: that proves nothing"
        if not {"who", "a", "chance", "c0"} & set(given):  # of numbers alone, with one number for an answer
            columns = [_row(record) if argument == "p" else np.array(given[argument]) for argument in one.arguments]
            assert [(_bits(x), ()) for x in one(*columns)] == answers


def _said_and_done(one: Callable[..., Any], arguments: list[Any]) -> tuple[bytes, tuple[tuple[str, Any], ...]]:
    """What a rule answers, and what it changes of the people it is given, who stay as they were."""
    given = [value.copy() if isinstance(value, np.void) else value for value in arguments]
    said = _bits(one(*given))
    changed = [
        (f"{at}.{name}", new[name].tobytes())
        for at, (old, new) in enumerate(zip(arguments, given, strict=True))
        if isinstance(old, np.void)
        for name in old.dtype.names or ()
        if old[name].tobytes() != new[name].tobytes()
    ]
    return said, tuple(changed)


def _row(value: Any) -> Any:
    return Row(value) if isinstance(value, np.void) else value


def _bits(value: Any) -> bytes:
    return np.asarray(value, np.float64).tobytes()


def test_every_rule_is_called_by_something() -> None:
    texts = {path: path.read_text() for path in (ROOT / "contagion").rglob("*.py")}
    assert len(MINE) > 40
    for name in MINE:
        short = name.rsplit(".", 1)[1]
        calls = sum(len(re.findall(rf"(?<!def )\b{short}\(", text)) for text in texts.values())
        assert calls, f"{name} is used by nobody"


def test_a_rule_has_at_most_six_arguments() -> None:
    with pytest.raises(TypeError, match="two rules"):
        rule(lambda a, b, c, d, e, f, g: a)


def test_from_python_a_rule_works_on_columns_and_scalars() -> None:
    """Element by element, with numbers and columns of any shapes that fit together."""
    one = rule(lambda stage, x: 0.0 if stage == 1 else x)
    assert one(1, 5.0) == 0 and one(np.int8(2), 5.0) == 5.0
    assert one(np.array([1, 2], np.int8), 5.0).tolist() == [0, 5.0]
    assert one(np.array([[1], [2]]), np.array([3.0, 4.0])).tolist() == [[0.0, 0.0], [3.0, 4.0]]
    assert one(np.zeros(0, np.int8), 5.0).size == 0


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


def test_columns_are_read_by_name_and_written_in_the_tables(everything: tuple[set[str], Any]) -> None:
    """What only people with lived experience have is a view; what everybody has is a copy, lived experience first."""
    city = everything[1]
    assert list(city.columns) == list(COLUMNS) and len(city.columns) == len(COLUMNS)
    for name, column in COLUMNS.items():
        values = city.columns[name]
        assert values.size == (city.uid.size if column.everyone else city.lived_rows), name
        assert np.shares_memory(values, city.people) != column.everyone, name
        assert (values[: city.lived_rows] == city.people[name]).all(), name
        if column.everyone:
            assert (values[city.lived_rows :] == city.public_people[name]).all(), name
    with pytest.raises(TypeError):
        city.columns["hope"] = np.zeros(city.lived_rows)
    with pytest.raises(KeyError):
        city.columns["no such column"]


def test_a_run_does_not_change_the_foundation_that_others_start_from() -> None:
    """Nor what another run on it sees: two cities on one foundation are as two on foundations of their own."""
    scenario = ct.load("baseline", **{"city.population": 300, "time.years": 0.5})
    one, alone = ct.RecoveryCity(scenario, rng=4), ct.RecoveryCity(scenario, rng=4)
    two = ct.RecoveryCity(scenario, rng=4, foundation=one.foundation)
    before = _written_down(one.foundation)
    one.run_for(9)
    assert (one.people != one.foundation.people).any() and not np.shares_memory(one.people, two.people)
    one.people["hope"], one.public_people["attitude"] = 0.125, 0.25
    one.web.wiring.bonds[:], one.town.efficacy[:] = -1, 0.5
    assert _written_down(one.foundation) == before and two.week == 0
    two.run_for(9)
    alone.run_for(9)
    for name in COLUMNS:
        assert two.columns[name].tobytes() == alone.columns[name].tobytes(), name
    assert two.outcomes().timeline.equals(alone.outcomes().timeline)
    assert _written_down(one.foundation) == before


def _written_down(value: Any) -> bytes:
    """Every array of a foundation, with those in its parts."""
    if isinstance(value, np.ndarray):
        return value.tobytes()
    if hasattr(value, "__dataclass_fields__"):
        return b"".join(_written_down(getattr(value, name)) for name in value.__dataclass_fields__)
    return repr(value).encode()


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
from contagion.core import compiling
assert bool(compiling.numba) is not {blocked}
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
