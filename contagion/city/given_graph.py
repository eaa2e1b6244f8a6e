"""A graph that was given rather than built here, as arrays; and the check in words of what was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Given:
    """A graph as arrays: node labels, ties once each (node positions), and the columns that attributes fill."""

    labels: list[str]
    one: np.ndarray
    two: np.ndarray
    layer: np.ndarray  # int8, Layer code
    weight: np.ndarray  # int16, in 64ths
    columns: dict[str, np.ndarray] = field(default_factory=dict)  # float64 by node, NaN where not given
    check: str = ""


def check_in_words(path: str, people: int, one: np.ndarray, two: np.ndarray, taken: list[str], notes: list[str]) -> str:
    """What was read, for a person to check: people, ties, duplicates, components, degrees, attributes, notes."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    low, high = np.minimum(one, two).astype(np.int64), np.maximum(one, two).astype(np.int64)
    pairs = np.sort((low * people + high)[low != high])
    new = np.ones(pairs.size, bool)
    new[1:] = pairs[1:] != pairs[:-1]
    pairs = pairs[new]
    low, high = pairs // people, pairs % people
    degree = np.bincount(low, minlength=people) + np.bincount(high, minlength=people)
    network = coo_array((np.ones(pairs.size, np.int8), (low, high)), shape=(people, people))
    parts, part_of = connected_components(network.tocsr(), directed=False)
    selfs = int((one == two).sum())
    lines = [
        f"Read {Path(path).name}: {people} people, {pairs.size} ties.",
        f"  duplicate ties merged: {one.size - selfs - pairs.size}; self-ties dropped: {selfs}",
        f"  components: {parts} (largest {np.bincount(part_of).max()} people);"
        f" people without ties: {int((degree == 0).sum())}",
        f"  ties per person: mean {degree.mean():.1f}, median {int(np.median(degree))}, most {int(degree.max())}",
        "  attributes taken: " + (", ".join(taken) or "none (stages are drawn from the start table)"),
    ]
    return "\n".join(lines + [f"  note: {note}" for note in notes])
