"""Cascades: what becomes of "who inspired whom" when one start leads to the next.

Each start hangs on the person drawn as its source; a person who inspired nobody before and was inspired by nobody is the
root of a cascade. Size, depth and structural virality (mean distance between all pairs: Goel, Anderson, Hofman & Watts
2016; 2 for a large star, (n + 1) / 3 for a chain).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from contagion.core import package

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class Cascades:
    """Summary of the cascades in one history; its arrays cannot be written.

    >>> found = ct.simulate("baseline", seed=1, **{"city.population": 1000, "time.years": 0.5}).cascades()
    >>> len(found.sizes) == len(found.depths) == len(found.virality)
    True
    """

    reproduction_number: float  # starts whose drawn source is a person, per spell in recovery
    sizes: np.ndarray  # starts in each cascade (the root is not counted), largest first
    depths: np.ndarray  # generations in each cascade, in the order of sizes
    virality: np.ndarray  # structural virality of each cascade, in the order of sizes
    by_channel: dict[str, float]  # share of all credit by channel
    crossed: float  # share of starts with a source over weak ties whose source lives in another neighbourhood
    bridges: list[tuple[int, int]]  # (person, starts inspired in other neighbourhoods), most first

    def __post_init__(self) -> None:
        for values in (self.sizes, self.depths, self.virality):
            values.setflags(write=False)

    def plot(self) -> Any:
        """A figure of which channels starts came through, and how large cascades grew; it shows itself in a notebook.

        >>> found = ct.simulate("baseline", seed=1, **{"city.population": 1000, "time.years": 0.5}).cascades()
        >>> found.plot().save("cascades.png").name
        'cascades.png'
        """
        return package.ask(
            "cascades", self.by_channel, self.sizes, self.depths, reproduction_number=self.reproduction_number
        )

    def __repr__(self) -> str:
        starts, longest = int(self.sizes.sum()), int(self.depths.max(initial=0))
        most = sorted(self.by_channel.items(), key=lambda one: (-one[1], one[0]))[:4]
        return (
            f"Cascades: {len(self.sizes):,} with {starts:,} starts; the largest has {int(self.sizes.max(initial=0)):,}, "
            f"the deepest {longest} generations\n"
            f"  reproduction number {self.reproduction_number:.3f}; crossed neighbourhoods {self.crossed:.0%}\n"
            f"  credit by channel: {', '.join(f'{name} {share:.0%}' for name, share in most) or 'none'}"
        )


def structural_virality(parents: list[int]) -> float:
    """Mean distance between all pairs in a tree; `parents[i]` < i is the parent of node i, -1 for the root."""
    n = len(parents)
    if n < 2:
        return 0.0
    below = np.ones(n)
    for node in range(n - 1, 0, -1):
        below[parents[node]] += below[node]
    return float(2.0 * (below[1:] * (n - below[1:])).sum() / (n * (n - 1)))


def cascades(events: pd.DataFrame, people: pd.DataFrame, in_recovery_at_start: int) -> Cascades:
    """Cascades of one history, from its event log and final people (`in_recovery_at_start`: spells that stood then)."""
    starts = events[events["event"] == "start"]
    chosen = starts[starts["chosen"]].sort_values(["week", "uid"])
    spells = in_recovery_at_start + len(chosen)
    credit = starts.groupby("channel", observed=True)["credit"].sum()
    trees, crossed, weak, bridges = _grow(chosen, people["neighbourhood"].to_dict())
    order = sorted(range(len(trees)), key=lambda k: (-len(trees[k]), k))
    trees = [trees[k] for k in order]
    return Cascades(
        reproduction_number=float((chosen["source"] >= 0).sum()) / spells if spells else 0.0,
        sizes=np.array([len(t) - 1 for t in trees], int),
        depths=np.array([_depth(t) for t in trees], int),
        virality=np.array([structural_virality(t) for t in trees]),
        by_channel={str(c): float(v) for c, v in (credit / max(1e-12, credit.sum())).items()},
        crossed=crossed / weak if weak else 0.0,
        bridges=sorted(bridges.items(), key=lambda b: (-b[1], b[0]))[:10],
    )


def _depth(parents: list[int]) -> int:
    level = [0] * len(parents)
    for node in range(1, len(parents)):
        level[node] = level[parents[node]] + 1
    return max(level)


def _grow(chosen: pd.DataFrame, place: dict[int, Any]) -> tuple[list[list[int]], int, int, dict[int, int]]:
    """Hang each start on its source: trees as lists of parents, and what crossed neighbourhoods."""
    trees: list[list[int]] = []
    at: dict[int, tuple[int, int]] = {}  # person -> (tree, node) of the present recovery
    crossed = weak = 0
    bridges: dict[int, int] = {}
    weeks = chosen["week"].to_numpy()
    edges = [*np.searchsorted(weeks, np.unique(weeks)).tolist(), len(weeks)]
    uids, sources, channels = chosen["uid"].tolist(), chosen["source"].tolist(), chosen["channel"].tolist()
    for first, last in itertools.pairwise(edges):
        new: dict[int, tuple[int, int]] = {}  # who starts this week can inspire from the next
        for k in range(first, last):
            uid, source = uids[k], sources[k]
            if source < 0:
                continue
            if source not in at:
                at[source] = (len(trees), 0)
                trees.append([-1])
            tree, node = at[source]
            trees[tree].append(node)
            new[uid] = (tree, len(trees[tree]) - 1)
            away = place.get(uid) != place.get(source)
            weak += channels[k] == "weak"
            crossed += away and channels[k] == "weak"
            if away:
                bridges[source] = bridges.get(source, 0) + 1
        for k in range(first, last):
            at.pop(uids[k], None)
        at.update(new)
    return trees, crossed, weak, bridges
