"""The package itself: which version of the model it is, and who in it answers to a name.

What holds results stands below what draws them, and a city stands below what reads files. So the lower floors name what they
want and hand over what they have; who answers is registered from the top of the package, and imported only then.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
from pathlib import Path
from typing import Any

FLOORS = ("core", "processes", "city", "interventions", "model")
"""The folders that one history depends on; a word changed elsewhere disowns no stored run."""

PACKAGE = Path(__file__).resolve().parents[1]


@functools.cache
def source_digest() -> str:
    """sha256 over the Python files of FLOORS and the vocabulary, by place and content."""
    total = hashlib.sha256()
    files = [PACKAGE / "vocabulary.py", *(file for floor in FLOORS for file in (PACKAGE / floor).rglob("*.py"))]
    for file in sorted(files):
        total.update(f"{file.relative_to(PACKAGE).as_posix()}\0".encode() + file.read_bytes())
    return total.hexdigest()


ANSWERS: dict[str, str] = {}
"""Who answers to each name (a kind of figure, the reader of scenarios), as "module:function"."""


def register(module: str, *names: str) -> None:
    """Let the functions of a module answer, each to its own name."""
    ANSWERS.update({name: f"{module}:{name}" for name in names})


def ask(name: str, /, *chosen: Any, **data: Any) -> Any:
    """What the function of a name makes of this; KeyError for a name that nobody answers to."""
    if name not in ANSWERS:
        raise KeyError(f"nobody answers to {name!r}; there are: {', '.join(sorted(ANSWERS)) or 'none'}")
    module, _, function = ANSWERS[name].partition(":")
    return getattr(importlib.import_module(module), function)(*chosen, **data)
