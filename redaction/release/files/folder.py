"""The files of a folder as evidence, and a folder that survives a power cut."""

from collections.abc import Iterator
from pathlib import Path

from redaction.storage import StoragePath, is_file, list_files, sync


def walk(folder: StoragePath) -> Iterator[str]:
    """Every entry below a folder that is not itself a folder with content: relative, with `/`, sorted.

    Links and empty folders are listed too, so that nothing can hide in them.
    """
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
    """Whether it is a file of its own, and no link to one."""
    return is_file(path) and not (isinstance(path, Path) and path.is_symlink())


def sync_tree(folder: Path) -> None:
    """Asks the disk to hold a folder with all that is in it."""
    for entry in folder.iterdir():
        if entry.is_dir():
            sync_tree(entry)
        else:
            sync(entry)
    sync(folder)
