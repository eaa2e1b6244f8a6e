"""Do two versions of the model agree? Measures one version into a table, and compares two tables.

    python experiments/agreement.py measure OUT.parquet [--seeds 40] [--people 20000] [--years 10] [--only NAME ...]
    python experiments/agreement.py compare OLD.parquet NEW.parquet [--all]

Every scenario of every shipped config is lived under each seed. A row of the table is one history: seed, scenario,
digest of its weekly measures, its number of events and their digest, each headline outcome, and of each weekly
measure the mean over the horizon (m_NAME) and the last value (e_NAME). A change that should alter nothing leaves
every history identical to the bit; a change that only draws its luck otherwise leaves differences of means that
their standard errors explain. Nothing is asserted: the exit status is 0.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm

import contagion as ct
from contagion.study.analysis.headlines import HEADLINES, of_timeline

CONFIGS = Path(__file__).resolve().parents[1] / "configs"


class Difference(NamedTuple):
    """One outcome of one scenario under two versions: means, and their difference in standard errors."""

    scenario: str
    outcome: str
    old: float
    new: float
    z: float


def scenarios(people: int, years: float) -> dict[str, ct.Scenario]:
    """Every scenario of every shipped config by name; a name met before is preceded by its config's."""
    found: dict[str, ct.Scenario] = {}
    for path in sorted(CONFIGS.glob("*.toml")):
        study = ct.load(path, **{"city.population": people, "time.years": years})
        for name, scenario in ct.variants(study).items():
            found[name if name not in found else f"{path.stem}.{name}"] = scenario
    return found


def digest(frame: pd.DataFrame) -> str:
    """A short digest of every value of a table, in order."""
    rows = pd.util.hash_pandas_object(frame, index=False).to_numpy()
    return hashlib.sha256(rows.tobytes()).hexdigest()[:16]


def history(name: str, scenario: ct.Scenario, seed: int) -> dict[str, object]:
    """One row of the table: what happened under this seed."""
    lived = ct.simulate(scenario, seed)
    line, events = lived.timeline, lived.events
    weekly = hashlib.sha256(np.ascontiguousarray(line.to_numpy()).tobytes()).hexdigest()[:16]
    return {
        "seed": seed,
        "scenario": name,
        "digest": weekly,
        "events": len(events),
        "events_digest": digest(events),
        **{headline.name: of_timeline(line, headline) for headline in HEADLINES},
        **{f"m_{column}": float(line[column].mean()) for column in line},
        **{f"e_{column}": float(line[column].iloc[-1]) for column in line},
    }


def measure(out: Path, seeds: int, people: int, years: float, only: list[str] | None = None) -> pd.DataFrame:
    """Live every scenario under the seeds 1 to `seeds`; the table is written after each seed."""
    asked = {name: what for name, what in scenarios(people, years).items() if not only or name in only}
    rows, began = [], time.perf_counter()
    table = pd.DataFrame()
    for seed in range(1, seeds + 1):
        rows += [history(name, what, seed) for name, what in asked.items()]
        table = pd.DataFrame(rows)
        unfinished = out.with_name(f"{out.name}.unfinished")
        table.to_parquet(unfinished)
        unfinished.replace(out)
        print(f"seed {seed} of {seeds}: {len(rows)} histories, {time.perf_counter() - began:.0f} s", flush=True)
    return table


def z_score(old: np.ndarray, new: np.ndarray) -> float:
    """Difference of two means in standard errors, as of two independent samples; 0 for the same mean.

    Infinite where neither sample varies and the means differ.
    """
    apart = float(np.mean(new) - np.mean(old))
    if apart == 0.0:
        return 0.0
    variance = sum(float(np.var(sample, ddof=1)) / sample.size if sample.size > 1 else 0.0 for sample in (old, new))
    return apart / math.sqrt(variance) if variance > 0.0 else math.copysign(math.inf, apart)


