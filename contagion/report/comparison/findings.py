"""From weekly outcomes to findings: levels, paired differences and chances, each computed once for the whole page."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from contagion.model.outcome_list import DOMAINS
from contagion.report import wording
from contagion.report.chances import CountOfRuns
from contagion.report.comparison.content import Finding, Option
from contagion.report.comparison.results import Array, ComparisonResults
from contagion.report.units import CLEAR
from contagion.study.analysis.headlines import LAST_YEAR, Headline, measured
from contagion.study.analysis.paired import Interval, interval, shares, variance_reduction


@dataclass(frozen=True)
class Compared:
    """One headline outcome across all options: a finding each, and what tables and figures show.

    Every number of the outcome on the page is read off `levels` or `over_time`, whose last week is `levels`.
    """

    outcome: Headline
    findings: tuple[Finding, ...]
    levels: Array
    """The outcome's number in every run: (option, replicate)."""
    over_time: Array
    """The number as it would be were each week the last: (option, replicate, week)."""

    @property
    def gaps(self) -> Array:
        """Paired differences from the first option: (option but the first, replicate)."""
        return self.levels[1:] - self.levels[0]

    @property
    def paths(self) -> Array:
        """The same, were each week the last: (option but the first, replicate, week)."""
        return self.over_time[1:] - self.over_time[0]

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
        return f"average of the {last_year(results)}"
    return f"{'change ' if outcome.reduce == 'change' else ''}over {wording.years(results.years)}"


def last_year(results: ComparisonResults) -> str:
    """The weeks that the level at the end is averaged over: 'last year', or fewer weeks where fewer were lived."""
    weeks = len(results.weeks)
    return "last year" if weeks > LAST_YEAR else f"whole time ({weeks} weeks)"


def compare(results: ComparisonResults) -> tuple[Compared, ...]:
    """Every headline outcome that was measured, in the order of the balance sheet."""
    every = [_compared(outcome, results) for outcome in measured(results.outcomes)]
    return tuple(sorted(every, key=lambda one: DOMAINS.index(one.outcome.domain)))


def _compared(outcome: Headline, results: ComparisonResults) -> Compared:
    names = [option.name for option in results.options]
    levels = results.comparison.levels(outcome.name)[names].to_numpy(np.float64).T
    over_time = to_date(results.weekly(outcome.column), outcome)
    over_time[:, :, -1] = levels
    findings = tuple(
        _finding(outcome, option, row, levels, joint)
        for row, (option, joint) in enumerate(zip(results.options, _firsts(levels, outcome), strict=True))
    )
    return Compared(outcome, findings, levels, over_time)


def _finding(outcome: Headline, option: Option, row: int, levels: Array, first: tuple[int, int] | None) -> Finding:
    runs = levels.shape[1]
    level = interval(levels[row])
    best = CountOfRuns(first[0], runs, first[1]) if first else None
    if row == 0:
        return Finding(outcome, option, level, best=best)
    difference = levels[row] - levels[0]
    sides = shares(difference, outcome.better)
    better, worse = (CountOfRuns(round(side * runs), runs) for side in sides) if sides else (None, None)
    saved = variance_reduction(levels[row], levels[0])
    return Finding(outcome, option, level, interval(difference), better, worse, best, saved)


def _firsts(levels: Array, outcome: Headline) -> list[tuple[int, int] | None]:
    """For each option, in how many runs it was the best by itself, and in how many together with another."""
    if outcome.better is None:
        return [None] * len(levels)
    signed = levels if outcome.better == "higher" else -levels
    winners = signed == signed.max(axis=0)
    alone = winners & (winners.sum(axis=0) == 1)
    return [(int(one.sum()), int((won & ~one).sum())) for won, one in zip(winners, alone, strict=True)]


def to_date(weekly: Array, outcome: Headline) -> Array:
    """The outcome's number were each week the last (..., week): a level averaged over up to a year, or a sum so far."""
    if outcome.reduce == "sum":
        return weekly.cumsum(axis=-1)
    if outcome.reduce == "change":
        return weekly - weekly[..., :1]
    return trailing(weekly) / np.minimum(np.arange(weekly.shape[-1]) + 1, LAST_YEAR)


def trailing(weekly: Array) -> Array:
    """Sums over each week and the 51 before it, as far as there are any (..., week)."""
    sums = weekly.cumsum(axis=-1)
    sums[..., LAST_YEAR:] -= sums[..., :-LAST_YEAR].copy()
    return sums


def headline(compared: Compared) -> str:
    """The message of a figure in at most ten words, read off the ranges."""
    clear = [f.difference for f in compared.others if f.difference and f.verdict in CLEAR]
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
    return in_amount(finding.difference, finding.outcome)


def in_amount(difference: Interval, outcome: Headline) -> str:
    """A difference of an outcome with its words: '120 to 310 more people in stable recovery'."""
    label = lower_first(outcome.label)
    amount = wording.difference(difference, outcome.unit)
    if amount == "no difference":
        return f"no difference in {label}"
    if amount == "hardly any difference":
        return f"hardly any difference in {label}"
    shown = wording.unit(outcome.unit)
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
