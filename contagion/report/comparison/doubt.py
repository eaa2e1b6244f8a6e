"""What the ranges of a comparison count: luck alone, or luck and the parameters that replicates drew; said once, for all."""

from __future__ import annotations

from dataclasses import dataclass

from contagion.report.table import Table
from contagion.report.wording import counted

CAPTION = "Parameters that were drawn anew in each run"


@dataclass(frozen=True)
class DrawnParameter:
    """A parameter that replicates drew: its dotted name, what it means, how it was drawn, the study's own value, and why."""

    name: str
    label: str
    drawn: str
    own: str
    reason: str


@dataclass(frozen=True)
class Doubt:
    """What differs from run to run: luck, and the parameters that were drawn (none where the study draws none)."""

    parameters: tuple[DrawnParameter, ...] = ()

    @property
    def many(self) -> str:
        """How many parameters: '3 drawn parameters'."""
        return counted(len(self.parameters), "drawn parameter")

    @property
    def shown(self) -> str:
        """What ranges show: 'chance alone', or 'chance and 3 drawn parameters'."""
        return f"chance and {self.many}" if self.parameters else "chance alone"

    @property
    def differ(self) -> str:
        """By what runs differ: 'luck alone', or 'luck and by 3 drawn parameters'."""
        return f"luck and by {self.many}" if self.parameters else "luck alone"

    @property
    def foreseen(self) -> str:
        """What perfect information would foresee."""
        return f"luck and {self.many}" if self.parameters else "luck"

    @property
    def founding(self) -> bool:
        """Whether parameters of the first day, or of the ties of the city, were drawn."""
        return any(one.name.partition(".")[0] in ("start", "network") for one in self.parameters)

    @property
    def counted(self) -> str:
        """What shares of runs count, and what they do not."""
        if self.parameters:
            return f"luck inside the model and {self.many}, not doubt about the rest of the model or the unit costs"
        return "luck inside the model alone, not doubt about the model or the unit costs"

    @property
    def not_bought(self) -> str:
        """What no study can buy."""
        if self.parameters:
            return (
                f"Runs differ by luck, which no study can foresee, and by {self.many} (with their ranges in the table "
                f"“{CAPTION}”), which studies could make better known. Doubt about the rest of the model is not in it."
            )
        return "Runs differ by luck alone, so no study can buy this, and doubt about the model is not in it."

    def table(self, runs: int) -> Table | None:
        """Which parameters were drawn, from what ranges and why; None where none were."""
        if not self.parameters:
            return None
        rows = tuple((f"{one.label} ({one.name})", one.drawn, one.own, one.reason) for one in self.parameters)
        note = (
            f"{counted(runs, 'draw')}: every option of a run has the same. Each parameter is drawn by itself, so nothing is "
            "said of parameters that go together. Every other number of the model is the same in all runs."
        )
        return Table(CAPTION, ("Parameter", "Drawn", "The study’s own value", "Why this range"), rows, note)
