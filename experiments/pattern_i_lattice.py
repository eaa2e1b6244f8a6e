"""Does the lattice matter: how much comes over weak ties, does it matter whom they join, and what do events add to them?

    python experiments/pattern_i_lattice.py [seeds] [people] [years]

Expected (Granovetter 1973; HMIP 2024/06, sign): ties that bridge circles carry recovery to where it is not seen.
Design: the shipped city, under the same seeds, (1) as it is, (2) with weak ties that carry no recovery, (3) with no weak tie
made by meeting, (4) with every friendship laid to anybody, (5) with every acquaintance in another neighbourhood, (6) with
none there, (7) with the visible events at their default size, (8) the same where events make no ties, (9) with the
coalition, (10) the same where it makes none. Shown: starts whose source was a weak tie and, of all with a named source,
those from another neighbourhood (shares), weak ties across neighbourhoods made in a year among people with lived experience,
and starts and recovery-years over the whole time, with their difference from the first (95 % intervals, Student's t).
Verdict: weak ties matter if (2) loses recovery-years, whom they join matters if (4), (5) or (6) differs, and ties made by
events matter if (7) differs from (8): each only with an interval clear of 0. Else it is said that it is not shown.
Stopping rule: 12 seeds, whatever they show.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from scipy.stats import t

import contagion as ct
from contagion.city.first_day import Foundation, first_day
from contagion.model.simulation import LivingCity
from contagion.vocabulary import Layer

NOT_MET = {
    **{f"bonds.weak_{where}": 0.0 for where in ("group", "event", "job")},
    "events.ties": 0.0,
    "groups.sports_bridges": 0.0,
}
EVENTS = {"interventions.it": {"kind": "visible_events", "start": 0.0, "ramp_up": 0.0}}
COALITION = {"interventions.it": {"kind": "bridging_coalition", "start": 0.0, "ramp_up": 0.0}}
ARMS: dict[str, dict[str, object]] = {
    "as it is": {},
    "weak ties carry no recovery": {"starting.weak": 0.0},
    "no weak tie made by meeting": NOT_MET,
    "every friendship to anybody": {"network.long_ties": 1.0},
    "acquaintances all elsewhere": {"network.bridging": 1.0},
    "acquaintances all nearby": {"network.bridging": 0.0},
    "visible events": EVENTS,
    "events that make no ties": {**EVENTS, "events.ties": 0.0},
    "coalition": COALITION,
    "a coalition that makes none": {"interventions.it": {**COALITION["interventions.it"], "bridges": 0.0}},
}
MEASURES = ("weak, % of starts", "elsewhere, % of named", "bridging ties a year", "starts", "recovery-years")
PAIRS = {"visible events": "events that make no ties", "coalition": "a coalition that makes none"}


def bridging(city: LivingCity) -> np.ndarray:
    """Weak ties across neighbourhoods among people with lived experience, one number for each pair."""
    one, two, layer = city.web.bonded()
    place = city.people["neighbourhood"]
    apart = (layer == Layer.ACQUAINTANCE) & (place[one] != place[two])
    return one[apart] * np.int64(city.lived_rows) + two[apart]


def lived(scenario: ct.Scenario, seed: int, founded: Foundation | None) -> np.ndarray:
    """What a history came to, by MEASURES."""
    city, made = LivingCity(scenario, seed, foundation=founded), 0
    standing = bridging(city)
    for _ in range(scenario.weeks):
        city.step()
        now = bridging(city)
        made += np.setdiff1d(now, standing, assume_unique=True).size
        standing = now
    out = city.outcomes()
    starts = out.events[(out.events["event"] == "start") & out.events["chosen"]]
    named = starts[starts["source"] >= 0]
    place = out.people["neighbourhood"]
    elsewhere = place.reindex(named["uid"]).to_numpy() != place.reindex(named["source"]).to_numpy()
    known = place.reindex(named["source"]).notna().to_numpy()  # allies of the public are not in the table
    weak = 100.0 * (starts["channel"] == "weak").mean()
    line = out.timeline.iloc[1:]
    away, a_year = 100.0 * elsewhere[known].mean(), made * 52.0 / scenario.weeks
    return np.array([weak, away, a_year, len(starts), line["in_recovery"].sum() / 52.0])


def one_seed(seed: int, people: int, years: float) -> np.ndarray:
    """By arm and measure."""
    base = ct.load("baseline", **{"city.population": people, "time.years": years})
    founded, found = first_day(base.effective(), seed), []
    for changes in ARMS.values():
        scenario = ct.load(base, **changes)
        same = scenario.foundation_key() == base.foundation_key()
        found.append(lived(scenario, seed, founded if same else None))
    return np.array(found)


def said(values: np.ndarray, digits: int = 1) -> tuple[str, bool]:
    """Mean with its 95 % interval, and whether that leaves out 0."""
    mean, wide = values.mean(), float(t.ppf(0.975, len(values) - 1)) * values.std(ddof=1) / np.sqrt(len(values))
    return f"{mean:+.{digits}f} ({mean - wide:+.{digits}f} to {mean + wide:+.{digits}f})", bool(abs(mean) > wide)


def main(seeds: int = 12, people: int = 20_000, years: int = 5) -> bool:
    """Print the table, and what matters; whether weak ties do at all."""
    with ProcessPoolExecutor(2) as pool:
        jobs = [pool.submit(one_seed, seed, people, years) for seed in range(1, seeds + 1)]
        found = np.array([job.result() for job in jobs])
    names = list(ARMS)
    clear = {}
    print(f"{seeds} seeds of {people:,} people over {years} years")
    print(
        "| arm | " + " | ".join(MEASURES[:3]) + " | starts, difference | recovery-years, difference |\n|" + "---|" * 6
    )
    for k, name in enumerate(names):
        levels = [f"{found[:, k, m].mean():.1f}" for m in range(3)]
        gaps = [said(found[:, k, m] - found[:, 0, m]) for m in (3, 4)]
        clear[name] = gaps[1][1]
        told = [words for words, _ in gaps] if k else [f"{found[:, 0, m].mean():,.0f} in all" for m in (3, 4)]
        print(f"| {name} | " + " | ".join([*levels, *told]) + " |")
    print("weak ties matter:", "yes" if clear["weak ties carry no recovery"] else "not shown")
    whom = [name for name in names[3:6] if clear[name]]
    print("whom ties join matters:", f"yes ({', '.join(whom)})" if whom else "not shown")
    for one, other in PAIRS.items():
        gap = found[:, names.index(one)] - found[:, names.index(other)]
        words, matters = said(gap[:, 4])
        print(f"ties made by {one}: {said(gap[:, 2])[0]} bridging ties a year; recovery-years {words}: "
              f"{'they matter' if matters else 'not shown'}")  # fmt: skip
    return clear["weak ties carry no recovery"]


if __name__ == "__main__":
    sys.exit(0 if main(*(int(a) for a in sys.argv[1:])) else 1)
