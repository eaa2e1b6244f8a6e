"""A town to begin with."""

from __future__ import annotations

import sys
from typing import Any

from contagion.core.chance import seed_of
from contagion.core.compiling import is_compiled
from contagion.model.agents import RecoveryCity


def demo(seed: int = 1, **overrides: Any) -> RecoveryCity:
    """A small made-up town in which recovery visibly spreads (configs/demo.toml): run it, plot it, change it.

    overrides: parameters by dotted name. It shows what mechanisms do, no sizes: a made-up town, not a place.

    >>> city = ct.demo(**{"time.years": 0.5})
    >>> city.run().plot().save("town.png").name
    'town.png'
    """
    tell_of_compiling()
    return RecoveryCity("demo", seed_of(seed), **overrides)


def tell_of_compiling() -> None:
    """Say why the first city of all takes so long, before it does; afterwards nothing is said."""
    if not is_compiled():
        print("Compiling the model for this machine: once, about a minute.", file=sys.stderr, flush=True)
