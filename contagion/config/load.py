"""Loading: a TOML file, what it extends and the overrides become one frozen Study or Scenario, or all faults.

Values are data only: nothing in a file is evaluated.
"""

from __future__ import annotations

import copy
import os
import re
import tomllib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from contagion.config.design_checks import study_faults
from contagion.config.inputs import place_graphs
from contagion.config.keys import leaves, whole_names
from contagion.config.layers import (
    DEEPEST,
    OVERRIDE,
    ConfigLayer,
    Origin,
    Table,
    beyond,
    find,
    located,
    merge,
    read_layers,
)
from contagion.config.renamed import advise, renewed
from contagion.config.stated import unlike, warn_of_overruled
from contagion.config.study import Several, Study, studied, study_of
from contagion.config.validation import validated, variants_checked
from contagion.config.variants.written_out import written_out
from contagion.config.written import plain
from contagion.core.errors import ConfigError, Fault, Key, shown
from contagion.model.scenario import Scenario
from contagion.place.written_in import placed

OWN = ("name", "title", "description")
"""What a file says of itself only: not inherited from the file it extends."""


def load(given: Study | Scenario | str | Path, /, **overrides: Any) -> Scenario:
    """The scenario of a TOML file, or of a shipped config by its bare name, with dotted overrides; or a scenario changed.

    It remembers the study that the file asks for: where a study is wanted, the scenario stands for it.
    Raises ConfigError with every fault of the file, of the files it extends and of all its study scenarios.

    >>> scenario = ct.load("baseline", **{"city.population": 2000, "time.years": 5.0})
    >>> scenario.city.population, ct.load(scenario, **{"time.years": 1.0}).weeks
    (2000, 52)
    """
    return read(given, overrides).base


def load_study(given: Study | Scenario | Several | str | Path, /, **overrides: Any) -> Study:
    """The study of a TOML file, or of a shipped config by its bare name, with dotted overrides; or a study changed; or
    one that compares scenarios given by name.

    Raises ConfigError with every fault of the file, of the files it extends and of all its study scenarios.

    >>> study = ct.load_study("first_comparison", **{"study.replicates": 5})
    >>> study.replicates, list(study.scenarios)
    (5, ['today', 'champions', 'linkage', 'housing', 'all_three', 'today_off', 'all_three_off'])
    >>> list(ct.load_study({"now": "baseline", "longer": ct.load("baseline", **{"relapse.scale": 0.9})}).scenarios)
    ['now', 'longer']
    """
    return together(given, overrides) if isinstance(given, Mapping) else read(given, overrides)


def together(given: Several, overrides: Mapping[str, Any] | None = None) -> Study:
    """The study that compares scenarios given by name, first the one to compare with; how it is run (replicates, seed,
    money) is what the first was read with. ConfigError if there is none, or if they cannot stand in one study."""
    if not given:
        raise ConfigError(Fault("", "scenario", None, "give {name: scenario, ...}", problem="names no scenario"))
    called = {str(name): _as_key(str(name)) for name in given}
    studies = {called[str(name)]: read(one) for name, one in given.items()}
    if len(studies) < len(given):
        told = ", ".join(map(shown, called))
        raise ConfigError(
            Fault("", "scenario", None, "give each another name", problem=f"has names too alike ({told})")
        )
    first, spoken = next(iter(studies.values())), {key: name for name, key in called.items()}
    whole = {**plain(first), "interventions": {}}
    titles = [one.base.title for one in studies.values()]
    changes: Table = {}
    for name, one in studies.items():
        title = one.base.title if titles.count(one.base.title) == 1 and name == spoken[name] else spoken[name]
        labels = {"title": title, "description": one.base.description}
        changes[name] = {**labels, **_changed(whole, {k: v for k, v in plain(one.base).items() if k not in OWN})}
    whole["study"] = {**whole["study"], "scenarios": changes}
    made = _study([ConfigLayer(first.name, Path.cwd(), whole, "-")], {}, [], first.name)
    for name, one in studies.items():
        if made.scenarios[name].model_copy(update={label: getattr(one.base, label) for label in OWN}) != one.base:
            rule = "write them as a study file, with what each changes of a common base under [study.scenarios.NAME]"
            raise ConfigError(
                Fault(first.name, name, None, rule, problem="cannot be told by what it adds to the first")
            )
    return overridden(made, **overrides) if overrides else made


def _as_key(name: str) -> str:
    """What people call a scenario as the name of a table; its title is what they call it."""
    plain_name = re.sub(r"[^A-Za-z0-9_.-]+", "_", name).strip("._-")
    return plain_name if plain_name[:1].isalpha() else f"scenario_{plain_name}".rstrip("_")


def _changed(base: Table, other: Table) -> Table:
    """What has to be set in one table so that it becomes the other."""
    found: Table = {}
    for key, value in other.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            inner = _changed(base[key], value)
            found |= {key: inner} if inner else {}
        elif key not in base or base[key] != value:
            found[key] = value
    return found


