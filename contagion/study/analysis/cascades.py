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
from contagion.core.errors import counted

if TYPE_CHECKING:
    import pandas as pd


LARGEST, RESAMPLES = 10, 2000
"""Cascades whose trees are kept, and resamples behind an interval."""


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
    breadths: np.ndarray  # most starts in one generation of each cascade, in the order of sizes
    trees: tuple[
        pd.DataFrame, ...
    ]  # the LARGEST cascades: uid, parent (place in the tree, -1 for the root), week, level
    downstream: pd.Series  # starts that followed from each person, near or far, by uid; of those with any

    def __post_init__(self) -> None:
        for values in (self.sizes, self.depths, self.virality, self.breadths):
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

    def draw(self) -> Any:
        """A figure of the largest cascades, each person under the one who inspired them.

        >>> found = ct.simulate("demo", seed=1, **{"time.years": 1.0}).cascades()
        >>> found.draw().save("largest.png").name
        'largest.png'
        """
        return package.ask("cascade_trees", self.trees)

    def following(self, uids: np.ndarray) -> tuple[float, float, float]:
        """Mean number of starts that followed from each of these people, with its 95 % interval (percentile bootstrap).

        People who inspired nobody count as 0; NaN for no people. The interval is about these people in this history alone.

        >>> found = ct.simulate("demo", seed=1, **{"time.years": 1.0}).cascades()
        >>> mean, low, high = found.following(found.downstream.index.to_numpy())
        >>> low <= mean <= high
        True
        """
        counts = self.downstream.reindex(np.asarray(uids, int), fill_value=0).to_numpy(float)
        if not counts.size:
            return np.nan, np.nan, np.nan
        drawn = np.random.Generator(np.random.Philox(0)).integers(0, counts.size, (RESAMPLES, counts.size))
        low, high = np.quantile(counts[drawn].mean(axis=1), [0.025, 0.975])
        return float(counts.mean()), float(low), float(high)

    def __repr__(self) -> str:
        starts, longest = int(self.sizes.sum()), int(self.depths.max(initial=0))
        most = sorted(self.by_channel.items(), key=lambda one: (-one[1], one[0]))[:4]
        return (
            f"Cascades: {len(self.sizes):,} with {starts:,} starts; the largest has {int(self.sizes.max(initial=0)):,}, "
            f"the deepest {counted(longest, 'generation')}\n"
            f"  reproduction number {self.reproduction_number:.3f}; of starts over weak ties {self.crossed:.0%} have their "
            f"source in another neighbourhood\n"
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


def cascades_of(events: pd.DataFrame, people: pd.DataFrame, in_recovery_at_start: int) -> Cascades:
    """Cascades of one history, from its event log and final people (`in_recovery_at_start`: spells that stood then)."""
    starts = events[events["event"] == "start"]
    chosen = starts[starts["chosen"]].sort_values(["week", "uid"])
    spells = in_recovery_at_start + len(chosen)
    credit = starts.groupby("channel", observed=True)["credit"].sum()
    trees, people_of, crossed, weak, bridges = _grow(chosen, people["neighbourhood"].to_dict())
    order = sorted(range(len(trees)), key=lambda k: (-len(trees[k]), k))
    trees, people_of = [trees[k] for k in order], [people_of[k] for k in order]
    levels = [_levels(tree) for tree in trees]
    return Cascades(
        reproduction_number=float((chosen["source"] >= 0).sum()) / spells if spells else 0.0,
        sizes=np.array([len(t) - 1 for t in trees], int),
        depths=np.array([max(level) for level in levels], int),
        virality=np.array([structural_virality(t) for t in trees]),
        by_channel={str(c): float(v) for c, v in (credit / max(1e-12, credit.sum())).items()},
        crossed=crossed / weak if weak else 0.0,
        bridges=sorted(bridges.items(), key=lambda b: (-b[1], b[0]))[:10],
        breadths=np.array([np.bincount(level)[1:].max(initial=0) for level in levels], int),
        trees=tuple(
            _frame(tree, who, level) for tree, who, level in list(zip(trees, people_of, levels, strict=True))[:LARGEST]
        ),
        downstream=_downstream(trees, people_of),
    )


def _frame(tree: list[int], who: list[tuple[int, int]], level: list[int]) -> pd.DataFrame:
    import pandas as pd

    uids, weeks = zip(*who, strict=True)
    return pd.DataFrame({"uid": uids, "parent": tree, "week": weeks, "level": level})


def _downstream(trees: list[list[int]], people_of: list[list[tuple[int, int]]]) -> pd.Series:
    """Starts below each person, in all their spells together."""
    import pandas as pd

    total: dict[int, int] = {}
    for tree, who in zip(trees, people_of, strict=True):
        below = [0] * len(tree)
        for node in range(len(tree) - 1, 0, -1):
            below[tree[node]] += below[node] + 1
        for (uid, _), many in zip(who, below, strict=True):
            if many:
                total[uid] = total.get(uid, 0) + many
    return pd.Series(total, dtype=int).sort_index()


def _levels(parents: list[int]) -> list[int]:
    """The generation of each node of a tree, 0 for the root."""
    level = [0] * len(parents)
    for node in range(1, len(parents)):
        level[node] = level[parents[node]] + 1
    return level


def _grow(
    chosen: pd.DataFrame, place: dict[int, Any]
) -> tuple[list[list[int]], list[list[tuple[int, int]]], int, int, dict[int, int]]:
    """Hang each start on its source: trees as lists of parents, (uid, week) of each node, and what crossed places.

    The week of a root, whose own start is no part of the cascade, is -1.
    """
    trees: list[list[int]] = []
    people_of: list[list[tuple[int, int]]] = []
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
                people_of.append([(source, -1)])
            tree, node = at[source]
            trees[tree].append(node)
            people_of[tree].append((uid, int(weeks[k])))
            new[uid] = (tree, len(trees[tree]) - 1)
            away = place.get(uid) != place.get(source)
            weak += channels[k] == "weak"
            crossed += away and channels[k] == "weak"
            if away:
                bridges[source] = bridges.get(source, 0) + 1
        for k in range(first, last):
            at.pop(uids[k], None)
        at.update(new)
    return trees, people_of, crossed, weak, bridges
