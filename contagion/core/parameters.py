"""Parameters: each number is declared once, with its unit, range, meaning, source and evidence grade.

Config checks, the JSON Schema, the ODD tables and the report all read these declarations.
Grades: ``C`` read at the source, ``C2`` read in a secondary text, ``D`` derived by arithmetic from confirmed
numbers, ``assumed`` where nothing published was found.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

Grade = Literal["C", "C2", "D", "assumed", "choice"]
"""Evidence grade of a value; ``choice`` marks what is set, not measured (a seed, a horizon, a switch)."""

WEEKS_PER_YEAR = 52


class Parameters(BaseModel):
    """A frozen table of numbers; unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Declared(NamedTuple):
    """One declared parameter as the documents and checks see it."""

    name: str
    default: Any
    unit: str
    low: float | None
    high: float | None
    meaning: str
    source: str
    grade: str
    off: Any


def param(
    default: Any,
    *,
    unit: str,
    meaning: str,
    source: str = "no published figure found",
    grade: Grade = "assumed",
    low: float | None = None,
    high: float | None = None,
    off: Any = None,
) -> Any:
    """Declare a parameter: a pydantic field that carries unit, range, source, grade and off value.

    ``off`` is the value at which the mechanism does nothing (None where there is no such value).
    """
    return Field(
        default,
        ge=low,
        le=high,
        description=meaning,
        json_schema_extra={"unit": unit, "source": source, "grade": grade, "off": off},
    )


def bounds(field: FieldInfo) -> tuple[float | None, float | None]:
    """The declared closed range of a field, (None, None) if it has none."""
    low = next((m.ge for m in field.metadata if getattr(m, "ge", None) is not None), None)
    high = next((m.le for m in field.metadata if getattr(m, "le", None) is not None), None)
    return low, high


def declared(table: type[BaseModel]) -> Iterator[Declared]:
    """Every declared parameter of a table, in order of declaration."""
    for name, field in table.model_fields.items():
        extra = field.json_schema_extra
        if not isinstance(extra, dict) or "grade" not in extra:
            continue
        default = field.get_default(call_default_factory=True)
        low, high = bounds(field)
        yield Declared(
            name, default, str(extra["unit"]), low, high, field.description or "",
            str(extra["source"]), str(extra["grade"]), extra["off"],
        )  # fmt: skip
