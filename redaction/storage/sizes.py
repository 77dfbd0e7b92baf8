"""How much room folders take."""

from pathlib import Path

from redaction.storage.files import file_size, is_file, list_files
from redaction.storage.paths import StoragePath

_THOUSAND = 1000


def folder_size(path: StoragePath) -> int:
    """Return the bytes of a file, or of all files below a folder; 0 for what does not exist."""
    if is_file(path):
        return file_size(path)
    if isinstance(path, Path):
        return sum(each.stat().st_size for each in path.rglob("*") if each.is_file() and not each.is_symlink())
    return sum(file_size(path / name) for name in list_files(path))


def readable_size(size: float) -> str:
    """Write a number of bytes with a unit: 1.2 MB."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < _THOUSAND:
            return f"{size:,.0f} B" if unit == "B" else f"{size:,.1f} {unit}"
        size /= _THOUSAND
    return f"{size:,.1f} TB"
