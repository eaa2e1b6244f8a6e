"""The seal of a results directory: SHA256SUMS, with the digest of every file that was written into it.

It is in the form of coreutils, so `sha256sum --check SHA256SUMS` reads it too; its last line is the digest of the lines
above, so that damage to itself is seen. A file that it does not name is the user's, and nobody else touches it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contagion.core.errors import ConfigError, Fault

NAME, MANIFEST, PAGE = "SHA256SUMS", "manifest.json", "report.html"
HEAD = (
    "# sha256 of every file that contagion wrote here; `contagion verify` checks them, or: sha256sum --check SHA256SUMS"
)
LAST = "# of the lines above: "
OURS = re.compile(
    r"(SHA256SUMS|manifest\.json|scenario\.toml|report\.(html|docx|pdf|xlsx)|analysis\.json|(runs|parameters|headlines|indices)\.parquet"
    r"|(timeline|events|groups|ledger|people)/\d{5}\.parquet|inputs/[0-9a-f]{12}/[^/]+)"
)
"""What a directory is known to hold, where its seal cannot be read."""


def sha256(path: Path) -> str:
    """Digest of a file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Damaged(ConfigError):
    """Files of a results directory are not what was written; each is named."""


@dataclass(frozen=True)
class Seal:
    """Digests by name, and whether the seal itself is whole."""

    files: Mapping[str, str]
    whole: bool


def seal(directory: Path, known: Mapping[str, str] | None = None) -> None:
    """Write the seal of all that stands in a directory; digests that are `known` are not taken again."""
    names = sorted(p.relative_to(directory).as_posix() for p in directory.rglob("*") if p.is_file())
    _write(directory, {n: (known or {}).get(n) or sha256(directory / n) for n in names if n != NAME})


def renew(directory: Path, *names: str) -> None:
    """Say anew what these files hold, after they were written again into a directory that has a seal."""
    found = read(directory)
    if found is not None:
        _write(directory, {**found.files, **{name: sha256(directory / name) for name in names}})


def _write(directory: Path, files: Mapping[str, str]) -> None:
    lines = [HEAD, *(f"{_mark(name)}{digest}  {_escaped(name)}" for name, digest in sorted(files.items()))]
    text = "\n".join(lines) + "\n"
    text += f"{LAST}{hashlib.sha256(text.encode()).hexdigest()}\n"
    beside = directory / f".{NAME}.part"
    beside.write_text(text, encoding="utf-8", newline="\n")
    os.replace(beside, directory / NAME)


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace("\n", "\\n")


def _mark(name: str) -> str:
    return "\\" if _escaped(name) != name else ""


def read(directory: Path) -> Seal | None:
    """The seal of a directory, None if it has none."""
    try:
        text = (directory / NAME).read_bytes().decode("utf-8", "replace")
    except OSError:
        return None
    above, _, last = text.rpartition(LAST)
    files = {}
    for marked, digest, name in re.findall(r"^(\\?)([0-9a-f]{64})  (.+)$", above or text, re.MULTILINE):
        files[name.replace("\\n", "\n").replace("\\\\", "\\") if marked else name] = digest
    return Seal(files, last == hashlib.sha256(above.encode()).hexdigest() + "\n" and above.startswith(HEAD))


def wrong(directory: Path, names: Iterable[str] | None = None) -> dict[str, str]:
    """What is wrong with the files of a directory (with these, or with all), by name; a seal that is damaged is named.

    A directory of the form before the seal is held to the digests in its manifest.
    """
    found = read(directory)
    if found is None:
        said = _unsealed(directory)
        if said is None:
            return {NAME: "is missing, so nothing here can be checked"}
        found = Seal(said, True)
    chosen = found.files if names is None else [name for name in names if name in found.files]
    told = {} if found.whole else {NAME: "is damaged: it is not what was written"}
    for name in chosen:
        path = directory / name
        if not path.is_file():
            told[name] = "is missing"
            continue
        try:
            if sha256(path) != found.files[name]:
                told[name] = "is damaged: it is not what was written"
        except OSError as error:
            told[name] = f"is damaged: it cannot be read ({error.strerror or type(error).__name__})"
    return told


def _unsealed(directory: Path) -> dict[str, str] | None:
    """Digests of the tables of a directory that was written before there was a seal; None if it should have one."""
    try:
        said: Any = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
        if said["schema"] > FIRST:
            return None
        return {str(name): str(one["sha256"]) for name, one in said.get("files", {}).items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


FIRST = 2
"""The last form of a results directory without a seal."""


def check(directory: Path, names: Iterable[str] | None = None, but: Iterable[str] = ()) -> None:
    """Damaged unless the files of a directory are what was written; all of them, or these."""
    told = {name: problem for name, problem in wrong(directory, names).items() if name not in set(but)}
    if told:
        raise Damaged([fault(directory, name, problem) for name, problem in told.items()])


def fault(directory: Path, name: str, problem: str, rule: str = "") -> Fault:
    """A damaged file in words."""
    mends = "the command that wrote the directory mends it, given the same --out"
    return Fault(str(directory / name), "", None, rule or mends, None, problem)


def ours(directory: Path) -> set[str]:
    """Names of the files in a results directory that were written there, and so may be written again or taken away."""
    found = read(directory)
    if found is not None and found.whole:
        return {*found.files, NAME, f".{NAME}.part", ".report.html.part"}
    there = (p.relative_to(directory).as_posix() for p in directory.rglob("*"))
    return {name for name in there if OURS.fullmatch(name)}
