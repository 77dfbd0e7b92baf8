"""One build or takedown of a corpus at a time, since each reads what the other writes."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from redaction.errors import DiscreetError
from redaction.state.layout import CorpusPaths, private_folder
from redaction.state.scratch import remove_leftovers

_LOCK = ".lock"


class BusyError(DiscreetError):
    """Another build or takedown of the corpus is running."""


@contextmanager
def corpus_lock(paths: CorpusPaths, *, wait: bool = False) -> Iterator[None]:
    """Hold the corpus for one build or takedown, and remove what a killed one left behind.

    The lock is released when the process ends, however that happens. A thread that holds it may acquire it once more,
    so a step locks for itself, also inside a build that holds the lock.

    Args:
        paths: The corpus.
        wait: Whether to wait until the lock is free.

    Raises:
        BusyError: Another process or thread holds the lock, and `wait` is false.
    """
    private_folder(paths.state.parent)
    private_folder(paths.state)
    lock = FileLock(paths.state / _LOCK, is_singleton=True, fallback_to_soft=False)
    try:
        lock.acquire(timeout=-1 if wait else 0)
    except Timeout:
        raise BusyError(f"{paths.corpus}: another build or takedown is running; wait for it") from None
    try:
        if lock.lock_counter == 1:
            remove_leftovers(paths.state)
        yield
    finally:
        lock.release()


def is_busy(paths: CorpusPaths) -> bool:
    """Whether a build or takedown of the corpus is running; nothing is removed."""
    path = paths.state / _LOCK
    if not path.exists():
        return False
    lock = FileLock(path, is_singleton=True, fallback_to_soft=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False
