"""Whether the process of a run is alive: it holds a lock file that the system releases when the process ends."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

_FOLDER: Final = "running"
_GRACE_SECONDS: Final = 300
"""How long a run may be started before it takes its lock, and last after it has released it in good order."""
_OPENING_SECONDS: Final = 5
"""How long a process may take from making its lock file to locking it."""


@contextmanager
def hold_run(home: Path, run_id: str) -> Iterator[None]:
    """Hold the lock of a run while its steps run. A lock that is free was held by a process that was killed."""
    lock, ended = _files(home, run_id)
    lock.parent.mkdir(parents=True, exist_ok=True)
    for old in lock.parent.glob("*.ended"):
        if _age(old) > _GRACE_SECONDS:
            old.unlink(missing_ok=True)
    with FileLock(lock, is_singleton=True, fallback_to_soft=False) as held:
        yield
        if held.lock_counter == 1:
            ended.touch()
            lock.unlink(missing_ok=True)


def is_alive(home: Path, run_id: str, started: float | None) -> bool:
    """Whether the process of a started run is alive.

    Args:
        home: The folder of the instance.
        run_id: The run.
        started: When the run started, in seconds since 1970; None if that is not known.

    Returns:
        False if its process was killed, or if the run has had no lock for long.
    """
    lock, ended = _files(home, run_id)
    if not lock.is_file():
        since = time.time() - started if started else 0.0
        return min(since, _age(ended)) < _GRACE_SECONDS
    if _age(lock) < _OPENING_SECONDS:
        return True
    try:
        with FileLock(lock, fallback_to_soft=False).acquire(timeout=0):
            return False
    except Timeout:
        return True


def _files(home: Path, run_id: str) -> tuple[Path, Path]:
    """Return the lock of a run, and the file that says that it was released in good order."""
    return home / _FOLDER / f"{run_id}.lock", home / _FOLDER / f"{run_id}.ended"


def _age(file: Path) -> float:
    """Return how long ago a file was written, in seconds; infinitely long where there is none."""
    try:
        return time.time() - file.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
