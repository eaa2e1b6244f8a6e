"""Do outcomes per head agree between cities of different sizes, and below which size do they not?

    python experiments/scale.py [seeds] [years]

Design: the baseline without interventions at each size; smaller cities have as many more seeds as they are smaller, up to
eight times. An outcome agrees at a size if its mean lies within two standard errors of the largest city's, errors of both
together, or within 2 % of it. Prints a table in Markdown, writes it into docs/mechanisms.md, and ends with an exit code of
1 if an outcome disagrees at 10,000 people or more; `contagion check` tells of cities smaller than that.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from mechanisms import into

import contagion as ct
from contagion.model.simulation import simulate

SIZES = (1_000, 2_000, 5_000, 10_000, 50_000, 200_000)
AGREE_FROM = 10_000
OUTCOMES = ("stable", "active", "starts", "champions", "in_treatment", "credit_friend", "credit_weak", "credit_group")


def lived(task: tuple[int, int, float]) -> list[float]:
    """Outcomes of one history per 1,000 people: levels of the last year, flows a year of the whole time."""
    people, seed, years = task
    line = simulate(ct.load("baseline", **{"city.population": people, "time.years": years}), seed).timeline
    flows = [name for name in OUTCOMES if name == "starts" or name.startswith("credit")]
    found = {name: line[name].sum() / years if name in flows else line[name].iloc[-52:].mean() for name in OUTCOMES}
    return [1000.0 / people * found[name] for name in OUTCOMES]


def main(seeds: int = 4, years: float = 5.0) -> bool:
    """The table; whether every outcome agrees from AGREE_FROM people on."""
    counts = [min(8 * seeds, max(seeds, seeds * SIZES[-1] // (8 * people))) for people in SIZES]
    tasks = [(people, seed, years) for people, n in zip(SIZES, counts, strict=True) for seed in range(1, n + 1)]
    with ProcessPoolExecutor(2) as pool:
        flat = np.array(list(pool.map(lived, tasks)))
    runs = np.split(flat, np.cumsum(counts)[:-1])
    means = np.array([r.mean(axis=0) for r in runs])
    errors = np.array([r.std(axis=0, ddof=1) / np.sqrt(len(r)) for r in runs])
    apart = np.abs(means - means[-1])
    off = (apart > 2.0 * np.hypot(errors, errors[-1])) & (apart > 0.02 * np.abs(means[-1]))
    lines = [
        f"Per 1,000 people after {years:g} years, ± standard error; ! where it does not agree with the largest city.",
        "",
    ]
    lines += ["| people | seeds | " + " | ".join(OUTCOMES) + " |", "|---|---|" + "---|" * len(OUTCOMES)]
    for people, n, m, e, o in zip(SIZES, counts, means, errors, off, strict=True):
        cells = [f"{a:.3f} ± {b:.3f}{' !' if c else ''}" for a, b, c in zip(m, e, o, strict=True)]
        lines.append(f"| {people:,} | {n} | " + " | ".join(cells) + " |")
    text = "\n".join(lines) + "\n"
    print(text)
    into(Path("docs/mechanisms.md"), "scale", text)
    return not off[np.array(SIZES) >= AGREE_FROM].any()


if __name__ == "__main__":
    sys.exit(0 if main(*(int(a) for a in sys.argv[1:])) else 1)
