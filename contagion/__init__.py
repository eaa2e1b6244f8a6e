"""Recovery social contagion: a city in which recovery from addiction spreads, simulated person by person.

    import contagion as ct

    city = ct.load("baseline", **{"city.population": 2000})
    outcomes = ct.simulate(city, seed=1)

Nothing heavy is imported until it is used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "ConfigError": "contagion.faults:ConfigError",
    "Outcomes": "contagion.outcomes:Outcomes",
    "Person": "contagion.city.people:Person",
    "RecoveryCity": "contagion.model:RecoveryCity",
    "Scenario": "contagion.scenario:Scenario",
    "check": "contagion.explain:describe",
    "compare": "contagion.front:compare",
    "load": "contagion.configuration:load",
    "schema": "contagion.explain:schema",
    "sensitivity": "contagion.front:sensitivity",
    "simulate": "contagion.living:simulate",
    "sweep": "contagion.front:sweep",
    "variants": "contagion.configuration:variants",
}

__all__ = [
    "ConfigError",
    "Outcomes",
    "Person",
    "RecoveryCity",
    "Scenario",
    "__version__",
    "check",
    "compare",
    "load",
    "schema",
    "sensitivity",
    "simulate",
    "sweep",
    "variants",
]

if TYPE_CHECKING:
    from contagion.city.people import Person
    from contagion.configuration import load, variants
    from contagion.explain import describe as check
    from contagion.explain import schema
    from contagion.faults import ConfigError
    from contagion.front import compare, sensitivity, sweep
    from contagion.living import simulate
    from contagion.model import RecoveryCity
    from contagion.outcomes import Outcomes
    from contagion.scenario import Scenario


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'contagion' has no attribute {name!r}")
    module, _, attribute = _HOMES[name].partition(":")
    value = globals()[name] = getattr(importlib.import_module(module), attribute)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
