"""Rules and loops, compiled by numba where it is installed; plain Python gives the same numbers without it.

A rule is one small pure function; a loop runs over arrays. Both are written in plain Python, and `.plain` keeps that
function. Nothing is compiled, and numba is not imported, before the first call that needs it.

numba keeps compiled code on disk but does not notice that a function called from another file has changed. So the code
is kept in a folder named by the digest of the model's source: `CONTAGION_CACHE_DIR`, else `NUMBA_CACHE_DIR`, else
beside the package, else in the user's cache. In it a function is told apart by all that it is made of.

The first run of all takes about a minute of compiling; a second process takes part of it off (`compile_beside`). What either
has compiled the other finds on disk: nothing is agreed upon, and where one of them ends early nothing is lost.
"""

from __future__ import annotations

import atexit
import dis
import functools
import hashlib
import importlib.util
import inspect
import os
import shutil
import subprocess
import sys
import threading
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from contagion.core.package import PACKAGE, source_digest
from contagion.core.people import for_python

numba = importlib.util.find_spec("numba")
"""Where numba is; None without it. It makes the model fast and is not needed for its results."""

RULES: dict[str, Rule] = {}
"""Every rule by "module.name", for the tests that hold the laws."""

_FIRST: list[Callable[[], None]] = []
_DAY = 86_400.0
_lock = threading.RLock()


def before_compiling(act: Callable[[], None]) -> Callable[[], None]:
    """Have something done once, before the first function is compiled (telling numba of a function, for instance)."""
    _FIRST.append(act)
    return act


class Compiled:
    """A function in plain Python (`plain`) and the same compiled (`fast`); `fast` is `plain` without numba."""

    within = False
    """Whether it is compiled into its callers: worth it for what is small and called for everybody."""

    def __init__(self, plain: Callable[..., Any]) -> None:
        functools.update_wrapper(self, plain)
        self.plain = plain

    @functools.cached_property
    def fast(self) -> Callable[..., Any]:
        """The compiled function, made when first asked for."""
        made: Callable[..., Any] = compiled(self.plain, self.within)
        return made

    def __call__(self, *arguments: Any) -> Any:
        return self.fast(*arguments) if numba else self.plain(*map(for_python, arguments))


class Rule(Compiled):
    """A pure function of at most six numbers, or of a person and a table of parameters.

    Called from Python it is the plain function, one number at a time or element by element over arrays; processes and
    loops that are compiled call it compiled.
    """

    within = True

    def __init__(self, plain: Callable[..., Any]) -> None:
        super().__init__(plain)
        self.arguments = tuple(inspect.signature(plain).parameters)
        if len(self.arguments) > 6:
            raise TypeError(f"rule {plain.__name__} has more than six arguments: it is two rules")
        RULES[f"{plain.__module__}.{plain.__name__}"] = self

    def __call__(self, *arguments: Any) -> Any:
        if any(isinstance(one, np.ndarray) and one.ndim for one in arguments):
            rows = zip(*(a.ravel().tolist() for a in np.broadcast_arrays(*arguments)), strict=True)
            shape = np.broadcast_shapes(*(np.shape(one) for one in arguments))
            return np.array([self.plain(*row) for row in rows]).reshape(shape)
        return self.plain(*arguments)


def rule(plain: Callable[..., Any]) -> Rule:
    """Declare a rule: a pure scalar function (`math` only, no fastmath)."""
    return Rule(plain)


def kernel(plain: Callable[..., Any]) -> Compiled:
    """Declare a loop over arrays; it may call rules."""
    return Compiled(plain)


class Inlined(Compiled):
    """A small function that is compiled into its callers."""

    within = True


def filled(template: Callable[..., Any], name: str, home: Callable[..., Any], **names: Any) -> Callable[..., Any]:
    """A copy of a template, with these functions or numbers in its globals, that numba keeps beside `home`.

    A closure over a compiled function would not be found again on disk by the next program; a global is.
    """
    own = home.__code__
    code = template.__code__.replace(
        co_filename=own.co_filename, co_firstlineno=own.co_firstlineno, co_name=name, co_qualname=name
    )
    scope = {**template.__globals__, **names, "__name__": home.__module__}
    return types.FunctionType(code, scope, name, template.__defaults__)


