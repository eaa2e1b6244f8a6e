"""What makes up for what a null model switches off, so that its city rests at the burden of the full model?

    python experiments/nulls.py [null model] [rounds] [people] [seeds]

Lives sixty years under each seed and sets two numbers by what the last twenty came to: the ratio of the spontaneous hazard
of starting, by people in active addiction, and what is added to `relapse.typical`, by early recovery against stable
recovery. Prints each round, with standard errors over seeds; the best pair belongs into RETUNED in contagion/model/kinds.py.
Stop: the rounds asked for.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor

import numpy as np

import contagion as ct
from contagion.model import kinds
from contagion.model.simulation import LivingCity

YEARS, LAST = 60, 20
LEVELS = ("active", "early", "stable", "in_recovery")


def lived(task: tuple[str, tuple[float, float], int, int]) -> list[float]:
    """The levels of one history, per 1,000 people: means of the last twenty years."""
    null, pair, people, seed = task
    if null != "none":
        kinds.RETUNED[null] = pair
    scenario = ct.load("baseline", **{"city.population": people, "time.years": float(YEARS), "null_model": null})
    city = LivingCity(scenario, seed)
    city.run_for(52 * YEARS)
    last = city.outcomes().timeline.iloc[-52 * LAST :]
    return [float(last[name].mean()) * 1000.0 / people for name in LEVELS]


def rest(null: str, pair: tuple[float, float], people: int, seeds: int) -> dict[str, float]:
    """What a city rests at: mean over seeds; printed with its standard errors."""
    with ProcessPoolExecutor(2) as pool:
        found = np.array(list(pool.map(lived, [(null, pair, people, seed) for seed in range(1, seeds + 1)])))
    error = found.std(axis=0, ddof=1) / np.sqrt(seeds) if seeds > 1 else np.full(len(LEVELS), np.nan)
    told = ", ".join(f"{name} {m:.2f} ± {e:.2f}" for name, m, e in zip(LEVELS, found.mean(axis=0), error, strict=True))
    print(f"{null} {pair if null != 'none' else ''}: {told}", flush=True)
    return dict(zip(LEVELS, found.mean(axis=0), strict=True))


def main(null: str = "contagion_off", rounds: int = 5, people: int = 50_000, seeds: int = 4) -> None:
    """Print the burden of the full model, then of the null model round by round."""
    goal = rest("none", (1.0, 0.0), people, seeds)
    ratio, more = kinds.RETUNED[null]
    for _ in range(rounds):
        now = rest(null, (ratio, more), people, seeds)
        lasting = np.log((now["early"] / goal["early"]) / max(1e-9, now["stable"] / goal["stable"]))
        more = round(more - 0.8 * float(np.clip(lasting, -1.0, 1.0)), 2)
        ratio = round(ratio * float(np.clip(now["active"] / goal["active"], 0.6, 1.6)), 3)


if __name__ == "__main__":
    main(*sys.argv[1:2], *(int(a) for a in sys.argv[2:]))
