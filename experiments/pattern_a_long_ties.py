"""Do long ties speed the spread of recovery? It depends on whether one friend is enough, and on a little noise.

    python experiments/pattern_a_long_ties.py [folder]

Expected (Centola & Macy 2007; Eckles et al.): with simple contagion (k = 1) rewiring to long ties speeds spread; where
several friends must be in recovery first (k = 6) clustering wins; a little noise (spontaneous starts) reverses that again.
Design: a ring of 200 people, 8 friends each, a share p of ties rewired; one person and their friends begin in recovery,
nobody relapses, friends are the only channel. Outcome: years until half are in recovery. Stop: 20 replicates.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import matplotlib
import numpy as np

import contagion as ct
from contagion.city.first_day import tables_of
from contagion.vocabulary import EARLY

matplotlib.use("Agg")
import matplotlib.pyplot as plt

PEOPLE, YEARS, REPLICATES, REWIRED = 200, 24.0, 20, (0.0, 0.03, 0.1, 0.3, 1.0)
CASES = {"one friend is enough (k = 1)": (1.0, 0.0), "several friends, no noise (k = 6)": (6.0, 0.0),
         "several friends, a little noise (k = 6)": (6.0, 0.06)}  # fmt: skip
COLOURS, BESIDE = ("#12436D", "#801650", "#B8500F"), ((2.0, 12), (0.0, 12), (2.0, 12))


def years_to_half(task: tuple[float, float, float, int]) -> float:
    """Years until half the people are in recovery, the horizon if that is longer."""
    p, k, noise, seed = task
    scenario = ct.load("oracle_sis", **{
        "city.population": PEOPLE, "time.years": YEARS, "city.graph": "watts_strogatz",
        "city.graph_options": {"k": 8, "p": p}, "start.alcohol_active_per_1000": 1000.0, "start.early_per_1000": 0.0,
        "starting.tie_rate": 0.0, "relapse.rate": 0.0, "starting.friend": 5.0, "starting.reinforcement": k,
        "starting.threshold": 4.0, "starting.spontaneous": noise,
        "exposure.early_weight": 1.0, "exposure.hidden_close": 1.0,  # one friend in recovery is an exposure of 1
    })  # fmt: skip
    base = ct.RecoveryCity(scenario, rng=seed).foundation
    columns = base.columns
    columns["stage"][[0, *base.ties.other[base.ties.start[0] : base.ties.start[1]]]] = EARLY
    people, public = tables_of(columns, base.lived)
    city = ct.RecoveryCity(scenario, rng=seed, foundation=replace(base, people=people, public=public))
    while city.week < scenario.weeks and city.timeline[-1]["in_recovery"] < PEOPLE / 2:
        city.step()
    return city.week / 52


def main(folder: str = "results") -> None:
    tasks = [(p, k, noise, s) for k, noise in CASES.values() for p in REWIRED for s in range(REPLICATES)]
    with ProcessPoolExecutor() as pool:
        found = np.array(list(pool.map(years_to_half, tasks))).reshape(len(CASES), len(REWIRED), REPLICATES)
    figure, axes = plt.subplots(figsize=(8, 4.8), layout="constrained")
    for name, years, colour, (across, up) in zip(CASES, found, COLOURS, BESIDE, strict=True):
        low, middle, high = np.quantile(years, [0.1, 0.5, 0.9], axis=1)
        faster, slower = int((years[-1] < years[0]).sum()), int((years[-1] > years[0]).sum())
        print(f"{name}: median {middle[0]:.2f} years on the ring, {middle[-1]:.2f} with all ties rewired;")
        print(f"    rewired is faster in {faster}, slower in {slower} of {REPLICATES} ({YEARS:.0f}: not reached)")
        at = np.arange(len(REWIRED))
        axes.fill_between(at, low, high, color=colour, alpha=0.15, linewidth=0)
        axes.plot(at, middle, "o-", color=colour)
        axes.annotate(name, (across, middle[int(across)]), (6, up), textcoords="offset points", color=colour)
    axes.set_xticks(range(len(REWIRED)), [f"{p:g}" for p in REWIRED])
    axes.set(yscale="log", xlabel="share of ties rewired to anybody (p; 0 is a ring of neighbours)",
             ylabel=f"years until half are in recovery\n(log scale; {YEARS:.0f}: not reached)",
             title="Long ties speed simple contagion; clustering wins where it takes several friends")  # fmt: skip
    axes.set_yticks([0.5, 1, 2, 5, 10, 24], ["0.5", "1", "2", "5", "10", "24"])
    axes.minorticks_off()
    axes.spines[["top", "right"]].set_visible(False)
    path = Path(folder) / "pattern_a_long_ties.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=130)
    print(path)


if __name__ == "__main__":
    main(*sys.argv[1:2])
