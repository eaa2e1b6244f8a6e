"""A person as a Mesa agent: a view on one row of the columns, with the behaviours of the week as methods."""

from __future__ import annotations

from typing import Any

import mesa

from contagion.city.columns import COLUMNS, People
from contagion.vocabulary import Stage

__all__ = ["COLUMNS", "Person"]


class Person(People, mesa.Agent):
    """One person: a Mesa agent that is a view on one row. Override a behaviour by its name."""

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.rows = row

    def live(self) -> None:
        """Live one week: each behaviour of the week in order."""
        lived = self.rows < self.model.lived_rows
        for process in self.model.living:
            if (lived or process.everyone) and process.due(self.model.week):
                getattr(self, process.name)()

    def __repr__(self) -> str:
        stage = Stage(self.stage).name.lower() if self.rows < self.model.lived_rows else "citizen"
        return f"Person(uid={self.uid}, {stage})"
