"""Write and remove files so that a reader sees the old content or the new one, never a part."""

import errno
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from upath import UPath

from redaction.storage.objects import object_type, store_errors
from redaction.storage.paths import StoragePath


def write_atomic(
    path: StoragePath, content: bytes, mode: int = 0o644, *, new: bool = False, draft: Path | None = None
) -> None:
    """Write a whole file in one step.

    Args:
        path: The file; missing local folders are made.
        content: The whole content.
        mode: The permissions of a local file.
        new: Never replace an existing file. Stores that support a conditional write are asked for one.
        draft: Where a local file is drafted, on the same disk; by default beside it. A killed process leaves the draft.

    Raises:
        FileExistsError: With `new`, where a file of that name exists.
    """
    if isinstance(path, Path):
        if new and path.exists():
            raise FileExistsError(path)
        make_folders(path.parent)
        _write_local(path, content, mode, draft or path.with_name(f".{path.name}.draft"))
        return
    with store_errors(path):
        if new:
            _create(path, partial(path.fs.pipe_file, path.path, content))
        else:
            path.fs.pipe_file(path.path, content)


def upload(file: Path, path: UPath) -> None:
    """Upload a local file as a new object, in parts where it is large. Raises FileExistsError where one exists."""
    with store_errors(path):
        _create(path, partial(path.fs.put_file, str(file), path.path))


def remove(path: StoragePath) -> None:
    """Remove one file, if it exists."""
    try:
        with store_errors(path):
            path.unlink() if isinstance(path, Path) else path.fs.rm_file(path.path)
    except FileNotFoundError:
        return


def make_folders(path: Path) -> None:
    """Create a local folder and those that are missing above it, and flush their entries to disk."""
    missing = [each for each in (path, *path.parents) if not each.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for each in missing:
        sync(each.parent)


def sync(path: Path) -> None:
    """Flush a local file or folder to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _create(path: UPath, put: Callable[..., object]) -> None:
    """Check that no object exists, then write conditionally, or plainly in a store without conditional writes."""
    if object_type(path) is not None:
        raise FileExistsError(str(path))
    try:
        put(mode="create")
    except OSError as error:
        if error.errno != errno.ENOSYS:
            raise
        put()


def _write_local(path: Path, content: bytes, mode: int, draft: Path) -> None:
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    draft.replace(path)
    sync(path.parent)
