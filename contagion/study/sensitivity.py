"""Sensitivity: which factors drive an outcome, how surely, and how much of its spread is luck.

What is analysed is each outcome of the first scenario, and each other scenario's paired difference from it: the effect of
an intervention is an output like any other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from contagion.config.study import Several, Study
from contagion.core import package
from contagion.core.errors import plainly
from contagion.model.scenario import Scenario
from contagion.study.design.points import Design
from contagion.study.results import Results, open_results
from contagion.study.running.conduct import conduct, engine_for
from contagion.study.running.resuming import check_workers, read
from contagion.study.running.runs import Job
from contagion.study.sweep import ordered

if TYPE_CHECKING:
    from contagion.study.analysis.verdict import Analysis

ANALYSIS = "analysis.json"
"""File of the sentences and notes of each output."""


@dataclass(frozen=True)
class Output:
    """What is analysed: an outcome of the first scenario, or another's paired difference from it."""

    outcome: str
    scenario: str
    less: str = ""

    @property
    def name(self) -> str:
        """Its name in the tables."""
        return f"{self.outcome}: {self.scenario} less {self.less}" if self.less else self.outcome


def outputs_of(study: Study, scenarios: list[str]) -> list[Output]:
    """What is analysed of a study, outcome by outcome."""
    first, *others = scenarios
    return [
        Output(outcome, name, first if name != first else "") for outcome in study.outcomes for name in (first, *others)
    ]


def arrays(job: Job, rows: pd.DataFrame, outputs: list[Output]) -> Iterator[tuple[Output, NDArray[Any], NDArray[Any]]]:
    """Of each output its values and the ids of its runs, (replicates, points); a run that is missing is no number."""
    replicates = 1 + max(run.replicate for run in job.runs)
    keys = {name: np.empty((replicates, len(job.points)), dtype=object) for name in job.bases}
    for run in job.runs:
        keys[run.scenario][run.replicate, run.point] = run.key
    for output in outputs:

        def values(scenario: str, outcome: str = output.outcome) -> NDArray[Any]:
            flat: NDArray[Any] = rows[outcome].reindex(keys[scenario].ravel()).to_numpy(np.float64)
            return flat.reshape(keys[scenario].shape)

        found = values(output.scenario) - (values(output.less) if output.less else 0.0)
        yield output, found, keys[output.scenario]


def analysed(study: Study, design: Design, values: NDArray[Any], ids: NDArray[Any], method: str) -> Analysis:
    """One output's indices by a method; Unusable if the outputs do not allow any."""
    from contagion.study.analysis import indices, screening

    asked = study.sensitivity
    names = list(design.analysed)
    more: dict[str, Any] = {"confidence": asked.confidence, "seed": design.seed, "ids": ids}
    if method == "sobol":
        return indices.sobol(values, names, design.second_order, resamples=asked.resamples, target=asked.target, **more)
    if method == "morris":
        groups = list(design.groups) if tuple(design.groups) != tuple(names) else None
        columns = [*design.factors, *design.analysed[-1:]]
        return screening.morris(design.unit, values, columns, groups=groups, resamples=asked.resamples, **more)
    if method == "delta":
        columns = [*design.factors, *design.analysed[-1:]]
        return screening.delta(design.unit, values, columns, resamples=min(asked.resamples, 200), **more)
    levels = [point[name] if (name := moved) in point else None for point, moved in zip(design.points, design.moved)]
    return screening.ofat(list(design.moved), levels, values, ids=ids)


