"""Targets: the parameters of a scenario that can vary, by dotted name: what each may be, and a scenario with others.

A scenario with a graph file has the people of that file, whatever number it states (`as_lived`).

`starting.friend`, `null_model`, `city.graph_options.p` and `interventions.champions.places` are dotted names; parts that
are no plain words stand in quotes, as in TOML.
"""

from __future__ import annotations

import functools
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_origin

from pydantic.fields import FieldInfo

from contagion.city.first_day import City
from contagion.city.generators import CHANCES
from contagion.city.graph_files import GENERATORS, is_file, read
from contagion.config.allowed import choices, rule_of
from contagion.config.keys import dotted, key_of
from contagion.core.errors import Fault, Key, at_key, nearest, shown
from contagion.core.parameters import Parameters, bounds
from contagion.interventions.base import Intervention
from contagion.model.scenario import Scenario, sections

Kind = Literal["real", "whole", "switch", "choice"]

_BIGGEST = 1e300
"""The greatest size of a number without a declared range."""
_FIXED = {"kind", "title"}
"""Fields of an intervention that say what it is."""


@dataclass(frozen=True)
class Target:
    """A parameter that can vary: its name, kind, declared range or choices, unit, meaning, and its own value."""

    name: str
    key: Key
    kind: Kind
    rule: str
    meaning: str = ""
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[Any, ...] = ()
    own: Any = None

    def wrong(self, value: Any) -> bool:
        """Whether a value is none that the parameter may have."""
        if self.kind == "switch":
            return not isinstance(value, bool)
        if self.kind == "choice":
            if not isinstance(value, str):
                return True
            return value not in self.choices and not (self.key == ("city", "graph") and is_file(value))
        if isinstance(value, bool) or not isinstance(value, int if self.kind == "whole" else int | float):
            return True
        low, high = -math.inf if self.low is None else self.low, math.inf if self.high is None else self.high
        return not low <= value <= high or abs(value) > _BIGGEST

    def near(self, value: Any) -> str | None:
        """The choice most like a wrong value."""
        return nearest(value, self.choices) if self.kind == "choice" and isinstance(value, str) else None


def target_of(name: str, bases: Mapping[str, Scenario], at: Key) -> Target | Fault:
    """The parameter of a dotted name in the scenarios of a study, or what is wrong with the name (at key `at`)."""
    key = key_of(name)
    first = next(iter(bases.values()))
    if key == ("null_model",):
        return _made(name, key, Scenario.model_fields["null_model"], first.null_model, at)
    if len(key) == 3 and key[0] == "interventions":
        having = [s.interventions[key[1]] for s in bases.values() if key[1] in s.interventions]
        field = type(having[0]).model_fields.get(key[2]) if having else None
        if field and key[2] not in _FIXED:
            return _made(name, key, field, getattr(having[0], key[2]), at)
    elif key[:2] == ("city", "graph_options") and len(key) == 3:
        defaults = GENERATORS.get(first.city.graph, ("", {}))[1]
        own = first.city.graph_options.get(key[2], defaults.get(key[2]))
        about = f"the option {key[2]} of the graph's generator"
        if key[2] in CHANCES:
            rule = f"it must be a probability from 0 to 1 ({about})"
            return Target(name, key, "real", rule, about, low=0.0, high=1.0, own=own)
        if any(key[2] in options for _, options in GENERATORS.values()):
            rule = f"it must be a whole number ({about})"
            return Target(name, key, "whole", rule, about, low=0.0, own=int(own) if own is not None else None)
    elif len(key) == 2 and key[0] in sections():
        field = sections()[key[0]].model_fields.get(key[1])
        if field:
            return _made(name, key, field, getattr(getattr(first, key[0]), key[1]), at)
    return _unknown(name, key, bases, at)


def _made(name: str, key: Key, field: FieldInfo, own: Any, at: Key) -> Target | Fault:
    made = _target(name, key, field, own)
    if made is None:
        rule = "factors are numbers, switches and choices"
        return at_key(at, None, rule, None, "is a list, a table or a file, which cannot vary")
    return made


def _target(name: str, key: Key, field: FieldInfo, own: Any) -> Target | None:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    low, high = bounds(field)
    words = (rule_of(field), field.description or "", str(extra.get("unit", "")))
    if field.annotation is bool:
        return Target(name, key, "switch", *words, choices=(False, True), own=own)
    if field.annotation in (int, float):
        return Target(name, key, "whole" if field.annotation is int else "real", *words, low, high, own=own)
    if get_origin(field.annotation) is Literal:
        return Target(name, key, "choice", *words, choices=tuple(choices(field.annotation)), own=own)
    if key == ("city", "graph"):
        known = ("city", *GENERATORS)
        rule = "it must be one of " + ", ".join(map(shown, known)) + " or a graph file"
        return Target(name, key, "choice", rule, *words[1:], choices=known, own=own)
    return None


