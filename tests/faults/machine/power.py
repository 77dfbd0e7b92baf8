"""A disk that forgets at a power failure what was not flushed: a model beside the real one.

The disk that must not lose data is modeled as the strictest that POSIX allows. The content of a file is there if it
has not changed since its last fsync. An entry of a folder is there if that folder was flushed since the entry was made.
The model notes every fsync of this process, whoever calls it from Python; what compiled code flushes by itself does not
count. It needs neither a device mapper nor FUSE, so it runs wherever the tests run.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class Disk:
    """What has been flushed, by inode: of a file its time and size, of a folder its entries."""

    def __init__(self, root: Path) -> None:
        """Begin with everything below a folder flushed."""
        self._root = root
        self._files: dict[int, tuple[int, int]] = {}
        self._folders: dict[int, dict[str, int]] = {}
        for path in (root, *root.rglob("*")):
            self.note(path)

    def note(self, path: Path) -> None:
        """Note that a file or folder is flushed as it is now."""
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            self._folders[found.st_ino] = {each.name: each.lstat().st_ino for each in path.iterdir()}
        else:
            self._files[found.st_ino] = (found.st_mtime_ns, found.st_size)

    def after_power_failure(self, target: Path) -> Path:
        """Write what is left: entries that were not flushed are missing, contents that were not are empty."""
        self._restore(self._root, target)
        return target

    def _restore(self, source: Path, target: Path) -> None:
        target.mkdir()
        target.chmod(stat.S_IMODE(source.stat().st_mode))
        entries = self._folders.get(source.stat().st_ino, {})
        for path in source.iterdir():
            found = path.lstat()
            if entries.get(path.name) != found.st_ino:
                continue
            if stat.S_ISDIR(found.st_mode):
                self._restore(path, target / path.name)
                continue
            kept = self._files.get(found.st_ino) == (found.st_mtime_ns, found.st_size)
            (target / path.name).write_bytes(path.read_bytes() if kept else b"")
            (target / path.name).chmod(stat.S_IMODE(found.st_mode))


@contextmanager
def forgetting(root: Path) -> Iterator[Disk]:
    """Note every fsync inside."""
    disk, fsync = Disk(root), os.fsync

    def note(descriptor: int) -> None:
        fsync(descriptor)
        disk.note(Path(f"/proc/self/fd/{descriptor}").readlink())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", note)
        yield disk
