"""Numbers in plain words: ranges rounded no finer than they are known."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from contagion.report.units import Unit, unit
from contagion.study.analysis.paired import Interval

COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
MINUS = "\N{MINUS SIGN}"


def step(interval: Interval, factor: float = 1.0) -> float:
    """The finest unit worth printing: one or two significant figures of half the range's width."""
    half = abs(interval.high - interval.low) * factor / 2
    size = half if half > 1e-12 else abs(interval.middle) * factor / 30
    if size <= 1e-12:
        return 1.0
    return float(10.0 ** math.floor(math.log10(size / 3)))


def number(value: float, finest: float, before: str = "") -> str:
    """A number rounded to `finest`, with separators; large money in thousands or millions."""
    rounded = round(value / finest) * finest
    sign = MINUS if rounded < 0 else ""
    size = abs(rounded)
    if before == "£" and size >= 1e6:
        places = min(max(0, 6 - round(math.log10(finest))), 3)
        return f"{sign}£{size / 1e6:,.{places}f} million"
    places = max(0, -math.floor(math.log10(finest) + 1e-9))
    return f"{sign}{before}{size:,.{places}f}"


def _ends(interval: Interval, shown: Unit) -> tuple[float, float, float]:
    finest = max(step(interval, shown.factor), shown.finest)
    if shown.before == "£" and (most := max(abs(interval.low), abs(interval.high))) >= 1000:
        finest = max(finest, 10.0 ** (math.floor(math.log10(most)) - 2))  # money is known to three figures at best
    low, high = (round(end * shown.factor / finest) * finest + 0.0 for end in (interval.low, interval.high))
    return low, high, finest


def level(interval: Interval, unit_name: str) -> str:
    """A level as a range: '1,430 to 1,620', '12% to 14%', '£1.2 million to £1.4 million'."""
    shown = unit(unit_name)
    low, high, finest = _ends(interval, shown)
    if low == high:
        return f"{number(low, finest, shown.before)}{shown.after}{_sure(interval, shown)}"
    ends = (f"{number(end, finest, shown.before)}{shown.after}" for end in (low, high))
    return " to ".join(ends)


def _sure(interval: Interval, shown: Unit) -> str:
    """That one number stands for all runs; of money, which often is the same in all, a note says it once."""
    return " in every run" if interval.low == interval.high and shown.before != "£" else ""


def difference(interval: Interval, unit_name: str) -> str:
    """A difference as a range in words: '120 to 310 more', '10 fewer to 25 more', 'no difference'.

    An end that rounds to nothing is "hardly any" on the same side as the other end, else "no change".
    """
    shown = unit(unit_name)
    low, high, finest = _ends(interval, shown)

    def size(rounded: float, towards: bool) -> str:
        if rounded == 0:
            return "hardly any" if towards else "no change"
        return number(abs(rounded), finest, shown.before)

    if low == high == 0:
        return "no difference" if interval.low == interval.high == 0 else "hardly any difference"
    if low == high:
        side = shown.up if low > 0 else shown.down
        return f"{size(low, True)}{shown.after_difference} {side}{_sure(interval, shown)}"
    if low < 0 < high:
        return f"{size(low, True)} {shown.down} to {size(high, True)}{shown.after_difference} {shown.up}"
    if high <= 0:
        return f"{size(high, interval.high < 0)} to {size(low, True)}{shown.after_difference} {shown.down}"
    return f"{size(low, interval.low > 0)} to {size(high, True)}{shown.after_difference} {shown.up}"


def coverage(interval: Interval) -> str:
    """The ends of an interval as percentiles, '10-90', for the page's machine-readable mark."""
    tail = (1 - interval.coverage) / 2 * 100
    return f"{tail:g}-{100 - tail:g}"


def count(number_of: int) -> str:
    """A small count in words."""
    return COUNTS[number_of] if 0 <= number_of < len(COUNTS) else f"{number_of:,}"


def counted(number_of: int, noun: str) -> str:
    """'1 place', '30 places'."""
    return f"{number_of:,} {noun}" if number_of == 1 else f"{number_of:,} {noun}s"


def years(number_of: float) -> str:
    """'1 year', '1.5 years'."""
    return "1 year" if number_of == 1 else f"{number_of:.3g} years"


def listed(names: Sequence[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def shorten(text: str, most: int = 48) -> str:
    """One line without control characters, cut at a word where it is too long for a label."""
    line = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", " ", text).split())
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[most // 2 :] else cut).rstrip(" ,;:") + "\N{HORIZONTAL ELLIPSIS}"


def sentence(text: str) -> str:
    """The same text with a capital first letter."""
    return text[:1].upper() + text[1:]
