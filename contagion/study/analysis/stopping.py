"""How many replicates are enough: run more until every mean paired difference is known well enough to act on.

Replicates come in blocks and are looked at after each. A look is met when, for every outcome asked for and every scenario,
(a) half the length of the confidence interval of the mean paired difference is at most the precision asked for;
(b) the standard deviation changed by less than 5 % over each of the last two blocks; and
(c) five replicates differ from the commonest value, or there are 60: they leave less than one chance in twenty of
    missing what happens in one run in twenty (the rule of three, Hanley & Lippman-Hand 1983).
Criterion (b) is that of Lee et al. (2015, JASSS 18(4)4), with the standard deviation in place of the coefficient of
variation: where the mean difference is near zero the coefficient never settles.

The interval reaches as far as Student's t or Hall's (1992) t corrected for skewness, whichever is further. Looking again and
again favours samples whose spread happens to be small, and in skewed ones the mean is small too. Measured: % of the 95 %
intervals that hold the true effect when the rule stops, and (mean replicates), for a precision that 15, 60 or 200
replicates would give if the spread were known; 2,000 repeats, so that such a figure is uncertain by 1:

    normal              95.2 (58)   94.7 (73)   95.1 (207)      Poisson, mean 2     95.0 (59)   94.5 (75)   94.8 (214)
    uniform             96.0 (50)   95.5 (70)   94.2 (208)      Poisson, mean 0.2   97.9 (73)   98.1 (91)   95.6 (229)
    t, 5 degrees        95.5 (65)   95.2 (78)   94.8 (209)      Poisson differences 95.3 (59)   95.2 (74)   94.5 (208)
    exponential         96.3 (72)   96.5 (85)   94.0 (224)      event in 5 %        94.8 (113)  94.9 (128)  94.4 (262)
    lognormal, sd 0.5   95.4 (68)   95.0 (82)   93.8 (220)      20 % in 2nd mode    97.3 (62)   97.0 (83)   94.8 (222)
    lognormal, sd 1     94.3 (89)   94.0 (103)  92.9 (213)      50 % in 2nd mode    96.6 (42)   96.2 (69)   95.0 (209)

With (a) and Student's t alone: normal 93.5, exponential 89.4, lognormal 82, event in 5 % 59 at worst; at a fixed 40
replicates t has 93, 90 and 87 for the last three. Asking (a) twice, a larger variance (Chow & Robbins 1965) or Stein's
(1945) two stages mend the normal case but not those. Each interval holds by itself, not all together; what is rarer than
(c) says may be missed.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contagion.study.analysis.paired import Unpaired, round_half_up

Array = NDArray[np.float64]

DEPARTURES = 5  # replicates off the commonest value from which a difference is known to vary
_ALIKE = 1e-6  # of the precision: below this, two differences are the same


@dataclass(frozen=True)
class Stopping:
    """The rule: where to start, how to go on, when to give up, and what to be sure of."""

    start: int = 20
    block: int = 10
    most: int = 200
    confidence: float = 0.95
    steady: float = 0.05  # largest relative change of a standard deviation over a block
    blocks: int = 2  # over which it must hold (0: not asked)
    rarest: float | None = 0.05  # share of the runs from which something may not be missed (None: not asked)

    def __post_init__(self) -> None:
        whole = all(isinstance(x, int) for x in (self.start, self.block, self.most, self.blocks))
        if not whole or self.start < 2 or self.block < 1 or self.blocks < 0 or self.most < self.start:
            raise ValueError(
                "replicates must be whole numbers: a start of at least 2, blocks of at least 1, most >= start"
            )
        if not (0 < self.confidence < 1 and self.steady > 0 and (self.rarest is None or 0 < self.rarest < 1)):
            raise ValueError("confidence and rarest must lie between 0 and 1, and steady must be above 0")

    @property
    def alike(self) -> int:
        """Replicates after which nothing but the commonest value need be seen."""
        return 0 if self.rarest is None else math.ceil(round(3 / self.rarest, 9))


@dataclass(frozen=True)
class Need:
    """What the replicates say of one paired difference: its mean, how well that is known, and what is missing."""

    outcome: str
    scenario: str
    precision: float
    n: int
    mean: float
    low: float
    high: float
    half_width: float  # half the length of the interval; infinite for one replicate
    sd: float
    change: float  # largest relative change of the standard deviation over a block; infinite while blocks are too few
    departures: int  # replicates off the commonest value
    narrow: bool  # (a)
    steady: bool  # (b)
    seen: bool  # (c)
    met: bool
    needed: int  # estimate of the replicates needed in all

    def words(self, labels: Mapping[str, str]) -> str:
        """`stable under housing: half-width 3.1 <= 5`, and what else is missing."""
        name = f"{labels.get(self.outcome, self.outcome)} under {labels.get(self.scenario, self.scenario)}"
        if self.n < 2:
            return f"{name}: one replicate has no interval"
        half, asked = _figures(self.half_width, self.precision)
        text = [f"half-width {half} {'<=' if self.narrow else '>'} {asked}"]
        if not self.steady:
            known = math.isfinite(self.change)
            text.append(
                f"spread still changing by {100 * self.change:.2g} % a block" if known else "spread not settled"
            )
        if not self.seen:
            text.append(f"all but {self.departures} replicates alike" if self.departures else "all replicates alike")
        return f"{name}: {', '.join(text)}"

    def as_dict(self) -> dict[str, Any]:
        """For the manifest; what does not exist yet is null."""
        return {k: None if isinstance(x, float) and not math.isfinite(x) else x for k, x in asdict(self).items()}


@dataclass(frozen=True)
class Decision:
    """A look at all differences: go on, stop, or give up."""

    n: int
    needs: tuple[Need, ...]
    rule: Stopping

    @property
    def met(self) -> bool:
        """Whether every difference is known well enough."""
        return all(need.met for need in self.needs)

    @property
    def capped(self) -> bool:
        """Whether the most replicates allowed were not enough."""
        return not self.met and self.n >= self.rule.most

    @property
    def stop(self) -> bool:
        """Whether to run no more."""
        return self.met or self.capped

    @property
    def missing(self) -> tuple[Need, ...]:
        """Differences that need more replicates, the neediest first."""
        return tuple(sorted((n for n in self.needs if not n.met), key=lambda n: -n.needed))

    @property
    def needed(self) -> int:
        """Estimate of the replicates needed in all, the cap left aside."""
        return max(need.needed for need in self.needs)

    @property
    def until(self) -> int:
        """Replicates to have at the next look."""
        if self.stop:
            return self.n
        return min(self.rule.most, self.rule.start if self.n < self.rule.start else self.n + self.rule.block)

    def sentence(self, labels: Mapping[str, str] | None = None) -> str:
        """The words of the report; `labels` are what outcomes and scenarios are called."""
        many = f"{self.n} replicate{'s' if self.n != 1 else ''}"
        level = f"{100 * self.rule.confidence:g} % interval of the mean paired difference"
        if self.met:
            shown = max(self.needs, key=lambda n: n.half_width / n.precision).words(labels or {})
            rest = ", the widest for its precision" if len(self.needs) > 1 else ""
            return f"{many}: the precision asked for was met ({shown}{rest}; {level})."
        shown = "; ".join(need.words(labels or {}) for need in self.missing[:3])
        more = f"; and {len(self.missing) - 3} more" if len(self.missing) > 3 else ""
        verdict = "the most allowed: the precision asked for was not met" if self.capped else "not precise enough yet"
        return f"{many}, {verdict} ({shown}{more}; {level}). About {self.needed:,} would be needed in all."

    def as_dict(self) -> dict[str, Any]:
        """For the manifest: n, whether the target was met, and each difference."""
        said = {k: getattr(self, k) for k in ("n", "met", "capped", "needed")}
        each = [need.as_dict() for need in self.needs]
        return {**said, "sentence": self.sentence(), "rule": asdict(self.rule), "differences": each}


def look(
    differences: Mapping[tuple[str, str], ArrayLike], precision: Mapping[str, float], rule: Stopping | None = None
) -> Decision:
    """Whether these paired differences (outcome, scenario) -> (n,), in the order of replicates, are enough."""
    rule = rule or Stopping()
    rows = {key: np.asarray(values, np.float64) for key, values in differences.items() if key[0] in precision}
    unknown = sorted(set(precision) - {outcome for outcome, _ in rows})
    if unknown or not rows:
        raise ValueError(f"no paired differences of {', '.join(unknown) or 'any outcome'} to be precise about")
    for outcome, asked in precision.items():
        if not 0 < asked < math.inf:
            raise ValueError(f"the precision of {outcome} must be a number above 0, not {asked}")
    for (outcome, scenario), x in rows.items():
        if x.ndim != 1 or not len(x):
            raise ValueError(f"differences of {outcome} under {scenario} must be a list of at least one number")
        if not np.isfinite(x).all():
            raise ValueError(f"a difference of {outcome} under {scenario} is no number: {x[~np.isfinite(x)][0]}")
    if len({len(x) for x in rows.values()}) > 1:
        raise Unpaired("the paired differences have different numbers of replicates")
    needs = tuple(_need(*key, x, precision[key[0]], rule) for key, x in rows.items())
    return Decision(needs[0].n, needs, rule)


def _need(outcome: str, scenario: str, x: Array, precision: float, rule: Stopping) -> Need:
    n, none = len(x), _ALIKE * precision
    low, high = mean_interval(x, rule.confidence)
    half = (high - low) / 2
    departures = n - int(np.unique(np.round(x / none), return_counts=True)[1].max())
    sizes = [n - i * rule.block for i in range(rule.blocks + 1)]
    change = math.inf
    if sizes[-1] >= max(rule.start, 2):
        sds = [float(x[:k].std(ddof=1)) for k in sizes]
        moved = [(abs(new - old), old) for new, old in itertools.pairwise(sds)]
        change = max((by / old if old > 0 else math.inf for by, old in moved if by > none), default=0.0)
    narrow, steady = half <= precision, change < rule.steady or not rule.blocks
    seen = departures >= DEPARTURES or n >= rule.alike
    met = n >= rule.start and narrow and steady and seen
    needed = n
    if not met:  # the half-width shrinks as the square root of the replicates
        width = math.ceil(min(n * (half / precision) ** 2, 1e15)) if n > 1 else 0
        at_least = rule.start + rule.blocks * rule.block
        needed = max(
            at_least, width, 0 if seen or n < rule.start else rule.alike, n + rule.block if n >= at_least else 0
        )
    sd = float(x.std(ddof=1)) if n > 1 else math.nan
    checks = (departures, narrow, steady, seen, met, needed)
    return Need(outcome, scenario, precision, n, float(x.mean()), low, high, half, sd, change, *checks)


def mean_interval(values: ArrayLike, confidence: float = 0.95) -> tuple[float, float]:
    """Confidence interval of the mean of (n,): as far as Student's t or Hall's t goes, whichever is further."""
    from scipy.special import stdtrit

    x = np.asarray(values, np.float64)
    n, mean = len(x), float(x.mean())
    if n < 2:
        return -math.inf, math.inf
    sd = float(x.std())
    if sd <= 1e-12 * float(np.abs(x).max()):  # equal but for rounding
        return mean, mean
    t, error = float(stdtrit(n - 1, (1 + confidence) / 2)), sd / math.sqrt(n - 1)
    skew = float((((x - mean) / sd) ** 3).mean())
    reach = [_hall(side, skew, n) for side in (t, -t)] if abs(skew) > 1e-6 else [t, -t]
    return mean - error * max(t, reach[0]), mean - error * min(-t, reach[1])


def _hall(t: float, skew: float, n: int) -> float:
    """The t of a skewed sample that is as far out as `t` is in a normal one (Hall 1992, the inverse of his g)."""
    root = math.sqrt(n)
    return root * 3 / skew * (math.cbrt(1 + skew * (t / root - skew / (6 * n))) - 1)


def _figures(half: float, asked: float) -> tuple[str, str]:
    """Half-width and precision with two figures, or as many as tell them apart."""
    shown = f"{asked:,.6g}"
    if half <= 0:
        return "0", shown
    for figures in range(2, 8):
        places = figures - 1 - math.floor(math.log10(half))
        rounded = round_half_up(half, places)
        if (rounded <= asked) == (half <= asked):
            break
    return f"{rounded:,.{max(places, 0)}f}", shown
