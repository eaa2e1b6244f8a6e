"""The lattice: justice, groups, allies, events and the staged city act as they say, and do nothing at their off values."""

from __future__ import annotations

import functools
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import contagion as ct
from contagion.core.errors import ConfigError
from contagion.core.people import Row
from contagion.interventions.base import REGISTRY
from contagion.model.simulation import LivingCity, simulate
from contagion.vocabulary import ACTIVE, COMMUNITY, LERO, NO_GROUP, PRACTITIONER, SUSTAINED, GroupKind, Layer

MANY = {
    **{f"start.{name}_per_1000": 60.0 for name in ("opioid_active", "alcohol_active", "early", "sustained", "stable")},
    "start.at_risk_per_1000": 40.0,
}
SMALL: dict[str, Any] = {"city.population": 1500, "city.neighbourhoods": 4, "time.years": 2.0, **MANY}
SEEDS = range(12)
POSTS = {"places": 100.0, "needed": 100.0}
"""So many that some are left of a whole number in a small city."""
HARSH = {"justice.arrest": 0.9, "justice.prison": 0.6, "justice.sentence": 8, "treatment.places": 300.0}
KINDS = (
    *("visible_events", "recovery_centre", "lived_experience_organisation", "therapeutic_community"),
    *("collegiate_recovery", "practitioner_allies", "drug_treatment_court", "through_the_gate", "justice_capital"),
    *("bridging_coalition", "lived_experience_voice", "inclusive_recovery_city"),
)


def with_kind(kind: str, **more: Any) -> dict[str, Any]:
    return {"interventions.it": {"kind": kind, "start": 0.0, "ramp_up": 0.0, **more}}


@functools.cache
def lived(seed: int, changes: tuple[tuple[str, Any], ...] = ()) -> Any:
    return simulate(ct.load("baseline", **SMALL, **dict(changes)), seed).timeline


def effect(outcome: str, changes: dict[str, Any], usual: dict[str, Any] | None = None) -> float:
    """Mean paired difference over its standard error, 12 seeds, of the mean over the second year."""
    own = []
    for seed in SEEDS:
        with_it = (
            simulate(ct.load("baseline", **SMALL, **(usual or {}), **changes), seed).timeline[outcome].iloc[52:].mean()
        )
        own.append(with_it - lived(seed, tuple((usual or {}).items()))[outcome].iloc[52:].mean())
    return float(np.mean(own) / max(1e-12, np.std(own, ddof=1) / len(own) ** 0.5))


@pytest.mark.parametrize("kind", KINDS)
def test_without_places_and_before_the_start_nothing_changes(kind: str) -> None:
    names = [name for name in lived(0).columns if name != "cost"]
    for table in (with_kind(kind, places=0.0, cost_fixed=0.0), with_kind(kind) | {"interventions.it.start": 50.0}):
        after = simulate(ct.load("baseline", **SMALL, **table), 0).timeline
        assert (after[names].to_numpy() == lived(0)[names].to_numpy()).all()


@pytest.mark.parametrize(
    ("kind", "outcome", "sign", "more"),
    [
        ("visible_events", "public_stigma", -1, POSTS),
        ("recovery_centre", "attendance_share", 1, {"places": 200.0, "reach": 5.0}),
        ("lived_experience_organisation", "structural_stigma", -1, {"places": 200.0, "reach": 5.0}),
        ("therapeutic_community", "identity", 1, {"places": 200.0, "reach": 10.0}),
        ("practitioner_allies", "attendance_share", 1, {"places": 200.0, "needed": 200.0}),
        ("drug_treatment_court", "in_custody", -1, {"places": 400.0}),
        ("lived_experience_voice", "structural_stigma", -1, POSTS),
    ],
)
def test_the_direction_of_an_effect(kind: str, outcome: str, sign: int, more: dict[str, Any]) -> None:
    assert sign * effect(outcome, with_kind(kind, **more)) > 2.0


def test_the_court_lowers_active_addiction_where_there_is_treatment_to_lead_to() -> None:
    """Where a city full of people in active addiction has few places, whom it leads there takes the place of another."""
    court = with_kind("drug_treatment_court", places=400.0)
    assert effect("active", court, {"treatment.places": 300.0}) < -2.0


def test_through_the_gate_links_bring_people_to_treatment() -> None:
    assert effect("in_treatment", with_kind("through_the_gate", places=400.0), HARSH) > 2.0


def city_of(seed: int = 2, **changes: Any) -> LivingCity:
    return LivingCity(ct.load("baseline", **(SMALL | changes)), seed)


