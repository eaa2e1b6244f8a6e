"""What was compared, in plain words from the config: what is added, for whom, when, at what assumed cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contagion.core.parameters import declared
from contagion.interventions.base import Intervention
from contagion.model.scenario import Scenario
from contagion.report import wording
from contagion.report.comparison.content import Option
from contagion.report.comparison.results import ComparisonResults, dig
from contagion.report.comparison.switched_off import WORDS
from contagion.report.table import Cell, Table

HEAD = ("Option", "What is added", "For whom", "Places", "When", "Cost inputs", "Evidence of its effect on a person")


def compared(results: ComparisonResults) -> Table:
    """A row for every option, or for every intervention in it."""
    resolved = results.scenarios
    rows: list[tuple[Cell, ...]] = []
    for option in results.options:
        rows += _rows(option, resolved.get(option.name), results)
    note = "Who pays is as set up, not as agreed with anybody. No evidence speaks of whole cities."
    return Table("The options compared, as set up in the study file", HEAD, tuple(rows), note)


def _rows(option: Option, scenario: Scenario | None, results: ComparisonResults) -> list[tuple[Cell, ...]]:
    if scenario is None:
        return [(option.title, "See the study file", *("Not known",) * 5)]
    also = _changed(option, scenario, results)
    at_work = {n: i for n, i in scenario.interventions.items() if i.enabled and i.places > 0}
    if not at_work:
        return [(option.title, also or "Nothing: services as they are", *("None",) * 5)]
    rows: list[tuple[Cell, ...]] = []
    for name, one in at_work.items():
        what = f"{called(name, one)}: {one.summary}." if one.summary else f"{called(name, one)}."
        rows.append(
            (
                option.title,
                "\n".join(filter(None, (what, "" if rows else also))),
                _whom(one),
                _places(one, results.people),
                _when(one, results.years),
                _cost(one),
                _known(one),
            )
        )
    return rows


def called(name: str, one: Intervention | None) -> str:
    """An intervention's name in words."""
    if one is not None and one.title:
        return wording.shorten(one.title, 60)
    return (type(one).label if one is not None else "") or wording.sentence(name.replace("_", " "))


def _changed(option: Option, scenario: Scenario, results: ComparisonResults) -> str:
    """Whatever else an option changes, so that no difference goes unsaid."""
    parts = []
    table = dig(results.manifest, "config", "study", "scenarios", option.name) or {}
    for dotted, value in _settings(
        {k: v for k, v in table.items() if k not in {"title", "description", "interventions"}}
    ):
        parts.append(f"{dotted} = {value}" if dotted != "null_model" else WORDS.get(str(value), f"null model {value}"))
    said = [scenario.description] if scenario.description and table.get("description") else []
    return "\n".join([*said, *(["Also changed: " + "; ".join(parts) + "."] if parts else [])])


def _settings(table: Mapping[str, Any], path: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in table.items():
        found += _settings(value, f"{path}{key}.") if isinstance(value, Mapping) else [(f"{path}{key}", value)]
    return found


def _whom(one: Intervention) -> str:
    """Whom it serves: the kind's own rule, what narrows it, and the choices that only this kind of intervention has."""
    limits = [
        *([f"only stages: {_names(one.stages)}"] if one.stages else []),
        *([f"only substances: {_names(one.substances)}"] if one.substances else []),
        *(
            [f"only neighbourhoods: {_names([n + 1 for n in one.neighbourhoods])} ({NUMBERED})"]
            if one.neighbourhoods
            else []
        ),
    ]
    common = set(Intervention.model_fields)
    for parameter in declared(type(one)):
        value = getattr(one, parameter.name)
        if parameter.name in common or parameter.grade != "choice" or value is False:
            continue
        limits.append(
            parameter.meaning.split(" (")[0] if value is True else f"{parameter.meaning.split(' (')[0]}: {value}"
        )
    return "; ".join([type(one).whom, *limits])


NUMBERED = "numbered from 1, the least deprived"
"""How pages number neighbourhoods, which study files number from 0."""


def _names(values: list[Any]) -> str:
    return wording.listed([str(v).replace("_", " ") for v in values])


def _places(one: Intervention, people: int) -> str:
    full = one.all_places(people)
    ramp = f", built up over {wording.years(one.ramp_up)}" if one.ramp_up else ""
    places = f"{wording.counted(full, 'place')} at a time ({one.places:g} per 10,000 people)"
    return f"{places}{ramp}. Up to {wording.counted(one.duration, 'week')} each."


def _when(one: Intervention, years: float) -> str:
    start = "From the start" if one.start == 0 else f"From {wording.years(one.start)} in"
    if one.fails < min(one.stop, years):
        return f"{start} until {wording.years(one.fails)} in, when it fails"
    chance = f", unless it fails (in {100 * one.failing:.3g} of 100 years)" if one.failing else ""
    if one.stop >= years:
        return f"{start} until the end{chance}"
    return f"{start} until {wording.years(one.stop)} in, then withdrawn{chance}"


def _cost(one: Intervention) -> str:
    parts = []
    if one.cost_fixed:
        parts.append(f"£{one.cost_fixed:,.0f} a year for every 10,000 people")
    if one.cost_place:
        parts.append(f"£{one.cost_place:,.0f} a week for each place in use")
    if not parts:
        return "No cost was entered."
    whose = "Shipped with the model." if is_shipped(one) else "Set in the study file."
    return f"{wording.sentence(wording.listed(parts))}, in {one.price_year} prices. {whose} Paid by: {one.paid()}."


def _known(one: Intervention) -> str:
    """What was published of its effect on a person, and how much of it is delivered."""
    told = wording.sentence(type(one).known().rstrip("."))
    part = f" Delivered as in the trial: {100 * one.fidelity:.3g} % of places." if one.fidelity < 1 else ""
    return f"{told}.{part}"


def is_shipped(one: Intervention) -> bool:
    """Whether an intervention's unit costs are those that come with the model."""
    fields = type(one).model_fields
    return all(getattr(one, name) == fields[name].default for name in ("cost_fixed", "cost_place"))


def running(results: ComparisonResults) -> list[tuple[str, Intervention]]:
    """Every intervention that takes place in some option, with its name in words, once for each set of numbers."""
    found: dict[str, tuple[str, Intervention]] = {}
    for option in results.options:
        scenario = results.scenarios.get(option.name)
        for name, one in scenario.interventions.items() if scenario else ():
            if one.enabled and one.places > 0:
                found.setdefault(one.model_dump_json(), (called(name, one), one))
    return list(found.values())
