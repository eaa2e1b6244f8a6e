"""The state of a person: every column, declared once.

People with, or at risk of, lived experience (and rows kept for those who will come) are rows of one wide table;
everybody else is a row of a narrow one, which has the columns marked `everyone`. The columns that most processes read
come first, so that they share a cache line.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from contagion.core.people import Column, record_type
from contagion.vocabulary import Place, Role, Stage, Substance, Visibility

COLUMNS: dict[str, Column] = {
    "uid": Column("u8", "id", "identity; never reused", everyone=True),
    "stage": Column("i1", "code", "stage of the pathway"),
    "stage_before": Column("i1", "code", "stage at the end of last week"),
    "substance": Column("i1", "code", "opioid, alcohol or other"),
    "mild": Column("i1", "0/1", "a mild dependence: seldom helped, slow to start, seldom relapses"),
    "started": Column("i1", "0/1", "started recovery this week"),
    "visibility": Column("i1", "code", "hidden, anonymous or visible"),
    "champion": Column("i1", "0/1", "a visible person who actively helps"),
    "treatment": Column("i1", "code", "treatment: none, waiting, in it"),
    "treated": Column("i1", "0/1", "was in treatment last week"),
    "seeks_home": Column("i1", "0/1", "would be accepted for a home this week"),
    "seeks_job": Column("i1", "0/1", "would be accepted for a job this week"),
    "joining": Column("i1", "0/1", "wants to join a group this week"),
    "giving_back": Column("i1", "0/1", "takes active part in the community"),
    "group_kind": Column("i1", "code", "kind of the group attended last week, -1 for none"),
    "spell": Column("i4", "weeks", "weeks in active addiction, or in recovery, without a break"),
    "attempts": Column("i4", "count", "recovery attempts so far"),
    "custody": Column("i4", "weeks", "weeks of custody left"),
    "recovering_any": Column("i4", "count", "all ties in recovery last week"),
    "group": Column("i4", "index", "group attended, -1 for none"),
    "group_before": Column("i4", "index", "group attended at the start of the week, -1 for none"),
    "neighbourhood": Column("i4", "index", "neighbourhood of residence", everyone=True),
    "supported": Column("f8", "0..1", "support of a champions programme (0 without)"),

    "household": Column("i4", "index", "household", everyone=True),
    "role": Column("i1", "code", "citizen, family member, practitioner, employer or landlord", everyone=True),
    "sex": Column("i1", "code", "0 female, 1 male", everyone=True),
    "committed": Column("i1", "0/1", "holds the inclusive norm whatever others think", everyone=True),
    "ally": Column("i1", "0/1", "an active ally, who walks people to what is there", everyone=True),
    "age": Column("f8", "years", "age when the run starts", everyone=True),
    "attitude": Column("f8", "0..1", "public stigma: attitude against people with lived experience", everyone=True),
    "disposition": Column("f8", "0..1", "own leaning of the attitude, apart from others", everyone=True),
    "norm": Column("f8", "0..1", "attitude expressed by one's ties when attitudes were last reviewed", everyone=True),
    "contact": Column("f8", "ties", "visible recovery met on one's ties when attitudes were last reviewed", everyone=True),
    "use_seen": Column("f8", "ties", "active use seen on one's ties when attitudes were last reviewed", everyone=True),
    "met": Column("f8", "people", "people in visible recovery met through a programme since the last review", everyone=True),

    "frailty": Column("f8", "ratio", "fixed personal multiplier of the relapse hazard, mean 1 at first"),
    "ready": Column("f8", "ratio", "readiness with which recovery last began, outside treatment"),
    "arrival": Column("i4", "week", "week in which a person to come arrives in the risk pool"),
    "family": Column("f8", "ties", "recovery seen in the family last week"),
    "friend": Column("f8", "ties", "recovery seen among friends last week"),
    "weak": Column("f8", "ties", "recovery seen over weak ties last week"),
    "in_group": Column("f8", "ties", "recovery seen in one's group last week"),
    "event": Column("f8", "ties", "recovery seen at an event this week"),
    "allies": Column("i4", "count", "active allies on one's ties last week"),
    "using_near": Column("i4", "count", "close ties in active addiction last week"),
    "recovering_near": Column("i4", "count", "close ties in recovery last week"),
    "close_near": Column("i4", "count", "close ties last week"),
    "fallen_near": Column("i4", "count", "close ties that relapsed lately"),
    "acquaintances": Column("i4", "count", "acquaintances"),
    "structural": Column("f8", "0..1", "structural stigma of the city last week"),
    "justice_capital": Column("f8", "0..1", "how far justice agencies helped rather than harmed last week"),
    "community": Column("f8", "0..1", "community recovery capital of the neighbourhood last week"),

    "connectedness": Column("f8", "0..1", "CHIME: connectedness"),
    "meaning": Column("f8", "0..1", "CHIME: meaning"),
    "hope": Column("f8", "0..1", "CHIME: hope"),
    "identity": Column("f8", "0..1", "CHIME: identity as a person in recovery"),
    "personal": Column("f8", "0..1", "personal recovery capital"),
    "internalised": Column("f8", "0..1", "internalised stigma"),
    "barriers": Column("f8", "0..1", "negative capital: mean of five barriers"),
    "empowerment": Column("f8", "0..1", "CHIME: empowerment"),
    "social": Column("f8", "0..1", "social recovery capital, from ties"),
    "ceiling": Column("f8", "0..1", "personal recovery capital that this person's recovery tends to"),
    "shock": Column("f8", "0..1", "what is left of a discriminatory contact or a lost home"),
    "debt": Column("f8", "0..1", "burden of debt"),
    "need": Column("f8", "0..1", "untreated mental-health need"),
    "home": Column("i1", "0/1", "has a home of their own"),
    "housed": Column("i1", "0/1", "has a place in a recovery home"),
    "job": Column("i1", "0/1", "has a job"),
    "record": Column("i1", "0/1", "has a criminal record"),
    "energy": Column("f8", "0..1", "a champion's energy"),
    "sociability": Column("f8", "0..1", "readiness to make friends in recovery"),
    "linked": Column("f8", "ratio", "assertive linkage: multiplier of the chance to join a group (1 without)"),
    "since_joined": Column("i4", "weeks", "weeks since joining the group"),
    "at_event": Column("i1", "0/1", "is at a visible event this week"),
    "mapped": Column("f8", "ratio", "how much more often allies walk people to what is there (1 without an intervention)"),
    "family_allies": Column("i4", "count", "active allies in the household last week"),
    "practitioner_allies": Column("i4", "count", "active allies among practitioners last week"),
    "in_care": Column("i4", "weeks", "weeks waiting or in treatment"),
    "offences": Column("i4", "count", "offences this week"),
    "probation": Column("i4", "weeks", "weeks of probation left"),
    "court": Column("i4", "weeks", "weeks until a court-ordered treatment starts, -1 for none"),
    "under_court": Column("i4", "weeks", "weeks left under a drug treatment court"),
    "diverted": Column("f8", "0..1", "chance that an arrest goes to a drug treatment court (0 without an intervention)"),
    "desistance": Column("f8", "0..1", "desistance from crime: 1 of somebody who no longer offends"),
    "invited": Column("f8", "per year", "family allies: hazard of seeking treatment that their invitation adds (0 without)"),
    "coached": Column("f8", "log ratio", "a coach's or a caller's protection against relapse (0 without)"),
    "job_help": Column("f8", "ratio", "job support: multiplier of the chance of a job (1 without)"),
    "job_security": Column("f8", "ratio", "a recovery-friendly employer: multiplier of the hazard of losing the job"),
    "record_waived": Column("f8", "0..1", "share of a record's weight that employers leave aside (0 without)"),
}  # fmt: skip

PERSON = record_type(COLUMNS)
"""A row of the wide table: a person with, or at risk of, lived experience."""

CITIZEN = record_type({name: column for name, column in COLUMNS.items() if column.everyone}, lines=False)
"""A row of the narrow table: somebody else."""

CODES: dict[str, type[enum.IntEnum]] = {
    "stage": Stage,
    "stage_before": Stage,
    "substance": Substance,
    "visibility": Visibility,
    "treatment": Place,
    "role": Role,
}
"""What the numbers of a column that holds codes stand for."""


def misfit(name: str, value: Any) -> str:
    """Why a column cannot hold a value, as the end of a sentence; nothing if it can.

    Whole numbers where the column counts or holds codes, and numbers inside the unit's range.
    """
    column = COLUMNS[name]
    kind, low, high = np.dtype(column.dtype), -math.inf, math.inf
    whole = kind.kind in "iu"
    if name in CODES:
        low, high = 0, len(CODES[name]) - 1
    elif column.unit in ("0..1", "0/1"):
        low, high = 0, 1
    elif whole:
        low, high = np.iinfo(kind).min, np.iinfo(kind).max
    number = isinstance(value, int | float | np.number | np.bool_) and math.isfinite(value)
    if number and low - ROUNDING <= value <= high + ROUNDING and (not whole or value == int(value)):
        return ""
    ends = f" from {low:g} to {high:g}" if high < 1000 else ""
    words = ", ".join(f"{one.value} {one.name.lower()}" for one in CODES.get(name, ()))
    return f"it must be {'a whole number' if whole else 'a number'}{ends}" + (f" ({words})" if words else "")


ROUNDING = 1e-9
"""How far a computed share may lie outside its range."""


class Columns(Mapping[str, np.ndarray]):
    """Every column by name: of people with lived experience a view, of everybody a copy."""

    def __init__(self, people: np.ndarray, public: np.ndarray) -> None:
        self._people, self._public = people, public

    def __getitem__(self, name: str) -> np.ndarray:
        if COLUMNS[name].everyone:
            return np.concatenate([self._people[name], self._public[name]])
        return self._people[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COLUMNS)

    def __len__(self) -> int:
        return len(COLUMNS)
