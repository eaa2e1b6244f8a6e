"""Persistence: how many stay in recovery one year more, from the start, after one to three years, and after five.

Asked as the study did: people who start in or just after treatment are followed for eight years, and counted at each year
they reach. "Under one year" is read from the start of an attempt: taken as a cross-section of all who are under a year, the
published third cannot hold together with the published survival curve. What everybody in recovery on one day comes to,
most of them people whom nobody ever treated, is shown beside it and not judged.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from contagion.trials.cohorts.survival import from_treatment, spells
from contagion.trials.counting import alive, mean, quotient, unbroken
from contagion.trials.enrolling import everybody
from contagion.trials.trial import Course, Data, Measure, Trial
from contagion.vocabulary import ACTIVE, recovering

YEAR = 52
BANDS = {"under a year": (0, 1), "1 to 3 years": (1, 3), "5 years or more": (5, 99)}
"""Years in recovery of a cross-section, from and below."""
FOLLOWED, STARTS = 8 * YEAR, 4 * YEAR
"""Weeks for which each start is followed, and within which people start."""
EARLIER, LATER = (1, 2), (5, 6, 7)
"""Years reached from which one more is asked: after one to three, and after five or more."""


def data(arms: Mapping[str, Course]) -> dict[str, Any]:
    """How long recoveries from treatment lasted; and, of everybody, who of each band stayed a year, of those alive, and who
    came back."""
    course = arms["as it is"]
    stage, years = course["stage"], course["spell"][0] / YEAR
    lasted, relapsed = spells(stage, STARTS)
    treated = from_treatment(course, STARTS)
    stayed, well = unbroken(course, 0, YEAR), alive(course, YEAR) & recovering(stage[0])
    found = {name: stayed[well & (years >= low) & (years < high)] for name, (low, high) in BANDS.items()}
    fell = np.flatnonzero(recovering(stage[0]) & (stage[1 : YEAR + 1] == ACTIVE).any(axis=0))
    when = (stage[: YEAR + 1] == ACTIVE).argmax(axis=0)
    back = [recovering(stage[when[k] : when[k] + YEAR + 1, k]).any() for k in fell]
    return found | {"lasted": lasted[treated], "relapsed": relapsed[treated], "back": np.array(back, bool)}


def one_more(*years: int) -> Callable[[Data], float]:
    """The share that stays one year more of those who reach one of these years, whoever dies or is lost being left out."""

    def of(data: Data) -> float:
        stayed, asked = 0, 0
        for year in years:
            reached, on = data["lasted"] >= year * YEAR, data["lasted"] >= (year + 1) * YEAR
            known = reached & (on | data["relapsed"])
            stayed, asked = stayed + int(np.count_nonzero(on)), asked + int(np.count_nonzero(known))
        return quotient(stayed, asked)

    return of


def rising(data: Data) -> float:
    """The smallest step of persistence from one band to the next."""
    shares = [one_more(*years)(data) for years in ((0,), EARLIER, LATER)]
    return min(after - before for before, after in itertools.pairwise(shares))


TRIAL = Trial(
    title="One year more in recovery",
    population="1,162 people in treatment, US, followed for eight years",
    enrolled="everybody who starts recovery within four years in treatment or within four weeks of leaving it",
    differs="nothing",
    source="Dennis, Foss & Scott 2007, quoted by secondary texts",
    grade="C2",
    use="fitted",
    who=everybody,
    weeks=STARTS + FOLLOWED,
    columns=("stage", "spell", "treatment", "in_care"),
    data=data,
    measures=(
        Measure("stay one year, from the start", 0.33, 0.28, 0.42, of=one_more(0), why="about a third"),
        Measure(
            "stay one more year, after 1 to 3 years",
            *(None, 0.55, 0.75),
            of=one_more(*EARLIER),
            why="fewer than half relapse after a first year",
        ),
        Measure(
            "stay one more year, after 5 years or more",
            *(None, 0.83, 0.95),
            of=one_more(*LATER),
            why="fewer than 15 % relapse after five years",
        ),
        Measure(
            "smallest rise from one of these to the next",
            *(None, 0.0, 1.0),
            of=rising,
            unit="difference",
            why="persistence must rise with time in recovery: the sign alone",
        ),
        *(
            Measure(f"stay one more year, everybody {words} on one day", None, None, None, of=mean(name))
            for name, words in (
                ("under a year", "under a year in recovery"),
                ("1 to 3 years", "1 to 3 years in recovery"),
                ("5 years or more", "5 years or more in recovery"),
            )
        ),
        Measure("back in recovery within a year of a relapse", None, None, None, of=mean("back")),
    ),
    remark="A relapse in between counts, however short",
)
