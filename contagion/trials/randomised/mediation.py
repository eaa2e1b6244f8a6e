"""Kaskutas 2002 and Kelly 2011: how much of mutual aid's effect is carried by the ties that people make in it.

Asked twice. As the papers did: among people in treatment, abstinence at 15 months is regressed on attendance in the first
three, with and without close ties in recovery and in use at nine months, beside ties at the beginning and profile. And as
only a model can: everybody enrolled joins a group, in the city as it is and in one where groups make no ties.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contagion.trials.counting import abstinent, attended, average, carried, difference, quotient
from contagion.trials.enrolling import both, changed, in_treatment, join
from contagion.trials.trial import Course, Data, Measure, Trial
from contagion.vocabulary import OPIOID

ATTENDANCE, TIES, OUTCOME, YEAR = 13, 39, 65, 52
"""Weeks by which attendance, ties and abstinence are asked (Kelly 2011: 3, 9 and 15 months)."""

WITHOUT_TIES = changed(bonds__befriend=0.0)
"""The city in which nobody makes friends in a group."""


def data(arms: Mapping[str, Course]) -> dict[str, Any]:
    """Attendance, ties and abstinence of each in the city as it is; abstinence at a year in the four arms."""
    usual = arms["usual"]
    return {
        "attended": attended(usual, 1, ATTENDANCE),
        "recovering": usual["recovering_near"][TIES],
        "using": usual["using_near"][TIES],
        "abstinent": abstinent(usual, OUTCOME),
        "recovering at first": usual["recovering_near"][0],
        "using at first": usual["using_near"][0],
        "opioid": usual["substance"][0] == OPIOID,
        **{f"{arm}, at a year": abstinent(course, YEAR) for arm, course in arms.items()},
    }


def as_in_the_papers(data: Data) -> float:
    """The share of attendance's coefficient that goes when ties enter the regression."""
    others = ("recovering at first", "using at first", "opioid")
    ties = [data["recovering"], data["using"]]
    return carried(data["abstinent"], data["attended"], ties, [data[name] for name in others])


def by_switching_off(data: Data) -> float:
    """The share of the effect of joining that goes when groups make no ties."""
    whole = average(data["joined, at a year"]) - average(data["usual, at a year"])
    without = average(data["joined, no ties, at a year"]) - average(data["usual, no ties, at a year"])
    return quotient(whole - without, whole)


WHY = "36 % (Kaskutas 2002), 40 and 64 % (Kelly 2011)"

TRIAL = Trial(
    title="The share of mutual aid's effect that ties carry",
    population="654 treatment seekers (Kaskutas); 1,726 people of Project MATCH (Kelly), US",
    enrolled="people in active addiction who are in treatment",
    differs="nothing (as in the papers); or all join a group, with and without the making of ties in groups",
    source="Kaskutas, Bond & Humphreys 2002; Kelly et al. 2011",
    grade="C",
    use="predicted",
    who=in_treatment,
    arms={"usual": None, "joined": join, "usual, no ties": WITHOUT_TIES, "joined, no ties": both(WITHOUT_TIES, join)},
    weeks=OUTCOME,
    columns=("stage", "group", "recovering_near", "using_near", "substance"),
    data=data,
    measures=(
        Measure("share carried by ties, as in the papers", 0.40, 0.30, 0.65, of=as_in_the_papers, why=WHY),
        Measure("share carried by ties, switched off", 0.40, 0.30, 0.65, of=by_switching_off, why=WHY),
        Measure(
            "abstinent at one year, all joined less usual",
            *(None, None, None),
            of=difference("joined, at a year", "usual, at a year"),
            unit="difference",
        ),
    ),
)
