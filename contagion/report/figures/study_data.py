"""The data behind the figures of a study: its tables, its outputs, and what a figure says of how they were made.

An output is an outcome of the first scenario, or another scenario's paired difference from it, as in a sensitivity analysis.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from contagion.study.analysis.headlines import HEADLINES, Headline

DUMMY, LUCK = "dummy", "Luck alone (dummy)"

Array = NDArray[np.float64]


@dataclass(frozen=True)
class StudyOutput:
    """An output: its headline, and the scenarios that it is measured in."""

    name: str
    outcome: Headline
    scenario: str
    less: str = ""
    title: str = ""

    @property
    def axis(self) -> str:
        """Words for an axis, with the unit where the label does not say it."""
        unit = {"share": "share", "score 0 to 1": "score 0 to 1", "GBP": "£"}.get(self.outcome.unit, "")
        label = self.outcome.label + (f" ({unit})" if unit else "")
        return f"{label}: difference" if self.less else label


@dataclass(frozen=True)
class StudyData:
    """The tables of a sweep or an analysis, and what its manifest says of how they were made.

    `parameters` has one row a point (point and the factors), `runs` one a run (run_id, point, scenario, replicate, status),
    `headlines` one a finished run (run_id and the outcomes).
    """

    manifest: Mapping[str, Any] = field(repr=False)
    parameters: pd.DataFrame = field(repr=False)
    runs: pd.DataFrame = field(repr=False)
    headlines: pd.DataFrame = field(repr=False)

    @property
    def titles(self) -> dict[str, str]:
        """Title of each scenario, in the order of the study."""
        return {one["name"]: one["title"] for one in self.manifest["scenarios"]}

    @cached_property
    def failed(self) -> pd.DataFrame:
        """The runs that failed."""
        return self.runs[self.runs["status"] != "ok"].reset_index(drop=True)

    @cached_property
    def config(self) -> Mapping[str, Any]:
        """The study as it was run."""
        found: Mapping[str, Any] = self.manifest.get("config") or {}
        return found

    def setting(self, section: str, name: str, otherwise: Any = None) -> Any:
        """A setting of the study."""
        return (self.config.get(section) or {}).get(name, otherwise)

    @cached_property
    def factors(self) -> tuple[str, ...]:
        """Dotted names of what varied, in the config's order."""
        held = [str(c) for c in self.parameters.columns]
        return tuple(name for name in self.manifest.get("factors") or {} if name in held)

    @cached_property
    def labels(self) -> dict[str, str]:
        """Words for each factor; the dotted name beside words that two factors share."""
        said = {name: str(label).strip() or name for name, label in (self.manifest.get("factors") or {}).items()}
        twice = Counter(said.values())
        words = {n: f"{said[n]} ({n})" if twice[said[n]] > 1 else said[n] for n in said}
        return {n: w[:1].upper() + w[1:] for n, w in words.items()} | {DUMMY: LUCK}

    def label(self, name: str) -> str:
        """Words for a factor or a group of factors."""
        return self.labels.get(name, name)

    def worded(self, sentence: str) -> str:
        """A sentence with labels in place of the dotted names of factors."""
        for name in sorted((n for n in self.labels if n != DUMMY), key=len, reverse=True):
            words = self.labels[name]
            sentence = re.sub(rf"(?<![\w.]){re.escape(name)}(?!\w|\.\w)", lambda _, w=words: w, sentence)  # type: ignore[misc]
        return re.sub(r"(?<![\w\-])-(?=\.?\d)", "\N{MINUS SIGN}", sentence)

    @cached_property
    def outputs(self) -> tuple[StudyOutput, ...]:
        """Every outcome of the first scenario and every other scenario's difference from it."""
        held = set(self.headlines.columns)
        asked = self.setting("study", "outcomes", [])
        known = {h.name: h for h in HEADLINES if h.name in held}
        first, *others = self.titles
        titles = self.titles
        found = []
        for outcome in (known[name] for name in dict.fromkeys(asked) if name in known):
            found.append(StudyOutput(outcome.name, outcome, first, "", titles[first]))
            for name in others:
                words = f"{titles[name]} less {titles[first]}"
                found.append(StudyOutput(f"{outcome.name}: {name} less {first}", outcome, name, first, words))
        return tuple(found)

    def output(self, name: str) -> StudyOutput:
        """An output by its name in the tables."""
        for one in self.outputs:
            if one.name == name:
                return one
        known = ", ".join(repr(one.name) for one in self.outputs) or "none"
        raise KeyError(f"there is no output {name!r}; there are: {known}")

    @property
    def several(self) -> bool:
        """Whether there is more than one scenario."""
        return len(self.titles) > 1

    def named(self, out: StudyOutput) -> str:
        """An output in words: outcome, and scenario where there are several."""
        return f"{out.outcome.label}: {out.title}" if self.several else out.outcome.label

    @cached_property
    def replicates(self) -> int:
        """Replicates of each point."""
        return int(self.manifest.get("replicates") or 1)

    @cached_property
    def points(self) -> int:
        """Points of the design."""
        return len(self.parameters)

    @cached_property
    def people(self) -> str:
        """How many people the city has, or may have where that is a factor."""
        own = self.setting("city", "population")
        least, most = self.manifest.get("people") or (own, own)
        if not least:
            return "a number of people that is not recorded"
        return f"{least:,} people" if least == most else f"{least:,} to {most:,} people"

    @cached_property
    def years(self) -> float:
        """Length of each history, of the longest where they differ."""
        return self._years[1]

    @property
    def _years(self) -> tuple[float, float]:
        own = self.setting("time", "years", 0.0) or 0.0
        least, most = self.manifest.get("years") or (own, own)
        return float(least), float(most)

    @property
    def horizon(self) -> str:
        """Length of each history in words."""
        least, most = self._years
        if least < most:
            return f"{least:g} to {most:g} years"
        return "1 year" if most == 1 else f"{most:g} years"

    def made_of(self, interval: str, out: StudyOutput | None = None) -> str:
        """The caption of a picture: people, replicates, points, scenarios, and what its intervals are."""
        titles = list(self.titles.values())
        scenarios = out.title if out is not None else ", ".join(titles)
        word = "Scenarios" if out is None and len(titles) > 1 else "Scenario"
        runs = "1 replicate" if self.replicates == 1 else f"{self.replicates:,} replicates"
        points = "1 point" if self.points == 1 else f"{self.points:,} points"
        return f"City of {self.people}, {self.horizon}; {points}, {runs} of each. {word}: {scenarios}. {interval}"

    def bootstrap(self) -> str:
        """What the intervals of indices are."""
        sure = float(self.setting("sensitivity", "confidence", 0.95))
        most = int(self.setting("sensitivity", "resamples", 1000))
        method = self.manifest.get("method")
        of = {"morris": "trajectories", "delta": "points"}.get(str(method), "base rows")
        many = min(most, 200) if method == "delta" else most
        return f"Intervals: {100 * sure:g}%, from {many:,} bootstrap resamples of the {of}."

    @cached_property
    def _by_place(self) -> pd.DataFrame:
        runs = self.runs
        runs = runs[runs["status"] == "ok"][["run_id", "point", "scenario", "replicate"]]
        headlines = self.headlines.drop_duplicates("run_id").astype({"run_id": str})
        return runs.astype({"run_id": str}).merge(headlines, on="run_id", how="left")

    def values(self, out: StudyOutput) -> Array:
        """Of each point (rows) and replicate (columns) the output; not a number where a run failed."""

        def of(scenario: str) -> pd.DataFrame:
            here = self._by_place[self._by_place["scenario"] == scenario]
            wide = here.pivot_table(index="point", columns="replicate", values=out.outcome.name, dropna=False)
            return wide.reindex(index=self.parameters["point"], columns=range(self.replicates))

        found = of(out.scenario) - of(out.less) if out.less else of(out.scenario)
        return np.asarray(found.to_numpy(np.float64), np.float64)

    def column(self, name: str) -> pd.Series:
        """The values of a factor, point by point."""
        found: pd.Series = self.parameters[name]
        return found
