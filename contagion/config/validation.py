"""Validation: tables of values against the declarations, as faults that name file, key and range."""

from __future__ import annotations

import typing
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from contagion.config.allowed import choices, rule_of, rule_of_one
from contagion.config.layers import LABELS, STUDY, VARYING, ConfigLayer, Table, fresh, located, variant
from contagion.config.study import ConfigFile
from contagion.config.varied.factor import Factor
from contagion.core.errors import Fault, Key, at_key, nearest
from contagion.interventions.base import REGISTRY
from contagion.model.scenario import Scenario, sections

NOT_A_SCENARIOS = ("name", *STUDY)
"""What a study scenario may not set."""
PASSES = 4
"""How often the rest is looked at again after faulty values were set aside, to find what they hid."""
MISSING = "is missing"
UNLIKE = ("union_tag_invalid", "union_tag_not_found", "model_attributes_type")
"""Errors of an intervention that is none: pydantic names no kind in their place."""


def validated(
    raw: Table, layers: list[ConfigLayer], faults: list[Fault], incomplete: bool = False
) -> tuple[ConfigFile | None, Table]:
    """The config and its table without what is wrong; what is wrong joins the faults."""
    file, found, sound = faults_of(raw, ConfigFile)
    if incomplete:  # a file could not be read: what it would have set is not missed
        found = [fault for fault in found if fault.problem != MISSING]
    faults.extend(located(fault, layers) for fault in found)
    return file, sound


def variants_checked(sound: Table, layers: list[ConfigLayer], faults: list[Fault]) -> dict[str, Scenario]:
    """Each study scenario, read as the base with its changes and without what is wrong; that joins the faults."""
    made: dict[str, Scenario] = {}
    study = sound.get("study")
    scenarios = study.get("scenarios", {}) if isinstance(study, dict) else {}
    for name, table in scenarios.items():
        above = ("study", "scenarios", name)
        for own in (*NOT_A_SCENARIOS, "extends"):
            if own in table:
                rule = "study scenarios may set their title, their description and what a config sets"
                faults.append(located(at_key((own,), None, rule, None, "cannot be set here"), layers, above))
        for own in LABELS:
            if not isinstance(table.get(own, ""), str):
                faults.append(located(at_key((own,), table[own], "it must be a text"), layers, above))
        wanted = {k: v for k, v in table.items() if k not in (*NOT_A_SCENARIOS, "extends", *LABELS)}
        scenario, found, _ = faults_of(variant(sound, name, wanted), Scenario)
        if scenario is not None:
            made[name] = scenario
        for fault in found:
            if fault.at == ("name",):  # a scenario is named by its table
                fault = at_key((), name, fault.allowed)
            faults.append(located(fault, layers, above))
    return made


def faults_of[Form: BaseModel](raw: Table, form: type[Form]) -> tuple[Form | None, list[Fault], Table]:
    """What a table holds as a form; every fault, found by setting faulty values aside and looking again; what is left."""
    raw = fresh(raw)
    faults: list[Fault] = []
    for _ in range(PASSES):
        try:
            made = form.model_validate(raw)
        except ValidationError as error:
            found = faults_in(error, raw, form)
            faults += [fault for fault in found if fault not in faults]
            gone = [_set_aside(raw, fault) for fault in found]  # each of them, also after one that is not there
            if not all(gone):
                break
        else:
            return made, faults, raw
    return None, faults, raw


def faults_in(error: ValidationError, raw: Table, form: type[BaseModel] = Scenario) -> list[Fault]:
    """The errors of a table, or of values put into a scenario (with no table), as faults."""
    return [_fault(one, raw, form) for one in error.errors(include_url=False)]


def _fault(error: Any, raw: Table, form: type[BaseModel]) -> Fault:
    """One pydantic error in plain words."""
    kind, loc = error["type"], tuple(str(part) for part in error["loc"])
    if loc[0] == "interventions" and len(loc) > 2 and loc[2] in REGISTRY and kind not in UNLIKE:
        loc = (*loc[:2], *loc[3:])  # pydantic names the kind between the intervention and its key
    if kind == "fault":  # from `refuse`: it has all its parts
        said = error["ctx"]
        return at_key(loc, said["value"], said["allowed"], said["nearest"], said["problem"])
    key, value = _reached(loc, raw, keep_last=kind in ("missing", "extra_forbidden"))
    if key[:1] == ("interventions",) and (len(key) == 1 or kind in UNLIKE):
        return _of_no_kind(kind, key, value, raw)
    owner, field = _declaration(key, raw, form)
    allowed = rule_of(field) if field else _of_table(key, raw, form)
    if kind == "extra_forbidden":
        names = list(owner.model_fields) if owner else []
        close = nearest(key[-1], names) or _elsewhere(key[-1])
        rule = f"known here: {', '.join(names)}" if names else ""
        if key[0] in VARYING and len(key) == 3 and isinstance(value, dict):
            what = "factors" if key[0] == "factors" else "draws"
            rule, close = f"dotted names of {what} stand in quotes", f'[{key[0]}."{key[1]}.{key[2]}"]'
        return at_key(key, None if isinstance(value, dict) else value, rule, close, "is not a known name")
    if kind == "missing":
        return at_key(key, None, allowed, None, MISSING)
    if kind in ("value_error", "assertion_error"):  # from a class of the user's own
        told = str(error["ctx"]["error"]).strip().rstrip(".")
        return at_key(key, None, "give values that go together", None, f": {told}")
    if kind == "literal_error" and field and isinstance(error["input"], str):
        return at_key(key, value, allowed, nearest(error["input"], [str(c) for c in choices(field.annotation)]))
    if kind == "string_pattern_mismatch":
        return at_key(key, value, "it must be of letters, digits, dots, dashes and underscores, a letter first")
    if kind == "string_too_long":
        return at_key(key, value, f"it must have at most {error['ctx']['max_length']} characters")
    return at_key(key, value, allowed or error["msg"][:1].lower() + error["msg"][1:])


