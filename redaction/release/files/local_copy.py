"""A release at hand: the same bytes on a local disk, for work that reads them more than once."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from redaction.release.registry import Release
from redaction.storage import download, list_files


@contextmanager
def at_hand(release: Release, private: Path) -> Iterator[Release]:
    """The release as it is where it lies on a disk; else a copy below `private`, removed at the end.

    Nothing is checked: that is what `verify` is for.
    """
    if isinstance(release.folder, Path):
        yield release
        return
    private.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".fetched-", dir=private) as folder:
        for path in list_files(release.folder):
            target = Path(os.path.normpath(Path(folder, path)))
            if target.is_relative_to(folder):
                download(release.folder / path, target)
        yield replace(release, folder=Path(folder))
