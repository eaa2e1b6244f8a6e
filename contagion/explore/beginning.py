"""A town to begin with."""

from __future__ import annotations

from typing import Any

from contagion.core.chance import seed_of
from contagion.model.agents import RecoveryCity


def demo(seed: int = 1, **overrides: Any) -> RecoveryCity:
    """A small made-up town in which recovery visibly spreads (configs/demo.toml): run it, plot it, change it.

    overrides: parameters by dotted name. It shows what mechanisms do, no sizes: a made-up town, not a place.

    >>> city = ct.demo(**{"time.years": 0.5})
    >>> city.run().plot().save("town.png").name
    'town.png'
    """
    return RecoveryCity("demo", seed_of(seed), **overrides)