def differences(old: pd.DataFrame, new: pd.DataFrame, every_measure: bool = False) -> list[Difference]:
    """Each outcome that both tables have, for each scenario that both have."""
    names = [headline.name for headline in HEADLINES]
    if every_measure:
        names += [column for column in new if column.startswith(("m_", "e_"))]
    names = [name for name in names if name in old and name in new]
    found = []
    for scenario in [s for s in new["scenario"].unique() if s in set(old["scenario"])]:
        before, after = (table[table["scenario"] == scenario] for table in (old, new))
        for name in names:
            a, b = before[name].to_numpy(float), after[name].to_numpy(float)
            found.append(Difference(scenario, name, float(a.mean()), float(b.mean()), z_score(a, b)))
    return found


def identical(old: pd.DataFrame, new: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """By scenario: how many histories of the same seed are the same to the bit, of how many that both tables have."""
    signs = ["digest", *(name for name in ("events", "events_digest") if name in old and name in new)]
    both = old.merge(new, on=["scenario", "seed"], suffixes=("_old", "_new"))
    same = pd.Series(True, index=both.index)
    for sign in signs:
        same &= both[f"{sign}_old"] == both[f"{sign}_new"]
    return {str(name): (int(same[rows.index].sum()), len(rows)) for name, rows in both.groupby("scenario", sort=False)}


def by_luck(comparisons: int) -> float:
    """The largest |z| to be expected of that many independent comparisons if nothing differs (its median)."""
    return float(norm.isf((1.0 - 0.5 ** (1.0 / comparisons)) / 2.0)) if comparisons else 0.0


def compare(old: pd.DataFrame, new: pd.DataFrame, every_measure: bool = False) -> str:
    """What the two tables say, as text."""
    found, same = differences(old, new, every_measure), identical(old, new)
    lines = [f"{'scenario':<20}{'outcome':<28}{'mean old':>16}{'mean new':>16}{'z':>8}"]
    for scenario in dict.fromkeys(one.scenario for one in found):
        lines += [
            f"{one.scenario:<20}{one.outcome:<28}{one.old:>16,.4f}{one.new:>16,.4f}{one.z:>8.2f}"
            for one in found
            if one.scenario == scenario
        ]
        equal, of = same.get(scenario, (0, 0))
        lines.append(f"{scenario:<20}identical histories: {equal} of {of}")
    alone = sorted(set(old["scenario"]) ^ set(new["scenario"]))
    if alone:
        lines.append(f"In one table only, and not compared: {', '.join(alone)}")
    equal, of = (sum(pair[i] for pair in same.values()) for i in (0, 1))
    lines.append(f"Identical histories: {equal} of {of}")
    if found:
        worst = max(found, key=lambda one: abs(one.z))
        lines.append(
            f"Largest |z|: {abs(worst.z):.2f} ({worst.scenario}, {worst.outcome}) of {len(found)} comparisons; luck "
            f"alone gives {by_luck(len(found)):.2f} if they are independent"
        )
    return "\n".join(lines)


def main() -> None:
    """The command line."""
    asked = argparse.ArgumentParser(description="Compare two versions of the model by their headline outcomes.")
    ways = asked.add_subparsers(dest="way", required=True)
    one = ways.add_parser("measure", help="live every shipped scenario with the version that is installed")
    one.add_argument("out", type=Path)
    one.add_argument("--seeds", type=int, default=40)
    one.add_argument("--people", type=int, default=20_000)
    one.add_argument("--years", type=float, default=10.0)
    one.add_argument("--only", nargs="*", help="names of scenarios [all]")
    two = ways.add_parser("compare", help="compare two tables")
    two.add_argument("old", type=Path)
    two.add_argument("new", type=Path)
    two.add_argument("--all", action="store_true", help="every weekly measure too, its mean and its last value")
    given = asked.parse_args()
    if given.way == "measure":
        measure(given.out, given.seeds, given.people, given.years, given.only)
    else:
        print(compare(pd.read_parquet(given.old), pd.read_parquet(given.new), given.all))


if __name__ == "__main__":
    main()
