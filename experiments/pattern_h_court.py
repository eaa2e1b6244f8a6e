"""What becomes of people whom a drug treatment court takes on, and does work move before use?

    python experiments/pattern_h_court.py [seeds] [people] [weeks between looks]

Expected (Ghent): work moves first; use is not significantly lower (Wittouck), here: by the end of the track; 6 months from
offence to treatment rather than the 22 of probation. Reoffending falls, from 50 to 38 % over up to three years (Mitchell
2012: 92 evaluations, most of them weak).
Design: the shipped city with the court of configs/probation.toml, open from the first day with all its places, against the
same city without it, and against a court as slow as probation (22 months), under the same seeds, four years. Followed is
whoever the court takes on within its first year, for two years from that week, beside the same people in the same weeks of
the other history. Shown: who is in treatment, works, is in active addiction, and has had a recorded offence since.
Verdict: (1) the difference in work is clear of 0 (95 % interval, Student's t over seeds) in an earlier quarter than that in
active addiction; (2) the quick court leaves fewer of its people in active addiction after two years than the slow one;
(3) at the end of the track (month 9) active addiction is not clearly lower. Added after (1) had failed, and told apart: when
work has reached half of its largest gain and active addiction half of its largest fall, as in pattern (d); and looks every
four weeks rather than every quarter (third argument).
Stopping rule: 12 seeds, whatever they show.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from scipy.stats import t

import contagion as ct
from contagion.city.first_day import first_day
from contagion.model.simulation import LivingCity
from contagion.vocabulary import ACTIVE, INSIDE

MEASURES = ("in treatment", "working", "in active addiction", "offended since")
WEEKS, FOLLOWED, YEAR, QUARTER, END = 208, 104, 52, 13, 39
"""Weeks lived and followed, in a year and a quarter; and the week in which the track has ended."""
SLOW = {"justice.court_weeks": 95, "interventions.court.duration": 147}
OPEN = {"enabled": True, "start": 0.0, "ramp_up": 0.0}


def lived(scenario: ct.Scenario, seed: int, founded: object) -> tuple[np.ndarray, np.ndarray]:
    """By week (rows) and person: the MEASURES (weeks, people, 4) and who is in a place of the court (weeks, people)."""
    city = LivingCity(scenario, seed, foundation=founded)
    found, inside = [], []
    for _ in range(WEEKS):
        city.step()
        who = city.people
        parts = (who["treatment"] == INSIDE, who["job"] == 1, who["stage"] == ACTIVE, who["offences"] > 0)
        found.append(np.stack(parts, axis=1))
        inside.append(city.programmes[0].place == INSIDE if city.programmes else np.zeros(who.size, bool))
    return np.array(found), np.array(inside)


def followed(found: np.ndarray, first: np.ndarray, rows: np.ndarray, every: int) -> np.ndarray:
    """Share of these people in each measure, every so many weeks since they were taken on; offences add up."""
    shares = []
    for since in range(0, FOLLOWED + 1, every):
        now = found[first[rows] + since, rows].astype(float)
        now[:, 3] = [found[week : week + since + 1, row, 3].any() for week, row in zip(first[rows], rows, strict=True)]
        shares.append(now.mean(axis=0))
    return np.array(shares)


def one_seed(seed: int, people: int, every: int) -> np.ndarray:
    """Levels by court (quick, slow), history (without, with), look and measure."""
    size = {"city.population": people, "time.years": WEEKS / 52}
    base = ct.load("probation", **size)
    founded, levels = first_day(base.effective(), seed), []
    without, _ = lived(base, seed, founded)
    for more in ({}, SLOW):
        court = ct.load(base, **{f"interventions.court.{k}": v for k, v in OPEN.items()}, **more)
        with_it, inside = lived(court, seed, founded)
        first = np.where(inside.any(axis=0), inside.argmax(axis=0), WEEKS)
        rows = np.flatnonzero(first < YEAR)
        levels.append([followed(one, first, rows, every) for one in (without, with_it)])
    return np.array(levels)


def interval(values: np.ndarray) -> tuple[float, float, float]:
    """Mean over seeds with its 95 % interval, in percentage points."""
    wide = float(t.ppf(0.975, len(values) - 1)) * values.std(ddof=1) / np.sqrt(len(values))
    return tuple(100.0 * float(values.mean() + k * wide) for k in (0, -1, 1))


def half_way(gain: np.ndarray) -> np.ndarray:
    """Look at which each row first reaches half of its largest value, between looks by a straight line."""
    found = []
    for one in gain:
        half = one.max() / 2.0
        k = int(np.argmax(one >= half))
        found.append(0.0 if k == 0 else k - 1 + (half - one[k - 1]) / (one[k] - one[k - 1]))
    return np.array(found)


def main(seeds: int = 12, people: int = 50_000, every: int = QUARTER) -> bool:
    """Print levels and differences by look, and the verdicts; whether all three hold."""
    with ProcessPoolExecutor(2) as pool:
        found = np.array(list(pool.map(one_seed, range(1, seeds + 1), [people] * seeds, [every] * seeds)))
    month = every * 12 / YEAR
    clear: dict[str, int] = {}
    for k, measure in enumerate(MEASURES):
        print(f"{measure}, per cent: without the court, with it, difference (95 % interval)")
        for look in range(found.shape[3]):
            without, with_it = found[:, 0, :, look, k].T
            mean, low, high = interval(with_it - without)
            if (low > 0 or high < 0) and look:
                clear.setdefault(measure, look)
            print(f"  month {month * look:4.1f}: {100 * without.mean():5.1f} {100 * with_it.mean():5.1f}  "
                  f"{mean:+.1f} ({low:+.1f} to {high:+.1f})")  # fmt: skip
    gains = found[:, :, 1] - found[:, :, 0]  # seeds, court, quarter, measure
    mean, low, high = interval((gains[:, 0] - gains[:, 1])[:, -1, 2])
    print(f"in active addiction after two years, quick less slow court: {mean:+.1f} points ({low:+.1f} to {high:+.1f})")
    work, use = (clear.get(name, 99) for name in ("working", "in active addiction"))
    print(f"first clear of 0: work in month {month * work:.1f}, use in month {month * use:.1f}")
    halves = month * half_way(gains[:, 0, :, 1]), month * half_way(-gains[:, 0, :, 2])
    later, least, most = (one / 100.0 for one in interval(halves[1] - halves[0]))
    print(f"half of the gain: work in month {halves[0].mean():.1f}, use in month {halves[1].mean():.1f}, "
          f"{later:.1f} months later ({least:.1f} to {most:.1f})")  # fmt: skip
    lower = interval(gains[:, 0, END // every, 2])[2] < 0
    verdicts = {
        "work before use": work < use,
        "6 months beat 22": high < 0,
        "use not clearly lower at month 9": not lower,
    }
    print("pattern (h):", "; ".join(f"{name}: {'holds' if one else 'does not hold'}" for name, one in verdicts.items()))
    return all(verdicts.values())


if __name__ == "__main__":
    sys.exit(0 if main(*(int(a) for a in sys.argv[1:])) else 1)
