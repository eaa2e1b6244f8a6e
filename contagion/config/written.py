"""A config written out: as tables of plain values, as TOML, and as the digests that results are kept by."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import weakref
from pathlib import Path
from typing import Any

from contagion.config.inputs import inputs_of, with_inputs
from contagion.config.layers import GRAPH_FILES, Table
from contagion.config.renamed import first_named
from contagion.config.study import Comparing, Study, study_of
from contagion.core.parameters import Parameters
from contagion.economics.terms import Money
from contagion.model.scenario import Scenario, plain_values, sections


def plain(given: Study | Scenario) -> Table:
    """A scenario or a study as tables of plain values, as a config file would hold them."""
    if isinstance(given, Scenario):
        return given.tables()
    table = given.base.tables()
    last = table.pop("interventions")
    asked = {name: getattr(given, name) for name in Comparing.model_fields}
    if not given.funding:  # unsaid, so that results of before are still known by their config
        del asked["funding"]
    table["study"] = plain_values({**asked, "scenarios": given.changes})
    table |= {name: plain_values(getattr(given, name).model_dump()) for name in ("sweep", "sensitivity")}
    if given.money != Money():  # unsaid, as funding
        table["money"] = plain_values(given.money.model_dump())
    if given.place.said:
        table["place"] = plain_values(given.place.model_dump(exclude_none=True, exclude_defaults=True))
    table["factors"] = {name: plain_values(factor.model_dump()) for name, factor in given.factors.items()}
    if given.uncertainty:  # unsaid, as funding
        table["uncertainty"] = {name: plain_values(one.model_dump()) for name, one in given.uncertainty.items()}
    table["interventions"] = last
    return table


def to_toml(given: Study | Scenario) -> str:
    """The whole study as a config file (of a scenario the study it was read with); reading it gives the same."""
    import tomli_w

    return tomli_w.dumps(plain(study_of(given)))


def config_hash(given: Study | Scenario, **extra: Any) -> str:
    """sha256 of the whole study, resolved; a graph file counts by its content and not by its place.

    Keys count by the name they had first, so that a new name disowns no results.
    """
    study = study_of(given)
    table: Any = {"config": first_named(plain(study)), "order": list(study.changes), **extra}
    text = json.dumps(without_places(table), sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def run_digest(scenario: Scenario) -> str:
    """sha256 of what a history depends on beside its seed: scenarios with one digest live through the same.

    Null models count by what they switch off, graph files by what they hold, interventions in their order and only if
    they are enabled. Names, titles and what asks for runs do not count.
    """
    lived = scenario.effective()
    parts = [_said(getattr(lived, name)) for name in sections()]
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
        values = table.model_dump(mode="json", exclude={"title"})
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


def without_places(table: Table) -> Table:
    """Paths of graph files, wherever they are named, replaced by the name and digest of what they hold."""
    said = {
        path: f"{Path(path).name} sha256:{hashlib.sha256(Path(path).read_bytes()).hexdigest()}"
        for path in inputs_of(table)
        if os.path.isfile(path)
    }
    found: Table = with_inputs(table, said)
    return found
