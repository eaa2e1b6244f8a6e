"""Community: what the place offers, and what it gains from people who give back; settled for the city.

Collective efficacy and community capital grow with giving back and bridging, and decay without upkeep. Structural
stigma follows policy and, slowly, the attitudes of those who hold the keys (employers, landlords). Homes, jobs,
treatment and group places are finite and go by lot. A coalition for an inclusive recovery city forms where
visible champions are many, and holds more events the further it has come.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from contagion.core.chance import uniform
from contagion.core.lots import partners, serve
from contagion.core.parameters import Parameters, amount, per_year, ratio, score, share
from contagion.core.ties import exact_mean_among, exact_means
from contagion.processes.capital import Homes, Jobs
from contagion.processes.groups import Groups
from contagion.processes.stigma import REVIEWED, Stigma
from contagion.processes.treatment import Treatment
from contagion.vocabulary import ACTIVE, GroupKind, Layer, Place, recovering


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
    stages: int = amount(4, "stages of a recovery city's coalition", unit="stages", up_to=10, off=0)
    events_per_stage: int = amount(
        2, "visible events that each stage of the coalition adds", unit="events per year", up_to=20, off=0
    )


def settle_homes(city: Any, p: Homes) -> None:
    """Homes that are free go by lot among those who would be accepted."""
    city.town.homes_free = _win(city, "home", p.vacancies, city.town.homes_free)


def settle_jobs(city: Any, p: Jobs) -> None:
    """Jobs that are free go by lot among those who would be accepted."""
    city.town.jobs_free = _win(city, "job", p.vacancies, city.town.jobs_free)


def _win(city: Any, what: str, vacancies: float, free: float) -> float:
    """Give what is free to those who seek it; a quarter's worth of vacancies can stand open."""
    week_worth = vacancies * city.founding_people / 1000.0 / 52.0
    free = min(free + week_worth, max(1.0, 13.0 * week_worth))
    who = city.lived
    rows = getattr(who, f"seeks_{what}").nonzero()[0]
    if rows.size == 0:
        return free
    uid = who.uid[rows]
    tickets = uniform(city.seed_, f"lot {what}", city.week, uid)
    won = rows[serve(np.zeros(rows.size, np.int64), np.array([int(free)]), tickets, uid)]
    column = getattr(who, what).copy()
    column[won] = 1
    setattr(who, what, column)
    return free - won.size


def settle_treatment(city: Any, p: Treatment) -> None:
    """Treatment places that are free go to those who have waited longest."""
    who = city.lived
    status = who.treatment
    rows = (status == Place.WAITING).nonzero()[0]
    places = int(p.places * city.founding_people / 1000.0)
    free = max(0, places - np.count_nonzero(status == Place.IN))
    if rows.size == 0 or free == 0:
        return
    uid, care = who.uid[rows], who.in_care
    tickets = uniform(city.seed_, "treatment place", city.week, uid) - care[rows]
    entered = rows[serve(np.zeros(rows.size, np.int64), np.array([free]), tickets, uid)]
    status, care = status.copy(), care.copy()
    status[entered], care[entered] = Place.IN, 0
    who.treatment, who.in_care = status, care