def test_custody_costs_job_and_home() -> None:
    certain = {"justice.prison": 1.0, "justice.probation": 0.0, "justice.arrest": 1.0, "justice.offend_opioid": 50.0}
    for changes, kept in ((certain | {"justice.custody_job": 1.0, "justice.custody_home": 1.0}, False),
                          (certain | {"justice.custody_job": 0.0, "justice.custody_home": 0.0}, True)):  # fmt: skip
        city = city_of(**changes, **{"jobs.lost_active": 0.0, "homes.lost_active": 0.0})
        before = city.people.copy()
        city.step()
        taken = (city.people["custody"] > 0) & (before["job"] == 1)
        assert taken.sum() > 3 and (city.people["job"][taken] == int(kept)).all()


def test_social_capital_buffers_a_police_contact_and_its_want_does_not() -> None:
    """The account of one discriminatory contact that nearly undid a recovery: both directions."""
    from contagion.processes.relapse import relapse_rate

    p = ct.load("baseline").relapse
    people = city_of().people
    who = Row(people[np.flatnonzero(people["stage"] == SUSTAINED)[0]])

    def rise(social: float) -> float:
        who.social, who.shock = social, 0.0
        calm = relapse_rate(who, p)
        who.shock = 1.0
        return float(relapse_rate(who, p) / calm)

    assert (
        rise(0.0) == pytest.approx(np.exp(p.shock)) and rise(1.0) == pytest.approx(1.0) and 1.0 < rise(0.5) < rise(0.1)
    )


def test_supervision_helps_or_harms_by_justice_capital() -> None:
    """Contacts that harm leave shocks, contacts that help walk people to groups."""
    found = {}
    for capital in (0.0, 1.0):
        city = city_of(**{"justice.capital": capital, "justice.supervision": 52.0, "justice.walks": 1.0,
                          "justice.probation": 1.0, "justice.prison": 0.0, "justice.arrest": 1.0,
                          "justice.contacts": 0.0, "homes.lost_active": 0.0, "homes.lost_well": 0.0})  # fmt: skip
        city.run_for(30)
        on = (city.people["probation"] > 0) & (city.people["stage"] == ACTIVE)
        assert on.sum() > 50
        found[capital] = (city.people["shock"][on].mean(), (city.people["group"][on] != NO_GROUP).mean())
    assert found[0.0][0] > 0.2 > 0.01 > found[1.0][0] and found[1.0][1] > 2 * found[0.0][1]


def test_an_order_of_the_court_waits_until_it_can_be_served() -> None:
    from contagion.processes.treatment import order_after

    for before, after in ((3, 2), (1, 0), (0, 0), (-1, -1)):
        assert order_after(SimpleNamespace(stage=ACTIVE, treatment=0, court=before)) == after
    assert order_after(SimpleNamespace(stage=SUSTAINED, treatment=0, court=0)) == -1
    assert order_after(SimpleNamespace(stage=ACTIVE, treatment=2, court=0)) == -1


def test_six_months_beat_twenty_two() -> None:
    """A court as slow as probation brings fewer into treatment in the same two years."""
    court = with_kind("drug_treatment_court", places=1000.0, duration=200, drop_out=0.0)
    more = []
    for seed in SEEDS:
        quick, slow = (
            simulate(
                ct.load("baseline", **SMALL, **court, **{"justice.court_weeks": weeks, "treatment.places": 300.0}), seed
            ).timeline
            for weeks in (26, 95)
        )
        more.append((quick["in_treatment"] - slow["in_treatment"]).iloc[40:95].mean())
    assert np.mean(more) > 3.0 * np.std(more, ddof=1) / len(more) ** 0.5 > 0.0


def test_under_the_court_work_moves_before_use() -> None:
    """After a quarter, before any order is due, more have work, and no fewer use (Ghent)."""
    table = with_kind("drug_treatment_court", places=1000.0)
    work, use = [], []
    for seed in SEEDS:
        one = simulate(
            ct.load(
                "baseline", **(SMALL | {"time.years": 0.45, "justice.arrest": 1.0, "justice.court_work": 10.0}), **table
            ),
            seed,
        )
        two = simulate(
            ct.load(
                "baseline", **(SMALL | {"time.years": 0.45, "justice.arrest": 1.0, "justice.court_work": 0.0}), **table
            ),
            seed,
        )
        jobs = [(o.people.loc[o.people["stage"] == "active", "job"]).mean() for o in (one, two)]
        work.append(jobs[0] - jobs[1])
        use.append(one.timeline["active"].iloc[-1] - two.timeline["active"].iloc[-1])
    assert np.mean(work) > 0.01 and abs(np.mean(use)) < 6.0


