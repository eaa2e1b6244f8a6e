"""Inputs: the files that a study is fed with (graphs, lists of people), wherever its tables name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contagion.config.layers import GRAPH_FILES
from contagion.config.study import Study
from contagion.model.scenario import Scenario

NAMING = ("graph", "nodes", "city.graph", "city.nodes")
"""Keys under which a file may be named: of a city, of a factor, of a point."""


def inputs_of(value: Any, named: bool = False) -> list[str]:
    """The files that tables of plain values name, once each, in the order in which they stand."""
    if isinstance(value, Mapping):
        inner = [one for key, v in value.items() for one in inputs_of(v, named or key in NAMING)]
    elif isinstance(value, list | tuple):
        inner = [one for v in value for one in inputs_of(v, named)]
    else:
        inner = [value] if named and isinstance(value, str) and value.lower().endswith(GRAPH_FILES) else []
    return list(dict.fromkeys(inner))


def with_inputs(value: Any, swap: Mapping[str, str], named: bool = False) -> Any:
    """The same tables with other files in the place of those that are named."""
    if isinstance(value, Mapping):
        return {key: with_inputs(v, swap, named or key in NAMING) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return [with_inputs(v, swap, named) for v in value]
    return swap.get(value, value) if named and isinstance(value, str) else value


def scenario_with(scenario: Scenario, swap: Mapping[str, str]) -> Scenario:
    """A scenario that is fed with other files."""
    city = scenario.city
    changed = {name: swap[path] for name in ("graph", "nodes") if (path := getattr(city, name)) in swap}
    return scenario.model_copy(update={"city": city.model_copy(update=changed)}) if changed else scenario


def study_with(study: Study, swap: Mapping[str, str]) -> Study:
    """A study that is fed with other files, wherever it names them."""
    factors = {
        name: one.model_copy(update={"values": with_inputs(one.values, swap, name in NAMING)})
        for name, one in study.factors.items()
    }
    return study.model_copy(
        update={
            "base": scenario_with(study.base, swap),
            "scenarios": {name: scenario_with(one, swap) for name, one in study.scenarios.items()},
            "changes": with_inputs(study.changes, swap),
            "sweep": study.sweep.model_copy(update={"rows": with_inputs(study.sweep.rows, swap)}),
            "factors": factors,
        }
    )
