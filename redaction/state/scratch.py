"""Scratch folders in the private state for incomplete and temporary files, and the removal of leftover ones."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from filelock import FileLock, Timeout

_PREFIX: Final = ".question-"
_LOCK: Final = ".lock"


@contextmanager
def scratch(private: Path) -> Iterator[Path]:
    """Create a folder in `private` that is locked while in use and removed afterwards."""
    with TemporaryDirectory(prefix=_PREFIX, dir=private) as folder, FileLock(Path(folder) / _LOCK, timeout=0):
        yield Path(folder)


def remove_leftovers(private: Path) -> None:
    """Remove the unlocked scratch folders and the drafts that killed processes left. Hold the corpus's lock."""
    for folder in private.glob(f"{_PREFIX}*"):
        try:
            with FileLock(folder / _LOCK, timeout=0):
                shutil.rmtree(folder, ignore_errors=True)
        except (OSError, Timeout):
            continue
    for draft in private.rglob(".*.parquet.*.draft"):
        draft.unlink(missing_ok=True)
