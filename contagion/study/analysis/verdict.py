"""What a sensitivity analysis may say: resolved, not resolved, or not distinguishable from noise.

Two questions are asked of each factor, and both answers are kept. Is its interval narrow enough (half-width at most
the target)? Is it clear of the dummy's interval, which is what luck alone looks like with this budget? Width comes
first: an interval too wide overlaps everything, and absence of evidence is not the finding that a factor does nothing.
So a wide interval is never settled; if it overlaps the dummy's as well, the verdict says both. One thing comes before
width: noise that one replicate could not take out, because an interval around a biased value may be as narrow as it
likes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from contagion.study.analysis.paired import Interval

TARGET = 0.1
"""Half-width of the interval of a total index that counts as resolved."""

COLUMNS = ("method", "index", "factor", "factor2", "value", "low", "high", "base_rows", "replicates", "verdict")

NOISE = "not distinguishable from noise"
SMALL = "smaller than luck"
"""Of a screen: the effects point one way, and are no larger than those that luck alone makes."""

Span = tuple[float, float, float]
"""Low, value, high; all nan where no index could be given."""


@dataclass(frozen=True)
class Analysis:
    """A tidy table of indices, what may be said of it, and what to know before reading it.

    `resolved` is None for methods that only screen; `needed` is the N to run where more base rows would resolve it.
    """

    indices: pd.DataFrame
    sentences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    resolved: bool | None = None
    needed: int | None = None


@dataclass(frozen=True)
class Verdict:
    """Of one factor: clear of the dummy or not, and what is missing before its size may be told."""

    clear: bool
    inflated: bool
    rows: int
    runs_per_row: int
    needed: int | None

    @property
    def settled(self) -> bool:
        """Whether more runs are not asked for: the size is known, or known to be no more than luck's."""
        return self.needed is None and not self.inflated

    @property
    def text(self) -> str:
        """The label of the table."""
        lacking = "" if self.settled else f"not resolved: run {self.more}"
        if self.clear:
            return lacking or "resolved"
        return f"{NOISE}, and {lacking}" if lacking else NOISE

    @property
    def more(self) -> str:
        """What to run, and what it costs beyond what has been run."""
        if self.inflated:
            return f"two replicates or more ({self.rows * self.runs_per_row:,} more runs for each more)"
        extra = (self.needed or self.rows) - self.rows
        return f"N = {self.rows + extra:,} ({extra:,} more base rows, {extra * self.runs_per_row:,} more runs)"


def overlaps(factor: Span, dummy: Span) -> bool:
    """Whether a factor is not above what luck alone looks like (below it is no sign of an effect either)."""
    return not factor[0] > dummy[2]


def judge(
    factor: Span, dummy: Span, rows: int, runs_per_row: int, target: float = TARGET, corrected: bool = True
) -> Verdict:
    """The verdict on one total index, seen at N = rows base rows of so many runs each.

    An index with the noise still in it (one replicate) is biased by about what the dummy shows. Where that may be
    more than the target, replicates come before rows: more rows would only make the bias precise.
    """
    clear = not overlaps(factor, dummy)
    half = (factor[2] - factor[0]) / 2
    if not clear:  # an overlap that comes from the dummy's own wide interval is not a finding about the factor
        half = math.nan if math.isnan(half) else max(half, (dummy[2] - dummy[0]) / 2)
    inflated = not corrected and dummy[2] > target
    needed = None if half <= target or inflated else rows_needed(rows, half, target)
    return Verdict(clear, inflated, rows, runs_per_row, needed)


def rows_needed(rows: int, half_width: float, target: float = TARGET) -> int:
    """The next power of two of base rows at which a half-width shrinking with 1 / sqrt(N) reaches the target.

    The width seen is an estimate too, good to some 1 / sqrt(N): it is taken to be that much wider (with the factor
    1.6, four of five forecasts made at N = 16 and nine of ten at N = 64 came true on a noisy Ishigami function).
    Four times the rows where there is no width to start from.
    """
    if math.isnan(half_width):
        return 4 * rows
    wanted = rows * (half_width * (1 + 1.6 / math.sqrt(rows)) / target) ** 2
    return int(max(2 * rows, 2 ** math.ceil(math.log2(wanted))))


