"""Do long ties speed the spread of recovery or slow it, and in which regime is a city?

    python experiments/tip_weak_ties.py [--smoke] [--out DIR] [--workers N]

Question: Does rewiring friendships from neighbours to anybody speed or slow recovery, as reinforcement k and noise change,
on the built-in city rather than a ring? (Centola & Macy 2007: long ties can block what needs several sources; Eckles et
al. 2024: a little noise suffices for long ties to win again.)
Design: Two cities. Friends alone (400 people, all with lived experience, 5 % of them in recovery at first, each with 8
friends; four friends make half strength, nobody relapses, no other channel): the theory's case. The English city
(10,000 people, everything as in the baseline): the case of interest. Factors: k (1 to 6; baseline 1.5), starts without a
visible source (0 to 0.11 a year; baseline 0.11), share of friendships rewired (0 or 1); bonds are left as they are.
Held: number and weight of ties, and everything else. The ranges were found by trials with two or three seeds: thresholds
of 2, 3 and 4 friends, 2.5, 5 and 10 % in recovery at first, pulls of 2 and 5 a year. Rewiring was faster nearly everywhere;
clustering won without noise at a threshold of 4 and k = 6, or 3 with fewer in recovery at first.
Outcome: The share in recovery, of those in active addiction or recovery, averaged over the ten years: the sooner recovery
spreads, the higher (years until half would be cut off where half is never reached). Take-off of a regime: the effect of
rewiring (all less none, same seed) in percentage points has an interval clear of zero.
Replicates: 8 at each of 80 points, the same seeds in all; stop after that; intervals are Student's t, 95 %, of the pairs.
Against the expectation: no slowing at k = 6 without noise, or slowing that outlives the noise (Friends alone); in the
English city, any slowing at its own k and noise. Between 0 and 1 rewired nothing is said: the effect may be greatest there.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tip_common import cells, figure, grids, main, mean_of, sign, told

from contagion.study.results import Results
from contagion.study.sweep import sweep

K, NOISE, LONG = "starting.reinforcement", "starting.spontaneous", "network.long_ties"
SMOKE = {
    "city.population": 600, "study.scenarios.friends.city.population": 200, "time.years": 2.0, "study.replicates": 2,
    f'factors."{K}".values': [1.5, 6.0], f'factors."{NOISE}".values': [0.0, 0.11],
}  # fmt: skip


def tell(results: Results, path: Path) -> list[str]:
    """The map of regimes and the finding."""
    weeks = results.timeline.assign(share=lambda t: 100 * t["in_recovery"] / (t["in_recovery"] + t["active"]))
    all_ = results.outcomes
    all_["share"] = all_["run_id"].map(weeks.groupby("run_id")["share"].mean())
    effect = {}
    for name, rows in all_.groupby("scenario"):
        (k, noise, _), share = grids(rows, "share", K, NOISE, LONG)
        effect[name] = share[:, :, -1] - share[:, :, 0]
    spans = {name: [[mean_of(pairs) for pairs in row] for row in one] for name, one in effect.items()}
    n, years = effect["friends"].shape[-1], results.manifest["config"]["time"]["years"]
    most = max(abs(span[1]) for one in spans.values() for row in one for span in row)
    note = (
        f"Percentage points more (blue) or fewer (orange) of {years:g} years in recovery if all friendships are rewired, "
        f"not none: mean and 95 % interval\nof {n} pairs of histories with one seed each. Grey: the interval holds zero. "
        "Every cell was run; nothing lies between them."
    )
    slow = [(c, i, j) for c in spans for i, j in np.ndindex(len(k), len(noise)) if sign(spans[c][i][j]) < 0]
    title = f"Long ties slow recovery in {len(slow) or 'none'} of {2 * len(k) * len(noise)} cells"
    if slow and all(c == "friends" and j == 0 for c, i, j in slow):
        title += f": friends alone, no noise, k = {', '.join(f'{k[i]:g}' for _, i, _ in slow)}"
    with figure(path, title, note, 2, 1, 6.2, sharey=True) as panels:
        for axes, name in zip(panels.flat, results.scenarios, strict=True):
            at = {(i, j): spans[name][i][j] for i, j in np.ndindex(len(k), len(noise))}
            cells(axes, at, most)
            axes.set_title(results.titles[name])
            axes.set_xticks(range(len(k)), [f"{x:g}" for x in k])
            axes.set_yticks(range(len(noise)), [f"{x:g}" for x in noise])
            axes.set_xlabel("reinforcement k (1: one friend is enough)")
        panels[0, 0].set_ylabel("starts without a visible source, per year")
    friends, english = spans["friends"], spans["english"]
    own = int(np.abs(k - 1.5).argmin())
    words = {1: "speeds it", -1: "slows it", 0: "makes no difference that shows"}
    flat = [sign(span) for row in english for span in row]
    return [
        f"With friends alone and no noise, rewiring all friendships changes the time in recovery by {told(friends[0][0])} "
        f"percentage points at k = {k[0]:g} and by {told(friends[-1][0])} at k = {k[-1]:g}.",
        f"With {noise[1]:g} starts a year from no visible source the latter becomes {told(friends[-1][1])}, and with "
        f"{noise[-1]:g} {told(friends[-1][-1])}.",
        f"In the English city at its own k = {k[own]:g} and noise {noise[-1]:g} rewiring {words[sign(english[own][-1])]}: "
        f"{told(english[own][-1], places=2)} points; in its {len(flat)} cells it is faster in {flat.count(1)}, slower "
        f"in {flat.count(-1)} and undecided in {flat.count(0)} (one interval in twenty errs by chance).",
    ]  # fmt: skip


if __name__ == "__main__":
    main("tip_weak_ties", sweep, tell, SMOKE)