def names(bases: Mapping[str, Scenario]) -> Iterator[str]:
    """Every dotted name that can vary, as it is written."""
    yield "null_model"
    first = next(iter(bases.values()))
    tables: dict[Key, Any] = {(section,): getattr(first, section) for section in sections()}
    for scenario in bases.values():
        tables |= {("interventions", name): one for name, one in scenario.interventions.items()}
    for above, table in tables.items():
        for name, field in type(table).model_fields.items():
            fixed = isinstance(table, Intervention) and name in _FIXED
            if not fixed and _target("", (*above, name), field, None) is not None:
                yield dotted((*above, name))


def _unknown(name: str, key: Key, bases: Mapping[str, Scenario], at: Key) -> Fault:
    known = list(names(bases))
    last = {one.rpartition(".")[2]: one for one in known}
    close = nearest(name, known, 0.75) or last.get(key[-1]) or nearest(name, known)
    rule = 'factors are dotted names of this scenario, for instance "starting.friend"'
    return at_key(at, None, rule, close, "is no parameter that can vary")


def scenario_at(base: Scenario, values: Mapping[str, Any]) -> Scenario:
    """The base with other values by dotted name; ValidationError if the values are wrong or do not go together, ConfigError
    for a graph file that cannot be read.

    Only what changes is checked anew, and then how all goes together. Values for an intervention that the base does not
    have are passed over: another scenario of the study has it.
    """
    tables: dict[str, Any] = {name: getattr(base, name) for name in Scenario.model_fields}
    fresh: dict[Key, dict[str, Any]] = {}
    options: dict[str, Any] = {}
    for name, value in values.items():
        key = _KEYS.get(name) or _KEYS.setdefault(name, key_of(name))
        above = key[:2] if key[0] == "interventions" else key[:1]
        if above[0] == "interventions" and (len(key) < 3 or key[1] not in base.interventions):
            continue
        table = base.interventions[key[1]] if len(above) == 2 else getattr(base, key[0], None)
        if len(key) == 1 or table is None:
            tables[key[0]] = value
            continue
        changed = fresh.setdefault(above, _values(table))
        if key[:2] == ("city", "graph_options"):
            options[key[-1]] = value
        else:
            changed[dotted(key[len(above) :])] = value
    if options or ("city",) in fresh:
        city = fresh.setdefault(("city",), _values(base.city))
        kept = city["graph_options"] if city["graph"] == base.city.graph else {}  # another graph starts afresh
        city["graph_options"] = {**kept, **options}
    for above, table in fresh.items():
        if len(above) == 2:
            tables["interventions"] = {**tables["interventions"], above[1]: table}
        else:
            tables[above[0]] = table
    made = Scenario.model_validate(tables)
    return as_lived(made) if "city.graph" in values else made  # a graph file brings its own people


def _values(table: Parameters) -> dict[str, Any]:
    """The values of a table by name, without what it remembers of itself (its record of numbers)."""
    return {name: getattr(table, name) for name in type(table).model_fields}


_KEYS: dict[str, Key] = {}
"""Dotted names that were read already."""


class GraphFile(NamedTuple):
    """What a graph file brings: how many people and ties, and the check in words of what was read."""

    people: int
    check: str
    ties: int


def graph_of(city: City) -> GraphFile | None:
    """What the graph file of a city brings, None if it has none; ConfigError if it cannot be read.

    It is read once for each state that the files are in.
    """
    if not is_file(city.graph):
        return None
    how = city.model_copy(update={"population": 10}).model_dump_json()  # whatever number is stated
    return _graph_of(how, _state(city.graph), _state(city.nodes))


@functools.lru_cache(maxsize=16)
def _graph_of(city: str, *states: Any) -> GraphFile:
    given = City.model_validate_json(city)
    found = read(
        given.graph, given.nodes, given.node_columns, given.edge_layer, given.edge_weight, given.neighbourhoods
    )
    return GraphFile(len(found.labels), found.check, int(found.one.size))


def _state(path: str) -> tuple[int, int] | None:
    try:
        state = os.stat(path)
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size


def as_lived(scenario: Scenario) -> Scenario:
    """The scenario with as many people as will live in it; ConfigError if its graph file cannot be read.

    >>> as_lived(Scenario()).city.population
    50000
    """
    found = graph_of(scenario.city)
    if found is None or found.people == scenario.city.population:
        return scenario
    return scenario.model_copy(update={"city": scenario.city.model_copy(update={"population": found.people})})
