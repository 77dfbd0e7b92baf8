"""What is done with files, wherever they lie. Each call on a store is one request, or one for each object."""

import errno
import glob
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from upath import UPath

from redaction.storage.errors import NO_BUCKET, error_code, reached
from redaction.storage.uri import StoragePath

_BLOCK: Final = 8 << 20


@contextmanager
def open_binary(place: StoragePath) -> Iterator[BinaryIO]:
    """A file to read from. Of an object just the ranges that are read are fetched: no read-ahead, no copy on disk."""
    with reached(place):
        if isinstance(place, Path):
            with place.open("rb") as file:
                yield file
        else:
            with place.fs.open(place.path, "rb", cache_type="none") as file:
                yield file


def read_bytes(place: StoragePath) -> bytes:
    """The whole content of a small file."""
    with open_binary(place) as file:
        return file.read()


def sha256_file(place: StoragePath) -> str:
    """SHA-256 (hex) of a file, read block by block."""
    digest = hashlib.sha256()
    for block in _blocks(place):
        digest.update(block)
    return digest.hexdigest()


def file_size(place: StoragePath) -> int:
    """How many bytes a file has."""
    with reached(place):
        return place.stat().st_size if isinstance(place, Path) else int(place.fs.size(place.path))


def etag(place: StoragePath) -> str:
    """What changes when a file is written again, as far as can be told without reading it: size and time, or what the
    store tells of the object (its ETag or checksum, version, size, times).
    """
    with reached(place):
        if isinstance(place, Path):
            told = place.stat()
            return f"{told.st_size} {told.st_mtime_ns}"
        return str(place.fs.ukey(place.path))


def is_file(place: StoragePath) -> bool:
    """Whether there is a file of that name."""
    with reached(place):
        return place.is_file() if isinstance(place, Path) else _kind(place) == "file"


def is_folder(place: StoragePath) -> bool:
    """Whether there is a folder of that name; in a store, whether any object lies below it."""
    with reached(place):
        return place.is_dir() if isinstance(place, Path) else _kind(place) == "directory"


def list_names(folder: StoragePath) -> list[str]:
    """The names of files and folders right in a folder, sorted; none where there is no such folder."""
    try:
        with reached(folder):
            if isinstance(folder, Path):
                return sorted(entry.name for entry in folder.iterdir())
            found = folder.fs.ls(folder.path, detail=False)
            return sorted({name for path in found if (name := _below(folder, path))})
    except (FileNotFoundError, NotADirectoryError):
        return []


def list_files(folder: StoragePath) -> list[str]:
    """Every file below a folder: relative, with `/`, in the order of the names; none where there is no such folder."""
    if isinstance(folder, Path):
        files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
        return sorted((path.as_posix() for path in files), key=_order)
    with reached(folder):
        found = (_below(folder, path) for path in folder.fs.find(folder.path))
        return sorted((path for path in found if path), key=_order)


def glob_files(pattern: StoragePath) -> list[StoragePath]:
    """The files that a glob matches, but for hidden ones; `**` matches folders of any depth."""
    if isinstance(pattern, Path):
        return [Path(found) for found in glob.glob(str(pattern), recursive=True) if Path(found).is_file()]  # noqa: PTH207
    try:
        with reached(pattern):
            told = pattern.fs.glob(pattern.path, detail=True)
    except FileNotFoundError:
        return []
    files = (path for path, info in told.items() if info["type"] == "file")
    return [
        UPath(pattern.fs.unstrip_protocol(path), **pattern.storage_options)
        for path in files
        if not path.rsplit("/", 1)[-1].startswith(".")
    ]


def write_atomic(place: StoragePath, content: bytes, mode: int = 0o644, *, new: bool = False) -> None:
    """Writes a file so that a reader, or a restart, sees all of it or the old one.

    With `new` a file that is there is never replaced: a store is asked to write only if it has none, where it can be
    asked that.

    Raises:
        FileExistsError: with `new`, where there is a file of that name.
    """
    if isinstance(place, Path):
        if new and place.exists():
            raise FileExistsError(place)
        place.parent.mkdir(parents=True, exist_ok=True)
        _write_locally(place, content, mode)
        return
    with reached(place):
        if new:
            _create(place, partial(place.fs.pipe_file, place.path, content))
        else:
            place.fs.pipe_file(place.path, content)


def upload(file: Path, place: UPath) -> None:
    """Puts a local file where there is none yet, in parts where it is large. Raises FileExistsError where there is."""
    with reached(place):
        _create(place, partial(place.fs.put_file, str(file), place.path))


def download(place: StoragePath, file: Path) -> None:
    """Copies a file to a local one, block by block."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as target:
        for block in _blocks(place):
            target.write(block)


def remove(place: StoragePath) -> None:
    """Removes one file, if it is there."""
    try:
        with reached(place):
            place.unlink() if isinstance(place, Path) else place.fs.rm_file(place.path)
    except FileNotFoundError:
        return


def sync(path: Path) -> None:
    """Asks the disk to hold a file or a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _create(place: UPath, put: Callable[..., object]) -> None:
    """Looks before it writes, and tells the store to write only if there is none; one that cannot be told that is
    told to write.
    """
    if _kind(place) is not None:
        raise FileExistsError(str(place))
    try:
        put(mode="create")
    except OSError as error:
        if error.errno != errno.ENOSYS:
            raise
        put()


def _kind(place: UPath) -> str | None:
    try:
        return str(place.fs.info(place.path)["type"])
    except FileNotFoundError as error:
        if error_code(error) == NO_BUCKET:
            raise
        return None


def _below(folder: UPath, path: str) -> str:
    return path[len(folder.path) :].strip("/")


def _order(path: str) -> list[str]:
    return path.split("/")


def _write_locally(path: Path, content: bytes, mode: int) -> None:
    draft = path.with_name(f".{path.name}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    draft.replace(path)
    sync(path.parent)


def _blocks(place: StoragePath) -> Iterator[bytes]:
    with open_binary(place) as file:
        while block := file.read(_BLOCK):
            yield block
