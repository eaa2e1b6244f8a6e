"""How fast, and what does each idea save? Prints ratios; asserts nothing.

    python experiments/bench.py

One thread, after compilation, medians. Numbers differ between machines; ratios less so.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

import contagion as ct
from contagion.city.network import KEPT


def seconds(act: Callable[[], object], times: int = 5) -> float:
    """Median wall time."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def everything(people: int, years: float = 10.0) -> ct.Scenario:
    """All three interventions from the first week."""
    names = ct.load("first_comparison").interventions
    early = {f"interventions.{name}.start": 0.0 for name in names}
    study = ct.load("first_comparison", **{"city.population": people, "time.years": years, **early})
    return ct.variants(study)["all_three"]


def one_by_one() -> None:
    """The agents way against the columns way."""
    what = everything(2000)
    columns = ct.RecoveryCity(what, rng=1)
    agents = ct.RecoveryCity(what, rng=1, how="agents", foundation=columns.foundation)
    for city in (columns, agents):
        city.run_for(4)  # compile, make the agents
    fast, slow = (seconds(lambda c=city: c.run_for(4)) for city in (columns, agents))
    print(f"One or everyone, 2,000 people: {slow / 4 * 1000:.0f} ms a week by agents, {fast / 4 * 1000:.1f} by columns: "
          f"{slow / fast:.0f} to 1")  # fmt: skip


def kept_sums() -> None:
    """Differences along ties against all sums anew."""
    city = ct.RecoveryCity(everything(50_000), rng=1)
    city.run_for(4)
    week = seconds(city.step)
    scratch = seconds(lambda: [city.web.from_scratch(spec) for spec in KEPT])
    kept = []
    for _ in range(8):
        send, spent = city.web.send, [0.0]

        def timed(name: str, value: np.ndarray, send=send, spent=spent) -> None:  # type: ignore[no-untyped-def]
            began = time.perf_counter()
            send(name, value)
            spent[0] += time.perf_counter() - began

        city.web.send = timed  # type: ignore[method-assign]
        city.step()
        city.web.send = send  # type: ignore[method-assign]
        kept.append(spent[0])
    mean = statistics.mean(kept)
    print(f"Neighbour sums, 50,000 people: {scratch * 1000:.1f} ms from scratch, {mean * 1000:.2f} kept (mean of 8 weeks, "
          f"a whole week takes {week * 1000:.1f}): {scratch / mean:.0f} to 1")  # fmt: skip


def paired(people: int = 10_000, years: float = 5.0, replicates: int = 12) -> None:
    """Variance of a difference under common and under separate seeds."""
    names = list(ct.load("first_comparison").interventions)
    early = {f"interventions.{name}.start": 0.0 for name in names}
    study = ct.load("first_comparison", **{"city.population": people, "time.years": years, **early})
    arms = ct.variants(study)
    found = {name: [] for name in arms}
    for seed in range(replicates):
        base = None
        for name, what in arms.items():
            city = ct.RecoveryCity(what, rng=seed, foundation=base)
            base = city.foundation
            city.run_for(what.weeks)
            found[name].append(city.timeline[-1]["in_recovery"])
    today = np.array(found.pop("today"))
    print(f"Pairing, people in recovery after {years:g} years ({people:,} people, {replicates} replicates):")
    for name, values in found.items():
        apart, together = np.var(today) + np.var(values), np.var(np.array(values) - today)
        saved = apart / together if together else float("inf")
        mean = float(np.mean(np.array(values) - today))
        print(f"    {name}: {mean:+.1f} people; the difference has {saved:.0f} times less variance with common seeds")


def by_size(sizes: tuple[int, ...] = (10_000, 50_000, 200_000)) -> None:
    """Time to found a city and to live a week, by its size."""
    print(f"By size:{'people':>14}{'founding, s':>14}{'week, ms':>11}{'ns a person-week':>19}"
          f"{'10 years, s':>14}{'ns per lived + tie':>21}")  # fmt: skip
    for people in sizes:
        what = everything(people)
        began = time.perf_counter()
        city = ct.RecoveryCity(what, rng=1)
        founding = time.perf_counter() - began
        city.run_for(8)
        week = seconds(lambda c=city: c.run_for(8)) / 8
        ties = int(city.foundation.ties.start[city.lived_rows]) + city.lived_rows
        print(f"{people:22,}{founding:14.2f}{week * 1000:11.2f}{week / people * 1e9:19.1f}{week * 520:14.2f}"
              f"{week / ties * 1e9:21.2f}")  # fmt: skip


if __name__ == "__main__":
    by_size()
    one_by_one()
    kept_sums()
    paired()
