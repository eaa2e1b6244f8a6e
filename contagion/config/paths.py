"""Paths as people write them: `~` is the home folder, and a name that no file can have is refused in a sentence."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from contagion.core.errors import ConfigError, Fault


def expanded(given: str | bytes | os.PathLike[str] | os.PathLike[bytes]) -> Path:
    """The path that is meant, `~` and `~name` in full; one that cannot be a file's stays as it is and is found missing."""
    return Path(os.path.expanduser(os.fsdecode(given)))


def place_for_results(given: str | bytes | os.PathLike[str] | os.PathLike[bytes], flag: str = "--out") -> Path:
    """Where results are to stand: a link to a folder is followed; ConfigError for what cannot be such a place."""
    try:
        path = expanded(given)
    except TypeError:
        rule = f"{flag} takes the path of a folder"
        raise ConfigError(Fault("override", flag, type(given).__name__, rule, problem="is not a path")) from None
    shown = str(path)

    def refuse(problem: str, rule: str = f"choose another {flag}") -> ConfigError:
        return ConfigError(Fault(shown, flag, None, rule, problem=problem))

    if not os.fsdecode(given).strip():
        raise ConfigError(Fault("override", flag, None, "name a folder", problem="is empty"))
    if "\0" in shown:
        raise refuse("is not a name that a folder can have")
    if str(path).startswith("~"):
        raise refuse(f"names the home folder of {path.parts[0][1:] or 'somebody'}, who is not known here")
    try:
        os.path.abspath(path).encode("utf-8")
    except UnicodeEncodeError:
        raise refuse("has a name that is not UTF-8, which the tables cannot be written under") from None
    try:
        if path.is_symlink() and not path.exists():
            if _circle(path):
                raise refuse("is a link that goes round in a circle")
            raise refuse(
                f"is a link to {os.readlink(path)}, which is not there", "make that folder first, or choose another"
            )
        if path.is_symlink() and path.is_dir():
            path = path.resolve()
        for one in (path, *path.absolute().parents):
            if os.path.lexists(one):
                if one != path and not one.is_dir():
                    raise refuse(f"lies below {one}, which is no folder")
                break
        inside = Path.cwd().is_relative_to(os.path.abspath(path))
        inside |= path.is_dir() and any(os.path.samefile(path, one) for one in (Path.cwd(), *Path.cwd().parents))
    except OSError as error:
        raise refuse(f"cannot be used ({error.strerror or type(error).__name__})") from None
    if inside or path.name in ("", ".."):
        problem = "is the folder you are working in, or one around it, and results take the place of a whole folder"
        raise refuse(problem, "name a folder inside it")
    if len(os.fsencode(path.name)) > LONGEST:
        raise refuse(f"has a name of more than {LONGEST} bytes")
    return path


def _circle(link: Path) -> bool:
    try:
        os.stat(link)
    except OSError as error:
        return error.errno == errno.ELOOP
    return False


LONGEST = 220
"""Bytes of a folder's name: file systems hold 255, and the folder worked in beside it has a longer name."""
