"""What people are like on the first day: capital, barriers, CHIME and visibility, as their stage and its duration imply.

Levels are declared by stage; what has faded or grown since the start of recovery goes by the processes' own paces, and
barriers and empowerment by their own rules. Source: assumed near where the baseline city comes to rest.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from contagion.city.columns import COLUMNS
from contagion.core.chance import uniform
from contagion.core.parameters import Parameters, amount, per_year, ratio, score, share
from contagion.processes.chime import empowered
from contagion.vocabulary import (
    ACTIVE,
    ANONYMOUS,
    EARLY,
    HIDDEN,
    INSIDE,
    NO_GROUP,
    NO_ORDER,
    OPIOID,
    OUTSIDE,
    STABLE,
    SUSTAINED,
    VISIBLE,
    recovering,
)

Columns = dict[str, np.ndarray]

LONG_AGO = 5200
"""Weeks since the last treatment, of those of whom nothing is known."""


def circumstances(columns: Columns, scenario: Any, lived: int, seed: int) -> None:
    """Fill the columns of people with, or at risk of, lived experience (rows 0 to `lived`), drawn by identity."""
    uid, stage = columns["uid"][:lived], columns["stage"]

    def draw(name: str) -> np.ndarray:
        return np.asarray(uniform(seed, f"first {name}", 0, uid))

    years = np.where(recovering(stage), columns["spell"], 0) / 52.0
    _capital(columns, scenario, years, draw)
    _places(columns, scenario, draw)
    _feelings(columns, scenario, years)
    _seen(columns, scenario, draw)
    _spread(columns, scenario, draw)
    ratios = dict.fromkeys(("linked", "job_help", "job_security", "mapped"), 1.0)
    nothing = {"court": NO_ORDER, "group": NO_GROUP, "group_kind": NO_GROUP, "in_care": LONG_AGO}
    for name, value in {**ratios, **nothing}.items():
        columns[name] = np.full(lived, value, COLUMNS[name].dtype)


def by_stage(stage: np.ndarray, active: Any, recovery: Any, at_risk: Any) -> np.ndarray:
    """One of three values by stage: in active addiction, in recovery, at risk (or still to come)."""
    return np.select([stage == ACTIVE, recovering(stage)], [active, recovery], at_risk)


def _capital(columns: Columns, scenario: Any, years: np.ndarray, draw: Any) -> None:
    """Personal capital, attempts, debt and need."""
    stage, p, c = columns["stage"], scenario.circumstances, scenario.capital
    grown = c.ceiling - (c.ceiling - c.floor) * np.exp(-p.growth_so_far * years)
    level = by_stage(stage, c.floor + p.personal_above_floor, grown, p.personal_at_risk)
    columns["personal"] = np.clip(level + p.personal_spread * (draw("personal") - 0.5), 0.0, 1.0)
    tried = (stage == ACTIVE) | recovering(stage)
    most = p.attempts_most * np.where(columns["mild"] == 1, p.attempts_mild, 1.0)
    attempts = np.where(tried, np.floor(most * draw("attempts") ** p.attempts_skew), 0)
    columns["attempts"] = attempts.astype(np.int32) + recovering(stage)
    faded = np.exp(-c.debt_pace * years)
    debt = c.debt_well + (c.debt_active - c.debt_well) * faded
    columns["debt"] = by_stage(stage, c.debt_active * p.settled_in_use, debt, c.debt_well)
    need = c.need_well + p.need_fresh * faded
    columns["need"] = by_stage(stage, c.need_active * p.settled_in_use, need, p.need_at_risk)


def _spread(columns: Columns, scenario: Any, draw: Any) -> None:
    """How high each person's capital can grow (normal around the ceiling)."""
    from scipy.special import ndtri

    c = scenario.capital
    high = c.ceiling + c.ceiling_spread * ndtri(np.clip(draw("ceiling"), 1e-9, 1.0 - 1e-9))
    columns["ceiling"] = np.clip(high, c.floor, 1.0)


