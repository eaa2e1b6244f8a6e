"""Asking the budget question: options are screened one by one, promising mixes are run, and the close ones more often.

Every stage is a sweep of its own in the directory of the question, so that it is stored, sealed and resumed as any other.
Mixes are judged under seeds that no screen has seen; whoever cannot be told from the best is run under further seeds.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from contagion.config.layers import OVERRIDE
from contagion.config.study import Several, Study
from contagion.core.errors import ConfigError, Fault, nearest
from contagion.economics.budget.answer import Answer, Judged
from contagion.economics.budget.choosing import choose, undecided
from contagion.economics.budget.mixes import NOTHING, Mix, Options, Sized
from contagion.economics.budget.proposing import proposed
from contagion.economics.budget.spending import by_year, dearest, limits
from contagion.interventions.base import PAYERS
from contagion.model.scenario import Scenario
from contagion.study.analysis.headlines import HEADLINES, Headline
from contagion.study.results import Results
from contagion.study.running.order import StudyFailed
from contagion.study.running.resuming import check_workers, identity, place, read
from contagion.study.sweep import sweep

SIZES = (0.5, 1.0)


@dataclass(frozen=True)
class Effort:
    """How much is run: seeds of the screen, seeds of each round of mixes, seeds at most, mixes for each budget."""

    screen: int = 6
    each: int = 10
    most: int = 30
    mixes: int = 7

    def __post_init__(self) -> None:
        rules = {"screen": 2, "each": 2, "most": self.each, "mixes": 1}
        faults = [
            Fault(OVERRIDE, f"--{name}", getattr(self, name), f"it must be a whole number of at least {least}")
            for name, least in rules.items()
            if not isinstance(getattr(self, name), int) or getattr(self, name) < least
        ]
        if faults:
            raise ConfigError(faults)


@dataclass
class Question:
    """A budget question under way: the study, its options, how much is run, and where."""

    options: Options
    outcome: Headline
    effort: Effort
    directory: Path
    live: Callable[[Study, Path], Results]

    @property
    def sign(self) -> float:
        """1 where more is better, -1 where less is."""
        return 1.0 if self.outcome.better == "higher" else -1.0

    def stage(self, name: str, mixes: Sequence[Mix], replicates: int, seed: int) -> tuple[Study, pd.DataFrame, dict]:
        """One stage, lived or found: its study, levels of the outcome (runs, scenarios), and spending by scenario."""
        study = self.options.staged(mixes, replicates, seed, self.outcome.name)
        results = self.live(study, self.directory / f"{name}-{identity(study)[:8]}")
        if len(results.failed):
            raise StudyFailed(results.failed.to_dict("records"), len(results.runs), results.directory)
        table = results.outcomes.pivot(index="replicate", columns="scenario", values=self.outcome.name)
        return study, table[list(study.scenarios)], by_year(results, study)

    def screened(self, sizes: Sequence[float]) -> dict[Sized, tuple[float, np.ndarray]]:
        """Each option at each size alone: its mean paired effect, and what it costs in its dearest year."""
        alone = [(Sized(name, size),) for name in self.options.names for size in sizes]
        alone = [mix for mix in alone if self.options.scenario(mix) is not None]
        named = {self.options.name(mix): mix[0] for mix in alone}
        _, levels, spent = self.stage("screen", [NOTHING, *alone], self.effort.screen, self.options.study.seed)
        base = levels[self.options.today]
        return {
            one: (self.sign * float((levels[name] - base).mean()), dearest(spent[name])) for name, one in named.items()
        }

    def judged(self, mixes: Sequence[Mix], budgets: Sequence[np.ndarray]) -> Judged:
        """Mixes run under common seeds, in rounds: all of them, then those of any budget that cannot be told apart."""
        names = [self.options.name(mix) for mix in mixes]
        effects, spent = np.empty((0, len(mixes))), [np.empty(0)] * len(mixes)
        rounds, running = np.empty(0, np.int64), list(range(len(mixes)))
        while True:
            many = min(self.effort.each, self.effort.most - len(effects))
            seed = self.options.study.seed + 1 + int(rounds.max(initial=-1) + 1)
            _, levels, costs = self.stage("mixes", [mixes[k] for k in running], many, seed)
            new = np.full((len(levels), len(mixes)), np.nan)
            new[:, running] = self.sign * levels[[names[k] for k in running]].to_numpy(float)
            effects = np.concatenate([effects, new - new[:, :1]])
            rounds = np.append(rounds, np.full(len(levels), rounds.max(initial=-1) + 1))
            for k in running:
                one = costs[names[k]]
                spent[k] = np.concatenate([spent[k], one]) if spent[k].size else one
            found = Judged(tuple(mixes), effects, rounds, tuple(spent))
            close = {0, *(k for most in budgets for k in undecided(effects, found.within(most)))}
            running = [k for k in running if k in close]
            if len(running) < 2 or len(effects) >= self.effort.most:
                return found


def budget(
    study: Study | Scenario | Several | str | Path,
    budgets: Sequence[float],
    payers: Mapping[str, float] | None = None,
    *,
    outcome: str = "stable",
    options: Sequence[str] = (),
    sizes: Sequence[float] = SIZES,
    screen: int = 6,
    each: int = 10,
    most: int = 30,
    mixes: int = 7,
    workers: int | None = None,
    executor: Executor | None = None,
    out: str | Path | None = None,
    progress: bool = True,
    force: bool = False,
    **overrides: Any,
) -> Answer:
    """Find what mix of a study's options does most within so many GBP a year, how sure that is, and write it down.

    budgets: GBP a year, each answered. payers: GBP a year at most by payer. outcome: a headline outcome. options: scenarios
    of the study (all that change interventions alone). sizes: times the places and fixed costs. screen: seeds of each option
    alone; each, most: seeds of a round of mixes, and in all; mixes: how many are run for each budget. Mixes are run, not
    added up; what was run already is found again. Raises ConfigError for bad input, StudyFailed if runs failed.

    >>> tiny = {"city.population": 400, "time.years": 1.2, "workers": 1, "progress": False}
    >>> few = {"screen": 2, "each": 2, "most": 2, "mixes": 1, "sizes": [1.0], "options": ["linkage"]}
    >>> print(ct.budget("first_comparison", [10], out="asked", **few, **tiny).in_words()[0])
    Within £10 a year: no mix of the options that was run costs so little. Today is what is left.
    """
    check_workers(workers)
    asked, effort = read(study, None, overrides), Effort(screen, each, most, mixes)
    payers = dict(payers or {})
    if wrong := [*_wrong_money(budgets, payers), *_wrong_sizes(sizes), *_wrong_outcome(outcome)]:
        raise ConfigError(wrong)
    mixable = Options(asked, options)
    headline = next(h for h in HEADLINES if h.name == outcome)
    key = hashlib.sha256(f"budget:{identity(asked)}".encode()).hexdigest()
    directory = place(asked, out or Path("results") / f"{asked.name}-budget-{key[:8]}")

    def live(stage: Study, where: Path) -> Results:
        if progress:
            print(f"{len(stage.scenarios)} mixes under {stage.replicates} seeds:", file=sys.stderr)
        return sweep(stage, workers=workers, executor=executor, out=where, progress=progress, force=force)

    question = Question(mixable, headline, effort, directory, live)
    bounds = [limits(budget, payers) for budget in sorted(set(map(float, budgets)))]
    screened = question.screened(sizes)
    wanted = [NOTHING]
    for limit in bounds:
        more = proposed(screened, limit, effort.mixes, lambda mix: mixable.scenario(mix) is not None)
        wanted += [mix for mix in more if mix not in wanted]
    judged = question.judged(wanted, bounds)
    choices = [choose(judged.effects, judged.costs[:, 0], judged.within(limit), judged.rounds) for limit in bounds]
    answer = Answer(directory, mixable, headline, judged, tuple(bounds), tuple(choices), screened)
    answer.write()
    return answer


def _wrong_money(budgets: Sequence[float], payers: Mapping[str, float]) -> Iterator[Fault]:
    rule = "it must be a number of GBP a year from 0 to 1e12"
    if not budgets:
        yield Fault(OVERRIDE, "--budget", None, rule, None, "is missing")
    for name, amount in [*(("--budget", one) for one in budgets), *((f"--payer {k}", v) for k, v in payers.items())]:
        number = isinstance(amount, int | float) and not isinstance(amount, bool)
        if not (number and 0 <= amount <= 1e12):
            yield Fault(OVERRIDE, name, amount, rule)
    for name in payers:
        if name not in PAYERS:
            yield Fault(OVERRIDE, "--payer", name, "it must be one of " + ", ".join(PAYERS), nearest(name, PAYERS))


def _wrong_sizes(sizes: Sequence[float]) -> Iterator[Fault]:
    wrong = [one for one in sizes if isinstance(one, bool) or not isinstance(one, int | float) or not 0 < one <= 100]
    if wrong or not sizes:
        yield Fault(OVERRIDE, "--size", wrong[0] if wrong else None, "it must be a number above 0 and up to 100")
    elif len(set(sizes)) < len(sizes):
        yield Fault(OVERRIDE, "--size", None, "give each size once", problem="is given twice")


def _wrong_outcome(outcome: str) -> Iterator[Fault]:
    known = [h.name for h in HEADLINES if h.better and h.domain != "cost" and h.name != "cost"]
    if outcome not in known:
        yield Fault(
            OVERRIDE, "--outcome", outcome, "it must be one of " + ", ".join(known), nearest(str(outcome), known)
        )
