"""One function over portions of work: in this process, in a pool of processes or on Ray, with the same results."""

import atexit
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache
from threading import Thread
from typing import Final

from redaction.errors import DiscreetError
from redaction.execution.failures import (
    WORKER_DIED,
    ExecutionError,
    Failed,
    Portion,
    Result,
    attempt,
    failure_of,
    quiet_hooks,
    unwrap,
)
from redaction.execution.settings import Engine, ExecutionSettings
from redaction.execution.threads import one_thread
from redaction.foreign_code import close_streams

_WATCH_SECONDS = 2
_OF_TERMINAL: Final = (signal.SIGINT, signal.SIGHUP)
"""The signals that a terminal sends to every process of a command."""


def run(
    function: Callable[[Portion], Result], portions: Iterable[Portion], execution: ExecutionSettings
) -> Iterator[Result]:
    """Apply a function to portions of work; at most two portions a worker are in flight.

    The workers live as long as this process, so that loaded models serve the next call too. Function and portions must
    be picklable, and the function importable where the workers are.

    Yields:
        The results, in the order of the portions.

    Raises:
        DiscreetError: As the function raised it.
        ExecutionError: A worker died.
        ProgramError: For any other error, with the name of its type only.
        ResourceError: The machine refused memory, room or permission.
        KeyboardInterrupt: As it came.
        GeneratorExit: As it came.
    """
    problem: DiscreetError
    try:
        yield from _results(function, portions, execution)
        return
    except (DiscreetError, KeyboardInterrupt, GeneratorExit):
        raise
    except BrokenProcessPool:
        problem = ExecutionError(WORKER_DIED)
        pool.cache_clear()
    except BaseException as error:  # noqa: BLE001 - the message may hold a text
        problem = failure_of(error)
    raise problem


def start(function: Callable[[Portion], object], portion: Portion, execution: ExecutionSettings) -> None:
    """Start the processes of a pool in the background, each with a call of the function. Errors are ignored."""
    if execution.engine is Engine.POOL and execution.worker_count > 1:
        with one_thread(), _without_signals():
            for _ in range(execution.worker_count):
                pool(execution.worker_count).submit(attempt, function, portion)


def _results(
    function: Callable[[Portion], Result], portions: Iterable[Portion], execution: ExecutionSettings
) -> Iterator[Result]:
    if execution.engine is Engine.RAY:
        from redaction.execution.ray import on_cluster  # noqa: PLC0415 - Ray is an extra

        return on_cluster(function, portions, execution)
    if execution.worker_count == 1:
        return map(function, portions)
    return _in_pool(function, portions, execution.worker_count)


@cache
def pool(workers: int) -> ProcessPoolExecutor:
    """Return the pool of this process. Its workers are spawned, since forking a process with threads may hang."""
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(workers, context, initializer=_live_with, initargs=(os.getpid(),))
    atexit.register(executor.shutdown, wait=False, cancel_futures=True)
    return executor


@contextmanager
def _without_signals() -> Iterator[None]:
    """Let processes that are started inside wait with the signals of a terminal until they can ignore them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _OF_TERMINAL)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _live_with(parent: int) -> None:
    """End the worker when its parent ends, however that happens; interrupts are the parent's to handle.

    What its libraries print may hold a text, so it is dropped.
    """
    for each in _OF_TERMINAL:
        signal.signal(each, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _OF_TERMINAL)
    quiet_hooks()
    close_streams()
    Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCH_SECONDS)
    os._exit(1)


def _in_pool(function: Callable[[Portion], Result], portions: Iterable[Portion], workers: int) -> Iterator[Result]:
    waiting: deque[Future[Result | Failed]] = deque()
    executor = pool(workers)
    try:
        for portion in portions:
            with one_thread(), _without_signals():
                waiting.append(executor.submit(attempt, function, portion))
            if len(waiting) >= 2 * workers:
                yield unwrap(waiting.popleft().result())
        while waiting:
            yield unwrap(waiting.popleft().result())
    finally:
        for future in waiting:
            future.cancel()
