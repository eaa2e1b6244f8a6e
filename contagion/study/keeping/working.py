"""The working folder `DIR.partial` of a results directory: marked as ours, held by one process at a time.

It holds the parts of a study that goes on, copies of its inputs, and, while one directory takes the place of another, the
one that is put together (`new`) and the one that stood there (`old`). It comes into being and goes by a rename, so at no
moment is there a folder that is half ours. A folder of that name without our mark is the user's: another is taken.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from contagion.core.errors import ConfigError, Fault
from contagion.study.keeping.seal import MANIFEST, ours, sha256

MARKER, LOCK, EXCHANGE = "contagion-working-folder.json", "lock", "exchange.json"
NEW, OLD, GONE = "new", "old", "gone"
WHAT = "a working folder of contagion: the same command goes on from it, or clears it away"


def found(directory: Path) -> Path | None:
    """The working folder of a results directory, None if there is none that is ours."""
    with contextlib.suppress(OSError):
        for place in sorted(directory.absolute().parent.glob(_plain(f"{directory.name}.partial") + "*")):
            if place.is_dir() and not place.is_symlink() and place != _husk(directory):
                said = marked(place)
                if said is not None and said.get("for") == directory.name:
                    return directory.with_name(place.name)
    return None


def _plain(name: str) -> str:
    """A name for `glob`, that is matched as it stands."""
    return "".join(f"[{c}]" if c in "[]*?" else c for c in name)


def marked(folder: Path) -> dict[str, Any] | None:
    """What the mark of a working folder says, None if it has none."""
    try:
        said = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return said if isinstance(said, dict) and said.get("what") == WHAT else None


def mark(folder: Path, said: dict[str, Any]) -> None:
    """Put the mark into a folder, whole or not at all."""
    beside = folder / f"{MARKER}.part"
    beside.write_text(json.dumps({"what": WHAT, **said}, ensure_ascii=False), encoding="utf-8")
    os.replace(beside, folder / MARKER)


def _husk(directory: Path) -> Path:
    """Where a working folder stands before it has, and after it had, its name: nobody else chooses such a name."""
    return directory.with_name(f"{directory.name}.partial-{hashlib.sha256(WHAT.encode()).hexdigest()[:12]}")


def _made(directory: Path) -> Path:
    """A new working folder, under the first name that is free."""
    husk = _husk(directory)
    husk.mkdir(parents=True, exist_ok=True)
    said = {"for": directory.name, "id": uuid.uuid4().hex}
    mark(husk, said)
    number = 1
    while os.path.lexists(place := directory.with_name(f"{directory.name}.partial" + f"-{number}" * (number > 1))):
        number += 1
    os.rename(husk, place)
    if marked(place) is None:  # another process took the husk for one that was left
        mark(place, said)
    return place


def _clear_husk(directory: Path) -> None:
    husk = _husk(directory)
    for name in (LOCK, f"{MARKER}.part", MARKER):
        with contextlib.suppress(OSError):
            (husk / name).unlink()
    with contextlib.suppress(OSError):
        husk.rmdir()


@contextlib.contextmanager
def locked(directory: Path) -> Iterator[Path]:
    """The directory's working folder, made where there is none, held by one process at a time; put in order at both ends."""
    made = [folder for folder in directory.absolute().parents if not folder.exists()]
    try:
        folder, lock = _held(directory)
    except OSError as error:
        problem = f"cannot be made ({error.strerror or type(error).__name__})"
        raise ConfigError(Fault(str(directory), "--out", None, "choose another --out", problem=problem)) from None
    try:
        recover(directory, folder)
        yield folder
    finally:
        if os.name == "nt":  # an open file keeps its folder from being renamed there
            lock.release()
        _dismiss(directory, folder)
        lock.release()
        with contextlib.suppress(OSError):
            for above in made:  # from the inside out, as far as they are empty
                above.rmdir()


def _held(directory: Path) -> tuple[Path, Any]:
    """The working folder and its lock, taken. RuntimeError if another process holds it."""
    from filelock import FileLock, Timeout

    for attempt in range(50):
        folder = found(directory)
        try:
            folder = folder or _made(directory)
            before, lock = marked(folder), FileLock(str((folder / LOCK).absolute()), timeout=0)
            lock.acquire()
        except Timeout:
            raise RuntimeError(f"another process is writing {directory}; wait for it or choose another --out") from None
        except FileNotFoundError:  # another process has just cleared it away, or nothing can be made there
            if attempt < 10:
                continue
            raise
        now = marked(folder)
        if now is not None and before is not None and now["id"] == before["id"]:
            return folder, lock
        lock.release()
    raise RuntimeError(f"other processes keep making and clearing {directory.name}.partial; try again")


def recovered(directory: Path) -> None:
    """Put right what a killed process left, if there is anything, and if nobody is at work there."""
    if found(directory) is None:
        _clear_husk(directory)
        return
    with contextlib.suppress(RuntimeError), locked(directory):
        pass


