"""A place in a config file: what the model takes of it is written into the tables that are read."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from contagion.core.errors import Fault, Key, at_key, nearest, plainly, shown
from contagion.core.parameters import tables_in
from contagion.model.scenario import Scenario
from contagion.place.conversion import Taken, converted
from contagion.place.terms import Locality

Tables = dict[str, Any]


def usual() -> dict[str, dict[str, Any]]:
    """The defaults of the model, by table and name."""
    return {name: table().model_dump() for name, table in tables_in(Scenario).items()}


def taken(place: Locality) -> Taken:
    """What the model takes of a place, against its own defaults."""
    return converted(place, usual())


def placed(merged: Tables, says: Any) -> tuple[Tables, list[Fault]]:
    """The tables of a config with what the model takes of its place, and where the file says something else itself.

    `says(key)`: whether the file that holds the place, or one that extends it, sets that key. A place that is wrong is
    left to the check of the whole file.
    """
    if not isinstance(merged.get("place"), dict) or not merged["place"]:
        return merged, []
    try:
        found = taken(Locality.model_validate(merged["place"]))
    except ValidationError:
        return merged, []
    made, faults = copy.deepcopy(merged), []
    for section, values in found.tables.items():
        table = made.setdefault(section, {})
        if not isinstance(table, dict):
            continue
        for name, value in values.items():
            if says((section, name)) and table.get(name) != value:
                faults.append(_twice((section, name), table.get(name), value))
            table[name] = value
    for name, values in found.options.items():
        stands = list(_where(made, name))
        based = bool(stands) and len(stands[0][0]) == 2
        if not stands and values:
            known = {one for table in _tables(made) for one in table.get("interventions", {})}
            rule = "name an intervention of the study"
            faults.append(at_key(("place", "options", name), None, rule, nearest(name, known), "is no intervention"))
        for key, table in stands:
            for one, value in values.items():
                if len(key) > 2 and (based or one in table):
                    continue  # the scenario has it of the base, or says its own
                if says((*key, one)) and table.get(one) != value:
                    faults.append(_twice((*key, one), table.get(one), value))
                table[one] = value
    return made, faults


def _twice(key: Key, said: Any, value: Any) -> Fault:
    rule = f"[place] makes it {shown(value)}: leave one of them out"
    return at_key(key, said, rule, None, f"is {shown(said)} here")


def _tables(merged: Tables) -> Iterator[Mapping[str, Any]]:
    """The base and each study scenario, as tables."""
    yield merged
    study = merged.get("study")
    scenarios = study.get("scenarios", {}) if isinstance(study, dict) else {}
    yield from (one for one in scenarios.values() if isinstance(one, dict))


def _where(merged: Tables, name: str) -> Iterator[tuple[Key, dict[str, Any]]]:
    """Each table of an intervention of that name, with its key."""
    study = merged.get("study")
    scenarios = study.get("scenarios", {}) if isinstance(study, dict) else {}
    places: list[tuple[Key, Any]] = [((), merged)]
    places += [(("study", "scenarios", one), table) for one, table in scenarios.items()]
    for above, table in places:
        every = table.get("interventions") if isinstance(table, dict) else None
        one = every.get(name) if isinstance(every, dict) else None
        if isinstance(one, dict):
            yield (*above, "interventions", name), one


def in_words(place: Locality) -> str:
    """What the model takes of a place, one conversion a line; "" if nothing is said of one."""
    if not place.said:
        return ""
    found = taken(place)
    title = f"{plainly(place.name, 80) or 'The place'}{f', {place.year}' if place.year else ''}:"
    return "\n".join([title, *(f"  {plainly(line, 400)}" for line in (*found.sentences, *found.kept))])
