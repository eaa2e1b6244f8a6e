"""A study: a scenario, what else is compared with it, and with which runs; and the form of a config file.

A factor is a parameter that varies: where from, where to, how probable each value is, and why. The same factors serve
a sweep (what happens at these points?) and a sensitivity analysis (which of them matters?).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, Field

from contagion.config.layers import ConfigLayer, Origin, Table, variant
from contagion.config.renamed import renewed
from contagion.config.varied.factor import Factor
from contagion.core.errors import plainly
from contagion.core.parameters import Parameters, choice, switch, tables_in
from contagion.economics.terms import Money
from contagion.model.scenario import Scenario, sections
from contagion.place.terms import Locality

DesignName = Literal["list", "grid", "latin", "sobol", "morris", "saltelli", "ofat"]
MethodName = Literal["sobol", "morris", "delta", "ofat"]
TableName = Literal["timeline", "events", "groups", "ledger"]

MOST_POINTS = 1_000_000
"""Points that a design may have."""
GRID_LEVELS = 5
"""Levels of a factor in a grid or one at a time, where it does not say."""
USUAL = {"sobol": 256, "morris": 40, "delta": 256}
"""Base rows, trajectories or points of a sensitivity analysis that does not say how many."""


class Comparing(Parameters):
    """A comparison: scenarios that each say only what differs, with the same seeds in all."""

    question: str = choice("", "what is asked", unit="text")
    replicates: int = choice(
        20, "replicates, each with the same seed in every scenario", unit="runs", low=1, up_to=100_000
    )
    seed: int = choice(1, "seed of the study", unit="seed", low=0, up_to=2**63 - 1)
    precision: dict[str, float] = choice(
        {},
        "smallest paired difference that would matter, by outcome: replicates are added until it is known so well",
        unit="as the outcome",
    )
    most: int = choice(200, "replicates at most, where a precision asks for more", unit="runs", low=2, up_to=100_000)
    outcomes: list[str] = choice([], "what a sweep or a sensitivity analysis measures of each history", unit="names")
    funding: str = choice("", "who paid for the study, and interests to declare, as the page says them", unit="text")


class StudyTable(Comparing):
    """A comparison: scenarios that each say only what differs, with the same seeds in all."""

    scenarios: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="scenarios by name: a title and what differs; the first is the baseline"
    )


class Sweep(Parameters):
    """A sweep: many points of the factors' space, each lived through under the study's seeds."""

    design: DesignName = choice("grid", "how the points are laid out")
    points: int = choice(
        0,
        "points (latin, sobol), base rows (saltelli) or trajectories (morris); 0 where the "
        "factors say how many (list, grid, ofat)",
        unit="points",
        low=0,
        up_to=MOST_POINTS,
    )
    rows: list[dict[str, Any]] = choice([], "the points of a list, each a value by dotted name", unit="points")
    keep: list[TableName] = choice([], "which tables are stored beside the outcomes", unit="tables")
    every: int = choice(4, "weeks between the rows of a stored timeline", unit="weeks", low=1, up_to=5200)


class SensitivityTable(Parameters):
    """A sensitivity analysis: how much of an outcome's spread each factor causes."""

    method: MethodName = choice("sobol", "how sensitivity is measured")
    samples: int = choice(
        0,
        "base rows (sobol: a power of two), trajectories (morris) or points (delta); 0 for as many as are usual: "
        + ", ".join(f"{count} ({method})" for method, count in USUAL.items()),
        unit="samples",
        low=0,
        up_to=MOST_POINTS,
    )
    second_order: bool = switch(False, "whether sobol also measures pairs of factors", off=False)
    levels: int = choice(
        4, "levels of morris's grid (even), and of each factor one at a time", unit="levels", low=2, up_to=100
    )
    confidence: float = choice(0.95, "coverage of the intervals", unit="share", low=0.5, up_to=0.999)
    resamples: int = choice(1000, "bootstrap resamples behind each interval", unit="resamples", low=100, up_to=100_000)
    target: float = choice(0.1, "half-width of a total index that counts as resolved", unit="index", low=0.001, up_to=1)

    @property
    def size(self) -> int:
        """Base rows, trajectories or points."""
        return self.samples or USUAL.get(self.method, 0)


class ConfigFile(Scenario):
    """A config file, with those it extends: a scenario, and the tables that ask for runs of it."""

    study: StudyTable = StudyTable()
    sweep: Sweep = Sweep()
    sensitivity: SensitivityTable = SensitivityTable()
    money: Money = Money()
    place: Locality = Locality()
    factors: dict[str, Factor] = Field(
        default_factory=dict, description="what varies in a sweep or a sensitivity analysis, by dotted name"
    )
    uncertainty: dict[str, Factor] = Field(
        default_factory=dict,
        description="what each replicate of a comparison draws by chance, the same for all scenarios, by dotted name",
    )


