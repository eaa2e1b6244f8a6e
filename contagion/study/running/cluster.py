"""Cluster: an executor on many machines, from a dask scheduler that somebody has started.

The workers write their parts into the study's directory, so it must be on a file system that they share.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

from contagion.core.errors import ConfigError, Fault, shown

WAIT = 10
"""Seconds to wait for the scheduler, and for its first worker."""
TRIES = 3
"""Times that a scheduler may leave a question unanswered before it counts as gone."""
ROOTS = ("distributed", "tornado", "asyncio", "concurrent")
"""Loggers, with all below them, that complain of a scheduler that is gone."""
PATIENCE = 60
"""Seconds that a scheduler may be without workers while there is work."""


@contextmanager
def connected(address: str) -> Iterator[tuple[Executor, int]]:
    """The executor of a dask scheduler and the number of tasks it works on at a time; ConfigError if there is none."""

    def refuse(problem: str, rule: str) -> ConfigError:
        return ConfigError(Fault("override", "--cluster", address, rule, problem=problem))

    example = "give the address that the scheduler printed, for instance tcp://127.0.0.1:8786"
    parts = re.fullmatch(r"(?:(tcp|tls)://)?(\[[0-9a-fA-F:]+\]|[A-Za-z0-9_.-]+):(\d{1,5})", address)
    if not parts or int(parts[3]) > 65_535:
        raise refuse(f"is {shown(address)}", f"it must be like tcp://HOST:PORT; {example}")
    try:
        from distributed import Client
    except ImportError:
        raise refuse("needs dask.distributed", "install it with: pip install 'contagion[cluster]'") from None
    try:  # asked here, as a client that finds nobody complains for long and in tracebacks
        socket.create_connection((parts[2].strip("[]"), int(parts[3])), timeout=WAIT).close()
        with _quiet():
            asyncio.run(asyncio.wait_for(_identity(address), WAIT))
            client = Client(address, timeout=WAIT, set_as_default=False)
    except (OSError, TimeoutError, EOFError) as error:
        raise refuse(f"is {shown(address)}, where no dask scheduler answers ({_why(error)})", example) from None
    with _quiet():
        try:
            try:
                client.wait_for_workers(1, timeout=WAIT)
            except TimeoutError:
                rule = f"start some with: dask worker {address} --nthreads 1"
                raise refuse(f"is {shown(address)}, a scheduler without workers", rule) from None
            yield client.get_executor(pure=False), sum(client.nthreads().values())
        finally:
            with contextlib.suppress(Exception):  # a scheduler that is gone cannot be taken leave of
                client.close(timeout=WAIT / 2)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without dask's own complaints, in many lines, of what is said here in a sentence."""
    known = (
        *ROOTS,
        "concurrent.futures",  # says in tracebacks that a callback of a closed client raised
        "tornado.application",
        "tornado.general",
        *logging.root.manager.loggerDict,
    )
    loggers = [logging.getLogger(name) for name in dict.fromkeys(known) if name.split(".")[0] in ROOTS]
    levels = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for one, level in zip(loggers, levels):
            one.setLevel(level)


async def _identity(address: str) -> None:
    """Ask a scheduler who it is. A client that asks one that accepts and never answers would wait for ever."""
    from distributed.core import rpc

    async with rpc(address, timeout=WAIT) as scheduler:
        await scheduler.identity()


def _why(error: BaseException) -> str:
    return str(getattr(error, "strerror", None) or f"nothing came back within {WAIT} seconds")


class Watch:
    """Asks the scheduler behind an executor, now and then, whether it is there and has workers."""

    def __init__(self, executor: Executor) -> None:
        self.client: Any = getattr(executor, "_client", None)
        self.silent = 0
        self.idle_since: float | None = None

    def problem(self) -> str | None:
        """What is wrong with the scheduler, None if it answers, or if there is none to ask. Takes at most WAIT seconds."""
        if self.client is None or not hasattr(self.client, "scheduler"):
            return None
        try:
            workers = self._workers()
        except Exception:  # whatever it raises: it does not answer
            self.silent += 1
            gone = f"the dask scheduler does not answer any more (asked {self.silent} times)"
            return gone if self.silent >= TRIES else None
        self.silent = 0
        if workers:
            self.idle_since = None
            return None
        self.idle_since = self.idle_since or time.monotonic()
        waited = time.monotonic() - self.idle_since
        return f"the dask scheduler has had no worker for {waited:.0f} s" if waited > PATIENCE else None

    def _workers(self) -> int:
        asked = asyncio.run_coroutine_threadsafe(self.client.scheduler.identity(), self.client.loop.asyncio_loop)
        try:
            return len(asked.result(timeout=WAIT)["workers"])
        finally:
            asked.cancel()
