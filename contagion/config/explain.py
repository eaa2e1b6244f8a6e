"""What a config means, in words; and its form, as JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from contagion import __version__
from contagion.config.allowed import number
from contagion.config.design_checks import paired, points_of
from contagion.config.factors import Axis, axes_of
from contagion.config.graph_words import graph_in_words, idle, read_graphs
from contagion.config.keys import told
from contagion.config.load import read as read_study
from contagion.config.stated import grades, refuse_study, warned
from contagion.config.study import ConfigFile, Study
from contagion.config.varied.drawn import too_few
from contagion.config.varied.words import draws_in_words, in_figures, varies
from contagion.core.errors import counted, plainly
from contagion.core.parameters import declared
from contagion.interventions.base import REGISTRY, Intervention
from contagion.model.scenario import Scenario, sections, weeks_of
from contagion.place.written_in import in_words as in_words_of_place

GRADES = {
    "C": "read at the source",
    "C2": "read in a secondary text",
    "D": "derived from published numbers",
    "assumed": "assumed",
    "choice": "a matter of choice",
}
SAID_FIRST = (("city", "population"), ("city", "graph"), ("time", "years"))
"""What the first lines have told already."""


MOST_ROWS = 20
"""Points of a list that are shown."""


def describe(given: Study | Scenario | str | Path, /, **overrides: Any) -> str:
    """What a study, or a scenario with the study it was read with, means in plain words; ConfigError for graph files.

    Takes a path or the name of a shipped config too. For somebody who has not read the file.

    >>> print(ct.check("baseline", **{"city.population": 2000}).splitlines()[3][:22])
    A city of 2,000 people
    """
    study = warned(read_study(given, overrides))
    refuse_study(study, too_few(study))
    scenario = study.base
    parts = [
        plainly(scenario.title, 500) + ("\n" + plainly(scenario.description, 2000) if scenario.description else ""),
        f"{_size(scenario)}\n" + _size_of_study(study) + f"Null model: {scenario.null_model}.",
        in_words_of_place(study.place),
        *read_graphs(study),
        idle(scenario),
        _settings(scenario),
        _unlike(scenario),
        _interventions(scenario),
        _study(study),
        _asked(study),
        draws_in_words(study),
        _evidence(study),
    ]
    return "\n\n".join(part for part in parts if part)


def _size(scenario: Scenario) -> str:
    years = "1 year" if scenario.time.years == 1 else f"{number(scenario.time.years)} years"
    return (
        f"A city of {scenario.city.population:,} people ({graph_in_words(scenario)}), "
        f"followed for {years} ({scenario.weeks:,} weeks)."
    )


def _size_of_study(study: Study) -> str:
    """The size of its scenarios, where that is not the base's."""
    of: dict[str, list[str]] = {}
    for scenario in study.scenarios.values():
        of.setdefault(_size(scenario), []).append(plainly(scenario.title, 60))
    if list(of) == [_size(study.base)]:
        return ""
    if len(of) == 1:
        return "".join(f"In its study scenarios: {said[:1].lower()}{said[1:]}\n" for said in of)
    return "".join(f"In {_and(names)}: {said[:1].lower()}{said[1:]}\n" for said, names in of.items())


def differences(scenario: Scenario) -> Iterator[str]:
    """Each parameter that differs from its default: value, unit, default and meaning."""
    for section, kind in sections().items():
        table = getattr(scenario, section)
        for one in declared(kind):
            value = getattr(table, one.name)
            if value != one.default and (section, one.name) not in SAID_FIRST:
                unit = f" {one.unit}" if isinstance(value, int | float) and one.unit else ""
                usual = in_figures(one.default)
                yield f"  {section}.{one.name} = {in_figures(value)}{unit} (default {usual}): {one.meaning}"


def _settings(scenario: Scenario) -> str:
    lines = list(differences(scenario))
    if not lines:
        return "Every other parameter has its default value."
    return f"Differs from the defaults in {len(lines)} parameters:\n" + "\n".join(lines)


SMALL = {10_000: "outcomes per head", 50_000: "what is passed on over weak ties and in groups (not levels per head)"}
"""People below which a city is small, and what then differs from larger cities: experiments/scale.py, docs/mechanisms.md."""


