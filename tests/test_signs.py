"""Switching off a harm never makes recovery harder for anybody; switching off a help never makes it easier."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contagion.core.parameters import off_values
from contagion.model.scenario import Scenario
from contagion.processes.relapse import relapse_rate
from contagion.processes.starting import start_rate
from contagion.processes.treatment import seek_rate
from contagion.vocabulary import ACTIVE, EARLY

SHARE = st.floats(0.0, 1.0)
FEW = st.integers(0, 12)
PEOPLE = st.fixed_dictionaries(
    dict.fromkeys(("personal", "hope", "identity", "internalised", "barriers", "connectedness", "meaning"), SHARE)
    | dict.fromkeys(("social", "shock"), SHARE)
    | {
        name: st.integers(0, 128).map(lambda sixteenths: sixteenths / 16.0)
        for name in ("family", "friend", "weak", "in_group", "event")
    }
    | dict.fromkeys(("allies", "recovering_near", "using_near", "recovering_any", "attempts"), FEW)
    | {name: st.integers(0, 1) for name in ("home", "housed", "champion", "treated", "mild")}
    | {"substance": st.integers(0, 2), "custody": st.integers(0, 3), "group": st.integers(-1, 2)}
    | {"spell": st.integers(0, 600), "frailty": st.floats(0.01, 5.0), "coached": st.floats(0.0, 2.0)}
    | {"invited": st.floats(0.0, 5.0)}
)
HARMS = {
    "starting": ("internalised", "barriers", "untried", "mild", "in_custody"),
    "relapse": ("using_ties", "internalised", "barriers", "shock"),
    "treatment": ("stigma", "untried", "mild"),
}
HELPS = {
    "starting": (
        "spontaneous", "treatment", "treatment_opioid", "family", "friend", "weak", "group", "event", "ally", "capital",
        "hope", "identity", "ripening",
    ),
    "relapse": (
        "capital", "recovering_ties", "home", "recovery_home", "group", "hope", "identity", "connectedness", "meaning",
        "helping", "learning", "mild",
    ),
}  # fmt: skip
SCENARIO = Scenario()
CASES = [
    (section, name, harm)
    for harm, table in ((True, HARMS), (False, HELPS))
    for section, names in table.items()
    for name in names
]


def ease(section: str, who: Any, p: Any) -> float:
    """How easily somebody recovers by the rule of a section: the hazard of starting or seeking, or less that of relapse."""
    if section == "relapse":
        return -float(relapse_rate(who, p))
    return float(start_rate(who, p) if section == "starting" else seek_rate(who, p))


@pytest.mark.parametrize(("section", "name", "harm"), CASES, ids=[f"{section}.{name}" for section, name, _ in CASES])
@settings(max_examples=40, deadline=None)
@given(PEOPLE)
def test_what_is_switched_off_moves_nobody_the_wrong_way(
    section: str, name: str, harm: bool, person: dict[str, Any]
) -> None:
    who = SimpleNamespace(**(person | {"stage": EARLY if section == "relapse" else ACTIVE}))
    p = getattr(SCENARIO, section)
    without = p.model_copy(update={name: off_values(type(p))[name]})
    before, after = ease(section, who, p), ease(section, who, without)
    assert after >= before if harm else after <= before


@pytest.mark.parametrize(("section", "name", "harm"), CASES, ids=[f"{section}.{name}" for section, name, _ in CASES])
def test_what_is_switched_off_moves_somebody(section: str, name: str, harm: bool) -> None:
    """Each coupling does something: for a person whom everything touches, its absence is felt."""
    everything = dict.fromkeys(
        ("allies", "recovering_near", "using_near", "recovering_any", "home", "housed", "champion"), 1
    )
    everything |= dict.fromkeys(
        ("personal", "hope", "identity", "internalised", "barriers", "connectedness", "meaning"), 0.5
    )
    everything |= dict.fromkeys(("family", "friend", "weak", "in_group", "event", "shock", "frailty"), 1.0)
    stage = EARLY if section == "relapse" else ACTIVE
    substance = 0 if name == "treatment_opioid" else 1
    who = SimpleNamespace(
        **everything, social=0.2, treated=1, attempts=0 if name in ("untried", "ripening") else 2, spell=30, group=1,
        stage=stage, mild=1 if name == "mild" else 0, substance=substance, custody=1 if name == "in_custody" else 0,
        coached=0.0, invited=0.0,
    )  # fmt: skip
    p = getattr(SCENARIO, section)
    without = p.model_copy(update={name: off_values(type(p))[name]})
    before, after = ease(section, who, p), ease(section, who, without)
    assert after > before if harm else after < before
