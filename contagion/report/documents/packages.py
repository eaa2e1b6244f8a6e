"""The packages that documents need beyond the page, and what is said where one is missing."""

from __future__ import annotations

import importlib
from typing import Any

from contagion.core.errors import ConfigError, Fault

CALLED = {"docx": "python-docx", "typst": "typst", "gptables": "gptables"}
"""What a package is called where it is installed from, by the name it is imported by."""


def needed(module: str) -> Any:
    """A package of the extra `documents`; ConfigError, naming the extra, where it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError:
        rule = 'install the extra: pip install "contagion[documents]"'
        problem = f"needs the package {CALLED[module]}, which is not installed"
        raise ConfigError(Fault("", "This format of the report", None, rule, None, problem)) from None
