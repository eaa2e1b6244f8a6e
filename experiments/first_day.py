"""What the city rests at, in the words of the first day: what to write into [start] and [circumstances] after a change.

    python experiments/first_day.py [people] [years] [config]

Lives the years without intervention and prints, for the parameters of the first day that follow from the balance, what is
declared and what the last third of the years came to. `active_years` and `stable_years` are means of what was lived so far.
"""

from __future__ import annotations

import sys
from collections import defaultdict

import numpy as np

import contagion as ct
from contagion.model.scenario import Scenario
from contagion.model.simulation import LivingCity
from contagion.processes.pathway import STABLE_AFTER
from contagion.vocabulary import (
    ACTIVE,
    AT_RISK,
    EARLY,
    INSIDE,
    NO_GROUP,
    OPIOID,
    STABLE,
    SUSTAINED,
    VISIBLE,
    recovering,
)

FELT = ("hope", "connectedness", "identity", "meaning", "social")


def levels(city: LivingCity) -> dict[str, float]:
    """The parameters of the first day as the city stands now."""
    people, week = city.people, city.week
    stage, opioid, mild = people["stage"], people["substance"] == OPIOID, people["mild"] == 1
    here = float(city.here)
    active, well, settled = stage == ACTIVE, recovering(stage), np.isin(stage, (SUSTAINED, STABLE))
    where = {"active": active, "recovery": well, "at_risk": stage == AT_RISK}
    by_stage = {"early": stage == EARLY, "sustained": stage == SUSTAINED, "stable": stage == STABLE}
    found = {f"start.{name}_per_1000": 1000.0 * rows.sum() / here for name, rows in by_stage.items()}
    found["start.at_risk_per_1000"] = 1000.0 * where["at_risk"].sum() / here
    for code, name in enumerate(("opioid", "alcohol", "other")):
        found[f"start.{name}_active_per_1000"] = 1000.0 * (active & (people["substance"] == code)).sum() / here
    found["start.recovery_opioid"] = (well & opioid).sum() / well.sum()
    found["start.recovery_other"] = (well & (people["substance"] == 2)).sum() / well.sum()
    entry = city.given_scenario.start.mild or 1.0
    for name, rows in {"active": active, **by_stage}.items():
        found[f"start.mild_{name}"] = mild[rows & ~opioid].mean() / entry
    years = people["spell"] / 52.0
    found["start.active_years"] = years[active & ~mild].mean()
    found["start.active_years_mild"] = years[active & mild].mean() if (active & mild).any() else float("nan")
    found["start.stable_years"] = years[by_stage["stable"]].mean() - STABLE_AFTER / 52.0
    age = people["age"] + week / 52.0
    found |= {"start.age_at_risk": age[where["at_risk"]].mean(), "start.age_active": age[active].mean()}
    found["start.age_recovery"] = (age - np.minimum(years, 30.0))[well].mean()
    found["start.age_spread"] = age[active].std()
    visible = people["visibility"] == VISIBLE
    found["start.visible"] = visible[settled].mean()
    found["start.champions"] = people["champion"][settled & visible].mean()
    severe = ~mild
    attends = people["group"] != NO_GROUP
    base = city.given_scenario.start.attending
    for name, rows in by_stage.items():
        found[f"circumstances.attending_{name}"] = attends[rows & severe].mean() / base
    found["treatment.start_coverage_opioid"] = (people["treatment"] == INSIDE)[active & opioid].mean()
    found["treatment.start_coverage_alcohol"] = (people["treatment"] == INSIDE)[active & ~opioid].mean()
    floor = city.given_scenario.capital.floor
    found["circumstances.personal_above_floor"] = people["personal"][active].mean() - floor
    for name in FELT:
        found |= {f"circumstances.{name}_{when}": people[name][rows].mean() for when, rows in where.items()}
    for when in ("active", "at_risk"):
        found[f"circumstances.internalised_{when}"] = people["internalised"][where[when]].mean()
    found["circumstances.internalised_recovery"] = people["internalised"][by_stage["stable"]].mean()
    for name, rows in (("giving_stable", by_stage["stable"]), ("giving_sustained", by_stage["sustained"])):
        found[f"circumstances.{name}"] = people["giving_back"][rows].mean()
    found["mean attempts, active, severe"] = people["attempts"][active & severe].mean()
    found["mean attempts, active, mild"] = people["attempts"][active & mild].mean() if (active & mild).any() else 0.0
    found["mean attempts, recovery, severe"] = people["attempts"][well & severe].mean()
    for name, table, column in (("homes.without", "home", 0), ("jobs.with", "job", 1), ("justice.record", "record", 1)):
        for when, rows in (
            ("active", active & ~opioid),
            ("opioid", active & opioid),
            ("well", well),
            ("at_risk", where["at_risk"]),
        ):
            found[f"{name}_{when} ({table})"] = (people[table][rows] == column).mean()
    for name in ("personal", "debt", "need"):
        found |= {f"{name} {when}": people[name][rows].mean() for when, rows in {**where, **by_stage}.items()}
    return found


def declared(scenario: Scenario, name: str) -> str:
    """What the scenario says, where the name is that of a parameter."""
    section, _, own = name.partition(".")
    value = getattr(getattr(scenario, section, None), own, None)
    return "" if value is None else f"{value:.4g}"


def main(people: int = 50_000, years: int = 60, config: str = "baseline") -> None:
    """Print the table."""
    scenario = ct.load(config, **{"city.population": people, "time.years": float(years)})
    city = LivingCity(scenario, 1)
    sums: dict[str, list[float]] = defaultdict(list)
    for year in range(years):
        city.run_for(52)
        if year >= years * 2 // 3:
            for name, value in levels(city).items():
                sums[name].append(value)
    print(f"{people:,} people, the last {years - years * 2 // 3} of {years} years\n")
    for name, values in sums.items():
        print(f"{name:44} {declared(scenario, name):>8} {np.mean(values):10.4g}")


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:3]), *sys.argv[3:])
