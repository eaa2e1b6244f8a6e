"""Every declared parameter moves some history, or stands on a list that says why it cannot.

    python tests/test_every_parameter.py        # prints what moves nothing, and why

A small city lives nine months with every kind of intervention from its first week; then it lives again under
the same seed with one parameter changed. A parameter that the small city cannot show has circumstances of its own.
"""

from __future__ import annotations

import atexit
import functools
import hashlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import contagion as ct
from contagion.core.parameters import Declared, declared
from contagion.interventions.base import REGISTRY, Intervention
from contagion.model.scenario import sections
from contagion.vocabulary import GroupKind

SEED = 3

KINDS = sorted(kind for kind, table in REGISTRY.items() if table.__module__.startswith("contagion."))

WHOLE = ("champions", "housing", "linkage")
"""Kinds of which every parameter is tried; of the others those that they alone have, as the rest is read by one place."""

SMALL: dict[str, Any] = {
    "city.population": 600,
    "city.neighbourhoods": 4,
    "time.years": 0.75,
    "start.opioid_active_per_1000": 70.0,
    "start.alcohol_active_per_1000": 80.0,
    "start.other_active_per_1000": 30.0,
    "start.early_per_1000": 60.0,
    "start.sustained_per_1000": 80.0,
    "start.stable_per_1000": 100.0,
    "start.at_risk_per_1000": 60.0,
    "start.active_allies": 0.1,
    "entry.rate_per_1000": 20.0,
    "groups.mutual_aid": 60.0,
    **{f"groups.{kind.name.lower()}": 20.0 for kind in GroupKind if kind != GroupKind.MUTUAL_AID},
    "groups.places": 10,
    "homes.vacancies": 60.0,
    "jobs.vacancies": 120.0,
    "justice.arrest": 0.6,
    "justice.referral": 0.3,
    "justice.drug_court": 0.2,
    **{f"interventions.{kind}": {"kind": kind, "start": 0.0, "ramp_up": 0.0, "reach": 10.0} for kind in KINDS},
    **{f"interventions.{kind}.places": 300.0 for kind in KINDS},
}
"""The city: few people, of whom many have lived experience, so that much happens in little time."""

NEVER = {
    "interventions.*.title": "a name in reports",
    "interventions.*.price_year": "says of which year the prices are; nothing is converted",
    "interventions.housing.stages": "housing serves people early in recovery alone, and other stages are refused",
    "start.age_oldest": "the age of the public describes them; nothing that people do hangs on it",
    "start.age_young": "the same",
    "start.male_public": "the sex of the public describes them; nothing that people do hangs on it",
}
"""Parameters that no history depends on, with the reason (* stands for every kind of intervention)."""

NETWORK_FILE = {"city.graph": "ties.csv"}
PEOPLE_FILE = {**NETWORK_FILE, "city.nodes": "people.csv"}
COALITION = {"time.years": 1.5, "community.champions_needed": 1.0}
QUICK_COALITION = {"community.champions_needed": 1.0, "community.stage_weeks": 4}
NO_ADVOCACY = {"stigma.advocacy": 0.0}  # in so small a city each member takes much away, and nothing is left to lower
WILLING = {"stigma.attitude_mean": 0.1, "stigma.disposition_mean": 0.1}
FEW_LINKED = {"interventions.linkage.places": 40.0, "interventions.linkage.reach": 100.0}
MANY_IN_PRISON = {"justice.offend_alcohol": 50.0, "justice.prison": 0.5}
NEEDS: dict[str, dict[str, Any]] = {
    "city.graph_options": {"city.graph": "watts_strogatz"},
    "city.nodes": NETWORK_FILE,
    "city.node_columns": PEOPLE_FILE,
    "city.edge_layer": NETWORK_FILE,
    "city.edge_weight": NETWORK_FILE,
    "city.arrival_ties": {**NETWORK_FILE, "entry.rate_per_1000": 20.0},
    "community.champions_needed": COALITION,
    "community.stages": COALITION,
    "community.events_per_stage": COALITION,
    "visibility.conceal": {"visibility.stigma": 2.0},
    "visibility.burnout": {"circumstances.energy": 0.1},
    "relapse.recovery_home": {"relapse.typical": 6.0},
    "relapse.shock": {"homes.lost_well": 5.0, "justice.contacts": 20.0},
    "starting.in_custody": {"justice.offend_alcohol": 50.0, "justice.prison": 0.5, "starting.spontaneous": 2.0},
    "stigma.structural_attitudes": NO_ADVOCACY,
    "stigma.charter": QUICK_COALITION | NO_ADVOCACY,
    "deaths.poisoning": {"deaths.excess_opioid": 1.0},
    "community.stakeholders_needed": QUICK_COALITION,
    "community.inclusive_below": QUICK_COALITION | WILLING | {"community.stakeholders_needed": 100.0},
    "community.events_needed": QUICK_COALITION,
    "interventions.drug_treatment_court.revoked": {
        "justice.offend_alcohol": 50.0,
        "interventions.drug_treatment_court.drop_out": 20.0,
    },
    "events.games_public": {"interventions.visible_events.games": 4},
    "interventions.inclusive_recovery_city.led_by": WILLING | {"interventions.champions.places": 0.0},
    "interventions.linkage.give_up": FEW_LINKED,
    "interventions.linkage.priority": FEW_LINKED,
    "interventions.lived_experience_voice.needed": NO_ADVOCACY,
    "interventions.lived_experience_voice.lowers": NO_ADVOCACY,
    "interventions.through_the_gate.appointment": MANY_IN_PRISON,
    "interventions.linkage.doctor": {"interventions.linkage.by": "doctor"},
    "interventions.linkage.practitioner": {"interventions.linkage.by": "practitioner"},
}
"""Circumstances in which a parameter can show what it does, where the small city cannot."""

