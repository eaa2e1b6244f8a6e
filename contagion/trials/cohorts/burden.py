"""Burden: how many people are in active addiction, how many have left it, how many die, over ten years as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from contagion.trials.counting import mean, per
from contagion.trials.enrolling import nobody
from contagion.trials.trial import Course, Measure, Trial
from contagion.vocabulary import ACTIVE, ALCOHOL, DEAD, OPIOID, recovering

OLD = 65.0
"""Age from which people are no longer counted with those of 15 to 64, in years."""
YEARS = 10


def counts(city: Any, rows: np.ndarray) -> np.ndarray:
    """The city this week: people of 18 to 64, of them in active opioid addiction; all adults, of them in active addiction
    to alcohol, mildly, and in recovery; and, of all ages, in active opioid addiction and dead of it."""
    people, stage = city.people, city.people["stage"]
    here, young = stage < DEAD, people["age"] + city.week / 52.0 < OLD
    public = city.public_people
    opioid = (stage == ACTIVE) & (people["substance"] == OPIOID)
    died = (stage == DEAD) & (people["stage_before"] == ACTIVE) & (people["substance"] == OPIOID)
    return np.array(
        [
            np.count_nonzero(here & young) + np.count_nonzero(public["age"] < OLD),
            np.count_nonzero(opioid & young),
            np.count_nonzero(here) + public.size,
            np.count_nonzero((stage == ACTIVE) & (people["substance"] == ALCOHOL)),
            np.count_nonzero((stage == ACTIVE) & (people["substance"] == ALCOHOL) & (people["mild"] == 1)),
            np.count_nonzero(recovering(stage)),
            np.count_nonzero(opioid),
            np.count_nonzero(died),
        ]
    )


def knowing(city: Any, rows: np.ndarray) -> np.ndarray:
    """The share of people with a close tie to somebody in active addiction or recovery."""
    return np.asarray(city.web.wiring.above[0] / max(1, city.here))


def data(arms: Mapping[str, Course]) -> dict[str, Any]:
    """Each count's mean over ten years; deaths as their sum a year."""
    weekly = arms["as it is"]["counts"][1:].astype(float)
    means = weekly.mean(axis=0)
    found = dict(
        zip(("young", "opioid, young", "adults", "alcohol", "mild", "recovery", "opioid"), means, strict=False)
    )
    return found | {"deaths": weekly[:, -1].sum() / YEARS, "known": arms["as it is"]["known"][1:].mean()}


TENTH = "a tenth either way: interval of the estimate and one place against another"

TRIAL = Trial(
    title="Burden of a city in which nothing is done",
    population="adults of England (of Scotland: who knows somebody)",
    enrolled="everybody",
    differs="nothing",
    source="OHID 2023; Sheffield 2024 (alcohol); Day et al. 2024; Lewer et al. 2022; Scottish Government 2016",
    grade="C",
    use="fitted",
    who=nobody,
    weeks=52 * YEARS,
    columns=(),
    noted={"counts": counts, "known": knowing},
    data=data,
    measures=(
        Measure(
            "opiate or crack users per 1,000 people under 65",
            *(9.5, 8.55, 10.45),
            of=per("opioid, young", "young", 1000.0),
            unit="per 1,000",
            why=TENTH + "; the estimate is for ages 15 to 64, the city has those of 18 to 64",
        ),
        Measure(
            "alcohol-dependent adults per 1,000",
            *(13.8, 12.4, 15.2),
            of=per("alcohol", "adults", 1000.0),
            unit="per 1,000",
            why=TENTH,
        ),
        Measure(
            "alcohol-dependent adults whose dependence is mild",
            *(0.527, 0.427, 0.627),
            of=per("mild", "alcohol"),
            why="10 points either way: one year (2014/15), and a line that is drawn on a questionnaire",
        ),
        Measure(
            "adults who have resolved a problem",
            *(0.05, 0.04, 0.06),
            of=per("recovery", "adults", 1.0),
            why="one point either way",
        ),
        Measure(
            "deaths per 1,000 years of active opioid addiction",
            *(12.0, 9.0, 15.0),
            of=per("deaths", "opioid", 1000.0),
            unit="per 1,000",
            why="about 10 to 14, a quarter either way of the middle",
            grade="D",
        ),
        Measure(
            "adults who know somebody with dependence", *(0.40, 0.35, 0.45), of=mean("known"), why="5 points either way"
        ),
    ),
)
