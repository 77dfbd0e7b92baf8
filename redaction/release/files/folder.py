"""Listing every entry of a release folder, and flushing it to disk."""

from collections.abc import Iterator
from pathlib import Path

from redaction.storage import StoragePath, is_file, list_files, sync


def draft_beside(folder: StoragePath, name: str) -> Path | None:
    """Return where to draft a file that replaces one of a published folder; None in an object store, without drafts.

    A draft that a killed process left in the folder would be a file that nobody published.
    """
    return folder.parent / f".{folder.name}-{name}.draft" if isinstance(folder, Path) else None


def walk(folder: StoragePath) -> Iterator[str]:
    """Yield the path of every file, link and empty folder below a folder, with `/`; that of an empty folder ends so."""
    if not isinstance(folder, Path):
        yield from list_files(folder)
        return
    for entry in sorted(folder.iterdir()):
        if entry.is_dir() and not entry.is_symlink():
            inside = [f"{entry.name}/{path}" for path in walk(entry)]
            yield from inside or [f"{entry.name}/"]
        else:
            yield entry.name


def is_plain_file(path: StoragePath) -> bool:
    """Whether a path is a regular file, and not a link to one."""
    return is_file(path) and not (isinstance(path, Path) and path.is_symlink())


def sync_tree(folder: Path) -> None:
    """Flush a folder and everything in it to disk, so that it survives a power failure."""
    for entry in folder.iterdir():
        if entry.is_dir():
            sync_tree(entry)
        else:
            sync(entry)
    sync(folder)