INSTEAD: dict[str, list[Any]] = {
    "city.population": [700],
    "city.graph": ["watts_strogatz"],
    "city.graph_options": [{"k": 4}],
    "city.neighbourhood_sizes": [[1.0, 2.0, 3.0, 4.0]],
    "city.nodes": ["people.csv"],
    "city.node_columns": [{"neighbourhood": "where"}],
    "city.edge_layer": ["how"],
    "city.edge_weight": ["often"],
    "city.arrival_ties": ["like_others"],
    "interventions.*.kind": KINDS,
    "interventions.*.title": ["another"],
    "interventions.*.stages": [["early"], ["sustained"]],
    "interventions.*.substances": [["alcohol"]],
    "interventions.*.neighbourhoods": [[1, 2]],
    "interventions.*.payers": [{"nhs": 0.5, "justice": 0.5}],
    "interventions.*.priority": ["lot", "degree"],
    "interventions.linkage.by": ["doctor"],
    "interventions.inclusive_recovery_city.baseline": [["champions"]],
    "interventions.inclusive_recovery_city.council": [["champions"]],
    "interventions.inclusive_recovery_city.charter": [["champions"]],
    "interventions.inclusive_recovery_city.calendar": [["champions"]],
    "interventions.inclusive_recovery_city.connecting": [["champions"]],
}
"""Other values of what is no number (* stands for every kind of intervention)."""


def every_parameter() -> Iterator[tuple[str, Declared]]:
    """Each declared parameter that a history could depend on, by its dotted name."""
    for section, table in sections().items():
        yield from ((f"{section}.{one.name}", one) for one in declared(table))
    for kind in KINDS:
        own = [one for one in declared(REGISTRY[kind]) if kind in WHOLE or one.name not in Intervention.model_fields]
        yield from ((f"interventions.{kind}.{one.name}", one) for one in own)


PARAMETERS = dict(every_parameter())


def general(name: str) -> str:
    """The name with * in the place of the kind of intervention."""
    first, *_, last = name.split(".")
    return f"{first}.*.{last}" if first == "interventions" else name


def looked_up(name: str, table: dict[str, Any]) -> Any:
    """What a table says of a parameter, or of it in every kind of intervention."""
    return table.get(name, table.get(general(name)))


def digest(overrides: dict[str, Any]) -> str:
    """A digest of everything that a history leaves behind: timeline, events, people and ledger."""
    found = {key: str(files() / value) if str(value).endswith(".csv") else value for key, value in overrides.items()}
    lived = ct.simulate(ct.load("baseline", **found), SEED)
    kept = hashlib.sha256()
    for frame in (lived.timeline, lived.events, lived.people, lived.ledger):
        kept.update(pd.util.hash_pandas_object(frame).to_numpy().tobytes())
    return kept.hexdigest()


