"""Scratch folders in the private state for incomplete and temporary files, and the removal of leftover ones."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from filelock import FileLock, Timeout

from redaction.release.files.local_copy import COPY_PREFIX

_PREFIX: Final = ".question-"
_LOCK: Final = ".lock"


@contextmanager
def scratch(private: Path) -> Iterator[Path]:
    """Create a folder in `private` that is locked while in use and removed afterwards."""
    with TemporaryDirectory(prefix=_PREFIX, dir=private) as folder, _lock(Path(folder)):
        yield Path(folder)


def remove_leftovers(private: Path) -> None:
    """Remove what killed processes left: unlocked scratch folders, drafts and copies of releases.

    Hold the corpus's lock.
    """
    for folder in private.glob(f"{_PREFIX}*"):
        try:
            with _lock(folder):
                shutil.rmtree(folder, ignore_errors=True)
        except (OSError, Timeout):
            continue
    for copy in private.glob(f"{COPY_PREFIX}*"):
        shutil.rmtree(copy, ignore_errors=True)
    for draft in private.rglob(".*.parquet.*.draft"):
        draft.unlink(missing_ok=True)


def _lock(folder: Path) -> FileLock:
    return FileLock(folder / _LOCK, timeout=0, fallback_to_soft=False)
