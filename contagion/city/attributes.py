"""What the attributes of a graph's people mean: which columns they fill, and their words as numbers.

What a column may hold follows from its declaration (its unit); the limits of whole numbers and measures stand here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from contagion.city.columns import COLUMNS
from contagion.core.errors import counted, nearest
from contagion.processes.pathway import STABLE_AFTER, SUSTAINED_AFTER
from contagion.vocabulary import (
    EARLY,
    FEMALE,
    HIDDEN,
    MALE,
    STABLE,
    STAGES,
    SUBSTANCES,
    SUSTAINED,
    VISIBLE,
    Role,
    Visibility,
    recovering,
)

TAKEN = (
    "stage",
    "substance",
    "neighbourhood",
    "household",
    "role",
    "sex",
    "age",
    "attitude",
    "disposition",
    "committed",
    "spell",
    "personal",
    "home",
    "job",
    "record",
    "visibility",
    "champion",
    "frailty",
    "mild",
)
"""Columns that a node attribute of the same name (or one mapped by city.node_columns) fills."""

PUBLIC = "public"
"""The stage of somebody who neither has lived experience nor is at risk; a blank says the same."""

_WORDS: dict[str, dict[str, int]] = {
    "stage": {name: code for code, name in enumerate(STAGES[: STABLE + 1])},
    "substance": {name: code for code, name in enumerate(SUBSTANCES)},
    "role": {role.name.lower(): int(role) for role in Role},
    "sex": {"female": FEMALE, "male": MALE, "f": FEMALE, "m": MALE},
    "visibility": {one.name.lower(): int(one) for one in Visibility},
}
_FLAGS = {"yes": 1, "no": 0, "y": 1, "n": 0, "true": 1, "false": 0}
"""Words of what is or is not."""
ADULT = 18
"""Age below which nobody is an adult."""
SPELLS = {
    EARLY: (0, SUSTAINED_AFTER - 1),
    SUSTAINED: (SUSTAINED_AFTER, STABLE_AFTER - 1),
    STABLE: (STABLE_AFTER, np.inf),
}
"""Weeks of recovery by stage."""
_BY_UNIT = {"0/1": (0, 1), "0..1": (0, 1), "weeks": (0, 5_200), "years": (0, 120), "ratio": (0, 1_000)}
_MEASURED = ("0..1", "years", "ratio")
"""Units of what need not be a whole number."""


def limits(column: str, places: int = 10_000) -> tuple[int, int]:
    """The least and the greatest value of a column; `places`: how many neighbourhoods there are."""
    if column in _WORDS:
        return 0, max(_WORDS[column].values())
    if COLUMNS[column].unit == "index":
        return 0, places - 1 if column == "neighbourhood" else 1_000_000_000
    return _BY_UNIT[COLUMNS[column].unit]


class Unreadable(NamedTuple):
    """Why a word is no value: what would be, and which known word is nearest."""

    allowed: str
    nearest: str | None = None


def blank(value: Any) -> bool:
    """Whether nothing is given: no value, blank text or, among numbers, NaN."""
    return value is None or (isinstance(value, str) and not value.strip()) or value != value


def coded(column: str, values: list[Any], places: int = 10_000) -> tuple[np.ndarray, dict[int, Unreadable]]:
    """Values of a column as numbers (float64, NaN for nothing), with those that cannot be taken by position.

    `places`: how many neighbourhoods there are. The stage "public" is nothing: it is that of whoever has no other.
    """
    words = _FLAGS if COLUMNS[column].unit == "0/1" else _WORDS.get(column, {})
    told = ["" if blank(value) else _word(value) for value in values] if words else []
    if column == "stage":
        values = [None if text == PUBLIC else value for text, value in zip(told, values, strict=True)]
    number, unreadable = numbers(
        [words.get(text, value) for text, value in zip(told, values, strict=True)] if words else values
    )
    low, high = limits(column, places)
    bad = ~((number >= low) & (number <= high))
    if COLUMNS[column].unit not in _MEASURED:
        bad |= number != np.floor(number)
    allowed = _allowed(column, low, high)
    for k in {*np.flatnonzero(bad).tolist(), *unreadable}:
        if blank(values[k]):
            continue
        is_word = words and not told[k].replace(".", "", 1).lstrip("-+").isdigit()
        near = nearest(told[k], [*words, *([PUBLIC] if column == "stage" else [])]) if is_word else None
        unreadable[k] = Unreadable("a number" if k in unreadable and not words else allowed, near)
    return number, unreadable


def in_words(column: str, value: Any) -> Any:
    """A value of a column as a graph file would tell it: its word, if it is a code that has one."""
    return next((word for word, code in _WORDS.get(column, {}).items() if code == value), value)


def _word(value: Any) -> str:
    return "_".join(str(value).replace("-", " ").lower().split()) if not isinstance(value, float) else str(value)


def _allowed(column: str, low: int, high: int) -> str:
    if column == "stage":
        return f"one of {', '.join(_WORDS[column])}, {PUBLIC} or nothing, or a whole number from {low} to {high}"
    if COLUMNS[column].unit == "0/1":
        return "one of 0 and 1, no and yes, or false and true"
    if column in _WORDS:
        return f"one of {', '.join(_WORDS[column])} or a whole number from {low} to {high}"
    what = "a number" if COLUMNS[column].unit in _MEASURED else "a whole number"
    more = " (city.neighbourhoods says how many there are)" if column == "neighbourhood" else ""
    return f"{what} from {low} to {high:,}{more}"


def decimal_points(words: list[Any]) -> list[Any]:
    """Numbers with a decimal comma as numbers with a point; other words as they are."""
    return [re.sub(r"^(\s*[+-]?\d*),(\d+\s*)$", r"\1.\2", word) if isinstance(word, str) else word for word in words]


def numbers(values: list[Any]) -> tuple[np.ndarray, dict[int, Unreadable]]:
    """Values as numbers (float64), with those that are none by position (NaN there): words, and true and false.

    Where nothing is given (None or blank text) stands NaN too.
    """
    cells = np.empty(len(values), object)
    cells[:] = [np.nan if blank(value) else str(value) if isinstance(value, bool) else value for value in values]
    try:
        if not any(isinstance(value, str) and "_" in value for value in values):  # Python's own way to write 1000
            return cells.astype(np.float64), {}
    except (TypeError, ValueError, OverflowError):
        pass
    number, unreadable = np.full(len(values), np.nan), {}
    for k, value in enumerate(cells):
        try:
            number[k] = float("none" if "_" in str(value) else value)
        except (TypeError, ValueError, OverflowError):
            unreadable[k] = Unreadable("a number")
    return number, unreadable


def contradiction(columns: dict[str, np.ndarray]) -> tuple[str, int, str] | None:
    """The first value that cannot stand beside another of the same person: column, person, what would be right."""
    champion = columns.get("champion")
    if champion is None or not (champion == 1).any():
        return None
    stage = columns.get("stage", np.full(champion.size, np.nan))
    seen = columns.get("visibility", np.full(champion.size, np.nan))
    settled = (stage == SUSTAINED) | (stage == STABLE)
    bad = (champion == 1) & ~(settled & (np.isnan(seen) | (seen == VISIBLE)))
    if not bad.any():
        return None
    row = int(np.argmax(bad))
    allowed = "it must be 0: a champion is a visible person in sustained or stable recovery"
    if settled[row]:
        return "champion", row, f"{allowed}, and this one's visibility is {Visibility(int(seen[row])).name.lower()}"
    given = (
        "is not given"
        if "stage" not in columns
        else f"is {STAGES[int(stage[row])]}"
        if np.isfinite(stage[row])
        else "is public"
    )
    return "champion", row, f"{allowed}, and this one's stage {given}"


def without_effect(columns: dict[str, np.ndarray]) -> Iterator[str]:
    """Words about values that have no effect, or not for long."""
    own = [name for name in columns if not COLUMNS[name].everyone and name != "stage"]
    if "stage" in columns:
        yield from _beside_the_stage(columns, own)
    elif own:
        yield f"stages are not given but dealt by lot: {', '.join(own)} count only for whoever is drawn to have one"
    age = columns.get("age")
    if age is not None and (n := int((age < ADULT).sum())):
        yield f"{counted(n, 'person is', 'people are')} under {ADULT}: the model is one of adults"


def _beside_the_stage(columns: dict[str, np.ndarray], own: list[str]) -> Iterator[str]:
    """Words about values that do not go with the stage; `own`: columns of people who have one."""
    stage = columns["stage"]
    for name in own:
        left = int((np.isfinite(columns[name]) & np.isnan(stage)).sum())
        if left:
            yield f"{name} of {counted(left, 'person', 'people')} without a stage is left out"
    seen = columns.get("visibility")
    if seen is not None and (n := int(((seen > HIDDEN) & np.isfinite(stage) & ~recovering(stage)).sum())):
        who = counted(n, "person who is", "people who are")
        yield f"{who} not in recovery would be seen in it: that ends in the first week"
    spell = columns.get("spell")
    if spell is not None:
        first = np.select([stage == one for one in SPELLS], [low for low, _ in SPELLS.values()], 0)
        last = np.select([stage == one for one in SPELLS], [high for _, high in SPELLS.values()], np.inf)
        if n := int(((spell < first) | (spell > last)).sum()):
            whose = counted(n, "person has", "people have")
            rule = f"early below {SUSTAINED_AFTER} weeks, sustained below {STABLE_AFTER}, stable from there"
            yield f"{whose} a spell that is not that of their stage ({rule})"


def silence(columns: dict[str, np.ndarray], people: int) -> Iterator[str]:
    """Words about what is drawn where the file is silent."""
    stage = columns.get("stage", np.full(people, np.nan))
    having = int(np.isfinite(stage).sum())
    drawn = []
    for name in TAKEN:
        if name in ("stage", "household"):
            continue
        of = people if COLUMNS[name].everyone or "stage" not in columns else having
        there = columns.get(name, np.full(people, np.nan))
        if not COLUMNS[name].everyone and "stage" in columns:
            there = there[np.isfinite(stage)]
        if lacking := of - int(np.isfinite(there).sum()):
            drawn.append(name if lacking == of else f"{name} ({counted(lacking, 'person', 'people')})")
    if "stage" in columns:
        yield f"stages: {counted(having, 'person has one', 'people have one')}, {people - having:,} are the public"
    else:
        yield "stages: none in the file, so the start table says how many there are and a lot who has them"
    yield f"drawn where the file is silent: {', '.join(drawn) or 'nothing'}"
    told = columns.get("household")
    if told is None or np.isnan(told).any():
        yield "households: whoever is linked by ties of the layer household lives in one, everybody else alone"
