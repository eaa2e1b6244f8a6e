"""Does the baseline city stand still when nothing is done? Thirty years without an intervention.

    python experiments/at_rest.py [seeds] [people] [years]

Prints, for the first year and every fifth after it, the mean over seeds of each headline level, of ages, champions and the
coalition's stage; how far the last five years lie from the first year; and the standard error of that over seeds.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor

import numpy as np

import contagion as ct
from contagion.model.simulation import LivingCity
from contagion.vocabulary import ACTIVE, STABLE

LEVELS = {
    "in_recovery": "People in recovery",
    "stable": "of them in stable recovery",
    "active": "People in active addiction",
    "opioid_active_per_1000": "opioid profile, per 1,000",
    "alcohol_active_per_1000": "alcohol profile, per 1,000",
    "champions": "Champions",
    "in_treatment": "People in treatment",
    "public_stigma": "Public stigma (0 to 1)",
    "coalition": "Stage of the coalition",
}
AGES = {"age_active": "Median age in active addiction", "age_stable": "Median age in stable recovery"}


def one(task: tuple[int, int, int]) -> dict[str, np.ndarray]:
    """Yearly means of one history."""
    seed, people, years = task
    city = LivingCity(ct.load("baseline", **{"city.population": people, "time.years": float(years)}), seed)
    ages: dict[str, list[float]] = {name: [] for name in AGES}
    for _ in range(years):
        city.run_for(52)
        age, stage = city.people["age"] + city.week / 52.0, city.people["stage"]
        ages["age_active"].append(float(np.median(age[stage == ACTIVE])))
        ages["age_stable"].append(float(np.median(age[stage == STABLE])))
    timeline = city.outcomes().timeline.iloc[1:]
    found = {name: timeline[name].to_numpy().reshape(years, 52).mean(axis=1) for name in LEVELS if name in timeline}
    return found | {name: np.array(values) for name, values in ages.items()}


def main(seeds: int = 8, people: int = 50_000, years: int = 30) -> bool:
    """Print the table as Markdown; True if each headline level ends within 5 % of its first year, or within two standard
    errors of that."""
    with ProcessPoolExecutor(2) as pool:
        runs = list(pool.map(one, [(seed, people, years) for seed in range(1, seeds + 1)]))
    shown = [0, *range(4, years, 5)]
    print(f"{people:,} people, {seeds} seeds, no intervention\n")
    print("| | " + " | ".join(f"year {y + 1}" for y in shown) + " | change | s.e. |")
    print("|---|" + "---|" * (len(shown) + 2))
    still = True
    for name, words in {**LEVELS, **AGES}.items():
        if name not in runs[0]:
            continue
        paths = np.array([run[name] for run in runs])
        first, last = paths[:, 0], paths[:, -5:].mean(axis=1)
        change = (last - first) / np.where(first == 0.0, 1.0, first)
        error = change.std(ddof=1) / np.sqrt(seeds) if seeds > 1 else float("nan")
        if name in ("in_recovery", "stable", "active", "champions"):
            still &= bool(abs(change.mean()) <= max(0.05, 2.0 * error))
        values = " | ".join(f"{paths[:, y].mean():.4g}" for y in shown)
        print(f"| {words} | {values} | {100 * change.mean():+.1f} % | {100 * error:.1f} |")
    return still


if __name__ == "__main__":
    sys.exit(0 if main(*(int(a) for a in sys.argv[1:])) else 1)
