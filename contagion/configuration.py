"""Configuration: a TOML file, what it extends and the overrides become one frozen Scenario, or all faults.

Values are data only: nothing in a file is evaluated.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contagion.faults import ConfigError, Fault
from contagion.layers import (
    GRAPH_FILES,
    OVERRIDE,
    Layer,
    Table,
    find,
    merge,
    override_layer,
    place_graphs,
    read_layers,
    variant,
)

if TYPE_CHECKING:
    from contagion.scenario import Scenario

__all__ = ["ConfigError", "Fault", "config_hash", "load", "plain", "to_toml", "variants"]

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
    from contagion.validation import validated, variants_checked

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
    variants_checked(sound, layers, faults)
    if faults or scenario is None:
        raise ConfigError(_in_order(faults, layers))
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
    from contagion.scenario import Scenario

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


def without_places(value: Any) -> Any:
    """Paths of graph files replaced by the name and digest of what they hold."""
    if isinstance(value, dict):
        return {k: without_places(v) for k, v in value.items()}
    if isinstance(value, str) and value.lower().endswith(GRAPH_FILES) and Path(value).is_file():
        return f"{Path(value).name} sha256:{hashlib.sha256(Path(value).read_bytes()).hexdigest()}"
    return value