def recover(directory: Path, folder: Path) -> None:
    """Finish, or undo, an exchange of directories that was broken off; clear what was half written."""
    old = folder / OLD
    if old.exists() and not os.path.lexists(directory):  # killed between the two renames
        os.rename(old, directory)
    elif old.exists():
        if _exchanged(directory, folder):
            bring(old, directory)
            _drop(old)
        else:
            rule = f"take {directory} away, or {old} if it is not needed"
            problem = f"is not what was being written; what stood there before is in {old}"
            raise ConfigError(Fault(str(directory), "--out", None, rule, problem=problem))
    for left in (folder / NEW, folder / GONE, *folder.glob("writing-*"), *folder.glob("inputs/writing-*")):
        shutil.rmtree(left, ignore_errors=True)
    for name in (EXCHANGE, f"{EXCHANGE}.part", f"{MARKER}.part"):
        (folder / name).unlink(missing_ok=True)
    _clear_husk(directory)


def exchange(directory: Path, folder: Path) -> None:
    """Put the new directory into the place of the old one; what is the user's in the old one goes on standing there."""
    beside = folder / f"{EXCHANGE}.part"
    beside.write_text(json.dumps({"manifest": sha256(folder / NEW / MANIFEST)}), encoding="utf-8")
    os.replace(beside, folder / EXCHANGE)
    if directory.exists():
        os.rename(directory, folder / OLD)
    try:
        os.rename(folder / NEW, directory)
    finally:
        recover(directory, folder)


def _exchanged(directory: Path, folder: Path) -> bool:
    try:
        said = json.loads((folder / EXCHANGE).read_text(encoding="utf-8"))
        return bool(said["manifest"] == sha256(directory / MANIFEST))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def bring(old: Path, directory: Path) -> None:
    """Move what is the user's from one results directory into another, under another name where the name is taken."""
    written = ours(old)
    folders = {parent.as_posix() for name in written for parent in Path(name).parents}

    def move(above: Path) -> None:
        for entry in sorted(above.iterdir()):
            name = entry.relative_to(old).as_posix()
            if name in written:
                continue
            if name in folders and entry.is_dir() and not entry.is_symlink():
                move(entry)
                continue
            target = directory / name
            target.parent.mkdir(parents=True, exist_ok=True)
            while os.path.lexists(target):
                target = target.with_name(f"{target.name}.kept")
            os.rename(entry, target)

    move(old)


def _drop(old: Path) -> None:
    """Take a results directory away from which all that is the user's was taken."""
    gone = old.with_name(GONE)
    shutil.rmtree(gone, ignore_errors=True)
    os.rename(old, gone)
    shutil.rmtree(gone, ignore_errors=True)


def _dismiss(directory: Path, folder: Path) -> None:
    """Clear a working folder away that has no parts; what is not ours in it stays."""
    with contextlib.suppress(OSError):
        if marked(folder) is None or any(folder.glob("part-*")) or (folder / OLD).exists():
            return
        for left in (folder / NEW, folder / GONE, folder / "inputs", *folder.glob("writing-*")):
            shutil.rmtree(left, ignore_errors=True)
        for name in (EXCHANGE, f"{EXCHANGE}.part", f"{MARKER}.part"):
            (folder / name).unlink(missing_ok=True)
        if {entry.name for entry in folder.iterdir()} <= {MARKER, LOCK}:
            os.rename(folder, _husk(directory))
            _clear_husk(directory)
        else:  # the user keeps something here: the folder is theirs from now on
            (folder / LOCK).unlink(missing_ok=True)
            (folder / MARKER).unlink()


def claim(folder: Path, study: dict[str, Any], force: bool) -> None:
    """Make the folder that of a study; ConfigError if it holds runs of another one (forced, these are dropped)."""
    said = marked(folder) or {"for": folder.name.partition(".partial")[0], "id": uuid.uuid4().hex}
    other = said.get("study")
    if other is not None and not _same(other, study):
        refuse_another(folder, study, force)
        for part in (*folder.glob("part-*"), folder / "inputs"):
            shutil.rmtree(part, ignore_errors=True)
    if other != study:
        mark(folder, {**{k: v for k, v in said.items() if k != "what"}, "study": study})


def refuse_another(folder: Path | None, study: dict[str, Any], force: bool) -> None:
    """ConfigError if a working folder holds finished runs of another study, unless forced."""
    said = marked(folder) if folder is not None else None
    other = (said or {}).get("study")
    if folder is None or other is None or _same(other, study) or force or not any(folder.glob("part-*")):
        return
    place = folder.name.partition(".partial")[0]
    problem = f"has finished runs of another study, {other.get('title')} ({other.get('kind')}), waiting in {folder}"
    rule = "choose another --out, finish that study first, or add --force to drop them"
    raise ConfigError(Fault(str(folder.with_name(place)), "--out", None, rule, problem=problem))


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(one.get(key) == other.get(key) for key in ("kind", "identity"))