def test_desistance_is_a_course_of_its_own() -> None:
    """It grows with weeks without an offence whatever the stage, falls at an offence, and holds people back."""
    city = city_of(**{"justice.offend_opioid": 0.0, "justice.offend_alcohol": 0.0, "justice.offend_well": 0.0})
    before = city.people["desistance"].copy()
    city.run_for(20)
    active = (city.people["stage"] == ACTIVE) & (before > 0)
    assert (city.people["desistance"][active] > before[active]).all()
    assert effect("offences", {"justice.held_by": 3.0}) < -2.0 < 2.0 < effect("offences", {"justice.held_by": 0.0})


@pytest.mark.parametrize("people", [400, 2_000, 20_000])
def test_places_of_groups_hold_in_cities_of_any_size(people: int) -> None:
    found = np.zeros(len(GroupKind))
    for seed in range(30):
        from contagion.city.groups import set_up

        meet = set_up(ct.load("baseline").groups, people, np.full(3, 1 / 3), seed)
        found += np.bincount(meet.kind, meet.places, minlength=len(GroupKind))
    p = ct.load("baseline").groups
    wanted = [getattr(p, kind.name.lower()) * people / 10_000 * (15 if kind == COMMUNITY else 25) for kind in GroupKind]
    assert found[GroupKind.RECOVERY_HOME] == 0, "homes have beds of an intervention, and no places of their own"
    wanted[GroupKind.RECOVERY_HOME] = 0.0
    assert found[1:] / 30 == pytest.approx(wanted[1:], abs=0.35)


def test_a_stay_in_a_therapeutic_community_ends_and_goes_on_elsewhere() -> None:
    city = city_of(
        **{"groups.community_weeks": 12}, **with_kind("therapeutic_community", places=300.0, reach=50.0, stop=1.0)
    )
    city.run_for(45)
    kind = city.meetings.kind[city.people["group"]]
    there = (city.people["group"] != NO_GROUP) & (kind == COMMUNITY)
    assert there.sum() > 1 and city.people["since_joined"][there].max() <= 13
    city.run_for(15)
    programme = city.meetings.places[city.people["group"]] == 0
    assert not (
        (city.people["group"] != NO_GROUP) & programme & (city.meetings.kind[city.people["group"]] == COMMUNITY)
    ).any()


def test_events_make_weak_ties_between_neighbourhoods_and_touch_the_public() -> None:
    met = {f"bonds.weak_{where}": 0.0 for where in ("group", "event", "job")} | {"bonds.weak_at_start": 0}
    city = city_of(**with_kind("visible_events", **POSTS), **met)
    still = city_of(**with_kind("visible_events", **POSTS), **met, **{"events.ties": 0.0, "groups.sports_bridges": 0.0})
    for one in (city, still):
        one.run_for(52)
    one, two, layer = city.web.bonded()
    weak = layer == Layer.ACQUAINTANCE
    place = city.people["neighbourhood"]
    assert weak.sum() > 20 and (place[one[weak]] != place[two[weak]]).mean() > 0.7
    assert not (still.web.bonded()[2] == Layer.ACQUAINTANCE).any()
    assert city.events_a_year() >= 8


def test_practitioners_are_allies_only_while_they_are_supported() -> None:
    city = city_of(**with_kind("practitioner_allies", stop=0.5, places=200.0, needed=200.0))
    city.step()
    public, first = city.public_people, city.foundation.public["ally"]
    more = (public["ally"] == 1) & (first == 0)
    assert more.sum() > 10 and (public["role"][more] == PRACTITIONER).all()
    for one in city.web.kept:
        assert (city.web.from_scratch(one) == city.web.sums[one.name]).all(), one.name
    city.run_for(30)
    assert (public["ally"] == first).all()
    assert city.people["practitioner_allies"].max() <= city.people["allies"].max()


PARTS = {
    "interventions.champions": {"kind": "champions", "start": 0.0, "ramp_up": 0.0},
    "interventions.coalition": {"kind": "bridging_coalition", "start": 0.0, "ramp_up": 0.0, **POSTS},
    "interventions.events": {"kind": "visible_events", "start": 0.0, "ramp_up": 0.0, **POSTS},
    "interventions.lero": {
        "kind": "lived_experience_organisation",
        "start": 0.0,
        "ramp_up": 0.0,
        "places": 200.0,
        "reach": 20.0,
    },
}
STAGED = {
    **PARTS,
    "interventions.city": {"kind": "inclusive_recovery_city", "start": 0.0, **POSTS, "stop": 1.8, "ramp_up": 0.0,
                           "baseline": ["champions"], "council": ["coalition"], "calendar": ["events"],
                           "connecting": ["lero"], "charter_weeks": 8},
}  # fmt: skip


