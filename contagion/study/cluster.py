"""Cluster: an executor on many machines, from a dask scheduler that somebody has started.

The workers write their parts into the study's directory, so it must be on a file system that they share.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from contagion.faults import ConfigError, Fault

WAIT = 20
"""Seconds to wait for the scheduler, and for its first worker."""


@contextmanager
def connected(address: str) -> Iterator[tuple[Executor, int]]:
    """The executor of a dask scheduler and the number of tasks it works on at a time; ConfigError if there is none."""
    try:
        from distributed import Client
    except ImportError:
        rule = "install it with: pip install 'contagion[cluster]'"
        raise ConfigError(Fault("override", "--cluster", address, rule, problem="needs dask.distributed")) from None

    def refuse(problem: str, rule: str) -> ConfigError:
        return ConfigError(Fault("override", "--cluster", address, rule, problem=problem))

    try:
        client = Client(address, timeout=WAIT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        rule = "give the address that the scheduler printed, for instance tcp://127.0.0.1:8786"
        raise refuse(f'is "{address}", where no dask scheduler answers ({type(error).__name__})', rule) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=WAIT)
        except TimeoutError:
            raise refuse("has no workers", "start some with: dask worker ADDRESS --nthreads 1") from None
        yield client.get_executor(pure=False), sum(client.nthreads().values())
