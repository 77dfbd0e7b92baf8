"""Scratch copies in the private folder, and what is left of them where a process was killed."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

_QUESTION: Final = ".question-"
_STALE: Final = timedelta(hours=1)


@contextmanager
def scratch(private: Path) -> Iterator[Path]:
    """A folder for a question outside of any build. It is gone afterwards, and locked for as long as it is in use."""
    with TemporaryDirectory(prefix=_QUESTION, dir=private) as folder, _locked(Path(folder)):
        yield Path(folder)


def remove_leftovers(private: Path) -> None:
    """Removes what processes that were killed left behind; the corpus must be held (see `alone`).

    Scratch folders that nobody has locked, drafts of what was being forgotten, and indexes half made: of these, since
    the steps of a build can run on their own, those that nothing was written to for an hour.
    """
    for folder in private.glob(f"{_QUESTION}*"):
        try:
            with _locked(folder):
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue
    for draft in private.rglob(".*.parquet.*.draft"):
        draft.unlink(missing_ok=True)
    for index in private.glob("*/index.raw"):
        if datetime.fromtimestamp(index.stat().st_mtime, UTC) < datetime.now(UTC) - _STALE:
            index.unlink(missing_ok=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)
