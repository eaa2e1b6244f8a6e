"""Keys of a config file: dotted names by their parts, and on which line a key stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from contagion.core.errors import ConfigError, Fault, Key, dotted, nearest
from contagion.model.scenario import sections

__all__ = ["Key", "dotted", "key_of", "leaves", "line_of", "whole_names"]


def key_of(name: str) -> Key:
    """The parts of a dotted name; a name that cannot be read is one part."""
    try:
        if "\n" in name or "\r" in name:
            return (name,)
        table: Any = tomllib.loads(f"{name} = 0")
    except (ValueError, RecursionError):
        return (name,)
    parts: list[str] = []
    while isinstance(table, dict):
        part, table = next(iter(table.items()))
        parts.append(part)
    return tuple(parts)


_PART = r"(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')"
_HEAD = re.compile(rf"\s*\[+\s*({_PART}(?:\s*\.\s*{_PART})*)\s*\]+\s*(#.*)?$")
_ENTRY = re.compile(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=")


def line_of(text: str, key: Key) -> int | None:
    """The line where a key stands, by a simple scan; the nearest table above it if it is written inline."""
    deepest, found = 0, None
    table: Key = ()
    for number, line in enumerate(text.splitlines(), 1):
        if head := _HEAD.match(line):
            path = table = _parts(head[1])
        elif entry := _ENTRY.match(line):
            path = (*table, *_parts(entry[1]))
        else:
            continue
        if path == key[: len(path)] and len(path) > deepest:
            deepest, found = len(path), number
    return found


def _parts(written: str) -> Key:
    return tuple(p.strip("\"'") for p in re.findall(_PART, written))


def leaves(table: Any, above: Key = ()) -> Iterator[Key]:
    """The keys of nested tables under which no further table stands."""
    for key, value in table.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, (*above, key))
        else:
            yield (*above, key)


def told(table: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted names and values of nested tables."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from told(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def whole_names(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with each parameter's bare name (friend) made whole (starting.friend); other names stay as they are.

    ConfigError for a bare name that stands in several tables, or that is much like one of a parameter.
    """
    homes: dict[str, list[str]] = {}
    for section, table in sections().items():
        for name in table.model_fields:
            homes.setdefault(name, []).append(f"{section}.{name}")
    known = (*_TABLES, *sections())
    found: dict[str, Any] = {}
    for name, value in settings.items():
        places = homes.get(name, [])
        if len(places) > 1:
            rule = f"write one of {', '.join(places)}"
            raise ConfigError(Fault("override", name, value, rule, problem="stands in several tables"))
        close = None if places or not name.isidentifier() or name in known else nearest(name, [*homes, *known])
        if close in homes:
            meant = " or ".join(homes[close])
            rule = "it must be a parameter's name"
            raise ConfigError(Fault("override", name, value, rule, meant, "is no parameter"))
        found[places[0] if places else name] = value
    return found


_TABLES = (
    *("name", "title", "description", "null_model", "interventions", "extends"),
    *("study", "sweep", "sensitivity", "money", "place", "factors", "uncertainty"),
)
"""Names at the top of a config that are no parameters."""
