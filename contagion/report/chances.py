"""Chances as counts of runs, and the one printed scale that puts them into words."""

from __future__ import annotations

from dataclasses import dataclass

from contagion.report.wording import counted

SCALE: tuple[tuple[float, str], ...] = (
    (0.95, "almost certain"),
    (0.80, "highly likely"),
    (0.60, "likely"),
    (0.40, "about as likely as not"),
    (0.20, "unlikely"),
    (0.05, "highly unlikely"),
    (0.00, "almost no chance"),
)
"""The only words for chance that a report may use, each with the lowest share of runs it stands for."""


@dataclass(frozen=True)
class CountOfRuns:
    """So many of so many runs, and in how many more it came out level. ValueError for more runs than there are."""

    count: int
    of: int
    level: int = 0

    def __post_init__(self) -> None:
        if self.count != int(self.count) or min(self.count, self.level) < 0 or self.count + self.level > self.of:
            raise ValueError(f"a chance is a count of runs, not {self.count} of {self.of} and {self.level} level")

    @property
    def share(self) -> float:
        """The share of the runs."""
        return self.count / self.of if self.of else 0.0

    @property
    def text(self) -> str:
        """'18 of 20 runs (90%)', '9 of 20 runs (45%), level with another in 1'."""
        level = f", level with another in {self.level}" if self.level else ""
        return f"{self.count} of {self.of} runs ({self.share * 100:.0f}%){level}"

    @property
    def runs(self) -> str:
        """The same without its percentage: 'all 20 runs', '18 of 20 runs'."""
        if self.count == self.of:
            return f"all {self.of} runs" if self.of > 1 else "the one run"
        return f"{self.count} of {self.of} runs"

    @property
    def likelihood(self) -> str:
        """The one word that the printed scale gives to it."""
        return next(word for lowest, word in SCALE if self.share >= lowest)


def both_sides(better: CountOfRuns, worse: CountOfRuns) -> str:
    """Both framings of one comparison: 'better in 15, worse in 5 of 20 runs'."""
    same = better.of - better.count - worse.count
    tie = f", the same in {same}" if same else ""
    both = f"better in {better.count}, worse in {worse.count}{tie}"
    return f"{both} of {counted(better.of, 'run')}"