def _places(columns: Columns, scenario: Any, draw: Any) -> None:
    """Homes, jobs, records and treatment."""
    stage, opioid = columns["stage"], columns["substance"] == OPIOID
    h, j, law, t = scenario.homes, scenario.jobs, scenario.justice, scenario.treatment
    active = np.where(opioid, h.without_opioid, h.without_active)
    columns["home"] = (draw("home") >= by_stage(stage, active, h.without_well, h.without_at_risk)).astype(np.int8)
    columns["job"] = (draw("job") < by_stage(stage, j.with_active, j.with_well, j.with_at_risk)).astype(np.int8)
    record = np.where(opioid, law.record_at_start, law.record_at_start_other)
    columns["record"] = (draw("record") < by_stage(stage, record, record, law.record_at_risk)).astype(np.int8)
    mild, active_ = columns["mild"] == 1, stage == ACTIVE
    seeking = np.where(mild, t.mild, 1.0)
    cover = np.where(
        opioid,
        t.start_coverage_opioid * _against(seeking, active_ & opioid),
        t.start_coverage_alcohol * _against(seeking, active_ & ~opioid),
    )
    share_ = np.select([stage == ACTIVE, stage == EARLY], [cover, t.start_coverage_early * cover], 0.0)
    columns["treatment"] = np.where(draw("treatment") < share_, INSIDE, OUTSIDE).astype(np.int8)


