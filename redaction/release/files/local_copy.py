"""A local copy of a release, for work that reads it more than once."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from redaction.release.registry import Release
from redaction.storage import download, list_files

COPY_PREFIX = ".fetched-"
"""How the name of a copy's folder begins; only a takedown makes one, under the corpus's lock."""


@contextmanager
def local_copy(release: Release, private: Path) -> Iterator[Release]:
    """Provide a release on a local disk: itself, or an unverified temporary copy below `private` of one in a store."""
    if isinstance(release.folder, Path):
        yield release
        return
    private.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=COPY_PREFIX, dir=private) as folder:
        for path in list_files(release.folder):
            target = Path(os.path.normpath(Path(folder, path)))
            if target.is_relative_to(folder):
                download(release.folder / path, target)
        yield replace(release, folder=Path(folder))
