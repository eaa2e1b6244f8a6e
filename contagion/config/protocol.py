"""Protocol: what is asked of a city, with which runs: a study, a sweep, a sensitivity analysis and their factors.

A factor is a parameter that varies: where from, where to, how probable each value is, and why. The same factors serve
a sweep (what happens at these points?) and a sensitivity analysis (which of them matters?).
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from contagion.core.parameters import Parameters, param

DesignName = Literal["list", "grid", "latin", "sobol", "morris", "saltelli", "ofat"]
MethodName = Literal["sobol", "morris", "delta", "ofat"]
Distribution = Literal["uniform", "loguniform", "triangular", "normal", "lognormal", "beta"]
TableName = Literal["timeline", "events", "groups", "ledger"]

MOST_POINTS = 1_000_000
"""Points that a design may have."""
GRID_LEVELS = 5
"""Levels of a factor in a grid or one at a time, where it does not say."""
NEEDS: dict[str, tuple[str, ...]] = {
    "uniform": (), "loguniform": (), "triangular": ("mode",), "normal": ("mean", "sd"), "lognormal": ("mean", "sd"),
    "beta": ("a", "b"),
}  # fmt: skip
"""Parameters of each distribution beside low and high."""


class Study(Parameters):
    """A comparison: scenarios that each say only what differs, with the same seeds in all."""

    question: str = param("", unit="text", grade="choice", source="set by the user", meaning="what is asked")
    replicates: int = param(20, low=1, high=100_000, unit="runs", grade="choice", source="set by the user",
                            meaning="replicates, each with the same seed in every scenario")  # fmt: skip
    seed: int = param(1, low=0, high=2**62, unit="seed", grade="choice", source="set by the user",
                      meaning="seed of the study")  # fmt: skip
    precision: dict[str, float] = param(
        {}, unit="as the outcome", grade="choice", source="set by the user",
        meaning="smallest paired difference that would matter, by outcome: replicates are added until it is known so well",
    )  # fmt: skip
    most: int = param(200, low=2, high=100_000, unit="runs", grade="choice", source="set by the user",
                      meaning="replicates at most, where a precision asks for more")  # fmt: skip
    outcomes: list[str] = param([], unit="names", grade="choice", source="set by the user",
                                meaning="what a sweep or a sensitivity analysis measures of each history")  # fmt: skip
    scenarios: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="scenarios by name: a title and what differs; the first is the baseline",
    )  # fmt: skip


class Sweep(Parameters):
    """A sweep: many points of the factors' space, each lived through under the study's seeds."""

    design: DesignName = param("grid", unit="name", grade="choice", source="set by the user",
                               meaning="how the points are laid out")  # fmt: skip
    points: int = param(0, low=0, high=MOST_POINTS, unit="points", grade="choice", source="set by the user",
                        meaning="points (latin, sobol), base rows (saltelli) or trajectories (morris); 0 where the "
                                "factors say how many (list, grid, ofat)")  # fmt: skip
    rows: list[dict[str, Any]] = param([], unit="points", grade="choice", source="set by the user",
                                       meaning="the points of a list, each a value by dotted name")  # fmt: skip
    keep: list[TableName] = param([], unit="tables", grade="choice", source="set by the user",
                                  meaning="which tables are stored beside the outcomes")  # fmt: skip
    every: int = param(4, low=1, high=5200, unit="weeks", grade="choice", source="set by the user",
                       meaning="weeks between the rows of a stored timeline")  # fmt: skip


class Sensitivity(Parameters):
    """A sensitivity analysis: how much of an outcome's spread each factor causes."""

    method: MethodName = param("sobol", unit="name", grade="choice", source="set by the user",
                               meaning="how sensitivity is measured")  # fmt: skip
    samples: int = param(256, low=2, high=MOST_POINTS, unit="samples", grade="choice", source="set by the user",
                         meaning="base rows (sobol: a power of two), trajectories (morris) or points (delta)")  # fmt: skip
    second_order: bool = param(False, unit="switch", grade="choice", source="set by the user", off=False,
                               meaning="whether sobol also measures pairs of factors")  # fmt: skip
    levels: int = param(4, low=2, high=100, unit="levels", grade="choice", source="set by the user",
                        meaning="levels of morris's grid (even), and of each factor one at a time")  # fmt: skip
    confidence: float = param(0.95, low=0.5, high=0.999, unit="share", grade="choice", source="set by the user",
                              meaning="coverage of the intervals")  # fmt: skip
    resamples: int = param(1000, low=100, high=100_000, unit="resamples", grade="choice", source="set by the user",
                           meaning="bootstrap resamples behind each interval")  # fmt: skip
    target: float = param(0.1, low=0.001, high=1, unit="index", grade="choice", source="set by the user",
                          meaning="half-width of a total index that counts as resolved")  # fmt: skip


class Factor(Parameters):
    """A parameter that varies: by a distribution from low to high, or over listed values of equal probability."""

    low: float | None = param(None, unit="as the parameter", grade="choice", source="set by the user",
                              meaning="least value; the declared one if not given")  # fmt: skip
    high: float | None = param(None, unit="as the parameter", grade="choice", source="set by the user",
                               meaning="greatest value; the declared one if not given")  # fmt: skip
    distribution: Distribution = param("uniform", unit="name", grade="choice", source="set by the user",
                                       meaning="how probable each value is; normal and lognormal are cut off at "
                                               "low and high")  # fmt: skip
    mode: float | None = param(None, unit="as the parameter", grade="choice", source="set by the user",
                               meaning="most probable value (triangular)")  # fmt: skip
    mean: float | None = param(None, unit="as the parameter", grade="choice", source="set by the user",
                               meaning="mean of the value itself, before it is cut off (normal, lognormal)")  # fmt: skip
    sd: float | None = param(None, unit="as the parameter", grade="choice", source="set by the user",
                             meaning="standard deviation of the value itself (normal, lognormal)")  # fmt: skip
    a: float | None = param(None, unit="shape", grade="choice", source="set by the user",
                            meaning="first shape of a beta from low to high")  # fmt: skip
    b: float | None = param(None, unit="shape", grade="choice", source="set by the user",
                            meaning="second shape of a beta from low to high")  # fmt: skip
    reason: str = param("", unit="text", grade="choice", source="set by the user",
                        meaning="why this range and this distribution")  # fmt: skip
    values: list[Any] | None = param(
        None, unit="as the parameter", grade="choice", source="set by the user",
        meaning="the values it takes, equally probable, in place of low, high and distribution",
    )  # fmt: skip
    levels: int | None = param(None, low=2, high=10_000, unit="levels", grade="choice", source="set by the user",
                               meaning="levels in a grid or one at a time, cutting the distribution into equally "
                                       "probable pieces, both ends among them")  # fmt: skip
    group: str = param("", unit="name", grade="choice", source="set by the user",
                       meaning="factors of one group move together in a sensitivity analysis")  # fmt: skip
    label: str = param("", unit="text", grade="choice", source="set by the user",
                       meaning="words for figures; what the parameter means if not given")  # fmt: skip
