"""How large must a committed minority be to tip the norm about people in recovery?

    python experiments/pattern_b_tipping.py [folder]

Expected: somewhere near 10-40 % (Centola et al. 2018: about a quarter; with n = 3 and conformity alone a well-mixed public
tips at exactly 25 %). Design: the built-in city of 10,000, conformity 1 and steepness 3, no contact and no active use seen,
everybody else begins with a harsh attitude (0.8 to 1). Outcome: mean attitude of those not committed after 12 years;
tipped means below one half. Stop: 8 replicates at each of 10 shares.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import matplotlib
import numpy as np

import contagion as ct

matplotlib.use("Agg")
import matplotlib.pyplot as plt

SHARES = (0.0, 0.05, 0.1, 0.125, 0.15, 0.175, 0.2, 0.25, 0.3, 0.4)
REPLICATES, YEARS = 8, 12


def attitude_of_others(task: tuple[float, int]) -> float:
    """Mean attitude of people who are not committed, at the end."""
    share, seed = task
    scenario = ct.load("baseline", **{
        "city.population": 10_000, "time.years": float(YEARS), "entry.rate_per_1000": 0.0, "stigma.committed": share,
        "stigma.conformity": 1.0, "stigma.steepness": 3.0, "stigma.contact": 0.0, "stigma.use_seen": 0.0,
        "stigma.pace": 4.0, "stigma.disposition_mean": 0.9, "stigma.disposition_spread": 0.1,
    })  # fmt: skip
    city = ct.RecoveryCity(scenario, rng=seed)
    city.run_for(scenario.weeks)
    return float(city.columns["attitude"][city.columns["committed"] == 0].mean())


def main(folder: str = "results") -> None:
    with ProcessPoolExecutor() as pool:
        tasks = [(share, seed) for share in SHARES for seed in range(REPLICATES)]
        found = np.array(list(pool.map(attitude_of_others, tasks, chunksize=5))).reshape(len(SHARES), REPLICATES)
    tipped = (found < 0.5).mean(axis=1)
    last_never = max(s for s, t in zip(SHARES, tipped, strict=True) if t == 0)
    first_always = min((s for s, t in zip(SHARES, tipped, strict=True) if t == 1), default=float("nan"))
    for share, p, values in zip(SHARES, tipped, found, strict=True):
        print(f"committed {share:6.1%}: the others at {np.median(values):.2f}, tipped in {p:.0%} of {REPLICATES}")
    inside = 0.1 <= first_always <= 0.4
    print(f"The norm never tips at {last_never:.1%} and always at {first_always:.1%}: "
          f"{'inside' if inside else 'OUTSIDE'} the 10-40 % expected.")  # fmt: skip
    figure, axes = plt.subplots(figsize=(8, 4.8), layout="constrained")
    axes.axvspan(10, 40, color="#28A197", alpha=0.12, linewidth=0)
    axes.text(39.5, 1.03, "expected range", color="#1b6e66", ha="right", va="bottom")
    percent = np.array(SHARES) * 100
    jitter = np.linspace(-0.35, 0.35, REPLICATES)
    axes.plot((percent[:, None] + jitter).ravel(), found.ravel(), "o", color="#12436D", alpha=0.35, markersize=4)
    axes.plot(percent, np.median(found, axis=1), "-", color="#12436D", linewidth=2)
    axes.annotate("each dot one city,\nline: median", (percent[2], np.median(found[2])), (-6, -40),
                  textcoords="offset points", color="#12436D", ha="center")  # fmt: skip
    axes.set(xlabel="people committed to the inclusive norm (% of all)", ylim=(-0.03, 1.1),
             ylabel=f"attitude of the others after {YEARS} years\n(1 all against, 0 none)",
             title=f"A committed minority tips the norm between {last_never:.0%} and {first_always:.0%}")  # fmt: skip
    axes.spines[["top", "right"]].set_visible(False)
    path = Path(folder) / "pattern_b_tipping.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=130)
    print(path)


if __name__ == "__main__":
    main(*sys.argv[1:2])
