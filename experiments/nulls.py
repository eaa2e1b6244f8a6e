"""What makes up for what a null model switches off, so that its city rests at the burden of the full model?

    python experiments/nulls.py [null model] [rounds] [people]

Lives sixty years and sets two numbers by what the last twenty came to: the ratio of the spontaneous hazard of starting, by
people in active addiction, and what is added to `relapse.typical`, by early recovery against stable recovery. Prints each
round; the last pair belongs into RETUNED in contagion/model/kinds.py.
"""

from __future__ import annotations

import sys

import numpy as np

import contagion as ct
from contagion.model import kinds
from contagion.model.simulation import LivingCity

YEARS, LAST, SEED = 60, 20, 1


def rest(null: str, people: int) -> dict[str, float]:
    """What a city rests at: people in active addiction, early, stable and all recovery per 1,000 (the last twenty years)."""
    scenario = ct.load("baseline", **{"city.population": people, "time.years": float(YEARS), "null_model": null})
    city = LivingCity(scenario, SEED)
    city.run_for(52 * YEARS)
    last = city.outcomes().timeline.iloc[-52 * LAST :]
    return {name: float(last[name].mean()) * 1000.0 / people for name in ("active", "early", "stable", "in_recovery")}


def main(null: str = "contagion_off", rounds: int = 5, people: int = 30_000) -> None:
    """Print the burden of the full model, then of the null model round by round."""
    goal = rest("none", people)
    print("full model", {name: round(value, 2) for name, value in goal.items()})
    ratio, more = kinds.RETUNED[null]
    for _ in range(rounds):
        kinds.RETUNED[null] = (ratio, more)
        now = rest(null, people)
        print(null, (ratio, more), {name: round(value, 2) for name, value in now.items()}, flush=True)
        lasting = np.log((now["early"] / goal["early"]) / max(1e-9, now["stable"] / goal["stable"]))
        more = round(more - 0.8 * float(np.clip(lasting, -1.0, 1.0)), 2)
        ratio = round(ratio * float(np.clip(now["active"] / goal["active"], 0.6, 1.6)), 3)


if __name__ == "__main__":
    main(*sys.argv[1:2], *(int(a) for a in sys.argv[2:]))
