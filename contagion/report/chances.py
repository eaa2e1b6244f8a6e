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
    """So many of so many runs; ties count as fractions of a run. ValueError for more runs than there are."""

    count: float
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.count <= self.of:
            raise ValueError(f"a chance is a count of runs, not {self.count} of {self.of}")

    @property
    def share(self) -> float:
        """The share of the runs."""
        return self.count / self.of if self.of else 0.0

    @property
    def text(self) -> str:
        """'18 of 20 runs (90%)'."""
        return f"{_plain(self.count)} of {self.of} runs ({self.share * 100:.0f}%)"

    @property
    def runs(self) -> str:
        """The same without its percentage: 'all 20 runs', '18 of 20 runs'."""
        if self.count == self.of:
            return f"all {self.of} runs" if self.of > 1 else "the one run"
        return f"{_plain(self.count)} of {self.of} runs"

    @property
    def likelihood(self) -> str:
        """The one word that the printed scale gives to it."""
        return next(word for lowest, word in SCALE if self.share >= lowest)


def both_sides(better: CountOfRuns, worse: CountOfRuns) -> str:
    """Both framings of one comparison: 'better in 15, worse in 5 of 20 runs'."""
    same = better.of - better.count - worse.count
    tie = f", the same in {_plain(same)}" if same > 1e-9 else ""
    both = f"better in {_plain(better.count)}, worse in {_plain(worse.count)}{tie}"
    return f"{both} of {counted(better.of, 'run')}"


def _plain(count: float) -> str:
    return f"{count:.0f}" if abs(count - round(count)) < 1e-9 else f"{count:.1f}"
