"""Read, list and check files on a local disk or in a store. In a store each call is one request, or one per object."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from upath import UPath

from redaction.storage.objects import object_type, store_errors
from redaction.storage.paths import StoragePath

_BLOCK_BYTES: Final = 8 << 20


@contextmanager
def open_binary(path: StoragePath) -> Iterator[BinaryIO]:
    """Open a file for reading. From a store only the ranges that are read are fetched, without read-ahead."""
    with store_errors(path):
        if isinstance(path, Path):
            with path.open("rb") as file:
                yield file
        else:
            with path.fs.open(path.path, "rb", cache_type="none") as file:
                yield file


def read_bytes(path: StoragePath) -> bytes:
    """Return the whole content of a small file."""
    with open_binary(path) as file:
        return file.read()


def sha256_file(path: StoragePath) -> str:
    """Return the SHA-256 (hex) of a file, read block by block."""
    digest = hashlib.sha256()
    for block in _blocks(path):
        digest.update(block)
    return digest.hexdigest()


def download(path: StoragePath, file: Path) -> None:
    """Copy a file to the local `file`, block by block."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as target:
        for block in _blocks(path):
            target.write(block)


def file_size(path: StoragePath) -> int:
    """Return the size of a file in bytes."""
    with store_errors(path):
        return path.stat().st_size if isinstance(path, Path) else int(path.fs.size(path.path))


def etag(path: StoragePath) -> str:
    """Return a string that changes when the file is rewritten, without reading the file.

    For a local file: size and modification time. In a store: what fsspec's `ukey` derives from the object's metadata.
    """
    with store_errors(path):
        if isinstance(path, Path):
            stat = path.stat()
            return f"{stat.st_size} {stat.st_mtime_ns}"
        return str(path.fs.ukey(path.path))


def is_file(path: StoragePath) -> bool:
    """Return whether a file of that name exists."""
    with store_errors(path):
        return path.is_file() if isinstance(path, Path) else object_type(path) == "file"


def is_folder(path: StoragePath) -> bool:
    """Return whether a folder of that name exists; in a store, whether any object is below it."""
    with store_errors(path):
        return path.is_dir() if isinstance(path, Path) else object_type(path) == "directory"


def list_names(folder: StoragePath) -> list[str]:
    """Return the names of the files and folders directly in a folder, sorted; none where there is no such folder."""
    try:
        with store_errors(folder):
            if isinstance(folder, Path):
                return sorted(entry.name for entry in folder.iterdir())
            paths = folder.fs.ls(folder.path, detail=False)
            return sorted({name for path in paths if (name := _relative(folder, path))})
    except (FileNotFoundError, NotADirectoryError):
        return []


def list_files(folder: StoragePath) -> list[str]:
    """Return every file below a folder as a relative path with `/`, sorted by path; none without such a folder."""
    if isinstance(folder, Path):
        files = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    else:
        with store_errors(folder):
            files = (name for path in folder.fs.find(folder.path) if (name := _relative(folder, path)))
    return sorted(files, key=lambda path: path.split("/"))


def _relative(folder: UPath, path: str) -> str:
    return path[len(folder.path) :].strip("/")


def _blocks(path: StoragePath) -> Iterator[bytes]:
    with open_binary(path) as file:
        while block := file.read(_BLOCK_BYTES):
            yield block
