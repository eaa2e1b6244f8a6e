"""Telephone support by volunteers against none: it changed nothing."""

from __future__ import annotations

from contagion.interventions.ties.telephone_support import TelephoneSupport
from contagion.trials.counting import difference
from contagion.trials.enrolling import served_by
from contagion.trials.randomised.coaching import HALF_YEAR, data, newly_in_recovery
from contagion.trials.trial import Measure, Trial

TRIAL = Trial(
    title="Telephone support by volunteers against none",
    population="100 people, randomised",
    enrolled="people in their first quarter of recovery, outside custody",
    differs="a call a week by a volunteer, or none",
    source="Telephone support by volunteers, n = 100: no effect on use or recovery capital",
    grade="C",
    use="fitted",
    who=newly_in_recovery,
    arms={"usual": None, "calls": served_by(TelephoneSupport)},
    weeks=HALF_YEAR,
    columns=("stage",),
    data=data,
    measures=(
        Measure(
            "used within half a year, calls less usual",
            *(0.0, -0.05, 0.05),
            of=difference("calls", "usual"),
            unit="difference",
            why="no effect was found: at most 5 points either way",
        ),
    ),
)
