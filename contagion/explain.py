"""What a config means, in words; and its form, as JSON Schema."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from contagion import __version__
from contagion.allowed import number
from contagion.configuration import variants
from contagion.core.params import WEEKS_PER_YEAR, declared
from contagion.faults import plainly, shown
from contagion.interventions.base import REGISTRY
from contagion.scenario import Scenario, sections

GRADES = {
    "C": "read at the source",
    "C2": "read in a secondary text",
    "D": "derived from published numbers",
    "assumed": "assumed",
    "choice": "a matter of choice",
}
SAID_FIRST = (("city", "population"), ("city", "graph"), ("time", "years"))
"""What the first lines have told already."""


def describe(scenario: Scenario) -> str:
    """What a scenario means, in plain words, for somebody who has not read the file."""
    weeks = round(scenario.time.years * WEEKS_PER_YEAR)
    parts = [
        plainly(scenario.title, 500)
        + ("\n" + plainly(scenario.description, 2000) if scenario.description else ""),
        f"A city of {scenario.city.population:,} people on the graph {plainly(scenario.city.graph)}, "
        f"followed for {number(scenario.time.years)} years ({weeks:,} weeks).\n"
        f"Null model: {scenario.null_model}.",
        _settings(scenario),
        _interventions(scenario),
        _study(scenario),
        _evidence(scenario),
    ]
    return "\n\n".join(part for part in parts if part)


def differences(scenario: Scenario) -> Iterator[str]:
    """Each parameter that differs from its default: value, unit, default and meaning."""
    for section, kind in sections().items():
        if section == "study" or not hasattr(scenario, section):
            continue
        table = getattr(scenario, section)
        for one in declared(kind):
            value = getattr(table, one.name)
            if value != one.default and (section, one.name) not in SAID_FIRST:
                unit = f" {one.unit}" if isinstance(value, int | float) and one.unit else ""
                usual = _said(one.default)
                yield f"  {section}.{one.name} = {_said(value)}{unit} (default {usual}): {one.meaning}"


def _settings(scenario: Scenario) -> str:
    lines = list(differences(scenario))
    if not lines:
        return "Every other parameter has its default value."
    return f"Differs from the defaults in {len(lines)} parameters:\n" + "\n".join(lines)


def _said(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else shown(value)
    return number(value)


def _interventions(scenario: Scenario) -> str:
    if not scenario.interventions:
        return "No interventions."
    lines = [f"Interventions ({len(scenario.interventions)}):"]
    for name, one in scenario.interventions.items():
        lines.append(f"  {plainly(name)}: {in_words(one)}")
    return "\n".join(lines)


def in_words(one: Any) -> str:
    """An intervention in one sentence: who, when, how many places, at what cost."""
    if hasattr(one, "describe"):
        return plainly(str(one.describe()), 1000)
    said = [
        f"{d.name} {_said(getattr(one, d.name))}" + (f" {d.unit}" if d.unit else "")
        for d in declared(type(one))
        if getattr(one, d.name) != d.default
    ]
    return f"{one.kind} ({'; '.join(said) or 'as by default'})"


def _study(scenario: Scenario) -> str:
    chosen = variants(scenario)
    runs = len(chosen) * scenario.study.replicates
    weeks = round(scenario.time.years * WEEKS_PER_YEAR)
    size = (
        f"{len(chosen)} x {scenario.study.replicates} replicates = {runs:,} histories of {weeks:,} weeks, "
        f"seeds derived from {scenario.study.seed}."
    )
    if not scenario.study.scenarios:
        return f"One scenario: {size}"
    lines = [f"Question: {plainly(scenario.study.question, 500)}"] if scenario.study.question else []
    lines.append(f"Scenarios, under the same seeds: {size}")
    first = next(iter(chosen))
    for name, table in scenario.study.scenarios.items():
        changes = [
            f"{key} = {_said(value)}" for key, value in leaves(table) if key not in ("title", "description")
        ]
        tail = ": " + "; ".join(plainly(c, 100) for c in changes) if changes else ": as above"
        mark = " (the others are compared with it)" if name == first and len(chosen) > 1 else ""
        lines.append(f"  {plainly(chosen[name].title)}{mark}{tail}")
    return "\n".join(lines)


def leaves(table: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted names and values of nested tables."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def _evidence(scenario: Scenario) -> str:
    tables: list[type[BaseModel]] = [t for name, t in sections().items() if name != "study"]
    tables += [type(one) for one in scenario.interventions.values()]
    grades = Counter(one.grade for table in tables for one in declared(table))
    said = ", ".join(f"{grades[g]} {meaning}" for g, meaning in GRADES.items() if grades[g])
    return f"Of {sum(grades.values())} numbers and switches: {said}."


def schema() -> dict[str, Any]:
    """JSON Schema of a config file: every section, every kind of intervention, and `extends`."""
    made = Scenario.model_json_schema()
    definitions = made.setdefault("$defs", {})
    kinds = []
    for kind, table in sorted(REGISTRY.items()):
        one = table.model_json_schema(ref_template="#/$defs/{model}")
        definitions.update(one.pop("$defs", {}))
        one["properties"] = {
            "kind": {"const": kind},
            **{k: v for k, v in one["properties"].items() if k != "kind"},
        }
        one["required"] = ["kind", *(r for r in one.get("required", []) if r != "kind")]
        definitions[f"intervention_{kind}"] = one
        kinds.append({"$ref": f"#/$defs/intervention_{kind}"})
    made["properties"]["interventions"] = {
        "type": "object",
        "description": "interventions by name; a file that extends another may say only what differs",
        "additionalProperties": {"anyOf": [{"oneOf": kinds}, {"not": {"required": ["kind"]}}]},
    }
    made["properties"]["extends"] = {
        "type": "string",
        "description": "a config that this one extends: its path from this file, or a shipped one's name",
    }
    made["required"] = []
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"A contagion {__version__} config",
        **{k: v for k, v in made.items() if k != "title"},
    }
