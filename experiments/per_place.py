"""What does each intervention give per place taken and per pound, and how much of it is contagion?

    python experiments/per_place.py [seeds] [people] [years] [page]

Design: the shipped city lives from the first day with one kind of intervention at its default size, open at once, and
without; under the same seeds, once as it is and once with contagion off. Each difference is summed over all years. What is
shown is the mean of the differences over the mean of places taken (or of pounds), with its 90 % interval by the jackknife
over seeds; a trial that is asked for is named, and where there is none the effect on a person is assumed. "Contagion's
share" is one less the ratio of the recovery-years with contagion off to those with it, where the latter are clear of zero.
Stopping rule: 12 seeds, whatever they show.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from scipy.stats import t

import contagion as ct
from contagion.city.first_day import Foundation, first_day
from contagion.interventions.base import REGISTRY
from contagion.model.simulation import LivingCity

ROOT = Path(__file__).resolve().parents[1]
NULLS = ("none", "contagion_off")
MEASURES = ("recovery-years", "starts", "deaths", "offences", "places taken", "pounds")

HEAD = """# What a place gives, and what a pound gives

Every kind of intervention at its default size in the shipped city of {people:,} people over {years:g} years, open from the
first day, against the same city without it under the same {seeds} seeds. Differences are summed over all years; intervals
hold 90 % (jackknife over seeds). Deaths and offences: less is better. A kind whose effect on a person no trial
stands behind is marked with *: its size is assumed. Costs are assumed unless graded otherwise. Per place: each time a place
was taken (of posts: each post filled). This page is written by

    python experiments/per_place.py {seeds} {people} {years:g} docs/PER_PLACE.md

"""


def sums(city: LivingCity) -> np.ndarray:
    """What a history came to, by MEASURES."""
    out = city.outcomes()
    line, ledger = out.timeline.iloc[1:], out.ledger
    taken, spent = (float(ledger[name].sum()) if len(ledger) else 0.0 for name in ("entered", "cost"))
    counted = [float(line[name].sum()) for name in ("starts", "deaths", "offences")]
    return np.array([float(line["in_recovery"].sum()) / 52.0, *counted, taken, spent])


def lived(scenario: ct.Scenario, seed: int, founded: Foundation) -> np.ndarray:
    """The sums of one history."""
    city = LivingCity(scenario, seed, foundation=founded)
    city.run_for(scenario.weeks)
    return sums(city)


def one_seed(seed: int, people: int, years: float, kinds: list[str]) -> np.ndarray:
    """Differences by null model, kind and measure."""
    found = np.empty((len(NULLS), len(kinds), len(MEASURES)))
    for n, null in enumerate(NULLS):
        size = {"city.population": people, "time.years": years, "null_model": null}
        base = ct.load("baseline", **size)
        founded = first_day(base.effective(), seed)

        without = lived(base, seed, founded)
        for k, kind in enumerate(kinds):
            own = {"kind": kind, "start": 0.0, "ramp_up": 0.0}
            found[n, k] = lived(ct.load(base, **{f"interventions.{kind}": own}), seed, founded) - without
    return found


def over(found: np.ndarray, above: int, below: int) -> tuple[float, float]:
    """Mean over mean of seeds, and its jackknife standard error; `found`: seeds by measures."""
    total = found.sum(axis=0)
    if not total[below]:
        return float("nan"), float("nan")
    left = total - found
    without = left[:, above] / np.where(left[:, below] != 0, left[:, below], np.nan)
    n = len(found)
    error = np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum())
    return float(total[above] / total[below]), float(error)


def half(seeds: int) -> float:
    """Standard errors either way that hold 90 %, for so many seeds."""
    return float(t.ppf(0.95, seeds - 1))


def cell(found: np.ndarray, above: int, below: int, times: float) -> str:
    """A ratio with its interval, so many times."""
    mean, error = over(found, above, below)
    if not np.isfinite(mean):
        return "-"
    wide = half(len(found)) * error
    low, high = times * (mean - wide), times * (mean + wide)
    return f"{times * mean:.3g} ({low:.3g} to {high:.3g})"


def share(on: np.ndarray, off: np.ndarray) -> str:
    """How much of the recovery-years is gone with contagion off, where they are clear of zero with it."""
    n, ratios, wide = len(on), [], half(len(on))
    mean, error = on[:, 0].mean(), on[:, 0].std(ddof=1) / np.sqrt(n)
    if abs(mean) < wide * error or not mean:
        return "not clear"
    for k in range(n):
        kept = np.arange(n) != k
        ratios.append(1.0 - off[kept, 0].mean() / on[kept, 0].mean())
    value, spread = (
        1.0 - off[:, 0].mean() / mean,
        np.sqrt((n - 1) / n * ((np.array(ratios) - np.mean(ratios)) ** 2).sum()),
    )
    return f"{100 * value:.0f} % ({100 * (value - wide * spread):.0f} to {100 * (value + wide * spread):.0f})"


def table(kinds: list[str], found: np.ndarray, below: int, times: float, what: str) -> str:
    """A table of all kinds, one row each; `found`: seeds, null models, kinds, measures."""
    head = [what, *MEASURES[:4], "recovery-years, contagion off", "contagion's share", "places taken", "pounds"]
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    order = np.argsort([-over(found[:, 0, k], 0, below)[0] for k in range(len(kinds))])
    for k in order:
        on, off, name = found[:, 0, k], found[:, 1, k], kinds[k]
        mark = "" if REGISTRY[name].tested() else "*"
        cells = [f"`{name}`{mark}", *(cell(on, m, below, times) for m in range(4)), cell(off, 0, below, times)]
        cells += [share(on, off), f"{on[:, 4].mean():,.0f}", f"{on[:, 5].mean():,.0f}"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main(seeds: int = 12, people: int = 50_000, years: float = 5.0, page: str = "docs/PER_PLACE.md") -> None:
    """Live it, print both tables and write the page."""
    kinds = sorted(kind for kind, made in REGISTRY.items() if made.__module__.startswith("contagion."))
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(one_seed, seed, people, years, kinds) for seed in range(1, seeds + 1)]
        found = np.array([job.result() for job in jobs])
    text = HEAD.format(people=people, years=years, seeds=seeds)
    text += "## Per 100 places taken\n\n" + table(kinds, found, 4, 100.0, "per 100 places taken")
    text += "\n## Per 100,000 pounds\n\n" + table(kinds, found, 5, 100_000.0, "per 100,000 pounds")
    print(text)
    (ROOT / page).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    given = sys.argv[1:]
    main(*(int(a) for a in given[:2]), *(float(a) for a in given[2:3]), *given[3:4])
