"""Rules are their plain functions, bit for bit, whoever calls them."""

from __future__ import annotations

import ast
import inspect
import math
import re
import textwrap
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from conftest import ROOT

from contagion.city.columns import COLUMNS
from contagion.core import compiling
from contagion.core.chance import Chance
from contagion.core.compiling import RULES, Rule, rule
from contagion.core.parameters import declared
from contagion.core.people import Row, parameter_record
from contagion.model.scenario import sections
from contagion.vocabulary import GroupKind

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