def _against(weight: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Each weight against the mean of these people's, so that their share stays what is declared."""
    return np.asarray(weight / max(float(weight[among].mean()), 1e-9) if among.any() else weight)


def _feelings(columns: Columns, scenario: Any, years: np.ndarray) -> None:
    """Internalised stigma, CHIME and social capital."""
    stage, p = columns["stage"], scenario.circumstances
    faded = np.exp(-scenario.capital.debt_pace * years)
    recovery = p.internalised_recovery + p.internalised_fresh * faded
    columns["internalised"] = by_stage(stage, p.internalised_active, recovery, p.internalised_at_risk)
    for name in ("hope", "connectedness", "identity", "meaning", "social"):
        levels = (getattr(p, f"{name}_{when}") for when in ("active", "recovery", "at_risk"))
        columns[name] = by_stage(stage, *levels)


def _seen(columns: Columns, scenario: Any, draw: Any) -> None:
    """Sociability, visibility, champions, giving back."""
    stage, p, start, least = columns["stage"], scenario.circumstances, scenario.start, scenario.bonds.unsociable
    social, low = draw("sociability"), scenario.bonds.sociability_least
    spread = low + (1.0 - low) * (social - least) / max(1e-9, 1 - least)
    columns["sociability"] = np.where(social < least, 0.0, spread)
    settled = (stage == SUSTAINED) | (stage == STABLE)
    seen = draw("visibility")
    visible = recovering(stage) & (seen < np.where(settled, start.visible, p.visible_early * start.visible))
    anonymous = recovering(stage) & (seen > 1.0 - p.anonymous)
    columns["visibility"] = np.select([visible, anonymous], [VISIBLE, ANONYMOUS], HIDDEN).astype(np.int8)
    visible = columns["visibility"] == VISIBLE
    columns["champion"] = (visible & settled & (draw("champion") < start.champions)).astype(np.int8)
    if (hidden := (columns["champion"] == 1) & ~visible).any():  # whom a file names as a champion is visible
        columns["visibility"] = np.where(hidden, np.int8(VISIBLE), columns["visibility"])
    columns["energy"] = np.full(stage.size, p.energy)
    giving = np.select(
        [stage == STABLE, stage == SUSTAINED, (stage == ACTIVE) | (stage == EARLY)],
        [p.giving_stable, p.giving_sustained, p.giving_active],
        p.giving_at_risk,
    )
    columns["giving_back"] = (draw("giving back") < giving).astype(np.int8)


def empowerment(columns: Columns) -> np.ndarray:
    """Empowerment where capital and barriers stand as they do."""
    return np.asarray(empowered(columns["personal"], columns["barriers"]))


_REST = "near where the baseline city comes to rest"


class Circumstances(Parameters):
    """What people are like on the first day, by stage."""

    personal_above_floor: float = score(0.07, "personal capital in active addiction, above capital.floor", source=_REST)
    personal_at_risk: float = score(0.5, "personal capital at risk", source=_REST)
    personal_spread: float = score(0.4, "range of personal capital around its level", source=_REST)
    growth_so_far: float = per_year(0.75, "pace at which personal capital has grown in recovery so far", source=_REST)
    attempts_most: float = amount(34.0, "most attempts so far", unit="attempts", up_to=50)
    attempts_skew: float = amount(
        2.8, "how far few attempts are more common than many (at 1 all are alike)", unit="exponent", low=0.1, up_to=10
    )
    attempts_mild: float = ratio(
        0.038, "attempts so far with a mild dependence, against others", off=None, source=_REST
    )
    settled_in_use: float = share(
        0.87, "debt and need in active addiction, against the levels that active use tends to", source=_REST
    )
    need_fresh: float = score(0.2, "untreated need at the start of recovery, above that of long recovery", source=_REST)
    need_at_risk: float = score(0.57, "untreated need at risk", source=_REST)
    internalised_active: float = score(0.44, "internalised stigma in active addiction", source=_REST)
    internalised_recovery: float = score(0.3, "internalised stigma in long recovery", source=_REST)
    internalised_fresh: float = score(0.09, "internalised stigma at the start of recovery, above that", source=_REST)
    internalised_at_risk: float = score(0.45, "internalised stigma at risk", source=_REST)
    hope_active: float = score(0.54, "hope in active addiction", source=_REST)
    hope_recovery: float = score(0.84, "hope in recovery", source=_REST)
    hope_at_risk: float = score(0.57, "hope at risk", source=_REST)
    connectedness_active: float = score(0.705, "connectedness in active addiction", source=_REST)
    connectedness_recovery: float = score(0.8, "connectedness in recovery", source=_REST)
    connectedness_at_risk: float = score(0.725, "connectedness at risk", source=_REST)
    identity_active: float = score(0.275, "recovery identity in active addiction", source=_REST)
    identity_recovery: float = score(0.625, "recovery identity in recovery", source=_REST)
    identity_at_risk: float = score(0.475, "recovery identity at risk", source=_REST)
    meaning_active: float = score(0.285, "meaning in active addiction", source=_REST)
    meaning_recovery: float = score(0.52, "meaning in recovery", source=_REST)
    meaning_at_risk: float = score(0.37, "meaning at risk", source=_REST)
    social_active: float = score(0.59, "social capital in active addiction", source=_REST)
    social_recovery: float = score(0.84, "social capital in recovery", source=_REST)
    social_at_risk: float = score(0.81, "social capital at risk", source=_REST)
    visible_early: float = ratio(0.4, "visible share in early recovery against later", source=_REST)
    anonymous: float = share(0.2, "share of people in recovery who are known inside groups only", off=0.0, source=_REST)
    energy: float = score(0.98, "energy of everybody, of which helping takes some", source=_REST)
    giving_stable: float = share(
        0.79, "share who give back in stable recovery", source="Life in Recovery UK 2015", grade="C"
    )
    giving_sustained: float = share(0.56, "share who give back in sustained recovery", source=_REST)
    giving_active: float = share(0.27, "share who give back in active addiction or early recovery", source=_REST)
    giving_at_risk: float = share(0.3, "share of people at risk who take active part in the community", source=_REST)
    attending_early: float = ratio(1.7, "attendance of a group in early recovery against start.attending", up_to=5)
    attending_sustained: float = ratio(1.7, "the same in sustained recovery", up_to=5)
    attending_stable: float = ratio(0.75, "the same in stable recovery", up_to=5)
    attending_weeks: int = amount(60, "weeks since joining the group, at most", unit="weeks", up_to=5200)
    ally_in_role: float = ratio(
        0.2, "how common active allies are among people with a role, against citizens", off=None
    )
