"""The version of the model: a digest of the source that one history depends on."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

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
