"""A choice between options: what each costs and does in every draw, and how the best buy moves with the worth of the effect.

Costs and effects are differences from the first option in the same draw, which changes neither which option leaves the most
nor by how much. A draw is one replicate: its seed, and its values of the parameters that the study draws, if it draws any.
Acceptability and the value of perfect information count luck, these parameters, and no doubt about the rest of the model.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contagion.economics import decisions
from contagion.study.analysis.paired import Interval

Array = NDArray[np.float64]


@dataclass(frozen=True)
class OptionSet:
    """Options by what they cost (GBP) and do (`unit`); arrays are (draws, options), and nought for the first option."""

    options: tuple[str, ...]
    costs: Array
    effects: Array
    unit: str

    @cached_property
    def steps(self) -> list[decisions.Step]:
        """Full incremental analysis of means, cheapest first."""
        return decisions.incremental(list(self.options), self.costs.mean(axis=0), self.effects.mean(axis=0))

    @cached_property
    def frontier(self) -> list[decisions.Step]:
        """The options that no other one and no mix of two others makes pointless, cheapest first."""
        return [one for one in self.steps if one.status == "frontier"]

    def dominated(self, status: decisions.Status) -> tuple[str, ...]:
        """Names of the options of this status."""
        return tuple(one.option for one in self.steps if one.status == status)

    @cached_property
    def ratios(self) -> dict[str, Interval | None]:
        """GBP for one unit more than the frontier's option before; None where that may bring no more, and for the first."""
        found: dict[str, Interval | None] = {self.frontier[0].option: None}
        for before, after in zip(self.frontier, self.frontier[1:]):
            i, k = self.options.index(before.option), self.options.index(after.option)
            more = self.costs[:, k] - self.costs[:, i], self.effects[:, k] - self.effects[:, i]
            found[after.option] = decisions.cost_per_unit(*more)
        return found

    def shares(self, worths: ArrayLike) -> Array:
        """Share of draws in which each option leaves the most; shape (worths, options)."""
        return decisions.acceptability(self.costs, self.effects, worths)

    def best(self, worths: ArrayLike) -> list[int]:
        """Place of the option that leaves the most on average, for each worth: the acceptability frontier."""
        return [self._best(float(one)) for one in np.atleast_1d(np.asarray(worths, np.float64))]

    def _best(self, worth: float) -> int:
        return int(np.argmax(decisions.net_benefit(self.costs, self.effects, worth).mean(axis=0)))

    def known(self, worths: ArrayLike) -> Array:
        """Expected value of perfect information, GBP, for each worth."""
        each = np.atleast_1d(np.asarray(worths, np.float64))
        return np.array([decisions.perfect_information(self.costs, self.effects, float(one)) for one in each])

    def pays(self, worth: float) -> Array:
        """Share of draws in which each option leaves more than the first does; shape (options,)."""
        left = decisions.net_benefit(self.costs, self.effects, worth)
        found: Array = (left > left[:, :1]).mean(axis=0)
        return found
