"""Configuration: a TOML file, what it extends and the overrides become one frozen Scenario, or all faults.

Values are data only: nothing in a file is evaluated.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contagion.config.layers import (
    GRAPH_FILES,
    OVERRIDE,
    Layer,
    Origin,
    Table,
    find,
    merge,
    override_layer,
    place_graphs,
    read_layers,
    variant,
)
from contagion.core.errors import ConfigError, Fault

if TYPE_CHECKING:
    from contagion.core.parameters import Parameters
    from contagion.model.scenario import Scenario

__all__ = ["ConfigError", "Fault", "config_hash", "load", "plain", "run_digest", "to_toml", "variants"]

OWN = ("name", "title", "description")
"""What a file says of itself only: not inherited from the file it extends."""


def load(path: str | Path, /, **overrides: Any) -> Scenario:
    """The scenario of a TOML file, or of a shipped config by its bare name, with dotted overrides.

    Raises ConfigError with every fault of the file, of the files it extends and of all its study scenarios.
    """
    faults: list[Fault] = []
    layers = read_layers(path, faults)
    if layers and not any(layer.table for layer in layers):
        faults.append(Fault(layers[-1].label, "", problem="says nothing: the file is empty"))
    if not layers:
        override_layer(overrides, faults)
        raise ConfigError(faults)
    return _scenario(layers, overrides, faults, named_after(find(path)))


def named_after(path: Path) -> str:
    """The name of a config that gives itself none: that of its file, in plain letters."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", path.stem).strip("-._")[:80] or "scenario"


def overridden(scenario: Scenario, **overrides: Any) -> Scenario:
    """A scenario with dotted overrides, checked as a file would be."""
    return _scenario([Layer(scenario.name, Path.cwd(), plain(scenario), "-")], overrides, [], scenario.name)


def _scenario(layers: list[Layer], overrides: Table, faults: list[Fault], name: str) -> Scenario:
    """Layers and overrides merged and checked; ConfigError with all faults."""
    from contagion.config.asked import amiss
    from contagion.config.validation import validated, variants_checked

    unreadable = bool(faults)
    layers.append(override_layer(overrides, faults))
    for layer in layers:
        place_graphs(layer, faults)
    merged: Table = {}
    for layer in layers:
        inherited = {k: v for k, v in merged.items() if k not in OWN or layer.label == OVERRIDE}
        merged = merge(inherited, {k: v for k, v in layer.table.items() if k != "extends"})
    merged.setdefault("name", name)
    merged.setdefault("title", merged["name"])
    scenario, sound = validated(merged, layers, faults, incomplete=unreadable)
    bases = variants_checked(sound, layers, faults)
    if scenario is not None and not unreadable:
        problems = amiss(scenario, bases or {scenario.name: scenario}, [fault.key for fault in faults])
        faults += [problem.blamed(layers) for problem in problems]
    if faults or scenario is None:
        raise ConfigError(_in_order(faults, layers))
    scenario._origin = Origin(layers)  # so that faults found later can name the file and the line too
    return scenario


def _in_order(faults: list[Fault], layers: list[Layer]) -> list[Fault]:
    """Faults by file, then by line, told once each."""
    order = {layer.label: i for i, layer in enumerate(layers)}
    told: dict[str, Fault] = {}
    for fault in sorted(faults, key=lambda f: (order.get(f.file, -1), f.line or 0)):
        told.setdefault(str(fault), fault)
    return list(told.values())


def variants(scenario: Scenario) -> dict[str, Scenario]:
    """The scenarios of a study by name, first the one to compare with; without any, the scenario itself."""
    from contagion.model.scenario import Scenario

    if not scenario.study.scenarios:
        return {scenario.name: scenario}
    base = plain(scenario)
    return {
        name: Scenario.model_validate(variant(base, name, table)) for name, table in scenario.study.scenarios.items()
    }


def plain(scenario: Scenario) -> Table:
    """The scenario as tables of plain values, as a config file would hold them."""
    table: Table = _plain(scenario.model_dump(exclude={"interventions"}))
    table["interventions"] = {
        name: {"kind": one.kind, **_plain(one.model_dump(exclude={"kind"}))}
        for name, one in scenario.interventions.items()
    }
    return table


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items() if v is not None}
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value


def to_toml(scenario: Scenario) -> str:
    """The whole scenario as a config file; reading it gives the same scenario."""
    import tomli_w

    return tomli_w.dumps(plain(scenario))


def config_hash(scenario: Scenario, **extra: Any) -> str:
    """sha256 of the resolved config; a graph file counts by its content and not by its place."""
    table: Any = {"config": plain(scenario), "order": list(scenario.study.scenarios), **extra}
    text = json.dumps(without_places(table), sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def run_digest(scenario: Scenario) -> str:
    """sha256 of what a history depends on beside its seed: scenarios with one digest live through the same.

    Null models count by what they switch off, graph files by what they hold, interventions in their order and only if
    they are enabled. Names, titles and what asks for runs do not count.
    """
    from contagion.model.scenario import PROTOCOL, sections

    lived = scenario.effective()
    parts = [_said(getattr(lived, name)) for name in sections() if name not in PROTOCOL]
    for name, one in lived.interventions.items():
        if one.enabled:
            parts += [json.dumps([name, one.kind]), _said(one)]
    for path in (lived.city.graph, lived.city.nodes):
        if path.lower().endswith(GRAPH_FILES) and os.path.isfile(path):
            parts.append(_content(path, os.stat(path).st_mtime_ns, os.stat(path).st_size))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _said(table: Parameters) -> str:
    """A table as text, the same for equal tables; kept for each table, which never changes."""
    known = _SAID.get(id(table))
    if known is not None and known[0]() is table:
        return known[1]
    if any(isinstance(value, dict) for value in table.__dict__.values()):  # the city: options in any order, and files
        values = table.model_dump(mode="json")
        files = {key: None for key in ("graph", "nodes") if str(values.get(key, "")).lower().endswith(GRAPH_FILES)}
        text = json.dumps({**values, **files}, sort_keys=True, separators=(",", ":"))
    else:
        text = table.model_dump_json(exclude={"title"})
    text = text.replace(":-0.0,", ":0.0,").replace(":-0.0}", ":0.0}")
    if len(_SAID) > 10_000:
        _SAID.clear()
    _SAID[id(table)] = (weakref.ref(table), text)
    return text


_SAID: dict[int, tuple[weakref.ref[Parameters], str]] = {}


@functools.lru_cache(maxsize=256)
def _content(path: str, changed: int, size: int) -> str:
    """Digest of a graph file as it was when it was last changed, and how it is read."""
    return f"{Path(path).suffix.lower()} sha256:{hashlib.sha256(Path(path).read_bytes()).hexdigest()}"


def without_places(value: Any) -> Any:
    """Paths of graph files replaced by the name and digest of what they hold."""
    if isinstance(value, dict):
        return {k: without_places(v) for k, v in value.items()}
    if isinstance(value, str) and value.lower().endswith(GRAPH_FILES) and Path(value).is_file():
        return f"{Path(value).name} sha256:{hashlib.sha256(Path(value).read_bytes()).hexdigest()}"
    return value
