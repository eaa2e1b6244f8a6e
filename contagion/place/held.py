"""Whether the founded city holds what a council said of its place: on the first day, and after one and ten years of no
intervention."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from contagion.config.study import Study
from contagion.core.errors import ConfigError, Fault
from contagion.model.scenario import Scenario
from contagion.model.simulation import LivingCity
from contagion.place.terms import Locality
from contagion.place.written_in import taken
from contagion.vocabulary import ACTIVE, ALCOHOL, INSIDE, OPIOID

NEAR = 0.05
"""How far off, relative to what was said, counts as held."""
YEARS = (1, 10)
SEEDS = 4
MEASURES = {
    "opiate_crack_users": "people who use opiates or crack",
    "dependent_drinkers": "alcohol-dependent adults",
    "treated_opiates": "in treatment for opiates or crack within the year",
    "treated_alcohol": "in treatment for alcohol within the year",
    "drug_deaths": "deaths by drug poisoning in the year",
}
WHY = {
    "opiate_crack_users": "who recovers, and who comes to be at risk, shifts with how many people in recovery are around",
    "dependent_drinkers": "who recovers, and who comes to be at risk, shifts with how many people in recovery are around",
    "treated_opiates": "places follow those who seek them, and one share on a day goes with other numbers in a year",
    "treated_alcohol": "places follow those who seek them, and one share on a day goes with other numbers in a year",
    "drug_deaths": "deaths follow the number of people who use opiates or crack and their ages",
}
"""Why a number may not be held, in one sentence."""


class Held(NamedTuple):
    """One number: its key, what was said, what the city holds in each of `YEARS` (scaled to the place), standard errors."""

    name: str
    said: float
    found: tuple[float, ...]
    errors: tuple[float, ...]

    @property
    def verdicts(self) -> tuple[str, ...]:
        """For each year: held, held within luck, or not held and by how much."""
        out = []
        for found, error in zip(self.found, self.errors, strict=True):
            apart = found - self.said
            if abs(apart) <= NEAR * self.said:
                out.append("held")
            elif abs(apart) <= 2.0 * error:
                out.append("held within luck")
            else:
                out.append(f"off by {apart / self.said:+.0%}" if self.said else "not nought")
        return tuple(out)


def held(study: Study, seeds: int = SEEDS, progress: Callable[[str], None] = lambda said: None) -> list[Held]:
    """Each number said of the place beside what the city of the study holds without interventions.

    Raises ConfigError if the study has no place, or says nothing of it that a city could hold.
    """
    place = study.place
    said = {name: getattr(place, name) for name in MEASURES if getattr(place, name) is not None}
    if not said:
        rule = (
            "say in [place] how many people there are, and counts of them: contagion place new FILE writes a beginning"
        )
        raise ConfigError(Fault(study.name, "place", None, rule, problem="says nothing that a city could hold"))
    base = study.base
    time = base.time.model_copy(update={"years": float(max(YEARS))})
    alone = base.model_copy(update={"interventions": {}, "time": time})
    found = []
    for seed in range(1, seeds + 1):
        found.append(_lived(alone, seed))
        progress(f"city {seed} of {seeds}")
    scale = taken(place).scale
    table = np.array([[[year[name] for year in one] for name in said] for one in found]) * scale
    errors = table.std(axis=0, ddof=1) / np.sqrt(seeds) if seeds > 1 else np.zeros(table.shape[1:])
    return [
        Held(name, float(value), tuple(table[:, k].mean(axis=0).tolist()), tuple(errors[k].tolist()))
        for k, (name, value) in enumerate(said.items())
    ]


def _lived(scenario: Scenario, seed: int) -> list[dict[str, float]]:
    """What one city holds in each of `YEARS`: means of weekly counts, people treated at some time, deaths."""
    city = LivingCity(scenario, seed)
    years = []
    for year in range(1, max(YEARS) + 1):
        years.append(_year(city) if year in YEARS else None)
        if years[-1] is None:
            city.run_for(52)
    deaths = city.outcomes().timeline["drug_poisoning_deaths"].to_numpy()
    out = []
    for year in YEARS:
        counts: Any = years[year - 1]
        out.append(counts | {"drug_deaths": float(deaths[52 * (year - 1) + 1 : 52 * year + 1].sum())})
    return out


def _year(city: LivingCity) -> dict[str, float]:
    """One year lived: mean counts of active addiction, and who was in treatment at some time within it."""
    people = city.people
    active, treated = np.zeros(2), np.zeros((2, people.size), bool)
    for _ in range(52):
        city.step()
        for k, substance in enumerate((OPIOID, ALCOHOL)):
            of_it = people["substance"] == substance
            active[k] += np.count_nonzero(of_it & (people["stage"] == ACTIVE)) / 52.0
            treated[k] |= of_it & (people["treatment"] == INSIDE)
    served = treated.sum(axis=1)
    return {
        "opiate_crack_users": float(active[0]),
        "dependent_drinkers": float(active[1]),
        "treated_opiates": float(served[0]),
        "treated_alcohol": float(served[1]),
    }


def in_words(found: list[Held], place: Locality) -> str:
    """The numbers as a table of a terminal, misses with their reasons after it."""
    head = ("what you said", "", *(f"after {year} year{'s'[: year > 1]}" for year in YEARS))
    rows = [head]
    for one in found:
        told = zip(one.found, one.errors, one.verdicts, strict=True)
        cells = (f"{number:,.0f} ± {error:,.0f} ({verdict})" for number, error, verdict in told)
        rows.append((MEASURES[one.name], f"{one.said:,.0f}", *cells))
    widths = [max(len(row[k]) for row in rows) for k in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    off = [one for one in found if any(verdict.startswith(("off", "not")) for verdict in one.verdicts)]
    lines += [f"{MEASURES[one.name]}: {WHY[one.name]}." for one in off]
    lines.append(
        "Held: within 5 %; within luck: within two standard errors of the seeds lived. Without any intervention."
    )
    return "\n".join(lines)
