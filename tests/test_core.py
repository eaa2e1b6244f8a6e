"""The engine room: chance has known answers, tables are what they say, and it runs without the compiler."""

from __future__ import annotations

import ast
import math
import os
import re
import subprocess
import sys
import zlib
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from conftest import ROOT
from scipy import stats

import contagion as ct
from contagion.city.columns import COLUMNS
from contagion.core import chance as draws
from contagion.core.chance import Chance

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


# Tables


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
