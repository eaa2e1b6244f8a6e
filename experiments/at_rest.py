"""Is the baseline plausible at rest? Ten years of it against the burden and persistence targets.

    python experiments/at_rest.py [config] [replicates] [people]

Prints each published number, its tolerance, and the model's median over replicates (10th-90th percentile).
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor

import numpy as np

import contagion as ct

TARGETS = {
    "opiate or crack, per 1,000": (9.5, 9.5 / 1.25, 9.5 * 1.25),
    "alcohol dependence, per 1,000": (13.8, 13.8 / 1.25, 13.8 * 1.25),
    "opioid deaths, per 1,000 person-years": (12.0, 10.0 / 1.25, 14.0 * 1.25),
    "opiate coverage of treatment": (0.40, 0.35, 0.45),
    "alcohol coverage of treatment": (0.15, 0.10, 0.20),
    "adults who know somebody affected": (0.40, 0.35, 0.45),
    "in recovery, share of adults": (0.05, 0.04, 0.06),
    "starts per person in active addiction and year": (0.4, 0.3, 0.5),
    "unassisted share of starts": (0.50, 0.44, 0.56),
    "still abstinent a year after a start": (0.35, 0.28, 0.42),
    "one more year, at 1-3 years": (0.65, 0.55, 0.75),
    "one more year, at 3-5 years": (float("nan"), 0.0, 1.0),
    "one more year, at 5 years or more": (0.90, 0.83, 0.95),
    "survival of a new attempt, 1 month": (0.70, 0.62, 0.78),
    "survival of a new attempt, 3 months": (0.40, 0.32, 0.48),
    "survival of a new attempt, 6 months": (0.40, 0.32, 0.48),
    "survival of a new attempt, 12 months": (0.38, 0.30, 0.46),
    "(cross-section: one more year, at under 1 year)": (float("nan"), 0.0, 1.0),
}
"""Published number, lowest and highest tolerated (prevalence and deaths within a factor 1.25)."""


def persistence(before: dict[str, np.ndarray], after: dict[str, np.ndarray], low: float, high: float) -> float:
    """Share of people in recovery for low..high years who are so, without a break, a year later (the living)."""
    band = (before["stage"] >= 2) & (before["stage"] <= 4)
    band &= (before["spell"] >= 52 * low) & (before["spell"] < 52 * high) & (after["stage"] < 5)
    return float((after["spell"][band] == before["spell"][band] + 52).mean())


def survival(events, weeks: int, horizon: int) -> float:
    """Kaplan-Meier survival of a new attempt to `weeks` weeks; deaths and the end of the run are censored."""
    spells: list[tuple[int, bool]] = []
    started: dict[int, int] = {}
    moves = events[events["event"].isin(["start", "relapse", "death"]) & events["chosen"]]
    for week, kind, uid in zip(moves["week"], moves["event"], moves["uid"], strict=True):
        if kind == "start":
            started[uid] = week
        elif uid in started:
            spells.append((week - started.pop(uid), kind == "relapse"))
    spells += [(horizon - week, False) for week in started.values()]
    length, ended = np.array([s[0] for s in spells]), np.array([s[1] for s in spells])
    alive = 1.0
    for t in range(1, weeks + 1):
        at_hazard = int((length >= t).sum())
        alive *= 1.0 - int((ended & (length == t)).sum()) / max(1, at_hazard)
    return alive


def one(task: tuple[str, int, int]) -> dict[str, float]:
    """The figures of one history."""
    config, people, seed = task
    city = ct.RecoveryCity(ct.load(config, **{"city.population": people}), rng=seed)
    years = int(city.scenario_.time.years)
    kept, bands = [], ((0, 1), (1, 3), (3, 5), (5, 99))
    sums = {band: [] for band in bands}
    for _ in range(years):
        kept.append({name: city.columns[name].copy() for name in ("stage", "spell")})
        city.run_for(52)
        for band in bands:
            sums[band].append(persistence(kept[-1], city.columns, *band))
    out = city.outcomes()
    last = out.timeline.iloc[-52 * 5 :]
    year, ever = out.timeline.iloc[-52:], out.timeline.iloc[1:]
    opioid_years = (last["opioid_active_per_1000"] * last["people"] / 1000).sum() / 52
    credit = ever[[c for c in ever if c.startswith("credit_")]].sum()
    stay = [float(np.mean(sums[band][1:])) for band in bands]
    curve = [survival(out.events, w, years * 52) for w in (4, 13, 26, 52)]
    figures = [
        year["opioid_active_per_1000"].mean(), year["alcohol_active_per_1000"].mean(),
        1000 * last["opioid_deaths"].sum() / opioid_years,
        year["opioid_coverage"].mean(), year["alcohol_coverage"].mean(), year["knows_affected_share"].mean(),
        year["recovery_per_1000"].mean() / 1000, ever["starts"].sum() / (ever["active"].sum() / 52),
        1 - (credit["credit_treatment"] + credit["credit_group"] + credit["credit_ally"]) / credit.sum(),
        curve[3], *stay[1:], *curve, stay[0],
    ]  # fmt: skip
    return dict(zip(TARGETS, figures, strict=True))


def main(config: str = "configs/baseline.toml", replicates: int = 6, people: int = 50_000) -> bool:
    """Print the table; True if every figure lies inside its tolerance."""
    with ProcessPoolExecutor() as pool:
        runs = list(pool.map(one, [(config, people, seed) for seed in range(replicates)]))
    fits = True
    print(f"{config}: {people:,} people, {replicates} replicates\n")
    print(f"{'':52}{'published':>10}{'tolerated':>16}{'model':>9}{'10th-90th':>18}")
    for name, (number, low, high) in TARGETS.items():
        values = np.array([run[name] for run in runs])
        mid, p10, p90 = np.quantile(values, [0.5, 0.1, 0.9])
        inside = low <= mid <= high
        fits &= inside
        published = f"{number:.3g}" if number == number else "-"
        bounds = f"{low:.3g} to {high:.3g}" if number == number else "-"
        print(f"{name:52}{published:>10}{bounds:>16}{mid:9.3g}{p10:9.3g}-{p90:.3g}{'' if inside else '   outside'}")
    return fits


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(0 if main(*arguments[:1], *(int(a) for a in arguments[1:])) else 1)