@dataclass(frozen=True, repr=False)
class Sensitivity:
    """A finished sensitivity analysis on disk: its indices, what may be said of them, and its runs.

    >>> tiny = {"city.population": 300, "time.years": 0.5, "sensitivity.samples": 4, "study.outcomes": ["starts"]}
    >>> how = {"method": "morris", "replicates": 1, "workers": 1, "out": "screened", "progress": False}
    >>> found = ct.sensitivity("sensitivity_example", **how, **tiny)
    >>> len(found.runs), list(found.said)
    (56, ['starts'])
    """

    results: Results

    @property
    def directory(self) -> Path:
        """Where it is kept."""
        return self.results.directory

    @property
    def report(self) -> Path:
        """The page."""
        return self.results.report

    @property
    def indices(self) -> pd.DataFrame:
        """One row for each output, index and factor: value with its interval, base rows, replicates, verdict.

        >>> tiny = {"city.population": 300, "time.years": 0.5, "sensitivity.samples": 4, "study.outcomes": ["starts"]}
        >>> how = {"method": "morris", "replicates": 1, "workers": 1, "out": "screened", "progress": False}
        >>> found = ct.sensitivity("sensitivity_example", **how, **tiny)
        >>> found.indices["index"].unique().tolist()
        ['mu_star', 'sigma', 'mu']
        """
        return self.results.indices

    @property
    def failed(self) -> pd.DataFrame:
        """Runs that failed: none, as an analysis with holes is refused."""
        return self.results.failed

    @property
    def runs(self) -> pd.DataFrame:
        """The run table."""
        return self.results.runs

    @cached_property
    def said(self) -> dict[str, dict[str, Any]]:
        """Of each output: sentences, notes, whether it is resolved, and the base rows that would resolve it."""
        found: dict[str, dict[str, Any]] = json.loads(self.results.text(ANALYSIS))
        return found

    @property
    def verdict(self) -> str:
        """What may be said of all outputs, in sentences.

        >>> tiny = {"city.population": 300, "time.years": 0.5, "sensitivity.samples": 4, "study.outcomes": ["starts"]}
        >>> how = {"method": "morris", "replicates": 1, "workers": 1, "out": "screened", "progress": False}
        >>> found = ct.sensitivity("sensitivity_example", **how, **tiny)
        >>> found.verdict.startswith("starts: ")
        True
        """
        return "\n".join(f"{name}: {' '.join(one['sentences'])}" for name, one in self.said.items())

    def plot(self, output: str | None = None, kind: str = "sensitivity", **settings: Any) -> Any:
        """A figure of an output (the first by default): the one that belongs to the method, or one of a kind.

        kind: sobol, convergence, variance, interactions, morris, delta or ofat (with `difference=True` for differences
        from the default).

        >>> tiny = {"city.population": 300, "time.years": 0.5, "sensitivity.samples": 4, "study.outcomes": ["starts"]}
        >>> how = {"method": "morris", "replicates": 1, "workers": 1, "out": "screened", "progress": False}
        >>> found = ct.sensitivity("sensitivity_example", **how, **tiny)
        >>> found.plot("starts").save("starts.png").name
        'starts.png'
        """
        if kind not in KINDS:
            raise KeyError(f"no figure of the kind {kind!r}; there are: {', '.join(KINDS)}")
        resolved = {name: bool(one.get("resolved")) for name, one in self.said.items()}
        tables = {"indices": self.indices, "resolved": resolved, **self.results.tables}
        return package.ask(kind, output, **tables, **settings)

    def __repr__(self) -> str:
        made, lines = self.results.manifest, self.verdict.splitlines()
        said = [f"  {plainly(line, 220)}" for line in lines[:MOST_SAID]]
        said += [f"  and {len(lines) - MOST_SAID} more outputs in .verdict"][: len(lines) > MOST_SAID]
        return "\n".join(
            (
                f"Sensitivity ({made['method']}): {plainly(str(made['title']), 90)}",
                f"  {len(self.runs):,} runs at {made['points']:,} points; kept in {self.directory}",
                *said,
                "  see .indices, .verdict, .plot(output), .report",
            )
        )

    def _repr_html_(self) -> str:
        said = "".join(f"<p>{escape(line)}</p>" for line in self.verdict.splitlines())
        last = self.indices["base_rows"] == self.indices.groupby("output")["base_rows"].transform("max")
        given = self.indices[last & self.indices["value"].notna()]  # what could not be told is said in words
        table = given.to_html(index=False, float_format="{:.3f}".format, na_rep="", escape=True)
        return said + (str(table) if len(given) else "")


