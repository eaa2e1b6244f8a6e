"""Kaskutas 2002 and Kelly 2011: how much of mutual aid's effect is carried by the ties that people make in it.

Asked as the papers did: among people in treatment, abstinence is regressed on attendance with and without close ties in
recovery and in use, beside ties and attendance at the beginning and profile. Kelly asked in turn, attendance in the first
3 months, ties at 9, abstinence at 15; Kaskutas all of it after a year. And asked as only a model can: who attends no
group joins one, in the city as it is and in one where groups make no ties.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from contagion.trials.counting import abstinent, attended, average, carried, difference, quotient
from contagion.trials.enrolling import both, changed, in_treatment, join
from contagion.trials.trial import Course, Data, Measure, Trial
from contagion.vocabulary import NO_GROUP, OPIOID

ATTENDANCE, TIES, OUTCOME, YEAR = 13, 39, 65, 52
"""Weeks by which attendance, ties and abstinence are asked (Kelly: 3, 9 and 15 months; Kaskutas: all after a year)."""
ASKED = ("attended", "recovering", "using", "abstinent")

WITHOUT_TIES = changed(bonds__befriend=0.0, bonds__weak_group=0.0)
"""The city in which groups make no ties: nobody makes friends there, or gets acquainted."""


def data(arms: Mapping[str, Course]) -> dict[str, Any]:
    """Attendance, ties and abstinence of each in the city as it is; abstinence at a year in the four arms, of those who
    attended no group at first."""
    usual = arms["usual"]
    free, near, using = usual["group"][0] == NO_GROUP, usual["recovering_near"], usual["using_near"]
    first = {"recovering": near[0], "using": using[0], "attending": ~free, "opioid": usual["substance"][0] == OPIOID}
    kelly = (attended(usual, 1, ATTENDANCE), near[TIES], using[TIES], abstinent(usual, OUTCOME))
    kaskutas = (attended(usual, 1, YEAR), near[YEAR], using[YEAR], abstinent(usual, YEAR))
    return {
        **{f"first, {name}": values for name, values in first.items()},
        **{f"Kelly, {name}": values for name, values in zip(ASKED, kelly, strict=True)},
        **{f"Kaskutas, {name}": values for name, values in zip(ASKED, kaskutas, strict=True)},
        **{arm: abstinent(course, YEAR)[free] for arm, course in arms.items()},
    }


def as_in_the_paper(paper: str) -> Callable[[Data], float]:
    """The share of attendance's coefficient that goes when ties enter the regression."""

    def of(data: Data) -> float:
        cause, recovering, using, outcome = (data[f"{paper}, {name}"] for name in ASKED)
        others = [values for name, values in data.items() if name.startswith("first, ")]
        return carried(outcome, cause, [recovering, using], others)

    return of


def by_switching_off(data: Data) -> float:
    """The share of the effect of joining that goes when groups make no ties."""
    whole = average(data["joined"]) - average(data["usual"])
    without = average(data["joined, no ties"]) - average(data["usual, no ties"])
    return quotient(whole - without, whole)


WHY = "36 % (Kaskutas), 40 % in aftercare and 64 % in outpatient treatment (Kelly; 52 is their middle)"

TRIAL = Trial(
    title="The share of mutual aid's effect that ties carry",
    population="654 treatment seekers (Kaskutas); 1,726 people of Project MATCH (Kelly), US",
    enrolled="people in active addiction who are in treatment",
    differs="nothing (as in the papers); or who attends no group joins one, with and without the making of ties in groups",
    source="Kaskutas, Bond & Humphreys 2002; Kelly et al. 2011",
    grade="C",
    use="fitted",
    who=in_treatment,
    arms={"usual": None, "joined": join, "usual, no ties": WITHOUT_TIES, "joined, no ties": both(WITHOUT_TIES, join)},
    weeks=OUTCOME,
    times=12,
    apart=YEAR,
    columns=("stage", "group", "recovering_near", "using_near", "substance"),
    data=data,
    measures=(
        Measure(
            "share carried by ties, asked as Kaskutas did", 0.36, 0.30, 0.65, of=as_in_the_paper("Kaskutas"), why=WHY
        ),
        Measure("share carried by ties, asked as Kelly did", 0.52, 0.30, 0.65, of=as_in_the_paper("Kelly"), why=WHY),
        Measure(
            "share carried by ties, by switching them off", 0.45, 0.30, 0.65, of=by_switching_off, why=WHY, grade="D"
        ),
        Measure(
            "abstinent at one year, joined less usual",
            *(None, None, None),
            of=difference("joined", "usual"),
            unit="difference",
        ),
    ),
)
