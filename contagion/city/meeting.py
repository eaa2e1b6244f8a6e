"""How people of a living city come together: bonds, bridges, the public, allies; and who would sit together."""

from __future__ import annotations

from typing import Any

import numpy as np

from contagion.core.chance import uniform
from contagion.core.web import Web
from contagion.processes import community, exposure
from contagion.processes.stigma import REVIEWED


class Meeting:
    """What settlements and interventions may ask of a city, beside its tables."""

    seed_: int
    week: int
    lived_rows: int
    founding_people: int
    people: np.ndarray
    public_people: np.ndarray
    foundation: Any
    scenario_: Any
    town: Any
    web: Web
    held_back: set[str]
    more_allies: np.ndarray
    _differ: np.ndarray

    def bond(self, pairs: tuple[np.ndarray, np.ndarray], layer: int) -> None:
        """Make these bonds (two arrays of rows), as far as both have room for one more, in a layer of the vocabulary.

        >>> city = ct.RecoveryCity("baseline", **{"city.population": 300})
        >>> city.bond((np.array([0]), np.array([1])), Layer.RECOVERY)
        >>> city.graph.has_edge(0, 1)
        True
        """
        self.web.make(pairs[0], pairs[1], int(layer))

    def bridge(self, name: str, rows: np.ndarray, among: np.ndarray) -> None:
        """Each of `rows` makes a weak tie with one of `among` from another neighbourhood, by lot keyed by `name`.

        >>> city = ct.RecoveryCity("baseline", **{"city.population": 300})
        >>> city.bridge("walk", np.array([0]), np.arange(20))
        """
        community.bridge(self, name, rows, among)

    def meet_public(self, name: str, chance: np.ndarray, share: np.ndarray) -> None:
        """Each of everybody else meets people in recovery with a chance of their own, which takes a share, by neighbourhood,
        of their attitude against them; `name` keys the draws.

        >>> city = ct.RecoveryCity("baseline", **{"city.population": 300})
        >>> before = city.public_people["attitude"].mean()
        >>> city.meet_public("visit", np.ones(city.public), np.full(12, 0.5))
        >>> bool(city.public_people["attitude"].mean() < before)
        True
        """
        public = self.public_people
        if public.size and chance.any():
            rows = np.flatnonzero(uniform(self.seed_, f"{name}: public", self.week, public["uid"]) < chance)
            public["attitude"][rows] *= 1.0 - share[public["neighbourhood"][rows]]
            if self.week % REVIEWED == 0:  # what they show is on its way already
                self._differ = np.union1d(self._differ, rows)

    def visible_shares(self) -> np.ndarray:
        """Recovery that all can see by neighbourhood, as a share of the people in recovery there.

        >>> ct.RecoveryCity("baseline", **{"city.population": 300}).visible_shares().shape
        (12,)
        """
        return exposure.open_shares(self.web, self.people, self.town.efficacy.size)

    def stakeholders(self) -> float:
        """Employers, landlords and practitioners who would sit on a council, per 10,000 people.

        >>> ct.RecoveryCity("baseline", **{"city.population": 300}).stakeholders() >= 0.0
        True
        """
        return community.stakeholders(self, self.scenario_.community)

    def events_a_year(self) -> int:
        """Events held in the last 52 weeks.

        >>> ct.RecoveryCity("baseline", **{"city.population": 300}).events_a_year()
        0
        """
        return int(self.town.held_lately.sum())

    def _change_allies(self) -> None:
        """Let those whom interventions support be active allies, and those whom they no longer support not."""
        ally, wanted = self.public_people["ally"], self.foundation.public["ally"].copy()
        wanted[self.more_allies] = 1
        rows = np.flatnonzero(ally != wanted)
        if rows.size:
            ally[rows] = wanted[rows]
            exposure.show_public(self.public_people, rows, self.lived_rows, self.web.wiring, self.web.changes)
