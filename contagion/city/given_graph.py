"""A graph that was given rather than built here, as arrays; what it tells of people; and the check in words of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from contagion.city.edge_lists import IDENTITY, Content
from contagion.city.sheets import Values
from contagion.core.chance import uniform
from contagion.core.errors import counted, plainly
from contagion.vocabulary import DEAD, STAGES, TO_COME, Layer

RULE = "the closest layer counts, and the largest weight in it"
"""What several ties between the same two people become, whatever the order in which they stand."""


class GivenBonds(NamedTuple):
    """Recovery and using ties of the first day: node positions at both ends, and layer."""

    one: np.ndarray
    two: np.ndarray
    layer: np.ndarray


@dataclass(frozen=True)
class Given:
    """A graph as arrays: node names, ties once each (node positions), and the columns that attributes fill."""

    labels: list[str]
    one: np.ndarray
    two: np.ndarray
    layer: np.ndarray  # int8, Layer code
    weight: np.ndarray  # int16, in 64ths
    columns: dict[str, np.ndarray] = field(default_factory=dict)  # float64 by node, NaN where not given
    check: str = ""
    titles: list[str] = field(default_factory=list)  # what people are called beside their names, if anything
    uid: np.ndarray | None = None  # int64 by node: identities, where the graph was exported from a city
    bonds: GivenBonds | None = None  # bonds of the first day, where the graph has them
    weighted: bool = False  # whether ties differ in weight


class Told(dict[str, np.ndarray]):
    """Columns of people by name, in which what a file tells goes before what is drawn, whenever it is drawn.

    So whatever is drawn or derived later follows from what the file tells.
    """

    def __init__(self, given: Given | None = None, row_of: np.ndarray | None = None) -> None:
        super().__init__()
        self._of = given.columns if given is not None else {}
        self._row_of = np.zeros(0, np.int64) if row_of is None else row_of

    def __setitem__(self, name: str, drawn: np.ndarray) -> None:
        rows = np.flatnonzero(self.told(name, drawn.size))
        if rows.size:
            values = np.full(drawn.size, np.nan)
            inside = self._row_of < drawn.size
            values[self._row_of[inside]] = self._of[name][inside]
            drawn[rows] = values[rows]
        super().__setitem__(name, drawn)

    def told(self, name: str, rows: int) -> np.ndarray:
        """Which of so many rows the file tells a value of (the stage is not among what it tells: it orders the rows)."""
        known = np.zeros(rows, bool)
        if name in self._of and name != "stage":
            inside = (self._row_of < rows) & np.isfinite(self._of[name])
            known[self._row_of[inside]] = True
        return known


class Once(NamedTuple):
    """Which ties are kept so that each stands once: their positions, how many were merged, how many led to oneself."""

    kept: np.ndarray
    merged: int
    selfs: int


def once(people: int, one: np.ndarray, two: np.ndarray, layer: np.ndarray, weight: np.ndarray) -> Once:
    """Each tie once, in the order given (see RULE); ties of a person with themself are left out."""
    low, high = np.minimum(one, two).astype(np.int64), np.maximum(one, two).astype(np.int64)
    kept = np.flatnonzero(low != high)
    pair = (low * people + high)[kept]
    sorted_ = np.sort(pair)
    merged = int(np.count_nonzero(sorted_[1:] == sorted_[:-1]))
    if merged:
        order = np.lexsort((-weight[kept].astype(np.int64), layer[kept], pair))
        first = np.ones(order.size, bool)
        first[1:] = pair[order[1:]] != pair[order[:-1]]
        kept = np.sort(kept[order[first]])
    return Once(kept, merged, one.size - int(pair.size))


def check_in_words(
    path: str, people: int, one: np.ndarray, two: np.ndarray, found: Once, lines: Iterable[str], notes: Iterable[str]
) -> str:
    """What was read, for a person to check: people, ties (each once), components, degrees; further lines, and notes."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    degree = np.bincount(one, minlength=people) + np.bincount(two, minlength=people)
    network = coo_array((np.ones(one.size, np.int8), (one, two)), shape=(people, people))
    parts, part_of = connected_components(network.tocsr(), directed=False)
    rule = f" ({RULE})" if found.merged else ""
    told = [
        f"Read {plainly(Path(path).name)}: {people} people, {one.size} ties.",
        f"  duplicate ties merged: {found.merged}{rule}; self-ties dropped: {found.selfs}",
        f"  components: {parts} (largest {np.bincount(part_of).max()} people);"
        f" people without ties: {int((degree == 0).sum())}",
        f"  ties per person: mean {degree.mean():.1f}, median {int(np.median(degree))}, most {int(degree.max())}",
    ]
    return "\n".join([*told, *(f"  {line}" for line in lines), *(f"  note: {note}" for note in notes)])


