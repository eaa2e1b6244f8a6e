"""Does word of jobs travel best over moderately weak ties?

    python experiments/pattern_c_weak_ties_jobs.py [seeds] [people]

Expected (Rajkumar 2022, over 600,000 jobs): an inverted U against the strength of ties, as the number of shared contacts.
Design: the baseline, with the share of acquaintances in other neighbourhoods from none (each knows many of one's own
contacts: strong) to all (hardly any shared contact: weak), paired by seed. Outcome: the share of people in recovery who
have a job in the third year, and what people hear of. Verdict: the best city lies between the ends and beats both, with
95 % intervals of the paired differences. Stop: the seeds asked for.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from scipy.stats import t as student

import contagion as ct
from contagion.model.simulation import LivingCity
from contagion.processes.homes_and_jobs import heard

BRIDGING = (0.0, 0.2, 0.4, 0.7, 1.0)


def lived(task: tuple[float, int, int]) -> tuple[float, float]:
    """(share of people in recovery with a job in the third year, mean of what is heard of on the first day)."""
    bridging, seed, people = task
    changes = {"city.population": people, "time.years": 3.0, "network.bridging": bridging}
    city = LivingCity(ct.load("baseline", **changes), seed)
    hears = heard(city.web.wiring, np.arange(0, city.lived_rows, 3), city.scenario_.jobs).mean()
    city.run_for(156)
    return float(city.outcomes().timeline["jobs_share"].iloc[-52:].mean()), float(hears)


def main(seeds: int = 32, people: int = 10_000) -> bool:
    """Print job shares by how far acquaintances bridge; whether the middle beats both ends."""
    tasks = [(bridging, seed, people) for bridging in BRIDGING for seed in range(1, seeds + 1)]
    with ProcessPoolExecutor(2) as pool:
        found = np.array(list(pool.map(lived, tasks))).reshape(len(BRIDGING), seeds, 2)
    for bridging, one in zip(BRIDGING, found, strict=True):
        print(f"bridging {bridging:.1f}: heard of {one[:, 1].mean():.3f}, with a job {100 * one[:, 0].mean():.2f} %")
    best = int(found[:, :, 1].mean(axis=1).argmax())
    width, good = student.ppf(0.975, seeds - 1) / np.sqrt(seeds), 0 < best < len(BRIDGING) - 1
    for end in (0, len(BRIDGING) - 1):
        for what, scale, unit in ((1, 1.0, "heard of"), (0, 100.0, "points with a job")):
            apart = scale * (found[best, :, what] - found[end, :, what])
            mean, half = apart.mean(), width * apart.std(ddof=1)
            print(f"bridging {BRIDGING[best]} against {BRIDGING[end]}: {mean:+.3f} ± {half:.3f} {unit}")
            good &= bool(mean > half)
    print("pattern (c):", "holds" if good else "does not hold in both what is heard of and jobs")
    return good


if __name__ == "__main__":
    sys.exit(0 if main(*(int(a) for a in sys.argv[1:])) else 1)
