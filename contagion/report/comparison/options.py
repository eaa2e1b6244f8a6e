"""What was compared, in plain words from the config: what is added, for whom, when, at what assumed cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from contagion.config.study import from_tables
from contagion.core.parameters import declared
from contagion.interventions.base import Intervention
from contagion.model.scenario import Scenario
from contagion.report import wording
from contagion.report.comparison.content import Option
from contagion.report.comparison.results import ComparisonResults, dig
from contagion.report.table import Cell, Table

NAMES = {
    "champions": "Recovery champions programme",
    "linkage": "Assertive linkage to recovery groups",
    "housing": "Recovery housing",
}
"""Kinds of intervention whose name alone would not tell a commissioner what they are."""

NULL_MODELS = {
    "contagion_off": "recovery is not passed on between people",
    "spontaneous_only": "recovery starts without any outside influence",
    "barriers_only": "only barriers matter, and recovery is not passed on",
    "relapse_contagion_only": "relapse is passed on, recovery is not",
    "homophily_only": "alike people keep together, but nothing is passed on",
}
"""The null models, as an option that uses one should say."""

HEAD = ("Option", "What is added", "For whom", "Places", "When", "Cost inputs (assumed)")


def compared(results: ComparisonResults) -> Table:
    """A row for every option, or for every intervention in it."""
    resolved = scenarios(results.manifest)
    rows: list[tuple[Cell, ...]] = []
    for option in results.options:
        rows += _rows(option, resolved.get(option.name), results)
    note = "Costs fall on whoever commissions the intervention; the model does not split them by payer."
    return Table("The options compared, as set up in the study file", HEAD, tuple(rows), note)


def scenarios(manifest: Mapping[str, Any]) -> dict[str, Scenario]:
    """The scenarios of the stored study, whole; none where this version can no longer read it."""
    try:
        return from_tables(manifest.get("config") or {}).scenarios
    except (ValidationError, ValueError):
        return {}


def _rows(option: Option, scenario: Scenario | None, results: ComparisonResults) -> list[tuple[Cell, ...]]:
    if scenario is None:
        return [(option.title, "See the study file", *("Not known",) * 4)]
    also = _changed(option, scenario, results)
    running = {n: i for n, i in scenario.interventions.items() if i.enabled and i.places > 0}
    if not running:
        return [(option.title, also or "Nothing: services as they are", *("None",) * 4)]
    rows: list[tuple[Cell, ...]] = []
    for name, one in running.items():
        what = f"{called(name, one)}: {one.summary}." if one.summary else f"{called(name, one)}."
        rows.append(
            (
                option.title,
                "\n".join(filter(None, (what, "" if rows else also))),
                _whom(one),
                _places(one, results.people),
                _when(one, results.years),
                _cost(one),
            )
        )
    return rows


def called(name: str, one: Intervention | None) -> str:
    """An intervention's name in words."""
    if one is not None and one.title:
        return wording.shorten(one.title, 60)
    return NAMES.get(one.kind if one is not None else name, wording.sentence(name.replace("_", " ")))


def _changed(option: Option, scenario: Scenario, results: ComparisonResults) -> str:
    """Whatever else an option changes, so that no difference goes unsaid."""
    parts = []
    table = dig(results.manifest, "config", "study", "scenarios", option.name) or {}
    for dotted, value in _settings(
        {k: v for k, v in table.items() if k not in {"title", "description", "interventions"}}
    ):
        parts.append(
            f"{dotted} = {value}" if dotted != "null_model" else NULL_MODELS.get(str(value), f"null model {value}")
        )
    said = [scenario.description] if scenario.description and table.get("description") else []
    return "\n".join([*said, *(["Also changed: " + "; ".join(parts) + "."] if parts else [])])


def _settings(table: Mapping[str, Any], path: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in table.items():
        found += _settings(value, f"{path}{key}.") if isinstance(value, Mapping) else [(f"{path}{key}", value)]
    return found


def _whom(one: Intervention) -> str:
    """The target group, and the choices that only this kind of intervention has."""
    limits = [
        *([f"only stages: {_names(one.stages)}"] if one.stages else []),
        *([f"only substances: {_names(one.substances)}"] if one.substances else []),
        *([f"only neighbourhoods: {_names(one.neighbourhoods)}"] if one.neighbourhoods else []),
    ]
    common = set(Intervention.model_fields)
    for parameter in declared(type(one)):
        value = getattr(one, parameter.name)
        if parameter.name in common or parameter.grade != "choice" or value is False:
            continue
        limits.append(
            parameter.meaning.split(" (")[0] if value is True else f"{parameter.meaning.split(' (')[0]}: {value}"
        )
    return wording.sentence("; ".join(limits)) or "As described"


def _names(values: list[Any]) -> str:
    return wording.listed([str(v).replace("_", " ") for v in values])


def _places(one: Intervention, people: int) -> str:
    here = one.all_places(people)
    ramp = f", built up over {_years(one.ramp_up)}" if one.ramp_up else ""
    places = f"{wording.counted(here, 'place')} at a time ({one.places:g} per 10,000 people)"
    return f"{places}{ramp}. Up to {one.duration} weeks each."


def _years(value: float) -> str:
    return "1 year" if value == 1 else f"{value:g} years"


def _when(one: Intervention, years: float) -> str:
    start = "From the start" if one.start == 0 else f"From {_years(one.start)} in"
    return f"{start} until the end" if one.stop >= years else f"{start} until {_years(one.stop)} in, then withdrawn"


def _cost(one: Intervention) -> str:
    parts = []
    if one.cost_fixed:
        parts.append(f"£{one.cost_fixed:,.0f} a year for every 10,000 people")
    if one.cost_place:
        parts.append(f"£{one.cost_place:,.0f} a week for each place in use")
    return (
        f"{wording.sentence(wording.listed(parts))}, in {one.price_year} prices." if parts else "No cost was entered."
    )
