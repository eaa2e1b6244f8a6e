"""Cluster: an executor on many machines, from a dask scheduler that somebody has started.

The workers write their parts into the study's directory, so it must be on a file system that they share.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from contagion.core.errors import ConfigError, Fault, shown

WAIT = 10
"""Seconds to wait for the scheduler, and for its first worker."""


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
        client = Client(address, timeout=WAIT, set_as_default=False)
    except OSError as error:
        raise refuse(
            f"is {shown(address)}, where no dask scheduler answers ({error.strerror or error})", example
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=WAIT)
        except TimeoutError:
            rule = f"start some with: dask worker {address} --nthreads 1"
            raise refuse(f"is {shown(address)}, a scheduler without workers", rule) from None
        yield client.get_executor(pure=False), sum(client.nthreads().values())
