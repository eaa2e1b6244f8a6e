"""Factors: a parameter that varies, from where to where, how probable each value is, and why."""

from __future__ import annotations

from typing import Any, Literal

from contagion.core.parameters import Parameters, choice

Distribution = Literal["uniform", "loguniform", "triangular", "normal", "lognormal", "beta"]

NEEDS: dict[str, tuple[str, ...]] = {
    "uniform": (),
    "loguniform": (),
    "triangular": ("mode",),
    "normal": ("mean", "sd"),
    "lognormal": ("mean", "sd"),
    "beta": ("a", "b"),
}
"""Parameters of each distribution beside low and high."""


class Factor(Parameters):
    """A parameter that varies: by a distribution from low to high, or over listed values of equal probability."""

    low: float | None = choice(None, "least value; the declared one if not given", unit="as the parameter")
    high: float | None = choice(None, "greatest value; the declared one if not given", unit="as the parameter")
    distribution: Distribution = choice(
        "uniform", "how probable each value is; normal and lognormal are cut off at low and high"
    )
    mode: float | None = choice(None, "most probable value (triangular)", unit="as the parameter")
    mean: float | None = choice(None, "mean before it is cut off (normal, lognormal)", unit="as the parameter")
    sd: float | None = choice(None, "standard deviation before that (normal, lognormal)", unit="as the parameter")
    a: float | None = choice(None, "first shape of a beta from low to high", unit="shape")
    b: float | None = choice(None, "second shape of a beta from low to high", unit="shape")
    reason: str = choice("", "why this range and this distribution", unit="text")
    values: list[Any] | None = choice(
        None, "the values it takes, equally probable, in place of the rest", unit="as the parameter"
    )
    levels: int | None = choice(
        None,
        "levels in a grid or one at a time, equally probable apart, with both ends",
        unit="levels",
        low=2,
        up_to=10_000,
    )
    group: str = choice("", "factors of one group move together in a sensitivity analysis")
    label: str = choice("", "words for figures; what the parameter means if not given", unit="text")
