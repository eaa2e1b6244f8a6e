"""A council's own place on the page: how its words became the model's numbers, and how many people one stands for."""

from __future__ import annotations

from contagion.config.study import Study
from contagion.place.conversion import wards_in_order
from contagion.place.written_in import taken


def conversions(study: Study | None) -> tuple[str, ...]:
    """What was said of the place and what the model took of it, a sentence each; nothing where nothing was said."""
    if study is None or not study.place.said:
        return ()
    found = taken(study.place)
    wards = wards_in_order(study.place)
    named = [f"Neighbourhoods by number, from 0: {', '.join(wards)}."] if wards else []
    return (*found.sentences, *named, *found.kept)


def scaled(study: Study | None) -> str:
    """How many people of the place one person of the city stands for, as a sentence after another; "" where it is one."""
    if study is None or not study.place.said or (scale := taken(study.place).scale) <= 1.0:
        return ""
    name = study.place.name or "the place"
    return f" One person of the city stands for {scale:.2f} adults of {name}: multiply counts by that."
