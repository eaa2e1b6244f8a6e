"""Broken tables of interventions: each is told in one sentence, with file, line, key, rule and the nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest

import contagion as ct
from contagion.interventions.base import PAYERS, REGISTRY

BROKEN: dict[str, tuple[str, str, str]] = {
    "unknown payer": (
        "housing",
        "payers = {council = 1.0}",
        "line 3: payers names council, which is no payer; <payers>; did you mean council_housing?",
    ),
    "misspelt payer": (
        "housing",
        "payers = {NHS = 1.0}",
        "line 3: payers names NHS, which is no payer; <payers>; did you mean nhs?",
    ),
    "misspelt payer, nearly": (
        "housing",
        "payers = {employer = 1.0}",
        "line 3: payers names employer, which is no payer; <payers>; did you mean employers?",
    ),
    "shares below 1": (
        "housing",
        "payers = {nhs = 0.5, justice = 0.4}",
        "line 3: payers adds up to 0.9; the shares must add up to 1.",
    ),
    "shares above 1": (
        "coaching",
        "payers = {nhs = 1.0, justice = 0.5}",
        "line 3: payers adds up to 1.5; the shares must add up to 1.",
    ),
    "a negative share": (
        "coaching",
        "payers = {nhs = -0.5, justice = 1.5}",
        "line 3: payers: nhs is -0.5; each must be a share from 0 to 1.",
    ),
    "payers as a word": ("coaching", 'payers = "nhs"', 'line 3: payers is "nhs"; it must be a table (shares, sum 1).'),
    "payers as a list": (
        "coaching",
        'payers = ["nhs"]',
        'line 3: payers is ["nhs"]; it must be a table (shares, sum 1).',
    ),
    "a share as a word": ("coaching", 'payers = {nhs = "all"}', 'line 3: payers.nhs is "all"; it must be a number.'),
    "a share that is no number": (
        "coaching",
        "payers = {nhs = nan}",
        "line 3: payers.nhs is nan; it must be a number.",
    ),
    "fails before it starts": (
        "jobs_friends_houses",
        "start = 3.0; fails = 2.0",
        "line 4: fails is 2, which lies before start; it must be at least the start, 3.",
    ),
    "withdrawn before it starts": (
        "employers",
        "start = 3.0; stop = 2.0",
        "line 4: stop is 2, which lies before start; it must be at least the start, 3.",
    ),
    "fails in a year too far": (
        "employers",
        "fails = 200.0",
        "line 3: fails is 200.0; it must be a number from 0 to 100 (years).",
    ),
    "failing too often": (
        "jobs_friends_houses",
        "failing = 60.0",
        "line 3: failing is 60.0; it must be a number from 0 to 52 (per year).",
    ),
    "failing as a word": (
        "jobs_friends_houses",
        'failing = "never"',
        'line 3: failing is "never"; it must be a number from 0 to 52 (per year).',
    ),
    "failing below nothing": (
        "jobs_friends_houses",
        "failing = -0.1",
        "line 3: failing is -0.1; it must be a number from 0 to 52 (per year).",
    ),
    "fidelity above 1": (
        "linkage",
        "fidelity = 1.5",
        "line 3: fidelity is 1.5; it must be a number from 0 to 1 (share).",
    ),
    "fidelity below 0": (
        "linkage",
        "fidelity = -0.1",
        "line 3: fidelity is -0.1; it must be a number from 0 to 1 (share).",
    ),
    "fidelity as a percentage": (
        "linkage",
        'fidelity = "80 %"',
        'line 3: fidelity is "80 %"; it must be a number from 0 to 1 (share).',
    ),
    "unknown priority": ("champions", 'priority = "centrality"', 'line 3: priority is "centrality"; <priorities>.'),
    "misspelt priority": (
        "champions",
        'priority = "brigde"',
        'line 3: priority is "brigde"; <priorities>; did you mean bridge?',
    ),
    "priority as a number": ("champions", "priority = 1", "line 3: priority is 1; <priorities>."),
    "friend of a friend, misspelt": (
        "champions",
        'priority = "friends_of_friends"',
        'line 3: priority is "friends_of_friends"; <priorities>; did you mean friend_of_friend?',
    ),
    "stages it cannot serve": (
        "contact_work",
        'stages = ["early"]',
        'line 3: stages is ["early"]; contact_work serves people in these stages alone: sustained, stable.',
    ),
    "coaches for people at risk": (
        "coaching",
        'stages = ["at_risk"]',
        'line 3: stages is ["at_risk"]; coaching serves people in these stages alone: early.',
    ),
    "families of the recovered": (
        "family_allies",
        'stages = ["stable"]',
        'line 3: stages is ["stable"]; family_allies serves people in these stages alone: active.',
    ),
    "jobs for people in active addiction": (
        "employers",
        'stages = ["active"]',
        'line 3: stages is ["active"]; employers serves people in these stages alone: early, sustained, stable.',
    ),
    "a kind by its name on the page": (
        "Recovery coaching",
        "",
        'line 2: kind is "Recovery coaching"; it must be one of <kinds>; did you mean coaching?',
    ),
    "a kind nearly": (
        "family_ally",
        "",
        'line 2: kind is "family_ally"; it must be one of <kinds>; did you mean family_allies?',
    ),
    "a kind in the plural": (
        "employer",
        "",
        'line 2: kind is "employer"; it must be one of <kinds>; did you mean employers?',
    ),
    "a kind of another word": (
        "network-support",
        "",
        'line 2: kind is "network-support"; it must be one of <kinds>; did you mean network_support?',
    ),
    "a kind abbreviated": ("ips", "", 'line 2: kind is "ips"; it must be one of <kinds>.'),
    "a waiver above 1": (
        "fair_chance",
        "waives = 1.2",
        "line 3: waives is 1.2; it must be a number from 0 to 1 (share).",
    ),
    "a waiver misspelt": (
        "fair_chance",
        "waive = 1.0",
        "line 3: waive is not a known name; known here: <names>; did you mean waives?",
    ),
    "an effect below 0": (
        "coaching",
        "effect = -0.2",
        "line 3: effect is -0.2; it must be a number from 0 to 5 (log ratio).",
    ),
    "an effect too large": (
        "telephone_support",
        "effect = 9.0",
        "line 3: effect is 9.0; it must be a number from 0 to 5 (log ratio).",
    ),
    "an invitation below 0": (
        "family_allies",
        "invites = -0.5",
        "line 3: invites is -0.5; it must be a number from 0 to 10 (per year).",
    ),
    "a ratio for opioids below 1": (
        "individual_placement",
        "helps_opioid = 0.9",
        "line 3: helps_opioid is 0.9; it must be a number from 1 to 10 (hazard ratio).",
    ),
    "a ratio too large": (
        "individual_placement",
        "helps = 20.0",
        "line 3: helps is 20.0; it must be a number from 1 to 10 (hazard ratio).",
    ),
    "more than all join": (
        "facilitation",
        "joins = 1.5",
        "line 3: joins is 1.5; it must be a number from 0 to 1 (share).",
    ),
    "an audience below 0": (
        "contact_work",
        "audience = -5.0",
        "line 3: audience is -5.0; it must be a number from 0 to 1,000 (people per week).",
    ),
    "an audience as a word": (
        "education",
        'audience = "schools"',
        'line 3: audience is "schools"; it must be a number from 0 to 1,000 (people per week).',
    ),
    "too many meetings in one": (
        "education",
        "counts = 6.0",
        "line 3: counts is 6.0; it must be a number from 0 to 5 (people).",
    ),
    "security above 1": (
        "employers",
        "security = 1.5",
        "line 3: security is 1.5; it must be a number from 0 to 1 (ratio).",
    ),
    "a number of another kind": ("coaching", "seeks = 2.0", "line 3: seeks is not a known name; known here: <names>."),
    "half a week": (
        "coaching",
        "duration = 26.5",
        "line 3: duration is 26.5; it must be a whole number from 1 to 5,200 (weeks).",
    ),
    "no weeks at all": (
        "treatment_places",
        "duration = 0",
        "line 3: duration is 0; it must be a whole number from 1 to 5,200 (weeks).",
    ),
    "places below 0": (
        "network_support",
        "places = -1.0",
        "line 3: places is -1.0; it must be a number from 0 to 10,000 (places per 10,000 people).",
    ),
    "too many places": (
        "network_support",
        "places = 20000.0",
        "line 3: places is 20000.0; it must be a number from 0 to 10,000 (places per 10,000 people).",
    ),
    "a cost below 0": (
        "education",
        "cost_place = -1.0",
        "line 3: cost_place is -1.0; it must be a number from 0 to 1,000,000 (GBP per week and place in use).",
    ),
    "an unknown substance": (
        "individual_placement",
        'substances = ["cocaine"]',
        'line 3: substances is ["cocaine"]; it must be a list, each one of "opioid", "alcohol", "other".',
    ),
    "a neighbourhood that is not there": (
        "employers",
        "neighbourhoods = [12]",
        "line 3: neighbourhoods holds 12; the city has neighbourhoods 0 to 11 (city.neighbourhoods).",
    ),
    "two faults at once": (
        "jobs_friends_houses",
        "fidelity = 2.0; payers = {nhs = 0.2}",
        "line 3: fidelity is 2.0; it must be a number from 0 to 1 (share). | line 4: payers adds up to 0.2; the shares must add up to 1.",  # noqa: E501
    ),
}
"""By what is wrong: the kind, its lines (";" between them), and what is said: one sentence a fault, " | " between them.

<kinds> stands for all kinds, <names> for all names of the kind, <payers> for all payers; keys begin with interventions.x.
"""

PRIORITIES = 'it must be one of "kind", "waiting", "lot", "degree", "bridge", "friend_of_friend"'


@pytest.mark.parametrize("wrong", BROKEN)
def test_what_is_wrong_is_said_in_one_sentence(wrong: str, tmp_path: Path) -> None:
    kind, own, said = BROKEN[wrong]
    file = tmp_path / "city.toml"
    file.write_text("\n".join(["[interventions.x]", f'kind = "{kind}"', *own.split("; "), ""]))
    with pytest.raises(ct.ConfigError) as refused:
        ct.load(file)
    names = ", ".join(REGISTRY[kind].model_fields) if kind in REGISTRY else ""
    told = said.replace("<kinds>", ", ".join(sorted(REGISTRY))).replace("<names>", names)
    told = told.replace("<payers>", "payers are " + ", ".join(PAYERS)).replace("<priorities>", PRIORITIES)
    expected = [one.replace(": ", ": interventions.x.", 1) for one in told.split(" | ")]
    assert str(refused.value).replace(f"{file}, ", "").split("\n") == expected


def test_there_are_many() -> None:
    assert len(BROKEN) >= 40
