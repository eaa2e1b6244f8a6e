"""What a declared field allows, in words: its kind, its range or choices, its unit."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Iterable
from typing import Any

from pydantic.fields import FieldInfo

from contagion.core.errors import shown
from contagion.core.parameters import bounds

NO_UNITS = {"", "choice", "name", "text", "switch", "true/false", "list", "code", "-"}


def choices(annotation: Any) -> list[Any]:
    """The values of a Literal, also inside a union."""
    if typing.get_origin(annotation) is typing.Literal:
        return list(typing.get_args(annotation))
    return [c for part in typing.get_args(annotation) for c in choices(part)]


def rule_of(field: FieldInfo) -> str:
    """What a field allows, in words: kind, range or choices, unit."""
    if options := choices(field.annotation):
        listed = typing.get_origin(field.annotation) is list
        return f"it must be {'a list, each ' if listed else ''}one of " + ", ".join(shown(o) for o in options)
    low, high = bounds(field)
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    unit = str(extra.get("unit", ""))
    words = f"it must be {_kind(field.annotation)}"
    said = str if unit == "year" else number  # a year has no thousands
    if low is not None and high is not None:
        words += f" from {said(low)} to {said(high)}"
    elif low is not None or high is not None:
        words += f" of at least {said(low)}" if low is not None else f" of at most {said(high)}"
    return words + (f" ({unit})" if unit not in NO_UNITS else "")


def rule_of_one(field: FieldInfo) -> str:
    """What a field whose keys are the user's own allows each of them to be; empty for other fields."""
    inside = typing.get_args(field.annotation)
    return f"it must be {_kind(inside[1])}" if typing.get_origin(field.annotation) is dict else ""


def number(value: Any) -> str:
    """A number with thousands separators, without needless decimals."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**20:
        return f"{value:,}"
    return f"{value:,.10g}" if isinstance(value, int | float) else json.dumps(value)


def _kind(annotation: Any) -> str:
    words: dict[Any, str] = {
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        str: "a text",
        dict: "a table",
        type(None): "nothing",
        Any: "a value",
    }
    if annotation in words:
        return words[annotation]
    origin, inside = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _kind(inside[0])
    if origin in (list, tuple, set, frozenset):
        return f"a list, each {_one_of(_kind(a) for a in inside if a is not ...)}" if inside else "a list"
    if origin in (typing.Union, types.UnionType):
        return _one_of(_kind(a) for a in inside if a is not type(None))
    return "a table"


def _one_of(kinds: Iterable[str]) -> str:
    return " or ".join(dict.fromkeys(kinds))
