"""The state of a person: its columns, read one person or everyone at a time.

Rows 0..L-1 are people with, or at risk of, lived experience (and the spare rows of those who will come);
rows L..N-1 are everybody else. Columns marked ``everyone`` have length N, the others length L.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from contagion.core.columns import Column, Who, columns_of


class People(Who):
    """The columns of a person."""

    uid = Column("u8", "id", "identity; never reused", everyone=True)
    neighbourhood = Column("i4", "index", "neighbourhood of residence", everyone=True)
    household = Column("i4", "index", "household", everyone=True)
    role = Column("i1", "code", "citizen, family member, practitioner, employer or landlord", everyone=True)
    sex = Column("i1", "code", "0 female, 1 male", everyone=True)
    age = Column("f8", "years", "age when the run starts", everyone=True)
    attitude = Column("f8", "0..1", "public stigma: attitude against people with lived experience", everyone=True)
    disposition = Column("f8", "0..1", "own leaning of the attitude, apart from others", everyone=True)
    committed = Column("i1", "0/1", "holds the inclusive norm whatever others think", everyone=True)
    ally = Column("i1", "0/1", "an active ally, who walks people to what is there", everyone=True)
    norm = Column("f8", "0..1", "attitude expressed by one's ties when attitudes were last reviewed", everyone=True)
    contact = Column(
        "f8", "ties", "visible recovery met on one's ties when attitudes were last reviewed", everyone=True
    )
    use_seen = Column("f8", "ties", "active use seen on one's ties when attitudes were last reviewed", everyone=True)

    stage = Column("i1", "code", "stage of the pathway")
    spell = Column("i4", "weeks", "weeks in active addiction, or in recovery, without a break")
    attempts = Column("i4", "count", "recovery attempts so far")
    frailty = Column("f8", "ratio", "fixed personal multiplier of the relapse hazard, mean 1 at birth")
    substance = Column("i1", "code", "opioid, alcohol or other")
    sociability = Column("f8", "0..1", "readiness to make friends in recovery")
    arrival = Column("i4", "week", "week in which a person to come arrives in the risk pool")
    started = Column("i1", "0/1", "started recovery this week")

    personal = Column("f8", "0..1", "personal recovery capital")
    social = Column("f8", "0..1", "social recovery capital, from ties")
    community = Column("f8", "0..1", "community recovery capital of the neighbourhood last week")
    home = Column("i1", "0/1", "has a home of their own")
    housed = Column("i1", "0/1", "has a place in a recovery home")
    job = Column("i1", "0/1", "has a job")
    record = Column("i1", "0/1", "has a criminal record")
    debt = Column("f8", "0..1", "burden of debt")
    need = Column("f8", "0..1", "untreated mental-health need")
    barriers = Column("f8", "0..1", "negative capital: mean of five barriers")
    seeks_home = Column("i1", "0/1", "would be accepted for a home this week")
    seeks_job = Column("i1", "0/1", "would be accepted for a job this week")

    internalised = Column("f8", "0..1", "internalised stigma")
    connectedness = Column("f8", "0..1", "CHIME: connectedness")
    hope = Column("f8", "0..1", "CHIME: hope")
    identity = Column("f8", "0..1", "CHIME: identity as a person in recovery")
    meaning = Column("f8", "0..1", "CHIME: meaning")
    empowerment = Column("f8", "0..1", "CHIME: empowerment")

    visibility = Column("i1", "code", "hidden, anonymous or visible")
    champion = Column("i1", "0/1", "a visible person who actively helps")
    energy = Column("f8", "0..1", "a champion's energy")
    supported = Column("f8", "0..1", "support of a champions programme (0 without)")
    giving_back = Column("i1", "0/1", "takes active part in the community")

    family = Column("f8", "ties", "recovery seen in the family last week")
    friend = Column("f8", "ties", "recovery seen among friends last week")
    weak = Column("f8", "ties", "recovery seen over weak ties last week")
    in_group = Column("f8", "ties", "recovery seen in one's group last week")
    event = Column("f8", "ties", "recovery seen at an event last week")
    allies = Column("f8", "count", "active allies on one's ties last week")
    using_near = Column("f8", "count", "close ties in active addiction last week")
    recovering_near = Column("f8", "count", "close ties in recovery last week")
    recovering_any = Column("f8", "count", "all ties in recovery last week")
    fallen_near = Column("f8", "count", "close ties that relapsed in the last half year")
    acquaintances = Column("f8", "count", "acquaintances")

    group = Column("i4", "index", "group attended, -1 for none")
    since_joined = Column("i4", "weeks", "weeks since joining the group")
    joining = Column("i1", "0/1", "wants to join a group this week")
    linked = Column("f8", "ratio", "assertive linkage: multiplier of the chance to join a group (1 without)")
    treatment = Column("i1", "code", "treatment: none, waiting, in it")
    in_care = Column("i4", "weeks", "weeks waiting or in treatment")
    treated = Column("i1", "0/1", "was in treatment last week")
    offences = Column("i4", "count", "offences this week")
    custody = Column("i4", "weeks", "weeks of custody left")
    probation = Column("i4", "weeks", "weeks of probation left")
    court = Column("i4", "weeks", "weeks until a court-ordered treatment starts, -1 for none")
    shock = Column("f8", "0..1", "what is left of a discriminatory contact or a lost home")

    @property
    def city(self) -> Any:
        """Levels of the whole city last week (structural stigma, justice capital, ...)."""
        return self.model.town


class Everyone(People):
    """Everyone, or everyone with lived experience: the same columns, many rows."""

    def __init__(self, model: Any, rows: slice) -> None:
        self.model, self.rows = model, rows


COLUMNS: dict[str, Column] = columns_of(People)


def empty_columns(people: int, lived: int) -> dict[str, np.ndarray]:
    """All columns at zero: length `people` where they span everyone, else `lived`."""
    return {name: np.zeros(people if c.everyone else lived, c.dtype) for name, c in COLUMNS.items()}
