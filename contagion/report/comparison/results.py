"""A finished comparison as the report reads it: its options and its checks, and its weekly outcomes as arrays.

A check is a scenario that is another one with parts of the model switched off (a null model): it is no option that anybody
can choose, and shows how much of an option's effect rests on those parts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import ValidationError

from contagion.config.study import Study, from_tables
from contagion.config.varied.words import in_figures
from contagion.model.scenario import Scenario, weeks_of
from contagion.report.comparison.content import Option
from contagion.report.comparison.doubt import Doubt, DrawnParameter
from contagion.report.wording import shorten
from contagion.study.compare import Comparison
from contagion.study.results import open_results

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Check:
    """A scenario that is `twin` with parts of the model switched off by this null model."""

    option: Option
    twin: Option
    null_model: str


@dataclass(frozen=True)
class ComparisonResults:
    """What a comparison left on disk; the first option is the one that all others are compared with."""

    comparison: Comparison
    options: tuple[Option, ...]
    checks: tuple[Check, ...] = ()

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What the results say of themselves."""
        return self.comparison.results.manifest

    @property
    def outcomes(self) -> pd.DataFrame:
        """Weekly measures of every run."""
        return self.comparison.outcomes

    @property
    def groups(self) -> pd.DataFrame:
        """Yearly measures by group; empty if none were kept."""
        return self.comparison.results.groups

    @property
    def ledger(self) -> pd.DataFrame:
        """Places, people and money of each intervention; empty if none were kept."""
        return self.comparison.results.ledger

    @cached_property
    def replicates(self) -> int:
        """How many runs each option has."""
        return int(self.outcomes["replicate"].nunique())

    @cached_property
    def weeks(self) -> Array:
        """The weeks at which outcomes were measured."""
        return np.sort(self.outcomes["week"].unique()).astype(np.float64)

    @property
    def years(self) -> float:
        """The horizon: as it was stated where these weeks were run, else from the weeks."""
        told = dig(self.manifest, "years") or [dig(self.manifest, "config", "time", "years")]
        years = round(float(self.weeks[-1]) / 52, 2)
        return float(told[0]) if told[0] is not None and weeks_of(told[0]) == self.weeks[-1] else years

    @cached_property
    def people(self) -> int:
        """How many people lived in the city on the first day."""
        return int(self.outcomes.loc[self.outcomes["week"] == self.weeks[0], "people"].median())

    @cached_property
    def study(self) -> Study | None:
        """The stored study; None where this version can no longer read it."""
        return study(self.manifest)

    @cached_property
    def doubt(self) -> Doubt:
        """What differs from run to run: luck, and the parameters that replicates drew."""
        told = dig(self.manifest, "uncertainty") or {}
        return Doubt(
            tuple(
                DrawnParameter(
                    name, str(one["label"]), str(one["drawn"]), in_figures(one["own_value"]), str(one["reason"])
                )
                for name, one in told.items()
            )
        )

    @cached_property
    def scenarios(self) -> Mapping[str, Scenario]:
        """The scenarios of the stored study, whole, by name; none where this version can no longer read it."""
        return self.study.scenarios if self.study else {}

    @cached_property
    def _ordered(self) -> pd.DataFrame:
        order = {o.name: i for i, o in enumerate(self.options)}
        place = self.outcomes["scenario"].astype(str).map(order)
        chosen = self.outcomes.assign(option=place)[place.notna()]
        return chosen.sort_values(["option", "replicate", "week"], kind="stable")

    def weekly(self, column: str) -> Array:
        """One measure as (option, replicate, week)."""
        shape = (len(self.options), self.replicates, len(self.weeks))
        values = self._ordered[column].to_numpy(np.float64)
        if values.size != np.prod(shape):
            raise ValueError(f"the timeline does not hold every week of every run for {column}")
        return values.reshape(shape)


def dig(tree: Any, *path: str) -> Any:
    """The value at a path of nested tables, or None."""
    for key in path:
        if not isinstance(tree, Mapping) or key not in tree:
            return None
        tree = tree[key]
    return tree


def read(directory: Path) -> ComparisonResults:
    """Open a results directory; the event log is not needed and not read."""
    found = open_results(directory)
    every = labelled(found.titles)
    stored = study(found.manifest)
    checks = checks_among(every, stored.scenarios if stored else {})
    apart = {check.option for check in checks}
    options = tuple(option for option in every if option not in apart)
    return ComparisonResults(Comparison(directory, fresh=False), options, checks)


def study(manifest: Mapping[str, Any]) -> Study | None:
    """The stored study; None where this version can no longer read it."""
    try:
        return from_tables(manifest.get("config") or {})
    except (ValidationError, ValueError):
        return None


def checks_among(options: Sequence[Option], known: Mapping[str, Scenario]) -> tuple[Check, ...]:
    """The options, but the first, that are another one of them with a null model and nothing else changed."""
    twins: dict[str, Option] = {}
    for option in options:
        if option.name in known and known[option.name].null_model == "none":
            twins.setdefault(_bare(known[option.name]), option)
    found = []
    for option in options[1:]:
        one = known.get(option.name)
        if one is not None and one.null_model != "none" and (twin := twins.get(_bare(one))) is not None:
            found.append(Check(option, twin, one.null_model))
    return tuple(found)


def _bare(scenario: Scenario) -> str:
    """A scenario as text, without its names, its null model and interventions that do not take place."""
    tables = scenario.tables()
    running = {n: t for n, t in tables["interventions"].items() if t["enabled"] and t["places"] > 0}
    numbers = {n: {k: v for k, v in t.items() if k != "title"} for n, t in running.items()}
    named = ("name", "title", "description", "null_model", "interventions")
    return json.dumps([{k: v for k, v in tables.items() if k not in named}, numbers], sort_keys=True, default=str)


def labelled(titles: Mapping[str, str]) -> tuple[Option, ...]:
    """Options with labels that are short and never the same twice."""
    options: list[Option] = []
    for name, title in titles.items():
        held = {o.label for o in options}
        tries = (
            shorten(title) or shorten(name),
            f"{shorten(title, 30)} ({shorten(name, 16)})",
            f"{shorten(title, 30)} ({len(options) + 1})",
        )
        options.append(Option(name, title or name, next((t for t in tries if t not in held), tries[-1])))
    return tuple(options)