KINDS = ("sensitivity", "sobol", "convergence", "variance", "interactions", "morris", "delta", "ofat")
"""Figures of an analysis: the one that belongs to its method, and those that are named."""

MOST_SAID = 6
"""Outputs whose verdict stands in the short form of an analysis."""


def sensitivity(
    study: Study | Scenario | Several | str | Path,
    *,
    method: str | None = None,
    replicates: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    out: str | Path | None = None,
    max_failures: int | None = None,
    progress: bool = True,
    force: bool = False,
    fill: Callable[[Path], Any] = lambda beside: None,
    **overrides: Any,
) -> Sensitivity:
    """Run the design of a sensitivity analysis and analyse it; what is kept already is not done again.

    method: morris (screen), sobol (rank), delta (second opinion), ofat (mechanism). Raises ConfigError; StudyFailed if
    runs failed, as no index may rest on a design with holes; Unusable if an outcome is constant or not a number.
    """
    check_workers(workers)
    more = {**overrides, **({"sensitivity.method": method} if method is not None else {})}
    asked = read(study, replicates, more)
    kind = asked.sensitivity.method
    order, design = ordered(asked, out, kind, force)

    def analyse(job: Job, rows: pd.DataFrame, beside: Path) -> Mapping[str, Any]:
        return written(order.study, design, kind, job, rows, beside)

    order = replace(order, failures_stop=True, analyse=analyse)
    engine = engine_for(order.job, workers, executor)
    conduct(order, engine, force=force, progress=progress, max_failures=max_failures, fill=fill)
    return Sensitivity(open_results(order.directory))


def written(study: Study, design: Design, method: str, job: Job, rows: pd.DataFrame, beside: Path) -> Mapping[str, Any]:
    """Analyse every output and write the indices and what is said of them; for the manifest."""
    from contagion.study.analysis.usable import Unusable
    from contagion.study.analysis.verdict import COLUMNS, Analysis

    tables, said, constant = [], {}, 0
    for output, values, ids in arrays(job, rows, outputs_of(study, list(job.bases))):
        if (values == values.flat[0]).all():  # one outcome that nothing moves must not cost the others
            note = f"It is {values.flat[0]:g} in every run: nothing moves it, so it has no indices."
            found = Analysis(pd.DataFrame(columns=[*COLUMNS]), (note,), (), None, None)
            constant += 1
        else:
            found = analysed(study, design, values, ids, method)
        tables.append(found.indices.assign(output=output.name))
        said[output.name] = {
            "outcome": output.outcome,
            "scenario": output.scenario,
            "less": output.less,
            "sentences": list(found.sentences),
            "notes": list(found.notes),
            "resolved": found.resolved,
            "needed": found.needed,
        }
    if constant == len(said):
        level = f"every run gave {values.flat[0]:g}" if len(said) == 1 else "each gave the same in every run"
        raise Unusable(f"{', '.join(said)}: {level}: nothing varies, so nothing can be attributed")
    whole = pd.concat([table for table in tables if len(table)], ignore_index=True)
    if "level" in whole and len({type(x) for x in whole["level"].dropna()} - {int, float}) > 0:
        whole["level"] = [None if x is None else str(x) for x in whole["level"]]  # switches and words beside numbers
    whole = whole[["output", *[name for name in whole.columns if name != "output"]]]
    whole.to_parquet(beside / "indices.parquet", index=False)
    text = json.dumps(said, indent=2, ensure_ascii=False)
    (beside / ANALYSIS).write_text(text + "\n", encoding="utf-8")
    return {"method": method, "outputs": list(said), "second_order": design.second_order}
