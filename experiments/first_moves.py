"""What does each intervention move first, at its default size, in a city of the size that a real one has?

    python experiments/first_moves.py [seeds] [people] [years] [page]

Design: the shipped city lives from the first day with one kind of intervention at its default size, open at once, and
without, under the same seeds. Each kind says which outcome it is to move first, and which way (`moves`); shown is the mean
difference of that outcome over all weeks, and of people in active addiction and in recovery at the end, with 95 % intervals
(Student's t over seeds). A kind "moves" it where the interval lies wholly on its side of nothing, "moves it the wrong way"
where it lies on the other side, and else "not seen".
Stopping rule: 12 seeds, whatever they show.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import t

import contagion as ct
from contagion.city.first_day import Foundation, first_day
from contagion.interventions.base import REGISTRY
from contagion.model.outcome_list import OUTCOMES
from contagion.model.simulation import LivingCity

ROOT = Path(__file__).resolve().parents[1]
AT_THE_END = ("active", "in_recovery")

HEAD = """# What each intervention moves first

Every kind of intervention at its default size in the shipped city of {people:,} people over {years:g} years, open from the
first day, against the same city without it under the same {seeds} seeds: what it is to move first (mean difference over all
weeks), and people in active addiction and in recovery in the last week. Intervals hold 95 %. **Moves**: the interval lies on
the side that is expected; **not seen**: it holds 0; **wrong way**: it lies on the other side. A kind whose effect on a
person no trial stands behind is marked with *: its size is assumed. This page is written by

    python experiments/first_moves.py {seeds} {people} {years:g} docs/FIRST_MOVES.md

"""


def kinds() -> list[str]:
    """Every shipped kind that is to move something."""
    return sorted(k for k, made in REGISTRY.items() if made.__module__.startswith("contagion.") and made.moves[0])


def lived(scenario: ct.Scenario, seed: int, founded: Foundation) -> pd.Series:
    """Means of a history over all weeks, and levels of its last one."""
    city = LivingCity(scenario, seed, foundation=founded)
    city.run_for(scenario.weeks)
    line = city.outcomes().timeline.iloc[1:]
    return pd.concat([line.mean(), line[list(AT_THE_END)].iloc[-1].add_prefix("end_")])


def one_seed(seed: int, people: int, years: float) -> pd.DataFrame:
    """Differences that each kind makes: a row for each, a column for each outcome."""
    base = ct.load("baseline", **{"city.population": people, "time.years": years})
    founded = first_day(base.effective(), seed)
    without, found = lived(base, seed, founded), {}
    for kind in kinds():
        own = {"kind": kind, "start": 0.0, "ramp_up": 0.0}
        found[kind] = lived(ct.load(base, **{f"interventions.{kind}": own}), seed, founded) - without
    return pd.DataFrame(found).T


def interval(values: np.ndarray) -> tuple[float, float, float]:
    """Mean of the seeds and its 95 % interval."""
    mean, wide = values.mean(), float(t.ppf(0.975, values.size - 1)) * values.std(ddof=1) / np.sqrt(values.size)
    return float(mean), float(mean - wide), float(mean + wide)


def said(values: np.ndarray) -> str:
    """Mean and interval in words."""
    mean, low, high = interval(values)
    return f"{mean:+.3g} ({low:+.3g} to {high:+.3g})"


def verdict(values: np.ndarray, sign: int) -> str:
    """Whether it moves what it is to move."""
    _, low, high = interval(sign * values)
    return "moves" if low > 0 else "**wrong way**" if high < 0 else "**not seen**"


def main(seeds: int = 12, people: int = 50_000, years: float = 2.0, page: str = "docs/FIRST_MOVES.md") -> bool:
    """Live it, print the table and write the page; whether nothing moves the wrong way."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(one_seed, seed, people, years) for seed in range(1, seeds + 1)]
        tables = [job.result() for job in jobs]
    head = ("kind", "moves first", "expected", "difference", "verdict", "in active addiction", "in recovery")
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    verdicts = {}
    for kind in kinds():
        outcome, sign = REGISTRY[kind].moves
        names = (outcome, "end_active", "end_in_recovery")
        own = {name: np.array([one.loc[kind, name] for one in tables]) for name in names}
        verdicts[kind] = verdict(own[outcome], sign)
        mark, way = "" if REGISTRY[kind].tested() else "*", "up" if sign > 0 else "down"
        noun = f"{OUTCOMES[outcome].noun} ({OUTCOMES[outcome].unit})"
        cells = [f"`{kind}`{mark}", noun, way, said(own[outcome]), verdicts[kind], said(own["end_active"])]
        lines.append("| " + " | ".join([*cells, said(own["end_in_recovery"])]) + " |")
    still = sorted(k for k, one in REGISTRY.items() if one.__module__.startswith("contagion.") and not one.moves[0])
    moved = sum(one == "moves" for one in verdicts.values())
    text = HEAD.format(people=people, years=years, seeds=seeds) + "\n".join(lines)
    text += f"\n\n{moved} of {len(verdicts)} move what they are to. "
    text += f"Nothing is to move by: {', '.join(still)} (trials found none).\n"
    print(text)
    (ROOT / page).write_text(text, encoding="utf-8")
    return "**wrong way**" not in verdicts.values()


if __name__ == "__main__":
    given = sys.argv[1:]
    right = main(*(int(a) for a in given[:2]), *(float(a) for a in given[2:3]), *given[3:4])
    sys.exit(0 if right else 1)
