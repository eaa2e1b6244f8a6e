"""Do people leave active addiction in clusters, and do those who stay in it drift to the edge?

    python experiments/pattern_e_clusters.py [seeds] [people]

Expected (Christakis and Fowler on smokers, as MODEL.md has it): quitters leave together, those who go on move outwards.
Design: the baseline; people in active addiction after one year are followed for two. Stayers never started recovery,
leavers did and are in recovery at the end. Clusters: among bonds of the beginning between two people in active addiction,
those of which both became leavers, over the same with leavers drawn anew by lot among people of one profile and
neighbourhood (200 times), so that shared places do not count. Drift: change of bonds to people not in active addiction, of
bonds to people in it, and of all bonds, per head, leavers less stayers.
Verdict: the ratio's 95 % interval over seeds lies above 1; stayers' bonds beyond active addiction and all their bonds fall
behind those of leavers, and leavers lose more bonds to people in active addiction. Stop: the seeds asked for.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from scipy.stats import t as student

import contagion as ct
from contagion.model.simulation import LivingCity
from contagion.vocabulary import ACTIVE, DEAD, recovering

YEARS, LOTS = 2, 200


def near(city: LivingCity) -> np.ndarray:
    """Bonds by row: to people not in active addiction, to people in it, all."""
    one, two, _ = city.web.bonded()
    active, size = city.people["stage"] == ACTIVE, city.people.size
    using = np.bincount(one, active[two], size) + np.bincount(two, active[one], size)
    every = np.bincount(one, minlength=size) + np.bincount(two, minlength=size)
    return np.column_stack([every - using, using, every])


def followed(task: tuple[int, int]) -> list[float]:
    """Ratio of clusters; changes of ties of leavers less those of stayers; stayers' own changes."""
    seed, people = task
    city = LivingCity(ct.load("baseline", **{"city.population": people, "time.years": 3.0}), seed)
    city.run_for(52)
    begun = np.flatnonzero(city.people["stage"] == ACTIVE)
    attempts, before = city.people["attempts"][begun].copy(), near(city)
    one, two, _ = city.web.bonded()
    city.run_for(52 * YEARS)
    stage, tried = city.people["stage"][begun], city.people["attempts"][begun] > attempts
    leaver, stayer = recovering(stage) & tried, (stage == ACTIVE) & ~tried
    here = stage < DEAD
    moved = (near(city) - before)[begun]
    group = city.people["substance"][begun].astype(np.int64) * 1000 + city.people["neighbourhood"][begun]
    place = np.full(city.people.size, -1)
    place[begun] = np.arange(begun.size)
    a, b = place[one], place[two]
    both = (a >= 0) & (b >= 0)
    a, b = a[both], b[both]
    luck, by_lot = np.random.default_rng(seed), []
    order = np.lexsort((np.arange(begun.size), group, ~here))
    for _ in range(LOTS):
        drawn = np.zeros(begun.size, bool)
        mixed = order[np.lexsort((luck.random(begun.size), group[order], ~here[order]))]
        drawn[mixed] = leaver[order]
        by_lot.append(np.count_nonzero(drawn[a] & drawn[b]))
    ratio = np.count_nonzero(leaver[a] & leaver[b]) / max(1e-9, float(np.mean(by_lot)))
    left, stayed = moved[leaver].mean(axis=0), moved[stayer].mean(axis=0)
    return [ratio, *(left - stayed), *stayed]


def main(seeds: int = 12, people: int = 20_000) -> bool:
    """Print ratio and drift with intervals over seeds; whether all signs are as expected."""
    with ProcessPoolExecutor(2) as pool:
        found = np.array(list(pool.map(followed, [(seed, people) for seed in range(1, seeds + 1)])))
    mean, half = found.mean(axis=0), student.ppf(0.975, seeds - 1) * found.std(axis=0, ddof=1) / np.sqrt(seeds)
    words = ("clusters, observed over by lot", "leavers less stayers: bonds beyond active addiction",
             "leavers less stayers: bonds to people in it", "leavers less stayers: all bonds",
             "stayers: bonds beyond active addiction", "stayers: bonds to people in it", "stayers: all bonds")  # fmt: skip
    for what, m, h in zip(words, mean, half, strict=True):
        print(f"{what}: {m:+.3f} ± {h:.3f}")
    verdicts = {
        "leave in clusters": mean[0] - half[0] > 1.0,
        "stayers drift to the edge": mean[1] > half[1] and mean[3] > half[3],
        "leavers lose using ties": mean[2] < -half[2],
    }
    print(
        "pattern (e):", "; ".join(f"{name}: {'holds' if good else 'does not hold'}" for name, good in verdicts.items())
    )
    return all(verdicts.values())


if __name__ == "__main__":
    sys.exit(0 if main(*(int(a) for a in sys.argv[1:])) else 1)
