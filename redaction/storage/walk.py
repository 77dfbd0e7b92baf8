"""List what is below a folder or matched by a glob, and say of each entry what it is. Nothing is passed over.

Links are followed. A link into a folder above itself, and a folder that cannot be listed, raise a StorageError.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

from upath import UPath

from redaction.storage.files import is_file, is_folder
from redaction.storage.objects import StorageError, store_errors
from redaction.storage.paths import StoragePath

_MAGIC = re.compile(r"[*?[]")


class EntryKind(StrEnum):
    """What an entry of a folder is."""

    FILE = "file"
    PRUNED = "pruned"
    DANGLING = "a link to nothing"
    SPECIAL = "not a regular file"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry: its path, the same relative to where the listing began, with `/`, and what it is."""

    path: StoragePath
    relative: str
    kind: EntryKind


Prune = Callable[[str], bool]
"""Whether an entry of that relative path is not to be listed. A folder is then an entry itself."""


def walk(folder: StoragePath, prune: Prune, relative: str = "") -> Iterator[Entry]:
    """Yield everything below a folder, in the order of the paths' parts.

    Args:
        folder: The folder.
        prune: Which entries are yielded as `PRUNED`, whatever they are.
        relative: What the relative paths begin with.

    Yields:
        Entries. In a store a pruned folder is yielded once for each object below it.

    Raises:
        StorageError: A folder that cannot be listed, or a link that leads back to a folder above it.
    """
    if isinstance(folder, Path):
        yield from _walk(folder, prune, relative, (_real(folder),))
        return
    with store_errors(folder):
        names = sorted((path[len(folder.path) :].strip("/") for path in folder.fs.find(folder.path)), key=_parts)
    for name in filter(None, names):
        below = _join(relative, name)
        pruned = any(prune(prefix) for prefix in _prefixes(relative, name))
        yield Entry(folder / name, below, EntryKind.PRUNED if pruned else EntryKind.FILE)


def expand_glob(pattern: StoragePath) -> list[tuple[StoragePath, str]]:
    """Return what a glob matches, hidden or not, files and folders, each with its path from the first wildcard on.

    `**` matches folders of any depth. A part of the pattern that exists by that name is no pattern.

    Raises:
        StorageError: A folder that cannot be listed, or a link that leads back to a folder above it.
    """
    base, parts = _split(pattern)
    if not parts:
        return []
    if isinstance(base, Path):
        if not base.is_dir():
            return []
        return list({str(path): (path, name) for path, name in _matches(base, parts, "", (_real(base),))}.values())
    try:
        with store_errors(base):
            found = base.fs.glob("/".join([base.path.rstrip("/"), *parts]))
    except FileNotFoundError:
        return []
    uris = {base.fs.unstrip_protocol(path): path[len(base.path) :].strip("/") for path in found}
    return [(UPath(uri, **base.storage_options), name) for uri, name in uris.items()]


def exists(path: StoragePath) -> bool:
    """Return whether anything is at a path, a link to nothing included."""
    return os.path.lexists(path) if isinstance(path, Path) else is_file(path) or is_folder(path)


def _split(pattern: StoragePath) -> tuple[StoragePath, list[str]]:
    """Split a pattern into the folder that it begins in and the parts from the first wildcard on."""
    parents: Sequence[StoragePath] = pattern.parents
    path = [*reversed(parents), pattern]
    for number, here in enumerate(path[1:], 1):
        if _MAGIC.search(here.name) and not exists(here):
            return path[number - 1], [each.name for each in path[number:]]
    return pattern, []


def _matches(folder: Path, parts: Sequence[str], relative: str, above: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    head, *rest = parts
    if not _MAGIC.search(head) or os.path.lexists(folder / head):
        names = [head] if os.path.lexists(folder / head) else []
    else:
        names = [name for name in _names(folder) if head == "**" or fnmatchcase(name, head)]
    if head == "**":
        if rest:
            yield from _matches(folder, rest, relative, above)
        else:
            yield folder, relative
            return
    for name in names:
        path, below = folder / name, _join(relative, name)
        if head == "**":
            if path.is_dir():
                yield from _matches(path, parts, below, (*above, _descend(path, above)))
        elif not rest:
            yield path, below
        elif path.is_dir():
            yield from _matches(path, rest, below, (*above, _descend(path, above)))
        elif not path.exists():
            yield path, below


def _walk(folder: Path, prune: Prune, relative: str, above: tuple[str, ...]) -> Iterator[Entry]:
    for name in _names(folder):
        path, below = folder / name, _join(relative, name)
        if prune(below):
            yield Entry(path, below, EntryKind.PRUNED)
        elif path.is_dir():
            yield from _walk(path, prune, below, (*above, _descend(path, above)))
        else:
            yield Entry(path, below, _kind(path))


def _kind(path: Path) -> EntryKind:
    if path.is_file():
        return EntryKind.FILE
    return EntryKind.SPECIAL if path.exists() else EntryKind.DANGLING


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 - names are what is needed
    except OSError as error:
        raise StorageError(f"{folder}: cannot be listed ({type(error).__name__}); correct its permissions") from None


def _descend(path: Path, above: tuple[str, ...]) -> str:
    real = _real(path)
    if real in above:
        raise StorageError(f"{path}: is a link that leads back to a folder above it; remove the link")
    return real


def _real(path: Path) -> str:
    return os.path.realpath(path)


def _join(relative: str, name: str) -> str:
    return f"{relative}/{name}" if relative else name


def _prefixes(relative: str, name: str) -> Iterator[str]:
    for part in name.split("/"):
        relative = _join(relative, part)
        yield relative


def _parts(path: str) -> list[str]:
    return path.split("/")
