"""What is left of an option's effect when contagion is switched off in the model, and so what contagion carries of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from contagion.report import wording
from contagion.report.comparison.content import Option
from contagion.report.comparison.findings import Compared, in_amount, lower_first, named
from contagion.report.comparison.results import Array, Check, ComparisonResults
from contagion.report.table import Cell, Range, Table
from contagion.report.units import CLEAR, verdict
from contagion.study.analysis.paired import Interval, interval

OFF = "contagion_off"
"""The null model under which nothing is passed on between people."""

WORDS = {
    "contagion_off": "recovery, relapse and attitudes are not passed on between people",
    "spontaneous_only": "recovery starts without any outside influence",
    "barriers_only": "only barriers matter, and recovery is not passed on",
    "relapse_contagion_only": "relapse is passed on, recovery is not",
    "homophily_only": "alike people keep together, but nothing is passed on",
}
"""The null models, as an option that uses one should say."""


ALL = 1.05
"""A share of an effect above this is no share: without contagion the effect has another sign."""


@dataclass(frozen=True)
class Carried:
    """An option's difference from the first one, with everything on and with contagion off in both.

    `left` holds the difference with contagion off, run by run; `share` is the part of the effect that goes, where the effect
    itself is clear.
    """

    option: Option
    check: Option
    effect: Interval
    left: Array
    carried: Interval
    share: Interval | None
    clear: tuple[bool, bool, bool]
    """Whether the effect, what is left of it and what is carried are clear."""

    @property
    def remains(self) -> Interval:
        """The difference with contagion off."""
        return interval(self.left)


def carried(main: Compared, results: ComparisonResults) -> tuple[Carried, ...]:
    """A comparison for each option that was also run with contagion off, where the first option was too."""
    levels = results.comparison.levels(main.outcome.name)
    names = [option.name for option in results.options]
    base = next((c for c in _off(results) if c.twin == results.options[0]), None)
    found = []
    for check in _off(results):
        if base is None or check is base:
            continue
        row = names.index(check.twin.name)
        effect = main.levels[row] - main.levels[0]
        left = (levels[check.option.name] - levels[base.option.name]).to_numpy(np.float64)
        gone = effect - left
        clear = tuple(
            verdict(interval(x), main.outcome.unit, main.outcome.better) in CLEAR for x in (effect, left, gone)
        )
        share = interval(gone / effect) if clear[0] and (effect != 0).all() else None
        found.append(Carried(check.twin, check.option, interval(effect), left, interval(gone), share, clear))  # type: ignore[arg-type]
    return tuple(found)


def _off(results: ComparisonResults) -> Iterator[Check]:
    return (check for check in results.checks if check.null_model == OFF)


def verdict_in_words(main: Compared, results: ComparisonResults) -> str:
    """What contagion carries of the effect, for the first screen; says so where the study cannot tell."""
    found = carried(main, results)
    if not found:
        return _untold(main, results)
    one = max(found, key=lambda c: abs(c.effect.middle))
    base, option, unit = named(results.options[0]), named(one.option), main.outcome.unit
    effect = in_amount(one.effect, main.outcome)
    whole, remains = wording.difference(one.effect, unit), wording.difference(one.remains, unit)
    if not one.clear[0]:
        none = "so there is no effect for contagion to carry"
        return f"{wording.sentence(option)} makes no clear difference ({effect}), {none}."
    if not one.clear[2]:
        return (
            f"Without contagion the difference of {option} from {base} is {remains}, and {whole} with it: "
            "contagion carries no clear part of it."
        )
    what = f"Without contagion {option} makes {remains} instead of {whole}"
    if one.share is not None and one.share.low >= 0 and one.share.middle <= ALL:
        return f"{what}: contagion carries {part(one.share)} of that effect."
    return f"{what}: contagion changes it by {wording.difference(one.carried, unit)}."


def _untold(main: Compared, results: ComparisonResults) -> str:
    """What can be said where no effect was lived both with and without contagion."""
    off = list(_off(results))
    if not off:
        return "This study has no option with contagion switched off, so it cannot say what contagion carries of the effect."
    levels = results.comparison.levels(main.outcome.name)
    change = interval(levels[off[0].option.name] - levels[off[0].twin.name])
    alone = off[0].twin == results.options[0]
    missing = "No other option was run that way" if alone else f"{wording.sentence(named(results.options[0]))} was not"
    return (
        f"With contagion switched off, {named(off[0].twin)} has {in_amount(change, main.outcome)}. {missing}, "
        "so this study cannot say what contagion carries of an effect."
    )


def part(share: Interval) -> str:
    """A share of an effect in words: 'all', '70% to 90%', '80% or more'."""
    low, high = (min(round(end * 20) * 5, 100) for end in (share.low, share.high))
    if low == high:
        return "about all" if low == 100 else f"about {low}%"
    return f"{low}% or more" if high == 100 else f"{low}% to {high}%"


def table(main: Compared, results: ComparisonResults) -> Table | None:
    """Every check: its level, its difference from the same option with everything on, and what is left of the effect."""
    if not results.checks:
        return None
    levels = results.comparison.levels(main.outcome.name)
    unit, left = main.outcome.unit, {c.check: c for c in carried(main, results)}
    rows: list[tuple[Cell, ...]] = []
    for check in results.checks:
        own, twin = levels[check.option.name], levels[check.twin.name]
        one = left.get(check.option)
        change = interval(own - twin)
        rows.append(
            (
                check.option.label,
                wording.sentence(WORDS.get(check.null_model, f"null model {check.null_model}")),
                Range(interval(own), wording.level(interval(own), unit)),
                Range(change, wording.sentence(wording.difference(change, unit))),
                Range(one.effect, wording.sentence(wording.difference(one.effect, unit))) if one else "Not applicable",
                Range(one.remains, wording.sentence(wording.difference(one.remains, unit)))
                if one
                else "Not applicable",
            )
        )
    base = named(results.options[0])
    head = (
        "Check",
        "What is switched off",
        f"{main.outcome.label}",
        "Difference from the same with everything on",
        f"Effect against {base}, everything on",
        f"Effect against {base}, both switched off",
    )
    caption = f"What is left with parts of the model switched off: {lower_first(main.outcome.label)}"
    return Table(
        caption, head, tuple(rows), "Ranges hold 8 in 10 paired runs. A check is no option that anybody can choose."
    )
