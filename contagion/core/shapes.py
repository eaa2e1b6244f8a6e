"""Shapes that many rules share: drift to a target, saturation, balance."""

from __future__ import annotations

from contagion.core.compiling import rule


@rule
def approaches(now: float, target: float, pace: float) -> float:
    """One week's drift towards a target kept inside 0..1."""
    aim = min(1.0, max(0.0, target))
    return now + pace * (aim - now)


@rule
def fills(amount: float, half: float) -> float:
    """Saturation: 0 at nothing, 1/2 at `half`, 1 at most."""
    return amount / (amount + half)


@rule
def balance(plus: float, minus: float, prior: float) -> float:
    """Share of plus against minus, drawn to 1/2 by a prior of that many ties."""
    return (plus + 0.5 * prior) / (plus + minus + prior)


@rule
def by_kind(kind: int, zero: float, one: float, two: float) -> float:
    """The value that belongs to kind 0, 1 or 2."""
    return zero if kind == 0 else (one if kind == 1 else two)