@functools.cache
def files() -> Path:
    """A folder with a graph of 500 people as CSV: ties with two layers and weights to choose from, and people."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    luck = np.random.default_rng(1)
    ties = pd.DataFrame(luck.integers(0, 500, (2000, 2)), columns=["source", "target"])
    ties["how"] = np.where(luck.random(2000) < 0.5, "friend", "acquaintance")
    ties["often"] = luck.choice([0.25, 0.5, 1.0], 2000)
    ties.to_csv(Path(folder.name) / "ties.csv", index=False)
    people = pd.DataFrame({"id": range(500), "where": luck.integers(0, 4, 500), "age": luck.integers(20, 60, 500)})
    people.to_csv(Path(folder.name) / "people.csv", index=False)
    return Path(folder.name)


@functools.cache
def _before(circumstances: str) -> str:
    return digest(SMALL | json.loads(circumstances))


def now(name: str, overrides: dict[str, Any]) -> Any:
    """The parameter's present value."""
    if name in overrides:
        return overrides[name]
    section, *_, last = name.split(".")
    if section == "interventions":
        return overrides[name.rsplit(".", 1)[0]].get(last, PARAMETERS[name].default)
    return getattr(getattr(_scenario(), section), last)


@functools.cache
def _scenario() -> ct.Scenario:
    return ct.load("baseline", **SMALL)


def others(name: str, today: Any) -> list[Any]:
    """Other allowed values to try in turn: a moderate change first, then the ends of the range."""
    listed = looked_up(name, INSTEAD)
    if listed is not None:
        return [value for value in listed if value != today]
    if isinstance(today, bool):
        return [not today]
    if not isinstance(today, int | float):
        raise TypeError(f"{name} is no number: list other values of it in INSTEAD")
    low, high = PARAMETERS[name].low or 0, PARAMETERS[name].high
    assert high is not None, f"{name} has no upper bound: list other values of it in INSTEAD"
    tried = [min(high, 1.5 * today) if today else low + (high - low) / 4, low + (today - low) / 2, high, low]
    kind = type(today)
    return [value for value in dict.fromkeys(kind(round(value) if kind is int else value) for value in tried)
            if value != today]  # fmt: skip


def moving_value(name: str) -> Any:
    """The first other value that makes another history; None if there is none. Fails if no other value is allowed."""
    circumstances = looked_up(name, NEEDS) or {}
    overrides = SMALL | circumstances
    before, refused, tried = _before(json.dumps(circumstances, sort_keys=True)), [], 0
    for value in others(name, now(name, overrides)):
        try:
            after = digest(overrides | {name: value})
        except ct.ConfigError as fault:  # not together with the other parameters: the next value
            refused.append(str(fault))
            continue
        tried += 1
        if after != before:
            return value
    assert tried, f"no other value of {name} was allowed: {refused}"
    return None


@pytest.mark.parametrize("name", PARAMETERS)
def test_it_moves_a_history_or_is_listed(name: str) -> None:
    reason, value = looked_up(name, NEVER), moving_value(name)
    if reason is None:
        assert value is not None, f"{name} moves nothing: give it circumstances in NEEDS, or say in NEVER why"
    else:
        assert value is None, f"{name} is listed ({reason}), but {value!r} makes another history"


def test_a_wrong_list_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """A parameter that moves histories must not be listed; one that moves none must be."""
    title = f"interventions.{WHOLE[0]}.title"
    monkeypatch.setitem(NEVER, "deaths.at_40", "wrongly listed")
    with pytest.raises(AssertionError, match="wrongly listed"):
        test_it_moves_a_history_or_is_listed("deaths.at_40")
    monkeypatch.delitem(NEVER, general(title))
    with pytest.raises(AssertionError, match="moves nothing"):
        test_it_moves_a_history_or_is_listed(title)


def test_the_lists_name_parameters() -> None:
    """No list names what is not declared, and the lists are printed for who looks with pytest -s."""
    known = {*PARAMETERS, *map(general, PARAMETERS)}
    assert {*NEVER, *NEEDS, *INSTEAD} <= known
    print("\n" + listed())


def test_the_same_run_twice_is_the_same() -> None:
    """Otherwise a difference would mean nothing."""
    assert digest(SMALL) == _before("{}")


def listed() -> str:
    """The parameters that move no history, each with its reason."""
    lines = [f"{len(PARAMETERS)} parameters; these make no other history:"]
    return "\n".join([*lines, *(f"    {name}: {reason}" for name, reason in NEVER.items())])


if __name__ == "__main__":
    print(listed())
