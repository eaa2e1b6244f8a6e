"""Keys of a config file: how they are written, and on which line one stands."""

from __future__ import annotations

import json
import re

Key = tuple[str, ...]


def dotted(key: Key) -> str:
    """A key as it is written in an override: parts that need it in quotes."""
    return ".".join(p if re.fullmatch(r"[A-Za-z0-9_-]+", p) else json.dumps(p, ensure_ascii=False) for p in key)


_PART = r"(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')"
_HEAD = re.compile(rf"\s*\[+\s*({_PART}(?:\s*\.\s*{_PART})*)\s*\]+\s*(#.*)?$")
_ENTRY = re.compile(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=")


def line_of(text: str, key: Key) -> int | None:
    """The line where a key stands, by a simple scan; the nearest table above it if it is written inline."""
    deepest, found = 0, None
    table: Key = ()
    for number, line in enumerate(text.splitlines(), 1):
        if head := _HEAD.match(line):
            path = table = _parts(head[1])
        elif entry := _ENTRY.match(line):
            path = (*table, *_parts(entry[1]))
        else:
            continue
        if path == key[: len(path)] and len(path) > deepest:
            deepest, found = len(path), number
    return found


def _parts(written: str) -> Key:
    return tuple(p.strip("\"'") for p in re.findall(_PART, written))
