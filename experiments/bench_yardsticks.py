"""What the model is measured against: simple contagion (SIS) as a sparse-matrix loop and as a plain Mesa model.

In both, people in recovery take the place of the infected: somebody in active addiction starts recovery with a
chance that grows with their neighbours in recovery, and somebody in recovery relapses at a constant chance. Everyone
changes at the same time.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import mesa
import numpy as np
import scipy.sparse as sp

START, LOSE = 0.003, 0.02
"""Hazards per week of the simple contagion: per neighbour in recovery, and of relapse."""


def random_pairs(people: int, degree: int = 10, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the ties of a random graph; some may be the same, which costs either model alike."""
    luck = np.random.default_rng(seed)
    ties = people * degree // 2
    return luck.integers(0, people, ties), luck.integers(0, people, ties)


def matrix(people: int, one: np.ndarray, two: np.ndarray) -> sp.csr_matrix:
    """The neighbour matrix: each tie both ways, 32-bit floats, compressed rows."""
    both = np.r_[one, two], np.r_[two, one]
    return sp.coo_matrix((np.ones(2 * one.size, np.float32), both), shape=(people, people)).tocsr()


def sparse_loop(
    neighbours: sp.csr_matrix,
    weeks: int,
    first: float = 0.2,
    lose: float = 1.0 - math.exp(-LOSE),
    start: Callable[[np.ndarray], np.ndarray] = lambda near: 1.0 - np.exp(-START * near),
) -> tuple[float, float]:
    """CPU seconds of the weeks, and the share in recovery over the last quarter of them."""
    people = neighbours.shape[0]
    luck = np.random.default_rng(1)
    well, shares = luck.random(people) < first, []
    began = time.process_time()
    for _ in range(weeks):
        near = neighbours @ well.astype(np.float32)
        draw = luck.random(people)
        well = np.where(well, draw > lose, draw < start(near))
        shares.append(well)
    spent = time.process_time() - began
    return spent, float(np.mean([week.mean() for week in shares[-max(1, weeks // 4) :]]))


def sparse_city(people: int, weeks: int) -> float:
    """CPU seconds of the sparse loop for a city of that many people, ten neighbours each."""
    neighbours = matrix(people, *random_pairs(people))
    return sparse_loop(neighbours, weeks, 0.01, 0.02, lambda near: 1.0 - 0.99**near)[0]


class Resident(mesa.Agent):
    """Somebody in recovery or in active addiction, who knows their neighbours."""

    def __init__(self, model: Neighbourhood, well: bool) -> None:
        super().__init__(model)
        self.well = self.next = well
        self.neighbours: list[Resident] = []

    def push(self) -> None:
        """In recovery: try to bring along each neighbour who is not, and perhaps relapse."""
        if self.well:
            for other in self.neighbours:
                if not other.well and self.random.random() < self.model.start:
                    other.next = True
            if self.random.random() < self.model.lose:
                self.next = False

    def advance(self) -> None:
        """Become what was decided."""
        self.well = self.next


class Neighbourhood(mesa.Model):
    """Simple contagion on a graph, as a Mesa model is usually written: each draws for each neighbour."""

    def __init__(self, people: int, one: np.ndarray, two: np.ndarray, first: float = 0.2, rng: int = 1) -> None:
        super().__init__(rng=rng)
        self.start, self.lose = 1.0 - math.exp(-START), 1.0 - math.exp(-LOSE)
        residents = [Resident(self, self.random.random() < first) for _ in range(people)]
        for a, b in zip(one.tolist(), two.tolist(), strict=True):
            residents[a].neighbours.append(residents[b])
            residents[b].neighbours.append(residents[a])

    def step(self) -> None:
        """One week, everybody at the same time."""
        self.agents.do("push")
        self.agents.do("advance")


def mesa_loop(people: int, one: np.ndarray, two: np.ndarray, weeks: int, first: float = 0.2) -> tuple[float, float]:
    """CPU seconds of the weeks, and the share in recovery after them."""
    model = Neighbourhood(people, one, two, first)
    model.step()
    began = time.process_time()
    for _ in range(weeks):
        model.step()
    spent = time.process_time() - began
    return spent, sum(agent.well for agent in model.agents) / people
