"""Drawing: figures are of a floor above; the front door of the package says here who draws what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

DRAWERS: dict[str, Callable[..., Any]] = {}
"""Who draws a "sweep" (results, outcome) and a "sensitivity" (analysis, output); filled in by contagion/__init__.py."""
