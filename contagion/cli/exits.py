"""How a command ends: what goes wrong becomes a sentence and an exit code.

Exit code 0: done; 2: bad input, one sentence for each fault; 1: anything else.
"""

from __future__ import annotations

import functools
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from contagion.core.errors import Advice, ConfigError, plainly

MOST_FAULTS = 50
"""Faults that are told; more are counted."""


@contextmanager
def exits() -> Iterator[None]:
    """Turn what goes wrong into a sentence and an exit code."""
    if os.environ.get("CONTAGION_DEBUG") == "1":
        yield
        return
    try:
        yield
    except ConfigError as error:
        for fault in error.faults[:MOST_FAULTS]:
            print(fault, file=sys.stderr)
        if len(error.faults) > MOST_FAULTS:
            print(f"... and {len(error.faults) - MOST_FAULTS} more faults.", file=sys.stderr)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        print(
            "\nInterrupted; what was finished is kept, and the same command goes on from there.",
            file=sys.stderr,
            flush=True,
        )
        sys.stdout.flush()
        os._exit(1)  # at once: what is kept was renamed into place, and the pool's own thread may never end
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
    except Exception as error:  # the last line of defence: a sentence, not a traceback
        said = traceback.format_exception_only(error)[-1].strip() if not str(error).strip() else str(error).strip()
        ours = isinstance(error, RuntimeError | OSError) or type(error).__module__.startswith("contagion.")
        kind = "" if ours else f"{type(error).__name__}: "
        print(f"contagion: {kind}{plainly(said, 500)}", file=sys.stderr)
        print("Set CONTAGION_DEBUG=1 to see where this happened.", file=sys.stderr)
        raise SystemExit(1) from None


@contextmanager
def advice() -> Iterator[None]:
    """Advice of this package (a key by its old name) is a sentence on stderr; other warnings are shown as ever."""
    with warnings.catch_warnings():
        show = warnings.showwarning

        def told(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> None:
            if issubclass(category, Advice):
                print(plainly(str(message), 500), file=sys.stderr)
            else:
                show(message, category, filename, lineno, file, line)

        warnings.simplefilter("always", Advice)
        warnings.showwarning = told
        yield


def guarded[**P, R](command: Callable[P, R]) -> Callable[P, R]:
    """A command whose troubles end in a sentence and an exit code."""

    @functools.wraps(command)
    def safe(*args: P.args, **kwargs: P.kwargs) -> R:
        with exits(), advice():
            return command(*args, **kwargs)

    return safe
