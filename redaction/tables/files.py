"""Open the files of a table: find them, check their columns before any row is read, and digest them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from redaction.storage import StoragePath, StorageSettings, sha256_file
from redaction.tables.columns import Column, check_mapping, match_columns
from redaction.tables.finding import search_files
from redaction.tables.formats import Layout, open_layout
from redaction.tables.schemas import Table
from redaction.tables.settings import TableSettings

_NO_OPTIONS = StorageSettings()


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file with checked columns; `file_columns` says where its canonical columns come from."""

    path: StoragePath
    layout: Layout
    file_columns: dict[str, Column]

    @property
    def rows(self) -> int:
        """The number of rows, or a higher one where only reading them would show it."""
        return self.layout.rows

    def digest(self) -> str:
        """Return a SHA-256 (hex) of the content of the file, and of what a table's log changes of it."""
        content = sha256_file(self.path)
        if not self.layout.variant:
            return content
        return hashlib.sha256(f"{content} {self.layout.variant}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class OpenTable:
    """The files of a table, in order, and how many files below its paths are skipped because they are hidden."""

    files: list[TableFile]
    hidden: int = 0


def find_files(
    table: Table, settings: TableSettings, root: Path, storage: StorageSettings = _NO_OPTIONS
) -> list[StoragePath]:
    """Find the table's files.

    Args:
        table: The canonical table.
        settings: Files, folders or globs.
        root: The folder that relative paths start from.
        storage: Options of the stores.

    Returns:
        The files, sorted by path.

    Raises:
        TablesError: A path that matches no file; or something below one that is not read and not excluded either.
    """
    return search_files(table, settings, root, storage).paths


def open_table(table: Table, settings: TableSettings, root: Path, storage: StorageSettings = _NO_OPTIONS) -> OpenTable:
    """Find and open the table's files: see `find_files` and `open_file`."""
    found = search_files(table, settings, root, storage)
    files = [open_file(table, settings, path) for path in found.paths]
    check_mapping(table, settings, [file.file_columns for file in files])
    return OpenTable(files, found.hidden)


def open_file(table: Table, settings: TableSettings, path: StoragePath) -> TableFile:
    """Find out how a file is read, and check its columns against the canonical table.

    Returns:
        The file, with its layout and column names.

    Raises:
        TablesError: The file is not whole or of another format, lacks a required or mapped column, or has one of a
            wrong type.
    """
    layout = open_layout(path, settings.format, f"inputs.{table.name}")
    return TableFile(path, layout, match_columns(table, settings, path, layout.schema))


def digest_files(files: Sequence[TableFile]) -> str:
    """Return a SHA-256 (hex) of the contents of files in their order. Names and folders do not count."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(bytes.fromhex(file.digest()))
    return digest.hexdigest()