def _of_no_kind(error: str, key: Key, value: Any, raw: Table) -> Fault:
    """Interventions that are no tables, have no kind or an unknown one."""
    if len(key) == 1:
        return at_key(key, value, "it must be a table of interventions, [interventions.NAME]")
    if not isinstance(value, dict):
        return at_key(key, value, "it must be a table with a kind")
    rule = "it must be one of " + ", ".join(sorted(REGISTRY))
    if "kind" not in value:
        others = [one for one in raw["interventions"].items() if isinstance(one[1], dict)]
        named = [name for name, one in others if str(one.get("kind")) in REGISTRY]
        return at_key((*key, "kind"), None, rule, nearest(key[1], [*named, *REGISTRY]), MISSING)
    return at_key((*key, "kind"), value["kind"], rule, nearest(str(value["kind"]), REGISTRY))


def _reached(loc: Key, raw: Any, keep_last: bool) -> tuple[Key, Any]:
    """The part of a pydantic location that is a key of the table, and the value there."""
    key: list[str] = []
    for part in loc:
        if isinstance(raw, dict) and part in raw:
            key.append(part)
            raw = raw[part]
        elif isinstance(raw, dict) and keep_last and part == loc[-1]:
            return (*key, part), None
        elif isinstance(raw, list) and part.isdecimal() and int(part) < len(raw) and isinstance(raw[int(part)], dict):
            raw = raw[int(part)]  # one of a list of tables, whose keys are told without its number
    return tuple(key), raw


def _set_aside(raw: Table, fault: Fault) -> bool:
    """Take a faulty key out of the table (an intervention whole, if its kind is wrong); False if there is none."""
    key = fault.at
    whole = key[:1] == ("interventions",) and key[2:] == ("kind",)
    return _drop(raw, key[:-1] if whole or (fault.problem == MISSING and len(key) > 1) else key)


def _drop(raw: Table, key: Key) -> bool:
    table: Any = raw
    for part in key[:-1]:
        table = table.get(part) if isinstance(table, dict) else None
    if not key or not isinstance(table, dict) or key[-1] not in table:
        return False
    del table[key[-1]]
    return True


def _declaration(key: Key, raw: Table, form: type[BaseModel]) -> tuple[type[BaseModel] | None, FieldInfo | None]:
    """The table that declares a key, and its field, if there are such."""
    model: type[BaseModel] | None = form
    if key[:1] == ("interventions",) and len(key) > 1:
        one = raw.get("interventions", {}).get(key[1], {})
        model, key = REGISTRY.get(one.get("kind", "")) if isinstance(one, dict) else None, key[2:]
    elif len(key) > 1 and key[0] in VARYING:
        model, key = Factor, key[2:]
    field: FieldInfo | None = None
    named = False  # whether the part is a name of the user's own
    for i, part in enumerate(key):
        field = model.model_fields.get(part) if model and not named else None
        if i < len(key) - 1 and not named:
            named = field is not None and typing.get_origin(field.annotation) is dict
            model = _table_of(field)
        else:
            named = False
    return model, field


def _of_table(key: Key, raw: Table, form: type[BaseModel]) -> str:
    """The rule of a key that is the user's own, in a table of such."""
    above = _declaration(key[:-1], raw, form)[1] if len(key) > 1 else None
    return rule_of_one(above) if above else ""


def _table_of(field: FieldInfo | None) -> type[BaseModel] | None:
    kind = field.annotation if field else None
    if typing.get_origin(kind) in (dict, list):  # tables by name, or one after the other
        kind = typing.get_args(kind)[-1]
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _elsewhere(name: str) -> str | None:
    """A dotted name of that last part in any section."""
    known = {key: f"{section}.{key}" for section, table in sections().items() for key in table.model_fields}
    close = nearest(name, known, 0.8)
    return known[close] if close else nearest(name, sections(), 0.8)
