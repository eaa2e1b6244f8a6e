"""What is stated is what is lived: the people, weeks and places of a study as they will be, and a sentence for whatever a
config says to no effect.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from contagion.city.graph_files import is_file
from contagion.config.allowed import number
from contagion.config.keys import dotted, key_of, leaves, line_of
from contagion.config.layers import OVERRIDE, STUDY, ConfigLayer, located
from contagion.config.study import Study
from contagion.config.targets import as_lived, scenario_at
from contagion.core.errors import Advice, ConfigError, Fault, Key, at_key, plainly
from contagion.core.parameters import declared
from contagion.interventions.base import Intervention
from contagion.model.scenario import NULL_MODELS, Scenario, sections

SIZES = ("city.population", "city.graph", "time.years")
"""Parameters that say how many people live, and for how long."""

_PACKAGE = str(Path(__file__).resolve().parents[1])
_NOT_LIVED = (*STUDY, "name", "title", "description", "extends")


class Unheard(Advice):
    """A config says something to no effect."""


def refuse_study(study: Study, faults: Iterable[Fault]) -> None:
    """ConfigError with these faults of a study, if there are any: each once, with the file and line it comes from."""
    layers = study.origin.layers or [ConfigLayer(study.name, Path(), {})]
    found = {str(fault): fault for fault in (located(one, layers) for one in faults)}
    if found:
        raise ConfigError(found.values())


def stated(study: Study) -> Study:
    """The study as it is lived: it states the people that its graph files bring. ConfigError for what cannot be lived.

    All scenarios of a comparison have as many people and weeks (see `unlike`).
    """
    faults: list[Fault] = []

    def lived(one: Scenario) -> Scenario:
        try:
            return as_lived(one)
        except ConfigError as error:
            faults.extend(error.faults)
            return one

    base, scenarios = lived(study.base), {name: lived(one) for name, one in study.scenarios.items()}
    if faults:
        raise ConfigError({str(fault): fault for fault in faults}.values())
    whole = study.model_copy(update={"base": base, "scenarios": scenarios})
    refuse_study(study, unlike(whole))
    return whole


def warned(study: Study) -> Study:
    """The same, with a warning (Unheard) for a number of people that a graph file overrules, and for each intervention that
    will serve nobody."""
    whole = stated(study)
    for fault in dict.fromkeys(map(str, (*_other_people(study, whole), *idle_interventions(whole)))):
        _warn(fault)
    return whole


def _other_people(study: Study, whole: Study) -> Iterator[Fault]:
    """A population that is stated beside a graph file, or later, and that is not how many people the file brings."""
    if study.base.city.population == whole.base.city.population:
        return
    said = [i for i, layer in enumerate(study.origin.layers) if layer.says(("city", "population"))]
    graph = [i for i, layer in enumerate(study.origin.layers) if layer.says(("city", "graph"))]
    if said and graph and said[-1] >= graph[-1]:
        told = f"is {study.base.city.population:,}, and the graph file brings {whole.base.city.population:,} people"
        fault = at_key(("city", "population"), None, "so those live in the city", None, told)
        yield located(fault, study.origin.layers)


def _warn(text: str) -> None:
    warnings.warn(text, Unheard, skip_file_prefixes=(_PACKAGE,))


def unlike(study: Study, compared: bool = False) -> Iterator[Fault]:
    """Scenarios of a comparison that live with other people than the first, or longer or shorter.

    A difference between cities of two sizes is none that an option makes. A study with factors may look at each scenario by
    itself, unless it is `compared`.
    """
    if (study.factors or study.sweep.rows) and not compared:
        return
    (first, base), *others = study.scenarios.items()
    for name, one in others:
        if one.city.population != base.city.population:
            files = is_file(one.city.graph) or is_file(base.city.graph)
            key = ("city", "graph" if files else "population")
            told = f"makes a city of {one.city.population:,} people, and scenario {first} has {base.city.population:,}"
        elif one.weeks != base.weeks:
            key, told = ("time", "years"), f"makes {one.weeks:,} weeks, and scenario {first} has {base.weeks:,}"
        else:
            continue
        rule = "scenarios are compared with the same people over the same weeks, so set it for all, or make two studies"
        yield at_key(("study", "scenarios", name, *key), None, rule, None, told)


def idle_interventions(study: Study) -> Iterator[Fault]:
    """Interventions that take place and serve nobody: their window, or their places, come to nothing."""
    named = list(study.scenarios.items()) if study.changes else [("", study.base)]
    layers = study.origin.layers or [ConfigLayer(study.name, Path(), {})]
    varied = {*study.factors, *(name for row in study.sweep.rows for name in row)}
    if varied & set(SIZES):
        return
    free = {key_of(name)[1] for name in varied if key_of(name)[0] == "interventions"}
    for name, scenario in named:
        for own, one in scenario.interventions.items():
            fault = _idle(own, one, scenario) if own not in free else None
            if fault is not None:
                above: Key = ("study", "scenarios", name)
                inside = any(layer.says((*above, *fault.at)) for layer in layers)
                yield located(fault, layers, above if inside else ())


def _idle(name: str, one: Intervention, scenario: Scenario) -> Fault | None:
    """Why an intervention serves nobody, if it does not."""
    if not one.enabled or one.places <= 0:
        return None
    people, last = scenario.city.population, min(one.last_week, scenario.weeks)
    if one.first_week > scenario.weeks:
        key, told = "start", f"is {number(one.start)}, and the run ends after {number(scenario.time.years)} years"
        rule = "so it never takes place"
    elif last < one.first_week:
        key, told = "stop", f"is {number(one.stop)}, and no week lies between the start, {number(one.start)}, and it"
        rule = "so it never takes place"
    elif one.all_places(people) == 0:
        key, told = "places", f"is {number(one.places)} per 10,000, which is no whole place among {people:,} people"
        rule = f"so it serves nobody, and {10_000 / people:.4g} would be one place"
    elif one.capacity(last, people) == 0:
        key, told = "ramp_up", f"is {number(one.ramp_up)}, and its first place would open after its last week"
        rule = "so it serves nobody"
    else:
        return None
    return at_key(("interventions", name, key), None, rule, None, told)


def sizes(bases: Iterable[Scenario], points: Sequence[Mapping[str, Any]]) -> dict[str, list[float]]:
    """Least and most people, years and weeks of these scenarios at these points."""
    kinds = {tuple((name, point[name]) for name in SIZES if name in point): point for point in points}
    lived = [as_lived(scenario_at(base, point)) for base in bases for point in kinds.values()]
    people, years, weeks = zip(*((one.city.population, one.time.years, one.weeks) for one in lived))
    return {"people": [min(people), max(people)], "years": [min(years), max(years)], "weeks": [min(weeks), max(weeks)]}


def grades(scenarios: Iterable[Scenario]) -> Counter[str]:
    """How many of the numbers of these scenarios have each grade of evidence; an intervention of all counts once."""
    tables: list[type[BaseModel]] = list(sections().values())
    tables += {name: type(one) for scenario in scenarios for name, one in scenario.interventions.items()}.values()
    return Counter(one.grade for table in tables for one in declared(table))


def warn_of_overruled(layers: Sequence[ConfigLayer], study: Study) -> None:
    """A warning (Unheard) for each value of a later layer that all scenarios or points set for themselves."""
    for sentence in overruled(layers, study):
        _warn(sentence)


def overruled(layers: Sequence[ConfigLayer], study: Study) -> Iterator[str]:
    """A sentence for each value of a later layer, such as an override, that has no effect on the study."""
    for i, layer in enumerate(layers[1:], 1):
        for key in leaves(layer.table):
            if key[0] in _NOT_LIVED:
                continue
            line = line_of(layer.text, layer.written(key)) if layer.text else None
            where = f"{plainly(layer.label)}{f', line {line}' if line else ''}: {plainly(dotted(layer.written(key)))}"
            if why := _why_unheard(layers[:i], layer, key, study):
                yield f"{where} {why}."


def _why_unheard(below: Sequence[ConfigLayer], layer: ConfigLayer, key: Key, study: Study) -> str:
    """Why a value of a layer has no effect on a study, if it has none."""
    own = [name for name in study.changes if _set_below(below, layer, ("study", "scenarios", name, *key))]
    if own and len(own) == len(study.changes):
        rest = f" (and {len(own) - 1} more)" if len(own) > 1 else ""
        first = plainly(dotted(("study", "scenarios", own[0], *key)))
        return f"has no effect on the study scenarios, as each sets its own; set {first}{rest} to change that"
    ofat = study.sweep.design == "ofat" or study.sensitivity.method == "ofat"
    if not ofat and _set_below(below, layer, ("factors", dotted(key))):
        return "is a factor as well, so a sweep or an analysis sets it anew at every point"
    if _set_below(below, layer, ("uncertainty", dotted(key))):
        return "is drawn anew in each replicate of a comparison, so only single runs, sweeps and analyses have it"
    if layer.label != OVERRIDE:
        return ""
    lived = (study.base, *study.scenarios.values())
    if all(dotted(key) in NULL_MODELS[one.null_model] for one in lived):
        return f"has no effect, as null_model {study.base.null_model} switches it off"
    if key[0] == "interventions" and len(key) == 3:
        having = [one.interventions[key[1]] for one in lived if key[1] in one.interventions]
        if having and key[2] not in ("enabled", "title") and not any(one.enabled for one in having):
            return f"has no effect, as the intervention is switched off; set {dotted((*key[:2], 'enabled'))} to true"
    return ""


def _set_below(below: Sequence[ConfigLayer], layer: ConfigLayer, key: Key) -> bool:
    return not layer.says(key) and any(one.says(key) for one in below)
