"""Inputs: the files that a study is fed with (graphs, lists of people), wherever its tables name them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

from contagion.config.keys import dotted, line_of
from contagion.config.layers import GRAPH_FILES, ConfigLayer
from contagion.config.paths import expanded
from contagion.config.study import Study
from contagion.core.errors import Fault, Key, nearest, shown
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


def place_graphs(layer: ConfigLayer, faults: list[Fault]) -> None:
    """Make paths of graph files absolute, from the folder of the file that names them."""
    study = layer.table.get("study")
    scenarios = study.get("scenarios") if isinstance(study, dict) else None
    places: list[tuple[Key, Any]] = [((), layer.table)]
    if isinstance(scenarios, dict):
        places += [(("study", "scenarios", name), table) for name, table in scenarios.items()]
    for above, table in places:
        city = table.get("city") if isinstance(table, dict) else None
        city = city if isinstance(city, dict) else {}
        for name in ("graph", "nodes"):
            written = city.get(name)
            if _names_a_file(written):
                fault = _placed(layer, (*above, "city", name), city, name)
                faults += [fault] if fault else []
    factors, sweep = layer.table.get("factors"), layer.table.get("sweep")
    factor = factors.get("city.graph") if isinstance(factors, dict) else None
    values = factor.get("values") if isinstance(factor, dict) else None
    rows = sweep.get("rows") if isinstance(sweep, dict) else None
    listed: list[tuple[Key, Any, Any]] = []
    if isinstance(values, list):
        listed += [(("factors", "city.graph", "values"), values, i) for i in range(len(values))]
    if isinstance(rows, list):
        listed += [(("sweep", "rows"), row, "city.graph") for row in rows if isinstance(row, dict)]
    for key, holder, i in reversed(listed):  # a faulty one is taken out, so from the last to the first
        if _names_a_file(holder[i] if isinstance(holder, list) else holder.get(i)):
            fault = _placed(layer, key, holder, i)
            faults += [fault] if fault else []


def _names_a_file(written: Any) -> bool:
    return isinstance(written, str) and bool("/" in written or re.search(r"\.[A-Za-z]\w{0,8}$", written))


def _placed(layer: ConfigLayer, key: Key, holder: Any, name: Any) -> Fault | None:
    """Put the absolute path of a graph file where it stands, or take it out and tell what is wrong."""
    near, problem, written = None, "", holder[name]
    rule = f"it must be the path of a graph file ({', '.join(GRAPH_FILES)})"
    if key[-1] != "nodes":
        rule += " or the name of a generator"
    if written.lower().endswith(GRAPH_FILES) and "\0" not in written:
        file = layer.folder / expanded(written)
        if os.path.isfile(file):
            holder[name] = str(file.resolve())
            return None
        near = nearest(file.name, [p.name for p in file.parent.glob("*")] if os.path.isdir(file.parent) else [])
        problem = f"is {shown(written)}, which is no file"
    elif "\0" not in written and os.path.isfile(layer.folder / expanded(written)):
        problem, rule = _of_another_form(written, rule)
    del holder[name]
    return Fault(layer.label, dotted(key), written, rule, near, problem, line_of(layer.text, key), key)


def _of_another_form(written: str, rule: str) -> tuple[str, str]:
    """What is said of a graph file whose form is not read: the problem, and what to do."""
    if written.lower().endswith(PACKED):
        return f"is {shown(written)}, which is packed", f"unpack it first; {rule}"
    of = next((name for ending, name in READERS.items() if written.lower().endswith(ending)), "")
    convert = f"; in Python, nx.write_graphml(nx.Graph(nx.{of}(...)), ...) of networkx makes one of it" if of else ""
    return f"is {shown(written)}, of a form that is not read", rule + convert


PACKED = (".gz", ".zip", ".bz2", ".xz", ".7z", ".tar", ".tgz")
READERS = {".net": "read_pajek", ".paj": "read_pajek", ".gml": "read_gml", ".adjlist": "read_adjlist"}
