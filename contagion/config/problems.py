"""Problems: what is wrong with a key, before it is known which file wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contagion.config.keys import Key, dotted, line_of
from contagion.config.layers import Layer
from contagion.core.errors import Fault


@dataclass(frozen=True)
class Problem:
    """What is wrong with one key, before it is known which file wrote it."""

    key: Key
    value: Any = None
    allowed: str = ""
    nearest: str | None = None
    problem: str = ""
    drop: Key | None = None

    def blamed(self, layers: Sequence[Layer], above: Key = ()) -> Fault:
        """The fault, laid at the last layer that says the key; if none does, at the table it stands in, rather in a file."""
        key = (*above, *self.key)
        files = [layer for layer in layers if layer.text]
        for length in range(len(key), -1, -1):
            for layer in reversed(layers if length == len(key) else [*(la for la in layers if not la.text), *files]):
                if layer.says(key[:length]) and (length or layer.text):
                    line = line_of(layer.text, key[:length]) if length else None
                    return Fault(layer.label, dotted(key), self.value, self.allowed, self.nearest, self.problem, line)
        return Fault(layers[0].label, dotted(key), self.value, self.allowed, self.nearest, self.problem)