def _unlike(scenario: Scenario) -> str:
    """What some of the first day's numbers are of, which is not what they seem; and whether the city is a small one."""
    t, start = scenario.treatment, scenario.start
    lines = [
        f"Opiate or crack use is set at {number(start.opioid_active_per_1000)} per 1,000 people of the city; the published "
        "9.5 per 1,000 is of ages 15 to 64 (about 7.7 per 1,000 adults).",
        f"Treatment coverage of {t.start_coverage_opioid:.0%} (opioids) and {t.start_coverage_alcohol:.0%} (others) is held "
        "by seeking and places unless these are set too; published coverage divides two unlike statistics, people in "
        "treatment by an estimate of prevalence.",
    ]
    if small := [size for size in SMALL if scenario.city.population < size]:
        differs = f"{SMALL[small[0]]} may differ from those of larger cities"
        lines.append(f"Below {small[0]:,} people {differs}: compare cities of one size.")
    return "\n".join(lines)


def _interventions(scenario: Scenario) -> str:
    if not scenario.interventions:
        return "No interventions."
    lines = [f"Interventions ({len(scenario.interventions)}):"]
    lines += [f"  {plainly(name)}: {in_words(one, scenario)}" for name, one in scenario.interventions.items()]
    return "\n".join(lines)


def in_words(one: Intervention, scenario: Scenario) -> str:
    """An intervention in words: what, for whom, when, how many places, at what cost."""
    people, years = scenario.city.population, scenario.time.years
    until = f"to year {number(one.stop)}" if one.stop < years else "to the end"
    if one.fails < min(one.stop, years):
        until = f"until it fails in year {number(one.fails)}"
    ramp = f", reached over {number(one.ramp_up)} year{'s' * (one.ramp_up != 1)}" if one.ramp_up else ""
    served = [*one.stages, *one.substances, *(f"neighbourhood {n}" for n in one.neighbourhoods)]
    whom = f" for {', '.join(served)} only" if served else ""
    more = [
        f"{d.name} = {in_figures(getattr(one, d.name))} {d.unit}"
        for d in declared(type(one))
        if d.name not in Intervention.model_fields
    ]
    more += [f"failing at {number(one.failing)} per year while open"] if one.failing else []
    more += [f"{number(100 * one.fidelity)} % of places as in the trial"] if one.fidelity < 1 else []
    more += [f"first those who come first by {one.priority}"] if one.priority != "kind" else []
    parts = [
        f"{plainly(one.title or one.kind, 200)}{'' if one.enabled else ' (switched off)'}: {one.summary or one.kind}{whom}",
        f"from year {number(one.start)} {until}",
        f"{number(one.places)} places per 10,000 people ({one.all_places(people):,} here){ramp}",
        f"a place for at most {one.duration} weeks, dropping out at {number(one.drop_out)} per year",
        f"{number(one.cost_fixed)} GBP per year and 10,000 people, {number(one.cost_place)} GBP per week and place in use "
        f"(prices of {one.price_year}), paid by {one.paid()}",
        *more,
        f"evidence: {type(one).known()}",
    ]
    return "; ".join(parts)


def _study(study: Study) -> str:
    chosen = study.scenarios
    runs = len(chosen) * study.replicates
    weeks = _span([one.weeks for one in chosen.values()])
    size = (
        f"{len(chosen)} x {study.replicates} replicates = {runs:,} histories of {weeks} weeks, "
        f"seeds derived from {study.seed}."
    )
    if not study.changes:
        return f"One scenario: {size}"
    lines = [f"Question: {plainly(study.question, 500)}"] if study.question else []
    lines.append(f"Scenarios, under the same seeds: {size}")
    first = next(iter(chosen))
    for name, table in study.changes.items():
        changes = [f"{key} = {in_figures(value)}" for key, value in told(table) if key not in ("title", "description")]
        tail = ": " + "; ".join(plainly(c, 100) for c in changes) if changes else ": as above"
        mark = " (the others are compared with it)" if name == first and len(chosen) > 1 else ""
        lines.append(f"  {plainly(chosen[name].title)}{mark}{tail}")
    return "\n".join(lines)


