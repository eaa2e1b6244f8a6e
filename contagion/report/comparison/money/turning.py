"""What would turn the answer round: switching values in words, right for every sign of cost and gain."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from contagion.economics.appraisal import Appraisal
from contagion.economics.decisions import net_benefit
from contagion.economics.turning import Turning, resampled, sign
from contagion.report import wording
from contagion.report.chances import CountOfRuns
from contagion.report.comparison.money.words import base, pounds
from contagion.report.table import Cell, Range, Table
from contagion.study.analysis.paired import interval

UNKNOWN = "Not stated: it may gain nothing"


def table(found: Appraisal, labels: Sequence[str]) -> Table:
    """Every option against the first: whether it pays, and the spending, gains or worth of a QALY at which that turns."""
    worths = sorted(set(found.terms.qaly))
    rows = []
    for k, label in enumerate(labels[1:], 1):
        for worth in worths:
            one = found.turning(k, worth)
            name = label if len(worths) == 1 else f"{label}, a QALY at £{worth:,.0f}"
            rows.append((name, now(one), even(one), multiple(one), threshold(one)))
    head = (
        "Option",
        f"Now, against {base(labels)}",
        "Breaks even if spending is",
        "or if all gains are multiplied by",
        "or if a QALY is worth",
    )
    note = (
        "Gains are money spared elsewhere and QALYs. Ranges: in the second column 8 in 10 runs, in the others 8 in 10 "
        "resamples of the mean. Where a gain may be nothing, no multiple of it is stated."
    )
    return Table("What would turn the answer round", head, tuple(rows), note)


def now(one: Turning) -> Cell:
    """Whether it pays, and what is left in 8 in 10 runs."""
    verdict = {"more": "Pays", "less": "Does not pay", "none": "Leaves nothing", "unclear": "Open"}[sign(one.left)]
    found = interval(one.left)
    return Range(found, f"{verdict}: {wording.level(found, 'GBP')} left")


def even(one: Turning) -> Cell:
    """The spending at which nothing is left."""
    spends, gains = one.signs
    spent = f"now {pounds(float(one.spent.mean()))} more"
    if gains == "more":
        text = f"{wording.level(one.even, 'GBP')} more"
        return Range(one.even, text if spends == "none" else f"{text} ({spent})" if spends == "more" else text)
    if gains == "less":
        lost = resampled(-one.gains)
        return Range(lost, f"{wording.level(lost, 'GBP')} less: more is lost than gained")
    return "The same: nothing is gained or lost" if gains == "none" else UNKNOWN


def multiple(one: Turning) -> Cell:
    """What gains (or losses) would have to be multiplied by."""
    spends, gains = one.signs
    if spends == "unclear":
        return "Not stated: it may cost more or less"
    if spends == "more":
        if gains in ("less", "none"):
            return "No multiple: there is no gain"
        return _times(one) if gains == "more" else UNKNOWN
    if gains in ("more", "none"):
        return "None needed: it costs no more and loses nothing"
    if gains == "unclear":
        return "Not stated: it may lose nothing"
    return "No multiple: there is a loss" if spends == "none" else _times(one, "losses: ")


def _times(one: Turning, before: str = "") -> Cell:
    if one.factor is None:
        return UNKNOWN if not before else "Not stated: it may lose nothing"
    low, high = (f"{end:.2g}" for end in (one.factor.low, one.factor.high))
    text = low if low == high else f"{low} to {high}"
    return Range(one.factor, wording.sentence(f"{before}{text}"))


def threshold(one: Turning) -> Cell:
    """From or up to what worth of a QALY the option pays."""
    side, found = sign(one.effect), one.threshold
    if side == "none":
        return "No matter: no QALY is gained or lost"
    if found is None or side == "unclear":
        return "Not stated: it may gain no QALY"
    if side == "more":
        if found.high <= 0:
            return "Any worth: it pays without them"
        if found.low <= 0:
            return Range(found, f"{pounds(found.high)} or more, perhaps any")
        return Range(found, f"{wording.level(found, 'GBP')} or more")
    if found.high <= 0:
        return "No worth: it costs more and loses QALYs"
    if found.low <= 0:
        return Range(found, f"{pounds(found.high)} or less, perhaps none")
    return Range(found, f"{wording.level(found, 'GBP')} or less: it loses QALYs")


def runner_up(found: Appraisal, labels: Sequence[str], worth: float) -> str:
    """Which option leaves the most on average, and by how much its price or its gains must move for the next one to lead."""
    left = net_benefit(found.by_qaly.costs, found.by_qaly.effects, worth).mean(axis=0)
    best, second = (int(k) for k in np.argsort(-left, kind="stable")[:2])
    gap, at = float(left[best] - left[second]), f"With a QALY at £{worth:,.0f}"
    lead = f"{at} {labels[best]} leaves the most on average, {pounds(gap)} more than {labels[second]}."
    if best:
        runs = CountOfRuns(int((found.turning(best, worth).left > 0).sum()), len(found.replicates))
        lead += f" Against {base(labels)} it gains more than it spends in {runs.runs}."
    if gap <= 0:
        return f"{at} {labels[best]} and {labels[second]} leave the same on average."
    moved = second if best == 0 else best
    one, ways = found.turning(moved, worth), []
    spends, gains = one.signs
    spent, gained = float(one.spent.mean()), float(one.gains.mean())
    lower, higher = ("lower", "higher") if best == 0 else ("higher", "lower")
    if spends == "more" and (best != 0 or gap < spent):
        ways.append(f"its spending were {_percent(gap / spent)} {lower}")
    if gains == "more" and (best == 0 or gap < gained):
        ways.append(f"its gains were {_percent(gap / gained)} {higher}")
    if not ways:
        return f"{lead} No change of spending or gains that can be stated would turn that round."
    who = f"{labels[second]} would come level" if best == 0 else f"{labels[best]} would lose that place"
    return f"{lead} {who} if {' or '.join(ways)}."


def _percent(share: float) -> str:
    return f"{100 * share:,.2g}%" if share < 1 else f"{100 * share:,.0f}%"
