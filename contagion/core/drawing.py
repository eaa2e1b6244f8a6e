"""Drawing by name: results ask for a kind of figure, and what draws it is imported only then.

What holds results stands below what draws them. So it names a kind and hands over its tables; who draws which kind is
registered from the top of the package.
"""

from __future__ import annotations

import importlib
from typing import Any

DRAWERS: dict[str, str] = {}
"""Who draws each kind of figure, as "module:function"."""


def register(module: str, *kinds: str) -> None:
    """Let the functions of a module, each called as its kind, draw these kinds of figures."""
    DRAWERS.update({kind: f"{module}:{kind}" for kind in kinds})


def draw(kind: str, /, *chosen: Any, **data: Any) -> Any:
    """The figure of a kind, made of this data; KeyError for a kind that nobody draws."""
    if kind not in DRAWERS:
        raise KeyError(f"nobody draws {kind!r}; there are: {', '.join(sorted(DRAWERS)) or 'none'}")
    module, _, function = DRAWERS[kind].partition(":")
    return getattr(importlib.import_module(module), function)(*chosen, **data)
