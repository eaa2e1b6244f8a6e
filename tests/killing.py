"""Processes that are killed at a chosen act on the disk: before the n-th file or folder is made, renamed or taken away."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

KILLED, FAILED = 137, 1
ACTS = ("os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate")


def acts(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether an audited event changes what is on the disk."""
    if event == "open":
        mode, flags = arguments[1], arguments[2]
        return bool(flags & (os.O_WRONLY | os.O_RDWR)) if mode is None else any(c in str(mode) for c in "wax+")
    return event in ACTS


def in_a_child(work: Callable[[], object], at: int | None = None) -> tuple[int, int]:
    """Do the work in a forked process that ends, as if killed, before act number `at`; its exit code, and its acts."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        code = FAILED
        try:
            count = 0

            def hook(event: str, arguments: tuple[Any, ...]) -> None:
                nonlocal count
                if acts(event, arguments):
                    if count == at:
                        os._exit(KILLED)  # nothing is cleared up, and what is in buffers is lost
                    count += 1

            sys.addaudithook(hook)
            work()
            os.write(write, str(count).encode())
            code = 0
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read) as pipe:
        said = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), int(said or 0)
