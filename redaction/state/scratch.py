"""Scratch folders in the private one, for questions and for files half made, and what is left where a process was
killed."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

_QUESTION: Final = ".question-"


@contextmanager
def scratch(private: Path) -> Iterator[Path]:
    """A folder for files that are not whole yet, or not to stay. It is gone afterwards, and locked while in use."""
    with TemporaryDirectory(prefix=_QUESTION, dir=private) as folder, _locked(Path(folder)):
        yield Path(folder)


def remove_leftovers(private: Path) -> None:
    """Removes what processes that were killed left behind; the corpus must be held (see `alone`).

    Scratch folders that nobody has locked, and drafts of what was being forgotten.
    """
    for folder in private.glob(f"{_QUESTION}*"):
        try:
            with _locked(folder):
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue
    for draft in private.rglob(".*.parquet.*.draft"):
        draft.unlink(missing_ok=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)
