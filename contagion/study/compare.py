"""Comparison: the scenarios of a study under the same seeds, and what their paired differences say."""

from __future__ import annotations

import functools
import html
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from contagion.config.stated import refuse_study, sizes, unlike
from contagion.config.study import Several, Study
from contagion.core import package
from contagion.core.errors import nearest, plainly
from contagion.model.outcome_list import by_new_name
from contagion.model.scenario import Scenario
from contagion.study.analysis.headlines import HEADLINES, Headline, measured, reduced
from contagion.study.analysis.modes import Modes, modes
from contagion.study.analysis.paired import Interval, best, check_paired, interval, shares, variance_reduction
from contagion.study.design.draws import drawn, draws_record
from contagion.study.results import Results, open_results
from contagion.study.running.conduct import Order, conduct, engine_for
from contagion.study.running.precision import check_precision, growing
from contagion.study.running.resuming import check_workers, place, read, with_stored
from contagion.study.running.runs import Form, job_of

__all__ = ["HEADLINES", "Comparison", "Effect", "Interval", "compare"]


@dataclass(frozen=True)
class Effect:
    """One outcome under one scenario, and its paired difference from the first (None for the first)."""

    outcome: Headline
    scenario: str
    level: Interval
    difference: Interval | None = None
    p_better: float | None = None
    p_worse: float | None = None
    p_best: float | None = None
    reduction: float | None = None


