"""With every coupling off, is the model the independent two-state process, and with simple contagion alone SIS on a network?

    python experiments/pattern_g_reductions.py [seeds] [people]

Design: configs/oracle_sis.toml. (1) Without ties that pass anything on: starts and relapses at constant hazards; the share
in recovery in the long run is that of a two-state chain in weeks. (2) With the plain contagion: the share in recovery
over the last five of ten years against a synchronous SIS in NumPy on the same graph from the same first day. Verdict: both
within two and a half standard errors of the mean over seeds. tests/test_oracles.py holds both week by week.
"""

from __future__ import annotations

import math
import sys

import numpy as np

import contagion as ct
from contagion.model.simulation import LivingCity

START, LOSE, TIE = 1.0, 2.0, 0.3


def plain(city: LivingCity, tie: float, lose: float, weeks: int, seed: int) -> float:
    """Share in recovery over the last half of a synchronous SIS from a city's first day."""
    ties, size = city.web.ties, city.people.size
    well = np.asarray(city.people["stage"] > 1)
    start, other = ties.start[: size + 1], np.asarray(ties.other)
    luck, shares = np.random.default_rng(seed), []
    source = np.repeat(np.arange(size), np.diff(start))
    for _ in range(weeks):
        near = np.bincount(source, well[other], size)
        draw = luck.random(size)
        well = np.where(well, draw >= -math.expm1(-lose / 52.0), draw < -np.expm1(-tie * near / 52.0))
        shares.append(well.mean())
    return float(np.mean(shares[weeks // 2 :]))


def main(seeds: int = 12, people: int = 2_000) -> bool:
    """Print both comparisons; whether both agree."""
    off = {"city.population": people, "time.years": 10.0, "relapse.rate": LOSE}
    alone, ours, theirs = [], [], []
    for seed in range(1, seeds + 1):
        apart = ct.load("oracle_sis", **off, **{"starting.tie_rate": 0.0, "starting.spontaneous": START})
        city = LivingCity(apart, seed)
        city.run_for(520)
        alone.append(city.outcomes().timeline["in_recovery"].iloc[260:].mean() / people)
        city = LivingCity(ct.load("oracle_sis", **off, **{"starting.tie_rate": TIE}), seed)
        theirs.append(plain(city, TIE, LOSE, 520, seed))
        city.run_for(520)
        ours.append(city.outcomes().timeline["in_recovery"].iloc[260:].mean() / people)
    up, down = -math.expm1(-START / 52.0), -math.expm1(-LOSE / 52.0)
    good = True
    for what, gap, told in (
        (
            "two-state process",
            np.array(alone) - up / (up + down),
            f"{np.mean(alone):.4f} against {up / (up + down):.4f}",
        ),
        ("SIS on a network", np.array(ours) - np.array(theirs), f"{np.mean(ours):.4f} against {np.mean(theirs):.4f}"),
    ):
        error = gap.std(ddof=1) / np.sqrt(seeds)
        good &= bool(abs(gap.mean()) <= 2.5 * error)
        print(f"{what}: {told}; difference {gap.mean():+.5f}, standard error {error:.5f}")
    print("pattern (g):", "holds" if good else "does not hold")
    return good


if __name__ == "__main__":
    sys.exit(0 if main(*(int(a) for a in sys.argv[1:])) else 1)
