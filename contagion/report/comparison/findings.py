"""From weekly outcomes to findings: levels, paired differences, chances, and the key message in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from contagion.model.outcome_list import DOMAINS
from contagion.report import wording
from contagion.report.chances import CountOfRuns
from contagion.report.comparison.content import Finding, Option
from contagion.report.comparison.results import Array, ComparisonResults
from contagion.study.analysis.headlines import Headline
from contagion.study.compare import Effect


@dataclass(frozen=True)
class Compared:
    """One headline outcome across all options: a finding each, and what the figures draw."""

    outcome: Headline
    findings: tuple[Finding, ...]
    gaps: Array
    """Paired differences from the first option: (option but the first, replicate)."""
    paths: Array
    """The same week by week, running totals for what is summed: (option but the first, replicate, week)."""

    @property
    def noun(self) -> str:
        """A few words for the outcome, fit for a title."""
        words = self.outcome.brief or lower_first(self.outcome.label)
        return words if len(words.split()) <= 4 else "this outcome"

    @property
    def others(self) -> tuple[Finding, ...]:
        """The findings of every option but the first."""
        return self.findings[1:]


def period(outcome: Headline, results: ComparisonResults) -> str:
    """The time an outcome is measured over, in words."""
    if outcome.reduce == "end":
        return "average of the last year"
    return f"{'change ' if outcome.reduce == 'change' else ''}over {results.years:g} years"


def compare(results: ComparisonResults) -> tuple[Compared, ...]:
    """Every headline outcome that was measured, in the order of the balance sheet."""
    effects: dict[Headline, list[Effect]] = {}
    for effect in results.comparison.effects:
        effects.setdefault(effect.outcome, []).append(effect)
    every = [_compared(outcome, each, results) for outcome, each in effects.items()]
    return tuple(sorted(every, key=lambda one: DOMAINS.index(one.outcome.domain)))


def _compared(outcome: Headline, effects: list[Effect], results: ComparisonResults) -> Compared:
    runs = results.replicates
    weekly = results.weekly(outcome.column)
    paths = weekly.cumsum(axis=2) if outcome.reduce == "sum" else weekly

    def chance(share: float | None) -> CountOfRuns | None:
        return None if share is None else CountOfRuns(round(share * runs, 6), runs)

    findings = tuple(
        Finding(
            outcome, option, e.level, e.difference, chance(e.p_better), chance(e.p_worse), chance(e.p_best), e.reduction
        )
        for option, e in zip(results.options, effects, strict=True)
    )
    gaps = results.comparison.differences(outcome.name).to_numpy(np.float64).T
    return Compared(outcome, findings, gaps, paths[1:] - paths[0])


def headline(compared: Compared) -> str:
    """The message of a figure in at most ten words, read off the ranges."""
    clear = [f.difference for f in compared.others if f.difference and f.verdict not in {"unclear", "small"}]
    up, down = sum(d.low > 0 for d in clear), sum(d.high < 0 for d in clear)
    noun, every = compared.noun, len(compared.others)
    if not every:
        return f"One option shows {noun} over time"
    if not up and not down:
        return f"No option clearly changes {noun}" if every > 1 else f"The option does not clearly change {noun}"
    if up and down:
        first = f"{wording.sentence(wording.count(up))} {'option raises' if up == 1 else 'options raise'} {noun}"
        return f"{first}, {wording.count(down)} {'lowers' if down == 1 else 'lower'} it"
    some, verb = (up, "raise") if up else (down, "lower")
    if some == every:
        who = "The option" if every == 1 else "Both options" if every == 2 else f"All {wording.count(every)} options"
    else:
        who = f"{wording.sentence(wording.count(some))} of {wording.count(every)} options"
    return f"{who} {verb}{'s' if some == 1 else ''} {noun}"


def in_words(finding: Finding) -> str:
    """A difference with its outcome: '120 to 310 more people in stable recovery'."""
    assert finding.difference is not None
    label = lower_first(finding.outcome.label)
    amount = wording.difference(finding.difference, finding.outcome.unit)
    if amount == "no difference":
        return f"no difference in {label}"
    shown = wording.unit(finding.outcome.unit)
    joins = shown.up == "more" and not shown.before and not amount.endswith("every run")
    return f"{amount} {label}" if joins else f"{label} {amount}"


def lower_first(text: str) -> str:
    """The same words, fit to follow others."""
    return text[:1].lower() + text[1:]


def named(option: Option) -> str:
    """An option's name inside a sentence."""
    label = option.label
    return (
        "today" if label.lower() == "today" else f"\N{LEFT DOUBLE QUOTATION MARK}{label}\N{RIGHT DOUBLE QUOTATION MARK}"
    )


def names(findings: list[Finding]) -> str:
    """Options inside a sentence: by name while they are few, else by number."""
    if len(findings) <= 3:
        return wording.listed([named(f.option) for f in findings])
    return f"{wording.count(len(findings))} options"
