"""Efficacy and capital of the community: what the place offers, and what it gains from people who give back.

efficacy' = efficacy + upkeep / 52 [E0 (1 + weight (giving - giving at the start) / taking part) - efficacy]
community capital = weighted mean of attitudes, efficacy, groups, services without a queue, open homes and jobs

Collective efficacy grows with giving back and decays without upkeep. It acts through community capital alone, which sets
the pace at which recovery builds personal capital; what else it may do (offending, health) is not in the model.

Source: Best & Laudet 2010 (community recovery capital), HMIP 2024/06 (inclusive recovery cities); weights are assumed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from contagion.core.compiling import kernel
from contagion.core.parameters import Parameters, amount, per_year, ratio, score, share
from contagion.core.process import settlement
from contagion.processes.community.events import dates
from contagion.vocabulary import ACTIVE, WAITING, EventKind, in_recovery


@settlement(
    "community",
    off=(
        "upkeep",
        "stages",
        "exposure.events_per_year",
        "stigma.pace",
        "homes.vacancies",
        "jobs.vacancies",
        "treatment.seek_opioid",
        "treatment.seek_alcohol",
        "treatment.seek_other",
        "justice.referral",
        "justice.drug_court",
        "allies.family",
        "events.meets",
        "groups.meets",
    ),
    unless=lambda city: bool(city.programmes),
)
def settle_community(city: Any, p: Any) -> None:
    """Efficacy, community capital and the coalition, from counts by neighbourhood."""
    town = city.town
    giving, totals = census(city.people, town.efficacy.size)
    taking_part = np.maximum(1.0, p.public_giving * town.residents)
    aim = town.efficacy_start * (1.0 + p.weight_of_lived * (giving - town.giving_start) / taking_part)
    aim = np.minimum(1.0, np.maximum(0.0, aim))
    town.efficacy = town.efficacy + p.upkeep / 52.0 * (aim - town.efficacy)
    town.community = community_capital(p, town, int(totals[0]), int(totals[1]))
    _hold_events(city, p)


def community_capital(p: Any, town: Any, waiting: int, active: int) -> np.ndarray:
    """Community recovery capital by neighbourhood (0..1): a weighted mean of what the place offers."""
    services = 1.0 - waiting / max(1, active)
    openings = 0.5 * (town.homes_free >= 1.0) + 0.5 * (town.jobs_free >= 1.0)
    weights = (p.by_attitudes, p.by_efficacy, p.by_groups, p.by_services, p.by_openings)
    parts = (1.0 - town.attitudes, town.efficacy, town.groups_share, services, openings)
    return np.asarray(sum(w * part for w, part in zip(weights, parts, strict=True)) / max(1e-9, sum(weights)))


def census(people: np.ndarray, places: int) -> tuple[np.ndarray, np.ndarray]:
    """People in recovery who give back, by neighbourhood; and who waits for treatment, is in active addiction."""
    giving, totals = np.zeros(places, np.int64), np.zeros(2, np.int64)
    _census(people, giving, totals)
    return giving, totals


@kernel
def _census(people: Any, giving: Any, totals: Any) -> None:
    for i in range(people.size):
        who = people[i]
        if who.giving_back == 1 and in_recovery(who.stage):
            giving[who.neighbourhood] += 1
        if who.treatment == WAITING:
            totals[0] += 1
        if who.stage == ACTIVE:
            totals[1] += 1


def _hold_events(city: Any, p: Any) -> None:
    """Which visible events take place next week: they are spread evenly over the year, each kind by dates of its own."""
    town, scenario = city.town, city.scenario_
    counts = np.array(town.calendar, np.int64)
    counts[EventKind.CELEBRATION] += scenario.exposure.events_per_year + int(p.events_per_stage) * town.coalition
    held = dates(city.week % 52, counts)
    reach = [getattr(scenario.events, f"{kind.name.lower()}_reach") for kind in EventKind if held[kind]]
    town.events_held, town.event_reach = held, float(sum(reach))
    town.held_lately = town.held_lately.copy()
    town.held_lately[city.week % 52] = np.count_nonzero(held)
    town.event = np.full(town.efficacy.size, int(held.any()), np.int8)


class Community(Parameters):
    """Collective efficacy and the coalition."""

    efficacy_start: float = score(0.45, "collective efficacy at the start, where upkeep and decay balance")
    upkeep: float = per_year(0.3, "how fast giving back moves collective efficacy", up_to=5, off=0.0)
    public_giving: float = share(
        0.4,
        "share of the public that takes active part in the community",
        source="about 4 in 10 (Life in Recovery UK 2015)",
        grade="C",
    )
    weight_of_lived: float = ratio(3.0, "how much more visible giving back by people in recovery counts", up_to=20)
    by_attitudes: float = amount(0.25, "inclusive attitudes in community capital", unit="weight", up_to=1)
    by_efficacy: float = amount(0.25, "collective efficacy in it", unit="weight", up_to=1)
    by_groups: float = amount(0.20, "places in recovery groups in it", unit="weight", up_to=1)
    by_services: float = amount(0.15, "treatment without a queue in it", unit="weight", up_to=1)
    by_openings: float = amount(0.15, "open homes and jobs in it", unit="weight", up_to=1)
    champions_needed: float = amount(
        40.0,
        "visible champions that each further stage of a coalition needs",
        unit="champions per 10,000 people",
        low=0.1,
        up_to=10000,
    )
    stakeholders_needed: float = amount(
        5.0,
        "employers, landlords and practitioners that a council needs, from the second stage on",
        unit="people per 10,000 people",
        up_to=10_000,
    )
    inclusive_below: float = score(0.3, "attitude below which somebody would sit on such a council")
    events_needed: int = amount(
        4,
        "events a year that the fourth stage needs",
        unit="events per year",
        up_to=52,
        source="at least four events a year (starrecovery.co.uk)",
        grade="C",
    )
    stages: int = amount(4, "stages of a recovery city's coalition", unit="stages", up_to=10, off=0)
    events_per_stage: int = amount(
        2, "visible events that each stage of the coalition adds", unit="events per year", up_to=20, off=0
    )
    stage_weeks: int = amount(52, "weeks that a coalition stays at a stage, at least", unit="weeks", low=1, up_to=520)
    efficacy_gradient: float = score(0.2, "how far collective efficacy falls from the least to the most deprived place")
    groups_needed: float = amount(
        200.0, "places in groups that would meet the whole need", unit="per 10,000 people", low=1, up_to=10_000
    )
