"""What is noted of a week as everybody lives it: who moved, and who asks the city for something."""

from __future__ import annotations

from typing import Any

from contagion.core.compiling import kernel
from contagion.vocabulary import ACTIVE, INSIDE, NO_GROUP, WAITING


@kernel
def note(people: Any, first: Any, moved: Any, asking: Any, attending: Any, out_using: Any, counts: Any) -> None:
    """Note, in the order of people, who moved to another stage and who asks the city for a home, a job, a group, treatment.

    `counts`: how many moved, ask, are in treatment, attend a group, are in active addiction outside custody.
    """
    for i in range(people.size):
        who = people[i]
        if who.stage != who.stage_before:
            moved[counts[0]] = first + i
            counts[0] += 1
        if who.seeks_home == 1 or who.seeks_job == 1 or who.joining == 1 or who.treatment == WAITING:
            asking[counts[1]] = first + i
            counts[1] += 1
        counts[2] += 1 * (who.treatment == INSIDE)
        attending[counts[3]] = out_using[counts[4]] = first + i
        counts[3] += 1 * (who.group != NO_GROUP)
        counts[4] += 1 * (who.stage == ACTIVE and who.custody == 0)
