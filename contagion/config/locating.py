"""Locating faults: which file, and which line of it, a fault of a config comes from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from contagion.config.keys import dotted, line_of
from contagion.config.layers import ConfigLayer
from contagion.config.study import Study
from contagion.core.errors import ConfigError, Fault, Key


def located(fault: Fault, layers: Sequence[ConfigLayer], above: Key = ()) -> Fault:
    """The fault with its file and line: the last layer that says the key; if none does, its table, rather in a file.

    `above` is the table in which the key of the fault stands. A key is named as that file writes it (see `renamed`).
    """
    key = (*above, *fault.at)
    files = [layer for layer in layers if layer.text]
    for length in range(len(key), -1, -1):
        for layer in reversed(layers if length == len(key) else [*(la for la in layers if not la.text), *files]):
            if layer.says(key[:length]) and (length or layer.text):
                line = line_of(layer.text, layer.written(key[:length])) if length else None
                return replace(fault, file=layer.label, key=dotted(layer.written(key)), line=line, at=key)
    return replace(fault, file=layers[0].label, key=dotted(key), at=key)


def refuse_study(study: Study, faults: Iterable[Fault]) -> None:
    """ConfigError with these faults of a study, if there are any: each once, with the file and line it comes from."""
    layers = study.origin.layers or [ConfigLayer(study.name, Path(), {})]
    found = {str(fault): fault for fault in (located(one, layers) for one in faults)}
    if found:
        raise ConfigError(found.values())
