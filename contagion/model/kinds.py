"""What a scenario names: interventions, each read by the class that its `kind` names, and null models.

The type of interventions is a union of every class of intervention that there is, told apart by `kind`. A class that is
defined later (by a user, in a notebook) belongs to it too.
"""

from __future__ import annotations

import functools
import operator
from typing import Annotated, Any, Literal

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

NullModel = Literal[
    "none", "contagion_off", "spontaneous_only", "barriers_only", "relapse_contagion_only", "homophily_only"
]

_CHANNELS_OFF = {f"starting.{name}": 0.0 for name in ("family", "friend", "weak", "group", "event", "ally", "tie_rate")}
_STIGMA_OFF = {
    **{"stigma.contact": 0.0, "stigma.use_seen": 0.0, "stigma.conformity": 0.0},
    **{"events.meets": 0.0, "groups.meets": 0.0},
}
_SEEN_OFF = {"chime.hope_seen": 0.0, "chime.hope_fallen": 0.0, "chime.near_counts": 0.0, **_STIGMA_OFF}
_STARTING_OFF = {"starting.hope": 0.0, "starting.identity": 0.0}
_RELAPSE_OFF = {
    "relapse.recovering_ties": 0.0,
    "relapse.using_ties": 0.0,
    "relapse.group": 0.0,
    "relapse.connectedness": 0.0,
}
_ALL_ALIKE = {"bonds.alike": 0.0, "bonds.loosen": 0.0, "bonds.estrange": 0.0}
_BARRIERS_OFF = {
    "starting.barriers": 0.0,
    "starting.internalised": 0.0,
    "relapse.barriers": 0.0,
    "relapse.internalised": 0.0,
    "relapse.home": 0.0,
    "capital.structural": 0.0,
    "homes.structural": 0.0,
    "homes.record": 0.0,
    "jobs.structural": 0.0,
    "jobs.record": 0.0,
}
NULL_MODELS: dict[str, dict[str, float]] = {
    "none": {},
    "contagion_off": {**_CHANNELS_OFF, **_SEEN_OFF, **_RELAPSE_OFF, **_ALL_ALIKE},
    "spontaneous_only": {
        **_CHANNELS_OFF,
        **_SEEN_OFF,
        **_RELAPSE_OFF,
        **_BARRIERS_OFF,
        "starting.treatment": 0.0,
        "starting.treatment_opioid": 0.0,
    },
    "barriers_only": {
        **_CHANNELS_OFF,
        **_SEEN_OFF,
        **_RELAPSE_OFF,
        "starting.treatment": 0.0,
        "starting.treatment_opioid": 0.0,
    },
    "relapse_contagion_only": {**_CHANNELS_OFF, **_STARTING_OFF, **_STIGMA_OFF},
    "homophily_only": {**_CHANNELS_OFF, **_SEEN_OFF, **_RELAPSE_OFF},
}
"""Null models as switches: the off values that each sets.

With `contagion_off` nobody's recovery, relapse or attitude passes to anybody along ties, in groups or at events, and ties
do not hang on recovery. What remains shared is the place: finite homes, jobs and treatment, community capital, and the
(then unmoved) attitudes of one's ties. `homophily_only` keeps ties as they are: people in the same situation find each
other and part from others, and nothing passes between them. `relapse_contagion_only` keeps all that passes on and acts on
relapse, and nothing of what acts on starting or on attitudes.
"""

RETUNED: dict[str, tuple[float, float]] = {
    "contagion_off": (1.451, -2.86),
    "homophily_only": (1.451, -2.86),
    "relapse_contagion_only": (4.7, -0.18),
}
"""Null models whose city rests at the burden of the full model: the ratio of the spontaneous hazard of starting, and what is
added to `relapse.typical`, that make up for what is off. Found by experiments/nulls.py for an earlier baseline; how near the
present one's burden they come is in docs/CALIBRATION.md. The two others say what a city without help would come to, and are
left as they fall."""
