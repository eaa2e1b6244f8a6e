"""Kinds: interventions by name, each read by the class that its `kind` names.

The type is a union of every class of intervention that there is, told apart by `kind`. A class that is defined later (by a
user, in a notebook) belongs to it too.
"""

from __future__ import annotations

import functools
import operator
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter
from pydantic_core import core_schema

import contagion.interventions as _all_interventions  # noqa: F401  (registers every kind)
from contagion.interventions.base import REGISTRY, Intervention


def _union(kinds: tuple[type[Intervention], ...]) -> Any:
    return Annotated[functools.reduce(operator.or_, kinds), Field(discriminator="kind")]


@functools.lru_cache(maxsize=4)
def _one(kinds: tuple[type[Intervention], ...]) -> TypeAdapter[Intervention]:
    return TypeAdapter(_union(kinds))


@functools.lru_cache(maxsize=4)
def _by_name(kinds: tuple[type[Intervention], ...]) -> TypeAdapter[Any]:
    by_name: Any = dict.__class_getitem__((str, _union(kinds)))
    return TypeAdapter(by_name)


def _kinds() -> tuple[type[Intervention], ...]:
    return tuple(kind for _, kind in sorted(REGISTRY.items()))


class _ByKind:
    """How pydantic reads and describes the type: by the kinds that there are at that moment."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda value: _by_name(_kinds()).validate_python(value, strict=True),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda made: {name: one.model_dump() for name, one in made.items()}
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        one = handler(_one(_kinds()).core_schema)
        about = "interventions by name; a file that extends another may say only what differs, without the kind"
        unsaid = {"not": {"required": ["kind"]}}
        return {"type": "object", "description": about, "additionalProperties": {"anyOf": [one, unsaid]}}


Interventions = Annotated[dict[str, Any], _ByKind]
"""Interventions by name, in the order of the file."""