class Study(Comparing):
    """What is asked of a scenario: what it is compared with, the runs, what varies. Frozen, and whole. `scenarios` are lived
    through under the same seeds: full scenarios by name, the first is the baseline (the base itself where a study names
    none). `changes` holds what each of them says of itself, as it is written.

    >>> study = ct.load_study("first_comparison")
    >>> study.replicates, study.base.name
    (14, 'first_comparison')
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    base: Scenario
    scenarios: dict[str, Scenario]
    changes: dict[str, dict[str, Any]] = {}
    sweep: Sweep = Sweep()
    sensitivity: SensitivityTable = SensitivityTable()
    money: Money = Money()
    place: Locality = Locality()
    factors: dict[str, Factor] = {}
    uncertainty: dict[str, Factor] = {}
    origin: Origin = Field(default_factory=Origin, repr=False)

    @property
    def name(self) -> str:
        """Short name, used for files.

        >>> ct.load_study("first_comparison").name
        'first_comparison'
        """
        return self.base.name

    @property
    def title(self) -> str:
        """Name in reports.

        >>> ct.load_study("first_comparison").title
        'Champions, linkage or recovery housing?'
        """
        return self.base.title

    def on(self, base: Scenario) -> Study:
        """The same study of another base.

        >>> study = ct.load_study("first_comparison")
        >>> smaller = study.on(ct.load("first_comparison", **{"city.population": 2000}))
        >>> smaller.scenarios["champions"].city.population
        2000
        """
        return self.model_copy(update={"base": base, "scenarios": resolved(base, self.changes)})

    def __repr__(self) -> str:
        said = "\n".join(f"  {line}" for line in self._in_words())
        return f"Study {plainly(self.name, 60)}: {plainly(self.title or 'untitled', 60)}\n{said}"

    __str__ = __repr__

    def _in_words(self) -> Iterator[str]:
        if self.question:
            yield f"question: {plainly(self.question, 160)}"
        titles = [one.title or name for name, one in self.scenarios.items()]
        yield f"scenarios ({len(titles)}): {plainly(', '.join(_few(titles, 6)), 240)}"
        yield f"replicates: {self.replicates:,} of {self.base.weeks:,} weeks, seeds derived from {self.seed}"
        yield f"city: {self.base.city.population:,} people"
        if self.factors:
            few = ", ".join(_few(list(self.factors), 4))
            yield f"factors ({len(self.factors)}): {few}; outcomes: {', '.join(self.outcomes) or 'none'}"
        if self.uncertainty:
            few = ", ".join(_few(list(self.uncertainty), 4))
            yield f"drawn anew in each replicate ({len(self.uncertainty)}): {few}"

    def _repr_html_(self) -> str:
        from html import escape

        rows = "".join(f"<li>{escape(line)}</li>" for line in self._in_words())
        return f"<p>Study <b>{escape(self.name)}</b>: {escape(self.title)}</p><ul>{rows}</ul>"


def _few(names: list[str], most: int) -> list[str]:
    return names[:most] + [f"and {len(names) - most} more"][: len(names) > most]


class ReadFrom:
    """The study that a scenario was read with. It is no part of what the scenario is: all are equal, copies share it."""

    def __init__(self, study: Study) -> None:
        self.study = study

    def __eq__(self, other: object) -> bool:
        return other is None or isinstance(other, ReadFrom)

    __hash__ = None  # type: ignore[assignment]

    def __deepcopy__(self, memo: object) -> ReadFrom:
        return self


def studied(file: ConfigFile, origin: Origin | None = None, scenarios: Mapping[str, Scenario] | None = None) -> Study:
    """The study of a sound config file (of these scenarios, where some cannot be made); its base remembers it."""
    base = Scenario.model_validate({name: getattr(file, name) for name in Scenario.model_fields})
    asked = {name: getattr(file.study, name) for name in Comparing.model_fields}
    changes = file.study.scenarios
    study = Study(
        base=base,
        scenarios=resolved(base, changes) if scenarios is None else dict(scenarios) or {base.name: base},
        changes=changes,
        sweep=file.sweep,
        sensitivity=file.sensitivity,
        money=file.money,
        place=file.place,
        factors=file.factors,
        uncertainty=file.uncertainty,
        origin=origin or Origin(),
        **asked,
    )
    base._read_from = ReadFrom(study)
    return study


type Several = Mapping[str, Study | Scenario | str | Path]
"""Scenarios by name, the first the one to compare with."""


def study_of(given: Study | Scenario) -> Study:
    """The study itself; of a scenario the study that it was read with, or one that asks for nothing but itself."""
    if isinstance(given, Study):
        return given
    if given._read_from is None:
        return Study(base=given, scenarios={given.name: given})
    study: Study = given._read_from.study
    return study if study.base is given else study.on(given)


def from_tables(tables: Mapping[str, Any]) -> Study:
    """The study of tables of values, such as a manifest holds; ValidationError if they are wrong."""
    return studied(ConfigFile.model_validate(renewed(ConfigLayer("config", Path(), dict(tables)), []).table))


def resolved(base: Scenario, changes: Mapping[str, Table]) -> dict[str, Scenario]:
    """The scenarios of a study in full, by name; without any, the base itself."""
    if not changes:
        return {base.name: base}
    table = base.tables()
    return {name: Scenario.model_validate(variant(table, name, one)) for name, one in changes.items()}


def tables() -> dict[str, type[Parameters]]:
    """The tables of a config file by name, those of the scenario first."""
    return {**sections(), **{k: t for k, t in tables_in(ConfigFile).items() if k not in sections()}}
