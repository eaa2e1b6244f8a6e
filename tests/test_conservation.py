"""Conservation: nobody is made or lost, nothing is given out twice, and every account adds up."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

import contagion as ct
from contagion.city.columns import COLUMNS
from contagion.city.first_day import Foundation
from contagion.interventions.base import REGISTRY
from contagion.interventions.programme import LEVERS
from contagion.model.agents import RecoveryCity
from contagion.model.events import EVENT_COLUMNS
from contagion.model.outcomes import MEASURES, Outcomes
from contagion.processes.bonds import REVIEWED
from contagion.vocabulary import ACTIVE, DEAD, STAGES, TO_COME, GroupKind, Place, recovering

PEOPLE, YEARS, STOP = 3000, 3.0, 2.0
WEEKS = round(52 * YEARS)
KINDS = sorted(REGISTRY)


def full(**settings: Any) -> Any:
    """All interventions, generous and withdrawn after two years; arrivals and deaths enough to be seen."""
    tables: dict[str, Any] = {}
    for kind in KINDS:
        one = f"interventions.{kind}"
        tables |= {f"{one}.kind": kind, f"{one}.start": 0.2, f"{one}.stop": STOP, f"{one}.ramp_up": 0.5}
        tables |= {f"{one}.reach": 6.0, f"{one}.places": 25.0}
    moving = {"entry.rate_per_1000": 3.0, "deaths.excess_well": 0.03}
    return ct.load("baseline", **{"city.population": PEOPLE, "time.years": YEARS, **moving, **tables, **settings})


class Watched(RecoveryCity):
    """A city that notes, each week, what is given out and what there is."""

    notes: list[dict[str, Any]]

    def step(self) -> None:
        free = (self.town.homes_free, self.town.jobs_free)
        super().step()
        people, p = self.people, self.scenario_
        inside = people["group"][people["group"] >= 0]
        self.notes.append({
            "free": free,
            "left": (self.town.homes_free, self.town.jobs_free),
            "in_treatment": int((people["treatment"] == Place.IN).sum()),
            "treatment_places": int(p.treatment.places * self.founding_people / 1000),
            "groups": np.bincount(inside, minlength=self.meetings.count),
            "levers_off": all((people[name] == off).all() for name, off in LEVERS.items()),
            "inside": {one.name: int((one.place == Place.IN).sum()) + one.posts for one in self.programmes},
            "waiting": {one.name: int((one.place == Place.WAITING).sum()) for one in self.programmes},
            "dead_with_a_place": int(
                ((people["stage"] == DEAD) & ((people["group"] >= 0) | (people["treatment"] > 0))).sum()
            ),
            "dead_bonds": int((self.web.bonds[people["stage"] >= DEAD] >= 0).sum()),
            "house": self.town.structural_lever,
        })  # fmt: skip


@pytest.fixture(scope="module")
def city() -> Watched:
    made = Watched(full(), rng=13)
    made.notes = []
    made.run_for(WEEKS)
    return made


@pytest.fixture(scope="module")
def out(city: Watched) -> Outcomes:
    return city.outcomes()


def test_nobody_is_made_or_lost(city: Watched, out: Outcomes) -> None:
    line, events = out.timeline, out.events
    arrivals = events[events["event"] == "arrival"].groupby("week").size().reindex(line.index, fill_value=0)
    deaths = events[events["event"] == "death"].groupby("week").size().reindex(line.index, fill_value=0)
    assert arrivals.sum() > 10 and deaths.sum() > 5
    assert line["people"].iloc[0] == PEOPLE
    assert (line["people"] == PEOPLE + arrivals.cumsum() - deaths.cumsum()).all()
    assert (line["deaths"] == deaths).all()
    stages = line[["at_risk", "active", "early", "sustained", "stable"]].sum(axis=1)
    assert (line["people"] == stages + city.public).all()
    assert (line["in_recovery"] == line[["early", "sustained", "stable"]].sum(axis=1)).all()
    uid = city.columns["uid"]
    assert np.unique(uid).size == uid.size and (uid == city.foundation.columns["uid"]).all()
    assert events[events["event"] == "death"]["uid"].is_unique


def test_flows_are_those_of_the_event_log(out: Outcomes) -> None:
    line, events = out.timeline, out.events[out.events["chosen"]]
    for measure, event in {"starts": "start", "relapses": "relapse", "onsets": "onset", "deaths": "death"}.items():
        count = events[events["event"] == event].groupby("week").size().reindex(line.index, fill_value=0)
        assert (line[measure] == count).all() and count.sum() > 0, measure


def test_the_event_log_replays_to_the_final_stage(city: Watched, out: Outcomes) -> None:
    assert tuple(out.events.columns) == EVENT_COLUMNS
    stage = dict(zip(city.foundation.columns["uid"][: city.lived_rows].tolist(),
                     city.foundation.columns["stage"].tolist(), strict=True))  # fmt: skip
    names = list(STAGES)
    moves = out.events[out.events["chosen"]].astype({"stage_from": str, "stage_to": str, "event": str})
    assert moves["week"].is_monotonic_increasing and not moves.duplicated(["week", "uid"]).any()
    for _, event, uid, before, after in moves[["week", "event", "uid", "stage_from", "stage_to"]].itertuples(
        index=False
    ):
        assert names[stage[uid]] == before != after
        assert (event, after) in {("onset", "active"), ("relapse", "active"), ("start", "early"), ("death", "dead"),
                                  ("arrival", "at_risk"), ("progress", "sustained"), ("progress", "stable")}  # fmt: skip
        stage[uid] = names.index(after)
    final = dict(zip(city.columns["uid"][: city.lived_rows].tolist(), city.columns["stage"].tolist(), strict=True))
    assert stage == final
    assert sorted(out.people.index) == sorted(uid for uid, code in final.items() if code != TO_COME)


def test_credit_for_a_start_sums_to_one_and_one_source_is_chosen(out: Outcomes) -> None:
    starts = out.events[out.events["event"] == "start"].astype({"channel": str})
    one = starts.groupby(["week", "uid"])
    assert len(one) > 50
    assert (one["credit"].sum() - 1.0).abs().max() < 1e-9 and (one["chosen"].sum() == 1).all()
    assert ((starts["credit"] > 0) & (starts["credit"] <= 1)).all() and (starts["channel"] != "none").all()
    assert (
        not starts.duplicated(["week", "uid", "channel", "source"]).any()
        or (starts[starts.duplicated(["week", "uid", "channel", "source"], keep=False)]["source"] >= 0).all()
    ), "pooled contributors stand in one row"
    others = out.events[out.events["event"] != "start"]
    assert (others["credit"] == 1).all() and others["chosen"].all() and (others["source"] == -1).all()
    by_channel = starts.groupby("channel")["credit"].sum()
    for name in (n for n in out.timeline if n.startswith("credit_")):
        assert math.isclose(out.timeline[name].sum(), by_channel.get(name[7:], 0.0), abs_tol=1e-9)
    named = starts[starts["source"] >= 0]
    assert len(named) > 20 and (named["source"] != named["uid"]).all()


def test_who_is_named_as_a_source_was_in_recovery(city: Watched, out: Outcomes) -> None:
    """Except allies, who need not be; the stage counts as it was the week before."""
    stage = {int(u): int(s) for u, s in zip(city.foundation.columns["uid"], city.foundation.columns["stage"])}
    events = out.events.astype({"channel": str, "event": str, "stage_to": str})
    week, pending = 0, []
    for row in events.itertuples(index=False):
        if row.week != week:
            stage.update(pending)
            week, pending = row.week, []
        if row.event == "start" and row.source >= 0 and row.channel != "ally":
            assert recovering(stage[row.source]), row
        if row.chosen:
            pending.append((row.uid, STAGES.index(row.stage_to)))


def test_places_in_use_never_exceed_those_open(city: Watched, out: Outcomes) -> None:
    ledger = out.ledger
    assert set(ledger["intervention"]) == set(KINDS) and len(ledger) == WEEKS * len(KINDS)
    assert (ledger["used"] <= ledger["places"]).all() and (
        ledger["used"].groupby(ledger["intervention"]).max() > 0
    ).all()
    assert (ledger[["used", "waiting", "joined", "entered", "left", "dropped", "gave_up", "cost"]] >= 0).all(axis=None)
    assert (ledger["dropped"] <= ledger["left"]).all()
    most = {name: int(one.places * PEOPLE / 10_000) for name, one in city.scenario_.interventions.items()}
    assert (ledger["places"] <= ledger["intervention"].map(most)).all()
    assert (ledger.groupby("intervention")["places"].max() == pd.Series(most)).all(), "in the end all are open"


def test_waiting_is_those_who_joined_less_those_who_entered_or_gave_up(city: Watched, out: Outcomes) -> None:
    for name, one in out.ledger.groupby("intervention"):
        sums = one[["joined", "entered", "gave_up", "left"]].cumsum()
        assert (one["waiting"] == sums["joined"] - sums["entered"] - sums["gave_up"]).all(), name
        assert (one["used"] == sums["entered"] - sums["left"]).all(), name
        assert [note["waiting"][name] for note in city.notes] == one["waiting"].tolist()
        assert [note["inside"][name] for note in city.notes] == one["used"].tolist()
    assert out.ledger["gave_up"].sum() > 0 and out.ledger["waiting"].max() > 0


def test_withdrawn_means_withdrawn(city: Watched, out: Outcomes) -> None:
    last = round(52 * STOP)
    assert any(not note["levers_off"] for note in city.notes[: last - 1])
    for note in city.notes[last - 1 :]:
        assert note["levers_off"] and not any(note["inside"].values()) and not any(note["waiting"].values())
    after = out.ledger[out.ledger["week"] >= last]
    assert (after[["places", "used", "waiting", "cost"]] == 0).all(axis=None)
    kinds = city.meetings.kind[city.columns["group"]]
    assert not ((city.columns["group"] >= 0) & (kinds == GroupKind.RECOVERY_HOME)).any(), "nobody stays in a house"


def test_costs_add_up(out: Outcomes) -> None:
    weekly = out.ledger.groupby("week")["cost"].sum().reindex(out.timeline.index, fill_value=0.0)
    assert np.allclose(weekly, out.timeline["cost"], rtol=1e-12) and weekly.sum() > 0
    for name, one in out.ledger.groupby("intervention"):
        what = out.scenario.interventions[name]
        is_open = (one["week"] >= what.start * 52) & (one["week"] < what.stop * 52)
        due = is_open * (what.cost_fixed * PEOPLE / 10_000 / 52 + what.cost_place * one["used"])
        assert np.allclose(one["cost"], due), name


def test_homes_jobs_and_treatment_are_never_more_than_there_are(city: Watched) -> None:
    supply = (city.scenario_.homes.vacancies, city.scenario_.jobs.vacancies)
    for k in range(2):
        worth = supply[k] * PEOPLE / 1000 / 52
        for note in city.notes:
            before, after = note["free"][k], note["left"][k]
            assert -1e-9 <= after <= max(1.0, 13 * worth, before) + worth + 1e-9
            won = min(before + worth, max(1.0, 13 * worth)) - after
            assert won >= -1e-9 and abs(won - round(won)) < 1e-6, "homes and jobs are won whole"
    assert min(note["left"][0] for note in city.notes) < 1.0, "homes are scarce"
    own = city.outcomes().ledger.groupby("intervention")["used"].get_group("treatment_places").tolist()
    for note, more in zip(city.notes, own, strict=True):
        assert note["in_treatment"] <= note["treatment_places"] + more


def test_what_is_won_was_free() -> None:
    """Over a year nobody gains a home or a job beyond what has fallen free; programmes with their own have no places."""
    none = {f"interventions.{kind}.places": 0.0 for kind in ("employers", "jobs_friends_houses", "treatment_places")}
    scarce = full(**{"homes.vacancies": 1.0, "jobs.vacancies": 2.0, "treatment.places": 1.0}, **none)
    made = Watched(scarce, rng=3)
    made.notes = []
    gained = {"home": 0, "job": 0}
    room = [made.town.homes_free, made.town.jobs_free]
    treated = int((made.columns["treatment"] == Place.IN).sum())
    for _ in range(52):
        before = {name: made.columns[name].copy() for name in gained}
        made.step()
        for name, was in before.items():
            gained[name] += int(((made.columns[name] == 1) & (was == 0)).sum())
    assert 0 < gained["home"] <= room[0] + 1.0 * PEOPLE / 1000 and 0 < gained["job"] <= room[1] + 2.0 * PEOPLE / 1000
    inside = [treated, *(note["in_treatment"] for note in made.notes)]
    places = made.notes[0]["treatment_places"]
    assert places == 3 < treated, "more are in treatment on the first day than there is room for"
    assert all(now <= max(places, before) for before, now in itertools.pairwise(inside))


def test_groups_hold_no_more_than_their_places(city: Watched) -> None:
    without_ceiling = (GroupKind.RECOVERY_HOME, GroupKind.MUTUAL_AID)
    houses = np.isin(city.meetings.kind, without_ceiling) | (city.meetings.places == 0)  # or which programmes fill
    full_ones = 0
    for note in city.notes:
        over = note["groups"] > city.meetings.places
        assert not over[~houses].any()
        full_ones += int((note["groups"] > 0).sum())
    assert full_ones > WEEKS
    small = Watched(full(**{"groups.places": 3, "groups.join_early": 20.0, "groups.recovery_cafe": 20.0}), rng=5)
    small.notes = []
    small.run_for(40)
    houses = np.isin(small.meetings.kind, without_ceiling) | (small.meetings.places == 0)
    assert all((note["groups"][~houses] <= 3).all() for note in small.notes)
    assert max(note["groups"][~houses].max() for note in small.notes) == 3
    assert max(note["groups"][small.meetings.aid_groups].max() for note in small.notes) > 3


def test_the_dead_hold_nothing(city: Watched) -> None:
    assert (city.columns["stage"] == DEAD).sum() > 5
    assert not any(note["dead_with_a_place"] for note in city.notes)
    reviewed = [note["dead_bonds"] for week, note in enumerate(city.notes, 1) if week % REVIEWED == 0]
    assert len(reviewed) > 30 and not any(reviewed), "when bonds are reviewed, those of the dead are cut"
    gone = city.columns["stage"] >= DEAD
    for signal in ("close", "open", "using", "recovering", "present", "ally", "attitude"):
        assert not city.web.signals[signal][: city.lived_rows][gone].any(), signal


def test_bonds_are_mutual_and_between_two(city: Watched) -> None:
    one, two, _ = city.web.bonded()
    assert one.size > 20 and (one < two).all()
    pairs = np.unique(one * city.lived_rows + two)
    assert pairs.size == one.size and 2 * one.size == int((city.web.bonds >= 0).sum())
    assert ((city.web.bonds == np.arange(city.lived_rows)[:, None]).sum()) == 0


def test_shares_stay_shares(city: Watched, out: Outcomes) -> None:
    for name, column in COLUMNS.items():
        values = city.columns[name]
        assert values.dtype == np.dtype(column.dtype), name
        if column.unit in ("0..1", "0/1"):
            assert values.min() >= 0 and values.max() <= 1, name
            assert column.unit == "0..1" or np.isin(values, (0, 1)).all(), name
        if values.dtype.kind == "f":
            assert np.isfinite(values).all(), name
    for name, measure in MEASURES.items():
        line = out.timeline[name]
        assert np.isfinite(line).all() and line.min() >= 0, name
        if measure.unit in ("0..1", "share"):
            assert line.max() <= 1, name
    for name in ("structural", "justice_capital", "efficacy", "attitudes", "community", "groups_share"):
        level = np.asarray(getattr(city.town, name))
        assert level.min() >= 0 and level.max() <= 1, name


def test_the_foundation_is_never_written_into(city: Watched) -> None:
    """A city on its first day can be lived in again."""
    fresh: Foundation = RecoveryCity(city.given_scenario, rng=13).foundation
    for table in ("people", "public"):
        one, two = getattr(fresh, table), getattr(city.foundation, table)
        assert one.dtype == two.dtype and one.size == two.size
        assert all(one[name].tobytes() == two[name].tobytes() for name in one.dtype.names), table
    assert (fresh.bonds == city.foundation.bonds).all() and (fresh.ties.other == city.foundation.ties.other).all()
    assert all(np.array_equal(v, fresh.town.__dict__[k]) for k, v in city.foundation.town.__dict__.items())
    assert (city.columns["stage"] == ACTIVE).any()


def test_breakdowns_add_up_to_the_whole(out: Outcomes) -> None:
    groups = out.groups
    for (week, dimension), one in groups.groupby(["week", "dimension"]):
        assert one["active"].sum() == out.timeline["active"][week], dimension
        assert one[["early", "sustained", "stable"]].sum().sum() == out.timeline["in_recovery"][week]
        if week:
            year = out.timeline.loc[week - 51 : week]
            assert one["starts"].sum() == year["starts"].sum() and one["deaths"].sum() == year["deaths"].sum()
