"""Do removing barriers and raising visibility together beat the sum of each alone?

    python experiments/pattern_f_barriers_visibility.py [folder]

Expected where both bind (HMIP 2024/06: exposure and barriers interact): people neither see recovery nor could take it up.
Design: three cities of 10,000 (the baseline; one where both bind: hidden recovery, little treatment, no home, no job, a
record; one where being seen is nearly enough), each lived in as it is, without barriers, with visible recovery, and both.
Outcome: people in recovery after six years, beyond the city as it is. Common random numbers. Stop: 12 replicates.
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

REPLICATES = 12
HIDDEN = {"exposure.hidden_close": 0.05, "start.visible": 0.05, "visibility.disclose": 0.1}
CITIES = {
    "English baseline": {},
    "both bind": {
        **HIDDEN, "exposure.events_per_year": 0, "starting.barriers": 2.0, "starting.spontaneous": 0.03,
        "treatment.places": 1.0, "treatment.start_coverage_opioid": 0.1, "treatment.start_coverage_alcohol": 0.05,
        "homes.without_active": 0.5, "homes.without_opioid": 0.7, "jobs.with_active": 0.1,
        "justice.record_at_start": 0.8, "justice.record_at_start_other": 0.4,
    },
    "to be seen is nearly enough": {**HIDDEN, "starting.barriers": 2.0, "starting.family": 0.3,
                                    "starting.friend": 0.5, "starting.weak": 0.3},
}  # fmt: skip
BARRIERS = {
    "homes.vacancies": 50.0, "homes.found": 4.0, "homes.record": 0.0, "homes.structural": 0.0,
    "jobs.vacancies": 80.0, "jobs.found_active": 2.0, "jobs.found_well": 2.0, "jobs.record": 0.0, "jobs.structural": 0.0,
    "capital.debt_active": 0.2, "capital.debt_pace": 1.0, "capital.need_active": 0.3, "capital.need_pace": 1.0,
}  # fmt: skip
VISIBILITY = {"visibility.disclose": 5.0, "visibility.stigma": 0.0, "visibility.internalised": 0.0}
ARMS = {"as it is": {}, "barriers removed": BARRIERS, "recovery visible": VISIBILITY, "both": BARRIERS | VISIBILITY}


def in_recovery(task: tuple[str, int]) -> list[float]:
    """People in recovery at the end of each arm, all from the same first day and seed."""
    city, seed = task
    found, base = [], None
    for arm in ARMS.values():
        scenario = ct.load("baseline", **{"city.population": 10_000, "time.years": 6.0, **CITIES[city], **arm})
        lived = ct.RecoveryCity(scenario, rng=seed, foundation=base)
        base = lived.foundation
        lived.run_for(scenario.weeks)
        found.append(float(lived.timeline[-1]["in_recovery"]))
    return found


def main(folder: str = "results") -> None:
    with ProcessPoolExecutor() as pool:
        tasks = [(city, seed) for city in CITIES for seed in range(REPLICATES)]
        found = np.array(list(pool.map(in_recovery, tasks))).reshape(len(CITIES), REPLICATES, len(ARMS))
    figure, panels = plt.subplots(1, len(CITIES), figsize=(11, 4.6), sharey=True, layout="constrained")
    for city, gain, axes in zip(CITIES, found - found[:, :, :1], panels, strict=True):
        removed, seen, both = gain[:, 1:].T
        more = both - removed - seen
        half = 2.2 * more.std(ddof=1) / np.sqrt(REPLICATES)  # t with 11 degrees of freedom
        verdict = "more than the sum" if more.mean() > half else ("less" if more.mean() < -half else "about the sum")
        low, high = more.mean() - half, more.mean() + half
        print(f"{city}: without barriers {removed.mean():+.0f}, visible {seen.mean():+.0f}, both {both.mean():+.0f};")
        print(f"    beyond the sum {more.mean():+.0f} (95 % interval {low:+.0f} to {high:+.0f}): {verdict}")
        axes.bar(
            [0, 1, 2], [removed.mean(), seen.mean(), both.mean()], color=["#28A197", "#A285D1", "#12436D"], width=0.7
        )
        axes.plot(np.repeat([0, 1, 2], REPLICATES), np.concatenate([removed, seen, both]), "k.", alpha=0.4)
        axes.hlines((removed + seen).mean(), 1.55, 2.45, color="#F46A25", linewidth=3)
        axes.annotate("sum", (1.5, (removed + seen).mean()), ha="right", va="center", color="#B8500F")
        axes.set_xticks([0, 1, 2], ["barriers\nremoved", "recovery\nvisible", "both"])
        axes.set_title(f"{city}:\n{more.mean():+.0f} beyond the sum", fontsize=11)
        axes.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("more people in recovery after six years\n(of 10,000; dots: replicates)")
    path = Path(folder) / "pattern_f_barriers_visibility.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=130)
    print(path)


if __name__ == "__main__":
    main(*sys.argv[1:2])