def _asked(study: Study) -> str:
    """What a sweep and a sensitivity analysis of this study would do."""
    rows = study.sweep.rows if study.sweep.design == "list" else []
    if not study.factors and not rows:
        return ""
    bases = study.scenarios
    axes, asked = axes_of(study)[0], study.sensitivity
    lines = []
    if axes or rows:
        kept = f"; {_and(study.sweep.keep)} kept" if study.sweep.keep else ""
        if "timeline" in study.sweep.keep and study.sweep.every > 1:
            kept += f" (the timeline every {study.sweep.every} weeks)"
        lines.append(f"A sweep ({study.sweep.design}): {_runs(study, axes, None, len(bases))}{kept}.")
    if axes:
        what = f"{asked.method}{', with pairs of factors' if paired(study, asked.method) else ''}"
        lines.append(f"A sensitivity analysis ({what}): {_runs(study, axes, asked.method, len(bases))}.")
    lines.append(f"Measured of each history: {_and(study.outcomes) or 'nothing yet (study.outcomes is empty)'}.")
    lines += [f"Factors ({len(axes)}):", *(f"  {varies(axis)}" for axis in axes)] if axes else []
    lines += [f"Points ({len(rows)}):"] if rows else []
    for row in rows[:MOST_ROWS]:
        lines.append("  " + ", ".join(f"{plainly(name, 80)} = {in_figures(value)}" for name, value in row.items()))
    return "\n".join(lines + ([f"  and {len(rows) - MOST_ROWS} more"] if len(rows) > MOST_ROWS else []))


def _runs(study: Study, axes: list[Axis], method: str | None, bases: int) -> str:
    points, replicates = points_of(study, axes, method), study.replicates
    each = f" x {bases} scenarios" if bases > 1 else ""
    total = points * bases * replicates
    return f"{points:,} points{each} x {replicates:,} replicates = {total:,} histories of {_weeks(study, axes)} weeks"


def _weeks(study: Study, axes: list[Axis]) -> str:
    """How long histories are, where that may vary."""
    years = [row["time.years"] for row in study.sweep.rows if "time.years" in row]
    years += [y for a in axes if a.name == "time.years" for y in (a.values or (a.low, a.high))]
    weeks = [weeks_of(y) for y in years] or [one.weeks for one in study.scenarios.values()]
    return _span(weeks)


def _span(numbers: Sequence[int]) -> str:
    """The least and the most of some numbers, or the one that they all are."""
    least, most = min(numbers), max(numbers)
    return f"{least:,} to {most:,}" if most > least else f"{least:,}"


def _and(names: Sequence[str]) -> str:
    return ", ".join(plainly(name, 60) for name in names)


def _evidence(study: Study) -> str:
    found = grades((study.base, *study.scenarios.values()))
    said = ", ".join(f"{found[g]} {meaning}" for g, meaning in GRADES.items() if found[g])
    return f"Of {sum(found.values())} numbers and switches: {said}." + _untested(study)


def _untested(study: Study) -> str:
    """How many of the interventions at work rest on no controlled evidence, and which."""
    lived = [one for s in (study.base, *study.scenarios.values()) for one in s.interventions.values() if one.enabled]
    kinds = {one.kind: type(one) for one in lived}
    without = sorted(kind for kind, table in kinds.items() if not table.tested())
    if not kinds:
        return ""
    said = f"{len(without)} of {counted(len(kinds), 'kind')} of intervention"
    return f"\nNo controlled evidence stands behind {said}{': ' + ', '.join(without) if without else ''}."


class _NamedByKind(GenerateJsonSchema):
    """Names the table of an intervention by its kind, which is what a config writes, and not by its class."""

    def normalize_name(self, name: str) -> str:
        kinds = {table.__name__: kind for kind, table in REGISTRY.items()}
        return super().normalize_name(f"intervention_{kinds[name]}" if name in kinds else name)


def schema() -> dict[str, Any]:
    """JSON Schema of a config file: every table, every kind of intervention, and `extends`.

    >>> ct.schema()["properties"]["extends"]["type"]
    'string'
    """
    made = ConfigFile.model_json_schema(schema_generator=_NamedByKind)
    extends = {
        "type": "string",
        "description": "a config that this one extends: its path from this file, or a shipped one's name",
    }
    return {
        **made,
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"A contagion {__version__} config",
        "properties": {**made["properties"], "extends": extends},
    }
