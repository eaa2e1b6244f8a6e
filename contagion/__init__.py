"""Recovery social contagion: a city in which recovery from addiction spreads, simulated person by person.

    import contagion as ct

    city = ct.load("baseline", **{"city.population": 2000})
    outcomes = ct.simulate(city, seed=1)

Nothing heavy is imported until it is used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from contagion.core import drawing

__version__ = "0.1.0"

drawing.register("contagion.report.figures", "history", "sweep", "effects", "sensitivity", "sobol", "morris", "delta")
drawing.register("contagion.report.figures", "ofat", "convergence", "variance", "interactions")

_HOMES = {
    "ConfigError": "contagion.core.errors:ConfigError",
    "Outcomes": "contagion.model.outcomes:Outcomes",
    "Person": "contagion.model.agents:Person",
    "RecoveryCity": "contagion.model.agents:RecoveryCity",
    "Scenario": "contagion.model.scenario:Scenario",
    "check": "contagion.config.explain:describe",
    "compare": "contagion.api:compare",
    "load": "contagion.config.load:load",
    "schema": "contagion.config.explain:schema",
    "sensitivity": "contagion.api:sensitivity",
    "simulate": "contagion.api:simulate",
    "sweep": "contagion.api:sweep",
    "variants": "contagion.config.load:variants",
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
    from contagion.api import compare, sensitivity, simulate, sweep
    from contagion.config.explain import describe as check
    from contagion.config.explain import schema
    from contagion.config.load import load, variants
    from contagion.core.errors import ConfigError
    from contagion.model.agents import Person, RecoveryCity
    from contagion.model.outcomes import Outcomes
    from contagion.model.scenario import Scenario


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'contagion' has no attribute {name!r}")
    module, _, attribute = _HOMES[name].partition(":")
    value = globals()[name] = getattr(importlib.import_module(module), attribute)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
