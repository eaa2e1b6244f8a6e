"""How much of what champions bring is carried by contagion, and how much is the helpers' own benefit?

    python experiments/champions_by_null.py [seeds] [people]

Design: the champions programme of the first comparison against today, under the full model and each null model that is
retuned to the same burden, paired by seed. Under `contagion_off` nothing passes from person to person, so what is left is
the helpers' own: meaning, and a lower hazard of relapse. Outcome: people in stable recovery per 1,000 in the last year of
ten. What contagion carries is the full effect less that under `contagion_off`. Stop: the seeds asked for.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from mechanisms import into
from scipy.stats import t as student

import contagion as ct
from contagion.model.kinds import RETUNED
from contagion.model.simulation import simulate

NULLS = ("none", *RETUNED)


def lived(task: tuple[str, int, int]) -> tuple[float, float]:
    """(stable recovery per 1,000 with the programme less without it, active addiction per 1,000 without it)."""
    null, seed, people = task
    found = []
    for name in ("today", "champions"):
        scenario = ct.variants(ct.load_study("first_comparison", **{"city.population": people, "null_model": null}))[
            name
        ]
        found.append(simulate(scenario, seed).timeline.iloc[-52:][["stable", "active"]].mean() * 1000.0 / people)
    return float(found[1]["stable"] - found[0]["stable"]), float(found[0]["active"])


def main(seeds: int = 12, people: int = 50_000) -> None:
    """The table, printed and written into docs/mechanisms.md."""
    tasks = [(null, seed, people) for null in NULLS for seed in range(1, seeds + 1)]
    with ProcessPoolExecutor(2) as pool:
        found = np.array(list(pool.map(lived, tasks))).reshape(len(NULLS), seeds, 2)
    width = student.ppf(0.975, seeds - 1) / np.sqrt(seeds)
    rows = {null: (found[k, :, 0], found[k, :, 1].mean()) for k, null in enumerate(NULLS)}
    split = found[0, :, 0] - found[NULLS.index("contagion_off"), :, 0]
    lines = [f"{people:,} people, ten years, {seeds} paired seeds; per 1,000 people, with the 95 % interval.", ""]
    lines += ["| model | champions' effect on stable recovery | active addiction without them |", "|---|---|---|"]
    for null, (effect, active) in rows.items():
        name = "full model" if null == "none" else f"`{null}`, retuned"
        lines.append(f"| {name} | {effect.mean():+.3f} ± {width * effect.std(ddof=1):.3f} | {active:.2f} |")
    lines.append(
        f"| carried by contagion (full less `contagion_off`) | {split.mean():+.3f} ± {width * split.std(ddof=1):.3f} | |"
    )
    text = "\n".join(lines) + "\n"
    print(text)
    into(Path("docs/mechanisms.md"), "champions", text)


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:]))
