"""One output of a sweep: its range at each point, where histories fall into two groups, its extremes in words."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from contagion.report.figures.figure import Figure, Panel
from contagion.report.figures.paths import Path, bands, is_number, two_groups, worded
from contagion.report.figures.study_data import Array, StudyData, StudyOutput
from contagion.report.figures.style import ranged
from contagion.study.analysis.paired import interval

MOST_SHUFFLES, FEWEST_SHUFFLES, NUMBERS = 200, 20, 20_000_000
"""How often points are shuffled to see how far apart luck alone would set their ends; so many numbers in all."""
MOST_FOR_MODES = 100
"""Points at which two groups are looked for."""


@dataclass(frozen=True)
class Swept:
    """One output at every point: its replicates, their range, and where they fall into two groups."""

    facts: StudyData
    out: StudyOutput

    @cached_property
    def values(self) -> Array:
        """(points, replicates); not a number where a run failed."""
        return self.facts.values(self.out)

    @cached_property
    def bands(self) -> Array:
        """(3, points): 10th percentile, median, 90th."""
        return bands(self.values)

    @property
    def looked_at(self) -> list[int]:
        """Rows of points at which two groups are looked for: all, or so many evenly spread."""
        many = len(self.values)
        return sorted(
            {k * many // MOST_FOR_MODES for k in range(MOST_FOR_MODES)} if many > MOST_FOR_MODES else range(many)
        )

    @cached_property
    def two(self) -> dict[int, str]:
        """Rows of points whose replicates fall into two groups, with the words for it."""
        found = {}
        for k in self.looked_at:
            groups = two_groups(self.values[k])
            if groups is not None:
                found[k] = groups.sentence("the outcome", self.out.outcome.whole).replace("took off", "came out high")
        return found

    @cached_property
    def data(self) -> pd.DataFrame:
        """Tidy: one row a point, its factors and the range of its replicates."""
        low, middle, high = self.bands
        frame = self.facts.parameters[["point", *self.facts.factors]].copy()
        more = {"p10": low, "p50": middle, "p90": high, "replicates": np.isfinite(self.values).sum(1)}
        return frame.assign(**more, two_groups=[k in self.two for k in range(len(frame))])


def figure_of(swept: Swept, panels: list[Panel], how: str, key: str) -> Figure:
    """The figure of these panels, with what the sweep found in words."""
    facts, out = swept.facts, swept.out
    said = extremes(swept)
    if swept.two:
        key += " Open diamond: the replicates fall into two groups."
        where = "point" if len(swept.two) == 1 else "points"
        said.append(f"Two groups of replicates at {len(swept.two):,} {where} of {len(swept.values):,}.")
    title = f"{facts.named(out)}{',' if facts.several else ''} {how}"
    alt = f"{facts.named(out)} {how}. {' '.join(said)}"
    return Figure(
        f"sweep-{out.name}",
        "paths" if len(panels) > 1 else "single",
        title,
        f"{out.axis}, {out.outcome.period}. Factors stand in the order of the study file",
        alt,
        tuple(said),
        facts.made_of(key, out),
        swept.data,
        tuple(panels),
    )


def extremes(swept: Swept) -> list[str]:
    """The lowest and the highest point in words, and how far they lie apart under the same seeds."""
    low, middle, high = swept.bands
    known = np.flatnonzero(np.isfinite(middle))
    whole = swept.out.outcome.whole
    if not len(known):
        return ["No run gave a number."]
    if len(known) == 1 or np.ptp(middle[known]) == 0:
        many = "the one point" if len(known) == 1 else f"all {len(known):,} points"
        ends = float(low[known].min()), float(middle[known[0]]), float(high[known].max())
        return [f"Median (10th to 90th percentile of the replicates) at {many}: {ranged(*ends, whole)}."]
    lines, both = [], (int(known[middle[known].argmin()]), int(known[middle[known].argmax()]))
    for word, k in zip(("Lowest", "Highest"), both, strict=True):
        at = ", ".join(
            f"{swept.facts.label(n)} {worded(swept.facts.column(n).iloc[k])}" for n in swept.facts.factors[:4]
        )
        said = ranged(low[k], middle[k], high[k], whole) + (f" at {at}" if at else "")
        lines.append(f"{word} median (10th to 90th percentile of the replicates): {said}.")
    return [*lines, _apart(swept, *both)]


def _apart(swept: Swept, lowest: int, highest: int) -> str:
    """How far the highest point lies above the lowest, seed by seed, and whether luck alone would part them so."""
    gap = swept.values[highest] - swept.values[lowest]
    gap = gap[np.isfinite(gap)]
    if len(gap) < 2:
        return "There is one seed: what lies between them may be luck."
    much = interval(gap).text(swept.out.outcome.whole, signed=True).replace("-", "\N{MINUS SIGN}")
    many = max(FEWEST_SHUFFLES, min(MOST_SHUFFLES, NUMBERS // swept.values.size))
    chance = by_luck(swept.values, many)
    rare = f"fewer than 1 of {many}" if chance < 1 / many else f"about {max(1, round(100 * chance))} of 100"
    return (
        f"Seed by seed the highest less the lowest is {much}; it is higher in {int((gap > 0).sum())} of {len(gap)}. "
        f"Were all {len(swept.values):,} points alike, luck would set their ends so far apart in {rare} cases."
    )


def by_luck(values: Array, shuffles: int = MOST_SHUFFLES, seed: int = 1) -> float:
    """How often points that are all alike have means as far apart as these: points are shuffled within each seed.

    values: (points, replicates). As the ends are found anew in every shuffle, their having been picked is counted in.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # runs that failed may leave a point or a seed without a number
        by_seed = np.ascontiguousarray((values - np.nanmean(values, axis=0)).T)
        mean = np.mean if np.isfinite(by_seed).all() else np.nanmean

        def gap(some: Array) -> float:
            means = mean(some, axis=0)
            return float(np.nanmax(means) - np.nanmin(means))

        observed, rng = gap(by_seed), np.random.default_rng(seed)
        drawn = [gap(rng.permuted(by_seed, axis=1)) for _ in range(shuffles)]
    return float(np.mean([not g < observed * (1 - 1e-12) for g in drawn]))


def path_of(swept: Swept, name: str, only: NDArray[np.bool_] | None = None) -> Path:
    """The levels of a factor in rising order; points of one level are put together."""
    column = swept.facts.column(name)
    levels = list(dict.fromkeys(column))
    if all(is_number(v) for v in levels):
        levels.sort()
    here = np.ones(len(column), bool) if only is None else only
    rows = [np.flatnonzero(here & np.array([v == level for v in column])) for level in levels]
    flagged = tuple(any(int(k) in swept.two for k in some) for some in rows)
    return Path(tuple(levels), tuple(swept.values[some].ravel() for some in rows), flagged)
