"""Recovery social contagion: a city in which recovery from addiction spreads, simulated person by person.

    import contagion as ct

    city = ct.load("baseline", **{"city.population": 2000})
    outcomes = ct.simulate(city, seed=1)

Nothing heavy is imported until it is used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from contagion.core import package

__version__ = "0.1.0"

package.register("contagion.report.figures", "history", "sweep", "effects", "sensitivity", "sobol", "morris", "delta")
package.register("contagion.report.figures", "ofat", "convergence", "variance", "interactions", "cascades")
package.register("contagion.report.figures.town", "town")
package.register("contagion.report.people_page", "animation")
package.register("contagion.report.budget_page", "budget_page")
package.register("contagion.config.load", "scenario_of")
package.register("contagion.report.figures.lives", "survival_curves", "cascade_trees", "equity_panels")
package.register("contagion.study.analysis.cascades", "cascades_of")
package.register("contagion.study.analysis.survival", "survival")
package.register("contagion.study.analysis.equity", "equity")
package.register("contagion.study.analysis.questions", "questions")

_HOMES = {
    "ConfigError": "contagion.core.errors:ConfigError",
    "Outcomes": "contagion.model.outcomes:Outcomes",
    "Person": "contagion.model.agents:Person",
    "RecoveryCity": "contagion.model.agents:RecoveryCity",
    "Scenario": "contagion.model.scenario:Scenario",
    "Study": "contagion.config.study:Study",
    "budget": "contagion.economics.budget.asking:budget",
    "check": "contagion.config.explain:describe",
    "compare": "contagion.api:compare",
    "costs_and_effects": "contagion.report.comparison.money.export:costs_and_effects",
    "demo": "contagion.exploring.beginning:demo",
    "explore": "contagion.exploring.sliders:explore",
    "load": "contagion.config.load:load",
    "load_study": "contagion.config.load:load_study",
    "open": "contagion.api:open",
    "rerun": "contagion.api:rerun",
    "schema": "contagion.config.explain:schema",
    "sensitivity": "contagion.api:sensitivity",
    "simulate": "contagion.api:simulate",
    "sweep": "contagion.api:sweep",
    "trial": "contagion.api:trial",
    "variants": "contagion.config.load:variants",
    "verify": "contagion.api:verify",
    "write_report": "contagion.report.page:write_report",
}

__all__ = [  # all but `open`, which a star import would put in the place of Python's own
    "ConfigError",
    "Outcomes",
    "Person",
    "RecoveryCity",
    "Scenario",
    "Study",
    "__version__",
    "budget",
    "check",
    "compare",
    "costs_and_effects",
    "demo",
    "explore",
    "load",
    "load_study",
    "rerun",
    "schema",
    "sensitivity",
    "simulate",
    "sweep",
    "trial",
    "variants",
    "verify",
    "write_report",
]

if TYPE_CHECKING:
    from contagion.api import compare, rerun, sensitivity, simulate, sweep, trial, verify
    from contagion.api import open as open
    from contagion.config.explain import describe as check
    from contagion.config.explain import schema
    from contagion.config.load import load, load_study, variants
    from contagion.config.study import Study
    from contagion.core.errors import ConfigError
    from contagion.economics.budget.asking import budget
    from contagion.exploring.beginning import demo
    from contagion.exploring.sliders import explore
    from contagion.model.agents import Person, RecoveryCity
    from contagion.model.outcomes import Outcomes
    from contagion.model.scenario import Scenario
    from contagion.report.comparison.money.export import costs_and_effects
    from contagion.report.page import write_report


def _at(home: str) -> Any:
    module, _, attribute = home.partition(":")
    return getattr(importlib.import_module(module), attribute)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'contagion' has no attribute {name!r}")
    value = globals()[name] = _at(_HOMES[name])
    return value


def __dir__() -> list[str]:
    return sorted({*_HOMES, *(name for name in globals() if name.startswith("__"))})