def overall(
    verdicts: Mapping[str, Verdict], spans: Mapping[str, Span], rows: int, target: float = TARGET
) -> tuple[str, ...]:
    """The sentences for people: first whether it is resolved, then what stands out, then what does not.

    Spans are those of the verdicts' factors and, last, of the dummy.
    """
    dummy = list(spans.values())[-1]
    open_ = {name: verdict for name, verdict in verdicts.items() if not verdict.settled}
    most = max(verdicts.values(), key=lambda verdict: verdict.needed or 0)
    start = f"Not resolved at N = {rows:,}:"
    if any(math.isnan(span[1]) for span in spans.values()):
        none = "the variance that the parameters make cannot be told from none, so there are no indices"
        return (f"{start} {none}; run {most.more}, or more replicates.",)
    if most.inflated:
        first = f"{start} total indices contain seed noise, as there is one replicate; run {most.more}."
    elif open_:
        half = max((spans[name][2] - spans[name][0]) / 2 for name in open_)
        half = max(half, (dummy[2] - dummy[0]) / 2)
        first = (
            f"{start} total indices are known to within ±{half:.2g} at worst, and the target is ±{target:g} "
            f"(still open: {listed(open_)}); run {most.more}."
        )
    else:
        first = f"Resolved at N = {rows:,}: every total index is known to within ±{target:g} or better."
    acting = [name for name, verdict in verdicts.items() if verdict.clear]
    lost = [name for name, verdict in verdicts.items() if not verdict.clear]
    said = [first]
    if acting:
        order = "Above noise so far, in no order"
        if not open_:  # an order is given only where the sizes are known
            acting.sort(key=lambda name: -spans[name][1])
            order = "Above noise, largest total index first"
        said.append(f"{order}: {listed([f'{name} {_shown(spans[name])}' for name in acting])}.")
    if lost:
        said.append(f"{NOISE.capitalize()}: {listed(lost)} (luck alone gives a total index of {_shown(dummy)}).")
    return tuple(said)


def against_dummy(spans: Mapping[str, Span]) -> dict[str, str]:
    """Labels for methods that screen (Morris, delta): the last of the factors is the dummy and has none."""
    *names, dummy = spans
    return {name: NOISE if overlaps(spans[name], spans[dummy]) else "distinguishable from noise" for name in names}


def screened(labels: Mapping[str, str], what: str) -> tuple[str, ...]:
    """One sentence for each kind of label, factors in the order of the design."""
    lost, small = ([name for name, label in labels.items() if label == kind] for kind in (NOISE, SMALL))
    acting = [name for name in labels if name not in (*lost, *small)]
    said = [f"Distinguishable from noise by {what}: {listed(acting) if acting else 'nothing'}."]
    if small:
        said.append(f"{SMALL.capitalize()} by {what}, though the effects point one way: {listed(small)}.")
    return (*said, f"{NOISE.capitalize()} by {what}: {listed(lost)}.") if lost else tuple(said)


def split_words(alone: Span, together: Span, seed: Span) -> str:
    """The variance of a single run, in shares."""
    a, b, c = (f"{value:.0%} ({low:.0%} to {high:.0%})" for low, value, high in (alone, together, seed))
    return (
        f"Of the variance of a single run's outcome, {a} comes from parameters acting alone, {b} from their "
        f"interactions and {c} from the seed."
    )


def tidy(
    method: str, of: Sequence[tuple[str, str, str]], values: NDArray[np.float64], rows: int, replicates: int
) -> pd.DataFrame:
    """The table of (index, factor, factor2) and values (3, len(of)): value, low, high; ends include the value."""
    value, low, high = values
    index, factor, factor2 = zip(*of)
    return pd.DataFrame(
        {
            "method": method,
            "index": index,
            "factor": factor,
            "factor2": factor2,
            "value": value,
            "low": np.minimum(low, value),
            "high": np.maximum(high, value),
            "base_rows": rows,
            "replicates": replicates,
            "verdict": "",
        },
        columns=list(COLUMNS),
    )


def listed(names: Iterable[str]) -> str:
    """Names as they are said: a, b and c."""
    *head, last = names
    return f"{', '.join(head)} and {last}" if head else last


def _shown(span: Span) -> str:
    return Interval(*span).text()
