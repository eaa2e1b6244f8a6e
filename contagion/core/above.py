"""What stands above, by name: the lower floors ask for a figure, or for a scenario to be read, and import neither.

What holds results stands below what draws them, and a city stands below what reads files. So they name what they want and
hand over what they have; who answers to which name is registered from the top of the package, and imported only then.
"""

from __future__ import annotations

import importlib
from typing import Any

ANSWERS: dict[str, str] = {}
"""Who answers to each name, as "module:function"."""


def register(module: str, *names: str) -> None:
    """Let the functions of a module answer, each to its own name."""
    ANSWERS.update({name: f"{module}:{name}" for name in names})


def ask(name: str, /, *chosen: Any, **data: Any) -> Any:
    """What the function of a name makes of this; KeyError for a name that nobody answers to."""
    if name not in ANSWERS:
        raise KeyError(f"nobody answers to {name!r}; there are: {', '.join(sorted(ANSWERS)) or 'none'}")
    module, _, function = ANSWERS[name].partition(":")
    return getattr(importlib.import_module(module), function)(*chosen, **data)
