"""One function over portions of work: in this process, or in a pool of processes, with the same results."""

import atexit
import multiprocessing
import os
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

from polars.exceptions import PanicException

from redaction.errors import DiscreetError

Portion = TypeVar("Portion")
Result = TypeVar("Result")

_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")


class ExecutionError(DiscreetError):
    """Work that failed. Names the type of what went wrong, never its message, which may repeat a text."""


def run(function: Callable[[Portion], Result], portions: Iterable[Portion], workers: int) -> Iterator[Result]:
    """The results in the order of the portions; at most two portions a worker are in flight.

    The workers live as long as this process does, so that what they have loaded serves the next call too.

    Raises:
        DiscreetError: as the function raised it.
        ExecutionError: for anything else, with the type's name alone.
    """
    try:
        yield from map(function, portions) if workers == 1 else _in_pool(function, portions, workers)
        return
    except DiscreetError:
        raise
    except BrokenProcessPool:
        problem = "a worker process died (out of memory?); lower execution.workers or execution.chunk_rows"
        pool.cache_clear()
    except (Exception, PanicException) as error:  # noqa: BLE001 - the message may hold a text: only type and place may be told
        place = traceback.extract_tb(error.__traceback__)[-1]
        problem = f"{type(error).__name__} in {place.name}, line {place.lineno}; this is a defect of the program"
    raise ExecutionError(problem)


@cache
def pool(workers: int) -> ProcessPoolExecutor:
    """The pool of this process. Spawned, since forking a process with threads may hang."""
    executor = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"))
    atexit.register(executor.shutdown, wait=False, cancel_futures=True)
    return executor


def _in_pool(function: Callable[[Portion], Result], portions: Iterable[Portion], workers: int) -> Iterator[Result]:
    waiting: deque[Future[Result]] = deque()
    executor = pool(workers)
    try:
        for portion in portions:
            with _one_thread():
                waiting.append(executor.submit(function, portion))
            if len(waiting) >= 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


@contextmanager
def _one_thread() -> Iterator[None]:
    """Workers started inside use one thread each: thread pools are sized when a library is loaded."""
    before = {name: os.environ.get(name) for name in _THREAD_VARIABLES}
    os.environ.update(dict.fromkeys(_THREAD_VARIABLES, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