def doubtful(labels: list[str], most: int = 3) -> list[str]:
    """A word about names that may be meant for one person: alike but for capitals, spaces, forms of letters or of numbers;
    and about those that may be meant for comments.

    >>> doubtful(["7", "007", "Anna", "anna ", "Bo"])
    ['2 names are like another one (007 and 7; Anna and anna ): each is a person of its own']
    """
    notes = []
    remarks = [name for name in labels if name.startswith(("#", "%"))]
    if remarks and len(remarks) < len(labels):
        verb = counted(len(remarks), "name begins", "names begin")
        notes.append(
            f"{verb} with # or % ({plainly(remarks[0], 40)}): a comment stands above the table, and these are people"
        )
    odd = [name for name in labels if not (name.isascii() and name.isdigit() and (name[0] != "0" or name == "0"))]
    groups: dict[str | float, list[str]] = {}
    for name in odd:
        groups.setdefault(_core(name), []).append(name)
    whole = set(labels)
    for core, group in groups.items():
        twin = f"{core:.0f}" if isinstance(core, float) else ""
        if twin in whole and twin not in group:
            group.append(twin)
    found = [group for group in groups.values() if len(group) > 1]
    if not found:
        return notes
    first = "; ".join(" and ".join(plainly(name, 40) for name in sorted(group)[:3]) for group in found[:most])
    many = sum(len(group) - 1 for group in found)
    more = " ..." if len(found) > most else ""
    verb = counted(many, "name is", "names are")
    return [*notes, f"{verb} like another one ({first}{more}): each is a person of its own"]


def _core(name: str) -> str | float:
    """A name without capitals, spaces, marks that are not seen, and forms of one letter; a number by its value."""
    seen = "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if unicodedata.category(c) != "Cf")
    try:
        number = float(seen.replace("_", "x"))
        return number if abs(number) < 2**53 and number == int(number) else "".join(seen.split())
    except (ValueError, OverflowError):
        return "".join(seen.split())


def those_here(content: Content, names: dict[str, str]) -> Content:
    """An exported city without those who have died in it or are still to come; any other graph as it is."""
    stage = content.of_people(names.get("stage", "stage") or "stage")
    if stage is None or content.of_people(IDENTITY) is None:
        return content
    gone = np.array([str(word).strip().lower() in (STAGES[DEAD], STAGES[TO_COME]) for word in stage.words], bool)
    here = np.flatnonzero(~gone[stage.code])
    if here.size == len(content.labels):
        return content
    at = np.full(len(content.labels), -1, np.int32)
    at[here] = np.arange(here.size)
    ties = np.flatnonzero((at[content.one] >= 0) & (at[content.two] >= 0))

    def among(rows: np.ndarray, of: Callable[[str], Values | None]) -> Callable[[str], Values | None]:
        def values(name: str) -> Values | None:
            found = of(name)
            return found and Values(found.code[rows], found.words)

        return values

    left = counted(len(content.labels) - here.size, "person who has", "people who have")
    lost = counted(content.one.size - ties.size, "tie")
    note = f"{left} died or not yet come in the exported city, and so {lost} left out"
    return replace(
        content,
        labels=[content.labels[k] for k in here.tolist()],
        one=at[content.one[ties]],
        two=at[content.two[ties]],
        of_ties=among(ties, content.of_ties),
        of_people=among(here, content.of_people),
        notes=[*content.notes, note],
        line_of_tie=lambda tie: content.line_of_tie(int(ties[tie])),
        line_of_person=lambda person: content.line_of_person(int(here[person])),
    )