def test_the_staged_city_opens_its_parts_as_conditions_are_met_and_closes_them() -> None:
    out = simulate(ct.load("baseline", **SMALL, **STAGED), 1)
    stage = out.timeline["recovery_city"].to_numpy()
    assert (np.diff(stage) >= 0).all() and set(np.diff(stage)) <= {0.0, 1.0} and stage[-1] == 5
    used = out.ledger.pivot(index="week", columns="intervention", values="used")
    first = {part: int(used.index[used[part] > 0][0]) for part in ("champions", "coalition", "events", "lero")}
    assert first["champions"] < first["coalition"] < first["events"] < first["lero"]
    assert (used.loc[used.index >= 94] == 0).all().all(), "withdrawn, its parts are too"


def test_the_staged_city_stays_where_its_conditions_are_not_met_and_acts_only_through_parts() -> None:
    alone = simulate(ct.load("baseline", **SMALL, **with_kind("inclusive_recovery_city", **POSTS)), 0).timeline
    names = [name for name in alone.columns if name not in ("cost", "recovery_city")]
    assert (alone[names].to_numpy() == lived(0)[names].to_numpy()).all()
    hard = {"interventions.city.champions_needed": 5000.0}
    out = simulate(ct.load("baseline", **SMALL, **(STAGED | hard)), 1)
    assert out.timeline["recovery_city"].max() == 1
    assert out.ledger.loc[out.ledger["intervention"] == "lero", "cost"].sum() == 0.0


def test_more_members_of_a_lero_than_the_city_has_lower_structural_stigma() -> None:
    city = city_of(**with_kind("lived_experience_organisation", places=300.0, reach=20.0))
    city.run_for(60)
    members = (city.meetings.kind[city.people["group"]] == LERO) & (city.people["group"] != NO_GROUP)
    assert members.sum() > city.meetings.places_of(LERO)
    assert city.town.structural < ct.load("baseline").stigma.structural_start - 0.005


@pytest.mark.parametrize("config", ["inclusive_recovery_city", "probation"])
def test_the_studies_can_be_read_and_lived(config: str) -> None:
    for scenario in ct.variants(ct.load(config, **{"city.population": 400, "time.years": 0.1})).values():
        assert len(simulate(scenario, 0).timeline) == 6


KIND_FAULTS = [(kind, key, value, word) for kind in KINDS for key, value, word in (
    ("places", -1.0, "places"), ("start", 101.0, "start"), ("stop", 0.5, "before start"),
)] + [
    ("visible_events", "walks", 53, "walks"), ("visible_events", "walks", 1.5, "walks"),
    ("drug_treatment_court", "offered", 1.5, "offered"), ("drug_treatment_court", "stages", ["at_risk"], "stages alone"),
    ("through_the_gate", "before", 0, "before"), ("through_the_gate", "walked", 0.5, "walked"),
    ("justice_capital", "raises", 2.0, "raises"), ("justice_capital", "needed", 0.0, "needed"),
    ("lived_experience_voice", "lowers", -0.1, "lowers"), ("bridging_coalition", "mapped", 0.5, "mapped"),
    ("collegiate_recovery", "oldest", 10.0, "oldest"), ("inclusive_recovery_city", "led_by", 1.2, "led_by"),
    ("inclusive_recovery_city", "baseline", ["champion"], "which is no other intervention here"),
    ("inclusive_recovery_city", "connecting", ["it"], "which is no other intervention here"),
]  # fmt: skip
NUMBER_FAULTS = [
    ("events.meets", 1.5), ("events.ties", -1.0), ("events.walk_public", 2.0), ("events.family", -1.0),
    ("allies.family", 30.0), ("allies.citizen", -0.1), ("groups.community_weeks", 0), ("groups.community_often", 0.5),
    ("groups.cafe_visits", -1.0), ("justice.custody_job", 1.1), ("justice.held_by", 9.0), ("justice.desist_setback", 1.2),
    ("justice.court_helps", -0.2), ("stigma.charter", 1.5), ("stigma.advocacy", 0.5), ("community.inclusive_below", 2.0),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "key", "value", "word"), KIND_FAULTS)
def test_a_broken_intervention_is_refused_in_one_sentence(kind: str, key: str, value: Any, word: str) -> None:
    table = {"kind": kind, "start": 1.0, key: value}
    with pytest.raises(ConfigError) as caught:
        ct.load("baseline", **{"interventions.it": table})
    said = str(caught.value)
    assert "interventions.it" in said and word in said and "\n" not in said.strip() and "Traceback" not in said


@pytest.mark.parametrize(("key", "value"), NUMBER_FAULTS)
def test_a_broken_number_is_refused_in_one_sentence(key: str, value: float) -> None:
    with pytest.raises(ConfigError) as caught:
        ct.load("baseline", **{key: value})
    said = str(caught.value)
    assert key in said and "\n" not in said.strip()


def test_every_kind_is_registered() -> None:
    assert set(KINDS) <= set(REGISTRY)
