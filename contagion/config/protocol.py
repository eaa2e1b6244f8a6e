"""Protocol: what is asked of a city, with which runs: a study, a sweep, a sensitivity analysis and their factors.

A factor is a parameter that varies: where from, where to, how probable each value is, and why. The same factors serve
a sweep (what happens at these points?) and a sensitivity analysis (which of them matters?).
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from contagion.core.parameters import Parameters, choice, switch

DesignName = Literal["list", "grid", "latin", "sobol", "morris", "saltelli", "ofat"]
MethodName = Literal["sobol", "morris", "delta", "ofat"]
Distribution = Literal["uniform", "loguniform", "triangular", "normal", "lognormal", "beta"]
TableName = Literal["timeline", "events", "groups", "ledger"]

MOST_POINTS = 1_000_000
"""Points that a design may have."""
GRID_LEVELS = 5
"""Levels of a factor in a grid or one at a time, where it does not say."""
NEEDS: dict[str, tuple[str, ...]] = {
    "uniform": (),
    "loguniform": (),
    "triangular": ("mode",),
    "normal": ("mean", "sd"),
    "lognormal": ("mean", "sd"),
    "beta": ("a", "b"),
}
"""Parameters of each distribution beside low and high."""


class Study(Parameters):
    """A comparison: scenarios that each say only what differs, with the same seeds in all."""

    question: str = choice("", "what is asked", unit="text")
    replicates: int = choice(
        20, "replicates, each with the same seed in every scenario", unit="runs", low=1, up_to=100_000
    )
    seed: int = choice(1, "seed of the study", unit="seed", low=0, up_to=2**62)
    precision: dict[str, float] = choice(
        {},
        "smallest paired difference that would matter, by outcome: replicates are added until it is known so well",
        unit="as the outcome",
    )
    most: int = choice(200, "replicates at most, where a precision asks for more", unit="runs", low=2, up_to=100_000)
    outcomes: list[str] = choice([], "what a sweep or a sensitivity analysis measures of each history", unit="names")
    scenarios: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="scenarios by name: a title and what differs; the first is the baseline"
    )


class Sweep(Parameters):
    """A sweep: many points of the factors' space, each lived through under the study's seeds."""

    design: DesignName = choice("grid", "how the points are laid out")
    points: int = choice(
        0,
        "points (latin, sobol), base rows (saltelli) or trajectories (morris); 0 where the "
        "factors say how many (list, grid, ofat)",
        unit="points",
        low=0,
        up_to=MOST_POINTS,
    )
    rows: list[dict[str, Any]] = choice([], "the points of a list, each a value by dotted name", unit="points")
    keep: list[TableName] = choice([], "which tables are stored beside the outcomes", unit="tables")
    every: int = choice(4, "weeks between the rows of a stored timeline", unit="weeks", low=1, up_to=5200)


class Sensitivity(Parameters):
    """A sensitivity analysis: how much of an outcome's spread each factor causes."""

    method: MethodName = choice("sobol", "how sensitivity is measured")
    samples: int = choice(
        256,
        "base rows (sobol: a power of two), trajectories (morris) or points (delta)",
        unit="samples",
        low=2,
        up_to=MOST_POINTS,
    )
    second_order: bool = switch(False, "whether sobol also measures pairs of factors", off=False)
    levels: int = choice(
        4, "levels of morris's grid (even), and of each factor one at a time", unit="levels", low=2, up_to=100
    )
    confidence: float = choice(0.95, "coverage of the intervals", unit="share", low=0.5, up_to=0.999)
    resamples: int = choice(1000, "bootstrap resamples behind each interval", unit="resamples", low=100, up_to=100_000)
    target: float = choice(0.1, "half-width of a total index that counts as resolved", unit="index", low=0.001, up_to=1)


class Factor(Parameters):
    """A parameter that varies: by a distribution from low to high, or over listed values of equal probability."""

    low: float | None = choice(None, "least value; the declared one if not given", unit="as the parameter")
    high: float | None = choice(None, "greatest value; the declared one if not given", unit="as the parameter")
    distribution: Distribution = choice(
        "uniform", "how probable each value is; normal and lognormal are cut off at low and high"
    )
    mode: float | None = choice(None, "most probable value (triangular)", unit="as the parameter")
    mean: float | None = choice(
        None, "mean of the value itself, before it is cut off (normal, lognormal)", unit="as the parameter"
    )
    sd: float | None = choice(
        None, "standard deviation of the value itself (normal, lognormal)", unit="as the parameter"
    )
    a: float | None = choice(None, "first shape of a beta from low to high", unit="shape")
    b: float | None = choice(None, "second shape of a beta from low to high", unit="shape")
    reason: str = choice("", "why this range and this distribution", unit="text")
    values: list[Any] | None = choice(
        None, "the values it takes, equally probable, in place of low, high and distribution", unit="as the parameter"
    )
    levels: int | None = choice(
        None,
        "levels in a grid or one at a time, cutting the distribution into equally "
        "probable pieces, both ends among them",
        unit="levels",
        low=2,
        up_to=10_000,
    )
    group: str = choice("", "factors of one group move together in a sensitivity analysis")
    label: str = choice("", "words for figures; what the parameter means if not given", unit="text")
