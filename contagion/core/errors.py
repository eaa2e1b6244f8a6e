"""Faults in what a person wrote: each is one clear sentence, and all of them are told at once."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Key = tuple[str, ...]
"""A key of a config file by its parts: ("city", "population")."""


def dotted(key: Key) -> str:
    """A key as it is written in an override: parts that need it in quotes."""
    return ".".join(p if re.fullmatch(r"[A-Za-z0-9_-]+", p) else json.dumps(p, ensure_ascii=False) for p in key)


OTHER_WORDS = {
    "begin": "start",
    "capacity": "places",
    "duration": "years",
    "end": "stop",
    "finish": "stop",
    "horizon": "years",
    "people": "population",
    "runs": "replicates",
    "seeds": "replicates",
    "slots": "places",
    "type": "kind",
    "until": "stop",
    "weeks": "years",
}
"""Words that people write for names of this project's which look nothing like them."""


def nearest(name: str, names: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The name that means the same or is most like the one given, in whatever capitals, or None if nothing is close."""
    known = {one.casefold(): one for one in names}
    if (meant := OTHER_WORDS.get(name.casefold())) in known:
        return known[meant]
    found = difflib.get_close_matches(name[:200].casefold(), list(known), n=1, cutoff=cutoff)
    return known[found[0]] if found else None


def plainly(text: str, longest: int = 200) -> str:
    """Text made safe for one line of a terminal: control characters escaped, long text cut."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def counted(number: int, noun: str, several: str = "") -> str:
    """So many of something, in words."""
    return f"{number:,} {noun if number == 1 else several or noun + 's'}"


def shown(value: Any) -> str:
    """A value as it would be written in a config file, cut to a readable length."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + plainly(value, 80) + '"'
    if isinstance(value, dict):
        return "a table" if value else "an empty table"
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return "a list of tables"
    if isinstance(value, list | tuple):
        return plainly("[" + ", ".join(shown(v) for v in value[:20]) + "]", 80)
    try:
        return plainly(str(value), 60)
    except ValueError:  # an integer of thousands of digits
        return "a number of thousands of digits"


@dataclass(frozen=True)
class Fault:
    """One fault: where it stands, what was written, what would be right.

    The file is empty while it is not known which file wrote the key (see `at_key`); `at` is the key by its parts.
    """

    file: str
    key: str
    value: Any = None
    allowed: str = ""
    nearest: str | None = None
    problem: str = ""
    line: int | None = None
    at: Key = ()

    @property
    def said(self) -> str:
        """What is wrong with the key, without the file and the remedy."""
        what = self.problem or (f"is {shown(self.value)}" if self.value is not None else "is wrong")
        gap = "" if what.startswith(":") else " "
        return f"{plainly(self.key)}{gap}{what}" if self.key else what.lstrip(": ")

    def __str__(self) -> str:
        where = plainly(self.file) + (f", line {self.line}" if self.line else "")
        sentence = f"{where}: {self.said}" if where else self.said
        if self.allowed:
            noun = self.allowed.startswith(("a ", "an ", "one of ", "from ", "between "))
            sentence += f"; it must be {self.allowed}" if noun else f"; {self.allowed}"
        if self.nearest:
            sentence += f"; did you mean {plainly(self.nearest)}?"
        return sentence if sentence.endswith("?") else sentence + "."


def at_key(key: Key, value: Any = None, allowed: str = "", nearest: str | None = None, problem: str = "") -> Fault:
    """A fault at a key, before it is known which file wrote it."""
    return Fault("", dotted(key), value, allowed, nearest, problem, at=key)


class Advice(UserWarning):
    """Something that is done, and that might better be asked for in another way: one sentence."""


class ConfigError(ValueError):
    """Bad input; `.faults` holds every fault that was found, each a sentence.

    >>> try:
    ...     ct.load("baseline", **{"city.populaton": 2000})
    ... except ct.ConfigError as error:
    ...     print(error.faults[0].key, error.faults[0].nearest)
    city.populaton population
    """

    def __init__(self, faults: Iterable[Fault] | Fault):
        self.faults: list[Fault] = [faults] if isinstance(faults, Fault) else list(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[ConfigError], tuple[list[Fault]]]:
        return type(self), (self.faults,)


def refuse(model: str, faults: Iterable[Fault]) -> None:
    """Raise pydantic's ValidationError with these faults of a model, if there are any; each keeps its parts.

    For validators: pydantic puts the place of the model in front of each fault's key.
    """
    from pydantic import ValidationError  # ConfigError is caught without pydantic
    from pydantic_core import InitErrorDetails, PydanticCustomError

    details = []
    for fault in faults:
        parts = {name: getattr(fault, name) for name in ("value", "allowed", "nearest", "problem")}
        what = PydanticCustomError("fault", "{said}", {"said": fault.said, **parts})
        details.append(InitErrorDetails(type=what, loc=fault.at, input=fault.value))
    if details:
        raise ValidationError.from_exception_data(model, details)