def households(given: Given, row_of: np.ndarray, total: int) -> np.ndarray:
    """Household by row (int32): people linked by ties of the layer household live in one, everybody else alone.

    Numbers lie above those that the graph itself tells, so that nobody comes to live with others by chance.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    told = given.columns.get("household", np.zeros(0))
    above = int(np.nanmax(told, initial=-1)) + 1 if np.isfinite(told).any() else 0
    close = given.layer == Layer.HOUSEHOLD
    if not close.any():
        return (above + np.arange(total)).astype(np.int32)
    ends = row_of[given.one[close]], row_of[given.two[close]]
    network = coo_array((np.ones(ends[0].size, np.int8), ends), shape=(total, total))
    return (above + connected_components(network.tocsr(), directed=False)[1]).astype(np.int32)


def names(given: Given, row_of: np.ndarray, total: int) -> tuple[list[str], list[str]]:
    """Names by row of the network, and what people are called besides; who comes later has a name that nobody has."""
    found = np.full(total, None, object)
    found[row_of] = np.array(given.labels, object)  # as they are: one long name must not widen all
    later = [row for row in range(total) if found[row] is None] if total > len(given.labels) else []
    known, came = set(given.labels) if later else set(), 0
    for row in later:
        came += 1
        while f"arrival {came}" in known:
            came += 1
        found[row] = f"arrival {came}"
    if not given.titles:
        return found.tolist(), []
    titles = found.copy()
    titles[row_of] = np.array(given.titles, object)
    return found.tolist(), titles.tolist()


def bonds(given: GivenBonds, row_of: np.ndarray, lived: int, slots: int) -> tuple[np.ndarray, np.ndarray]:
    """GivenBonds as slots of people: far row or -1, and layer; as far as both have room, and lived experience."""
    far, layers = np.full((lived, slots), -1, np.int32), np.zeros((lived, slots), np.int8)
    used = np.zeros(lived, np.int64)
    for a, b, layer in zip(row_of[given.one].tolist(), row_of[given.two].tolist(), given.layer.tolist(), strict=True):
        if max(a, b) < lived and max(used[a], used[b]) < slots and b not in far[a]:
            far[a, used[a]], layers[a, used[a]] = b, layer
            far[b, used[b]], layers[b, used[b]] = a, layer
            used[a] += 1
            used[b] += 1
    return far, layers


def like_others(
    given: Given, row_of: np.ndarray, coming: np.ndarray, uid: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Ties of those who come later: as many as people have on average, each a copy of a tie drawn by lot.

    A copy has the layer and the weight of that tie, and leads to one of its two people.
    """
    mean = 2.0 * given.one.size / len(given.labels)
    own = uid[coming]
    each = np.floor(mean + uniform(seed, "arrival ties", 0, own)).astype(np.int64)
    who, number = np.repeat(np.arange(coming.size), each), np.arange(int(each.sum()))
    which = (number - np.repeat(np.cumsum(each) - each, each)).astype(np.uint64)
    drawn = uniform(seed, "arrival tie", 0, own[who], which) * given.one.size
    tie = np.floor(drawn).astype(np.int64)
    end = np.where(drawn - tie < 0.5, given.one[tie], given.two[tie])
    return coming[who], row_of[end], given.layer[tie], given.weight[tie]
