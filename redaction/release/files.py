"""The files of a folder as evidence: paths, sizes, hashes; and writes that survive a power cut."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_BLOCK: Final = 1 << 20


def sha256_file(path: Path) -> str:
    """SHA-256 (hex) of a file, read block by block."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def walk(folder: Path) -> Iterator[str]:
    """Every entry below a folder that is not itself a folder with content: relative, with `/`, sorted.

    Links and empty folders are listed too, so that nothing can hide in them.
    """
    for entry in sorted(folder.iterdir()):
        if entry.is_dir() and not entry.is_symlink():
            below = [f"{entry.name}/{path}" for path in walk(entry)]
            yield from below or [f"{entry.name}/"]
        else:
            yield entry.name


def is_plain_file(path: Path) -> bool:
    """Whether it is a file of its own, and no link to one."""
    return path.is_file() and not path.is_symlink()


def write_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Writes a file so that a reader, or a restart, sees all of it or the old one."""
    draft = path.with_name(f".{path.name}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    draft.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Asks the disk to hold a file or a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Asks the disk to hold a folder with all that is in it."""
    for entry in folder.iterdir():
        if entry.is_dir():
            sync_tree(entry)
        else:
            sync(entry)
    sync(folder)