def settle_groups(city: Any, p: Groups) -> None:
    """Those who want to join go to a group of their neighbourhood, by lot where it is full.

    Who comes by assertive linkage is introduced to a member: the human bridge is a tie.
    """
    who, meet = city.lived, city.meetings
    rows = ((who.joining == 1) & (who.group < 0)).nonzero()[0]
    if rows.size == 0 or meet.open_groups.size == 0:
        return
    uid, place = who.uid[rows], who.neighbourhood[rows]
    u = uniform(city.seed_, "which group", city.week, uid)
    count = meet.open_start[place + 1] - meet.open_start[place]
    local = meet.open_start[place] + np.floor(u * count).astype(np.int64)
    anywhere = np.floor(u * meet.open_groups.size).astype(np.int64)
    choice = meet.open_groups[np.where(count > 0, local, anywhere)]
    kind = meet.kind[choice]
    fits = (
        ((kind != GroupKind.RECOVERY_FRIENDLY_WORKPLACE) | (who.job[rows] == 1))
        & ((kind != GroupKind.THERAPEUTIC_COMMUNITY) | (who.treatment[rows] == Place.IN))
        & ((kind != GroupKind.COLLEGIATE_PROGRAMME) | (who.age[rows] + city.week / 52.0 < 30.0))
    )
    rows, choice, uid = rows[fits], choice[fits], uid[fits]
    inside = who.group[who.group >= 0]
    free = np.maximum(0, meet.places - np.bincount(inside, minlength=meet.places.size))
    tickets = uniform(city.seed_, "group place", city.week, uid)
    enter = serve(choice, free, tickets, uid)
    group, since = who.group.copy(), who.since_joined.copy()
    group[rows[enter]], since[rows[enter]] = choice[enter], 0
    who.group, who.since_joined = group, since
    bridged = rows[enter][who.linked[rows[enter]] > 1.0]
    if bridged.size == 0:
        return
    members = np.flatnonzero((group >= 0) & recovering(who.stage))
    pairs = partners(city.seed_, "introduced to", city.week, who.uid, bridged, members, group)
    city.bond(pairs, Layer.RECOVERY)


def settle_stigma(city: Any, p: Stigma) -> None:
    """Structural stigma follows policy and the attitudes of employers and landlords."""
    town = city.town
    if city.week % REVIEWED == 0:
        town.gatekeepers = exact_mean_among(city.everyone.attitude, city.gatekeepers)
    scale = p.structural_start + town.structural_lever
    aim = (1.0 - p.structural_attitudes) * scale + p.structural_attitudes * (
        scale + town.gatekeepers - town.gatekeepers_start
    )
    town.structural += p.structural_pace / 52.0 * (min(1.0, max(0.0, aim)) - town.structural)


def community_capital(p: Community, town: Any, services: float, openings: float) -> np.ndarray:
    """Community recovery capital by neighbourhood (0..1): a weighted mean of what the place offers."""
    weights = (p.by_attitudes, p.by_efficacy, p.by_groups, p.by_services, p.by_openings)
    parts = (1.0 - town.attitudes, town.efficacy, town.groups_share, services, openings)
    return sum(w * part for w, part in zip(weights, parts, strict=True)) / max(1e-9, sum(weights))


def settle_community(city: Any, p: Community) -> None:
    """Efficacy, community capital and the coalition, from counts by neighbourhood."""
    who, town, size = city.lived, city.town, city.town.efficacy.size
    place, stage = who.neighbourhood, who.stage
    giving = np.bincount(place[recovering(stage) & (who.giving_back == 1)], minlength=size)
    taking_part = np.maximum(1.0, p.public_giving * town.residents)
    aim = town.efficacy_start * (1.0 + p.weight_of_lived * (giving - town.giving_start) / taking_part)
    aim = np.minimum(1.0, np.maximum(0.0, aim))
    town.efficacy = town.efficacy + p.upkeep / 52.0 * (aim - town.efficacy)
    if city.week % REVIEWED == 0:
        town.attitudes = exact_means(city.everyone.attitude, city.everyone.neighbourhood, size)
    waiting = np.count_nonzero(who.treatment == Place.WAITING)
    services = 1.0 - int(waiting) / max(1, int(np.count_nonzero(stage == ACTIVE)))
    openings = 0.5 * (town.homes_free >= 1.0) + 0.5 * (town.jobs_free >= 1.0)
    town.community = community_capital(p, town, services, openings)
    champions = np.count_nonzero(who.champion == 1) * 10000.0 / city.founding_people
    if city.week - town.coalition_since >= 52:
        reached = min(p.stages, int(champions / p.champions_needed))
        if reached != town.coalition:
            town.coalition += 1 if reached > town.coalition else -1
            town.coalition_since = city.week
    events = city.scenario_.exposure.events_per_year + p.events_per_stage * town.coalition
    year_week = city.week % 52
    held = (year_week * events) // 52 != ((year_week + 1) * events) // 52
    town.event = np.full(size, int(held), np.int8)