@dataclass(frozen=True, repr=False)
class Comparison:
    """A finished comparison on disk: tables, paired differences and a page.

    >>> found = ct.compare("first_comparison", 2, 1, "trial", **{"city.population": 300, "time.years": 0.1})
    >>> found.results.scenarios
    ['today', 'champions', 'linkage', 'housing', 'all_three', 'today_off', 'all_three_off']
    """

    directory: Path
    fresh: bool = True

    @functools.cached_property
    def results(self) -> Results:
        """The stored tables.

        >>> found = ct.compare("first_comparison", 2, 1, "trial", **{"city.population": 300, "time.years": 0.1})
        >>> list(found.results.runs["scenario"].unique()) == found.results.scenarios
        True
        """
        return open_results(self.directory)

    @property
    def outcomes(self) -> pd.DataFrame:
        """Weekly measures of every history: scenario, replicate, week and a column each.

        >>> found = ct.compare("first_comparison", 2, 1, "trial", **{"city.population": 300, "time.years": 0.1})
        >>> found.outcomes.columns[:3].tolist()
        ['scenario', 'replicate', 'week']
        """
        return self.results.outcomes

    @property
    def report(self) -> Path:
        """The page.

        >>> found = ct.compare("first_comparison", 2, 1, "trial", **{"city.population": 300, "time.years": 0.1})
        >>> found.report.as_posix()
        'trial/report.html'
        """
        return self.directory / "report.html"

    def levels(self, name: str) -> pd.DataFrame:
        """An outcome's level: replicates down, scenarios across; Unpaired if replicates do not match.

        >>> found = ct.compare("first_comparison", 2, 1, "trial", **{"city.population": 300, "time.years": 0.1})
        >>> found.levels("stable").shape
        (2, 7)
        """
        headline = next((h for h in measured(self.outcomes) if h.name == name), None)
        if headline is None:
            names = [h.name for h in measured(self.outcomes)]
            close = nearest(name, names)
            raise KeyError(f"no outcome {name!r}" + (f"; did you mean {close}?" if close else f"; known: {names}"))
        return self._wide(reduced(self.outcomes, headline))

    def differences(self, name: str) -> pd.DataFrame:
        """Paired differences from the first scenario: replicates down (and weeks, for a weekly measure).

        >>> found = ct.compare("first_comparison", 2, 1, "trial", **{"city.population": 300, "time.years": 0.1})
        >>> found.differences("stable").columns.tolist()
        ['champions', 'linkage', 'housing', 'all_three', 'today_off', 'all_three_off']
        """
        if (name := by_new_name(name)) in self.outcomes.columns and name not in {h.name for h in HEADLINES}:
            wide = self._wide(self.outcomes.set_index(["scenario", "replicate", "week"])[name])
        else:
            wide = self.levels(name)
        base = self.results.baseline
        return wide.drop(columns=base).sub(wide[base], axis=0)

    def _wide(self, values: pd.Series) -> pd.DataFrame:
        names = self.results.scenarios
        held = {n: values.xs(n, level="scenario").index for n in names}
        check_paired({n: i.get_level_values("replicate").unique() for n, i in held.items()})
        wide = values.unstack("scenario")[names]
        if wide.isna().to_numpy().any() and len(set(map(len, held.values()))) > 1:
            check_paired({n: np.arange(len(i)) for n, i in held.items()})
        return wide

    @functools.cached_property
    def effects(self) -> tuple[Effect, ...]:
        """Every headline outcome under every scenario.

        >>> found = ct.compare("first_comparison", 2, 1, "trial", **{"city.population": 300, "time.years": 0.1})
        >>> found.effects[0].outcome.name, found.effects[0].scenario
        ('stable', 'today')
        """
        found: list[Effect] = []
        base = self.results.baseline
        for headline in measured(self.outcomes):
            levels = self.levels(headline.name)
            chances = best(levels.to_numpy(np.float64), headline.better)
            for i, name in enumerate(levels.columns):
                level, p_best = interval(levels[name]), float(chances[i]) if chances is not None else None
                if name == base:
                    found.append(Effect(headline, name, level, p_best=p_best))
                    continue
                difference = levels[name] - levels[base]
                better, worse = shares(difference, headline.better) or (None, None)
                saved = variance_reduction(levels[name], levels[base])
                found.append(Effect(headline, name, level, interval(difference), better, worse, p_best, saved))
        return tuple(found)

    @functools.cached_property
    def groups_of_results(self) -> tuple[tuple[Headline, str, Modes], ...]:
        """Outcomes whose replicates fall into two groups under a scenario (contagion took off or died out).

        >>> found = ct.compare("first_comparison", 2, 1, "trial", **{"city.population": 300, "time.years": 0.1})
        >>> found.groups_of_results  # not asked with fewer than ten replicates
        ()
        """
        found = []
        for headline in measured(self.outcomes):
            for name, values in self.levels(headline.name).items():
                one = modes(values.to_numpy(np.float64)) if len(values) >= FEWEST_FOR_GROUPS else None
                if one is not None and one.two:
                    found.append((headline, str(name), one))
        return tuple(found)

    def groups_in_words(self) -> Iterator[str]:
        """A sentence for each of them; for recovery and its starts the upper group is where contagion took off.

        >>> found = ct.compare("first_comparison", 2, 1, "trial", **{"city.population": 300, "time.years": 0.1})
        >>> list(found.groups_in_words())
        []
        """
        for outcome, name, groups in self.groups_of_results:
            split = groups.split
            if split is None or split.above is None or split.below is None:
                continue
            took_off = outcome.name in TAKES_OFF
            upper = "contagion took off" if took_off else "it lay in the upper group"
            yield (
                f"{outcome.label}, {self.results.titles[name]}: the runs fall into two groups. In {split.upper.count} of "
                f"{split.upper.n} {upper} ({split.upper}), with {split.above.text(outcome.whole)} {outcome.unit}; in the "
                f"others it came to {split.below.text(outcome.whole)}."
            )

    def summary(self) -> pd.DataFrame:
        """Outcome x scenario: level and paired difference, chances, and how much variance pairing saved.

        >>> found = ct.compare("first_comparison", 2, 1, "trial", **{"city.population": 300, "time.years": 0.1})
        >>> found.summary().loc[("stable", "champions"), "difference_median"]
        np.float64(0.0)
        """
        rows = []
        for e in self.effects:
            row: dict[str, Any] = {"outcome": e.outcome.name, "scenario": e.scenario}
            for word, one in (("level", e.level), ("difference", e.difference)):
                row |= {f"{word}_{p}": getattr(one, q) if one else np.nan for p, q in _POINTS}
            row |= {"p_better": e.p_better, "p_worse": e.p_worse, "p_best": e.p_best, "variance_reduction": e.reduction}
            rows.append(row)
        return pd.DataFrame(rows).set_index(["outcome", "scenario"]).astype(np.float64)

    def plot(self, name: str = "stable") -> Any:
        """A figure of the paired differences of one outcome: median, half and eight in ten of the replicates.

        >>> found = ct.compare("first_comparison", 2, 1, "trial", **{"city.population": 300, "time.years": 0.1})
        >>> found.plot("starts").save("starts.png").name
        'starts.png'
        """
        if len(self.results.scenarios) < 2:
            raise ValueError(
                "there is one scenario, so no difference to draw: .outcomes and .levels() hold its numbers"
            )
        caption = f"{self.results.manifest['replicates']} paired replicates of each scenario."
        return package.ask(
            "effects", name, titles=self.results.titles, differences=self.differences(name), caption=caption
        )

    def __repr__(self) -> str:
        made, n = self.results.manifest, len(self.results.scenarios)
        titles = ", ".join(plainly(title, 30) for title in self.results.titles.values())
        return (
            f"Comparison: {plainly(str(made['title']), 90)}\n"
            f"  {n} scenario{'s' * (n > 1)} ({plainly(titles, 160)})\n"
            f"  {made['replicates']} paired replicates; outcomes: {', '.join(h.name for h in measured(self.outcomes))}\n"
            f"  kept in {self.directory}; see .summary(), .differences(outcome), .plot(outcome), .report"
        )

    def _repr_html_(self) -> str:
        head = ["Outcome", "Scenario", "Level", "Difference", "Better in", "Variance saved"]
        cells = [
            (e.outcome.label, self.results.titles[e.scenario], e.level.text(e.outcome.whole), *_words(e))
            for e in self.effects
        ]
        rows = "".join("<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in row) + "</tr>" for row in cells)
        heads = "".join(f'<th scope="col">{h}</th>' for h in head)
        n = self.results.manifest["replicates"]
        title = html.escape(str(self.results.manifest["title"]))
        caption = f"{title}: median and 10th to 90th percentile of {n} paired replicates"
        return f"<table><caption>{caption}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


FEWEST_FOR_GROUPS = 10
"""Replicates below which nobody asks whether they fall into two groups."""
TAKES_OFF = ("stable", "in_recovery", "starts")
"""Outcomes of which more is contagion that took off."""
_POINTS = (("median", "middle"), ("p10", "low"), ("p90", "high"))


def _words(e: Effect) -> tuple[str, str, str]:
    """Difference, chance of being better and variance saved, as text."""
    if e.difference is None:
        return "compared with", "", ""
    chance = "" if e.p_better is None else f"{e.p_better:.0%}"
    return e.difference.text(e.outcome.whole, signed=True), chance, times(e.reduction)


def times(factor: float | None) -> str:
    """A variance-reduction factor as text."""
    if factor is None:
        return "-"
    return "no variance left" if factor == float("inf") else f"{factor:.2g} x" if factor < 10 else f"{factor:,.0f} x"


FORM = Form(("timeline", "events", "groups", "ledger"))
"""What a comparison keeps of each history."""


def compare(
    study: Study | Scenario | Several | str | Path,
    replicates: int | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    *,
    progress: bool = True,
    force: bool = False,
    finish: Callable[[Path], Any] | None = None,
    executor: Executor | None = None,
    **overrides: Any,
) -> Comparison:
    """Run every scenario of a study with the same seeds and keep the results; nothing is done twice.

    Takes a study, a path or the name of a shipped config; a scenario stands for the study that it was read with.
    With a `precision` replicates are added until the paired differences are known so well (see `stopping`).
    `finish` is called with the whole directory before it is put in its place (the page is written there).
    """
    asked = read(study, replicates, overrides)
    refuse_study(asked, unlike(asked, compared=True))
    check_workers(workers)
    check_precision(asked)
    directory = place(asked, out)
    asked = with_stored(asked, directory, force)
    job = job_of(asked.scenarios, [{}], asked.replicates, asked.seed, FORM, draws=drawn(asked))
    said = {**sizes(asked.scenarios.values(), [{}]), **draws_record(asked)}
    order = Order("compare", asked, job, directory, said=said, failures_stop=True)
    if asked.precision:
        order = replace(order, grow=growing(asked))
    engine, fill = engine_for(job, workers, executor), finish or (lambda _: None)
    fresh = conduct(order, engine, force=force, progress=progress, fill=fill)
    return Comparison(directory, fresh)