def named_after(path: Path) -> str:
    """The name of a config that gives itself none: that of its file, in plain letters."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", path.stem).strip("-._")[:80] or "scenario"


def overridden[Given: (Study, Scenario)](given: Given, **overrides: Any) -> Given:
    """A study or a scenario with dotted overrides, checked as a file would be."""
    study = study_of(given)
    made = _study([ConfigLayer(study.name, Path.cwd(), plain(study), "-")], overrides, [], study.name)
    return made if isinstance(given, Study) else made.base


def read(given: Study | Scenario | str | Path, overrides: Mapping[str, Any] | None = None) -> Study:
    """The study that is meant: itself, that of a file or of a shipped config's name, or that of a scenario."""
    overrides = whole_names(overrides or {})
    if isinstance(given, Study | Scenario):
        study = study_of(given)
        return overridden(study, **overrides) if overrides else study
    if not isinstance(given, str | os.PathLike) or not os.fspath(given).strip():
        hint = " (in a list of its own where many are tried in turn)" if isinstance(given, tuple) else ""
        several = "; compare several as {name: scenario}" if isinstance(given, list | tuple | dict) else ""
        rule = f"give a scenario{hint}, a study, the path of a .toml file or the name of a shipped config{several}"
        raise ConfigError(Fault("", "scenario", None, rule, problem=f"is {shown(given)}"))
    return _of_file(given, overrides)


def _of_file(path: str | Path, overrides: Mapping[str, Any]) -> Study:
    faults: list[Fault] = []
    layers = read_layers(path, faults)
    if layers and not any(layer.table for layer in layers):
        faults.append(Fault(layers[-1].label, "", problem="says nothing: the file is empty"))
    if not layers:
        override_layer(dict(overrides), faults)
        raise ConfigError(faults)
    return _study(layers, dict(overrides), faults, named_after(find(path)))


def scenario_of(given: Study | Scenario | str | Path, /, **overrides: Any) -> Scenario:
    """The scenario that is meant: itself, the base of a study, or that of a file or of a shipped config's name."""
    return read(given, overrides).base


def variants(given: Study | Scenario | Several | str | Path) -> dict[str, Scenario]:
    """The scenarios of a study by name, first the one to compare with; of a study of one, or a scenario alone, itself.

    >>> list(ct.variants("first_comparison"))
    ['today', 'champions', 'linkage', 'housing', 'all_three', 'today_off', 'all_three_off']
    """
    return load_study(given).scenarios


def _study(layers: list[ConfigLayer], overrides: Table, faults: list[Fault], name: str) -> Study:
    """Layers and overrides merged and checked; ConfigError with all faults."""
    unreadable = bool(faults)
    layers = [renewed(layer, faults) for layer in (*layers, override_layer(overrides, faults))]
    for layer in layers:
        advise(layer)
        place_graphs(layer, faults)
    merged: Table = {}
    for layer in layers:
        inherited = {k: v for k, v in merged.items() if k not in OWN or layer.label == OVERRIDE}
        merged = merge(inherited, {k: v for k, v in layer.table.items() if k != "extends"})
    merged, twice = placed(merged, partial(_said_with_place, layers))
    faults += [located(fault, layers) for fault in twice]
    merged.setdefault("name", name)
    merged.setdefault("title", merged["name"])
    merged = written_out(merged, layers, faults)
    file, sound = validated(merged, layers, faults, incomplete=unreadable)
    bases = variants_checked(sound, layers, faults)
    if file is not None and not unreadable:
        whole = studied(file, scenarios=bases)
        found = [*unlike(whole), *study_faults(whole, [fault.at for fault in faults])]
        faults += [located(fault, layers) for fault in found]
    if faults or file is None:
        raise ConfigError(_in_order(faults, layers))
    study = studied(file, Origin(layers))
    warn_of_overruled(layers, study)
    return study


def _said_with_place(layers: list[ConfigLayer], key: Key) -> bool:
    """Whether a key is set by the last layer that holds a place, or by one that extends it."""
    first = max(k for k, layer in enumerate(layers) if "place" in layer.table)
    return any(layer.says(key) for layer in layers[first:])


def override_layer(overrides: Table, faults: list[Fault]) -> ConfigLayer:
    """Dotted overrides as the last layer, relative to the working directory."""
    table: Table = {}
    for name, value in overrides.items():
        try:
            if "\n" in name or "\r" in name:
                raise ValueError("one name at a time")
            key = next(leaves(tomllib.loads(f"{name} = 0")))
            if key[0] == "extends" or len(key) > DEEPEST or beyond(value, DEEPEST):
                raise ValueError("not a setting")
        except (ValueError, StopIteration, RecursionError):
            rule = 'it must be section.key, for instance "city.population"'
            faults.append(Fault(OVERRIDE, name, value, rule, problem="is not a name that can be set"))
            continue
        set_to = copy.deepcopy(_plain(value))
        for part in reversed(key):
            set_to = {part: set_to}
        table = merge(table, set_to, afresh=False)
    return ConfigLayer(OVERRIDE, Path.cwd(), table)


def _plain(value: Any) -> Any:
    """A value as TOML would give it: NumPy's numbers and arrays become Python's, tuples lists, paths texts."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist()) if isinstance(value, np.ndarray) else value.item()
    return str(value) if isinstance(value, os.PathLike) else value


def _in_order(faults: list[Fault], layers: list[ConfigLayer]) -> list[Fault]:
    """Faults by file, then by line, told once each."""
    order = {layer.label: i for i, layer in enumerate(layers)}
    told: dict[str, Fault] = {}
    for fault in sorted(faults, key=lambda f: (order.get(f.file, -1), f.line or 0)):
        told.setdefault(str(fault), fault)
    return list(told.values())
