"""What trials found: a table, the verdicts, and the same in words, misses first."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from contagion.trials.trial import Trial

if TYPE_CHECKING:
    import pandas as pd

ORDER = ("miss", "hit", "-")
"""Verdicts as they are told: misses first, what is not judged last."""


@dataclass(frozen=True)
class Measured:
    """One measure: published, tolerance, the model's mean and its Monte-Carlo standard error, and the verdict."""

    trial: str
    measure: str
    unit: str
    published: float | None
    low: float | None
    high: float | None
    model: float
    error: float
    verdict: str
    use: str
    grade: str
    people: int
    why: str

    @property
    def clear(self) -> bool:
        """Whether no bound of the tolerance is known to lie within two standard errors."""
        if self.low is None or self.high is None or not math.isfinite(self.error):
            return True
        return min(abs(self.model - self.low), abs(self.model - self.high)) > 2.0 * self.error

    def in_words(self) -> dict[str, str]:
        """The cells of a table of texts, by the name of their column."""
        return {
            "trial": self.trial,
            "measure": self.measure,
            "published": self.number(self.published),
            "tolerance": "" if self.low is None else f"{self.number(self.low)} to {self.number(self.high)}",
            "model": self.number(self.model),
            "±": self.number(self.error),
            "verdict": self.verdict + ("" if self.clear else " (within 2 s.e.)"),
            "use": self.use,
            "grade": self.grade,
        }

    def number(self, value: float | None) -> str:
        """A number of this measure as it is shown."""
        if value is None or math.isnan(value):
            return "-"
        if math.isinf(value):
            return "not within the time followed"
        places = 1 if self.unit in ("years", "per 1,000") else 3
        return f"{value:.{places}f}"


@dataclass(frozen=True)
class Findings:
    """The findings of trials; in a notebook a table."""

    findings: tuple[Measured, ...]
    trials: dict[str, Trial]
    config: str
    changes: tuple[str, ...]
    population: int
    seeds: int
    seconds: float

    @property
    def ordered(self) -> list[Measured]:
        """Misses first, then hits, then what is not judged; within each as the trials declare them."""
        return sorted(self.findings, key=lambda one: ORDER.index(one.verdict))

    @property
    def asked(self) -> str:
        """The name that was asked for: of the trial, or "all"."""
        return next(iter(self.trials)) if len(self.trials) == 1 else "all"

    @property
    def table(self) -> pd.DataFrame:
        """One row a measure (a pandas DataFrame), misses first."""
        import pandas as pd

        return pd.DataFrame([{**asdict(one), "clear": one.clear} for one in self.ordered])

    @property
    def verdicts(self) -> dict[str, str]:
        """Verdicts ("hit", "miss", "-") by "trial: measure"."""
        return {f"{one.trial}: {one.measure}": one.verdict for one in self.findings}

    def count(self, verdict: str) -> int:
        """How many measures have this verdict."""
        return sum(one.verdict == verdict for one in self.findings)

    @property
    def summary(self) -> str:
        """How many hits and misses, of how many people and seeds."""
        blurred = sum(not one.clear for one in self.findings)
        near = f" ({blurred} of them within two standard errors of a bound)" if blurred else ""
        changed = f" with {', '.join(self.changes)}" if self.changes else ""
        return (
            f"misses: {self.count('miss')}, hits: {self.count('hit')}{near}; config {self.config}{changed}, "
            f"{self.population:,} people, seeds 1 to {self.seeds}"
        )

    def __repr__(self) -> str:
        return f"<Trials: {self.summary}; {self.seconds:.0f} s>"

    def __str__(self) -> str:
        rows = [one.in_words() for one in self.ordered]
        names = list(rows[0]) if rows else []
        wide = {name: max(len(name), *(len(row[name]) for row in rows)) for name in names}
        lines = ["  ".join(name.ljust(wide[name]) for name in names).rstrip()]
        lines += ["  ".join(row[name].ljust(wide[name]) for name in names).rstrip() for row in rows]
        return "\n".join([*lines, f"{self.summary}; {self.seconds:.0f} s"])

    def _repr_html_(self) -> str:
        rows: list[dict[str, Any]] = [one.in_words() for one in self.ordered]
        head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in (rows[0] if rows else {}))
        body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row.values()) + "</tr>" for row in rows)
        caption = escape(self.summary)
        return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