def compiled(plain: Callable[..., Any], within: bool = False) -> Any:
    """The function compiled for whatever types it meets and kept on disk; rules in its globals are compiled too."""
    if not numba:
        return plain
    with _lock:
        from numba import config as settings
        from numba import njit

        config: Any = settings

        while _FIRST:
            _FIRST.pop()()
        scope = dict(plain.__globals__)
        for name in globals_of(plain.__code__):
            if isinstance(scope.get(name), Compiled):
                scope[name] = scope[name].fast
        made = types.FunctionType(plain.__code__, scope, plain.__name__, plain.__defaults__)
        made.__qualname__ = f"{plain.__qualname__}_{made_of(plain)}"
        made.__module__, made.__doc__ = plain.__module__, plain.__doc__
        before, config.CACHE_DIR = config.CACHE_DIR, str(_folder())
        try:
            return njit(cache=True, forceinline=within)(made)
        finally:
            config.CACHE_DIR = before


def made_of(plain: Callable[..., Any], above: frozenset[Callable[..., Any]] = frozenset()) -> str:
    """A digest of the functions and numbers that a function is made of, by name; outside the model by their code too.

    Somebody's own process, intervention or outcome is filled into loops of the model, whose source it does not change.
    """
    if plain in _MADE_OF:
        return _MADE_OF[plain]
    parts, within = [plain.__module__, plain.__qualname__], above | {plain}
    if not plain.__module__.startswith(f"{PACKAGE.name}."):
        parts += _as_text(plain.__code__)
    for name in sorted(globals_of(plain.__code__)):
        value = plain.__globals__.get(name)
        called = getattr(value, "plain", getattr(value, "py_func", value))
        if isinstance(called, types.FunctionType):
            parts.append(f"{name} {made_of(called, within) if called not in within else ''}")
        elif isinstance(value, bool | int | float | str | tuple | np.generic):
            parts.append(f"{name} {value!r}")
    _MADE_OF[plain] = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
    return _MADE_OF[plain]


def _as_text(code: types.CodeType) -> list[str]:
    """What a function does, as texts that are the same in every process."""
    inner = (_as_text(one) for one in code.co_consts if isinstance(one, types.CodeType))
    plain = (sorted(map(repr, one)) if isinstance(one, frozenset) else one for one in code.co_consts)
    said = [repr(one) for one in plain if not isinstance(one, types.CodeType)]
    return [code.co_code.hex(), *code.co_names, *said, *(text for texts in inner for text in texts)]


_MADE_OF: dict[Callable[..., Any], str] = {}


@functools.cache
def globals_of(code: types.CodeType) -> set[str]:
    """The names that a function looks up in its globals, those of functions inside it included."""
    inner = (one for one in code.co_consts if isinstance(one, types.CodeType))
    own = {one.argval for one in dis.get_instructions(code) if one.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    return own.union(*(globals_of(one) for one in inner))


def is_compiled() -> bool:
    """Whether anything of this version of the model was compiled before, or nothing ever is (without numba)."""
    return not numba or any(_folder().rglob("*.nbc"))


def kept_in() -> Path | None:
    """The folder in which compiled code is kept for the next process; None where there is none to write to."""
    return _folder() if _folder().name.endswith(source_digest()[:16]) else None


@functools.cache
def _folder() -> Path:
    """Where compiled code is kept, by the digest of the model's source. Versions unused for a day are taken away."""
    asked = os.environ.get("CONTAGION_CACHE_DIR") or os.environ.get("NUMBA_CACHE_DIR")
    home = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "contagion"
    places = [Path(asked)] if asked else [PACKAGE / "__pycache__" / "compiled", home]
    for place in places:
        folder = place / f"contagion-{source_digest()[:16]}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            os.utime(folder)
        except OSError:
            continue
        for other in place.glob("contagion-*"):
            if other != folder and time.time() - other.stat().st_mtime > _DAY:
                shutil.rmtree(other, ignore_errors=True)
        return folder
    import tempfile

    return Path(tempfile.mkdtemp(prefix="contagion-"))


_BEGUN = "begun"
_beside: list[subprocess.Popen[bytes]] = []


@functools.cache
def compile_beside(script: str) -> None:
    """Have a second process run this script, which compiles, once for every version of the model on a machine.

    Nothing is done without numba, with a single processor, or where compiled code cannot be kept.
    """
    folder = kept_in() if numba and sys.executable and _processors() > 1 else None
    if folder is None:
        return
    try:
        os.close(os.open(folder / _BEGUN, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        path = os.pathsep.join(filter(None, (str(PACKAGE.parent), os.environ.get("PYTHONPATH"))))
        _beside.append(
            subprocess.Popen(
                [sys.executable, "-c", script],
                env={**os.environ, "PYTHONPATH": path},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
    except OSError:  # begun before, or no process to be had: then this one compiles it all
        return


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def share_in(backwards: Callable[[], None]) -> None:
    """Take up the work of the second process from its end, if this process began it."""
    if _beside:
        backwards()
        _end()


@atexit.register
def _end() -> None:
    while _beside:
        process = _beside.pop()
        process.terminate()
        process.wait()
