"""Parameters: each number is declared once, with its unit, range, meaning, source and evidence grade.

Config checks, the JSON Schema, the ODD tables and the report all read these declarations.
Grades: ``C`` read at the source, ``C2`` read in a secondary text, ``D`` derived by arithmetic from confirmed
numbers, ``assumed`` where nothing published was found.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.fields import FieldInfo

from contagion.core.errors import at_key, refuse
from contagion.core.people import parameter_record

Grade = Literal["C", "C2", "D", "assumed", "choice"]
"""Evidence grade of a value; ``choice`` marks what is set, not measured (a seed, a horizon, a switch)."""

WEEKS_PER_YEAR = 52


class Parameters(BaseModel):
    """A frozen table of numbers; unknown names are refused.

    Defaults are read as what is given is, so that a number declared as 18 is the 18.0 that a file would give.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, validate_default=True)

    @functools.cached_property
    def numbers(self) -> Any:
        """The numbers of the table as one NumPy record, as compiled processes read them.

        >>> ct.load("baseline").relapse.numbers["scale"]
        np.float64(1.0)
        """
        return parameter_record(self.__dict__)

    @model_validator(mode="before")
    @classmethod
    def _as_python(cls, given: Any) -> Any:
        return of_python(given) if isinstance(given, dict) else given

    def __setattr__(self, name: str, value: Any) -> None:
        if name in type(self).model_fields:
            remedy = 'make another, for instance contagion.load(scenario, **{"time.years": 2.0})'
            refuse(type(self).__name__, [at_key((name,), value, problem=f"is frozen and cannot be set; {remedy}")])
        super().__setattr__(name, value)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with other values, which has a record of its own."""
        made = super().model_copy(update=of_python(update) if update else update, deep=deep)
        made.__dict__.pop("numbers", None)
        return made


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


ASSUMED = "no published figure found"
USER = "set by the user"


def per_year(
    default: float,
    meaning: str,
    *,
    of: str = "",
    up_to: float = 52,
    off: Any = None,
    source: str = ASSUMED,
    grade: Grade = "assumed",
) -> Any:
    """A hazard or a pace per year, 0 to `up_to` (`of`: per what else, for instance "in treatment")."""
    return param(
        default, unit=f"per year {of}".strip(), low=0, high=up_to, meaning=meaning, off=off, source=source, grade=grade
    )


def log_ratio(
    default: float,
    meaning: str,
    *,
    per: str = "",
    up_to: float = 5,
    off: Any = 0.0,
    source: str = ASSUMED,
    grade: Grade = "assumed",
) -> Any:
    """An effect on the logarithm of a hazard or a chance, 0 to `up_to` (`per`: for each of what)."""
    return param(
        default,
        unit=f"log ratio {per}".strip(),
        low=0,
        high=up_to,
        meaning=meaning,
        off=off,
        source=source,
        grade=grade,
    )


def ratio(
    default: float,
    meaning: str,
    *,
    low: float = 0,
    up_to: float = 1,
    off: Any = 0.0,
    source: str = ASSUMED,
    grade: Grade = "assumed",
    of: str = "ratio",
) -> Any:
    """A factor, `low` to `up_to` (`of`: of what, for instance "hazard ratio")."""
    return param(default, unit=of, low=low, high=up_to, meaning=meaning, off=off, source=source, grade=grade)


def share(
    default: float,
    meaning: str,
    *,
    of: str = "",
    up_to: float = 1,
    off: Any = None,
    source: str = ASSUMED,
    grade: Grade = "assumed",
) -> Any:
    """A share of people, 0 to `up_to`."""
    return param(
        default, unit=f"share {of}".strip(), low=0, high=up_to, meaning=meaning, off=off, source=source, grade=grade
    )


def probability(
    default: float, meaning: str, *, off: Any = 0.0, source: str = ASSUMED, grade: Grade = "assumed"
) -> Any:
    """A probability, 0 to 1."""
    return param(default, unit="probability", low=0, high=1, meaning=meaning, off=off, source=source, grade=grade)


def score(
    default: float,
    meaning: str,
    *,
    per: str = "",
    up_to: float = 1,
    off: Any = None,
    source: str = ASSUMED,
    grade: Grade = "assumed",
) -> Any:
    """A level on a scale from 0 to 1 (a stock of capital, an attitude, hope)."""
    return param(
        default, unit=f"0..1 {per}".strip(), low=0, high=up_to, meaning=meaning, off=off, source=source, grade=grade
    )


def amount(
    default: float,
    meaning: str,
    *,
    unit: str,
    low: float = 0,
    up_to: float,
    off: Any = None,
    source: str = ASSUMED,
    grade: Grade = "assumed",
) -> Any:
    """Any other number: a count, a rate per 1,000 people, a sum of money; whole if the default is."""
    return param(default, unit=unit, low=low, high=up_to, meaning=meaning, off=off, source=source, grade=grade)


def choice(
    default: Any,
    meaning: str,
    *,
    unit: str = "name",
    low: float | None = None,
    up_to: float | None = None,
    off: Any = None,
    source: str = USER,
) -> Any:
    """What is set rather than measured: a horizon, a size, a switch, a name."""
    return param(default, unit=unit, low=low, high=up_to, meaning=meaning, off=off, source=source, grade="choice")


def switch(default: bool, meaning: str, *, off: Any = None, source: str = USER) -> Any:
    """True or false, set rather than measured."""
    return param(default, unit="switch", meaning=meaning, off=off, source=source, grade="choice")


def bounds(field: FieldInfo) -> tuple[float | None, float | None]:
    """The declared closed range of a field, (None, None) if it has none."""
    low = next((m.ge for m in field.metadata if getattr(m, "ge", None) is not None), None)
    high = next((m.le for m in field.metadata if getattr(m, "le", None) is not None), None)
    return low, high


def declared(table: type[BaseModel]) -> Iterator[Declared]:
    """Every declared parameter of a table, in order of declaration."""
    return iter(_declared(table))


@functools.cache
def _declared(table: type[BaseModel]) -> tuple[Declared, ...]:
    return tuple(_found(table))


def _found(table: type[BaseModel]) -> Iterator[Declared]:
    for name, field in table.model_fields.items():
        extra = field.json_schema_extra
        if not isinstance(extra, dict) or "grade" not in extra:
            continue
        default = field.get_default(call_default_factory=True)
        low, high = bounds(field)
        yield Declared(
            name,
            default,
            str(extra["unit"]),
            low,
            high,
            field.description or "",
            str(extra["source"]),
            str(extra["grade"]),
            extra["off"],
        )


@functools.cache
def off_values(table: type[BaseModel]) -> dict[str, Any]:
    """The off value of each declared parameter of a table that has one."""
    return {one.name: one.off for one in declared(table) if one.off is not None}


def of_python(value: Any) -> Any:
    """Values with Python's numbers in place of NumPy's; anything else as it is."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, dict):
        return {name: of_python(one) for name, one in value.items()}
    return [of_python(one) for one in value] if type(value) is list else value


def plain_values(value: Any) -> Any:
    """Tables and lists as TOML can hold them: what is None is left out."""
    if isinstance(value, dict):
        return {str(k): plain_values(v) for k, v in value.items() if v is not None}
    return [plain_values(v) for v in value] if isinstance(value, list | tuple) else value


def tables_in(model: type[Parameters]) -> dict[str, type[Parameters]]:
    """The fields of a model that are tables of declared parameters."""
    return {
        name: field.annotation
        for name, field in model.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, Parameters)
    }
