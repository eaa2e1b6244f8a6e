"""Validation: a table of values against the declarations, as faults that name file, key and range."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from contagion.config.allowed import choices, rule_of
from contagion.config.keys import Key
from contagion.config.layers import ASKING, LABELS, Layer, Table, variant
from contagion.config.problems import Problem
from contagion.config.protocol import Factor
from contagion.core.errors import Fault, nearest

if TYPE_CHECKING:
    from contagion.model.scenario import Scenario

NOT_A_SCENARIOS = ("name", "study", *ASKING)
"""What a study scenario may not set."""
PASSES = 4
"""How often the rest is looked at again after faulty values were set aside, to find what they hid."""


def validated(
    raw: Table, layers: list[Layer], faults: list[Fault], incomplete: bool = False
) -> tuple[Scenario | None, Table]:
    """The scenario and the table without what is wrong; problems join the faults."""
    scenario, problems, sound = problems_of(raw)
    if incomplete:  # a file could not be read: what it would have set is not missed
        problems = [p for p in problems if p.problem != "is missing"]
    faults.extend(p.blamed(layers) for p in problems)
    return scenario, sound


def variants_checked(sound: Table, layers: list[Layer], faults: list[Fault]) -> dict[str, Scenario]:
    """Each study scenario, read as the base with its overrides and without what is wrong; problems join the faults."""
    made: dict[str, Scenario] = {}
    study = sound.get("study")
    scenarios = study.get("scenarios", {}) if isinstance(study, dict) else {}
    for name, table in scenarios.items():
        above = ("study", "scenarios", name)
        for own in (*NOT_A_SCENARIOS, "extends"):
            if own in table:
                rule = "study scenarios may set their title, their description and what a config sets"
                faults.append(Problem((own,), None, rule, problem="cannot be set here").blamed(layers, above))
        for own in LABELS:
            if not isinstance(table.get(own, ""), str):
                faults.append(Problem((own,), table[own], "it must be a text").blamed(layers, above))
        wanted = {k: v for k, v in table.items() if k not in (*NOT_A_SCENARIOS, "extends", *LABELS)}
        scenario, problems, _ = problems_of(variant(sound, name, wanted))
        if scenario is not None:
            made[name] = scenario
        for problem in problems:
            if problem.key == ("name",):  # a scenario is named by its table
                problem = Problem((), name, problem.allowed)
            faults.append(problem.blamed(layers, above))
    return made


def problems_of(raw: Table) -> tuple[Scenario | None, list[Problem], Table]:
    """Every problem of a table, found by setting faulty values aside and looking again; what is left as a scenario."""
    from contagion.model.scenario import Scenario

    raw = copy.deepcopy(raw)
    problems = list(_kinds(raw))
    for problem in problems:
        _drop(raw, problem.drop or problem.key)
    for _ in range(PASSES):
        try:
            scenario = Scenario.model_validate(raw)
        except ValidationError as error:
            found = [p for e in error.errors(include_url=False) for p in _problems(e, raw)]
            problems += [p for p in found if p not in problems]
            dropped = [_drop(raw, p.drop or p.key) for p in found]
            if not all(dropped):
                break
        else:
            return scenario, problems, raw
    return None, problems, raw


def _kinds(raw: Table) -> Iterator[Problem]:
    """Interventions that are no tables, have no kind or an unknown one."""
    from contagion.interventions.base import REGISTRY

    interventions = raw.get("interventions", {})
    if not isinstance(interventions, dict):
        yield Problem(("interventions",), interventions, "it must be a table of interventions, [interventions.NAME]")
        return
    kinds = ", ".join(sorted(REGISTRY))
    named = [name for name, one in interventions.items() if isinstance(one, dict) and one.get("kind") in REGISTRY]
    for name, one in interventions.items():
        key = ("interventions", name)
        if not isinstance(one, dict):
            yield Problem(key, one, "it must be a table with a kind")
        elif "kind" not in one:
            close = nearest(name, [*named, *REGISTRY])
            rule = f"it must be one of {kinds}"
            yield Problem((*key, "kind"), None, rule, close, "is missing", drop=key)
        elif not isinstance(one["kind"], str) or one["kind"] not in REGISTRY:
            close = nearest(str(one["kind"]), REGISTRY)
            yield Problem((*key, "kind"), one["kind"], f"it must be one of {kinds}", close, drop=key)


def _problems(error: Any, raw: Table) -> Iterator[Problem]:
    """One pydantic error in plain words."""
    kind, loc = error["type"], tuple(str(part) for part in error["loc"])
    key, value = _reached(loc, raw, keep_last=kind in ("missing", "extra_forbidden"))
    owner, field = _declaration(key, raw)
    allowed = rule_of(field) if field else ""
    if kind == "extra_forbidden":
        names = list(owner.model_fields) if owner else []
        close = nearest(key[-1], names) or _elsewhere(key[-1])
        rule = f"known here: {', '.join(names)}" if names else ""
        if key[0] == "factors" and len(key) == 3 and isinstance(value, dict):
            rule, close = "dotted names of factors stand in quotes", f'[factors."{key[1]}.{key[2]}"]'
        yield Problem(key, None if isinstance(value, dict) else value, rule, close, "is not a known name")
    elif kind == "missing":
        yield Problem(key, None, allowed, None, "is missing", drop=key[:-1] or key)
    elif kind in ("value_error", "assertion_error"):
        told = str(error.get("ctx", {}).get("error", error["msg"])).removeprefix("Value error, ")
        yield from _sense(key, told.strip().rstrip("."), raw)
    elif kind == "literal_error" and field and isinstance(error["input"], str):
        yield Problem(key, value, allowed, nearest(error["input"], [str(c) for c in choices(field.annotation)]))
    elif kind == "string_pattern_mismatch":
        yield Problem(key, value, "it must be of letters, digits, dots, dashes and underscores, a letter first")
    elif kind == "string_too_long":
        yield Problem(key, value, f"it must have at most {error['ctx']['max_length']} characters")
    else:
        yield Problem(key, value, allowed or error["msg"][:1].lower() + error["msg"][1:])


def _sense(key: Key, told: str, raw: Table) -> Iterator[Problem]:
    """What a table says of values that do not go together, laid at the keys that it names."""
    from contagion.model.scenario import sections

    known = {f"{section}.{name}" for section, table in sections().items() for name in table.model_fields}
    pieces = re.split(r"; (?!did you mean)", told) if not key else [told]
    for piece in pieces:
        piece, _, close = piece.partition("; did you mean ")
        named = next((n for n in re.findall(r"[a-z_]+\.[a-z_]+", piece) if n in known), "")
        section = re.search(r"\[([a-z_]+)\]", piece)
        where = tuple(named.split(".")) if named else (section[1],) if section else key
        _, value = _reached(where, raw, keep_last=False)
        problem = piece.removeprefix(named).strip() if named and piece.startswith(named) else f": {piece}"
        value = None if isinstance(value, dict) else value
        yield Problem(where, value, problem.lstrip(": "), close.rstrip("?") or None, problem)


def _reached(loc: Key, raw: Any, keep_last: bool) -> tuple[Key, Any]:
    """The part of a pydantic location that is a key of the table, and the value there."""
    key: list[str] = []
    for part in loc:
        if isinstance(raw, dict) and part in raw:
            key.append(part)
            raw = raw[part]
        elif isinstance(raw, dict) and keep_last and part == loc[-1]:
            return (*key, part), None
    return tuple(key), raw


def _drop(raw: Table, key: Key) -> bool:
    """Take a key out of the table; False if there is nothing to take."""
    table: Any = raw
    for part in key[:-1]:
        table = table.get(part) if isinstance(table, dict) else None
    if not key or not isinstance(table, dict) or key[-1] not in table:
        return False
    del table[key[-1]]
    return True


def _declaration(key: Key, raw: Table) -> tuple[type[BaseModel] | None, FieldInfo | None]:
    """The table that declares a key, and its field, if there are such."""
    from contagion.interventions.base import REGISTRY
    from contagion.model.scenario import Scenario

    model: type[BaseModel] | None = Scenario
    if key[:1] == ("interventions",) and len(key) > 1:
        one = raw.get("interventions", {}).get(key[1], {})
        model, key = REGISTRY.get(one.get("kind", "")) if isinstance(one, dict) else None, key[2:]
    elif key[:1] == ("factors",) and len(key) > 1:
        model, key = Factor, key[2:]
    field: FieldInfo | None = None
    for i, part in enumerate(key):
        field = model.model_fields.get(part) if model else None
        if i < len(key) - 1:
            model = _table_of(field)
    return model, field


def _table_of(field: FieldInfo | None) -> type[BaseModel] | None:
    kind = field.annotation if field else None
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _elsewhere(name: str) -> str | None:
    """A dotted name of that last part in any section."""
    from contagion.model.scenario import sections

    known = {key: f"{section}.{key}" for section, table in sections().items() for key in table.model_fields}
    close = nearest(name, known, 0.8)
    return known[close] if close else nearest(name, sections(), 0.8)
